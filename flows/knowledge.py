"""What is known: the shape of everything under data/knowledge, as frozen values.

`bot.knowledge` reads the YAML files into these types and checks them; nothing here reads a file. Each type is
also the file's schema: an unknown key is an error. Certainty marks are those of data/README.md:
V read in the text itself, V2 read in a secondary source, G general knowledge, C sources contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Certainty = Literal["V", "V2", "G", "C"]

STRICT = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One citable provision. `quote` is its wording, or one unbroken piece of it, word for word; `summary` is always
    our own words."""

    __pydantic_config__ = STRICT

    id: str
    law: str
    article: str
    summary: str
    source: str
    checked_on: date
    certainty: Certainty
    quote: str = ""
    in_force_from: date = date(1900, 1, 1)
    in_force_to: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverCite:
    """Wording that must not stand in anything we say or hand over: repealed rules, wrong numbers, wrong bodies.

    A text offends when it holds one of `words` and none of `unless`. `instead` is what is right.
    """

    __pydantic_config__ = STRICT

    id: str
    words: tuple[str, ...]
    why: str
    instead: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """How a due time follows from a starting event.

    `unit`: hours run from the moment itself; days, months, years do not count the first day; working_days are
    those of the State Council's calendar. `roll`: a last day on a day off moves to the next working day.
    `end_of_day`: the due time is the end of the last day (hours ignore it).
    `starts` names the event that starts it: one of `flows.deadlines.STARTS`. `after` is, for people, what has to
    have happened before that event; it is shown, not computed with.
    `kind`: courtesy (we chose it), custom (a platform's habit), window (a chance that closes), statutory,
    limitation, promise (the other side named it).
    """

    __pydantic_config__ = STRICT

    id: str
    label: str
    kind: Literal["courtesy", "custom", "window", "statutory", "limitation", "promise"]
    amount: int
    unit: Literal["hours", "days", "working_days", "months", "years"]
    starts: str
    roll: bool = False
    end_of_day: bool = True
    citations: tuple[str, ...] = ()
    certainty: Certainty = "V"
    source: str = ""
    checked_on: date
    note: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """The State Council's days for one year: days off (weekends inside them too), and weekend days that are worked.

    `provisional`: not announced yet; `off` holds only the statutory holidays, and what follows from it is 暂定.
    """

    __pydantic_config__ = STRICT

    year: int
    notice: str
    source: str
    checked_on: date
    off: tuple[date, ...]
    worked: tuple[date, ...]
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One entry of a checklist: what it is, what it proves, how to get it."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    proves: str
    how: str
    required: bool = True
    words: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One stage of a problem's ladder. It is offered when every `when` fact has one of the listed values (an
    unknown fact passes, except where `known` is set) and no `unless` fact has one of its listed values.

    `letter` and `second` replace the channel's own; a rung with its own `letter` has only its own `second`.
    """

    __pydantic_config__ = STRICT

    channel: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    letter: str | None = None
    second: str | None = None
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem type: what happened, what is asked, which way it goes, what proves it.

    `happened` and `request` are Jinja2 fragments used inside every letter (see data/README.md for the names
    that they may use). `needs` lists the facts that the next text needs, by channel, in the order of asking.
    `cites` lists article ids by channel. `perform` is a fragment too: what full performance would be; types without
    it get no letter that ends the contract.
    """

    __pydantic_config__ = STRICT

    id: str
    name: str
    short: str
    explain: str
    priority: int
    crime: bool = False
    consumer: bool = True
    happened: str
    request: str
    outcome: str
    avoid: tuple[str, ...]
    ladder: tuple[Rung, ...]
    needs: Mapping[str, tuple[str, ...]]
    evidence: tuple[Proof, ...]
    cites: Mapping[str, tuple[str, ...]]
    first_aid: tuple[str, ...] = ()
    perform: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Somewhere a claim can be taken. `steps` say what to press where; `limit` is the length of its main field.

    `deadlines` are rule ids that start when the person says that it was sent; `accepted` those that start when
    the channel says it has accepted the matter. `excludes` are channels that refuse the same dispute afterwards.
    `second` is the letter for a second turn here after a refusal or silence, `beside` are letters that may be handed
    over in addition (a report without a demand for money).
    """

    __pydantic_config__ = STRICT

    id: str
    name: str
    short: str
    use_when: str
    steps: tuple[str, ...]
    attach: str
    letter: str
    limit: int | None = None
    deadlines: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    second: str = ""
    beside: tuple[str, ...] = ()
    cannot: str = ""
    warn: str = ""
    phone: str = ""
    certainty: Certainty = "V"
    source: str = ""
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A template of a text to hand over. `body` is Jinja2; `facts` are those that it uses always, others only after
    `has()`."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    channel: str
    body: str
    limit: int | None = None
    facts: tuple[str, ...] = ()
    cites: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """Something the other side says, how to know it, what the law answers, and what to do.

    What answers most people's case can contradict some: the entry is not used for the problems in `unless_problems`,
    and where `only_problems` names any, for these alone.
    """

    __pydantic_config__ = STRICT

    id: str
    name: str
    words: tuple[str, ...]
    kind: str
    answer: str
    counter: str
    cites: tuple[str, ...] = ()
    trap: str = ""
    unless_problems: tuple[str, ...] = ()
    only_problems: tuple[str, ...] = ()

    def fits(self, problem: str) -> bool:
        """Whether the entry may be used in a dispute about `problem` (an id; empty when not known)."""
        return problem not in self.unless_problems and (
            not self.only_problems or problem in self.only_problems
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A term to look for in a site's rules before buying."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    words: tuple[str, ...]
    weight: int
    means: str
    advice: str
    check: Literal["qualification", "reviews", "terms", "payment"]
    good: bool = False
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A kind of goods, how to recognise it, and the official desk that can say whether it arrived."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    words: tuple[str, ...]
    desk: str = ""
    recipe: str = ""
    illicit: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything, read once. `version` is a hash of the content and is stored with each draft and nudge."""

    version: str
    articles: Mapping[str, Article]
    rules: Mapping[str, DeadlineRule]
    calendar: Mapping[int, CalendarYear]
    problems: Mapping[str, Problem]
    channels: Mapping[str, Channel]
    letters: Mapping[str, Letter]
    excuses: Mapping[str, Excuse]
    clauses: Mapping[str, Clause]
    goods: Mapping[str, Goods]
    never: Mapping[str, NeverCite] = field(default_factory=dict)
