"""Long polling that confirms an update only after it was accepted (Bot API: getUpdates).

aiogram's own loop confirms what it has not handled, forgets updates whose handler raised, and never gives up on a
conflict; so the loop is here, and only the requests are aiogram's. One update that cannot be read harms no other.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, TelegramMethod

from handlers.routers import ALLOWED_UPDATES, Receive

#: Seconds that Telegram holds a request open while there is nothing new.
LONG_POLL = 25
#: Conflicts in a row before giving up: a crashed predecessor's request may still be open for a moment.
CONFLICTS = 3
#: Seconds: first and longest pause after an error.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

log = logging.getLogger(__name__)


class PollingError(Exception):
    """Polling cannot go on. The text says why and what to do."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, without reading the updates yet."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: tuple[str, ...] = ALLOWED_UPDATES


class Pauses:
    """Growing pauses between attempts, cut short when the process is to stop."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._next = FIRST_PAUSE

    def reset(self) -> None:
        """After a success the next pause is short again."""
        self._next = FIRST_PAUSE

    async def pause(self, seconds: float | None = None) -> None:
        """Wait `seconds`, or a jittered pause that doubles each time."""
        if seconds is None:
            seconds = self._next * random.uniform(0.5, 1.0)  # noqa: S311
            self._next = min(self._next * 2, LONGEST_PAUSE)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


class Poller:
    """Fetches updates and hands each to `receive`: those of one chat in Telegram's order, chats side by side."""

    def __init__(self, bot: Bot, receive: Receive, stop: asyncio.Event) -> None:
        self._bot = bot
        self._receive = receive
        self._stop = stop
        self._pauses = Pauses(stop)
        self._conflicts = 0
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until `stop` is set. Updates at work are finished; nothing else is begun or confirmed.

        Raises PollingError when the token is wrong or another process polls with it.
        """
        while not self._stop.is_set():
            batch = await self._fetch()
            if batch:
                await self._handle(batch)

    async def _handle(self, batch: list[dict[str, Any]]) -> None:
        """Confirm up to the first update that was not accepted; what comes again after it is known already."""
        lanes: dict[object, list[dict[str, Any]]] = defaultdict(list)
        for raw in batch:
            lanes[lane_of(raw)].append(raw)
        left = await asyncio.gather(*(self._walk(lane) for lane in lanes.values()))
        refused = [update_id for update_id in left if update_id is not None]
        self._offset = min(refused, default=batch[-1]["update_id"] + 1)
        if refused:
            await self._pauses.pause()
        else:
            self._pauses.reset()

    async def _walk(self, lane: list[dict[str, Any]]) -> int | None:
        """Hand on the updates of one chat; the id of the first that was not accepted, None when all were."""
        for raw in lane:
            update_id: int = raw["update_id"]
            if self._stop.is_set():
                return update_id
            try:
                await self._receive(raw)
            except Exception:
                log.exception("update %s was not accepted and will come again", update_id)
                return update_id
        return None

    async def _fetch(self) -> list[dict[str, Any]]:
        try:
            updates = await unless(self._stop, self._request)
        except TelegramConflictError as error:
            await self._conflict(error)
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise PollingError(
                "Telegram 不认这个令牌，请检查 BOT_TOKEN。\nTelegram refuses this BOT_TOKEN."
            ) from error
        except TelegramRetryAfter as error:
            await self._pauses.pause(error.retry_after)
        except Exception as error:
            # Whatever it is, the only remedy is to ask again; the message may hold an address with the token.
            log.warning("no updates fetched: %s", type(error).__name__)
            await self._pauses.pause()
        else:
            self._conflicts = 0
            return updates or []
        return []

    async def _request(self) -> list[dict[str, Any]]:
        timeout = LONG_POLL + 15
        return await self._bot(GetRawUpdates(offset=self._offset), request_timeout=timeout)

    async def _conflict(self, error: TelegramConflictError) -> None:
        self._conflicts += 1
        if self._conflicts >= CONFLICTS:
            raise PollingError(
                "另一个程序正在用同一个令牌收消息（409）。请先停掉它，再启动这一个。\n"
                "Another process polls with this token (409). Stop it, then start this one."
            ) from error
        if "webhook" in error.message.lower():
            log.warning("a webhook is set for this token; it is removed, since this process polls")
            with suppress(AiogramError):  # the next getUpdates tells whether it worked
                await self._bot(DeleteWebhook(drop_pending_updates=False))
            return
        await self._pauses.pause(1.0)


def lane_of(raw: Mapping[str, Any]) -> object:
    """What keeps updates in order: the chat, for a tap the person, who has the same id in a private chat."""
    for kind in ALLOWED_UPDATES:
        body = raw.get(kind)
        if isinstance(body, dict):
            place = body.get("chat", body.get("from"))
            return place.get("id") if isinstance(place, dict) else None
    return None


Result = TypeVar("Result")


async def unless(stop: asyncio.Event, request: Callable[[], Awaitable[Result]]) -> Result | None:
    """The request's result, or None when `stop` was set first; the request is cancelled then."""
    asking = asyncio.ensure_future(request())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else None
    finally:
        for task in (asking, stopping):
            task.cancel()
