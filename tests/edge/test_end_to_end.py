"""The real program against a loopback Bot API: answers, repetitions, orderly stops, sudden ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import struct
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.demo.faults import Fault
from bot.demo.server import DemoServer
from bot.demo.shelf import Content
from tests.edge.process import START, Bot, stage, until

#: Long enough for a second answer to show up, if one were to come.
LULL = 1.5

Play = Callable[[DemoServer, Bot], Coroutine[Any, Any, None]]


def perform(play: Play, folder: Path) -> None:
    async def go() -> None:
        async with stage(folder) as (server, bot):
            await play(server, bot)

    asyncio.run(go())


def said_to(server: DemoServer, chat: int) -> list[str]:
    """The texts of the messages that a chat was sent, in order."""
    return [
        record["text"] or ""
        for record in server.delivered
        if record["chat_id"] == chat and record["method"] == "sendmessage"
    ]


def picture() -> bytes:
    """A small PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\x00" + bytes([40, 90, 160] * 60) for _ in range(40))
    head = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def start_is_answered_once(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    server.people.say(person, "/start")
    raw = json.loads(server.account.updates.pending[0][1])
    await bot.start()
    await until(lambda: said_to(server, person))
    assert raw["update_id"] == server.account.updates.confirmed[0][0], "accepted updates are confirmed"
    server.account.updates.inject(raw)
    server.faults.add(Fault(kind="repeat_update", method="getUpdates"))
    await asyncio.sleep(LULL)
    assert len(said_to(server, person)) == 1
    assert bot.rows("SELECT count(*) FROM inbox") == [(1,)]


def test_start_is_answered_and_a_repeated_update_is_answered_once(tmp_path: Path) -> None:
    perform(start_is_answered_once, tmp_path)


async def stops_in_order(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await bot.start()
    server.faults.add(Fault(kind="delay", method="sendMessage", seconds=1.0))
    server.people.say(person, "/start")
    await until(lambda: bot.rows("SELECT 1 FROM outbox WHERE state = 'sending' AND method = 'sendMessage'"))
    assert await bot.stop() == 0, bot.log()
    assert len(said_to(server, person)) == 1, "what was in flight arrives before the process ends"
    assert bot.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'") == [(0,)]
    assert bot.rows("SELECT count(*) FROM owners") == [(0,)]
    server.people.say(person, "/help")
    await bot.start()
    await until(lambda: len(said_to(server, person)) == 2)
    assert await bot.stop(signal.SIGINT) == 0


def test_sigterm_lets_what_is_in_flight_end_and_the_next_start_goes_on(tmp_path: Path) -> None:
    perform(stops_in_order, tmp_path)


async def survives_a_sudden_end(server: DemoServer, bot: Bot) -> None:
    people = [server.account.add_person(f"测试{number}").id for number in range(12)]
    await bot.start()
    server.faults.chances({"delay": 0.5}, seed=7)
    for text in ("/start", "/help", "/privacy"):
        for person in people:
            server.people.say(person, text)
    await until(lambda: len(server.delivered) >= 5)
    await bot.stop(signal.SIGKILL)
    in_doubt = {row[0] for row in bot.rows("SELECT chat_id FROM outbox WHERE state = 'sending'")}
    server.faults.clear()
    await bot.start()
    await until(lambda: not server.account.updates.pending, 30)
    await until(
        lambda: bot.rows("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')") == [(0,)], 40
    )
    assert bot.rows("SELECT count(*) FROM inbox WHERE state = 'done'") == [(36,)], "each once, none lost"
    unknown = Counter(row[0] for row in bot.rows("SELECT chat_id FROM outbox WHERE state = 'unknown'"))
    assert set(unknown) <= in_doubt, "only what was in flight is in doubt"
    for person in people:
        texts = said_to(server, person)
        assert len(texts) == len(set(texts)), "nothing is said twice"
        assert len(texts) >= 3 - unknown[person], "nothing is lost silently"


def test_after_kill_9_every_update_counts_once_and_no_reply_is_silently_lost(tmp_path: Path) -> None:
    perform(survives_a_sudden_end, tmp_path)


async def keeps_evidence(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    original = picture()
    await bot.start()
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


def test_a_file_is_kept_byte_for_byte(tmp_path: Path) -> None:
    perform(keeps_evidence, tmp_path)


async def keeps_out_of_groups(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    group = server.account.add_group("买卡交流")["id"]
    await bot.start()
    for text in ("付了68没到账 订单 20261111", "/case", "/start"):
        server.people.say(person, text, chat=group)
    await until(lambda: said_to(server, group))
    await asyncio.sleep(LULL)
    (line,) = said_to(server, group)
    assert "https://t.me/refund_demo_bot?start=group" in line
    assert "68" not in line
    assert bot.rows("SELECT count(*) FROM inbox") == [(0,)]


def test_a_group_gets_one_line_and_nothing_is_kept(tmp_path: Path) -> None:
    perform(keeps_out_of_groups, tmp_path)


async def lets_no_second_in(server: DemoServer, bot: Bot) -> None:
    await bot.start()
    second = await bot.spawn()
    assert await asyncio.wait_for(second.wait(), START) == 1
    assert "机器人已在运行" in bot.log()
    assert await bot.stop() == 0


def test_a_second_process_on_the_same_database_is_refused(tmp_path: Path) -> None:
    perform(lets_no_second_in, tmp_path)


async def shows_no_secret(server: DemoServer, bot: Bot) -> None:
    person = server.account.add_person("测试").id
    await bot.start()
    server.faults.add(Fault(kind="5xx", times=2), Fault(kind="drop_after", method="sendMessage"))
    server.people.say(person, "订单号 8848202611110042，手机 13800138000，付了 68")
    await until(lambda: said_to(server, person))
    await asyncio.sleep(LULL)
    assert await bot.stop() == 0
    for secret in (server.token, server.token.partition(":")[2], "8848202611110042", "13800138000"):
        assert secret not in bot.log()


def test_the_log_shows_neither_token_nor_words(tmp_path: Path) -> None:
    perform(shows_no_secret, tmp_path)


async def rehearses(server: DemoServer, bot: Bot) -> None:
    bot.child = await bot.spawn("demo", "--port", "0", "--now", "2026-11-24T10:15+08:00")
    await bot.wait_for(lambda: "http://127.0.0.1:" in bot.log())
    address = bot.log().split("open: ")[1].split("/ ")[0]

    def page() -> str:
        with urllib.request.urlopen(address + "/", timeout=10) as answer:
            return answer.read().decode()

    assert "<html" in await asyncio.to_thread(page)
    assert (bot.state / "demo" / "bot.sqlite3").exists()
    assert await bot.stop(signal.SIGINT) == 0
    assert "Traceback" not in bot.log()


def test_the_demo_shows_its_page_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    perform(rehearses, tmp_path)


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_a_missing_or_malformed_token_is_named(tmp_path: Path, token: str) -> None:
    async def play(server: DemoServer, bot: Bot) -> None:
        server.token = token
        child = await bot.spawn()
        assert await asyncio.wait_for(child.wait(), START) == 1
        assert "BOT_TOKEN" in bot.log()
        assert "Traceback" not in bot.log()

    perform(play, tmp_path)
