"""When a promise falls due: 明天, 24小时内, 周一前, 3个工作日, 月底, as the end of the period that was named.

The due time is the last second of the period, Asia/Shanghai: a day ends at 23:59:59, and 周一前 includes Monday, as
people mean it; 明天上午 ends at 12:00, 下班前 at 18:00, 今晚12点 at the end of today. Only 下周前 and 下个月前 end before
that week or month begins. Of a range (1-3天) the later end counts, of several times the last one named; a time that
has gone by is no promise.
Working days are those of the State Council's notices; in a year without notice, Monday to Friday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count, islice

from flows.facts.numbers import SMALL, small_value
from flows.knowledge import CalendarYear
from flows.moment import SHANGHAI

_UNITS = r"工作[日天]|小时|钟头|分钟|钟|天|日(?!期)|周|星期|礼拜|个月"
_SPAN = re.compile(
    rf"(?P<low>(?:{SMALL})(?:个)?(?:半)?(?:小时|天|日|个工作[日天])?[-~到至—])?(?P<number>半|(?:{SMALL}))(?P<half>个?半)?个?半?(?P<unit>{_UNITS})"
    r"(?P<tail>之内|以内|内|左右|后|之后|以后)?"
)
_PART = r"凌晨|清晨|一大?早|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里|夜间|半夜|午夜|深夜|下班|早|晨|晚|夜"
_CLOCK = rf"(?P<hour>{SMALL})(?:点钟?|时(?!间)|:)(?:(?P<half>半)|(?P<minute>\d{{1,2}})分?)?"
#: After a number 月底 is the end of that month (十二月底), which is not read.
_COUNTED = "0-9一二三四五六七八九十"
_DAY = (
    r"(?P<near>大后天|后天|后日|明天|明日|明儿个?|明(?=早|晚|晨|上午|下午)|今天|今日|今儿|今(?=晚|早|夜)|当天|当日)"
    r"|(?<![上每])(?<!上个)(?P<week>下下个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])"
    r"|(?:(?P<month>\d{1,2})月)(?P<monthday>\d{1,2})(?:日|号)"
    r"|(?<![\d月])(?P<only>\d{1,2})(?:号(?!码|的?人)|日(?=前|之前|内|当天|下午|上午|晚))"
    rf"|(?<![上{_COUNTED}])(?<!上个)(?P<period>(?:下个?|这个?|本)?月(?:底|末|初|中旬?|上旬|下旬)|下个?月|这个?月内?|本月内?"
    r"|下个?(?:周|星期|礼拜)|这个?(?:周|星期|礼拜)内?|本周内?|年底)"
)
_DATED = re.compile(rf"(?:{_DAY})(?:的)?(?P<part>{_PART})?(?:{_CLOCK})?(?P<before>之前|以前|前)?")
_CLOCKED = re.compile(rf"(?P<part>{_PART})?(?:{_CLOCK})(?P<before>之前|以前|前)")
_LATER_TODAY = re.compile(r"(?P<off>下班)(?:之前|以前|前)|(?P<soon>过两天|这两天|两天(?=内|之内))")
#: A length of time that has gone by, or a term of the rules, promises nothing.
_GONE = re.compile(
    r"(?:(?<!不)(?<!不会)超过?了?|(?<!超)过了?|已经?|等了?(?:快|有)?|都|仅|只有|只|售后期?|质保期?|距|不到|拖了?|快)$"
)
_PAST = re.compile(
    r"(?:以|之)?前(?!给|退|处理|到|完成|会|必|一定|能|可|发|补|答|回|解)|了|没|未|无|不(?!会晚|超过)|的?售后|多了"
)
_AHEAD = re.compile(
    r"(?:承诺|保证|答应|同意|超过|至多|等|等待|等候|再|最多|最迟|最晚|最快|大概|预计|需要|需|要|大约|一般|约|给我|宽限|延|顶多|说|就|在|争取|请|耐心|您|你|他|们|,|:|\s|^)$"
)
_OWN = re.compile(r"(?:^|[,。!?;\n ])我(?:们)?(?:打算|准备|想|会|就|再|要)?$")
_NEAR = {"今": 0, "当": 0, "明": 1, "后": 2, "大": 3}
_PART_END = {
    "凌晨": 6,
    "清晨": 9,
    "早上": 12,
    "早晨": 12,
    "上午": 12,
    "早": 12,
    "晨": 9,
    "一早": 12,
    "一大早": 12,
    "中午": 14,
    "下午": 18,
    "下班": 18,
    "傍晚": 19,
}
_EVENING = frozenset(("傍晚", "晚上", "晚间", "夜里", "夜间", "半夜", "午夜", "深夜", "晚", "夜"))
#: The next week or month as such: what is due before it is due by the end of this one.
_COMING = re.compile(r"下个?(?:周|星期|礼拜|月)$")
_TENTHS = {"初": 10, "上旬": 10, "中": 20, "中旬": 20}


def promised_time(text: str, now: datetime, calendar: Mapping[int, CalendarYear]) -> datetime | None:
    """The due time of the last period that normalised `text` names, None when it names none. `now` is aware."""
    today = now.astimezone(SHANGHAI)
    found = [
        *_spans(text, today, calendar),
        *_dated(text, today),
        *_clocked(text, today),
        *_later(text, today),
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI)


def _spans(text: str, now: datetime, calendar: Mapping[int, CalendarYear]) -> Iterator[tuple[int, datetime]]:
    for match in _SPAN.finditer(text):
        before, after = text[max(0, match.start() - 4) : match.start()], text[match.end() : match.end() + 3]
        if (
            _GONE.search(before)
            or _PAST.match(after)
            or not (match["tail"] or match["low"] or _AHEAD.search(before))
        ):
            continue
        due = _after(match, now, calendar)
        if due is not None:
            yield match.end(), due


def _after(match: re.Match[str], now: datetime, calendar: Mapping[int, CalendarYear]) -> datetime | None:
    words, unit = match["number"], match["unit"].removeprefix("个")
    half = 0.5 if words == "半" or match["half"] else 0.0
    number = 0 if words == "半" else (small_value(words) if len(words) < 2 else _upper(words))
    if number is None or number + half <= 0 or number > 366:
        return None
    match unit:
        case "分钟":
            return now + timedelta(minutes=number + half)
        case "小时" | "钟头" | "钟":
            return now + timedelta(hours=number + half)
        case "工作日" | "工作天":
            return _end_of(_working_days(now.date(), number, calendar))
        case "天" | "日":
            return _end_of(now.date() + timedelta(days=number + (half > 0)))
        case "月":
            return _end_of(now.date() + timedelta(days=round(30 * (number + half))))
        case _:
            return _end_of(now.date() + timedelta(days=round(7 * (number + half))))


def _upper(words: str) -> int | None:
    """两三 → 3: of two neighbouring digits the higher one."""
    digits = "一二三四五六七八九"
    if len(words) == 2 and words[1] in digits and (words[0] in digits or words[0] == "两"):
        return small_value(words[1])
    return small_value(words)


def _working_days(start: date, number: int, calendar: Mapping[int, CalendarYear]) -> date:
    days = (start + timedelta(days=step) for step in count(1))
    return next(islice((day for day in days if is_working(day, calendar)), max(number, 1) - 1, None))


def is_working(day: date, calendar: Mapping[int, CalendarYear]) -> bool:
    """Whether people work on that day by the State Council's notice; without one, Monday to Friday."""
    year = calendar.get(day.year)
    if year is not None and day in year.off:
        return False
    return day.weekday() < 5 or (year is not None and day in year.worked)


