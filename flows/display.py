"""How facts, dates and cases are shown: absolute dates with weekday, money in yuan, 约 where it is approximate."""

from __future__ import annotations

from datetime import datetime

from flows.actions import Words
from flows.case import Case, Fact
from flows.knowledge import Knowledge
from flows.moment import SHANGHAI, Moment, Precision
from flows.turn import quoted, told, words

WEEKDAYS = "一二三四五六日"
#: Facts whose values are ids with a name in the locale, under `value.<fact>.<id>`.
NAMED = frozenset({"pay_channel", "role", "contacted", "on_platform", "site_kind"})
#: Facts in fen.
MONEY = frozenset({"amount", "claimed", "refunded", "balance"})
#: The order in which facts are read back.
READ_BACK = (
    "goods",
    "amount",
    "pay_channel",
    "paid_at",
    "platform",
    "site_kind",
    "merchant",
    "payee",
    "address",
    "site",
    "order_no",
    "payment_no",
    "second_payment_no",
    "account",
    "quantity",
    "affected",
    "received",
    "error",
    "used_at",
    "detail",
    "mistake",
    "intended",
    "promised",
    "refusal",
    "ticket",
    "handles",
    "happened_at",
    "balance",
    "refunded",
    "claimed",
    "role",
    "relation",
    "child_age",
)


def yuan(fen: int) -> str:
    """Fen as yuan: 5000 → '50', 9990 → '99.9'."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".") if fen % 100 else str(fen // 100)


def day(moment: datetime) -> str:
    """'11月30日(周一)' in China's time zone."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日(周{WEEKDAYS[local.weekday()]})"


def day_and_time(moment: datetime) -> str:
    """'11月30日(周一) 18:00' in China's time zone."""
    return f"{day(moment)} {moment.astimezone(SHANGHAI):%H:%M}"


def dated(moment: datetime, now: datetime) -> str:
    """Day and time, with the year where it is not this year's."""
    local, today = moment.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    year = "" if local.year == today.year else f"{local.year}年"
    return year + day_and_time(moment)


def moment_text(moment: Moment) -> str:
    """A time as exact as it was given: '11月21日(周六) 20:03', '11月21日(周六) 20时左右', '11月'."""
    start, about = moment.start.astimezone(SHANGHAI), "约" if moment.approx else ""
    match moment.precision:
        case Precision.SECOND | Precision.MINUTE:
            return f"{about}{day_and_time(start)}"
        case Precision.HOUR:
            return f"约{day(start)} {start.hour}时"
        case Precision.DAY:
            return f"{about}{day(start)}"
        case Precision.WEEK:
            return f"约{day(start)}那一周"
        case Precision.MONTH:
            return f"约{start.year}年{start.month}月"


def fact_text(name: str, fact: Fact) -> Words:
    """One fact's value as wording."""
    value = fact.value
    if isinstance(value, Moment):
        return told(moment_text(value))
    if isinstance(value, int) and name in MONEY:
        return words("value.yuan", about="约" if fact.approx else "", yuan=yuan(value))
    if name in NAMED:
        return words(f"value.{name}.{value}")
    return quoted(str(value))


def fact_line(name: str, fact: Fact) -> Words:
    """'· 金额：50元' as wording."""
    return words("fact.line", name=words(f"fact.name.{name}"), value=fact_text(name, fact))


def fact_lines(case: Case) -> tuple[Words, ...]:
    """All shown facts of a case, in reading order."""
    return tuple(fact_line(name, case.facts[name]) for name in READ_BACK if name in case.facts)


def case_name(case: Case, knowledge: Knowledge) -> Words:
    """A case's name: goods (or else the type), amount, site."""
    problem = knowledge.problems.get(case.problem)
    subject = case.facts.get("goods")
    first = quoted(str(subject.value)) if subject else told(problem.short if problem else case.problem)
    place = next((name for name in ("platform", "merchant") if name in case.facts), None)
    more = [name for name in ("amount", place) if name and name in case.facts]
    return words("case.name", parts=(first, *(fact_text(name, case.facts[name]) for name in more)))
