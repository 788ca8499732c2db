"""What is owed: never more than what was told adds up to. All amounts in fen.

Order of the grounds: a sum that the person names; the balance on a closed site; the excess of a double charge; the
share of the faulty or missing pieces; what was paid. What came back is taken off. Where the facts don't say it the
amount stays unknown: nothing is rounded, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows import written
from flows.case import Case
from flows.fact_names import FACTS

AMOUNT, CLAIMED, BALANCE = FACTS["amount"], FACTS["claimed"], FACTS["balance"]
_TIMES = {"两": 2, "兩": 2, "二": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
_CHARGED = re.compile(
    r"(?:扣|付|收|刷|充|划)(?:了|款|费|費|我|过|過|钱|錢)*\s*([两兩二2三3四4])\s*(?:次|笔|筆|遍|回)"
)
_DUE = re.compile(
    r"(?:应付|應付|应该付|應該付|应该是|該付|该付|本来要?付?|本來要?付?|标价|標價|只要)\D{0,3}(\d+(?:\.\d{1,2})?)"
)
_NUMBER = re.compile(r"\d+(?:\.\d{1,2})?")
_UNIT = (
    r"(?:点券|點券|[qQ][币幣]|金币|金幣|钻石|鑽石|积分|積分|话费|話費|流量|元|块|塊|天|个月|個月|[gG][bB]?)"
)
_SHORT = re.compile(
    rf"(?P<ordered>\d{{1,6}})\s?(?P<unit>{_UNIT})[^\d。；;]{{0,12}}?(?:只|才|就|仅|僅|实际|實際)[^\d。；;]{{0,4}}?"
    rf"(?:到|给|給|发|發|充|有|收)[^\d。；;]{{0,4}}?(?P<got>\d{{1,6}})\s?(?P<other>[^\d\s，,。；;]{{0,3}})"
)
#: 里面还有2300余额, 余额还有2300: the balance itself, not a part of it that was taken or moved.
_LEFT = re.compile(
    r"(?:还有|還有|剩下?|剩余|里有|裡有)\s?(?P<before>\d{1,7}(?:\.\d{1,2})?)\s?(?:元|块|塊)?(?:钱|錢)?的?(?:余额|餘額)"
    r"|(?:余额|餘額)(?:里|裡)?(?:还有|還有|还剩|還剩|剩下?|是|有|：|:)?\s?(?P<after>\d{1,7}(?:\.\d{1,2})?)(?![\d多来來万萬wk%])"
)
_GOT = re.compile(
    r"(?:到|给|給|发|發|充|有|收)[^\d。；;]{0,4}?(\d{1,6})(?![\d张張个個次天月号號点點份件笔筆半%折:：])"
)
_ORDERED = re.compile(rf"(?P<ordered>\d{{1,6}})\s?(?P<unit>{_UNIT})")


@dataclass(frozen=True, slots=True)
class Charge:
    """What was due, what was taken, and in how many payments (0 where nobody said)."""

    due: int
    taken: int
    count: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How many units were ordered and how many came, as the person counted them."""

    ordered: int
    got: int
    unit: str


def whole(case: Case, name: str) -> int | None:
    """A fact that is a number above 0: an amount or count of 0 tells nothing."""
    fact = case.facts.get(name)
    return fact.value if fact and isinstance(fact.value, int) and fact.value > 0 else None


def payments(case: Case) -> tuple[int, ...]:
    """The single payments, in fen, where a text named more than one."""
    fact = case.facts.get("payments")
    sums = tuple(_fen(text) for text in str(fact.value).split("+")) if fact and "+" in str(fact.value) else ()
    return sums if len(sums) > 1 else ()


def _fen(text: str) -> int:
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents.ljust(2, "0") or 0)


def charge(case: Case) -> Charge | None:
    """What a double charge took and what was due. The amount is that of one payment, unless it was told otherwise."""
    if case.problem != "double_charge":
        return None
    sums = payments(case)
    if sums and len(set(sums)) == 1:
        return Charge(sums[0], sum(sums), len(sums))
    amount, claimed = whole(case, "amount"), whole(case, "claimed")
    if amount is None:
        return None
    if claimed is not None:
        return _claimed(amount, claimed)
    return next(_charges(case, amount), None)


def _claimed(amount: int, claimed: int) -> Charge | None:
    if claimed == amount:
        return Charge(amount, 2 * amount, 2)
    return Charge(amount - claimed, amount, 2 if amount == 2 * claimed else 0) if claimed < amount else None


