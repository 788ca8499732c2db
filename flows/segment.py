"""Cutting normalised text into words: of all ways to cut, the one whose words are likeliest together.

The dictionary is jieba's, and so are the cuts among its words; what it does not hold stays single characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flows.normalise import Normalised

if TYPE_CHECKING:
    from flows.language import Language


class Cutter(Protocol):
    """What we ask of jieba's Tokenizer."""

    def cut(self, sentence: str, cut_all: bool = False, HMM: bool = True) -> Iterator[str]: ...  # noqa: N803


@dataclass(frozen=True, slots=True)
class Segmenter:
    """The dictionary. `frequency` is how often each word stands in the texts it was made from, 0 for what is merely
    the beginning of words: it tells the search to go on. `total` is the sum.
    `cutter` is jieba with the same dictionary, to measure against."""

    cutter: Cutter
    frequency: Mapping[str, int]
    total: int

    def ends(self, text: str) -> list[int]:
        """For each place of the text, where the word ends that begins there in the best cut of the rest."""
        get, size, all_text = self.frequency.get, len(text), log(self.total or 1)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            end = to = start + 1
            top = log(get(text[start]) or 1) - all_text + best[end]
            while end < size:
                end += 1
                count = get(text[start:end])
                if count is None:
                    break
                if count and (value := log(count) - all_text + best[end]) >= top:
                    top, to = value, end
            best[start], ends[start] = top, to
        return ends


class Token(NamedTuple):
    """One word: characters [start, end) of the normalised text. `known` when the dictionary holds it."""

    text: str
    start: int
    end: int
    known: bool


def segment(normalised: Normalised, language: Language) -> tuple[Token, ...]:
    """All of the text as words, in order and without gaps; blanks and punctuation are words too."""
    text, segmenter = normalised.text, language.segmenter
    frequency = segmenter.frequency
    ends = segmenter.ends(text)
    tokens = []
    start = 0
    while start < len(text):
        end = ends[start]
        word = text[start:end]
        tokens.append(Token(word, start, end, end > start + 1 or frequency.get(word, 0) > 0))
        start = end
    return tuple(tokens)
