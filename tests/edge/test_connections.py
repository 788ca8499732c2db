"""What goes out besides replies: files fetched, the webhook registered, requests paced, the polling lock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import GetMe
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.aiogram_fetch import AiogramFetch
from bot.aiogram_session import connect
from bot.files import FetchError, GoneError
from bot.pace import Pacer
from bot.registration import register_webhook
from bot.solo import PollingLock
from bot.store.database import Store
from handlers.calls import Call
from handlers.polling import GetRawUpdates
from handlers.routers import ALLOWED_UPDATES
from tests.edge.telegram import TOKEN, Answer, failure, telegram
from tests.store.databases import postgres_schema

# -- files -------------------------------------------------------------------------------------------------------

CONTENT = bytes(range(256)) * 1024


async def fetched(*answers: Answer, status: int = 200) -> bytes:
    async def file(request: web.Request) -> web.Response:
        assert request.path == f"/file/bot{TOKEN}/photos/1.jpg"
        return web.Response(body=CONTENT, status=status)

    async with telegram() as (script, bot):
        downloads = web.Application()
        downloads.router.add_get("/{path:.*}", file)
        server = TestServer(downloads, host="127.0.0.1")
        await server.start_server(access_log=None)
        api = bot.session.api
        object.__setattr__(api, "file", f"{server.make_url('')}/file/bot{{token}}/{{path}}")
        script.usual = lambda method: {"file_id": "f", "file_unique_id": "u", "file_path": "photos/1.jpg"}
        script.answers["getFile"].extend(answers)
        try:
            return b"".join([piece async for piece in AiogramFetch(bot).fetch("f")])
        finally:
            await server.close()


def test_a_file_comes_in_pieces_and_whole() -> None:
    assert asyncio.run(fetched()) == CONTENT


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (failure(400, "Bad Request: file is too big"), GoneError, "too_big"),
        (failure(400, "Bad Request: invalid file_id"), GoneError, "gone"),
        (
            failure(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
            FetchError,
            "temporarily",
        ),
        (failure(500, "Internal Server Error"), FetchError, "ServerError"),
        (failure(429, "Too Many Requests", retry_after=3), FetchError, "RetryAfter"),
        (None, FetchError, "NetworkError"),
        ((200, {"ok": True, "result": {"file_id": "f", "file_unique_id": "u"}}), FetchError, "no path"),
    ],
)
def test_a_file_that_cannot_be_had(answer: Answer, kind: type[Exception], reason: str) -> None:
    with pytest.raises(kind, match=reason) as caught:
        asyncio.run(fetched(answer))
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("status", [404, 502])
def test_a_download_that_fails_is_tried_again_and_shows_no_address(status: int) -> None:
    with pytest.raises(FetchError, match="ClientResponseError") as caught:
        asyncio.run(fetched(status=status))
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


# -- webhook -----------------------------------------------------------------------------------------------------


def test_the_webhook_is_registered_with_secret_and_allowed_kinds() -> None:
    async def register() -> list[dict[str, Any]]:
        async with telegram() as (script, bot):
            await register_webhook(bot, "https://bot.example/hook", "secret-1")
            return script.params("setWebhook")

    (params,) = asyncio.run(register())
    assert params["url"] == "https://bot.example/hook"
    assert params["secret_token"] == "secret-1"
    assert tuple(params["allowed_updates"]) == ALLOWED_UPDATES
    assert params["drop_pending_updates"] is False


# -- pace --------------------------------------------------------------------------------------------------------


class Turnstile(Pacer):
    """Counts who asks for a place."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.taken: list[tuple[int | None, str]] = []

    async def take(self, chat_id: int | None, method: str = "sendMessage", *, nudge: bool = False) -> None:
        self.taken.append((chat_id, method))


def test_every_request_but_polling_waits_for_its_place() -> None:
    async def ask() -> list[tuple[int | None, str]]:
        from bot.aiogram_post import AiogramPost

        async with telegram() as (script, plain):
            turnstile = Turnstile()
            base = plain.session.api.base.partition("/bot{")[0]
            bot = connect(TOKEN, base, turnstile)
            script.usual = lambda method: (
                [] if method == "getUpdates" else {"id": 7, "is_bot": True, "first_name": "b"}
            )
            await bot(GetRawUpdates())
            await bot(GetMe())
            await AiogramPost(bot, _no_file).post(Call(method="sendMessage", params={"text": "x"}), 1001)
            await bot.session.close()
            return turnstile.taken

    assert asyncio.run(ask()) == [(None, "getMe"), (1001, "sendMessage")]


async def _no_file(key: str) -> bytes:
    raise FileNotFoundError(key)


# -- one poller a token --------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_on_postgresql_the_second_poller_waits_for_the_first() -> None:
    async def take_turns(url: str) -> list[str]:
        first, second = Store(url), Store(url)
        order: list[str] = []
        stop = asyncio.Event()
        one, two = PollingLock(first.engine, Bot(TOKEN).id), PollingLock(second.engine, Bot(TOKEN).id)

        async def successor() -> None:
            assert await two.acquire(stop)
            order.append("second polls")

        assert await one.acquire(stop)
        waiting = asyncio.create_task(successor())
        await asyncio.sleep(0.3)
        order.append("first stops")
        await one.release()
        await asyncio.wait_for(waiting, 5)
        stop.set()
        assert not await PollingLock(first.engine, Bot(TOKEN).id).acquire(stop)
        await two.release()
        first.close()
        second.close()
        return order

    with postgres_schema() as url:
        assert asyncio.run(take_turns(url)) == ["first stops", "second polls"]
