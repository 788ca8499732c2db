"""A scripted Bot API on loopback: answers each method from a queue, and remembers what was asked."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "7:canary-token"

#: (HTTP status, body): a body of text is sent as it is. None hangs up without an answer.
Answer = tuple[int, dict[str, Any] | str] | None


class ScriptedTelegram:
    """`answers[method]` are given in order; then `usual(method, params)` decides."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, deque[Answer]] = defaultdict(deque)
        self.updates: list[dict[str, Any]] = []
        self.usual: Callable[[str], Any] = lambda method: True

    def params(self, method: str) -> list[dict[str, Any]]:
        return [params for asked, params in self.asked if asked == method]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        params = {key: _read(value) for key, value in (await request.post()).items()}
        self.asked.append((method, params))
        if self.answers[method]:
            return _response(request, self.answers[method].popleft())
        if method == "getUpdates":
            return _ok(await self._waiting(params))
        return _ok(self.usual(method))

    async def _waiting(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        for _ in range(20):
            new = [u for u in self.updates if u["update_id"] >= int(params.get("offset") or 0)]
            if new:
                return new[:100]
            await asyncio.sleep(0.01)
        return []


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value.file.read()
    try:
        return json.loads(value)
    except ValueError:
        return value


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _response(request: web.Request, answer: Answer) -> web.StreamResponse:
    if answer is None:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    status, body = answer
    if isinstance(body, str):
        return web.Response(status=status, text=body)
    return web.json_response(body, status=status)


def failure(code: int, description: str, **parameters: Any) -> Answer:
    return code, {"ok": False, "error_code": code, "description": description, "parameters": parameters}


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[ScriptedTelegram, Bot]]:
    """The scripted server and an aiogram bot that talks to it."""
    script = ScriptedTelegram()
    app = web.Application()
    app.router.add_post("/{path:.*}", script.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(access_log=None)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(str(server.make_url("")))))
    try:
        yield script, bot
    finally:
        await bot.session.close()
        await server.close()
