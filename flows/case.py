"""The state of a conversation: the person's cases, what is known in each, and what the bot is asking now.

Everything here is a frozen value that is stored as JSON between two turns. Stage is where the dispute stands in
the world (which channel it is with); step is what the bot is asking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.events import FileKind
from flows.moment import Moment


class Step(StrEnum):
    """What the bot waits for in a case."""

    CONFIRM_TYPE = "confirm_type"
    ASK_FACT = "ask_fact"
    EVIDENCE = "evidence"
    DRAFT = "draft"
    WAITING = "waiting"
    CLOSED = "closed"


class Source(StrEnum):
    """Who or what a fact comes from."""

    SAID = "said"
    CHOSEN = "chosen"
    FORWARDED = "forwarded"
    PICTURE = "picture"


class Outcome(StrEnum):
    """How a case ended."""

    REFUNDED = "refunded"
    DELIVERED = "delivered"
    PARTIAL = "partial"
    GIVEN_UP = "given_up"
    EXHAUSTED = "exhausted"
    WITHDRAWN = "withdrawn"


FactValue = str | int | Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One stated value. `value`: money in fen (int), counts as int, times as Moment, everything else as text.

    `words` are the person's own; `at` is when they were said.
    """

    value: FactValue
    words: str
    source: Source
    at: datetime
    approx: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The person's own words, verbatim (当事人陈述). `message_id` finds it again when it is edited."""

    text: str
    at: datetime
    message_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One piece of evidence, numbered in order of arrival; never edited, only withdrawn.

    `slot` is the checklist entry that it proves, None until it is known. `text` holds a forwarded or pasted
    message. `sha256` is empty until the bytes are stored. `formed_at` is when the thing shown happened.
    """

    number: int
    file_key: str
    unique_id: str
    kind: FileKind | None
    received_at: datetime
    caption: str = ""
    name: str = ""
    mime: str = ""
    size: int | None = None
    sha256: str = ""
    slot: str | None = None
    text: str = ""
    origin: str | None = None
    origin_at: datetime | None = None
    problem: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A text that the person says they handed in: where, when, and what came of it.

    `result` is one of refused, silent, partial, waiting, refunded, promised; None while nothing is known.
    `accepted_at` is when the channel accepted it (12315: 受理).
    """

    channel: str
    letter: str
    sent_at: datetime
    result: str | None = None
    result_at: datetime | None = None
    words: str = ""
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the other side said, as the person passed it on. `excuse` is an id of data/knowledge/excuses.

    `text` holds the other side's own words and is empty where the person only told what came of it. `channel` is who
    answered.
    """

    text: str
    at: datetime
    kind: str
    excuse: str | None = None
    promised_for: datetime | None = None
    channel: str = "merchant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One dispute over one purchase. `revision` rises whenever the open question changes.

    `skipped` are facts that the person did not want to give; they are not asked for again unless they say so.
    `asking` is the fact asked for when step is ASK_FACT, `pending` what goes on after it ('escalate' or nothing).
    `drafted` are the letters handed over for this stage. `unanswered` counts reminders since the last sign of life.
    """

    id: str
    revision: int
    opened_at: datetime
    step: Step
    problem: str
    also: tuple[str, ...] = ()
    confidence: float = 0.0
    facts: dict[str, Fact] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    filings: tuple[Filing, ...] = ()
    replies: tuple[Reply, ...] = ()
    stage: str = "merchant"
    asking: str | None = None
    skipped: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    unsettled: tuple[int, ...] = ()
    touched_at: datetime | None = None
    snoozed_until: datetime | None = None
    muted: bool = False
    unanswered: int = 0
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    pending: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionTalk:
    """A question before buying: what was pasted or told so far, which check is open."""

    texts: tuple[str, ...] = ()
    asking: str | None = None
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that is remembered about one private chat.

    `locale` is zh-CN, zh-TW or en. `misses` counts texts in a row that were not understood. `asking` is an open
    question that belongs to no case: story, erase, which_case; None when there is none.
    """

    chat_id: int
    locale: str = "zh-CN"
    easy: bool = False
    current: str | None = None
    cases: tuple[Case, ...] = ()
    prevention: PreventionTalk | None = None
    asking: str | None = None
    held_text: str = ""
    misses: int = 0
    greeted: bool = False
    muted: bool = False
    blocked: bool = False
