"""Cutting normalised text into words: jieba's cut, with a private tokenizer and our own dictionary.

Names that the dictionary does not hold are left to the readers of facts: jieba's guess at new words (HMM) is off,
because it joins the beginnings of our phrases to what stands before them, and takes twice the time.
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
    """jieba with its dictionary. `frequency` is how often each word stands in the texts that it was made from, 0 for
    what is merely the beginning of words. Neither is ever changed after it was built."""

    cutter: Cutter
    frequency: Mapping[str, int]


class Token(NamedTuple):
    """One word: characters [start, end) of the normalised text. `known` when the dictionary holds it."""

    text: str
    start: int
    end: int
    known: bool


def segment(normalised: Normalised, language: Language) -> tuple[Token, ...]:
    """All of the text as words, in order and without gaps; blanks and punctuation are words too."""
    frequency = language.segmenter.frequency
    tokens = []
    start = 0
    for word in language.segmenter.cutter.cut(normalised.text, HMM=False):
        end = start + len(word)
        tokens.append(Token(word, start, end, frequency.get(word, 0) > 0))
        start = end
    return tuple(tokens)
