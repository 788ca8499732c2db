"""Checks everything that people edit: the knowledge, the lexicon, and the wording in all languages.

Prints every problem of every file and returns 1, or one line of counts and returns 0. Warnings (something was not
looked at for a long time) are printed and do not fail the check, unless --strict.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from yaml import YAMLError

from bot import fact_words, language, wording
from bot.knowledge import FOLDERS, Survey, survey
from bot.knowledge_flaws import Flaw
from flows.knowledge import Knowledge

ROOT = Path(__file__).resolve().parents[2]
COMPLETE, SAME_KEYS, PARTIAL = "zh-CN", "zh-TW", "en"
_PLACE = re.compile(r"\{([a-z_]+)\}")


def main(argv: Sequence[str]) -> int:
    """Returns 1 when there is a problem, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bot check", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--root", type=Path, default=ROOT, help="放 data/ 和 locales/ 的文件夹")
    parser.add_argument("--strict", action="store_true", help="提醒也算不通过")
    options = parser.parse_args(argv)
    knowledge = options.root / "data" / "knowledge"
    found = survey(knowledge)
    texts, unread = _texts(options.root / "locales")
    spoken = [*compare(texts), *unspoken(found.knowledge, texts[COMPLETE])]
    problems = [
        *map(str, (*found.missing, *found.problems)),
        *_lexicon(knowledge),
        *unread,
        *map(str, spoken),
    ]
    for warning in found.warnings:
        print(f"提醒：{warning}", file=sys.stderr)
    for problem in problems:
        print(problem)
    if problems:
        print(f"共 {len(problems)} 处要改。", file=sys.stderr)
        return 1
    print(_summary(found))
    return 1 if options.strict and found.warnings else 0


def _summary(found: Survey) -> str:
    counts = [f"{folder} {len(getattr(found.knowledge, field))}" for folder, (_, field) in FOLDERS.items()]
    return f"知识库 {found.knowledge.version}：{'，'.join(counts)}。没有问题。"


def _lexicon(knowledge: Path) -> Iterator[str]:
    """Flaws of the words that messages are understood by."""
    for folder, load in (("lexicon", language.load), ("facts", fact_words.load)):
        try:
            load(knowledge / folder)
        except (
            ValueError,
            OSError,
            YAMLError,
        ) as error:  # both tell all flaws of their files in one ValueError
            yield from (
                f"{folder}/：{line}" for line in getattr(error, "problems", None) or str(error).splitlines()
            )


def _texts(locales: Path) -> tuple[dict[str, Mapping[str, str]], list[str]]:
    """The texts of each language (none where they can't be read), and why they can't be read."""
    texts: dict[str, Mapping[str, str]] = {}
    unread = []
    for name in (COMPLETE, SAME_KEYS, PARTIAL):
        try:
            texts[name] = wording.texts_of(locales / name)
        except (wording.WordingError, OSError, YAMLError) as error:
            texts[name] = {}
            unread.append(f"locales/{name}：{error}")
    return texts, unread


def unspoken(knowledge: Knowledge, texts: Mapping[str, str]) -> Iterator[Flaw]:
    """Facts that a problem type wants to ask for, and kinds of excuse, that have no words to say them with."""
    wanted = {
        f"ask.{name}": f"problems/{problem.id} 要问「{name}」"
        for problem in knowledge.problems.values()
        for names in (*problem.needs.values(), *(rung.when for rung in problem.ladder))
        for name in names
    }
    for excuse in knowledge.excuses.values():
        wanted[f"reply.kind.{excuse.kind}"] = f"excuses/{excuse.id} 的 kind 是「{excuse.kind}」"
    for id, why in sorted(wanted.items()):
        if texts and id not in texts:
            yield Flaw(
                f"locales/{COMPLETE}", id, f"{why}，但没有这一条文案", "补上文案，或改正知识文件里的名字"
            )


def compare(texts: Mapping[str, Mapping[str, str]]) -> Iterator[Flaw]:
    """zh-CN is complete, zh-TW has the same ids, en may have fewer; placeholders are the same everywhere."""
    complete = texts[COMPLETE]
    if not complete:
        yield Flaw(f"locales/{COMPLETE}", "", "没有任何文案", "放入文案文件")
    for id in sorted(complete.keys() - texts[SAME_KEYS].keys()):
        yield Flaw(f"locales/{SAME_KEYS}", id, "缺少这一条", f"照 {COMPLETE} 补上")
    for name in (SAME_KEYS, PARTIAL):
        for id in sorted(texts[name].keys() - complete.keys()):
            yield Flaw(f"locales/{name}", id, f"{COMPLETE} 里没有这一条", f"先写进 {COMPLETE}，或删去")
        for id in sorted(texts[name].keys() & complete.keys()):
            yield from _places(name, id, complete[id], texts[name][id])


def _places(name: str, id: str, complete: str, text: str) -> Iterator[Flaw]:
    wanted, found = set(_PLACE.findall(complete)), set(_PLACE.findall(text))
    if wanted != found:
        shown = "、".join(f"{{{place}}}" for place in sorted(wanted)) or "没有"
        yield Flaw(f"locales/{name}", id, f"占位符与 {COMPLETE} 不同", f"应当正好有：{shown}")
