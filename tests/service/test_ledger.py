"""The ledger of the senders when the database fails under it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.delivery import delivered
from bot.post import Sent
from bot.sender import Ledger
from bot.store.database import Store
from tests.service.fakes import Desk


class FailingStore:
    """A database whose disk is full for the next `failures` transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.failures = 0

    async def writing(self, work: Callable[[Connection], Any], *, chat: int = 0) -> Any:
        if self.failures:
            self.failures -= 1
            raise OperationalError("statement", {}, Exception("disk full"))
        return await self._store.writing(work, chat=chat)


def test_what_was_sent_is_written_down_as_soon_as_the_database_is_back(store: Store) -> None:
    desk = Desk(store)
    [letter] = desk.write("hello", 1).letters
    failing = FailingStore(store)
    ledger = Ledger(failing, "me", pause=0.01)  # type: ignore[arg-type]

    async def go() -> None:
        assert await ledger.claim(letter)
        failing.failures = 3
        ledger.settle(delivered(letter, Sent(7), 5))
        await ledger.settled()

    asyncio.run(go())
    assert desk.rows("SELECT state, message_id FROM outbox") == [("sent", 7)]


def test_nothing_is_sent_that_could_not_be_marked(store: Store) -> None:
    desk = Desk(store)
    [letter] = desk.write("hello", 1).letters
    failing = FailingStore(store)
    failing.failures = 1
    assert asyncio.run(Ledger(failing, "me", pause=0.01).claim(letter)) is False  # type: ignore[arg-type]
    assert desk.states("outbox") == ["queued"]


def test_a_letter_is_claimed_by_one_only(store: Store) -> None:
    desk = Desk(store)
    [letter] = desk.write("hello", 1).letters

    async def race() -> list[bool]:
        return list(await asyncio.gather(*(Ledger(store, f"owner{n}").claim(letter) for n in range(8))))

    assert sorted(asyncio.run(race())) == [False] * 7 + [True]
