"""A short answer to the question for one fact: 648, 支付宝, 昨晚, a long number, a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flows.case import FactValue
from flows.facts.channels import find_channel
from flows.facts.money import CONFIDENCE, find_money, paid
from flows.facts.names import NameFound, find_goods, find_merchant, find_platform
from flows.facts.numbers import SMALL, small_value
from flows.facts.orders import find_numbers, mask_account
from flows.facts.paid_at import payment_time, promised_time
from flows.facts.people import find_people
from flows.facts.text import Reading
from flows.facts.times import find_times
from flows.normalise import normalise
from flows.understanding import Found, Span

if TYPE_CHECKING:
    from flows.language import Language

#: The longest text that is taken as a name when a name was asked for.
LONGEST_NAME = 30

_PERSONAL = re.compile(r"转账|转给|转的|转了|红包|个人")
_NUMBER = re.compile(r"[a-z0-9][a-z0-9 _-]{3,44}")
_COUNT = re.compile(SMALL)
_LEAD = re.compile(
    r"^(?:嗯|哦|那个|就是|应该是|好像是|名字叫|名字是|平台叫|平台是|网站叫|网站是|店铺叫|店铺是|店名叫|店名是|卖家叫|商家叫|买的是|买了|我买的|买的|叫做|叫|是的?|在)[\s,，:：]*"
)
_TAIL = re.compile(r"[\s。.!！,，~]*(?:上?买的|这个网站|这个平台|啊|呀|吧|哦|呢)?[\s。.!！,，~]*$")
_ROLES = (
    ("guardian", re.compile(r"孩子|儿子|女儿|家长|监护|娃|小孩")),
    ("reseller", re.compile(r"代理|转卖|卖给|拿货|下家|客户|分站|倒卖|批发")),
    (
        "for_other",
        re.compile(r"帮|替|给(?:朋友|家人|同学|爸|妈|别人|同事|老|女|男|弟|妹|哥|姐)|朋友|别人|家人"),
    ),
    ("self", re.compile(r"自己|本人|自用|我用|我买|我的")),
)

Reader = Callable[[Reading, datetime], Found | None]


def read_answer(fact: str, text: str, now: datetime, language: Language) -> Found | None:
    """The value that `text` gives for `fact`, which has just been asked for; None when it gives none.

    Facts that are neither a number, a time, a choice nor a name (own sentences) always give None.
    """
    reader = _READERS.get(fact)
    if reader is None or not text.strip():
        return None
    return reader(Reading(normalise(text, language.tables), language.facts), now)


def _found(
    reading: Reading, value: FactValue, start: int, end: int, confidence: float, approx: bool = False
) -> Found:
    return Found(value, reading.typed(start, end), reading.normalised.span(start, end), confidence, approx)


def _amount(reading: Reading, now: datetime) -> Found | None:
    find_numbers(reading)
    for time in find_times(reading, now):
        if time.end - time.start < len(reading.text.strip()):
            reading.take(time.start, time.end)
    sums = find_money(reading)
    best = paid(reading, sums) or (sums[0] if len(sums) == 1 else None)
    if best is None:
        return None
    return _found(reading, best.fen, best.start, best.end, CONFIDENCE.get(best.part, 0.6), best.approx)


def _channel(reading: Reading, now: datetime) -> Found | None:
    one = find_channel(reading)
    if one is not None:
        return _found(reading, one.id, one.start, one.end, one.confidence)
    match = reading.words.channel.search(reading.text)
    if match is None or len(reading.text) > LONGEST_NAME:
        return None
    channel = reading.words.channel_of[match.group()]
    name = channel.transfer if channel.transfer and _PERSONAL.search(reading.text) else channel.id
    return _found(reading, name, match.start(), match.end(), 0.9)


def _time(reading: Reading, now: datetime) -> Found | None:
    times = find_times(reading, now)
    timed = payment_time(reading, times, (), now)
    one = timed[0] if timed is not None else times[0] if times else None
    return None if one is None else _found(reading, one.moment, one.start, one.end, 0.9, one.moment.approx)


def _number(kind: str) -> Reader:
    def read(reading: Reading, now: datetime) -> Found | None:
        numbers = find_numbers(reading)
        one = next((one for one in numbers if one.kind == kind), None)
        start, end = (one.start, one.end) if one is not None else (0, 0)
        if one is None:
            other = any(one.kind in ("order_no", "payment_no") for one in numbers)
            match = None if other else _NUMBER.fullmatch(reading.text.strip())
            if match is None or sum(character.isdigit() for character in match.group()) < 3:
                return None
            start = reading.text.index(match.group())
            end = start + len(match.group())
        value = unicodedata.normalize("NFKC", reading.typed(start, end)).replace(" ", "")
        value = mask_account(value) if kind == "account" else value
        return Found(value, value, reading.normalised.span(start, end), 0.95)

    return read


def _count(reading: Reading, now: datetime) -> Found | None:
    match = _COUNT.search(reading.text)
    count = small_value(match.group()) if match is not None else None
    return None if match is None or not count else _found(reading, count, match.start(), match.end(), 0.9)


def _choice(fact: str) -> Reader:
    def read(reading: Reading, now: datetime) -> Found | None:
        said = find_people(reading, now).get(fact)
        agreed = agreement(reading)
        if agreed is not None:
            return _found(reading, "yes" if agreed else "no", 0, len(reading.text), 0.95)
        return None if said is None else _found(reading, said.value, said.start, said.end, said.confidence)

    return read


def _role(reading: Reading, now: datetime) -> Found | None:
    said = find_people(reading, now).get("role")
    if said is not None:
        return _found(reading, said.value, said.start, said.end, said.confidence)
    for role, pattern in _ROLES:
        match = pattern.search(reading.text)
        if match is not None:
            return _found(reading, role, match.start(), match.end(), 0.85)
    return None


def _goods_kind(reading: Reading, now: datetime) -> Found | None:
    goods = find_goods(reading, ())
    if goods is None:
        return None
    return _found(reading, goods.kind, goods.name.start, goods.name.end, goods.name.confidence)


def _promised(reading: Reading, now: datetime) -> Found | None:
    time = promised_time(reading.text, now)
    return None if time is None else _found(reading, time[0], time[1], time[2], 0.9)


def _name(fact: str) -> Reader:
    """A short text is the name itself; a longer one is searched for it."""

    def read(reading: Reading, now: datetime) -> Found | None:
        if len(reading.text) <= LONGEST_NAME and not re.search(r"[?？]|吗$", reading.text):
            source = reading.normalised.source
            start = _LEAD.match(source)
            begin = start.end() if start else 0
            tail = _TAIL.search(source, begin)
            end = tail.start() if tail else len(source)
            value = source[begin:end].strip(' \n\t“”"「」')
            if value and agreement(reading) is None:
                at = source.index(value, begin)
                return Found(value, value, Span(at, at + len(value)), 0.85)
            return None
        one = _SEARCHED[fact](reading)
        return None if one is None else _found(reading, one.value, one.start, one.end, one.confidence)

    return read


def _goods_name(reading: Reading) -> NameFound | None:
    goods = find_goods(reading, ())
    return None if goods is None else goods.name


_SEARCHED = {"platform": find_platform, "merchant": find_merchant, "goods": _goods_name}

_PIECE = re.compile(r"[,，。.!！?？~;；、\s]+")
_PARTICLES = "啊呀哦呢吧啦哈嘛噢哎喔咯滴哒的了"


def agreement(reading: Reading) -> bool | None:
    """Yes, no, or neither: decided by the first words of a short text that is no question."""
    text = reading.text.strip()
    if (
        not text
        or len(text) > 40
        or (re.search(r"[?？]$|吗$|没有?$(?<=.{3})|不$(?<=.{3})", text) and text not in reading.words.no)
    ):
        return None
    first = next((piece for piece in _PIECE.split(text) if piece), "")
    for piece in (text, text.removesuffix("谢谢"), first, first.rstrip(_PARTICLES)):
        if piece in reading.words.yes:
            return True
        if piece in reading.words.no:
            return False
    return None


_READERS: dict[str, Reader] = {
    "amount": _amount,
    "pay_channel": _channel,
    "paid_at": _time,
    "order_no": _number("order_no"),
    "payment_no": _number("payment_no"),
    "account": _number("account"),
    "quantity": _count,
    "affected": _count,
    "child_age": _count,
    "contacted": _choice("contacted"),
    "answered": _choice("answered"),
    "on_platform": _choice("on_platform"),
    "role": _role,
    "goods_kind": _goods_kind,
    "promised_for": _promised,
    "platform": _name("platform"),
    "merchant": _name("merchant"),
    "goods": _name("goods"),
}
