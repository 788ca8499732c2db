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
from flows.case import Conversation, Statement
from tests.bench.figure import Figure, median, timed, worst_of_a_hundred
from tests.service.fakes import NOON, Advanced, Desk, a_case, say

ROUNDS, TIMES = 8, 50
FACTOR = 8.0
BODY = "x" * 2000


class RawTurns:
    """Bare transactions: one row each of inbox, case and outbox, flushed to the disk."""

    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, body TEXT)")
        self.connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body TEXT)")
        self.connection.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY)")
        self.connection.execute("INSERT INTO cases VALUES (1, ?)", (BODY,))
        self._numbers = count()

    def turn(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO inbox VALUES (?)", (next(self._numbers),))
        body = self.connection.execute("SELECT body FROM cases WHERE id = 1").fetchone()[0]
        self.connection.execute("UPDATE cases SET body = ? WHERE id = 1", (body,))
        self.connection.execute("INSERT INTO outbox (body) VALUES (?)", ("y" * 300,))
        self.connection.execute("COMMIT")


class ServiceTurns:
    """Turns of the service: a case of about 2 KB is read, changed and written, and one reply is enqueued."""

    def __init__(self, store: Store) -> None:
        self._desk = Desk(store)
        self._updates = count(1)
        statements = tuple(Statement(text="字" * 60, at=NOON) for _ in range(8))
        numbers = count(1)

        def talk(before: Conversation) -> Advanced:
            number = next(numbers)
            case = a_case("c1", revision=number, statements=statements)
            return Advanced(replace(before, cases=(case,), misses=number), (say("y" * 300),))

        self._desk.brain.orders["go"] = talk

    def turn(self) -> None:
        assert self._desk.write("go", next(self._updates)).taken


def raw_rate(folder: Path) -> float:
    """Bare transactions a second."""
    raw = RawTurns(folder)
    taken = timed(raw.turn, 200)
    raw.connection.close()
    return 1000 / median(taken)


def run() -> Iterator[Figure]:
    raw_taken: list[float] = []
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench' / 'bot.db'}")
        migrate(store)
        raw, ours = RawTurns(Path(folder) / "bench"), ServiceTurns(store)
        for _ in range(ROUNDS):  # in turns, so that both meet the same weather
            raw_taken += timed(raw.turn, TIMES)
            taken += timed(ours.turn, TIMES)
        raw.connection.close()
        store.close()
    bare, middle = median(raw_taken), median(taken)
    slowest = worst_of_a_hundred(sorted(taken))
    beside = f"  ({middle / bare:.1f} × raw transaction of {bare:.3f} ms; p99 {slowest:.2f} ms)"
    yield Figure("turn, SQLite, median", middle, "ms", middle <= FACTOR * bare, f"≤ {FACTOR:g} × raw", beside)
    yield Figure("turns a second, SQLite, one after another", 1000 * len(taken) / sum(taken), "/s")
