"""What is done at every tick besides fetching files and sending: answer complete batches, throw old things away."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from bot.clock import Clock, milliseconds
from bot.service import Service
from bot.store import housekeeping, plans
from bot.store.database import Store

log: Final = logging.getLogger(__name__)

_AT_ONCE: Final = 50
#: The write-ahead log is emptied when it has grown beyond this, in bytes.
LARGE_LOG: Final = 64 * 1024 * 1024


class Chores:
    """Small recurring work on the store."""

    def __init__(self, store: Store, service: Service, clock: Clock) -> None:
        self._store = store
        self._service = service
        self._clock = clock

    async def settle_albums(self) -> int:
        """Answer the batches of files that are complete. Returns how many were answered."""
        answered = 0
        now = milliseconds(self._clock.now())
        for chat_id in await self._store.writing(lambda c: plans.settled(c, now, _AT_ONCE)):
            answered += (await self._service.settle_album(chat_id)).taken
        return answered

    async def tidy(self) -> int:
        """Forget old update ids, delivered messages and ended processes, piece by piece. Returns how many rows."""
        now = milliseconds(self._clock.now())
        removed = 0
        for prune in (housekeeping.prune_inbox, housekeeping.prune_outbox):
            while piece := await self._store.writing(partial(prune, now=now)):
                removed += piece
        await self._store.writing(lambda c: housekeeping.forget_owners(c, now))
        await self._store.running_alone(self._shorten_log)
        return removed

    def _shorten_log(self) -> None:
        if self._store.log_size() > LARGE_LOG:
            log.warning("the write-ahead log has grown beyond %d bytes; it is emptied", LARGE_LOG)
            self._store.checkpoint()
