"""One spelling for what people type in a hundred ways, with a way back to the characters as typed.

Full width becomes half width, upper case lower case, traditional (and Cantonese) characters simplified ones,
misspellings and abbreviations the usual word. Control characters, zero-width characters and half surrogates
go, emoji become a space, repeats are collapsed, spaces between single Han characters are closed; other spaces and
line breaks stay, because they part what punctuation would part. Never raises, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.understanding import Span
from flows.wordindex import WordIndex

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_INVISIBLE = "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e01ef"
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_BLANK = re.compile(f"[{_INVISIBLE}{_EMOJI}\\s]+")
_REPEAT = re.compile(rf"([^\w\s*_\-])\1+|([{HAN}])\2{{2,}}")
_SPACED = re.compile(
    rf"(?:(?<=[^{HAN}][{HAN}])|(?<=\A[{HAN}])) (?=[{HAN}])|(?<=[{HAN}]) (?=[{HAN}](?![{HAN}]))"
)
_NUMBER = frozenset("0123456789一二两三四五六七八九十百千万几半")

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the normaliser knows. `characters` maps code points one to one. A misspelling in `words` is replaced
    wherever it stands, an abbreviation (Latin letters) only where no letter or digit touches it, one of
    `before_number` or `after_number` only beside a number, and one of `not_after_number` never after one."""

    characters: Mapping[int, int]
    words: Mapping[str, str]
    before_number: Mapping[str, str]
    after_number: Mapping[str, str]
    not_after_number: Mapping[str, str]
    index: WordIndex


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` in normal spelling; `origin[i]` is where its character i begins in `source`, `ends[i]` where it ends."""

    text: str
    origin: tuple[int, ...]
    source: str
    ends: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The characters of `source` that became text[start:end]; an empty range gives an empty span."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else len(self.source)
            return Span(at, at)
        return Span(self.origin[start], self.ends[end - 1])

    def shortened(self, head: int, tail: int) -> Normalised:
        """The first `head` and the last `tail` characters as a text of their own; all of it when it is no longer."""
        if len(self.text) <= head + tail:
            return self
        text = self.text[:head] + "\n" + self.text[-tail:]
        joint = self.origin[head]
        origin = (*self.origin[:head], joint, *self.origin[-tail:])
        return Normalised(text, origin, self.source, (*self.ends[:head], joint + 1, *self.ends[-tail:]))


def normalise(text: str, tables: Tables) -> Normalised:
    """The normal spelling of `text`; see the module's promise."""
    source = text
    draft = text.translate(tables.characters)
    origin, ends = list(range(len(text))), list(range(1, len(text) + 1))
    for find in (_blank_edits, _repeat_edits, _space_edits):
        draft, origin, ends = _apply(draft, origin, ends, find(draft))
    draft, origin, ends = _apply(draft, origin, ends, _word_edits(draft, tables))
    return Normalised(draft, tuple(origin), source, tuple(ends))


def _blank_edits(text: str) -> list[Edit]:
    edits = []
    for match in _BLANK.finditer(text):
        run = match.group()
        if run not in (" ", "\n"):
            edits.append((match.start(), match.end(), _blank(run)))
    return edits


def _blank(run: str) -> str:
    if "\n" in run or "\r" in run or "\u2028" in run:
        return "\n"
    return " " if re.search(f"[{_EMOJI}\\s]", run) else ""


def _repeat_edits(text: str) -> list[Edit]:
    return [(m.start(), m.end(), m.group()[0]) for m in _REPEAT.finditer(text)]


def _space_edits(text: str) -> list[Edit]:
    return [(m.start(), m.end(), "") for m in _SPACED.finditer(text)]


def _word_edits(text: str, tables: Tables) -> list[Edit]:
    edits: list[Edit] = []
    free_from = 0
    for start, end, word in tables.index.find(text):
        if start < free_from:
            continue
        to = _replacement(text, start, end, word, tables)
        if to is not None:
            edits.append((start, end, to))
            free_from = end
    return edits


def _replacement(text: str, start: int, end: int, word: str, tables: Tables) -> str | None:
    before, after = text[start - 1 : start], text[end : end + 1]
    if word in tables.words:
        touched = (_latin(word[0]) and _letter(before)) or (
            _latin(word[-1]) and (_latin(after) or after in ("_", "-"))
        )
        return None if touched else tables.words[word]
    if word in tables.before_number and after in _NUMBER:
        return tables.before_number[word]
    if word in tables.after_number and before in _NUMBER:
        return tables.after_number[word]
    if word in tables.not_after_number and before not in _NUMBER:
        return tables.not_after_number[word]
    return None


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _letter(character: str) -> bool:
    """A digit may stand right before an abbreviation ("50qb"), a letter may not."""
    return character.isascii() and (character.isalpha() or character == "_")


def _apply(
    text: str, origin: list[int], ends: list[int], edits: list[Edit]
) -> tuple[str, list[int], list[int]]:
    """Carry out edits that are in order and do not overlap, keeping for each character where it came from."""
    if not edits:
        return text, origin, ends
    pieces: list[str] = []
    new_origin: list[int] = []
    new_ends: list[int] = []
    at = 0
    for start, end, to in edits:
        pieces += (text[at:start], to)
        new_origin += origin[at:start] + [origin[start]] * len(to)
        new_ends += ends[at:start] + [ends[end - 1]] * len(to)
        at = end
    pieces.append(text[at:])
    return "".join(pieces), new_origin + origin[at:], new_ends + ends[at:]