def _dated(text: str, now: datetime) -> Iterator[tuple[int, datetime]]:
    for match in _DATED.finditer(text):
        if _OWN.search(text[max(0, match.start() - 5) : match.start()]):
            continue
        day = _day(match, now.date())
        if day is None:
            continue
        due = _ahead(match, _at(match, day) or _end_of(day), now)
        if due is not None:
            yield match.end(), due


def _ahead(match: re.Match[str], due: datetime, now: datetime) -> datetime | None:
    """The time if it is still to come. Of today's hours that have struck, 8点 is eight in the evening and 12点 is
    midnight; of today's parts that are over the rest of the day is left."""
    if due > now:
        return due
    if due.date() != now.date():
        return None
    if match["hour"] is None:
        return _end_of(now.date())
    if match["part"]:
        return None
    later = due + timedelta(hours=12)
    if later.date() != now.date() or not due.hour:
        return _end_of(now.date())
    return later if later > now else None


def _day(match: re.Match[str], today: date) -> date | None:
    if match["near"]:
        return today + timedelta(days=_NEAR[match["near"][0]])
    if match["weekday"]:
        return _weekday(match["week"] or "", match["weekday"], today)
    if match["period"]:
        coming = match["before"] and _COMING.match(match["period"])
        return _period(match["period"].lstrip("下个") if coming else match["period"], today)
    month = int(match["month"]) if match["month"] else None
    return _calendar_day(month, int(match["monthday"] or match["only"]), today)