def _charges(case: Case, amount: int) -> Iterator[Charge]:
    for one in case.statements:
        found = {_fen(text) for text in _NUMBER.findall(one.text)}
        counted = _CHARGED.search(one.text)
        if counted is not None:
            count = _TIMES[counted[1]]
            each, rest = divmod(amount, count)
            total = not rest and (each in found or re.search(r"一共|总共|總共|合计|合計|共扣", one.text))
            yield Charge(each, amount, count) if total else Charge(amount, amount * count, count)
        due = _DUE.search(one.text)
        if due is not None and 0 < _fen(due[1]) < amount:
            yield Charge(_fen(due[1]), amount, 0)


def shortfall(case: Case) -> Shortfall | None:
    """Told in one breath (200点券只到了100), or the order by the goods' name and the rest by the answer (到了100)."""
    if case.problem != "partial" or (whole(case, "quantity") or 1) > 1:
        return None
    for text in (one.text for one in case.statements):
        match = _SHORT.search(text)
        if match and not re.match(r"[张張个個次天月号號点點:：]", match["other"] or "-"):
            return _short(int(match["ordered"]), int(match["got"]), match["unit"])
    received, goods = case.facts.get("received"), case.facts.get("goods")
    came = _GOT.search(str(received.value)) if received else None
    named = _ORDERED.search(str(goods.value)) if goods else None
    return _short(int(named["ordered"]), int(came[1]), named["unit"]) if came and named else None


def _short(ordered: int, got: int, unit: str) -> Shortfall | None:
    return Shortfall(ordered, got, unit) if 0 < got < ordered else None


def claim(case: Case) -> tuple[str, bool]:
    """The amount to come back as it is written in a letter, and whether it is only a part of what was paid."""
    amount, claimed, refunded = whole(case, "amount"), whole(case, "claimed"), whole(case, "refunded") or 0
    # After a part came back the rest is noted as the claim; what is owed may be less than that.
    automatic = claimed is not None and amount is not None and claimed == amount - refunded and refunded > 0
    if claimed is not None and not (automatic and _limited(case)):
        return written.money(claimed), amount is not None and claimed < amount
    if case.problem == "platform_closed":
        return _balance(case, amount, refunded)
    if amount is None:
        return _unnamed(case), refunded > 0
    return _owed(case, amount, refunded)


def _limited(case: Case) -> bool:
    faulty = whole(case, "affected") or 0
    limits = (balance(case), charge(case), shortfall(case), faulty < (whole(case, "quantity") or 0))
    return bool(limits[0] or limits[1] or limits[2] or (faulty and limits[3]))


def _unnamed(case: Case) -> str:
    """Money in another currency stands as it was told."""
    other = case.facts.get("other_amount")
    return written.value(str(other.value)) if other else written.unknown(AMOUNT)


def balance(case: Case) -> tuple[int, bool] | None:
    """What the person can't get out of the site, in fen, and whether it is approximate."""
    fact = case.facts.get("balance")
    if fact is not None:
        return (fact.value, fact.approx) if isinstance(fact.value, int) and fact.value > 0 else None
    found = next((match for one in case.statements if (match := _LEFT.search(one.text))), None)
    left = _fen(found["after"] or found["before"]) if found and case.problem == "platform_closed" else 0
    return (left, False) if left else None


def _balance(case: Case, amount: int | None, refunded: int) -> tuple[str, bool]:
    left = balance(case)
    if left is None or left[0] <= refunded:
        return written.unknown(BALANCE), left is not None
    owed = left[0] - refunded
    return written.money(owed, approx=left[1]), amount is not None and owed < amount


def _owed(case: Case, amount: int, refunded: int) -> tuple[str, bool]:
    owed = _share(case, amount)
    if owed is None or 0 < owed <= refunded:
        return written.unknown(CLAIMED), True
    return written.money(owed - refunded, approx=case.facts["amount"].approx), owed - refunded < amount


def _share(case: Case, amount: int) -> int | None:
    """The part of the amount that is owed; None where it can't be told to the fen."""
    if case.problem == "double_charge":
        taken = charge(case)
        return taken.taken - taken.due if taken else None
    short = shortfall(case)
    pieces, faulty = whole(case, "quantity") or 1, whole(case, "affected") or 0
    if short is not None:
        pieces, faulty = short.ordered, short.ordered - short.got
    share = faulty if 0 < faulty < pieces else pieces
    owed, rest = divmod(amount * share, pieces)
    return None if rest else owed
