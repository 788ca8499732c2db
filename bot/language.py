"""Reads data/knowledge/lexicon into a `Language`; the only place that reads its files.

Every flaw of every file is collected and raised at once (`LexiconError`), in Chinese, naming file, place and cure.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot import fact_words, talk
from bot.lexicon import LexiconReader
from flows.facts.words import FactWords
from flows.language import Language
from flows.normalise import Tables, normalise
from flows.patterns import Lexicon
from flows.resemblance import Examples, learn
from flows.segment import Segmenter
from flows.talk import Talk
from flows.wordindex import index_words

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIANTS = ("words", "abbreviations", "before_number", "after_number", "not_after_number")
#: High enough that a word of ours wins against any cut of the general dictionary.
OWN_WORD_FREQUENCY = 30_000


class LexiconError(ValueError):
    """The lexicon cannot be used; `problems` says why, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("词库有 {} 处要改：\n{}".format(len(problems), "\n".join(problems)))
        self.problems = tuple(problems)


def load(folder: Path) -> Language:
    """Build the language engine from `folder` and the folder `facts` beside it. Raises `LexiconError`."""
    problems: list[str] = []
    tables = _tables(folder, problems)
    words, open_words = _own_words(folder / "words.txt", problems)
    lexicon = LexiconReader(lambda path: _mapping(path, problems), problems).read(folder, open_words)
    segmenter = _segmenter(folder / "dictionary.txt", words, problems)
    examples = _examples(folder / "examples", tables, lexicon, problems)
    facts = _fact_words(folder.parent / "facts", problems)
    spoken = _talk(folder.parent / "facts", problems)
    if problems or facts is None or spoken is None:
        raise LexiconError(problems)
    return Language(tables, segmenter, lexicon, facts, examples, spoken)


def _examples(folder: Path, tables: Tables, lexicon: Lexicon, problems: list[str]) -> Examples:
    sentences = []
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in lexicon.labels:
            problems.append(
                f"examples/{path.name}: 没有叫 {path.stem} 的类型，文件名要和 labels.yaml 里的一样"
            )
        lines = "\n".join(_lines(path, problems)).replace("⏎", " ")
        sentences += [(path.stem, line) for line in normalise(lines, tables).text.splitlines()]
    return learn(sentences, lexicon.context.get("courtesy", ()))


def _fact_words(folder: Path, problems: list[str]) -> FactWords | None:
    try:
        return fact_words.load(folder)
    except fact_words.FactWordsError as error:
        problems += str(error).splitlines()
        return None


def _talk(folder: Path, problems: list[str]) -> Talk | None:
    try:
        return talk.load(folder)
    except talk.TalkError as error:
        problems += error.problems
        return None


def _mapping(path: Path, problems: list[str]) -> Mapping[str, Any]:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way
    except FileNotFoundError:
        problems.append(f"{path.name}: 文件不见了，请从原来的版本里放回来")
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(
            f"{path.name}: 不是正确的 YAML（{' '.join(str(error).split())}），请检查缩进、引号和冒号"
        )
        return {}
    if not isinstance(content, dict):
        problems.append(f"{path.name}: 最外层要写成「名称: 内容」的形式")
        return {}
    return content


def _lines(path: Path, problems: list[str]) -> list[str]:
    return [line for line in _text(path, problems).splitlines() if line and not line.startswith("#")]


def _text(path: Path, problems: list[str]) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        problems.append(f"{path.name}: 文件不见了，请从原来的版本里放回来")
        return ""


def _tables(folder: Path, problems: list[str]) -> Tables:
    groups: dict[str, dict[str, str]] = {name: {} for name in _VARIANTS}
    for name, content in _mapping(folder / "variants.yaml", problems).items():
        if name not in groups or not isinstance(content, dict):
            problems.append(f"variants.yaml: {name}: 只能有 {'、'.join(groups)} 这几组，每组写「错的: 对的」")
            continue
        for wrong, right in content.items():
            if not isinstance(wrong, str) or not isinstance(right, str) or not wrong:
                problems.append(f"variants.yaml: {name}.{wrong}: 两边都要是文字，纯数字或 yes/no 请加引号")
            else:
                groups[name][wrong] = right
    words = groups["words"] | groups["abbreviations"]
    before, after, not_after = (groups[name] for name in _VARIANTS[2:])
    characters = _characters(folder / "characters.txt", problems)
    index = index_words([*words, *before, *after, *not_after])
    return Tables(characters, words, before, after, not_after, index)


def _characters(path: Path, problems: list[str]) -> dict[int, int]:
    table = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    table[0x3000] = ord(" ")
    table |= {ord(capital): ord(capital.lower()) for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    table |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
    table[ord("￥")] = table[0xFFE5] = ord("¥")
    for line in _lines(path, problems):
        to, _, group = line.partition(" ")
        if len(to) != 1 or not group:
            problems.append(f"characters.txt: 「{line[:20]}」要写成一个简体字、一个空格、再加要换掉的字")
            continue
        table |= {ord(character): ord(to) for character in group}
    return table


def _own_words(path: Path, problems: list[str]) -> tuple[list[str], frozenset[str]]:
    """All words of ours, and those of them that a phrase may use a part of (lines that begin with ~)."""
    words: list[str] = []
    open_words: list[str] = []
    for line in _lines(path, problems):
        written = line.removeprefix("~").split()
        problems += [
            f"words.txt: 「{word}」只有一个字，这里只收两个字以上的词" for word in written if len(word) < 2
        ]
        words += written
        open_words += written if line.startswith("~") else []
    return words, frozenset(open_words)


def _segmenter(path: Path, own: list[str], problems: list[str]) -> Segmenter:
    fields = _text(path, problems).split()
    try:
        frequency = dict(zip(fields[::2], map(int, fields[1::2]), strict=True))
    except ValueError as error:
        problems.append(f"{path.name}: 每行写「词 次数」，中间一个空格（{error}）")
        frequency = {}
    for word in own:
        frequency[word] = OWN_WORD_FREQUENCY
        for end in range(1, len(word)):
            frequency.setdefault(word[:end], 0)  # every beginning of a word has to be there
    total = sum(frequency.values())
    return Segmenter(_tokenizer(frequency, total), frequency)


def _tokenizer(frequency: Mapping[str, int], total: int) -> Any:
    """A tokenizer of our own that never looks for a dictionary or a cache file of jieba's."""
    tokenizer = _tokenizer_class()()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequency, total, True
    return tokenizer


def _tokenizer_class() -> Any:
    """jieba's Tokenizer, imported without setuptools: jieba would take pkg_resources, which is slow and warns."""
    if "jieba" not in sys.modules:
        missing = object()
        before = sys.modules.get("pkg_resources", missing)
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
        try:
            _import_jieba()
        finally:
            if before is missing:
                del sys.modules["pkg_resources"]
            else:
                sys.modules["pkg_resources"] = before  # type: ignore[assignment]
    return _import_jieba()


def _import_jieba() -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its source, reported when it is first compiled
        import jieba

    jieba.setLogLevel(60)
    return jieba.Tokenizer
