"""What to do about one attempt to send: delivered, once more, doubtful, dead, or the chat is blocked.

The Bot API has no way to send a message exactly once. A doubtful reply is held (the person's next message draws
the step again); the last nudge before a date of law is sent once more, saying so; a call that may be repeated
without harm (an edit, an answer to a tap) is repeated.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

from bot.post import (
    BlockedError,
    NeverLeftError,
    PostError,
    RefusedError,
    Sent,
    ServerDownError,
    TooFastError,
    UncertainError,
)
from bot.store.housekeeping import DAY
from bot.store.outbox import Letter, Settlement
from handlers.calls import Call

#: Put before the text of a final nudge whose first sending is in doubt.
AGAIN: Final = "（再次提醒）"
#: `Letter.error` of a letter that is already tried in another form.
PLAIN: Final = "sent as plain text"
ANEW: Final = "sent instead of an edit"
REPEATED: Final = "sent once more"

_HARMLESS: Final = ("edit", "answer", "delete", "set", "get", "pin", "unpin")
_NOT_MODIFIED: Final = "message is not modified"
_MARKUP: Final = re.compile(r"parse entities|too long|too_long|unsupported start tag", re.IGNORECASE)
_NO_TARGET: Final = re.compile(
    r"message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE
)
_TAG: Final = re.compile(r"<[^>]*>")
_SLOWEST: Final = 60.0


def delivered(letter: Letter, sent: Sent, now: int) -> Settlement:
    """Telegram has accepted the call."""
    return Settlement(letter=letter, state="sent", at=now, message_id=sent.message_id)


def judge(letter: Letter, error: PostError, now: int) -> Settlement:
    """What follows from a failed attempt at `now` (UTC ms)."""
    match error:
        case TooFastError():
            return _again(letter, now, error.seconds, "429", counted=False)
        case NeverLeftError() | ServerDownError():
            return _later(letter, now, type(error).__name__)
        case UncertainError():
            return doubtful(letter, now)
        case BlockedError():
            return Settlement(letter=letter, state="parked", at=now, error="blocked", blocked=True)
        case RefusedError():
            return _refused(letter, error.description, now)
        case _:
            raise error


def doubtful(letter: Letter, now: int) -> Settlement:
    """Nobody knows whether Telegram accepted the call: by its kind, repeat it or hold it."""
    if letter.call.method.startswith(_HARMLESS):
        return _later(letter, now, "repeated")
    if letter.kind == "nudge" and letter.final and letter.error != REPEATED:
        return Settlement(letter=letter, state="queued", at=now, error=REPEATED, call=_prefixed(letter.call))
    return Settlement(letter=letter, state="unknown", at=now, error="may have been delivered")


def backoff(attempts: int) -> float:
    """Seconds to wait after a number of attempts: 1, 2, 4 ... 60."""
    return min(_SLOWEST, 2.0 ** min(attempts, 6))


def _again(letter: Letter, now: int, seconds: float, error: str, *, counted: bool = True) -> Settlement:
    kept = letter.error if letter.error in (PLAIN, ANEW, REPEATED) else error
    when = now + int(seconds * 1000)
    return Settlement(letter=letter, state="queued", at=now, error=kept, not_before=when, counted=counted)


def _later(letter: Letter, now: int, error: str) -> Settlement:
    if letter.created_at and now - letter.created_at > DAY:
        return Settlement(letter=letter, state="dead", at=now, error=f"a day of {error}")
    return _again(letter, now, backoff(letter.attempts), error)


def _refused(letter: Letter, description: str, now: int) -> Settlement:
    """400: done already, worth another form, or hopeless."""
    if _NOT_MODIFIED in description.lower():
        return Settlement(letter=letter, state="sent", at=now)
    if letter.error not in (PLAIN, ANEW):
        if _MARKUP.search(description):
            return Settlement(letter=letter, state="queued", at=now, error=PLAIN, call=_plain(letter.call))
        if _NO_TARGET.search(description) and letter.call.method == "editMessageText":
            return Settlement(letter=letter, state="queued", at=now, error=ANEW, call=_anew(letter.call))
    return Settlement(letter=letter, state="dead", at=now, error=description[:200])


def _text_field(params: dict[str, Any]) -> str:
    return "caption" if "caption" in params else "text"


def _plain(call: Call) -> Call:
    """The same words without any markup."""
    field = _text_field(call.params)
    kept = {
        key: value
        for key, value in call.params.items()
        if key not in ("parse_mode", "entities", "caption_entities")
    }
    text = str(kept.get(field, ""))
    if str(call.params.get("parse_mode", "")).upper() == "HTML":
        text = html.unescape(_TAG.sub("", text))
    return Call(method=call.method, params={**kept, field: text}, upload=call.upload)


def _anew(call: Call) -> Call:
    """A new message with the words of an edit whose message is gone."""
    kept = {
        key: value for key, value in call.params.items() if key not in ("message_id", "inline_message_id")
    }
    return Call(method="sendMessage", params=kept, upload=call.upload)


def _prefixed(call: Call) -> Call:
    """The same message, saying that it may be a repetition."""
    field = _text_field(call.params)
    params = {**call.params, field: AGAIN + str(call.params.get(field, ""))}
    for entities in ("entities", "caption_entities"):
        if entities in params:
            params[entities] = [
                {**entity, "offset": entity["offset"] + len(AGAIN)} for entity in params[entities]
            ]
    return Call(method=call.method, params=params, upload=call.upload)
