"""The calendar behind the time phrases: which day 上周三 or 18号 was, always looking back from now.

Weeks start on Monday. A date that would lie ahead belongs to the month or year before.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from flows.facts.words import Festival
from flows.moment import SHANGHAI, Moment, Precision

YEARS = {"今年": 0, "去年": -1, "前年": -2}
DAYS_BACK = {
    "今": 0,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "今晨": 0,
    "今朝": 0,
    "当天": 0,
    "昨": 1,
    "昨天": 1,
    "昨日": 1,
    "昨儿": 1,
    "昨夜": 1,
    "前天": 2,
    "前日": 2,
    "前儿": 2,
    "前晚": 2,
    "前夜": 2,
    "大前天": 3,
    "大前日": 3,
    "大大前天": 4,
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7"))
    for name in names
}


def midnight(day: date) -> datetime:
    """The start of a day in China."""
    return datetime.combine(day, time(), SHANGHAI)


def whole_day(day: date, words: str, approx: bool = False) -> Moment:
    """A day from midnight to midnight."""
    return Moment(midnight(day), midnight(day + timedelta(days=1)), Precision.DAY, words, approx)


def valid(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    if not (2000 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def latest(month: int, day: int, today: date) -> date | None:
    """The last such day that is not ahead of today; 29 February goes back up to four years."""
    days = (valid(today.year - back, month, day) for back in range(5))
    return next((found for found in days if found is not None and found <= today), None)


def day_of_month(day: int, today: date) -> date | None:
    """18号: of this month, or of the last month that had it."""
    year, month = today.year, today.month
    for _ in range(3):
        found = valid(year, month, day)
        if found is not None and found <= today:
            return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return None


def month_back(today: date, months: int) -> date:
    """The same day so many months ago, or the last day of that month."""
    number = today.year * 12 + today.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def weekday_day(weeks_back: int | None, weekday: int, today: date) -> date:
    """周五 (weeks_back None: the last one, today included), 这周一 (0), 上周三 (1), 上上周 (2)."""
    if weeks_back is None:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today - timedelta(days=today.weekday() + 7 * weeks_back - weekday)


def part_of_month(year: int, month: int, part: str) -> date:
    """月初 is the 1st, 中旬 the 15th, 月底 the last day: a convention, and always approximate."""
    if part in ("初", "头", "上旬"):
        return date(year, month, 1)
    if part in ("中", "中旬"):
        return date(year, month, 15)
    if part == "下旬":
        return date(year, month, 21)
    return date(year, month, monthrange(year, month)[1])


def whole_month(year: int, month: int, words: str) -> Moment:
    """A month without a day: it cannot be resolved further."""
    start = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1)
    return Moment(midnight(start), midnight(end), Precision.MONTH, words, approx=True)


def festival_day(festival: Festival, year: int | None, today: date) -> date | None:
    """The first day of a festival in a year, or its last first day not ahead of today; None when unknown."""
    years = [year] if year is not None else [today.year, today.year - 1]
    for one in years:
        if festival.fixed is not None:
            month, day = festival.fixed.split("-")
            first = valid(one, int(month), int(day))
        else:
            first = next((start for start in festival.starts if start.year == one), None)
        if first is not None and (year is not None or first <= today):
            return first
    return None
