"""A name for this process, kept fresh in the database, so that others know whose unfinished letters are nobody's."""

from __future__ import annotations

import secrets
from typing import Final

from bot.clock import Clock, milliseconds
from bot.store import outbox
from bot.store.database import Store
from bot.store.outbox import Letter

#: A process that has not been seen for this long is gone, in milliseconds.
GONE_AFTER: Final = 45_000


class Presence:
    """This process among those that work on one database. Call `beat` every 20 seconds."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.owner: Final = secrets.token_hex(8)
        self._store = store
        self._clock = clock

    async def beat(self) -> None:
        """Say that this process is alive."""
        now = milliseconds(self._clock.now())
        await self._store.writing(lambda connection: outbox.beat(connection, self.owner, now))

    async def leave(self) -> None:
        """Say that this process ends."""
        await self._store.writing(lambda connection: outbox.sign_off(connection, self.owner))

    async def abandoned(self) -> list[Letter]:
        """Letters in flight whose process is gone. On SQLite every other process is."""
        now = milliseconds(self._clock.now())
        alive_since = now + GONE_AFTER if self._store.is_sqlite else now - GONE_AFTER
        return await self._store.writing(
            lambda connection: outbox.abandoned(connection, alive_since, self.owner)
        )
