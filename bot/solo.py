"""One poller a token: Telegram answers 409 to a second one. On PostgreSQL an advisory lock keeps the order.

SQLite needs none, since its lock file lets one process in at all. In a rolling deployment the new process waits
here until the old one has stopped polling. The lock lives as long as its connection.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from sqlalchemy import Connection, Engine, text

#: Above every chat id (Bot API: at most 52 bits), whose numbers lock conversations.
_NAMESPACE = 701 << 44
#: Seconds between two attempts.
PAUSE = 1.0

log = logging.getLogger(__name__)


class PollingLock:
    """Held by the process that polls with this bot's token."""

    def __init__(self, engine: Engine, bot_id: int) -> None:
        self._engine = engine
        self._key = _NAMESPACE + bot_id
        self._connection: Connection | None = None

    async def acquire(self, stop: asyncio.Event) -> bool:
        """Wait for the lock. False when `stop` was set first. Raises SQLAlchemyError when the database fails."""
        if self._engine.dialect.name != "postgresql":
            return not stop.is_set()
        if not await asyncio.to_thread(self._try):
            log.warning("another process polls with this token; waiting until it stops")
            while not await asyncio.to_thread(self._try):
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PAUSE)
                if stop.is_set():
                    await self.release()
                    return False
        return True

    def _try(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(:key)")
        return bool(self._connection.execute(query, {"key": self._key}).scalar())

    async def release(self) -> None:
        """Let the next process poll."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.to_thread(self._let_go, connection)

    def _let_go(self, connection: Connection) -> None:
        try:
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        finally:
            connection.close()
