"""Files that people sent are fetched through aiogram's session, in pieces (Bot API: getFile, at most 20 MB)."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.methods import GetFile
from aiohttp import ClientError

from bot.files import FetchError, GoneError

#: Seconds for getFile, and for the whole of a download.
ASK, DOWNLOAD = 30, 90
PIECE = 64 * 1024


class AiogramFetch:
    """`bot.files.Fetch` by aiogram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """The bytes, in pieces. Raises FetchError or GoneError; neither shows the address, which holds the token."""
        path = await self._path(file_id)
        session = self._bot.session
        url = session.api.file_url(self._bot.token, path)
        try:
            async for piece in session.stream_content(url, timeout=DOWNLOAD, chunk_size=PIECE):
                yield piece
        except (ClientError, TimeoutError) as error:
            raise FetchError(type(error).__name__) from None

    async def _path(self, file_id: str) -> str:
        try:
            file = await self._bot(GetFile(file_id=file_id), request_timeout=ASK)
        except TelegramBadRequest as error:
            raise _refused(error.message) from None
        except AiogramError as error:
            raise FetchError(type(error).__name__) from None
        if not file.file_path:
            raise FetchError("no path yet")
        return file.file_path


def _refused(description: str) -> FetchError | GoneError:
    """Telegram says one sentence for a wrong id and for a server that is away: that is worth another try."""
    said = description.lower()
    if "too big" in said:
        return GoneError("too_big")
    return FetchError("temporarily unavailable") if "temporarily" in said else GoneError("gone")
