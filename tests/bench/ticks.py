"""What an empty tick costs with 100,000 nudges waiting: nothing that anybody could feel."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from bot.chores import Chores
from bot.clock import milliseconds
from bot.store import schema
from bot.store.database import Store
from bot.store.migrate import migrate
from tests.bench.figure import Figure, median
from tests.service.fakes import Desk

PENDING = 100_000
EMPTY_TICK_MS = 10.0


def _fill(store: Store, due: int) -> None:
    row = {"rule": "r", "state": "pending", "final": False, "urgent": False, "knowledge_version": "k"}
    for start in range(0, PENDING, 10_000):
        rows = [
            {**row, "chat_id": n, "case_id": "c", "key": str(n), "due_at": due + n}
            for n in range(start, start + 10_000)
        ]
        store.write(lambda connection, rows=rows: connection.execute(insert(schema.nudges), rows))


async def _ticks(desk: Desk, times: int) -> list[float]:
    mailer, chores = desk.mailer(), Chores(desk.store, desk.service, desk.clock)
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        await chores.settle_albums()
        await mailer.run()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench' / 'bot.db'}")
        migrate(store)
        desk = Desk(store)
        bare = median(asyncio.run(_ticks(desk, 100)))
        _fill(store, milliseconds(desk.clock.now()) + 3_600_000)
        full = median(asyncio.run(_ticks(desk, 100)))
        store.close()
    yield Figure(
        "empty tick, 100,000 nudges pending",
        full,
        "ms",
        full < max(EMPTY_TICK_MS, 1.5 * bare),
        f"< {EMPTY_TICK_MS:g} ms or as with none",
        f"  (none pending: {bare:.3f} ms)",
    )
