"""Times as people say them: 昨晚八点多, 上周三, 11.18 晚8:05, 半小时前, 20261118210733, 国庆那会儿.

`find_times` returns every point in time of a text, resolved against `now` and looking back; what is only a length
of time (等了3天) is none. Vague words keep a wide interval and say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.facts import dates
from flows.facts.clock import ALONE, CLOCK, at_clock, has_clock
from flows.facts.numbers import number_value, small_value
from flows.facts.text import Reading, some
from flows.moment import Moment, Precision

_N2 = r"(?:\d{1,2}(?!\d)|[一二两三四五六七八九十]{1,3})"
_COUNT = r"(?:\d{1,3}(?:\.\d)?|[一二两三四五六七八九十]{1,3}来?几?|半|几|好几|百来)"
_YEAR = r"(?:今年|去年|前年|20\d\d年|\d\d年)"
_PART = r"(?:初|底|末|中旬|上旬|下旬|头|中(?![秋午]))"

_HINT = re.compile(r"[年月号日周期拜天昨今前刚节庆双夜晨早晚午点时:618五一元春清端中七]|\d[./-]\d|20\d{6}")
_FULL = re.compile(
    r"(?<![\d./-])(?P<year>20\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)[日号]?"
)
_COMPACT = re.compile(
    r"(?<![\d.a-z*])(?P<date>20[2-3]\d[01]\d[0-3]\d)(?P<hour>[0-2]\d)?(?(hour)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)(?!\d)"
)
_MONTH = re.compile(
    rf"(?<![\d.一二三四五六七八九十个])(?P<year>{_YEAR})?的?(?P<month>{_N2})月份?"
    rf"(?:(?P<day>{_N2})(?:[日号]|(?![个块元张天次月年.\d多]))|(?P<part>{_PART}))?(?!卡|会员|费|票|租|薪|套餐|度|号|光)"
)
_SHORT = re.compile(
    r"(?<![\d./a-z-])(?P<month>\d{1,2})(?P<by>[./-])(?P<day>\d{1,2})(?![\d./-]*\d)(?!\s?[%元块折万千百kwr个张版m倍])"
)
_SHORT_AFTER = re.compile(
    r"\s?(?:\d{1,2}:\d\d|[早晚]|上午|下午|凌晨|中午|夜|的?单|那|号|日|买|付|充|下|购|转|扣|开|拍|氪|的|交)"
)
_DOTTED = re.compile(r"(?<![\d.])(?:1[0-2]|[1-9])\.\d{1,2}(?=买|付|到|就|充|下|号|晚|早|才|又|客)")
_SHORT_BEFORE = re.compile(r"(?:在|于|是|我|:|时间|日期)\s?$")
_MONTH_BACK = re.compile(
    rf"(?P<month>上上个?月|上个?月|这个?月|本月|(?<![个一二三四五六七八九十\d每半年满单上这本])月(?={_PART}))份?"
    rf"(?:(?P<day>{_N2})[号日]|(?P<part>{_PART}))?"
)
_DAY = re.compile(
    rf"(?<![\d一二三四五六七八九十第月./-])(?P<day>{_N2})号(?!店|线|机|铺|柜|位|码|楼|门|客|球|主|商|里|被|没|也|是|卡|套餐|院|不要|图)"
)
_RELATIVE = re.compile(
    r"(?:大大前天|大前[天日]|(?<![目以之])前[天日](?!天)|前儿|前(?=[晚夜])|昨[天日儿]|昨(?=[晚夜早上下中凌半])"
    r"|今[天日儿]|今朝|今晨|今(?=[早晚夜凌上下中])|前两天|前两日)"
)
_WEEKDAY = re.compile(
    r"(?<![每一两三四几半\d])(?P<week>上上个?|上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-6])(?![年个卡月次])"
)
_WEEK = re.compile(r"(?P<week>上上个?|上个?)(?:周|星期|礼拜)(?![一二三四五六日天末1-6])")
_AGO = re.compile(
    rf"(?P<count>{_COUNT})\s?(?P<half>个半|个多半|多个|个多|个|来个)?\s?(?P<unit>秒钟|秒|分钟|分|小时|钟头|h|天|日|周|星期|礼拜|月|年)"
    r"(?P<more>多|半)?的?(?:之前|以前|前)(?!天天)"
)
_VAGUE = re.compile(r"前几天|前些天|前阵子|前段时间|前段日子|前些日子|前些时候|前不久|上次")
_JUST = re.compile(r"刚刚|刚才|方才|刚(?=买|付|充|转|拍|下|打|扣|氪|交|刷|微信|支付宝)")
_BETWEEN = re.compile(r"(?:那天|那晚|当天|那会儿?|那几天|期间|左右|的)?[,，]?\s?")
_CHAT_STAMP = re.compile(r"(?:^|\n)[^\n:\d日号天午晚晨早]{0,8}\d{1,2}:\d\d(?::\d\d)?\s")


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A point in time and where it stands in the text."""

    moment: Moment
    start: int
    end: int


