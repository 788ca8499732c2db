"""Wordings with gaps and choices, as people who keep the knowledge files write them.

A wording is plain text in normal spelling (simplified, half width, lower case) with signs: `(甲|乙)` either of
them, `(甲)?` or nothing, `经?` one character or nothing, `~` up to eight characters within a sentence, `#` a number; `$` at the end asks that
the word ends there. A wording that begins with `!` is a guard: what it covers does not count. It compiles to a
regular expression without nested repetition, so reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flows.language import Language
from flows.normalise import Normalised
from flows.segment import segment
from flows.wordindex import WordIndex, index_words

GAP = r"([^。!?;\n]{0,8}?)"
GREEDY_GAP = r"[^。!?;\n]{0,8}"
NUMBER = r"(?:\d{1,9}(?:[.,]\d{1,4})?|[零一二两三四五六七八九十百千万几半]{1,8})"
WORD_END = r"(?![^\W_])"
#: More readings than this per text make nothing clearer.
MOST_MATCHES = 8
_SIGNS = {"~": GAP, "#": NUMBER, "$": WORD_END}
_FORBIDDEN = frozenset("[]{}\\^*")


_NEGATIONS = frozenset("不没未概无别恕拒")
_BREAK = re.compile(r"[,。!?;:\n]")


class WordingError(ValueError):
    """A wording that can't be read; the message is in Chinese, for the people who write them."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One compiled wording. A text that holds none of `needed` can't hold the wording; empty: no such test."""

    written: str
    pattern: re.Pattern[str]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of one entry, guards apart."""

    wanted: tuple[Wording, ...]
    guards: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Characters [start, end) of the normalised text; `weight` counts those that were not gap."""

    start: int
    end: int
    weight: int
    written: str


@dataclass(slots=True)
class WordCuts:
    """The places inside known words of one normalised text: a wording that began there would cut the word in two
    (手续费 is no 续费). Words that begin with a negation (概不退换, 没退) are compounds and may be cut behind it.

    Cutting text into words is the slow part, so it is done only for clauses in which a place is doubtful.
    """

    text: str
    language: Language
    breaks: list[int] = field(default_factory=list)
    known: dict[int, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.breaks = [0, *(match.end() for match in _BREAK.finditer(self.text)), len(self.text)]

    def __contains__(self, at: object) -> bool:
        if not isinstance(at, int) or not self._doubtful(at):
            return False
        number = min(bisect_right(self.breaks, at), len(self.breaks) - 1) - 1
        if number not in self.known:
            self.known[number] = self._inside(self.breaks[number], self.breaks[number + 1])
        return at in self.known[number]

    def _doubtful(self, at: int) -> bool:
        """Whether any word of the dictionary, of up to four characters, could span this place."""
        frequency, text = self.language.segmenter.frequency, self.text
        return any(
            text[start] not in _NEGATIONS and frequency.get(text[start:end], 0) > 0
            for start in range(max(0, at - 3), at)
            for end in range(at + 1, min(start + 4, len(text)) + 1)
        )

    def _inside(self, start: int, end: int) -> frozenset[int]:
        clause = self.text[start:end]
        tokens = segment(Normalised(clause, tuple(range(len(clause))), clause), self.language)
        known = (token for token in tokens if token.known and token.text[0] not in _NEGATIONS)
        return frozenset(start + at for token in known for at in range(token.start + 1, token.end))


#: The wordings of one entry: its id, and its wordings as written.
Entry = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Collection:
    """The wordings of many entries, found in one pass. `wanted` is each wording with the number of its entry;
    `speaking[word]` are the places in it worth trying where `word` stands, `silent` those no word gives away."""

    entries: tuple[tuple[str, Wordings], ...]
    wanted: tuple[tuple[int, Wording], ...]
    index: WordIndex
    speaking: Mapping[str, tuple[int, ...]]
    silent: frozenset[int]


@lru_cache(maxsize=4096)
def compiled(words: tuple[str, ...]) -> Wordings:
    """Compile all wordings of an entry. Raises WordingError for the first that can't be read."""
    wanted = tuple(_wording(word, word, guard=False) for word in words if not word.startswith("!"))
    guards = tuple(_wording(word, word[1:], guard=True) for word in words if word.startswith("!"))
    return Wordings(wanted, guards)


@lru_cache(maxsize=16)
def collected(entries: tuple[Entry, ...]) -> Collection:
    """Compile many entries for `find_all`. Raises WordingError."""
    ready = tuple((key, compiled(words)) for key, words in entries)
    wanted = tuple((number, wording) for number, (_, own) in enumerate(ready) for wording in own.wanted)
    speaking: dict[str, list[int]] = {}
    for place, (_, wording) in enumerate(wanted):
        for word in wording.needed:
            speaking.setdefault(word, []).append(place)
    by_word = {word: tuple(places) for word, places in speaking.items()}
    silent = frozenset(place for place, (_, wording) in enumerate(wanted) if not wording.needed)
    return Collection(ready, wanted, index_words(by_word), by_word, silent)


