"""Which of the times in a text is that of the payment, and the promise of a time to come.

A labelled field wins; then the time nearest to a word of buying or paying with nothing else happening in between.
等了3天, 上次, an expiry date or the time of a reply are never the time of payment.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from flows.facts.dates import WEEKDAYS, midnight, weekday_day, whole_day
from flows.facts.money import Money, Part
from flows.facts.numbers import SMALL, number_value
from flows.facts.text import Reading
from flows.facts.times import TimeFound, back_from
from flows.moment import Moment, Precision

_FIELD_ORDER = (
    "支付",
    "付款",
    "交易",
    "扣",
    "转账",
    "最近充值",
    "购买",
    "下单",
    "成交",
    "订单",
    "创建",
    "充值",
)
_AFTER, _BEFORE, _SCENE = 26, 14, 60
_HABIT = re.compile(r"每(?:个?月|天|周|次|年|回|笔)[^,，。]{0,4}$")
_NOT_DONE = re.compile(r"(?:还没|没有?|未|不)(?:敢|想)?$|(?:让|叫|要)我$")
_PASSIVE = re.compile(r"被(?!扣|刷|人|盗|骗|转)[^,，。]{0,2}$")
_EVERY = re.compile(
    r"(?:天天|每天|每个?|每年|每月|都在|想着|等着|准备|平时|一般|总是|经常|老是|到|等到|有效期至?|截止)$"
)
_OPENING = re.compile(r"(?:^|[。!?;\n])(?:这回|这次|上回|当时|就|我|是|大概)*$")
_MATTER = re.compile(r"的(?:事|单子?|那单|订单)")
_SINCE = re.compile(
    rf"(?:付|下单|下的单|买|充|转|拍下?|打过去|充值|付款)(?:了|完|的|钱|款|单|过去|已经|才|都|快|不到|有|以后|之后|后|到现在|[,，\s]){{0,5}}"
    rf"(?P<about>不到|快|大概|将近)?(?P<count>{SMALL}|半)(?P<half>个多|个半|个|多)?(?P<unit>天|小时|钟头|周|星期|礼拜|月|分钟)(?P<more>多|半)?"
    r"(?=了|没|都|还|才|[,，。!?\s]|也|卡|至今|过去|$)(?!了?前)"
)


def payment_time(
    reading: Reading, times: tuple[TimeFound, ...], sums: tuple[Money, ...], now: datetime
) -> tuple[TimeFound, float] | None:
    """The time of payment and how sure it is (0..1); None when the text gives none."""
    labelled = _labelled(reading, times)
    if labelled is not None:
        return labelled, 0.97
    rated = [(_nearness(reading, one, sums), one) for one in times]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    if best[1] is not None and best[0] > 0:
        return best[1], min(0.92, 0.55 + best[0] / 25)
    since = _since(reading, now)
    return (since, 0.6) if since is not None else None


def _labelled(reading: Reading, times: tuple[TimeFound, ...]) -> TimeFound | None:
    """The time in the field that is closest to the payment itself."""
    found = []
    for one in times:
        line = reading.field_at(one.start)
        if line is not None and line.kind == "time":
            rank = next((at for at, word in enumerate(_FIELD_ORDER) if line.label.startswith(word)), 99)
            found.append((rank, one.start, one))
    return min(found, default=(0, 0, None), key=lambda item: item[:2])[2]


def _nearness(reading: Reading, one: TimeFound, sums: tuple[Money, ...]) -> float:
    """How closely a time is tied to a payment; 0 when it is not."""
    line = reading.field_at(one.start)
    if line is not None and line.kind in ("other_time", "other", "goods", "face"):
        return 0.0
    if _EVERY.search(reading.text, max(0, one.start - 4), one.start):
        return 0.0
    return max(
        _scene(reading, one),
        _purchase_after(reading, one),
        _purchase_before(reading, one),
        _money_after(reading, one, sums),
    )


def _stop(text: str) -> int:
    """Where the sentence ends."""
    return next((at for at, character in enumerate(text) if character in "。!?;\n"), len(text))


def _purchase_after(reading: Reading, one: TimeFound) -> float:
    text = reading.text
    after = one.end + (text[one.end : one.end + 1] == "\n")
    window = text[after : after + _AFTER]
    window = window[: _stop(window)]
    for verb in reading.words.purchase.finditer(window):
        gap = window[: verb.start()]
        if _HABIT.search(gap) or _NOT_DONE.search(gap) or _PASSIVE.search(gap):
            return 0.0
        if reading.words.other_event.search(gap):
            return 0.0
        return 10.0 - len(gap) * 0.3 - 1.5 * sum(gap.count(mark) for mark in ",， ")
    matter = _MATTER.match(text, one.end)
    if matter is None or (matter.group() == "的事" and _tells_other(reading, one)):
        return 0.0
    return 6.0


def _tells_other(reading: Reading, one: TimeFound) -> bool:
    """说退了，大前天的事: what was told just before is no payment."""
    before = reading.text[max(0, one.start - 20) : one.start]
    return reading.words.other_event.search(before) is not None


def _purchase_before(reading: Reading, one: TimeFound) -> float:
    start = max(0, one.start - _BEFORE)
    window = reading.text[start : one.start]
    rest = reading.text[one.end : min(reading.clause(one.end - 1)[1], one.end + 10)].split(" ")[0]
    if reading.words.other_event.search(rest):
        return 0.0
    last = next(iter(reversed(list(reading.words.purchase.finditer(window)))), None)
    if last is None or any(mark in window[last.end() :] for mark in "。\n;!?"):
        return 0.0
    gap = window[last.end() :]
    if reading.words.other_event.search(gap) or _NOT_DONE.search(window[: last.start()]):
        return 0.0
    return 7.0 - len(gap) * 0.4 - 1.5 * sum(gap.count(mark) for mark in ",， ")


def _scene(reading: Reading, one: TimeFound) -> float:
    """A time that opens a sentence holds for all of it, unless its own clause tells of something else."""
    if not _OPENING.search(reading.text[max(0, one.start - 6) : one.start]):
        return 0.0
    window = reading.text[one.end : one.end + _SCENE]
    window = window[: _stop(window)]
    own = reading.text[one.end : reading.clause(one.end - 1)[1]]
    verb = next((verb for verb in reading.words.pay.finditer(window) if verb["done"]), None)
    if verb is None or reading.words.other_event.search(own) or _HABIT.search(window[: verb.start()]):
        return 0.0
    return 2.0


def _money_after(reading: Reading, one: TimeFound, sums: tuple[Money, ...]) -> float:
    """上星期六一天六百多块没了: a sum that was paid, close behind, and nothing else in between."""
    for money in sums:
        gap = reading.text[one.end : money.start]
        if money.start >= one.end and len(gap) <= _AFTER and money.part >= Part.BARE:
            quiet = (
                not reading.words.other_event.search(gap)
                and not _HABIT.search(gap)
                and _stop(gap) == len(gap)
            )
            return 5.0 - len(gap) * 0.15 if quiet else 0.0
    return 0.0


def _since(reading: Reading, now: datetime) -> TimeFound | None:
    """付了钱三天没发货, 下单两天了: paid so long ago. 等了3天 says nothing of the payment."""
    match = _SINCE.search(reading.text)
    if match is None:
        return None
    words = match["count"]
    value = 0.5 if words == "半" else None
    if value is None:
        number = number_value(words)
        if number is None:
            return None
        value = float(number.value)
    moment = back_from(now, value, match["unit"], bool(match["half"]))
    if moment is None:
        return None
    start = match.start("about") if match["about"] else match.start("count")
    words = reading.typed(start, match.end())
    lead = reading.text[match.start() : match.start("count")]
    precision = Precision.DAY if "不到" in lead else moment.precision  # 不到一小时 names no hour
    moment = replace(moment, words=words, approx=True, precision=precision)
    return TimeFound(moment, start, match.end())


_PROMISED = re.compile(
    rf"(?P<count>{SMALL}|半)个?(?P<unit>工作日|小时|h|天|日|分钟|周|星期|礼拜)(?:之?内|以内|后|之后|左右)?"
    r"|(?P<day>今晚|今天|明天|明儿|明早|明晚|后天|大后天)|(?P<next>下个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?P<month>月底|下个?月)|(?P<date>\d{1,2}|[一二三四五六七八九十]{1,3})[号日]"
)
_AHEAD = {"今晚": 0, "今天": 0, "明天": 1, "明儿": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3}


def promised_time(words: str, now: datetime) -> tuple[Moment, int, int] | None:
    """The first time to come in the words of a promise, with its place in them; None when there is none."""
    match = _PROMISED.search(words)
    if match is None:
        return None
    moment = _ahead(match, now)
    return (replace(moment, words=match.group()), match.start(), match.end()) if moment is not None else None


def _ahead(match: re.Match[str], now: datetime) -> Moment | None:
    today = now.date()
    if match["count"]:
        return _within(match, now)
    if match["day"]:
        return whole_day(today + timedelta(days=_AHEAD[match["day"]]), "")
    if match["weekday"]:
        weeks = -1 if (match["next"] or "").startswith("下") else 0
        day = weekday_day(weeks, WEEKDAYS[match["weekday"]], today)
        return whole_day(day if day >= today else day + timedelta(days=7), "")
    if match["month"] == "月底":
        following = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        return whole_day(following - timedelta(days=1), "", approx=True)
    if match["date"]:
        return _coming_day(match["date"], now)
    return None


def _coming_day(words: str, now: datetime) -> Moment | None:
    number = number_value(words)
    if number is None or not 1 <= number.value <= 31:
        return None
    for ahead in range(32):
        day = now.date() + timedelta(days=ahead)
        if day.day == int(number.value):
            return whole_day(day, "")
    return None


def _within(match: re.Match[str], now: datetime) -> Moment | None:
    """三天内 ends with the third day; 24小时内 runs from now. Working days are counted by the deadlines, not here."""
    number = number_value(match["count"]) if match["count"] != "半" else None
    count = float(number.value) if number is not None else 0.5
    unit = match["unit"]
    if unit in ("小时", "h", "分钟"):
        end = now + (timedelta(minutes=count) if unit == "分钟" else timedelta(hours=count))
        return Moment(now, end, Precision.HOUR, "")
    days = count * 7 if unit in ("周", "星期", "礼拜") else count
    last = midnight(now.date() + timedelta(days=round(days) + 1))
    return Moment(now, last, Precision.DAY, "", approx=unit == "工作日")