def _weekday(week: str, name: str, today: date) -> date:
    index = 6 if name in "日天末" else "一二三四五六".index(name)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=week.count("下"))
    day = monday + timedelta(days=index)
    return day if week or day >= today else day + timedelta(weeks=1)


def _period(words: str, today: date) -> date:
    if words.startswith("年"):
        return date(today.year, 12, 31)
    if "月" in words:
        end = _month_end(today, 1 if words.startswith("下") else 0)
        return end.replace(day=_TENTHS.get(words.partition("月")[2], end.day))
    return today + timedelta(days=6 - today.weekday(), weeks=words.count("下"))


def _month_end(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _calendar_day(month: int | None, day: int, today: date) -> date | None:
    """The next such day; one that has just gone by is not a promise."""
    try:
        found = date(today.year, month or today.month, day)
        if found >= today:
            return found
        if month is None:
            found = date(today.year + today.month // 12, today.month % 12 + 1, day)
        elif (today - found).days > 180:
            found = date(today.year + 1, month, day)
    except ValueError:
        return None
    return found if found >= today else None


def _at(match: re.Match[str], day: date) -> datetime | None:
    """The clock time that goes with the day, None when only the day was named."""
    part, hour = match["part"] or "", small_value(match["hour"]) if match["hour"] else None
    if hour is None:
        end = _PART_END.get(part)
        return None if end is None else datetime(day.year, day.month, day.day, end, tzinfo=SHANGHAI)
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if hour > 24 or minute > 59:
        return None
    hour = _hour(part, hour)
    if hour == 24 and not minute:
        return _end_of(day)
    return _end_of(day) + timedelta(seconds=1, hours=hour - 24, minutes=minute)


def _hour(part: str, hour: int) -> int:
    """The hour counted from the beginning of the day that was named: 晚上8点 = 20, 今晚12点 = 24, 今晚1点 = 25."""
    if part in _EVENING:
        return hour + 24 if hour < 5 else hour + 12 if hour <= 12 else hour
    if (part == "下午" and hour < 12) or (part == "中午" and hour < 4):
        return hour + 12
    return 0 if part == "凌晨" and hour == 12 else hour


def _clocked(text: str, now: datetime) -> Iterator[tuple[int, datetime]]:
    """A clock time without a day (下午3点前): today, or tomorrow when it has passed."""
    for match in _CLOCKED.finditer(text):
        if _DATED.search(text[max(0, match.start() - 3) : match.end()]):
            continue
        due = _at(match, now.date())
        if due is not None:
            yield match.end(), _ahead(match, due, now) or due + timedelta(days=1)


def _later(text: str, now: datetime) -> Iterator[tuple[int, datetime]]:
    for match in _LATER_TODAY.finditer(text):
        if match["off"] and _DATED.search(text[max(0, match.start() - 4) : match.end()]):
            continue
        if match["off"]:
            closing = now.replace(hour=18, minute=0, second=0, microsecond=0)
            yield match.end(), closing if closing > now else _end_of(now.date())
        else:
            yield match.end(), _end_of(now.date() + timedelta(days=2))
