"""Replies leave through aiogram's session: a stored call becomes a request, an aiogram error one of bot/post.py's.

Promise: whether a failed call may have been accepted by Telegram is told apart (`NeverLeftError`,
`UncertainError`), because what happens next depends on it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.post import NeverLeftError, PostError, Sent, UncertainError, named
from handlers.calls import Call, Upload

#: Gives the bytes of a file in the vault by its key.
ReadFile = Callable[[str], Awaitable[bytes]]

#: Seconds after which an answer is no longer waited for.
TIMEOUT = 30

_CODES: tuple[tuple[type[TelegramAPIError], int], ...] = (
    (TelegramForbiddenError, 403),
    (TelegramUnauthorizedError, 401),
    (TelegramNotFound, 404),
    (TelegramConflictError, 409),
    (TelegramServerError, 500),
    (TelegramBadRequest, 400),
)


class AiogramPost:
    """`bot.post.Post` by aiogram."""

    def __init__(self, bot: Bot, read_file: ReadFile) -> None:
        self._bot = bot
        self._read_file = read_file

    async def post(self, call: Call, chat_id: int) -> Sent:
        """Make the call. Raises a `PostError`."""
        request = await self._request(call, chat_id)
        try:
            result = await self._bot(request, request_timeout=TIMEOUT)
        except (TelegramAPIError, ClientDecodeError) as error:
            raise post_error(error) from error
        return Sent(message_id=_message_id(result))

    async def _request(self, call: Call, chat_id: int) -> TelegramMethod[Any]:
        files = {call.upload.field: await self._file(call.upload)} if call.upload else {}
        target = {} if call.method.startswith("answer") else {"chat_id": chat_id}
        return raw_method(call.method)(**{**target, **call.params, **files})

    async def _file(self, upload: Upload) -> BufferedInputFile:
        content = await self._read_file(upload.file_key) if upload.file_key else upload.content.encode()
        return BufferedInputFile(content, filename=upload.name)


@cache
def raw_method(name: str) -> type[TelegramMethod[Any]]:
    """A request class for a Bot API method that takes any parameters and gives the result as plain JSON."""

    class Raw(TelegramMethod[Any]):
        __api_method__ = name
        __returning__ = Any

    return Raw


def post_error(error: TelegramAPIError | ClientDecodeError) -> PostError:
    """What an aiogram error means for the call."""
    match error:
        case TelegramRetryAfter():
            return named(429, error.message, error.retry_after)
        case TelegramEntityTooLarge():  # an answer, although aiogram counts it among the network's errors
            return named(413, error.message)
        case TelegramNetworkError():
            unsent = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
            return (NeverLeftError if unsent else UncertainError)(type(error.__cause__).__name__)
        case TelegramAPIError():
            code = next((code for kind, code in _CODES if isinstance(error, kind)), 400)
            return named(code, error.message)
        case _:
            return UncertainError("the answer could not be read")


def _message_id(result: Any) -> int | None:
    first = result[0] if isinstance(result, list) and result else result
    return first.get("message_id") if isinstance(first, dict) else None
