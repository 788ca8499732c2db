"""The real program against a loopback Bot API: answers, repetitions, orderly stops, sudden ends.

One server and one state for the whole module; the program runs from one test into the next where nothing speaks
against it, since each start costs seconds. Every test has people of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.faults import Fault
from bot.demo.server import DemoServer
from bot.demo.shelf import Content
from tests.e2e.pictures import picture
from tests.edge.process import START, Bot, stage, until

#: Long enough for a second answer to show up, if one were to come.
LULL = 1.5

Play = Callable[[DemoServer, Bot], Coroutine[Any, Any, None]]
Perform = Callable[[Play], None]


@pytest.fixture(scope="module")
def perform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Perform]:
    """Plays a scene on the module's own stage, on one event loop."""
    with asyncio.Runner() as runner:
        curtain = stage(tmp_path_factory.mktemp("stage"))
        server, bot = runner.run(curtain.__aenter__())
        yield lambda play: runner.run(play(server, bot))
        runner.run(curtain.__aexit__(None, None, None))


async def awake(bot: Bot) -> None:
    """Started, if it does not run already."""
    if bot.child is None:
        await bot.start()


async def asleep(bot: Bot) -> None:
    """Stopped in order, if it runs."""
    if bot.child is not None:
        assert await bot.stop() == 0, bot.log()


def said_to(server: DemoServer, chat: int) -> list[str]:
    """The texts of the messages that a chat was sent, in order."""
    return [
        record["text"] or ""
        for record in server.delivered
        if record["chat_id"] == chat and record["method"] == "sendmessage"
    ]


async def start_is_answered_once(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await asleep(bot)
    server.people.say(person, "/start")
    raw = json.loads(server.account.updates.pending[0][1])
    await bot.start()
    await until(lambda: said_to(server, person))
    await until(lambda: raw["update_id"] in [number for number, _ in server.account.updates.confirmed])
    server.account.updates.inject(raw)
    server.faults.add(Fault(kind="repeat_update", method="getUpdates"))
    await asyncio.sleep(LULL)
    assert len(said_to(server, person)) == 1
    assert bot.rows("SELECT count(*) FROM inbox WHERE chat_id = ?", person) == [(1,)]


def test_start_is_answered_and_a_repeated_update_is_answered_once(perform: Perform) -> None:
    perform(start_is_answered_once)


async def stops_in_order(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await awake(bot)
    server.faults.add(Fault(kind="delay", method="sendMessage", seconds=1.0))
    server.people.say(person, "/start")
    await until(lambda: bot.rows("SELECT 1 FROM outbox WHERE state = 'sending' AND method = 'sendMessage'"))
    assert await bot.stop() == 0, bot.log()
    assert len(said_to(server, person)) == 1, "what was in flight arrives before the process ends"
    assert bot.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)], "of anybody"
    assert bot.rows("SELECT count(*) FROM owners") == [(0,)]
    server.people.say(person, "/help")
    await bot.start()
    await until(lambda: len(said_to(server, person)) == 2)
    assert await bot.stop(signal.SIGINT) == 0


def test_sigterm_lets_what_is_in_flight_end_and_the_next_start_goes_on(perform: Perform) -> None:
    perform(stops_in_order)


async def survives_a_sudden_end(server: DemoServer, bot: Bot) -> None:
    people = [server.account.add_person(f"测试{number}").id for number in range(12)]
    await awake(bot)
    before = len(server.delivered)
    server.faults.chances({"delay": 0.5}, seed=7)
    for text in ("/start", "/help", "/privacy"):
        for person in people:
            server.people.say(person, text)
    await until(lambda: len(server.delivered) >= before + 5)
    await bot.stop(signal.SIGKILL)
    in_doubt = {row[0] for row in bot.rows("SELECT chat_id FROM outbox WHERE state = 'sending'")}
    server.faults.clear()
    await bot.start()
    await until(lambda: not server.account.updates.pending, 30)
    await until(
        lambda: bot.rows("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')") == [(0,)], 40
    )
    done = "SELECT count(*) FROM inbox WHERE state = 'done' AND chat_id BETWEEN ? AND ?"
    assert bot.rows(done, people[0], people[-1]) == [(36,)], "each once, none lost"
    unknown = Counter(row[0] for row in bot.rows("SELECT chat_id FROM outbox WHERE state = 'unknown'"))
    assert set(unknown) <= in_doubt, "only what was in flight is in doubt"
    for person in people:
        texts = said_to(server, person)
        assert len(texts) == len(set(texts)), "nothing is said twice"
        assert len(texts) >= 3 - unknown[person], "nothing is lost silently"


def test_after_kill_9_every_update_counts_once_and_no_reply_is_silently_lost(perform: Perform) -> None:
    perform(survives_a_sudden_end)


async def keeps_evidence(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    original = picture()
    await awake(bot)
    server.people.documents(
        person,
        [Content(data=original, name="订单.png", mime="image/png")],
        caption="在某卡盟买Q币付了68没到账",
    )
    digest = hashlib.sha256(original).hexdigest()
    kept = bot.state / "files" / str(person) / digest[:2] / digest
    await until(kept.exists)
    assert kept.read_bytes() == original
    assert kept.stat().st_mode & 0o077 == 0
    await until(lambda: said_to(server, person))


def test_a_file_is_kept_byte_for_byte(perform: Perform) -> None:
    perform(keeps_evidence)


async def keeps_out_of_groups(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    group = server.account.add_group("买卡交流")["id"]
    await awake(bot)
    for text in ("付了68没到账 订单 20261111", "/case", "/start"):
        server.people.say(person, text, chat=group)
    await until(lambda: said_to(server, group))
    await asyncio.sleep(LULL)
    (line,) = said_to(server, group)
    assert "https://t.me/refund_demo_bot?start=group" in line
    assert "68" not in line
    assert bot.rows("SELECT count(*) FROM inbox WHERE chat_id IN (?, ?)", person, group) == [(0,)]


def test_a_group_gets_one_line_and_nothing_is_kept(perform: Perform) -> None:
    perform(keeps_out_of_groups)


async def lets_no_second_in(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await awake(bot)
    second = await bot.spawn()
    assert await asyncio.wait_for(second.wait(), START) == 1
    assert "机器人已在运行" in bot.log()
    server.people.say(person, "/start")
    await until(lambda: said_to(server, person))


def test_a_second_process_on_the_same_database_is_refused(perform: Perform) -> None:
    perform(lets_no_second_in)


async def shows_no_secret(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await awake(bot)
    server.faults.add(Fault(kind="5xx", times=2), Fault(kind="drop_after", method="sendMessage"))
    server.people.say(person, "订单号 8848202611110042，手机 13800138000，付了 68")
    await until(lambda: said_to(server, person))
    await asyncio.sleep(LULL)
    assert await bot.stop() == 0
    for secret in (server.token, server.token.partition(":")[2], "8848202611110042", "13800138000"):
        assert secret not in bot.log()


def test_the_log_shows_neither_token_nor_words(perform: Perform) -> None:
    perform(shows_no_secret)


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_a_missing_or_malformed_token_is_named(tmp_path: Path, token: str) -> None:
    async def go() -> None:
        async with stage(tmp_path) as (server, bot):
            server.token = token
            child = await bot.spawn()
            assert await asyncio.wait_for(child.wait(), START) == 1
            assert "BOT_TOKEN" in bot.log()
            assert "Traceback" not in bot.log()

    asyncio.run(go())
