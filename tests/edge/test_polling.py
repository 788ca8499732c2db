"""Polling confirms only what was accepted, survives errors, and stops when it must."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest

import handlers.polling
from handlers.polling import Poller, PollingError, lane_of
from handlers.routers import ALLOWED_UPDATES
from tests.edge.telegram import TOKEN, ScriptedTelegram, failure, telegram
from tests.edge.updates import message


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers.polling, "FIRST_PAUSE", 0.01)


class Inbox:
    """Takes updates; fails as often as told for an update; stops the poller after the last one."""

    def __init__(self, stop: asyncio.Event, last: int, fail: dict[int, int] | None = None) -> None:
        self.got: list[int] = []
        self._stop, self._last, self._fail = stop, last, fail or {}

    async def receive(self, raw: Mapping[str, Any]) -> None:
        update_id = raw["update_id"]
        await asyncio.sleep(0)
        if self._fail.get(update_id, 0) > 0:
            self._fail[update_id] -= 1
            raise OSError("the disk is full")
        self.got.append(update_id)
        if update_id == self._last:
            self._stop.set()


async def poll(
    script: ScriptedTelegram, bot: Any, updates: list[dict[str, Any]], fail: dict[int, int] | None = None
) -> list[int]:
    script.updates = updates
    stop = asyncio.Event()
    inbox = Inbox(stop, updates[-1]["update_id"], fail)
    await asyncio.wait_for(Poller(bot, inbox.receive, stop).run(), 20)
    return inbox.got


def some(count: int) -> list[dict[str, Any]]:
    return [message(text=str(number)) for number in range(count)]


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


async def _in_order() -> None:
    async with telegram() as (script, bot):
        updates = some(250)
        assert await poll(script, bot, updates) == ids(updates)
        asked = script.params("getUpdates")
        assert all(tuple(params["allowed_updates"]) == ALLOWED_UPDATES for params in asked)
        assert "offset" not in asked[0]
        assert [params["offset"] for params in asked[1:]] == [ids(updates)[99] + 1, ids(updates)[199] + 1]


def test_updates_come_in_order_and_name_the_allowed_kinds() -> None:
    asyncio.run(_in_order())


async def _not_accepted() -> None:
    async with telegram() as (script, bot):
        updates = some(5)
        assert await poll(script, bot, updates, fail={ids(updates)[2]: 2}) == ids(updates)
        confirmed = [params.get("offset") for params in script.params("getUpdates")]
        assert confirmed == [None, ids(updates)[2], ids(updates)[2]]


def test_what_was_not_accepted_is_not_confirmed_and_comes_again() -> None:
    asyncio.run(_not_accepted())


async def _side_by_side() -> None:
    async with telegram() as (script, bot):
        chats = [{"id": number, "type": "private"} for number in (1, 2)]
        script.updates = [message(text=str(number), chat=chats[number % 2]) for number in range(6)]
        stop, failed = asyncio.Event(), [False]
        got: dict[int, list[int]] = {1: [], 2: []}
        met = asyncio.Barrier(2)

        async def receive(raw: Mapping[str, Any]) -> None:
            chat = raw["message"]["chat"]["id"]
            if not any(got.values()):
                await met.wait()  # passes only when both chats are at work
            if chat == 2 and not failed[0]:
                failed[0] = True
                raise OSError("the disk is full")
            if raw["update_id"] not in got[chat]:
                got[chat].append(raw["update_id"])
            if sum(map(len, got.values())) == 6:
                stop.set()

        await asyncio.wait_for(Poller(bot, receive, stop).run(), 5)
        assert got == {1: ids(script.updates)[::2], 2: ids(script.updates)[1::2]}
        assert script.params("getUpdates")[1]["offset"] == ids(script.updates)[1]


def test_chats_are_served_side_by_side_and_each_in_order() -> None:
    asyncio.run(_side_by_side())


@pytest.mark.parametrize(
    "raw", [{}, {"message": 3}, {"message": {}}, {"message": {"chat": 3}}, {"poll": {"id": 1}}]
)
def test_an_update_without_a_chat_has_a_lane(raw: dict[str, Any]) -> None:
    assert lane_of(raw) is None


async def _trouble() -> None:
    async with telegram() as (script, bot):
        script.answers["getUpdates"].extend(
            [
                failure(500, "Internal Server Error"),
                (502, "<html>Bad Gateway</html>"),
                None,
                failure(409, "Conflict: terminated by other getUpdates request"),
                failure(409, "Conflict: terminated by other getUpdates request"),
                (200, {"ok": True, "result": "nonsense"}),
            ]
        )
        updates = some(3)
        assert await poll(script, bot, updates) == ids(updates)


def test_trouble_on_the_way_passes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asyncio.run(_trouble())
    assert "no updates fetched" in caplog.text
    assert TOKEN not in caplog.text


async def _fatal(answer: Any, times: int) -> None:
    async with telegram() as (script, bot):
        script.answers["getUpdates"].extend([answer] * times)
        await asyncio.wait_for(Poller(bot, Inbox(asyncio.Event(), 0).receive, asyncio.Event()).run(), 20)


async def _webhook_in_the_way() -> None:
    async with telegram() as (script, bot):
        busy = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
        script.answers["getUpdates"].append(failure(409, busy))
        updates = some(2)
        assert await poll(script, bot, updates) == ids(updates)
        assert script.params("deleteWebhook") == [{"drop_pending_updates": False}]


def test_a_webhook_in_the_way_is_removed_and_its_updates_are_kept() -> None:
    asyncio.run(_webhook_in_the_way())


@pytest.mark.parametrize(
    ("answer", "times", "words"),
    [
        (failure(401, "Unauthorized"), 1, "BOT_TOKEN"),
        (failure(404, "Not Found"), 1, "BOT_TOKEN"),
        (failure(409, "Conflict"), 3, "另一个程序"),
    ],
)
def test_polling_gives_up_in_clear_words(answer: Any, times: int, words: str) -> None:
    with pytest.raises(PollingError, match=words) as caught:
        asyncio.run(_fatal(answer, times))
    assert TOKEN not in str(caught.value)


async def _stop_in_the_middle() -> None:
    async with telegram() as (script, bot):
        script.updates = some(3)
        stop, finished = asyncio.Event(), []

        async def receive(raw: Mapping[str, Any]) -> None:
            stop.set()
            await asyncio.sleep(0.05)
            finished.append(raw["update_id"])

        await asyncio.wait_for(Poller(bot, receive, stop).run(), 5)
        assert finished == ids(script.updates)[:1]
        assert len(script.params("getUpdates")) == 1, "the rest must not be confirmed"


def test_a_stop_finishes_the_update_at_work_and_confirms_no_other() -> None:
    asyncio.run(_stop_in_the_middle())


async def _stop_while_waiting() -> None:
    async with telegram() as (_, bot):
        stop = asyncio.Event()
        running = asyncio.create_task(Poller(bot, Inbox(stop, 0).receive, stop).run())
        await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(running, 1)


def test_a_stop_does_not_wait_for_the_long_poll() -> None:
    asyncio.run(_stop_while_waiting())
