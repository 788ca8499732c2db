"""Fills in the letters: pure, calm, within the channel's length, and without a word that nobody said.

Templates are those of data/knowledge/letters; the names that they may use are listed in `flows.brief`. What people
wrote enters as values only and is never read as a template. An unknown fact becomes 【待补充：…】.

A text that is too long is shortened in a fixed order: the person's own words, the citations, the names of the
exhibits (their numbers stay), the sentences marked `optional` in the template, at last single values (with a
visible …); no sentence is cut in the middle.

Contradictions that are reported in `Draft.problems`:
amount-zero           the amount is 0 or less
paid-in-future        the payment lies after now
paid-after-filing     the payment lies after a text was handed in or an answer came
order-numbers-differ  a pasted message or the latest words name another order number than the letter
total-differs         unit price × quantity is not the amount, or more is claimed or came back than was paid
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flows import written
from flows.brief import DETAILS, FRAGMENTS, Detail, names
from flows.case import Case
from flows.citations import CitationError, child_names, cited
from flows.exhibits import Exhibit, catalogue_text, exhibit_list, timeline_text
from flows.knowledge import Article, Knowledge, Letter
from flows.moment import SHANGHAI, Moment

__all__ = [
    "CitationError",
    "Draft",
    "Exhibit",
    "TooLongError",
    "catalogue_text",
    "contradictions",
    "exhibit_list",
    "render",
    "timeline_text",
]

#: Compiled templates of the few versions of the knowledge that are in use at one time.
_COMPILED: dict[str, dict[str, Template]] = {}
_VERSIONS = 4
_ORDER = re.compile(r"订单(?:号|编号|号码)?\s*(?:是|为|[:：])?\s*([0-9A-Za-z][0-9A-Za-z-]{5,63})")
_CORRECTION = re.compile(r"写错|打错|不是|更正|应该是|改成")


class TooLongError(ValueError):
    """A template that does not fit into its channel even in its shortest form: a flaw of the template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text to hand over. `length` in characters, `limit` that of the channel's field, None without one.

    `missing` are the unknown facts in reading order, `cited` ids of articles that stand in the text, `exhibits` the
    numbers that it may be sent with, `problems` ids of contradictions (see the module).
    """

    letter: str
    title: str
    text: str
    length: int
    limit: int | None
    missing: tuple[str, ...]
    cited: tuple[str, ...]
    exhibits: tuple[int, ...]
    problems: tuple[str, ...]
    knowledge_version: str


def render(
    letter_id: str, case: Case, world_now: datetime, knowledge: Knowledge, deadline: datetime | None = None
) -> Draft:
    """The letter for this case. Without `deadline`, the first rule of the channel that counts in hours sets it.

    Raises KeyError for a letter or problem type that the knowledge does not have, CitationError for a citation
    that is not verified and in force, TooLongError for a template that can't be brought within its limit.
    """
    letter = knowledge.letters[letter_id]
    limit = letter.limit or knowledge.channels[letter.channel].limit
    due = deadline or _usual(letter, world_now, knowledge)
    citable = cited(case, letter, knowledge, _day(world_now))
    for detail in DETAILS:
        text, missing = written.filled(_fill(letter, case, world_now, knowledge, due, detail))
        if limit is None or len(text) <= limit:
            break
    else:
        raise TooLongError(f"{letter.id} has {len(text)} characters, {limit} are allowed")
    return Draft(
        letter=letter.id,
        title=letter.name,
        text=text,
        length=len(text),
        limit=limit,
        missing=missing,
        cited=_standing(case, letter, knowledge, text, citable if detail.citations else ()),
        exhibits=tuple(exhibit.number for exhibit in exhibit_list(case, knowledge)),
        problems=contradictions(case, world_now),
        knowledge_version=knowledge.version,
    )


def _standing(
    case: Case, letter: Letter, knowledge: Knowledge, text: str, citable: tuple[Article, ...]
) -> tuple[str, ...]:
    """Ids of the articles that stand in the text: the listed ones, and those that the child's age brings in."""
    listed = tuple(article.id for article in citable) if "citations" in letter.body else ()
    own = (name for name in child_names(case) if f"》{knowledge.articles[name].article}" in text)
    return tuple(dict.fromkeys((*listed, *own)))


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _usual(letter: Letter, now: datetime, knowledge: Knowledge) -> datetime | None:
    """The date that a letter to the seller names by itself: the courtesy term, up to the next full hour."""
    rules = (knowledge.rules.get(name) for name in knowledge.channels[letter.channel].deadlines)
    rule = next((rule for rule in rules if rule and rule.unit == "hours"), None)
    if rule is None:
        return None
    end = now.astimezone(SHANGHAI) + timedelta(hours=rule.amount)
    whole = end.replace(minute=0, second=0, microsecond=0)
    return whole if whole == end else whole + timedelta(hours=1)


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def _templates(knowledge: Knowledge) -> dict[str, Template]:
    found = _COMPILED.get(knowledge.version)
    if found is None:
        environment = _environment()
        found = {key: environment.from_string(text) for key, text in _sources(knowledge)}
        while len(_COMPILED) >= _VERSIONS:
            _COMPILED.pop(next(iter(_COMPILED)))
        _COMPILED[knowledge.version] = found
    return found


