"""What a text means: the values that `flows.classify` and `flows.facts` hand to the rest of the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.case import FactValue


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text as the person typed it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that counted: which words, for which label, how much, and where."""

    words: str
    label: str
    weight: float
    span: Span


@dataclass(frozen=True, slots=True)
class Ranked:
    """A label and its score; the list is sorted by score, highest first."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A fact found in a text, with the words it was read from and how sure the reading is (0..1)."""

    value: FactValue
    words: str
    span: Span
    confidence: float
    approx: bool = False


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one text.

    `primary` is always one of the 23 labels ('other' when nothing fired, with confidence 0). `facts` holds the
    names of shared use: amount (fen), pay_channel, paid_at (Moment), platform, merchant, order_no, payment_no,
    goods, goods_kind, quantity, account, contacted, role, and whatever else is documented in data/README.md.
    `signals` are things said besides the type: resolved, crime:*, resale, question, greeting, thanks, insult,
    minor, helper, easy, illicit:*.
    """

    primary: str
    also: tuple[str, ...] = ()
    ranked: tuple[Ranked, ...] = ()
    confidence: float = 0.0
    hits: tuple[Hit, ...] = ()
    facts: Mapping[str, Found] = field(default_factory=dict)
    signals: frozenset[str] = frozenset()
