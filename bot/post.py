"""The door to Telegram as seen from inside: one call goes out, and what came of it has a name.

Both libraries are put behind `Post`, so that every failure arrives as one of the exceptions below and the rules
of what to do about it (bot/delivery.py) exist once. Bot API: "Making requests", ResponseParameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from handlers.calls import Call


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram accepted a call; `message_id` when it made or changed a message."""

    message_id: int | None = None


class PostError(Exception):
    """A call did not succeed. The text holds no token and no words of the person."""


class NeverLeftError(PostError):
    """No connection was made: Telegram has not seen the call."""


class TooFastError(PostError):
    """429: nothing may be sent for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"told to wait {seconds:g} s")
        self.seconds = seconds


class ServerDownError(PostError):
    """Telegram answered with a 5xx error body: it has not accepted the call."""


class UncertainError(PostError):
    """The request was written and no answer came: the call may or may not have been accepted."""


class BlockedError(PostError):
    """403, or 400 chat not found: this chat cannot be written to until the person comes back."""


class RefusedError(PostError):
    """400: Telegram will not take this call as it is. `description` is Telegram's own."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class Post(Protocol):
    """Make one Bot API call for a chat. Raises one of the errors above, nothing else."""

    async def post(self, call: Call, chat_id: int) -> Sent: ...


def named(code: int, description: str, retry_after: float | None = None) -> PostError:
    """The error for an answer of the Bot API (`error_code`, `description`, `parameters.retry_after` in s)."""
    said = description.lower()
    if retry_after is not None or code == 429:
        return TooFastError(retry_after if retry_after is not None else 30.0)
    if code == 403 or "chat not found" in said or "user is deactivated" in said:
        return BlockedError(description)
    if code >= 500 or code in (401, 404, 409):
        return ServerDownError(description)
    return RefusedError(description)
