"""The language engine as one value: spelling tables, tokenizer and phrase lexicon, built once and then only read."""

from __future__ import annotations

from dataclasses import dataclass

from flows.facts.words import FactWords
from flows.normalise import Tables
from flows.patterns import Lexicon
from flows.resemblance import Examples
from flows.segment import Segmenter
from flows.talk import Talk


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that reading a text needs. `bot.language.load` builds it from data/knowledge/lexicon and
    data/knowledge/facts."""

    tables: Tables
    segmenter: Segmenter
    lexicon: Lexicon
    facts: FactWords
    examples: Examples
    talk: Talk
