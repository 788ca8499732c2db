"""What ended long ago goes: a chat is erased when all its cases have been closed, and it has been silent, for so long.

A chat with an open case is kept, however long it takes: its deadlines are what the person came for.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from bot.clock import Clock, milliseconds
from bot.store import conversations, schema
from bot.store.database import Store

log = logging.getLogger(__name__)

#: Chats a round, so that no turn waits long.
AT_ONCE = 100


class Retention:
    """Erases what is older than `days`; files follow with the vault's next round."""

    def __init__(self, store: Store, clock: Clock, days: int) -> None:
        self._store = store
        self._clock = clock
        self._span = timedelta(days=days)

    async def run(self) -> int:
        """Erase up to AT_ONCE chats. Returns how many."""
        now = self._clock.now()
        before = milliseconds(now - self._span)
        erased = 0
        for chat_id in await self._store.writing(lambda connection: ended(connection, before)):
            work = partial(_erase, chat_id=chat_id, before=before, now=milliseconds(now))
            erased += await self._store.writing(work, chat=chat_id)
        if erased:
            log.info("%d chats that ended before %s were erased", erased, (now - self._span).date())
        return erased


def _ended(before: int) -> ColumnElement[bool]:
    chats, cases = schema.conversations.c, schema.cases.c
    lives = (
        select(cases.id)
        .where(cases.chat_id == chats.chat_id, cases.closed_at.is_(None) | (cases.closed_at >= before))
        .exists()
    )
    return (chats.updated_at < before) & ~lives


def ended(connection: Connection, before: int) -> list[int]:
    """Chats in which nothing is open and nothing has happened since `before` (UTC ms)."""
    query = select(schema.conversations.c.chat_id).where(_ended(before)).limit(AT_ONCE)
    return list(connection.execute(query).scalars())


def _erase(connection: Connection, chat_id: int, before: int, now: int) -> bool:
    """Looked at again under the chat's lock: the person may have come back a moment ago."""
    conversations.lock(connection, chat_id)
    query = select(schema.conversations.c.chat_id).where(
        _ended(before), schema.conversations.c.chat_id == chat_id
    )
    if connection.execute(query).first() is None:
        return False
    conversations.erase(connection, chat_id, now)
    return True
