"""Working days in China: weekdays, less the days off of the State Council's yearly notice, plus its make-up days.

A year without a notice is answered from weekdays and the statutory holidays that are known (全国年节及纪念日放假办法,
2024), and every answer that looked at a day of such a year says that it is provisional (暂定). No year from 1 to
9999 raises; counting that would leave the calendar ends on its last day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from flows.knowledge import CalendarYear

#: Statutory holidays with a fixed date since the revision of 2024; the lunar ones come from the data.
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
FIXED_SINCE = 2025
#: Notices of past years put their make-up days at most about two weeks from the holiday that they pay for.
MAKE_UP_REACH = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of `Knowledge.calendar`. All dates are those of Asia/Shanghai."""

    years: Mapping[int, CalendarYear]
    _off: frozenset[date] = field(init=False, repr=False, compare=False)
    _worked: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = frozenset(day for year in self.years.values() for day in year.off)
        worked = frozenset(day for year in self.years.values() for day in year.worked)
        object.__setattr__(self, "_off", off)
        object.__setattr__(self, "_worked", worked)

    def known(self, year: int) -> bool:
        """Whether the State Council's notice for that year is in the data."""
        return year in self.years and not self.years[year].provisional

    def is_working_day(self, day: date) -> bool:
        """Whether people work that day, as far as is known."""
        if day in self._worked:
            return True
        return day.weekday() < 5 and not self._is_holiday(day)

    def add_working_days(self, start: date, amount: int) -> tuple[date, bool]:
        """The `amount`-th working day after `start`, which is not counted, and whether that is provisional.

        Zero is `start` itself. Raises ValueError for a negative amount.
        """
        return self._walk(start, amount, self.is_working_day)

    def next_working_day(self, day: date) -> tuple[date, bool]:
        """`day` if it is worked, else the first working day after it; and whether that is provisional."""
        return self._first(day, self.is_working_day)

    def earliest_plausible(self, start: date, amount: int) -> date:
        """The earliest day that `add_working_days` may give once the missing notices are published."""
        return self._walk(start, amount, self._may_be_worked)[0]

    def earliest_roll(self, day: date) -> date:
        """The earliest day that `next_working_day` may give once the missing notices are published."""
        return self._first(day, self._may_be_worked)[0]

    def _is_holiday(self, day: date) -> bool:
        fixed = (
            day.year >= FIXED_SINCE and not self.known(day.year) and (day.month, day.day) in FIXED_HOLIDAYS
        )
        return fixed or day in self._off

    def _may_be_worked(self, day: date) -> bool:
        if self.is_working_day(day) or self.known(day.year) or self._is_holiday(day):
            return self.is_working_day(day)
        return any(abs(day - holiday) <= MAKE_UP_REACH for holiday in self._holidays(day.year))

    def _holidays(self, year: int) -> Iterator[date]:
        yield from self.years[year].off if year in self.years else ()
        if year >= FIXED_SINCE:
            yield from (date(year, month, day) for month, day in FIXED_HOLIDAYS)

    def _walk(self, start: date, amount: int, worked: Callable[[date], bool]) -> tuple[date, bool]:
        if amount < 0:
            raise ValueError("working days are counted forwards")
        day, provisional = start, False
        while amount > 0 and day < date.max:
            day += timedelta(days=1)
            provisional |= not self.known(day.year)
            amount -= worked(day)
        return day, provisional

    def _first(self, day: date, worked: Callable[[date], bool]) -> tuple[date, bool]:
        provisional = not self.known(day.year)
        while not worked(day) and day < date.max:
            day += timedelta(days=1)
            provisional |= not self.known(day.year)
        return day, provisional
