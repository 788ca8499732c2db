"""Numbers as people write them: 三百二, 1.5k, 2.3万, 1,944, 壹仟贰佰, 两千多. Exact, never guessed.

`NUMBER` finds them (bounded, so that no text makes it slow); `number_value` reads what it found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000, "万": 10000, "w": 10000}

_CHINESE = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,3}(?![\d,])|\d{1,9}(?!\d))(?:\.\d{1,4}(?![\d.]))?"
_MIXED = r"(?:\s?[十百千万]{1,2}(?:[\d一二三四五六七八九](?![\d.年月天个张])[十百千]?)?|[kw](?:\d(?!\d)|(?![a-z0-9])))?"

#: A whole number as written, without unit of money. Group-free; put `BEFORE` in front of it.
NUMBER = rf"(?:{_ARABIC}{_MIXED}|[{_CHINESE}]{{1,14}})"
#: A number in digits does not start in the middle of another number or of a Latin word.
BEFORE = rf"(?:(?<![\d.a-z_])(?<!\d,)(?=\d)|(?<![{_CHINESE}])(?=[{_CHINESE}]))"
#: A small number: hours, days, pieces.
SMALL = r"(?:(?<![\d.])\d{1,3}(?!\d)|[一二两三四五六七八九十]{1,3})"

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and whether its own words were vague (三四百 = 300, approximately)."""

    value: Decimal
    approx: bool = False


def number_value(words: str) -> Number | None:
    """Read a number matched by `NUMBER`; None when the characters make none (千万千)."""
    tokens = [token for token in _TOKEN.findall(words) if not token.isspace()]
    if not tokens:
        return None
    if all(token in DIGITS for token in tokens):
        return _bare_digits(tokens)
    return _with_units(tokens)


def small_value(words: str) -> int | None:
    """A small count (三, 12, 十五) as an int; None when it is not one."""
    number = number_value(words)
    return int(number.value) if number is not None and not number.approx else None


def _bare_digits(tokens: list[str]) -> Number | None:
    """三 = 3; 三四 = about 3; 二零二六 = 2026."""
    digits = [DIGITS[token] for token in tokens]
    if len(digits) == 2 and digits[1] == digits[0] + 1:
        return Number(Decimal(digits[0]), approx=True)
    return Number(Decimal("".join(map(str, digits))))


def _with_units(tokens: list[str]) -> Number | None:
    total = section = Decimal(0)
    current: Decimal | None = None
    last_unit = 1
    approx = spoken_zero = False
    for token in tokens:
        unit = UNITS.get(token)
        if unit is None:
            digit = Decimal(DIGITS[token]) if token in DIGITS else Decimal(token.replace(",", ""))
            if current is not None and current > 0:
                approx = True  # 三四百, 十五六: the lower one counts
                continue
            spoken_zero = spoken_zero or digit == 0
            current = digit
            continue
        if unit == 10000:
            total += (section + (current or 0) or 1) * unit
            section = Decimal(0)
        else:
            section += (1 if current is None or current == 0 else current) * unit
        current, last_unit, spoken_zero = None, unit, False
    if current is not None:
        # 三百二 is 320 and 一万二 is 12000, but 三百零二 is 302 and 十五 is 15.
        section += (
            current * last_unit / 10 if last_unit >= 100 and not spoken_zero and current < 10 else current
        )
    return Number(total + section, approx)
