"""Many chats at once on SQLite: one commit for all, and one chat's failure is its own."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.store.database import Store
from bot.store.hot import driver_of
from tests.service.fakes import Desk, texts


def occupied(store: Store, until: threading.Event) -> None:
    """The store's thread is busy until told otherwise, so that work piles up behind it."""
    store._threads[0].submit(until.wait)


def test_work_that_piles_up_shares_a_commit(sqlite: Store) -> None:
    desk, statements, go_on = Desk(sqlite), list[str](), threading.Event()
    desk.write("hello", 1)
    sqlite.run(lambda: driver_of(sqlite._steady).set_trace_callback(statements.append))  # type: ignore[arg-type]

    async def pile() -> list[str]:
        occupied(sqlite, go_on)
        work = [
            asyncio.ensure_future(desk.service.accept(desk.text("hello", n, chat=n % 5)))
            for n in range(2, 22)
        ]
        await asyncio.sleep(0.05)
        go_on.set()
        return texts(await asyncio.gather(*work))

    assert len(asyncio.run(pile())) == 20
    assert statements.count("COMMIT") == 1
    assert desk.rows("SELECT count(*) FROM inbox") == [(21,)]


def test_a_failing_piece_undoes_only_itself(sqlite: Store) -> None:
    desk, go_on = Desk(sqlite), threading.Event()

    async def pile() -> list[str]:
        occupied(sqlite, go_on)
        words = ["a", "break", "c", "break", "e"]
        work = [
            asyncio.ensure_future(desk.service.accept(desk.text(w, n, chat=n))) for n, w in enumerate(words)
        ]
        await asyncio.sleep(0.05)
        go_on.set()
        return texts(await asyncio.gather(*work))

    assert asyncio.run(pile()) == ["a #1", "apology", "c #1", "apology", "e #1"]
    assert desk.rows("SELECT update_id, state FROM inbox WHERE state = 'failed'") == [
        (1, "failed"),
        (3, "failed"),
    ]


def test_when_the_whole_transaction_is_lost_everybody_hears_of_it(sqlite: Store) -> None:
    desk, go_on = Desk(sqlite), threading.Event()

    def lose_everything(connection: Connection) -> None:
        driver_of(connection).execute("ROLLBACK")
        raise OperationalError("statement", {}, Exception("disk full"))

    async def pile() -> list[object]:
        occupied(sqlite, go_on)
        work: list[asyncio.Future[object]] = [asyncio.ensure_future(desk.service.accept(desk.text("a", 1)))]
        work += [asyncio.ensure_future(sqlite.writing(lose_everything))]
        work += [asyncio.ensure_future(desk.service.accept(desk.text("b", 2)))]
        await asyncio.sleep(0.05)
        go_on.set()
        return await asyncio.gather(*work, return_exceptions=True)

    assert [type(result) for result in asyncio.run(pile())] == [OperationalError] * 3
    assert desk.rows("SELECT count(*) FROM inbox") == [(0,)]
    assert texts([desk.write("a", 1)]) == ["a #1"]


def test_work_is_done_even_if_nobody_waits_any_more(sqlite: Store) -> None:
    desk, go_on = Desk(sqlite), threading.Event()

    async def leave() -> None:
        occupied(sqlite, go_on)
        work = asyncio.ensure_future(desk.service.accept(desk.text("a", 1)))
        await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        go_on.set()

    asyncio.run(leave())
    assert sqlite.write(lambda c: c.execute(text("SELECT count(*) FROM inbox")).scalar()) == 1
