"""Everything that nobody asked for just now leaves here: nudges, documents, replies that a crash delayed.

The only module that uses python-telegram-bot. One letter is in flight at a time, so a crash leaves at most one
in doubt. A nudge is taken in the turn that writes its message and looked at again in the statement that marks
it as being sent: what the case no longer wants is not sent. Runs inside the bot or alone.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

#: python-telegram-bot gives times to wait as timedelta only when asked to, and warns otherwise.
os.environ.setdefault("PTB_TIMEDELTA", "true")

import httpx
from sqlalchemy import Connection
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot import delivery
from bot.clock import Clock, milliseconds
from bot.pace import Pacer
from bot.post import (
    NeverLeftError,
    Post,
    PostError,
    RefusedError,
    Sent,
    ServerDownError,
    UncertainError,
    named,
)
from bot.presence import Presence
from bot.sender import Ledger, attempt
from bot.service import Service
from bot.store import outbox, plans
from bot.store.database import Store
from bot.store.outbox import Letter
from bot.store.plans import DueNudge
from handlers.calls import Call, Upload

log: Final = logging.getLogger(__name__)

#: A reply that has waited this long is no longer the sender's, in milliseconds.
LATE: Final = 10_000
#: Nudges that are fired at once; the others stay pending, so that they can still be superseded.
FIRED_AT_ONCE: Final = 10
#: Seconds between two looks for letters of processes that have ended.
RECOVER_EVERY: Final = 30.0
_NUDGE: Final = "nudge"
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

#: Gives the bytes of a file in the vault by its key.
ReadFile = Callable[[str], Awaitable[bytes]]


class PtbPace(BaseRateLimiter[str]):
    """Our pacer behind python-telegram-bot's seam. Retries are not its business."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Wait for a place, then make the request once."""
        await self._pacer.take(data.get("chat_id"), endpoint, nudge=rate_limit_args == _NUDGE)
        return await callback(*args, **kwargs)


def make_bot(token: str, base: str, pacer: Pacer) -> ExtBot[str]:
    """The mailing bot. `base` is the Bot API's address without the token, e.g. https://api.telegram.org."""
    request = HTTPXRequest(
        connection_pool_size=4, read_timeout=30.0, write_timeout=30.0, connect_timeout=10.0
    )
    return ExtBot(token, base_url=f"{base.rstrip('/')}/bot", request=request, rate_limiter=PtbPace(pacer))


class PtbPost:
    """`bot.post.Post` by python-telegram-bot. `nudges` tells the pacer that these calls can wait."""

    def __init__(self, bot: ExtBot[str], read_file: ReadFile, *, nudges: bool = True) -> None:
        self._bot = bot
        self._read_file = read_file
        self._limit = _NUDGE if nudges else None

    async def post(self, call: Call, chat_id: int) -> Sent:
        """Make the call. Raises a PostError."""
        params = dict(call.params)
        if not call.method.startswith("answer"):
            params.setdefault("chat_id", chat_id)
        if call.upload is not None:
            params[call.upload.field] = await self._file(call.upload)
        try:
            # A known name would draw the advice to use that method; our calls are data. The library
            # turns snake_case into camelCase, and a final underscore into nothing.
            result = await self._bot.do_api_request(
                f"{call.method}_", api_kwargs=params, rate_limit_args=self._limit
            )
        except TelegramError as error:
            raise post_error(error) from error
        return Sent(result.get("message_id") if isinstance(result, dict) else None)

    async def _file(self, upload: Upload) -> InputFile:
        content = await self._read_file(upload.file_key) if upload.file_key else upload.content.encode()
        return InputFile(content, filename=upload.name)

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.request.shutdown()


def post_error(error: TelegramError) -> PostError:
    """What an error of the library means for the call: never sent, not accepted, refused, or nobody knows."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return named(429, "", wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case Forbidden():
            return named(403, error.message)
        case ChatMigrated():
            return RefusedError("the group has become a supergroup")
        case BadRequest():
            return named(400, error.message)
        case InvalidToken() | Conflict():
            return ServerDownError(error.message)
        case TimedOut() | NetworkError():
            return _network_error(error)
        case _:
            return UncertainError("the answer could not be read")


def _network_error(error: NetworkError) -> PostError:
    cause = error.__cause__
    if isinstance(cause, _UNSENT):
        return NeverLeftError(type(cause).__name__)
    if cause is not None:
        return UncertainError(type(cause).__name__)
    if "too large" in error.message.lower():
        return RefusedError(error.message)
    return ServerDownError(error.message)


class Mailer:
    """Takes what is due out of the database and sends it, one letter at a time."""

    def __init__(
        self, store: Store, service: Service, post: Post, *, pacer: Pacer, clock: Clock, presence: Presence
    ) -> None:
        self._store = store
        self._service = service
        self._post = post
        self._pacer = pacer
        self._clock = clock
        self._presence = presence
        self._ledger = Ledger(store, presence.owner)
        self._stopping = False
        self._recover_next = 0.0

    async def run(self) -> int:
        """Send all that is due now. Returns how many letters were claimed."""
        if time.monotonic() >= self._recover_next:
            await self.recover()
        claimed = 0
        while not self._stopping and (letters := await self._letters()):
            won = [await self._send(letter) for letter in letters if not self._stopping]
            await self._ledger.settled()
            claimed += sum(won)
            if not any(won):
                break  # somebody else has them all
        return claimed

    def stop(self) -> None:
        """Start no further letter."""
        self._stopping = True

    async def recover(self) -> list[int]:
        """Settle the letters that ended processes left in flight: by their kind repeated, or held and named.

        Part of the first run and of one run every half minute.
        """
        self._recover_next = time.monotonic() + RECOVER_EVERY
        letters = await self._presence.abandoned()
        for letter in letters:
            done = delivery.doubtful(letter, milliseconds(self._clock.now()))
            log.warning("letter %s was in flight when its process ended → %s", letter.id, done.state)
            self._ledger.settle(done)
        await self._ledger.settled()
        return [letter.id for letter in letters]

    async def _letters(self) -> list[Letter]:
        """What may be sent now; when nothing waits, the next few due nudges are turned into messages."""
        waiting, due = await self._look()
        if waiting or not due:
            return waiting
        for nudge in due:
            await self._service.fire(nudge)
        return (await self._look())[0]

    async def _look(self) -> tuple[list[Letter], list[DueNudge]]:
        now = milliseconds(self._clock.now())

        def work(connection: Connection) -> tuple[list[Letter], list[DueNudge]]:
            waiting = outbox.waiting(connection, now, now - LATE, 4 * FIRED_AT_ONCE)
            return waiting, [] if waiting else plans.due(connection, now, FIRED_AT_ONCE)

        return await self._store.writing(work)

    async def _send(self, letter: Letter) -> bool:
        await self._pacer.clear(letter.chat_id, letter.call.method)
        if self._stopping or not await self._ledger.claim(letter):
            return False
        self._ledger.settle(await attempt(self._post, letter, self._pacer, self._clock))
        return True
