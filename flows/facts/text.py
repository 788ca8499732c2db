"""The text as the fact finders read it: clauses, fields of order pages, and stretches already spoken for.

Only the first `LIMIT` characters are read, so that a flood of text (a message holds up to 4096) stays cheap.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from flows.facts.words import FactWords
from flows.normalise import Normalised

LIMIT = 3000
#: No honest message holds more candidates of one kind than this; the rest of a longer one goes unread.
MOST = 32
_CLAUSE = re.compile(r"[,，。!?;\n|、…]|\s/\s")
_SEPARATOR = re.compile(r"[:=\s]")
_FIELD_END = re.compile(r"[\n|;。]|\s/\s|[,，](?!\d{3}(?!\d))|\s{2,}")


def some(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The first `MOST` matches: a flood of numbers or names must not take long."""
    return islice(pattern.finditer(text), MOST)


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value on an order page; `start` and `end` bound the value."""

    kind: str
    label: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Reading:
    """One normalised text with what the finders share. Positions are those of `text`."""

    normalised: Normalised
    words: FactWords
    taken: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The normalised text, but with a full-width comma where one was typed: it never groups digits."""
        text = self.normalised.text[:LIMIT]
        if "," not in text or "，" not in self.normalised.source:
            return text
        source, origin = self.normalised.source, self.normalised.origin
        return "".join(
            "，" if character == "," and source[origin[at]] == "，" else character
            for at, character in enumerate(text)
        )

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """Where clauses end, in order."""
        return tuple(match.end() for match in _CLAUSE.finditer(self.text))

    def clause(self, at: int) -> tuple[int, int]:
        """Start and end of the clause around position `at`."""
        place = bisect_right(self.cuts, at)
        start = self.cuts[place - 1] if place else 0
        return start, self.cuts[place] if place < len(self.cuts) else len(self.text)

    def before(self, at: int, length: int) -> str:
        """Up to `length` characters of the same clause that stand before `at`."""
        return self.text[max(self.clause(at)[0], at - length) : at]

    def take(self, start: int, end: int) -> None:
        """Nothing else may be read from here."""
        self.taken.append((start, end))

    def is_taken(self, start: int, end: int) -> bool:
        return any(start < other_end and other_start < end for other_start, other_end in self.taken)

    def typed(self, start: int, end: int) -> str:
        """The characters as the person typed them."""
        span = self.normalised.span(start, end)
        return self.normalised.source[span.start : span.end]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All label-value pairs. A label followed by a mere blank counts only on a page of several labels."""
        if not _SEPARATOR.search(self.text):
            return ()
        matches = [m for m in some(self.words.field_label, self.text) if not self._is_glued(m)]
        page = len(matches) >= 3
        found = []
        for match, following in zip(matches, (*matches[1:], None), strict=False):
            kind = self.words.field_kind_of[match[1]]
            if match["separator"].isspace() and not page and kind not in ("order", "payment"):
                continue
            limit = following.start() if following is not None else len(self.text)
            stop = _FIELD_END.search(self.text, match.end(), limit)
            end = stop.start() if stop is not None else limit
            value = self.text[match.end() : end].strip()
            if value:
                start = self.text.index(value, match.end())
                found.append(Field(kind, match[1], value, start, start + len(value)))
        return tuple(found)

    def _is_glued(self, match: re.Match[str]) -> bool:
        """A label followed by a blank has to start a word; before a colon it may follow its neighbour directly."""
        start = match.start()
        return match["separator"].isspace() and start > 0 and self.text[start - 1].isalnum()

    def field_at(self, at: int) -> Field | None:
        """The field whose value holds position `at`."""
        return next((one for one in self.fields if one.start <= at < one.end), None)

    def first(self, kind: str) -> Field | None:
        """The first field of a kind."""
        return next((one for one in self.fields if one.kind == kind), None)
