"""Numbers that name things: the shop's order number, the payment company's number, and the account to be topped up.

WeChat's 交易单号 has 28 digits and starts 4200, its transfers 31-32 digits starting 1000; Alipay's has 28 digits
starting with the date and 22 or 23. Whatever else is long enough and labelled or shaped like an order is the shop's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.facts.text import Reading, some

_NUMBER = r"[a-z0-9][a-z0-9_-]{3,44}"
_LABELLED = re.compile(
    rf"(?P<label>售后单号|工单号|工单|投诉单号|退款单号|退款单|物流单号|快递单号|下单编号|交易单号|交易号|支付单号|转账单号|流水号|商户单号|商家订单号|订单编号|订单号码|订单号|订单|单号|dd号)"
    rf"[\s:是为#=(【]{{0,3}}(?P<number>{_NUMBER})(?![a-z0-9*])"
)
_SHAPED = re.compile(
    r"(?<![\w.*-])(?P<number>[a-z]{1,4}-?\d{6,}(?:-\d{1,8})?|[a-z]{1,4}\d{2,8}-\d{2,8}|\d{14,33}|\d{4}-\d{4}-\d{2,})(?![\w.*])"
)
_TIMESTAMP = re.compile(r"20[2-3]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
_PAYMENT_LABELS = ("交易单号", "交易号", "支付单号", "转账单号", "流水号")
_OTHER_LABELS = ("售后单号", "工单号", "工单", "投诉单号", "退款单号", "退款单", "物流单号", "快递单号")
_ALIPAY = re.compile(r"20\d{6}2[23]00\d{16,18}|20\d{6}(?:22|23|11|12)\d{18}")
_PHONE = re.compile(r"(?<![\d.*-])1[3-9]\d[\dx*]{4}\d{3,4}(?!\d)")
_MAIL = re.compile(r"(?<![\w.])[\w.+-]{1,40}@[\w-]{1,30}\.[a-z]{2,6}")
_ACCOUNT = re.compile(
    r"(?P<label>充值账号|充值号码|充值qq|充值手机号?|游戏账号|游戏id|角色id|收货账号|绑定账号|手机号码?|qq号?|uid|id|账号|号码|尾号|给)"
    r"[\s:是为]{0,3}(?P<number>[a-z0-9][a-z0-9_x*]{4,29})(?![\w@])"
)
_BANK_CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A number that names something; positions in the normalised text."""

    kind: str
    start: int
    end: int
    confidence: float


def find_numbers(reading: Reading) -> tuple[NumberFound, ...]:
    """Order, payment and account numbers; each is marked as taken, so that nothing else reads its digits."""
    found: list[NumberFound] = []
    for kind, start, end, confidence in (*_labelled(reading), *_accounts(reading), *_shaped(reading)):
        if not reading.is_taken(start, end):
            reading.take(start, end)
            found.append(NumberFound(kind, start, end, confidence))
    return tuple(found)


def mask_account(account: str) -> str:
    """138****1234; short names keep their ends only. Nothing more of an account is ever kept."""
    if "@" in account:
        name, _, host = account.partition("@")
        return f"{name[:1]}***@{host}"
    if len(account) >= 9:
        return f"{account[:3]}****{account[-4:]}"
    return f"{account[:2]}***{account[-2:]}" if len(account) >= 5 else "***"


def _labelled(reading: Reading) -> list[tuple[str, int, int, float]]:
    found = []
    for match in some(_LABELLED, reading.text):
        number = match["number"].rstrip("-_")
        digits = sum(character.isdigit() for character in number)
        if digits < 3 or (digits < 5 and match["label"] == "订单"):
            continue
        kind = _kind_of(match["label"], number)
        found.append((kind, match.start("number"), match.start("number") + len(number), 0.97))
    return found


def _kind_of(label: str, number: str) -> str:
    if label in _OTHER_LABELS:
        return "other_no"
    if label in _PAYMENT_LABELS or _is_payment(number):
        return "payment_no"
    return "order_no"


def _is_payment(number: str) -> bool:
    return number.isdigit() and (
        (len(number) == 28 and number.startswith("4200"))
        or (len(number) in (31, 32) and number.startswith("1000"))
        or (len(number) == 28 and bool(_ALIPAY.fullmatch(number)))
    )


def _shaped(reading: Reading) -> list[tuple[str, int, int, float]]:
    found = []
    for match in some(_SHAPED, reading.text):
        number = match["number"]
        if _TIMESTAMP.fullmatch(number) or (number[0].isalpha() and number.startswith(("qq", "uid", "id"))):
            continue
        kind = "payment_no" if _is_payment(number) else "order_no"
        if (
            number.isdigit()
            and 16 <= len(number) <= 19
            and luhn(number)
            and "卡" in reading.before(match.start(), 8)
        ):
            kind = "bank_card"
        found.append((kind, match.start(), match.end(), 0.9))
    return found


def _accounts(reading: Reading) -> list[tuple[str, int, int, float]]:
    found = []
    for match in some(_ACCOUNT, reading.text):
        number = match["number"]
        if sum(character.isdigit() for character in number) >= 5:
            sure = match["label"].startswith(("充值", "游戏", "角色", "收货", "绑定", "uid", "给"))
            found.append(("account", match.start("number"), match.end("number"), 0.9 if sure else 0.6))
    for pattern in (_PHONE, _MAIL) if "@" in reading.text else (_PHONE,):
        found += [("account", match.start(), match.end(), 0.6) for match in some(pattern, reading.text)]
    return sorted(found, key=lambda item: -item[3])


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
