"""When something is due: the counting rules of the law as pure functions, and the ledger of one case.

Counting follows 民法典 200–204 and 民事诉讼法 85: the first day is not counted; hours run from the moment itself, to
the minute; months and years end on the corresponding day, or on the last of the month; where the rule rolls, a last
day on a day off moves to the next working day. A day ends at 24:00, which is written as 23:59 of that day so that the
date people read is the last day. All due times are in Asia/Shanghai, which has no daylight saving time.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flows.calendar import Calendar
from flows.case import Case, Filing
from flows.knowledge import Article, DeadlineRule, Knowledge
from flows.moment import SHANGHAI, Moment

#: event that may start a rule -> what it means, for the people who write rules
STARTS: Mapping[str, str] = {
    "paid_at": "付款",
    "ordered_at": "下单",
    "received_at": "收到商品",
    "known_at": "知道或应当知道",
    "demanded_at": "发出有记录的要求",
    "sent": "向该渠道送出",
    "accepted": "该渠道受理",
    "decided": "该渠道作出决定",
    "notified": "收到通知",
    "disputed_at": "争议发生",
    "act_ended": "行为发生或终了",
    "effective": "协议生效",
    "held": "止付生效",
    "promised": "对方承诺的时间",
}
#: rules that the ledger starts from the payment, by id
FROM_PAYMENT = ("payment-dispute", "limitation")
PROMISE = "promise"
END_OF_DAY = time(23, 59)
#: when the calendar file rings: two hours before, and (for the end of a day) at nine that morning
RING_BEFORE = (timedelta(hours=2), timedelta(hours=14, minutes=59))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One due time. `due` and `earliest` are aware; both are equal unless a missing notice could move it forward.

    `provisional` (暂定): a day of a year whose notice is not published was looked at. `citations` are readable
    (《民法典》第一百八十八条). `cause` is the event it came from: paid_at, filing:<channel>, accepted:<channel>, promise.
    """

    rule: DeadlineRule
    due: datetime
    provisional: bool
    earliest: datetime
    citations: tuple[str, ...]
    label: str
    cause: str = ""
    case_id: str = ""


def short_citation(article: Article) -> str:
    """The way an article is named in running text: 《电子商务法》第二十条."""
    return f"《{article.law.removeprefix('中华人民共和国')}》{article.article}"


def due(
    rule: DeadlineRule, start: datetime | date, calendar: Calendar, knowledge: Knowledge | None = None
) -> Deadline:
    """The due time of `rule` for one start. Raises ValueError for a naive datetime.

    A bare date counts as its first minute, which matters for hours only: the earlier reading is the safer one.
    A due time beyond the year 9999 is its last day.
    """
    begin = _begin(start)
    if rule.unit == "hours":
        last = earliest = _later(begin, timedelta(hours=rule.amount))
        provisional = False
    else:
        day, first, provisional = _last_day(rule, begin.date(), calendar)
        clock = END_OF_DAY if rule.end_of_day else begin.time()
        last, earliest = (datetime.combine(one, clock, SHANGHAI) for one in (day, first))
    return Deadline(
        rule=rule,
        due=last,
        provisional=provisional,
        earliest=earliest,
        citations=_readable(rule, knowledge),
        label=rule.label,
    )


def case_deadlines(
    case: Case, knowledge: Knowledge, calendar: Calendar, now: datetime | None = None
) -> tuple[Deadline, ...]:
    """Every deadline that follows from what the case knows, earliest first.

    A vague time counts from its earliest reading. An event after `now` has started nothing yet; a promise always
    counts. Which clocks exist is the knowledge's decision: rules that it lacks start nothing (the loader insists
    on those that the ledger itself names).
    """
    found = [
        replace(due(knowledge.rules[rule], start, calendar, knowledge), cause=cause, case_id=case.id)
        for rule, start, cause in _events(case, knowledge)
        if rule in knowledge.rules and (now is None or start <= now or cause == PROMISE)
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.rule.id, deadline.cause)))


def _begin(start: datetime | date) -> datetime:
    if not isinstance(start, datetime):
        return datetime.combine(start, time(0), SHANGHAI)
    if start.tzinfo is None:
        raise ValueError("a deadline needs an aware start")
    return start.astimezone(SHANGHAI)