def find_times(reading: Reading, now: datetime) -> tuple[TimeFound, ...]:
    """Every point in time of the text, in order, none overlapping. `now` is aware, in Asia/Shanghai."""
    if not _HINT.search(reading.text):
        return ()
    stamps = list(some(_CHAT_STAMP, reading.text))
    for stamp in stamps if len(stamps) > 1 else ():
        reading.take(*stamp.span())  # when a line of a chat was sent says nothing of the payment
    spoken_for: list[tuple[int, int]] = []
    found: list[TimeFound] = []
    for needle, pattern, resolve in (*_DATES, ("", reading.words.festival, _festival)):
        if needle not in reading.text:
            continue
        for match in some(pattern, reading.text):
            start, end = match.span()
            end -= match.group().endswith(("买", "囤", "凑"))  # 618买的: the verb stays for the payment
            if any(start < b and a < end for a, b in spoken_for) or reading.is_taken(start, end):
                continue
            moment = resolve(match, reading, now)
            if moment is None:
                continue
            one = _with_clock(reading, moment, start, end, now)
            found.append(one)
            spoken_for.append((one.start, one.end))
    found += _clocks_alone(reading, now, spoken_for)
    return tuple(sorted(found, key=lambda one: one.start))


def _with_clock(reading: Reading, moment: Moment, start: int, end: int, now: datetime) -> TimeFound:
    """The date with the time of day that follows it, if one does."""
    if moment.precision is Precision.DAY:
        gap = _BETWEEN.match(reading.text, end)
        clock = CLOCK.match(reading.text, gap.end() if gap else end)
        if clock is not None and has_clock(clock):
            timed = at_clock(moment.start.date(), clock, now, moment.words)
            if timed is not None:
                moment, end = timed, clock.end()
    end = start + len(reading.text[start:end].rstrip())
    words = reading.typed(start, end)
    return TimeFound(Moment(moment.start, moment.end, moment.precision, words, moment.approx), start, end)


def _clocks_alone(reading: Reading, now: datetime, spoken_for: list[tuple[int, int]]) -> Iterator[TimeFound]:
    """A time of day without a date: today, or yesterday when it would lie ahead."""
    for clock in some(ALONE, reading.text):
        start, end = clock.start(), clock.start() + len(clock.group().rstrip())
        if start == end or not has_clock(clock, alone=True):
            continue
        if any(start < b and a < end for a, b in spoken_for) or reading.is_taken(start, end):
            continue
        words = reading.typed(start, end)
        moment = at_clock(now.date(), clock, now, words)
        if moment is not None and moment.start > now:
            moment = at_clock(now.date() - timedelta(days=1), clock, now, words)
        if moment is not None:
            yield TimeFound(moment, start, end)


def _day(day: date | None, now: datetime, approx: bool = False) -> Moment | None:
    if day is None or day > now.date():
        return None
    return dates.whole_day(day, "", approx)