def find(wordings: Wordings, text: str, inside: Container[int] = frozenset()) -> Iterator[Match]:
    """Where one entry is said in normalised `text`. A match does not begin at a place in `inside`."""
    matches = [match for wording in wordings.wanted for match in _matches(wording, text, inside)]
    yield from _unguarded(matches, wordings, text)


def find_all(
    collection: Collection, text: str, inside: Container[int]
) -> Iterator[tuple[str, tuple[Match, ...]]]:
    """The entries that are said in normalised `text`, in their own order, each with all its matches."""
    tried = set(collection.silent)
    for word in {word for _, _, word in collection.index.find(text)}:
        tried.update(collection.speaking[word])
    found: dict[int, list[Match]] = {}
    for place in sorted(tried):
        number, wording = collection.wanted[place]
        found.setdefault(number, []).extend(_matches(wording, text, inside))
    for number, matched in found.items():
        key, wordings = collection.entries[number]
        matches = tuple(_unguarded(matched, wordings, text))
        if matches:
            yield key, matches


def _unguarded(matches: list[Match], wordings: Wordings, text: str) -> Iterator[Match]:
    if not matches:
        return
    guarded = [span for guard in wordings.guards for span in _spans(guard, text)]
    for match in matches:
        if not any(start < match.end and match.start < end for start, end in guarded):
            yield match


def _matches(wording: Wording, text: str, inside: Container[int]) -> Iterator[Match]:
    for count, found in enumerate(wording.pattern.finditer(text)):
        start, end = found.span()
        if count >= MOST_MATCHES:
            return
        if end > start and start not in inside:
            gaps = sum(len(gap) for gap in found.groups() if gap)
            yield Match(start, end, end - start - gaps, wording.written)


def _spans(guard: Wording, text: str) -> Iterator[tuple[int, int]]:
    if not guard.needed or any(word in text for word in guard.needed):
        yield from (found.span() for found in guard.pattern.finditer(text))


def _wording(written: str, body: str, *, guard: bool) -> Wording:
    body = body.strip()
    if not guard:
        body = body.removesuffix("?") if body.endswith("~?") else body
        body = body.strip("~")
    bad = _FORBIDDEN.intersection(body)
    if not body or bad:
        raise WordingError(
            f"写法「{written}」{'是空的' if not body else '里不能有 ' + ' '.join(sorted(bad))}"
        )
    parts = _parts(written, body)
    pattern = "".join(part.pattern for part in parts)
    if guard:
        pattern = pattern.replace(GAP, GREEDY_GAP)
    return Wording(written, re.compile(pattern), _needed(parts))


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a wording: its expression, and the texts of which it always holds one (empty: not known)."""

    pattern: str
    holds: tuple[str, ...]


def _parts(written: str, body: str) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    while at < len(body):
        if body[at] == "(":
            close = _close(written, body, at)
            inner = _choice(written, body[at + 1 : close])
            at = close + 1
            if body[at : at + 1] == "?":
                inner, at = _Part(f"{inner.pattern}?", ()), at + 1
            parts.append(inner)
        else:
            end = next((i for i in range(at, len(body)) if body[i] in "()~#$|?"), len(body))
            if end == at:
                parts.append(_sign(written, body[at]))
                end += 1
            elif body[end : end + 1] == "?":
                parts += [_Part(re.escape(body[at : end - 1]), (body[at : end - 1],))] if end - at > 1 else []
                parts.append(_Part(f"(?:{re.escape(body[end - 1])})?", ()))
                end += 1
            else:
                parts.append(_Part(re.escape(body[at:end]), (body[at:end],)))
            at = end
    return parts


def _sign(written: str, sign: str) -> _Part:
    if sign not in _SIGNS:
        raise WordingError(f"写法「{written}」里的 {sign} 放错了地方")
    return _Part(_SIGNS[sign], ())


def _close(written: str, body: str, at: int) -> int:
    depth = 0
    for index in range(at, len(body)):
        depth += {"(": 1, ")": -1}.get(body[index], 0)
        if depth == 0:
            return index
    raise WordingError(f"写法「{written}」的括号不成对")


def _choice(written: str, inner: str) -> _Part:
    options = [_parts(written, option) for option in _split(inner)]
    holds = [_needed(option) for option in options]
    known = all(holds)
    pattern = "|".join("".join(part.pattern for part in option) for option in options)
    return _Part(f"(?:{pattern})", tuple(word for words in holds for word in words) if known else ())


def _split(inner: str) -> list[str]:
    options, depth, start = [], 0, 0
    for index, sign in enumerate(inner):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            options.append(inner[start:index])
            start = index + 1
    return [*options, inner[start:]]


def _needed(parts: list[_Part]) -> tuple[str, ...]:
    """Of the pieces that always hold a known text, the one that rules out most texts: long words, few of them."""
    known = [part.holds for part in parts if part.holds]
    return max(known, key=lambda holds: (min(map(len, holds)), -len(holds)), default=())
