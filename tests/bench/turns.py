"""A turn of the service against one raw SQLite transaction with the same guarantees, in the same run."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from bot.store.database import Store
from bot.store.migrate import migrate
from flows.case import Statement
from tests.bench.figure import Figure, median, timed, worst_of_a_hundred
from tests.service.fakes import NOON, Advanced, Desk, a_case, say

TIMES = 400
FACTOR = 8.0
BODY = "x" * 2000


def raw_transactions(folder: Path) -> list[float]:
    """Milliseconds of bare transactions: one row each of inbox, case and outbox, flushed to the disk."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO cases VALUES (1, ?)", (BODY,))
    numbers = count()

    def turn() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO inbox VALUES (?)", (next(numbers),))
        body = connection.execute("SELECT body FROM cases WHERE id = 1").fetchone()[0]
        connection.execute("UPDATE cases SET body = ? WHERE id = 1", (body,))
        connection.execute("INSERT INTO outbox (body) VALUES (?)", ("y" * 300,))
        connection.execute("COMMIT")

    taken = timed(turn, TIMES)
    connection.close()
    return taken


def _service(store: Store) -> list[float]:
    desk = Desk(store)
    statements = tuple(Statement(text="字" * 60, at=NOON) for _ in range(8))
    numbers = count(1)

    def talk(before):  # type: ignore[no-untyped-def]
        number = next(numbers)
        case = a_case("c1", revision=number, statements=statements)
        return Advanced(replace(before, cases=(case,), misses=number), (say("y" * 300),))

    desk.brain.orders["go"] = talk
    updates = count(1)
    timed(lambda: desk.write("go", next(updates)), 50)
    return timed(lambda: desk.write("go", next(updates)), TIMES)


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench' / 'bot.db'}")
        migrate(store)
        first, turns = raw_transactions(Path(folder) / "bench"), _service(store)
        store.close()
    raw, ours = median(first), median(turns)
    beside = f"  ({ours / raw:.1f} × raw transaction of {raw:.3f} ms; p99 {worst_of_a_hundred(turns):.2f} ms)"
    yield Figure("turn, SQLite, median", ours, "ms", ours <= FACTOR * raw, f"≤ {FACTOR:g} × raw", beside)
    yield Figure("turns a second, SQLite, one after another", 1000 * len(turns) / sum(turns), "/s")
