"""A whole process to be killed: takes updates from a folder, confirms each after its turn, sends into a file.

Usage: python -m tests.service.victim URL FOLDER GENERATION UPDATES. Each generation lives an hour after the one
before.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock
from bot.post import Sent
from bot.store.database import Store
from bot.store.migrate import migrate
from handlers.calls import Call
from tests.service.fakes import Desk, FakePost

CHATS = 7
AT_ONCE = 10


class LaterClock(SystemClock):
    """The machine's clock, some hours on."""

    def __init__(self, hours: int) -> None:
        self.on = timedelta(hours=hours)

    def now(self) -> datetime:
        return super().now() + self.on


class FilePost(FakePost):
    """Telegram that accepts by appending a line to a file, and answers a little later."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def post(self, call: Call, chat_id: int) -> Sent:
        await asyncio.sleep(0.002)
        os.write(self._file, f"{chat_id} {call.params['text']}\n".encode())
        await asyncio.sleep(0.002)
        return Sent(1)


async def live(desk: Desk, folder: Path, updates: int) -> None:
    offset = folder / "offset"
    for start in range(int(offset.read_text()) if offset.exists() else 0, updates, AT_ONCE):
        batch = range(start, min(start + AT_ONCE, updates))
        receipts = await asyncio.gather(
            *(desk.service.accept(desk.text(f"t{number}", number, chat=number % CHATS)) for number in batch)
        )
        for receipt in receipts:
            desk.sender.offer(receipt.letters)
        (folder / "offset.new").write_text(str(batch[-1] + 1))
        (folder / "offset.new").replace(offset)
        await desk.mailer().run()
    await desk.sender.idle()


def main(url: str, folder: Path, generation: int, updates: int) -> None:
    store = Store(url)
    migrate(store)
    clock = LaterClock(generation)
    desk = Desk(store, clock=clock, post=FilePost(folder / "accepted"))  # type: ignore[arg-type]
    now = desk.clock.now()
    for chat in range(CHATS):
        order = desk.brain.plan("n1", due=now - timedelta(hours=9), case_id=f"c{chat}")
        desk.brain.orders[f"t{chat}"] = order
    desk.brain.wanted = {"n1"}
    asyncio.run(live(desk, folder, updates))
    clock.on += timedelta(minutes=1)  # what the sender left behind older letters is now the mailer's
    asyncio.run(desk.mailer().run())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
