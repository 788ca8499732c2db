"""Lines for groups are sent beside everything else: no update waits for them, and losing one harms nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.post import Post, PostError
from handlers.calls import Call

log = logging.getLogger(__name__)


def background_send(post: Post) -> Callable[[Call], Awaitable[None]]:
    """A function that starts sending a call and returns at once."""
    running: set[asyncio.Task[None]] = set()

    async def attempt(call: Call) -> None:
        try:
            await post.post(call, call.params["chat_id"])
        except PostError as error:
            log.info("a line for a group was not sent: %s", type(error).__name__)

    async def send(call: Call) -> None:
        task = asyncio.create_task(attempt(call))
        running.add(task)
        task.add_done_callback(running.discard)

    return send
