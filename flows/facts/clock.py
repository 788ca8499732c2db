"""The time of day: 晚上八点多, 20:15, 下午三点一刻, 半夜. Night hours after midnight belong to the night before."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flows.facts.dates import midnight
from flows.facts.numbers import small_value
from flows.moment import Moment, Precision

_N = r"(?:(?<![\d.:-])\d{1,2}(?!\d)|[一二两三四五六七八九十]{1,3})"
CLOCK = re.compile(
    r"(?P<part>凌晨|清晨|大清早|清早|一大早|一早|早上|早晨|上午|早间|中午|正午|午后|下午|傍晚|晚上|晚间|夜里|夜间|大半夜"
    r"|后半夜|半夜|深夜|午夜|夜晚|早(?=[\d一二三四五六七八九十\s,，。]|$)|晚(?=[\d一二三四五六七八九十\s,，。的]|$)|夜(?=里|间|\d)|早|晚)?的?\s?"
    rf"(?:(?P<hour>{_N})(?::\s?(?P<minute>\d\d)(?!\d)(?::(?P<second>\d\d)(?!\d))?"
    rf"|(?:点钟|点|时)(?!券|数|卡|儿|击|了|进|开|劵)(?:(?P<quarter>半|一刻|三刻)|(?P<spoken>{_N}|零[一二三四五六七八九])分?)?(?P<vague>多钟?|许|左右|来钟|过|几分|钟|整)?))?"
)
#: The same without a date before it: it has to begin with a part of the day or an hour.
ALONE = re.compile(r"(?<![一整])(?=[凌清大一早上中正午下傍晚夜后半深\d二两三四五六七八九十])" + CLOCK.pattern)

#: From and to, in hours of the day; what ends after 24 runs into the next day.
_PARTS = {
    "凌晨": (0, 6),
    "清": (5, 9),
    "早": (5, 10),
    "上午": (6, 12),
    "中午": (11, 14),
    "正午": (11, 14),
    "午后": (12, 18),
    "下午": (12, 19),
    "傍晚": (17, 20),
    "晚": (18, 24),
    "夜": (20, 28),
    "半夜": (22, 28),
    "深夜": (22, 28),
    "午夜": (22, 28),
}
_MORNING = ("凌晨", "清", "早", "上午", "大清", "一早", "一大早")
_NIGHT = ("晚", "夜", "半夜", "深夜", "午夜", "大半夜", "后半夜")


def has_clock(clock: re.Match[str], alone: bool = False) -> bool:
    """Whether the match says a time of day. Without a date a single 早 or 晚 and a bare 5点 say too little."""
    if not clock["hour"]:
        return bool(clock["part"]) and not (alone and clock["part"] in ("早", "晚", "一早", "夜"))
    hour = small_value(clock["hour"])
    if hour is None or hour > 24:
        return False
    return not alone or bool(
        clock["part"] or clock["minute"] or clock["quarter"] or clock["spoken"] or clock["vague"]
    )


def at_clock(day: date, clock: re.Match[str], now: datetime, words: str) -> Moment | None:
    """The moment on that day; None when there is no such time or the minutes make no sense."""
    if not clock["hour"]:
        return _part_of_day(day, clock["part"], now, words)
    hour, minute = _hour(small_value(clock["hour"]) or 0, clock["part"] or ""), _minute(clock)
    second = int(clock["second"] or 0)
    if minute is None or minute > 59 or second > 59:
        return None
    start = midnight(day) + timedelta(hours=hour, minutes=minute, seconds=second)
    if start > now and hour >= 24:
        start -= timedelta(days=1)
    return _timed(start, clock, words)


def _timed(start: datetime, clock: re.Match[str], words: str) -> Moment:
    if clock["second"]:
        return Moment(start, start + timedelta(seconds=1), Precision.SECOND, words)
    if clock["minute"] or clock["quarter"] or clock["spoken"]:
        return Moment(start, start + timedelta(minutes=1), Precision.MINUTE, words, bool(clock["vague"]))
    return Moment(start, start + timedelta(hours=1), Precision.HOUR, words, approx=True)


def _minute(clock: re.Match[str]) -> int | None:
    if clock["minute"]:
        return int(clock["minute"])
    if clock["quarter"]:
        return {"半": 30, "一刻": 15, "三刻": 45}[clock["quarter"]]
    return small_value(clock["spoken"].removeprefix("零")) if clock["spoken"] else 0


def _hour(hour: int, part: str) -> int:
    """The hour counted from midnight of the named day; 24 and more is the small hours after it."""
    if part.startswith(_MORNING):
        return hour % 12 if hour == 12 and part == "凌晨" else hour
    if part.startswith(_NIGHT):
        return hour + 24 if hour <= 5 else 24 if hour == 12 else hour + 12 if hour < 12 else hour
    if part in ("中午", "正午"):
        return hour + 12 if hour <= 3 else hour
    if part in ("下午", "午后", "傍晚"):
        return hour + 12 if hour < 12 else hour
    return hour


def _part_of_day(day: date, part: str, now: datetime, words: str) -> Moment | None:
    """昨晚 is the evening of yesterday: still precise to the day only, and never beyond now."""
    name = next((name for name in sorted(_PARTS, key=len, reverse=True) if name in part), None)
    if name is None:
        return None
    first, last = _PARTS[name]
    start = midnight(day) + timedelta(hours=first)
    end = midnight(day) + timedelta(hours=last)
    return Moment(start, max(start, min(end, now)) if start <= now else end, Precision.DAY, words)
