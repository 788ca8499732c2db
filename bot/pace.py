"""How fast the bot may talk: one pacer for both libraries, in plain asyncio.

Promised: about 28 messages a second overall; one a second to a chat, of which three may go at once, so that an
answer in several parts is not stretched; after a 429 nothing at all leaves before the time that Telegram named;
replies go before nudges. Calls that make no message (answers to taps, file look-ups) only wait for a halt.
Bot API FAQ: "My bot is hitting limits".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

RATE: Final = 28.0
CHAT_RATE: Final = 1.0
CHAT_BURST: Final = 3
_MESSAGES: Final = ("send", "edit", "copy", "forward")
_MANY_CHATS: Final = 4096


def makes_message(method: str) -> bool:
    """Whether a Bot API method counts against the limits for messages (a typing notice does not)."""
    return method.startswith(_MESSAGES) and method != "sendChatAction"


@dataclass(slots=True)
class _Line:
    """Places in time, `gap` seconds apart, of which `burst` may be taken at once."""

    gap: float
    burst: int
    next: float = 0.0

    def place(self, now: float) -> float:
        """Take the next place; returns when it is."""
        self.next = max(self.next, now) + self.gap
        return max(now, self.next - self.gap * self.burst)

    def peek(self, now: float) -> float:
        """When the next place would be."""
        return max(now, max(self.next, now) + self.gap - self.gap * self.burst)


class Pacer:
    """The places in time at which calls may leave. A rate of 0 means no limit (for measuring)."""

    def __init__(
        self,
        rate: float = RATE,
        chat_rate: float = CHAT_RATE,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._chat_gap = 1 / chat_rate if chat_rate else 0.0
        self._all = _Line(1 / rate if rate else 0.0, 1)
        self._chats: dict[int, _Line] = {}
        self._halted_until = 0.0
        self._replies = 0

    @property
    def halted(self) -> float:
        """Seconds until calls may leave again, 0 when they may now."""
        return max(0.0, self._halted_until - self._now())

    def halt(self, seconds: float) -> None:
        """Telegram said 429: nothing leaves for `seconds`."""
        self._halted_until = max(self._halted_until, self._now() + seconds)
        self._all.next = max(self._all.next, self._halted_until)

    async def take(self, chat_id: int | None, method: str = "sendMessage", *, nudge: bool = False) -> None:
        """Wait for a place and use it. `nudge` waits until no reply is waiting."""
        if not makes_message(method):
            await self._wait_halt()
            return
        if chat_id is not None:
            await self._until(self._chat(chat_id).place(self._now()))
        await (self._nudge_place() if nudge else self._reply_place())

    async def clear(self, chat_id: int, method: str = "sendMessage") -> None:
        """Wait until a call to this chat would not wait; uses nothing. Called before a letter is claimed, so
        that no letter is marked as being sent while it only waits for its turn."""
        await self._wait_halt()
        line = self._chats.get(chat_id)
        if line is not None and makes_message(method):
            await self._until(line.peek(self._now()))

    async def _reply_place(self) -> None:
        self._replies += 1
        try:
            await self._place()
        finally:
            self._replies -= 1

    async def _nudge_place(self) -> None:
        while self._replies:
            await self._sleep(max(self._all.gap, 0.001))
        await self._place()

    async def _place(self) -> None:
        place = self._all.place(self._now())
        while True:
            await self._until(place)
            if not self.halted:
                return
            await self._wait_halt()
            place = self._all.place(self._now())

    async def _wait_halt(self) -> None:
        while left := self.halted:
            await self._sleep(left)

    async def _until(self, when: float) -> None:
        while (left := when - self._now()) > 0:
            await self._sleep(left)

    def _chat(self, chat_id: int) -> _Line:
        if len(self._chats) > _MANY_CHATS:
            now = self._now()
            self._chats = {chat: line for chat, line in self._chats.items() if line.next > now}
        return self._chats.setdefault(chat_id, _Line(self._chat_gap, CHAT_BURST))
