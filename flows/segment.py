"""Cutting normalised text into words: of all ways to cut, the one whose words are likeliest together.

The dictionary is jieba's, and so are the cuts among its words; what it does not hold stays single characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flows.normalise import Normalised

if TYPE_CHECKING:
    from flows.language import Language


class Cutter(Protocol):
    """What we ask of jieba's Tokenizer."""

    def cut(self, sentence: str, cut_all: bool = False, HMM: bool = True) -> Iterator[str]: ...  # noqa: N803


@dataclass(frozen=True, slots=True)
class Segmenter:
    """The dictionary. `likelihood` is the logarithm of each word's share in all text; what is merely the beginning
    of words has minus infinity, so that the search knows to go on. `unknown` is what any other character gets.
    `cutter` is jieba with the same dictionary, to measure against."""

    cutter: Cutter
    likelihood: Mapping[str, float]
    unknown: float

    def ends(self, text: str) -> list[int]:
        """For each place of the text, where the word ends that begins there in the best cut of the rest."""
        get, unknown, size = self.likelihood.get, self.unknown, len(text)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            end = to = start + 1
            top = max(get(text[start], unknown), unknown) + best[end]
            while end < size:
                end += 1
                value = get(text[start:end])
                if value is None:
                    break
                value += best[end]
                if value >= top:
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
    get, unknown = segmenter.likelihood.get, segmenter.unknown
    ends = segmenter.ends(text)
    tokens = []
    start = 0
    while start < len(text):
        end = ends[start]
        word = text[start:end]
        tokens.append(Token(word, start, end, end > start + 1 or get(word, unknown) > unknown))
        start = end
    return tuple(tokens)
