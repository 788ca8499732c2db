"""The connection to the database, and the threads that may use it. No blocking work on the event loop.

SQLite: one connection, in one thread, in one process (a lock file refuses a second one), BEGIN IMMEDIATE for
every transaction, every commit on the disk before it returns. PostgreSQL: a few threads, one connection each.
A chat always uses the same thread, so its turns happen in the order in which they were handed in.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from bot.store import group
from bot.store.hot import driver_of, translated

T = TypeVar("T")

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "mmap_size=0",
    "wal_autocheckpoint=4000",
    "journal_size_limit=16777216",
)


#: How a transaction begins, ends, and is undone; alone, or as a part of a common one.
_TRANSACTION = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_SAVEPOINT = ("SAVEPOINT piece", "RELEASE piece", ("ROLLBACK TO piece", "RELEASE piece"))


class AlreadyRunningError(RuntimeError):
    """Another process works on this SQLite file."""


class LockFile:
    """Held while a process may write to a SQLite file; the system lets go of it when the process ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise AlreadyRunningError(
                f"another process holds {path}; one SQLite file serves one process. Stop it first, "
                "or use PostgreSQL to run several."
            ) from None

    def release(self) -> None:
        os.close(self._descriptor)


def _prepare_file(path: Path) -> None:
    """The folder and the file exist and are the owner's only; SQLite gives its side files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _set_up_connection(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not open deferred transactions of its own
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite(url: str) -> Engine:
    # SQLAlchemy is told that there are no transactions: `Store.begin` makes them, at a third of the price.
    engine = create_engine(url, poolclass=StaticPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    event.listen(engine, "connect", _set_up_connection)
    return engine


def _postgres(url: str, threads: int) -> Engine:
    return create_engine(url, pool_size=threads, pool_pre_ping=True, hide_parameters=True)


class Store:
    """One database. `run` and `running` execute work in the chat's thread; `begin` is for use in there.

    Raises AlreadyRunningError when another process holds the same SQLite file.
    """

    def __init__(self, url: str, *, threads: int = 4) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.path = Path(parsed.database or "") if self.is_sqlite else None
        self._lock = self._take_file() if self.path else None
        self.engine = _sqlite(url) if self.is_sqlite else _postgres(url, threads)
        width = 1 if self.is_sqlite else threads
        self._threads = [ThreadPoolExecutor(1, f"store-{number}") for number in range(width)]
        self._here = threading.local()
        self._steady: Connection | None = None
        self._waiting: deque[group.Piece] = deque()
        self._grouping = False

    def _take_file(self) -> LockFile:
        assert self.path is not None
        _prepare_file(self.path)
        return LockFile(self.path.with_suffix(".lock"))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction; on an exception nothing of it remains. Only inside `run` and `running`."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        if self._steady is None:
            self._steady = self.engine.connect()
        opening, closing, undoing = _SAVEPOINT if self._grouping else _TRANSACTION
        driver = driver_of(self._steady)
        with translated(self._steady):
            driver.execute(opening)
            try:
                yield self._steady
                driver.execute(closing)
            except BaseException:
                for statement in undoing if driver.in_transaction else ():
                    driver.execute(statement)
                raise

    def _enter(self, work: Callable[[], T]) -> T:
        self._here.inside = True
        return work()

    def run(self, work: Callable[[], T], *, chat: int = 0) -> T:
        """Execute `work` in the thread of this chat and wait for it. For threads other than the event loop's."""
        if getattr(self._here, "inside", False):
            return work()
        return self._threads[chat % len(self._threads)].submit(self._enter, work).result()

    async def running(self, work: Callable[[], T], *, chat: int = 0) -> T:
        """The same without blocking the event loop. Once handed in, the work is done even if nobody waits.

        All that it writes must be inside `begin`: on SQLite it may share a transaction with other work.
        """
        loop = asyncio.get_running_loop()
        if not self.is_sqlite:
            thread = self._threads[chat % len(self._threads)]
            return await asyncio.shield(loop.run_in_executor(thread, self._enter, work))
        waiting: asyncio.Future[T] = loop.create_future()
        self._waiting.append(group.Piece(work, waiting, loop))
        self._threads[0].submit(self._enter, self._drain)
        return await waiting

    async def running_alone(self, work: Callable[[], T]) -> T:
        """For work that cannot be part of a transaction, e.g. emptying the write-ahead log."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._threads[0], self._enter, work))

    def _drain(self) -> None:
        pieces = group.taken(self._waiting)
        if len(pieces) == 1:
            group.answer(pieces, [group.attempted(pieces[0].work)])
        elif pieces:
            group.answer(pieces, self._together(pieces))

    def _together(self, pieces: list[group.Piece]) -> list[group.Outcome]:
        try:
            with self.begin() as connection:
                self._grouping = True
                try:
                    return [self._one_of_many(piece, connection) for piece in pieces]
                finally:
                    self._grouping = False
        except SQLAlchemyError as error:
            return [group.Outcome(error=error)] * len(pieces)

    def _one_of_many(self, piece: group.Piece, connection: Connection) -> group.Outcome:
        outcome = group.attempted(piece.work)
        if outcome.error is not None and not driver_of(connection).in_transaction:
            raise outcome.error  # SQLite has undone the whole transaction, e.g. because the disk is full
        return outcome

    def write(self, work: Callable[[Connection], T], *, chat: int = 0) -> T:
        """Execute `work` in one transaction of its own and wait for it."""
        return self.run(lambda: self._transaction(work), chat=chat)

    async def writing(self, work: Callable[[Connection], T], *, chat: int = 0) -> T:
        """Execute `work` in one transaction of its own, off the event loop."""
        return await self.running(lambda: self._transaction(work), chat=chat)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self.begin() as connection:
            return work(connection)

    def checkpoint(self) -> None:
        """Move everything into the database file and empty the log beside it, so that erased words are gone."""
        if self.is_sqlite:
            self.run(self._checkpoint)

    def log_size(self) -> int:
        """Bytes in SQLite's write-ahead log, 0 elsewhere."""
        beside = self.path.with_name(self.path.name + "-wal") if self.path else None
        return beside.stat().st_size if beside is not None and beside.exists() else 0

    def _checkpoint(self) -> None:
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()

    def close(self) -> None:
        """Finish what was handed in, close the connections, let go of the lock."""
        self.run(self._disconnect)
        for thread in self._threads:
            thread.shutdown(wait=True)
        if self._lock:
            self._lock.release()

    def _disconnect(self) -> None:
        if self._steady is not None:
            self._steady.close()
        self.engine.dispose()
