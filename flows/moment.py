"""Points and spans of time as people give them: an interval, how exact it is, and their own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

#: China has had one time zone without daylight saving time since 1991; all dates of law are counted in it.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Precision(StrEnum):
    """The finest unit that the words give."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: from `start` up to, not including, `end`; both aware, in Asia/Shanghai."""

    start: datetime
    end: datetime
    precision: Precision
    words: str
    approx: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a Moment needs aware times")
        if self.end < self.start:
            raise ValueError("a Moment ends after it starts")
