"""A whole process in the test: webhook mode, health, the operators' command, what is thrown away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app import App, bootstrap
from bot.retention import Retention
from bot.running import run_bot
from bot.settings import Settings, load_settings
from bot.webhook import HEADER
from flows.events import CommandGiven, TextReceived
from flows.moment import SHANGHAI
from handlers.incoming import Incoming
from handlers.routers import ALLOWED_UPDATES
from tests.edge.process import until
from tests.edge.telegram import TOKEN, ScriptedTelegram, telegram
from tests.edge.updates import command

URL = "https://bot.example/hook"
SECRET = "right-secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return load_settings(
        bot_token=TOKEN,
        state_dir=tmp_path / "state",
        webhook_url=URL,
        webhook_secret=SECRET,
        webhook_listen=f"127.0.0.1:{free_port()}",
        health_listen=f"127.0.0.1:{free_port()}",
        mailer="off",
        admin_ids=(1001,),
    )


class Outside:
    """What the world sees of a running process."""

    def __init__(self, settings: Settings, client: ClientSession, script: ScriptedTelegram) -> None:
        self._settings = settings
        self._client = client
        self.script = script

    async def post(self, update: dict[str, Any], secret: str = SECRET) -> int:
        url = f"http://{self._settings.webhook_listen}/hook"
        async with self._client.post(url, json=update, headers={HEADER: secret}) as answer:
            return answer.status

    async def health(self) -> tuple[int, dict[str, Any]]:
        async with self._client.get(f"http://{self._settings.health_listen}/health") as answer:
            return answer.status, await answer.json()


def perform(settings: Settings, play: Callable[[Outside], Awaitable[None]]) -> None:
    async def go() -> None:
        async with telegram() as (script, bot), ClientSession() as client:
            script.usual = lambda method: {"message_id": 5, "date": 1} if method == "sendMessage" else True
            base = bot.session.api.base.partition("/bot{")[0]
            app = bootstrap(settings.model_copy(update={"bot_api_base": base}))
            stop, ready = asyncio.Event(), asyncio.Event()
            running = asyncio.create_task(run_bot(app, stop, ready.set))
            try:
                await asyncio.wait_for(ready.wait(), 30)
                await play(Outside(settings, client, script))
            finally:
                stop.set()
                await asyncio.wait_for(running, 15)
                app.store.close()

    asyncio.run(go())


def test_a_webhook_is_registered_then_answers_and_replies(settings: Settings) -> None:
    async def play(outside: Outside) -> None:
        (registered,) = outside.script.params("setWebhook")
        assert (registered["url"], registered["secret_token"]) == (URL, SECRET)
        assert tuple(registered["allowed_updates"]) == ALLOWED_UPDATES
        assert outside.script.params("getUpdates") == []
        update = command("/start")
        assert await outside.post(update, "wrong-secret") == 401
        assert await outside.post(update) == 200
        assert await outside.post(update) == 200
        await until(lambda: outside.script.params("sendMessage"))
        await asyncio.sleep(0.5)
        (reply,) = outside.script.params("sendMessage")
        assert reply["chat_id"] == 1001

    perform(settings, play)


def test_health_tells_how_it_is(settings: Settings) -> None:
    async def play(outside: Outside) -> None:
        status, report = await outside.health()
        assert (status, report["ok"]) == (200, True)
        assert report["letters"] == {"queued": 0, "sending": 0, "parked": 0, "unknown": 0}
        assert TOKEN not in str(report)

    perform(settings, play)


def test_health_command_is_for_operators_only(settings: Settings) -> None:
    async def play(outside: Outside) -> None:
        assert await outside.post(command("/health")) == 200
        await until(lambda: outside.script.params("sendMessage"))
        (answer,) = outside.script.params("sendMessage")
        assert answer["text"]["ok"] is True  # the scripted server reads JSON texts
        stranger = {"id": 1002, "is_bot": False, "first_name": "测试"}
        chat = {"id": 1002, "type": "private"}
        for name in ("/health", "/nonsense"):
            assert await outside.post(command(name, chat=chat, **{"from": stranger})) == 200
        await until(lambda: len(outside.script.params("sendMessage")) == 3)
        _, health, nonsense = outside.script.params("sendMessage")
        assert health["text"] == nonsense["text"], "a stranger sees a command that does not exist"

    perform(settings, play)


# -- what is thrown away -------------------------------------------------------------------------------------------


class StandingClock:
    """A clock that is set."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


START = datetime(2026, 11, 24, 10, 15, tzinfo=SHANGHAI)
STORY = TextReceived(text="上周在某卡盟买Q币付了68元，一直没到账", at=START, message_id=2)


async def chats(app: App) -> set[int]:
    return {chat for chat in (1001, 1002) if await app.service.look(chat) is not None}


def test_silent_chats_without_an_open_case_go_after_the_term_and_others_stay(settings: Settings) -> None:
    clock = StandingClock(START)
    app = bootstrap(settings, clock)

    async def play() -> None:
        hello = CommandGiven(name="start", at=START)
        await app.service.accept(Incoming(chat_id=1001, event=hello, update_id=1))
        await app.service.accept(Incoming(chat_id=1002, event=STORY, update_id=2))
        remembered = await app.service.look(1002)
        assert remembered is not None and len(remembered.cases) == 1, "an open case"
        retention = Retention(app.store, clock, 30)
        clock.time = START + timedelta(days=30)
        assert await retention.run() == 0
        clock.time += timedelta(seconds=1)
        assert await retention.run() == 1
        assert await chats(app) == {1002}

    asyncio.run(play())
    app.store.close()
