"""What is thrown away, and when: update ids after 72 hours, delivered messages after 30 days, erased files at once.

Everything is done in small pieces, so that no turn waits long behind it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, func, select

from bot.store import schema

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
INBOX_KEPT: Final = 72 * HOUR
FAILED_KEPT: Final = 30 * DAY
OUTBOX_KEPT: Final = 30 * DAY
PIECE: Final = 500


def prune_inbox(connection: Connection, now: int) -> int:
    """Forget up to PIECE update ids that Telegram will not send again (it keeps updates for 24 hours)."""
    table = schema.inbox
    old = ((table.c.state == "done") & (table.c.received_at < now - INBOX_KEPT)) | (
        table.c.received_at < now - FAILED_KEPT
    )
    ids = select(table.c.update_id).where(old).limit(PIECE)
    return connection.execute(delete(table).where(table.c.update_id.in_(ids))).rowcount


def prune_outbox(connection: Connection, now: int) -> int:
    """Forget up to PIECE messages that ended long ago."""
    table = schema.outbox
    ended = table.c.state.in_(("sent", "superseded", "dead", "unknown"))
    ids = select(table.c.id).where(table.c.created_at < now - OUTBOX_KEPT, ended).limit(PIECE)
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount


def forget_owners(connection: Connection, now: int) -> None:
    """Drop processes that ended days ago and hold nothing any more."""
    held = select(schema.outbox.c.id).where(
        schema.outbox.c.state == "sending", schema.outbox.c.owner == schema.owners.c.id
    )
    old = schema.owners.c.seen_at < now - DAY
    connection.execute(delete(schema.owners).where(old, ~held.exists()))


def erasures(connection: Connection) -> list[int]:
    """Chats whose files still have to be removed."""
    return list(connection.execute(select(schema.erasures.c.chat_id)).scalars())


def erased(connection: Connection, chat_id: int) -> bool:
    """Strike the note that a chat's files must go. False when there was none."""
    table = schema.erasures
    return connection.execute(delete(table).where(table.c.chat_id == chat_id)).rowcount == 1


def failures(connection: Connection) -> int:
    """How many updates could not be handled."""
    table = schema.inbox
    return int(connection.execute(select(func.count()).where(table.c.state == "failed")).scalar_one())
