"""Secrets that nobody should send: card and identity numbers, codes, passwords, full card codes; found and masked.

They are found in the text as typed, before anything is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.facts.orders import luhn
from flows.understanding import Span

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BANK_CARD = re.compile(r"(?<![\dA-Za-z-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d-])")
_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
_CODE = re.compile(
    r"(?:验证码|校验码|動態碼|动态码|驗證碼)[\s是为為:：]{0,4}(?P<a>\d{4,8})(?!\d)|(?<!\d)(?P<b>\d{4,8})(?:是|为|為)?(?:您的|你的)?[\u4e00-\u9fff]{0,4}(?:验证码|驗證碼)"
)
_PASSWORD = re.compile(
    r"(?:密码|密碼|口令|password|passwd|pwd)(?:[\s是为為:：=]{1,3})(?P<value>[!-~]{4,40})", re.IGNORECASE
)
_CVV = re.compile(r"(?:cvv2?|安全码|安全碼)\D{0,3}(?P<value>\d{3,4})(?!\d)", re.IGNORECASE)
_CARD_CODE = re.compile(
    r"(?:卡密|兑换码|兌換碼|激活码|序列号|序號|密钥|cdk(?:ey)?|卡号|充值码|礼品码)[\s是为為:：]{0,3}"
    r"(?P<value>[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){1,6}|(?=[A-Za-z]{0,29}\d)[A-Za-z0-9]{10,30})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_GROUPED_CODE = re.compile(r"(?<![\w-])[A-Z0-9]{4,5}(?:-[A-Z0-9]{4,5}){3,5}(?![\w-])")
_ORDER_BEFORE = re.compile(r"(?:单号|單號|订单|訂單|流水|编号|交易号)[^\n，。,]{0,4}$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret and its kind: bank_card, identity, code, password, cvv, card_code."""

    kind: str
    span: Span


def secrets_in(text: str) -> tuple[Secret, ...]:
    """The secrets of a text, in order, none overlapping."""
    plain = text.translate(_HALF_WIDTH)
    found: list[Secret] = []
    for kind, start, end in _candidates(plain):
        if not any(start < one.span.end and one.span.start < end for one in found):
            found.append(Secret(kind, Span(start, end)))
    return tuple(sorted(found, key=lambda one: one.span.start))


def mask(text: str, secrets: tuple[Secret, ...]) -> str:
    """The text with each secret masked. A card code keeps its first four and last two characters, a bank card its
    last four: enough to tell two apart, not enough to use them."""
    pieces: list[str] = []
    at = 0
    for secret in secrets:
        pieces += (
            text[at : secret.span.start],
            _masked(text[secret.span.start : secret.span.end], secret.kind),
        )
        at = secret.span.end
    return "".join((*pieces, text[at:]))


def _masked(value: str, kind: str) -> str:
    if kind == "bank_card":
        return f"****{value[-4:]}"
    if kind == "identity":
        return f"{value[:3]}****"
    if kind == "card_code" and len(value) >= 8:
        return f"{value[:4]}****{value[-2:]}"
    return "****"


def _candidates(plain: str) -> list[tuple[str, int, int]]:
    found = [
        ("identity", *match.span()) for match in _IDENTITY.finditer(plain) if _is_identity(match.group())
    ]
    for kind, pattern in (("password", _PASSWORD), ("cvv", _CVV), ("card_code", _CARD_CODE)):
        found += [(kind, *match.span("value")) for match in pattern.finditer(plain)]
    for match in _CODE.finditer(plain):
        found.append(("code", *match.span("a" if match["a"] else "b")))
    for match in _GROUPED_CODE.finditer(plain):
        if any(character.isalpha() for character in match.group()):
            found.append(("card_code", *match.span()))
    return found + [
        ("bank_card", *match.span()) for match in _BANK_CARD.finditer(plain) if _is_card(plain, match)
    ]


def _is_card(plain: str, match: re.Match[str]) -> bool:
    digits = match.group().replace(" ", "").replace("-", "")
    before = plain[max(0, match.start() - 10) : match.start()]
    return 15 <= len(digits) <= 19 and luhn(digits) and not _ORDER_BEFORE.search(before)


def _is_identity(number: str) -> bool:
    """The check character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17].upper()
