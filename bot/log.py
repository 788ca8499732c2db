"""Logging: ids only. What looks like a token, a phone, an identity or a card number is masked in every line.

The first defence is that nobody logs words of a person; exceptions are shown by their type and place, because
their texts quote what they were given. The mask is the second defence, on every handler, for what other
libraries write.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Final, TextIO

_TOKEN: Final = re.compile(r"(?<![0-9])\d{6,12}:[A-Za-z0-9_-]{30,}")
_GAP: Final = r"[ \-]?"
_IDENTITY: Final = re.compile(rf"(?<!\d)(?:\d{_GAP}){{17}}[\dXx](?![\dA-Za-z])")
_CARD: Final = re.compile(rf"(?<!\d)(?:\d{_GAP}){{12,18}}\d(?!\d)")
_PHONE: Final = re.compile(rf"(?<!\d)(?:(?:\+?86|0086){_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?!\d)")
_ORDER: Final = re.compile(r"(?<!\d)\d{16,19}(?!\d)|(?<=订单)(\D{0,6})\d{10,32}")
_WIDE: Final = str.maketrans("０１２３４５６７８９－　：", "0123456789- :")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_QUIET: Final = (
    "httpx",
    "httpcore",
    "aiogram",
    "aiohttp",
    "telegram",
    "apscheduler",
    "alembic",
    "sqlalchemy",
    "asyncio",
)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).upper()


def is_identity_number(text: str) -> bool:
    """Whether the check character of an 18-character identity number is right (GB 11643, ISO 7064 MOD 11-2)."""
    number = _digits(text)
    if len(number) != 18 or not number[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def is_card_number(text: str) -> bool:
    """Whether the check digit of a bank card number (13 to 19 digits) is right (ISO/IEC 7812-1, Luhn)."""
    digits = [int(digit) for digit in reversed(_digits(text))]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def masked(text: str) -> str:
    """The text without tokens, phone, identity, card and order numbers, also when written wide or in groups."""
    plain = text.translate(_WIDE)
    plain = _TOKEN.sub("[token]", plain)
    plain = _IDENTITY.sub(lambda hit: "[identity]" if is_identity_number(hit[0]) else hit[0], plain)
    plain = _PHONE.sub("[phone]", plain)
    plain = _CARD.sub(lambda hit: "[card]" if is_card_number(hit[0]) else hit[0], plain)
    return _ORDER.sub(lambda hit: f"{hit[1] or ''}[number]", plain)


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that nothing gets past it in arguments, exceptions or stacks."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatException(  # noqa: N802 - the name is the library's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The type of each exception of the chain and where it was raised, without its text."""
        lines, error = [], ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[-12:]]
            lines.append(type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def set_up(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Log to `stream` (standard error when None); libraries only speak up about warnings.

    Handlers that others have put on the root logger or on a library's own logger are taken off.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.captureWarnings(True)
