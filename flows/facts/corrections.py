"""Corrections of what was said before: 写错了，不是88是68; 金额改成128; 说错了 是微信不是支付宝."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from flows.case import FactValue
from flows.facts.short import read_answer
from flows.normalise import Normalised, normalise
from flows.understanding import Found, Span

if TYPE_CHECKING:
    from flows.language import Language


@dataclass(frozen=True, slots=True)
class Correction:
    """A fact to be replaced. `old_words` are the words for the old value, empty when the text names none."""

    name: str
    found: Found
    old_words: str


_LONGEST = 200
_FIELDS = {
    "amount": "金额|价格|价钱|钱数|多少钱|付的钱|实付",
    "platform": "平台名|平台|网站名|网站|站名",
    "merchant": "商家名|商家|店铺名|店铺|卖家名|卖家|店名",
    "paid_at": "付款时间|支付时间|下单时间|时间|日期|付款日期",
    "order_no": "订单编号|订单号|单号",
    "payment_no": "交易单号|交易号",
    "pay_channel": "付款方式|支付方式|怎么付的",
    "goods": "商品名|商品|买的东西",
    "quantity": "数量",
    "account": "充值账号|账号",
}
_FIELD = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _FIELDS.items()))
_TRIGGER = re.compile(
    r"(?:写|打|说|记|搞|弄|输|发)错|更正|纠正|改成|改为|改一下|修改|应该是|应为|其实是|不对[,，\s]|记混|填错了[,，\s](?:应该)?是"
)
_NOT_A_BUT_B = re.compile(
    r"(?:不是|并非|不叫)(?P<old>[^,，。;\n不]{1,40}?)[,，\s]?\s?(?:而是|应该是|应是|其实是|是|叫)(?P<new>[^,，。;\n]{1,40})"
)
_B_NOT_A = re.compile(
    r"(?:应该是|其实是|是|叫)(?P<new>[^,，。;\n不]{1,40}?)[,，\s]?(?:而)?不是(?P<old>[^,，。;\n]{1,40})"
)
_TO_B = re.compile(
    r"(?:改成|改为|更正为|更正:|更正|应该是|应为|其实是|纠正为|换成|是|:)\s?(?P<new>[^,，。;\n]{1,40})"
)
#: Without a named field, the kinds are tried in this order; names are only replaced when the old one is quoted.
_GUESSES = ("pay_channel", "paid_at", "order_no", "amount")
_NAMES = ("platform", "merchant", "goods")


def read_corrections(
    text: str, now: datetime, language: Language, known: Mapping[str, FactValue]
) -> tuple[Correction, ...]:
    """What the text corrects in the facts `known`. A statement that merely denies something corrects nothing."""
    if len(text) > _LONGEST:
        return ()
    normalised = normalise(text, language.tables)
    explicit = bool(_TRIGGER.search(normalised.text))
    found: dict[str, Correction] = {}
    for field, old, new in _pairs(normalised.text, explicit):
        correction = _read(normalised, field, old, new, explicit, now, language, known)
        if correction is not None:
            found.setdefault(correction.name, correction)
    return tuple(found.values())


Place = tuple[int, int]


def _pairs(text: str, explicit: bool) -> Iterator[tuple[str | None, Place | None, Place]]:
    """The field, the old and the new words of each correction, as places in the text."""
    taken: list[Place] = []
    for pattern in (_NOT_A_BUT_B, _B_NOT_A) + ((_TO_B,) if explicit else ()):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            old = match.span("old") if "old" in pattern.groupindex else None
            yield _field(text, match.start()), old, match.span("new")


def _field(text: str, at: int) -> str | None:
    """The field named last before a correction."""
    named = list(_FIELD.finditer(text, max(0, at - 16), at))
    return named[-1].lastgroup if named else None


def _read(
    normalised: Normalised,
    field: str | None,
    old: Place | None,
    new: Place,
    explicit: bool,
    now: datetime,
    language: Language,
    known: Mapping[str, FactValue],
) -> Correction | None:
    """One correction; without an explicit word for it, old and new must be of the same kind."""
    old_words = _typed(normalised, old) if old is not None else ""
    for name in (field,) if field is not None else _candidates(old_words, known):
        found = _answer(normalised, name, new, now, language)
        if found is None or (name not in known and not explicit):
            continue
        if (
            old_words
            and field is None
            and name not in _NAMES
            and read_answer(name, old_words, now, language) is None
        ):
            continue
        if not old_words and not explicit:
            continue
        return Correction(name, found, old_words)
    return None


def _candidates(old_words: str, known: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Names first if the old one is quoted, then whatever the new words look like."""
    quoted = tuple(
        name
        for name in _NAMES
        if old_words and str(known.get(name, "")) and old_words.strip() in str(known[name])
    )
    return (*quoted, *(name for name in _GUESSES if name in known or name != "order_no"))


def _answer(
    normalised: Normalised, name: str, place: Place, now: datetime, language: Language
) -> Found | None:
    span = normalised.span(*place)
    found = read_answer(name, normalised.source[span.start : span.end], now, language)
    if found is None:
        return None
    return replace(found, span=Span(found.span.start + span.start, found.span.end + span.start))


def _typed(normalised: Normalised, place: Place) -> str:
    span = normalised.span(*place)
    return normalised.source[span.start : span.end]
