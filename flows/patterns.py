"""Phrases that speak for a label: sequences of words with gaps, found at word boundaries.

A phrase is written as `没|未 ~ 到账 .. <卖家>`: words side by side with a blank, `|` between words that may stand for
each other, `<name>` for a group of words, `<数>` for a number; `~` for up to 4 characters within a clause,
`..` for up to 14 characters within a sentence, `...` for up to 60 characters of anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from flows.segment import Token
from flows.wordindex import WordIndex

NUMBER = "<数>"
GAPS = {"~": 4, "..": 14, "...": 60}
#: So often may one phrase be found in one text: enough for every reading, little enough for hostile texts.
MOST_MATCHES = 4
MOST_PLACES = 40
_NUMBERS = re.compile(r"\d[\d,.]*|[零一二两三四五六七八九十百千万几半]+")
_CLAUSE = frozenset('，,。！!？?；;：:\n、…“”"「」【】（）()')
_SENTENCE = frozenset("。！!？?；;\n")

#: A denial within a clause turns a phrase around, so it is not skipped like other words.
_DENYING = frozenset("没未不别无")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: each element is a set of words; `gaps[i]` is the room before element i (0: side by side)."""

    written: str
    label: str
    weight: float
    elements: tuple[frozenset[str], ...]
    gaps: tuple[int, ...]


class Match(NamedTuple):
    """A phrase found at [start, end) of the normalised text."""

    phrase: Phrase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelRules:
    """How a label behaves beside others. `priority` decides when two fit (higher wins); `speech` False means that
    what the other side says does not count; `stage` that it gives way to any cause that is told; `worries` that it is told in words of worry; `raised_by` and
    `lowered_by` are signals; `also` False that it is never a second label, `never_beside` not of these."""

    priority: int
    speech: bool = True
    stage: bool = False
    also: bool = True
    worries: bool = False
    raised_by: tuple[str, ...] = ()
    lowered_by: tuple[str, ...] = ()
    never_beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases. `anchored` lists for a word the phrases that are worth trying when it occurs; `context` holds
    the words that turn a phrase around (denial, worry, history, the other side speaking); `open_words` are
    dictionary words that a phrase may use a part of."""

    phrases: tuple[Phrase, ...]
    anchored: Mapping[str, tuple[int, ...]]
    index: WordIndex
    labels: Mapping[str, LabelRules]
    context: Mapping[str, frozenset[str]]
    open_words: frozenset[str]


@dataclass(slots=True)
class Reading:
    """One text being read: where its words stand, and where clauses, sentences and dictionary words part."""

    text: str
    places: dict[str, list[Place]]
    clause: list[int]
    sentence: list[int]
    inside: set[int]
    words: frozenset[str]
    merged: dict[frozenset[str], list[Place]] = field(default_factory=dict)


def read(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> Reading:
    """Find every word of the lexicon in `text`."""
    places: dict[str, list[Place]] = {}
    for start, end, word in lexicon.index.find(text):
        places.setdefault(word, []).append((start, end))
    numbers = [match.span() for match in _NUMBERS.finditer(text)]
    if numbers:
        places[NUMBER] = numbers
    return Reading(text, places, *_numbered(text), _inside(tokens, lexicon.open_words), frozenset(places))


def _inside(tokens: tuple[Token, ...], open_words: frozenset[str]) -> set[int]:
    """The places at which no phrase begins or ends, because a word of the dictionary goes on there."""
    inside: set[int] = set()
    for word, start, end, known in tokens:
        if end > start + 1 and known and word not in open_words:
            inside.update(range(start + 1, end))
    return inside


def _numbered(text: str) -> tuple[list[int], list[int]]:
    """For each place of the text, how many ends of clauses and how many ends of sentences stand before it."""
    clauses, sentences = [0], [0]
    clause = sentence = 0
    for character in text:
        if character in _CLAUSE:
            clause += 1
            sentence += character in _SENTENCE
        clauses.append(clause)
        sentences.append(sentence)
    return clauses, sentences


def find_phrases(reading: Reading, lexicon: Lexicon) -> Iterator[Match]:
    """Every phrase of the lexicon that stands in the text, at most `MOST_MATCHES` times each."""
    tried = {number for word in reading.words & lexicon.anchored.keys() for number in lexicon.anchored[word]}
    for number in sorted(tried):
        phrase = lexicon.phrases[number]
        if _may_stand(phrase, reading.words):
            yield from _find(phrase, reading)


def _may_stand(phrase: Phrase, words: frozenset[str]) -> bool:
    """Whether every element has a word in the text; a plain loop, because most phrases end here."""
    for element in phrase.elements:  # noqa: SIM110
        if words.isdisjoint(element):
            return False
    return True


def _find(phrase: Phrase, reading: Reading) -> Iterator[Match]:
    found = 0
    inside = reading.inside
    for start, end in places_of(phrase.elements[0], reading)[:MOST_PLACES]:
        if start in inside:
            continue
        last = _follow(phrase, 1, end, reading)
        if last is not None:
            yield Match(phrase, start, last)
            found += 1
            if found == MOST_MATCHES:
                return


def _follow(phrase: Phrase, position: int, end: int, reading: Reading) -> int | None:
    """Where the rest of the phrase ends when its elements before `position` end at `end`; None if it does not."""
    if position == len(phrase.elements):
        return None if end in reading.inside else end
    room = phrase.gaps[position]
    if room and end in reading.inside:
        return None
    places = places_of(phrase.elements[position], reading)
    at = bisect_left(places, (end, 0)) if places[0][0] < end else 0
    farthest = end + max(room, 1)
    for start, stop in places[at : at + MOST_PLACES]:
        if start > farthest:
            return None
        if _reaches(reading, end, start, room):
            last = _follow(phrase, position + 1, stop, reading)
            if last is not None:
                return last
    return None


def _reaches(reading: Reading, end: int, start: int, room: int) -> bool:
    if room == 0:
        return start == end or reading.text[end:start] == " "
    if start in reading.inside:
        return False
    if room <= GAPS["~"]:
        return reading.clause[end] == reading.clause[start] and _DENYING.isdisjoint(reading.text[end:start])
    return room > GAPS[".."] or reading.sentence[end] == reading.sentence[start]


def places_of(words: frozenset[str], reading: Reading) -> list[Place]:
    """Where any of `words` stands, by start, the longest first at one start."""
    known = reading.merged.get(words)
    if known is None:
        present = words & reading.words
        found = [place for word in present for place in reading.places[word]]
        known = reading.merged[words] = sorted(found, key=_by_start) if len(found) > 1 else found
    return known


def _by_start(place: Place) -> tuple[int, int]:
    return place[0], -place[1]
