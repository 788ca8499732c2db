"""Facts in a text: what was paid, how, when, where, to whom, for what, and under which number.

`find_facts` only returns what the text says; nothing is guessed. Values: money in fen, counts as int, times as
Moment, everything else as text as it was written (accounts masked).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from flows.case import FactValue
from flows.facts.channels import find_channel
from flows.facts.money import CONFIDENCE, Money, Part, find_money, paid, payments
from flows.facts.names import find_affected, find_goods, find_merchant, find_platform, find_quantity
from flows.facts.orders import NumberFound, find_numbers, mask_account
from flows.facts.paid_at import payment_time
from flows.facts.people import find_people
from flows.facts.text import Reading
from flows.facts.times import find_times
from flows.facts.words import FactWords
from flows.moment import Moment, Precision
from flows.normalise import Normalised
from flows.segment import Token
from flows.understanding import Found

__all__ = ["FactWords", "find_facts", "written_time"]

if TYPE_CHECKING:
    from flows.language import Language

#: 号 alone tells the kind of goods, but names nothing.
BARE_GOODS = frozenset({"号", "號", "授权", "授權"})
#: 账号 is what was bought where the text says so; elsewhere it is any account.
ANY_ACCOUNT = frozenset({"账号", "帐号", "帳號", "账户"})
BOUGHT = 0.8

Named = Iterator[tuple[str, Found]]


def find_facts(
    normalised: Normalised, tokens: tuple[Token, ...], now: datetime, language: Language
) -> dict[str, Found]:
    """All facts of a text by name. `now` is aware, in Asia/Shanghai; a payment always lies before it."""
    reading = Reading(normalised, language.facts)
    facts = dict(_numbers(reading))
    times = find_times(reading, now)
    for one in times:
        reading.take(one.start, one.end)
    sums = find_money(reading)
    facts |= dict(_money(reading, sums))
    timed = payment_time(reading, times, sums, now)
    if timed is not None:
        one, confidence = timed
        facts["paid_at"] = _found(reading, one.moment, one.start, one.end, confidence, one.moment.approx)
    facts |= dict(_names(reading, tokens))
    for name, said in find_people(reading, now).items():
        facts[name] = _found(reading, said.value, said.start, said.end, said.confidence)
    return facts


def written_time(moment: Moment) -> str | None:
    """The moment as the labelled files write it: a day, or a minute where the words give one; None when vaguer."""
    if moment.precision in (Precision.WEEK, Precision.MONTH):
        return None
    return moment.start.strftime("%Y-%m-%d" if moment.precision is Precision.DAY else "%Y-%m-%dT%H:%M")


def _found(
    reading: Reading, value: FactValue, start: int, end: int, confidence: float, approx: bool = False
) -> Found:
    words = reading.typed(start, end)
    return Found(value, words, reading.normalised.span(start, end), confidence, approx)


def _numbers(reading: Reading) -> Named:
    best: dict[str, NumberFound] = {}
    for one in find_numbers(reading):
        if one.kind not in best or one.confidence > best[one.kind].confidence:
            best[one.kind] = one
    for name, one in best.items():
        span = reading.normalised.span(one.start, one.end)
        written = unicodedata.normalize("NFKC", reading.typed(one.start, one.end)).strip()
        if name in ("order_no", "payment_no"):
            yield name, Found(written, written, span, one.confidence)
        elif name == "account":
            yield name, Found(mask_account(written), mask_account(written), span, one.confidence)


def _money(reading: Reading, sums: tuple[Money, ...]) -> Named:
    amount = paid(reading, sums)
    if amount is None:
        return
    yield (
        "amount",
        _found(reading, amount.fen, amount.start, amount.end, CONFIDENCE[amount.part], amount.approx),
    )
    single = payments(sums)
    if single:
        total = sum(money.fen for money in single)
        agreed = amount.part is Part.TOTAL and total == amount.fen
        text = "+".join(f"{money.fen / 100:.2f}" for money in single)
        yield "payments", _found(reading, text, single[0].start, single[-1].end, 0.95 if agreed else 0.6)


def _names(reading: Reading, tokens: tuple[Token, ...]) -> Named:
    channel = find_channel(reading)
    if channel is not None:
        yield "pay_channel", _found(reading, channel.id, channel.start, channel.end, channel.confidence)
    platform, merchant = find_platform(reading), find_merchant(reading)
    for name, one in (("platform", platform), ("merchant", merchant)):
        if one is not None and not (
            name == "platform" and merchant is not None and merchant.value == one.value
        ):
            yield name, _found(reading, one.value, one.start, one.end, one.confidence)
    goods = find_goods(reading, tokens)
    if goods is not None:
        thing = goods.name
        translated = thing.value.isascii() and not reading.text[thing.start : thing.end].isascii()
        vague = thing.value in BARE_GOODS or (thing.value in ANY_ACCOUNT and thing.confidence < BOUGHT)
        if not vague and not translated:
            yield "goods", _found(reading, thing.value, thing.start, thing.end, thing.confidence)
        yield "goods_kind", _found(reading, goods.kind, thing.start, thing.end, thing.confidence)
    for fact, counted in (("quantity", find_quantity(reading, goods)), ("affected", find_affected(reading))):
        if counted is not None:
            one, count = counted
            yield fact, _found(reading, count, one.start, one.end, one.confidence)
