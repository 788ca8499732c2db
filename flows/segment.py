"""Cutting normalised text into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flows.normalise import Normalised

if TYPE_CHECKING:
    from flows.language import Language


#: Up to this length unknown names are guessed (七七卡盟); the guessing takes most of the time of a long text.
MOST_GUESSED = 1200


class Cutter(Protocol):
    """What we ask of jieba's Tokenizer."""

    def cut(self, sentence: str, cut_all: bool = False, HMM: bool = True) -> Iterator[str]: ...  # noqa: N803


@dataclass(frozen=True, slots=True)
class Segmenter:
    """A private tokenizer and the frequency of each word it was given. It is never changed after it was built."""

    cutter: Cutter
    frequency: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Token:
    """One word: characters [start, end) of the normalised text. `known` when the dictionary holds it."""

    text: str
    start: int
    end: int
    known: bool


def segment(normalised: Normalised, language: Language) -> tuple[Token, ...]:
    """All of the text as words, in order and without gaps; blanks and punctuation are words too."""
    frequency = language.segmenter.frequency
    tokens = []
    at = 0
    guessing = len(normalised.text) <= MOST_GUESSED
    for word in language.segmenter.cutter.cut(normalised.text, HMM=guessing):
        end = at + len(word)
        tokens.append(Token(word, at, end, frequency.get(word, 0) > 0))
        at = end
    return tuple(tokens)
