"""Working days: the published years exactly, unpublished years openly provisional."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import load_rules
from flows.calendar import Calendar

KNOWLEDGE = load_rules(Path("data/knowledge"), date(2026, 11, 22))
CALENDAR = Calendar(KNOWLEDGE.calendar)


@pytest.mark.parametrize(
    ("start", "amount", "last"),
    [
        ("2026-02-13", 7, "2026-03-02"),  # both make-up Saturdays count
        ("2026-09-24", 3, "2026-09-30"),
        ("2026-09-30", 3, "2026-10-10"),  # ends on a worked Saturday
        ("2026-11-20", 7, "2026-12-01"),
        ("2026-11-22", 1, "2026-11-23"),  # from a Sunday, Monday is the first
        ("2026-11-22", 3, "2026-11-25"),
        ("2026-11-22", 7, "2026-12-01"),
        ("2026-12-01", 7, "2026-12-10"),
        ("2025-01-25", 1, "2025-01-26"),  # a worked Sunday
        ("2025-01-27", 3, "2025-02-07"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-09", 2, "2025-10-11"),
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-05-08", 1, "2026-05-09"),
    ],
)  # fmt: skip
def test_published_years(start: str, amount: int, last: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), amount) == (date.fromisoformat(last), False)


@pytest.mark.parametrize("year", [2025, 2026])
def test_published_years_have_248_working_days(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    assert sum(CALENDAR.is_working_day(day) for day in days) == 248


@pytest.mark.parametrize(
    ("start", "amount", "last", "earliest"),
    [
        ("2026-12-31", 1, "2027-01-04", "2027-01-02"),  # Friday is New Year; the weekend might be made to work
        ("2027-02-04", 1, "2027-02-09", "2027-02-09"),
        ("2027-07-09", 1, "2027-07-12", "2027-07-12"),  # no holiday near: the weekend stays off
        ("2028-04-28", 1, "2028-05-03", "2028-04-29"),  # 1 and 2 May are fixed by law
        ("2031-10-02", 1, "2031-10-06", "2031-10-04"),
    ],
)  # fmt: skip
def test_unpublished_years(start: str, amount: int, last: str, earliest: str) -> None:
    begin = date.fromisoformat(start)
    assert CALENDAR.add_working_days(begin, amount) == (date.fromisoformat(last), True)
    assert CALENDAR.earliest_plausible(begin, amount) == date.fromisoformat(earliest)


def test_known_years() -> None:
    assert [year for year in range(1, 10000) if CALENDAR.known(year)] == [2025, 2026]


def test_next_working_day_is_the_day_itself_when_worked() -> None:
    assert CALENDAR.next_working_day(date(2026, 2, 14)) == (date(2026, 2, 14), False)
    assert CALENDAR.next_working_day(date(2026, 2, 15)) == (date(2026, 2, 24), False)
    assert CALENDAR.next_working_day(date(2027, 1, 31)) == (date(2027, 2, 1), True)
    assert CALENDAR.earliest_roll(date(2027, 1, 31)) == date(2027, 1, 31)


def test_publishing_a_year_settles_it() -> None:
    published = {**KNOWLEDGE.calendar}
    year = published[2027]
    invented = type(year)(
        year=2027,
        notice="虚构",
        source="虚构",
        checked_on=year.checked_on,
        off=year.off,
        worked=(date(2027, 1, 2),),
    )
    calendar = Calendar({**published, 2027: invented})
    assert calendar.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 2), False)


def test_an_empty_calendar_knows_weekdays() -> None:
    assert Calendar({}).add_working_days(date(2020, 1, 3), 1) == (date(2020, 1, 6), True)


def test_the_end_of_the_calendar_is_the_end() -> None:
    assert CALENDAR.add_working_days(date.max, 5) == (date.max, False)
    assert CALENDAR.next_working_day(date.max)[0] == date.max
    assert CALENDAR.add_working_days(date(9999, 12, 30), 50)[0] == date.max


def test_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


@settings(deadline=None)
@given(st.dates(), st.integers(0, 60))
def test_no_year_raises_and_the_result_is_worked(start: date, amount: int) -> None:
    last, provisional = CALENDAR.add_working_days(start, amount)
    passed = {(start + timedelta(days=number)).year for number in range(1, (last - start).days + 1)}
    assert provisional == any(not CALENDAR.known(year) for year in passed)
    if amount and last < date.max:
        assert CALENDAR.is_working_day(last)
        between = ((start + timedelta(days=number)) for number in range(1, (last - start).days + 1))
        assert sum(map(CALENDAR.is_working_day, between)) == amount
    assert CALENDAR.earliest_plausible(start, amount) <= last


@settings(deadline=None)
@given(st.dates(max_value=date(9998, 1, 1)), st.integers(0, 40))
def test_more_days_end_later_and_a_later_start_ends_no_earlier(start: date, amount: int) -> None:
    last, _ = CALENDAR.add_working_days(start, amount)
    assert CALENDAR.add_working_days(start, amount + 1)[0] > last
    assert CALENDAR.add_working_days(start + timedelta(days=1), amount)[0] >= last
