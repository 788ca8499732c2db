"""Turns the phrase files (groups.yaml, labels.yaml, patterns/*.yaml) into a `Lexicon`, collecting every flaw."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flows.patterns import GAPS, NUMBER, LabelRules, Lexicon, Phrase
from flows.wordindex import index_words

#: How much one phrase of a section counts for its label.
WEIGHTS = {"decisive": 8.0, "strong": 4.0, "medium": 2.5, "weak": 1.0, "against": -2.0}
CONTEXTS = (
    "denial",
    "denial_fillers",
    "whole_denial",
    "rhetorical",
    "worry",
    "history",
    "present",
    "merchant_speaks",
    "says",
    "courtesy",
)
_GROUP = re.compile(r"<([^<>]+)>")


class LexiconReader:
    """Reads one folder. `mapping` opens a file; flaws go to `problems`."""

    def __init__(self, mapping: Callable[[Path], Mapping[str, Any]], problems: list[str]) -> None:
        self._mapping = mapping
        self._problems = problems
        self._groups: dict[str, frozenset[str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def read(self, folder: Path, open_words: frozenset[str]) -> Lexicon:
        """The whole lexicon; incomplete when problems were found."""
        self._read_groups(folder / "groups.yaml")
        labels = self._read_labels(folder / "labels.yaml")
        phrases: list[Phrase] = []
        for path in sorted((folder / "patterns").glob("*.yaml")):
            phrases += self._read_phrases(path, labels)
        phrases += self._read_signals(folder / "signals.yaml")
        context = self._read_context(folder / "context.yaml")
        words = {word for phrase in phrases for element in phrase.elements for word in element}
        for name, group in context.items():
            words |= group if name != "courtesy" else frozenset()
        return Lexicon(
            tuple(phrases), _anchored(phrases), index_words(words - {NUMBER}), labels, context, open_words
        )

    def _read_groups(self, path: Path) -> None:
        for name, written in self._mapping(path).items():
            if not isinstance(written, str):
                self._problem(path, name, "要写成一行，用 | 隔开各个词")
                continue
            self._groups[name] = self._words(written, f"{path.name}: {name}")

    def _words(self, written: str, place: str) -> frozenset[str]:
        words: set[str] = set()
        for part in written.split("|"):
            word = part.strip()
            group = _GROUP.fullmatch(word)
            if word == NUMBER:
                words.add(NUMBER)
            elif group is not None:
                if group[1] not in self._groups:
                    self._problems.append(
                        f"{place}: 没有叫 <{group[1]}> 的词组，请先写进 groups.yaml（要写在前面）"
                    )
                words |= self._groups.get(group[1], frozenset())
            elif not word or re.search(r"[<>\s]", word):
                self._problems.append(f"{place}: 「{written}」里有空的或写坏的词，请检查 | 和 <>")
            else:
                words.add(word)
        return self._one(frozenset(words))

    def _one(self, words: frozenset[str]) -> frozenset[str]:
        """Equal sets are one object: what is found for one is then looked up fast for all."""
        return self._sets.setdefault(words, words)

    def _read_labels(self, path: Path) -> dict[str, LabelRules]:
        rules = {}
        for label, fields in self._mapping(path).items():
            try:
                lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
                rules[label] = LabelRules(**(fields | lists))
            except TypeError:
                self._problem(path, label, "只能写 priority（整数，必填）、speech、stage（true 或 false）")
        return rules

    def _read_phrases(self, path: Path, labels: Mapping[str, LabelRules]) -> list[Phrase]:
        content = dict(self._mapping(path))
        label = content.pop("label", None)
        content.pop("about", None)
        if label != path.stem or label not in labels:
            self._problem(path, "label", f"要和文件名一样，并且写在 labels.yaml 里，现在是 {label!r}")
            return []
        phrases = []
        for section, written in content.items():
            if section not in WEIGHTS:
                self._problem(path, section, f"只能有 label、about、{'、'.join(WEIGHTS)}")
                continue
            phrases += self._phrases(written, label, WEIGHTS[section], f"{path.name}: {section}")
        return phrases

    def _read_signals(self, path: Path) -> list[Phrase]:
        pairs = self._mapping(path).items()
        return list(
            itertools.chain.from_iterable(
                self._phrases(written, f"signal:{name}", 1.0, f"{path.name}: {name}")
                for name, written in pairs
            )
        )

    def _read_context(self, path: Path) -> dict[str, frozenset[str]]:
        content = self._mapping(path)
        for name in content.keys() ^ set(CONTEXTS):
            self._problem(path, name, f"这里正好要有 {'、'.join(CONTEXTS)}，各写一行，用 | 隔开")
        return {name: self._words(str(words), f"{path.name}: {name}") for name, words in content.items()}

    def _phrases(self, written: Any, label: str, weight: float, place: str) -> list[Phrase]:
        if not isinstance(written, list) or not all(isinstance(line, str) for line in written):
            self._problems.append(f"{place}: 要写成列表，每行「- 短语」；纯数字请加引号")
            return []
        return [self._phrase(line, label, weight, place) for line in written]

    def _phrase(self, written: str, label: str, weight: float, place: str) -> Phrase:
        elements: list[frozenset[str]] = []
        gaps: list[int] = []
        gap = 0
        for part in written.split():
            if part in GAPS:
                gap = GAPS[part]
                continue
            elements.append(self._words(part, f"{place}:「{written}」"))
            gaps.append(gap)
            gap = 0
        if not elements or gap or gaps[0]:
            self._problems.append(f"{place}:「{written}」不能为空，也不能以 ~ .. ... 开头或结尾")
            return Phrase(written, label, weight, (frozenset({NUMBER}),), (0,))
        return Phrase(written, label, weight, tuple(elements), tuple(gaps))

    def _problem(self, path: Path, place: str, cure: str) -> None:
        self._problems.append(f"{path.name}: {place}: {cure}")


def _anchored(phrases: list[Phrase]) -> dict[str, tuple[int, ...]]:
    """Each phrase is tried only when a word of its most telling element (fewest, longest words) occurs."""
    anchored: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases):
        telling = min(phrase.elements, key=_commonness)
        for word in telling:
            anchored.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in anchored.items()}


def _commonness(element: frozenset[str]) -> float:
    return sum(1.0 / len(word) ** 2 for word in element) + (5.0 if NUMBER in element else 0.0)
