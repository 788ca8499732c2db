"""The data of an inline button: which case it belongs to, how old it is, what it chooses. Never trusted.

Promises: `encode` refuses what would not fit Telegram's 64 bytes (Bot API: InlineKeyboardButton.callback_data),
so a button that cannot come back is never shown; `decode` never raises, since anybody can send any bytes here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Bot API: callback_data is 1-64 bytes.
LONGEST = 64

_VERSION = "v1"
_NO_CASE = "-"
_DATA = re.compile(r"v1\|(-|[A-Za-z0-9_]{1,16})\|([0-9]{1,9})\|([!-~]{1,40})")


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button says. An empty `case_id` belongs to the chat, not to a case."""

    case_id: str
    revision: int
    choice: str


#: Every button that is not one of ours, or of an older format: it redraws the current step and changes nothing.
STALE = Tap(case_id="", revision=-1, choice="stale")


def encode(case_id: str, revision: int, choice: str) -> str:
    """The callback data of one button. Raises ValueError for what `decode` would not give back unchanged."""
    data = f"{_VERSION}|{case_id or _NO_CASE}|{revision}|{choice}"
    if len(data.encode()) > LONGEST or decode(data) != Tap(case_id, revision, choice):
        raise ValueError(f"not a button: case {case_id!r}, revision {revision!r}, choice {choice!r}")
    return data


def decode(data: str | None) -> Tap:
    """What the button says, or `STALE` for anything that `encode` did not make."""
    match = _DATA.fullmatch(data) if data else None
    if match is None:
        return STALE
    case_id, revision, choice = match.groups()
    return Tap("" if case_id == _NO_CASE else case_id, int(revision), choice)