def _sources(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for letter in knowledge.letters.values():
        yield f"letter:{letter.id}", letter.body
    for problem in knowledge.problems.values():
        for which in FRAGMENTS:
            yield f"{which}:{problem.id}", getattr(problem, which)


def _fill(
    letter: Letter, case: Case, now: datetime, knowledge: Knowledge, due: datetime | None, detail: Detail
) -> str:
    templates = _templates(knowledge)

    def fragment(which: str, known: Mapping[str, Any]) -> str:
        return templates[f"{which}:{case.problem}"].render(known).strip().rstrip("。")

    filling = names(letter, case, now, knowledge, due, detail, fragment)
    return _tidy(templates[f"letter:{letter.id}"].render(filling))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def contradictions(case: Case, now: datetime) -> tuple[str, ...]:
    """Ids of what does not fit together, in a fixed order; empty when all is well."""
    checks = {
        "amount-zero": _amount_zero(case),
        "paid-in-future": _paid_after(case, now),
        "paid-after-filing": _paid_after_filing(case),
        "order-numbers-differ": _orders_differ(case),
        "total-differs": _total_differs(case),
    }
    return tuple(name for name, wrong in checks.items() if wrong)


def _number(case: Case, name: str) -> int | None:
    fact = case.facts.get(name)
    return fact.value if fact and isinstance(fact.value, int) else None


def _amount_zero(case: Case) -> bool:
    amount = _number(case, "amount")
    return amount is not None and amount <= 0


def _paid_after(case: Case, time: datetime) -> bool:
    fact = case.facts.get("paid_at")
    return bool(fact and isinstance(fact.value, Moment) and fact.value.start > time)


def _paid_after_filing(case: Case) -> bool:
    times = [filing.sent_at for filing in case.filings] + [reply.at for reply in case.replies]
    return bool(times) and _paid_after(case, min(times))


def _orders_differ(case: Case) -> bool:
    """Pasted messages count always; of the person's own words the last that name an order and correct nothing."""
    fact = case.facts.get("order_no")
    if fact is None:
        return False
    pasted = [item.text for item in case.evidence if item.text and not item.withdrawn]
    own = [one.text for one in case.statements if _ORDER.search(one.text)][-1:]
    texts = pasted + [text for text in own if not _CORRECTION.search(text)]
    named = {number for text in texts for number in _ORDER.findall(text) if any(map(str.isdigit, number))}
    return any(number != written.value(str(fact.value)) for number in named)


def _total_differs(case: Case) -> bool:
    amount, price = _number(case, "amount"), _number(case, "unit_price")
    quantity, back = _number(case, "quantity"), (_number(case, "claimed"), _number(case, "refunded"))
    if amount is None:
        return False
    product_differs = price is not None and quantity is not None and price * quantity != amount
    return product_differs or any(part is not None and part > amount for part in back)