def _full(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    return _day(dates.valid(int(match["year"]), int(match["month"]), int(match["day"])), now)


def _compact(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    written = match["date"]
    day = dates.valid(int(written[:4]), int(written[4:6]), int(written[6:]))
    moment = _day(day, now)
    if moment is None or match["hour"] is None:
        return moment
    if int(match["hour"]) > 23:
        return None
    start = moment.start + timedelta(
        hours=int(match["hour"]), minutes=int(match["minute"]), seconds=int(match["second"] or 0)
    )
    precision = Precision.SECOND if match["second"] else Precision.MINUTE
    length = timedelta(seconds=1) if match["second"] else timedelta(minutes=1)
    return Moment(start, start + length, precision, "") if start <= now else None


def _year(words: str | None, now: datetime) -> int | None:
    if not words:
        return None
    if words in dates.YEARS:
        return now.year + dates.YEARS[words]
    digits = words.removesuffix("年")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    month, year = small_value(match["month"]) or 0, _year(match["year"], now)
    if not 1 <= month <= 12:
        return None
    if match["day"]:
        day = small_value(match["day"]) or 0
        resolved = dates.valid(year, month, day) if year else dates.latest(month, day, now.date())
        return _day(resolved, now)
    this_year = year or (now.year if month <= now.month else now.year - 1)
    if match["part"]:
        return _day(dates.part_of_month(this_year, month, match["part"]), now, approx=True)
    return dates.whole_month(this_year, month, "")


def _short(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    """11.18 and 10/14: dates only beside a time word or a purchase, or alone; 3/3 and 9.9 are not."""
    text = reading.text
    whole = match.group() == text.strip(" ,，。.!")
    field = reading.field_at(match.start())
    near = _SHORT_AFTER.match(text, match.end()) or (
        match["by"] != "." and _SHORT_BEFORE.search(text, max(0, match.start() - 3), match.start())
    )
    if not (whole or near or (field is not None and field.kind == "time")):
        return None
    if match["by"] == "." and len(match["day"]) == 1 and not _is_dotted_date(match, text):
        return None  # 9.9买的 is a price
    return _day(dates.latest(int(match["month"]), int(match["day"]), now.date()), now)


def _is_dotted_date(match: re.Match[str], text: str) -> bool:
    """10.1 is a date beside 号 or a part of the day, or where the text counts several such days."""
    return text[match.end() : match.end() + 1] in tuple("号日早晚 ") or len(_DOTTED.findall(text)) > 1


def _month_back(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    back = 2 if match["month"].startswith("上上") else 1 if match["month"].startswith("上") else 0
    month = dates.month_back(now.date().replace(day=1), back)
    if match["day"]:
        return _day(dates.valid(month.year, month.month, small_value(match["day"]) or 0), now)
    if match["part"]:
        day = dates.part_of_month(month.year, month.month, match["part"])
        if day > now.date():
            earlier = dates.month_back(month, 1)
            day = dates.part_of_month(earlier.year, earlier.month, match["part"])
        return _day(day, now, approx=True)
    if back == 0:
        return None
    return dates.whole_month(month.year, month.month, "")


def _bare_day(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    day = small_value(match["day"]) or 0
    return _day(dates.day_of_month(day, now.date()), now) if 1 <= day <= 31 else None


def _relative(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    words = match.group()
    if words in ("前两天", "前两日"):
        return _day(now.date() - timedelta(days=2), now, approx=True)
    back = 2 if words == "前" else dates.DAYS_BACK[words]
    moment = _day(now.date() - timedelta(days=back), now)
    if moment is not None and words in ("今朝", "今晨"):
        return replace(
            moment, start=moment.start + timedelta(hours=5), end=moment.start + timedelta(hours=10)
        )
    return moment


def _weekday(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    week = match["week"] or ""
    if week.startswith("下"):
        return None
    back = 2 if week.startswith("上上") else 1 if week.startswith("上") else 0 if week else None
    if match["day"] == "末":
        saturday = dates.weekday_day(back, 5, now.date())
        return _day(saturday, now, approx=True)
    return _day(dates.weekday_day(back, dates.WEEKDAYS[match["day"]], now.date()), now)


def _week(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    back = 2 if match["week"].startswith("上上") else 1
    monday = dates.weekday_day(back, 0, now.date())
    start = dates.midnight(monday)
    return Moment(start, start + timedelta(days=7), Precision.WEEK, "", approx=True)


def _ago(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    number = _how_many(match)
    if number is None:
        return None
    return back_from(now, number, match["unit"], bool(match["half"] and "个" in match["half"]))


def back_from(now: datetime, number: float, unit: str, counted: bool) -> Moment | None:
    """So many units before now; minutes and hours keep the time of day, the rest is a day. Always approximate."""
    if unit in ("秒", "秒钟", "分", "分钟"):
        start = now - timedelta(minutes=number if unit.startswith("分") else number / 60)
        return _instant(start, Precision.MINUTE)
    if unit in ("小时", "钟头", "h"):
        return _instant(now - timedelta(hours=number), Precision.MINUTE if number < 1 else Precision.HOUR)
    if unit in ("天", "日"):
        return _day(now.date() - timedelta(days=int(number)), now, approx=number > 7)
    if unit in ("周", "星期", "礼拜"):
        return _day(now.date() - timedelta(days=round(number * 7)), now, approx=True)
    if unit == "月" and (counted or number < 1):
        days = timedelta(days=15) if number % 1 else timedelta()
        return _day(dates.month_back(now.date(), int(number)) - days, now, approx=True)
    if unit == "年":
        return _day(dates.month_back(now.date(), round(number * 12)), now, approx=True)
    return None


def _instant(start: datetime, precision: Precision) -> Moment:
    start = start.replace(second=0, microsecond=0)
    return Moment(start, start + timedelta(minutes=1), precision, "", approx=True)


def _how_many(match: re.Match[str]) -> float | None:
    words = match["count"].removesuffix("几").removesuffix("来")
    if words == "半":
        number = 0.5
    elif words in ("", "好"):
        return None
    else:
        value = number_value(words)
        if value is None:
            return None
        number = float(value.value)
    half = bool(match["half"] and "半" in match["half"]) or match["more"] == "半"
    return number + (0.5 if half and number >= 1 else 0)


def _vague(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    if match.group() == "上次":
        return None
    days, precision = (7, Precision.WEEK) if match.group() in ("前几天", "前些天") else (60, Precision.MONTH)
    start = dates.midnight(now.date() - timedelta(days=days))
    return Moment(start, dates.midnight(now.date()), precision, "", approx=True)


def _just(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    return _instant(now, Precision.DAY)


def _festival(match: re.Match[str], reading: Reading, now: datetime) -> Moment | None:
    festival = reading.words.festival_of[match["name"]]
    words = match["year"]
    year = _year(words if words is None or words.endswith("年") else words + "年", now)
    first = dates.festival_day(festival, year, now.date())
    return _day(first, now, approx=festival.days > 1)


Resolve = Callable[[re.Match[str], Reading, datetime], Moment | None]

#: In the order of trial: what stands in the text for the pattern to be worth trying, the pattern, its meaning.
_DATES: tuple[tuple[str, re.Pattern[str], Resolve], ...] = (
    ("20", _FULL, _full),
    ("20", _COMPACT, _compact),
    ("月", _MONTH_BACK, _month_back),
    ("月", _MONTH, _month),
    ("", _SHORT, _short),
    ("前", _AGO, _ago),
    ("", _RELATIVE, _relative),
    ("", _WEEKDAY, _weekday),
    ("上", _WEEK, _week),
    ("号", _DAY, _bare_day),
    ("", _VAGUE, _vague),
    ("", _JUST, _just),
)
