"""Checks every sentence that we say or hand over: nothing that must not be cited, no article that we do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.knowledge_flaws import Flaw
from flows.knowledge import Knowledge, NeverCite

#: fields that hold other people's words or explain a trap, and may therefore name what must not be cited
UNSPOKEN = frozenset(
    {"id", "words", "note", "why", "instead", "source", "notice", "trap", "avoid", "warn", "law"}
)
SHELVES = ("articles", "problems", "channels", "letters", "excuses", "clauses", "rules", "goods")
_ARTICLE = "第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五])?"

Files = Mapping[tuple[str, Any], str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    shelf: str
    key: Any
    path: str
    text: str


def check_wording(knowledge: Knowledge, files: Files) -> Iterator[Flaw]:
    """Wording of statutes/never.yaml, and articles that statutes/ does not hold or holds only as unverified."""
    sentences = list(_sentences(knowledge))
    for sentence, wrong, cure in (*_never_cited(knowledge, sentences), *_cited(knowledge, sentences)):
        yield Flaw(files[sentence.shelf, sentence.key], sentence.path, wrong, cure)


def _never_cited(knowledge: Knowledge, sentences: list[_Sentence]) -> Iterator[tuple[_Sentence, str, str]]:
    words = {word for ban in knowledge.never.values() for word in ban.words}
    if not words:
        return
    anything = re.compile("|".join(re.escape(word) for word in sorted(words)))
    for sentence in sentences:
        if anything.search(sentence.text):
            for word, ban in _bans(knowledge, sentence.text):
                yield sentence, f"出现了不得引用的「{word}」：{ban.why}", ban.instead


def _bans(knowledge: Knowledge, text: str) -> Iterator[tuple[str, NeverCite]]:
    for ban in knowledge.never.values():
        if not any(exception in text for exception in ban.unless):
            yield from ((word, ban) for word in ban.words if word in text)


def _cited(knowledge: Knowledge, sentences: list[_Sentence]) -> Iterator[tuple[_Sentence, str, str]]:
    held = _held(knowledge)
    if not held:
        return
    pattern = _pattern(held)
    for sentence in sentences:
        if sentence.shelf == "articles":
            continue
        for found in pattern.finditer(sentence.text):
            law, article = found["quoted"] or found["plain"], found["article"]
            if (law.removeprefix("中华人民共和国"), article) not in held:
                cure = "核对条号；确实要引用就先在 statutes/ 里加这一条"
                yield sentence, f"statutes/ 里没有可引用的《{law}》{article}", cure


def _held(knowledge: Knowledge) -> set[tuple[str, str]]:
    """(short title, article without paragraph) of everything that may be cited."""
    held = set()
    for article in knowledge.articles.values():
        number = re.match(_ARTICLE, article.article)
        if article.certainty in ("V", "V2") and number:
            held.add((article.law.removeprefix("中华人民共和国"), number[0]))
    return held


def _pattern(held: set[tuple[str, str]]) -> re.Pattern[str]:
    titles = sorted({re.escape(law) for law, _ in held}, key=len, reverse=True)
    return re.compile(f"(?:《(?P<quoted>[^》]+)》|(?P<plain>{'|'.join(titles)}))(?P<article>{_ARTICLE})")


def _sentences(knowledge: Knowledge) -> Iterator[_Sentence]:
    for shelf in SHELVES:
        for key, entry in getattr(knowledge, shelf).items():
            for path, text in _spoken(entry, str(key)):
                yield _Sentence(shelf, key, path, text)


def _spoken(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in UNSPOKEN:
                yield from _spoken(getattr(value, one.name), f"{path}.{one.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _spoken(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value, 1):
            yield from _spoken(item, f"{path}[{number}]")
