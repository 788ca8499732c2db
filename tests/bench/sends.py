"""Turns with their replies sent, side by side for many chats: what the outbox costs when Telegram costs nothing."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.store.database import Store
from bot.store.migrate import migrate
from tests.bench.figure import Figure
from tests.bench.turns import raw_rate
from tests.service.fakes import Desk

UPDATES = 1000
CHATS = 50
#: Of the rate of raw transactions; a turn with its reply has two, and the second is shared by many chats.
SHARE = 0.12


async def _talk(desk: Desk) -> float:
    begin = time.perf_counter()

    async def one(number: int) -> None:
        receipt = await desk.service.accept(desk.text("hello", number, chat=number % CHATS))
        desk.sender.offer(receipt.letters)

    for start in range(0, UPDATES, CHATS):
        await asyncio.gather(*(one(number) for number in range(start, start + CHATS)))
    await desk.sender.idle()
    return UPDATES / (time.perf_counter() - begin)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench' / 'bot.db'}")
        migrate(store)
        raw = raw_rate(Path(folder) / "bench")
        rate = asyncio.run(_talk(Desk(store)))
        store.close()
    share = rate / raw
    beside = f"  ({share:.2f} of {raw:.0f} raw transactions a second)"
    yield Figure(
        "turns with reply sent, SQLite, 50 chats", rate, "/s", share >= SHARE, f"≥ {SHARE} of raw", beside
    )
