"""Many words looked for in one text, in one pass: each place at which each word stands, overlaps included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Found = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Words by their first two characters (single characters by themselves), the longest first."""

    pairs: Mapping[str, tuple[str, ...]]
    singles: frozenset[str]

    def find(self, text: str) -> Iterator[Found]:
        """Every occurrence as (start, end, word), by start; at one start the longest word comes first."""
        pairs, singles = self.pairs, self.singles
        for start, first in enumerate(text):
            words = pairs.get(text[start : start + 2])
            if words is not None:
                for word in words:
                    if text.startswith(word, start):
                        yield start, start + len(word), word
            if first in singles:
                yield start, start + 1, first


def index_words(words: Iterable[str]) -> WordIndex:
    """Build the index; empty words are left out."""
    pairs: dict[str, list[str]] = {}
    singles = set()
    for word in set(words):
        if len(word) > 1:
            pairs.setdefault(word[:2], []).append(word)
        elif word:
            singles.add(word)
    ordered = {pair: tuple(sorted(group, key=len, reverse=True)) for pair, group in pairs.items()}
    return WordIndex(ordered, frozenset(singles))