def _last_day(rule: DeadlineRule, start: date, calendar: Calendar) -> tuple[date, date, bool]:
    """The last day, the earliest that it may become, and whether it is provisional."""
    if rule.unit == "working_days":
        last, provisional = calendar.add_working_days(start, rule.amount)
        return last, calendar.earliest_plausible(start, rule.amount), provisional
    day = _plain_day(rule, start)
    if not rule.roll:
        return day, day, False
    last, provisional = calendar.next_working_day(day)
    return last, calendar.earliest_roll(day), provisional


def _plain_day(rule: DeadlineRule, start: date) -> date:
    if rule.unit == "days":
        return date.fromordinal(min(start.toordinal() + rule.amount, date.max.toordinal()))
    months = start.year * 12 + start.month - 1 + rule.amount * (12 if rule.unit == "years" else 1)
    year, month = divmod(months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _later(begin: datetime, span: timedelta) -> datetime:
    latest = datetime.combine(date.max, END_OF_DAY, SHANGHAI)
    return begin + span if span < latest - begin else latest


def _readable(rule: DeadlineRule, knowledge: Knowledge | None) -> tuple[str, ...]:
    articles = knowledge.articles if knowledge else {}
    return tuple(short_citation(articles[one]) for one in rule.citations if one in articles)


def _events(case: Case, knowledge: Knowledge) -> Iterator[tuple[str, datetime, str]]:
    """(rule id, start, cause) for everything in the case that starts a clock."""
    paid = case.facts.get("paid_at")
    if paid and isinstance(paid.value, Moment):
        yield from ((rule, paid.value.start, "paid_at") for rule in FROM_PAYMENT)
    for filing in case.filings:
        yield from _filed(filing, knowledge)
    for reply in case.replies:
        if reply.promised_for:
            yield PROMISE, reply.promised_for, PROMISE


def _filed(filing: Filing, knowledge: Knowledge) -> Iterator[tuple[str, datetime, str]]:
    channel = knowledge.channels.get(filing.channel)
    if channel is None:
        return
    yield from ((rule, filing.sent_at, f"filing:{channel.id}") for rule in channel.deadlines)
    if filing.accepted_at:
        yield from ((rule, filing.accepted_at, f"accepted:{channel.id}") for rule in channel.accepted)


def ics(deadlines: tuple[Deadline, ...], name: str, now: datetime) -> str:
    """The deadlines as an iCalendar file (RFC 5545), with alarms; `name` is the case's.

    A UID stays the same when its date moves, so importing the file again moves the entry instead of doubling it.
    """
    seen: Counter[tuple[str, str]] = Counter()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//refund-guide-bot//deadlines//ZH"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}"]
    for deadline in deadlines:
        key = (deadline.rule.id, deadline.cause)
        seen[key] += 1
        lines += _entry(deadline, name, now, seen[key])
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _entry(deadline: Deadline, name: str, now: datetime, occurrence: int) -> list[str]:
    origin = (deadline.case_id or name, deadline.rule.id, deadline.cause, str(occurrence))
    uid = hashlib.sha256("\n".join(origin).encode()).hexdigest()[:32]
    title = f"{name}：{deadline.label}" + ("（暂定）" if deadline.provisional else "")
    notes = ["依据：" + "、".join(deadline.citations)] if deadline.citations else []
    notes += [deadline.rule.note] if deadline.rule.note else []
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@refund-guide-bot",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{max(0, int(now.timestamp()) // 60)}",
        f"DTSTART:{_utc(deadline.due)}",
        f"SUMMARY:{_escaped(title)}",
        *([f"DESCRIPTION:{_escaped(chr(10).join(notes))}"] if notes else []),
        f"STATUS:{'TENTATIVE' if deadline.provisional else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        *(line for ring in _rings(deadline, now) for line in _alarm(ring, title)),
        "END:VEVENT",
    ]


def _rings(deadline: Deadline, now: datetime) -> Iterator[datetime]:
    for span in RING_BEFORE:
        if deadline.earliest - now > span:
            yield deadline.earliest - span


def _alarm(ring: datetime, title: str) -> list[str]:
    trigger = f"TRIGGER;VALUE=DATE-TIME:{_utc(ring)}"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", trigger, f"DESCRIPTION:{_escaped(title)}", "END:VALARM"]


def _utc(moment: datetime) -> str:
    local = moment.astimezone(UTC)
    return f"{local.year:04}{local:%m%dT%H%M%SZ}"  # %Y does not pad years before 1000


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets a line, never cutting a character (RFC 5545 §3.1)."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)
