"""State survives a restart; the server cannot be reached from elsewhere; it runs as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.clock import DemoClock
from bot.demo.journal import Journal
from bot.demo.server import DemoServer
from bot.demo.shelf import Content
from tests.demo.world import NOW, PIXEL, asynchronous, running


@asynchronous
async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        photo = world.server.people.photos(1001, [Content(data=PIXEL, name="a.png", mime="image/png")])[0]
        sent = (await world.api("sendMessage", chat_id=1001, text="一"))["result"]
        await world.api("editMessageText", chat_id=1001, message_id=sent["message_id"], text="二")
        await world.api("setMyCommands", commands=[{"command": "help", "description": "帮助"}])
        world.server.people.block(1001)
        before = await world.look("state")
        pending = await world.updates()
    async with running(tmp_path) as world:
        after = await world.look("state")
        assert {key: after[key] for key in ("persons", "chats", "settings", "pending_updates")} == {
            key: before[key] for key in ("persons", "chats", "settings", "pending_updates")
        }
        assert await world.updates() == pending
        file = world.server.account.shelf.find(photo["photo"][-1]["file_id"])
        assert world.server.account.shelf.data(file) == PIXEL
        world.server.people.block(1001, False)
        following = (await world.api("sendMessage", chat_id=1001, text="三"))["result"]
        assert following["message_id"] == sent["message_id"] + 1
        assert (await world.updates())[-1]["update_id"] > pending[-1]["update_id"]


@asynchronous
async def test_confirmed_updates_do_not_return_and_ids_go_on(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        world.server.people.say(1001, "x")
        last = (await world.updates())[-1]["update_id"]
        await world.updates(offset=last + 1)
    async with running(tmp_path) as world:
        assert await world.updates() == []
        world.server.people.say(1001, "y")
        assert (await world.updates())[0]["update_id"] == last + 1


@asynchronous
async def test_the_demo_clock_goes_on_where_it_was(tmp_path: Path) -> None:
    server = DemoServer(tmp_path)
    await server.start()
    server.clock.advance(timedelta(days=3))
    await server.stop()
    again = DemoServer(tmp_path)
    await again.start()
    assert again.clock.offset == timedelta(days=3)
    await again.stop()


def test_a_last_line_cut_by_a_crash_is_left_out_and_any_other_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('["clock",5]\n["clo', encoding="utf-8")
    assert list(Journal(tmp_path).read()) == [["clock", 5]]
    (tmp_path / "journal.jsonl").write_text('["clo\n["clock",5]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="Unterminated"):
        list(Journal(tmp_path).read())


@asynchronous
async def test_the_state_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as world:
        await world.api("sendMessage", chat_id=1001, text="x")
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state" / "journal.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
@asynchronous
async def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        await DemoServer().start(host=host)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        DemoClock(NOW.replace(tzinfo=None))


@asynchronous
async def test_a_killed_server_lost_nothing_that_it_had_answered(tmp_path: Path) -> None:
    import aiohttp

    command = [
        sys.executable,
        "-m",
        "bot.demo",
        "--port",
        "0",
        "--state",
        str(tmp_path),
        "--now",
        "2026-11-22T10:00",
    ]
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    url = (await child.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as client:
        await (await client.post(url + "/demo/persons", json={"first_name": "小王"})).read()
        for number in range(20):
            await (await client.post(url + "/demo/say", json={"person": 1001, "text": str(number)})).read()
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    async with running(tmp_path) as world:
        assert [m["text"] for m in (await world.look("chat/1001"))["messages"]] == [str(n) for n in range(20)]
        assert len(await world.updates()) == 20
