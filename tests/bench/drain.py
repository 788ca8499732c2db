"""2,000 nudges due at once: how fast they are handed over, and that the event loop never stands still."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from bot.clock import milliseconds
from bot.store import schema
from bot.store.database import Store
from bot.store.migrate import migrate
from tests.bench.figure import Figure
from tests.service.fakes import Desk

DUE = 2000
STALL_MS = 50.0


def _fill(desk: Desk) -> None:
    due = milliseconds(desk.clock.now()) - 1000
    row = {"case_id": "c", "key": "n", "rule": "r", "state": "pending", "final": False, "urgent": False}
    rows = [{**row, "knowledge_version": "k", "chat_id": n, "due_at": due} for n in range(DUE)]
    desk.store.write(lambda connection: connection.execute(insert(schema.nudges), rows))
    desk.brain.wanted = {"n"}


async def _worst_stall(stop: asyncio.Event) -> float:
    """The longest time, in ms, by which a sleep of 5 ms took longer than that."""
    worst = 0.0
    while not stop.is_set():
        begin = time.perf_counter()
        await asyncio.sleep(0.005)
        worst = max(worst, (time.perf_counter() - begin) * 1000 - 5)
    return worst


async def _measure(desk: Desk) -> tuple[float, float, float]:
    idle = asyncio.Event()
    asyncio.get_running_loop().call_later(1.0, idle.set)
    bare = await _worst_stall(idle)
    done = asyncio.Event()
    watch = asyncio.create_task(_worst_stall(done))
    begin = time.perf_counter()
    sent = await desk.mailer().run()
    taken = time.perf_counter() - begin
    done.set()
    assert sent == len(desk.post.delivered) == DUE
    return sent / taken, await watch, bare


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench' / 'bot.db'}")
        migrate(store)
        desk = Desk(store)
        _fill(desk)
        rate, stall, bare = asyncio.run(_measure(desk))
        store.close()
    yield Figure("nudges handed over, one at a time", rate, "/s", rate > 30, "> 30 /s, Telegram's own limit")
    held = stall <= max(STALL_MS, 3 * bare)
    beside = f"  (doing nothing: {bare:.1f} ms)"
    yield Figure(
        "worst stall of the loop meanwhile", stall, "ms", held, f"≤ {STALL_MS:g} ms or 3 × idle", beside
    )
