"""Counting: hours to the minute, days and months by the civil code, rolled only where the rule rolls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.deadlines import Deadline, due
from flows.knowledge import DeadlineRule
from flows.moment import SHANGHAI
from tests.deadlines.test_calendar import CALENDAR, KNOWLEDGE


def rule(amount: int, unit: str, *, roll: bool = False, end_of_day: bool = True) -> DeadlineRule:
    return DeadlineRule(
        id="test", label="试", kind="statutory", amount=amount, unit=unit, starts="sent", roll=roll,  # type: ignore[arg-type]
        end_of_day=end_of_day, checked_on=date(2026, 11, 22),
    )  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def end(text: str) -> datetime:
    return at(f"{text}T23:59")


@pytest.mark.parametrize(
    ("amount", "unit", "roll", "start", "last", "provisional"),
    [
        (24, "hours", False, "2026-11-22T20:15", "2026-11-23T20:15", False),
        (24, "hours", False, "2026-12-31T23:59", "2027-01-01T23:59", False),  # hours never look at a calendar
        (48, "hours", False, "2028-02-28T00:30", "2028-03-01T00:30", False),
        (24, "hours", False, "1990-04-14T23:30", "1990-04-15T23:30", False),  # no daylight saving time
        (7, "days", False, "2026-11-22T08:00", "2026-11-29T23:59", False),
        (60, "days", True, "2026-12-02T10:00", "2027-02-01T23:59", True),  # day 60 is Sunday 31 January
        (60, "days", True, "2026-06-03T10:00", "2026-08-03T23:59", False),  # Sunday 2 August
        (3, "days", True, "2026-02-12T10:00", "2026-02-24T23:59", False),  # inside the spring festival
        (2, "days", True, "2026-02-12T10:00", "2026-02-14T23:59", False),  # a worked Saturday does not roll
        (15, "days", False, "2026-09-20T10:00", "2026-10-05T23:59", False),  # a window never rolls
        (1, "months", False, "2027-01-31T10:00", "2027-02-28T23:59", False),
        (1, "months", False, "2028-01-31T10:00", "2028-02-29T23:59", False),
        (2, "months", True, "2026-11-22T10:00", "2027-01-22T23:59", True),
        (13, "months", False, "2026-11-30T10:00", "2027-12-30T23:59", False),
        (1, "years", False, "2024-02-29T10:00", "2025-02-28T23:59", False),
        (4, "years", False, "2024-02-29T10:00", "2028-02-29T23:59", False),
        (3, "years", True, "2024-02-29T10:00", "2027-03-01T23:59", True),  # 28 February 2027 is a Sunday
        (7, "working_days", False, "2026-11-22T23:50", "2026-12-01T23:59", False),
        (7, "working_days", False, "2026-12-25T09:00", "2027-01-06T23:59", True),
    ],
)  # fmt: skip
def test_counting(amount: int, unit: str, roll: bool, start: str, last: str, provisional: bool) -> None:
    found = due(rule(amount, unit, roll=roll), at(start), CALENDAR)
    assert (found.due, found.provisional) == (at(last), provisional)
    assert found.due.utcoffset() == timedelta(hours=8)


def test_the_day_is_the_one_in_shanghai() -> None:
    evening = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # 00:30 on the 23rd
    assert due(rule(1, "days"), evening, CALENDAR).due == end("2026-11-24")
    west = datetime(2026, 11, 22, 20, 0, tzinfo=timezone(timedelta(hours=-8)))
    assert due(rule(24, "hours"), west, CALENDAR).due == at("2026-11-24T12:00")


def test_a_bare_date_counts_from_its_first_minute() -> None:
    assert due(rule(24, "hours"), date(2026, 11, 22), CALENDAR).due == at("2026-11-23T00:00")
    assert due(rule(1, "days"), date(2026, 11, 22), CALENDAR).due == end("2026-11-23")


def test_the_clock_time_is_kept_where_the_day_does_not_end_it() -> None:
    found = due(rule(3, "days", end_of_day=False), at("2026-11-22T20:15"), CALENDAR)
    assert found.due == at("2026-11-25T20:15")


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(rule(1, "days"), datetime(2026, 11, 22, 8), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize("unit", ["hours", "days", "working_days", "months", "years"])
def test_the_end_of_time_is_an_answer(unit: str) -> None:
    found = due(rule(5, unit, roll=True), date.max, CALENDAR)
    assert found.due in (end("9999-12-31"), at("9999-12-31T05:00"))


def test_a_rolled_day_may_turn_out_earlier_in_an_unpublished_year() -> None:
    found = due(rule(60, "days", roll=True), at("2026-12-02T10:00"), CALENDAR)
    assert found.earliest == end("2027-01-31") < found.due


WORKED_EXAMPLES = [
    ("12315-acceptance", "2026-11-22T10:00", "2026-12-01T23:59", ("《消费者权益保护法》第四十六条",)),
    ("12315-mediation", "2026-12-02T10:00", "2027-02-01T23:59", ("《市场监督管理投诉举报处理办法》第二十三条第一款第五项",)),
    ("merchant-reply", "2026-11-22T20:15", "2026-11-23T20:15", ()),
    ("wechat-first-reply", "2026-03-20T09:00", "2026-03-21T23:59", ()),
    ("wechat-done", "2026-03-20T09:00", "2026-03-23T23:59", ()),
    ("payment-dispute", "2026-11-20T21:03", "2026-12-05T23:59", ()),  # a Saturday, and it stays one
    ("platform-review", "2026-11-20T21:03", "2026-11-25T23:59", ()),
    ("wechat-original-route", "2026-11-20T21:03", "2027-11-20T23:59", ()),
    ("court-fee", "2026-09-24T10:00", "2026-10-08T23:59", ("《诉讼费用交纳办法》第二十二条",)),
    ("limitation", "2026-11-20T21:03", "2029-11-20T23:59", ("《民法典》第一百八十八条", "《民法典》第一百九十五条")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "start", "last", "citations"), WORKED_EXAMPLES)
def test_the_rules_of_the_library(name: str, start: str, last: str, citations: tuple[str, ...]) -> None:
    found = due(KNOWLEDGE.rules[name], at(start), CALENDAR, KNOWLEDGE)
    assert (found.due, found.citations) == (at(last), citations)
    assert found.label == KNOWLEDGE.rules[name].label


def test_what_nobody_verified_sets_no_hard_date() -> None:
    for one in KNOWLEDGE.rules.values():
        if one.certainty in ("G", "C"):
            assert one.kind in ("custom", "courtesy", "window") and one.note, one.id


UNITS = st.sampled_from(["hours", "days", "working_days", "months", "years"])
STARTS = st.datetimes(at("1990-01-01").replace(tzinfo=None), at("2090-01-01").replace(tzinfo=None)).map(
    lambda one: one.replace(tzinfo=SHANGHAI)
)


def _due(unit: str, amount: int, start: datetime, roll: bool) -> Deadline:
    return due(rule(amount, unit, roll=roll), start, CALENDAR)


@settings(deadline=None)
@given(UNITS, st.integers(1, 60), STARTS, st.booleans())
def test_more_is_never_earlier_and_later_is_never_earlier(
    unit: str, amount: int, start: datetime, roll: bool
) -> None:
    first = _due(unit, amount, start, roll)
    assert _due(unit, amount + 1, start, roll).due >= first.due
    assert _due(unit, amount, start + timedelta(days=1), roll).due >= first.due
    assert start < first.earliest <= first.due


@settings(deadline=None)
@given(st.sampled_from(["days", "months", "years"]), st.integers(1, 60), STARTS)
def test_what_rolls_never_ends_on_a_day_off(unit: str, amount: int, start: datetime) -> None:
    rolled, plain = _due(unit, amount, start, True), _due(unit, amount, start, False)
    assert CALENDAR.is_working_day(rolled.due.date())
    assert rolled.due >= plain.due and not plain.provisional
    looked_at = range(plain.due.toordinal(), rolled.due.toordinal() + 1)
    assert rolled.provisional == any(not CALENDAR.known(date.fromordinal(day).year) for day in looked_at)


@settings(deadline=None)
@given(st.integers(1, 60), STARTS)
def test_hours_and_plain_days_are_never_provisional(amount: int, start: datetime) -> None:
    assert not _due("hours", amount, start, False).provisional
    assert not _due("days", amount, start, False).provisional


def test_citations_need_the_library() -> None:
    one = replace(rule(1, "days"), citations=("civil-188",))
    assert due(one, at("2026-11-22T08:00"), CALENDAR).citations == ()
