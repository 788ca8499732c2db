"""A running server, one person and a plain HTTP client for the tests of this folder."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.server import DemoServer
from flows.moment import SHANGHAI

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
#: A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class World:
    """`api` calls a Bot API method, `demo` the people half; both answer with the JSON body."""

    def __init__(self, server: DemoServer, client: aiohttp.ClientSession) -> None:
        self.server = server
        self.client = client
        self.status = 0

    async def api(self, method: str, **params: Any) -> dict[str, Any]:
        url = f"{self.server.base_url}/bot{self.server.token}/{method}"
        async with self.client.post(url, json=params) as answer:
            self.status = answer.status
            return await answer.json()

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        answer = await self.api(method, **params)
        assert answer["ok"] is False
        assert answer["error_code"] == self.status
        return self.status, answer["description"]

    async def demo(self, path: str, **params: Any) -> Any:
        async with self.client.post(f"{self.server.base_url}/demo/{path}", json=params) as answer:
            self.status = answer.status
            return await answer.json()

    async def look(self, path: str) -> Any:
        async with self.client.get(f"{self.server.base_url}/demo/{path}") as answer:
            self.status = answer.status
            return await answer.json()

    async def updates(self, offset: int = 0, **params: Any) -> list[dict[str, Any]]:
        return (await self.api("getUpdates", offset=offset, **params))["result"]


@asynccontextmanager
async def running(state: Path | None = None, person: bool = True) -> AsyncIterator[World]:
    """With `person`, 小王 (1001) has said /start and the update is confirmed."""
    server = DemoServer(state, NOW)
    await server.start()
    async with aiohttp.ClientSession() as client:
        world = World(server, client)
        if person and 1001 not in server.account.people:
            server.account.add_person("小王")
            server.people.say(1001, "/start")
            server.account.updates.drop_pending()
            server.account.updates.confirmed.clear()
        try:
            yield world
        finally:
            await server.stop()


def asynchronous(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own, at most 20 seconds."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), timeout=20))

    return run
