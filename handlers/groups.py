"""In groups the bot says one polite line a day, with a link to the private chat, and nothing about any case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from aiogram.types import Message

from handlers.calls import Call
from handlers.translate import is_private

#: More groups than this a day are met with silence, so that memory stays bounded.
MOST_GROUPS = 10_000

#: The line in the language of whoever wrote (a Telegram language code or None), with `link` in it.
Invitation = Callable[[str | None, str], str]
Send = Callable[[Call], Awaitable[object]]
#: The bot's own name on Telegram, without the @ (Bot API: getMe).
Username = Callable[[], Awaitable[str]]


class GroupGreeter:
    """Remembers in memory which groups were answered today; a restart may answer once more."""

    def __init__(self, send: Send, invitation: Invitation, username: Username) -> None:
        self._send = send
        self._invitation = invitation
        self._username = username
        self._day = date.min
        self._answered: set[int] = set()

    async def greet(self, message: Message, now: datetime) -> None:
        """Answer a group message from a person, at most once a day and group. `now` is aware."""
        if is_private(message.chat) or message.from_user is None or message.from_user.is_bot:
            return
        if self._first_today(message.chat.id, now.date()):
            link = f"https://t.me/{await self._username()}?start=group"
            await self._send(_line(message.chat.id, self._invitation(message.from_user.language_code, link)))

    def _first_today(self, chat_id: int, today: date) -> bool:
        if today != self._day:
            self._day = today
            self._answered.clear()
        if chat_id in self._answered or len(self._answered) >= MOST_GROUPS:
            return False
        self._answered.add(chat_id)
        return True


def _line(chat_id: int, text: str) -> Call:
    params = {"chat_id": chat_id, "text": text, "link_preview_options": {"is_disabled": True}}
    return Call(method="sendMessage", params=params)
