"""Conversations and their cases: locked, loaded, saved when changed, erased.

A case is only ever read together with the chat that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, func, insert, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import milliseconds
from bot.store import codec, schema
from bot.store.hot import Hot
from flows.case import Case, Conversation


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation as it was stored; `revision` is 0 when there was none yet."""

    conversation: Conversation | None
    revision: int
    parked: bool


class LostUpdateError(RuntimeError):
    """A conversation was changed by somebody else in the middle of a turn: the lock did not hold."""


_CHAT: Final[BindParameter[int]] = bindparam("chat")
_LOAD: Final = Hot(
    select(
        schema.conversations.c.body,
        schema.conversations.c.version,
        schema.conversations.c.revision,
        schema.conversations.c.parked,
        schema.cases.c.body.label("case_body"),
        schema.cases.c.version.label("case_version"),
    )
    .select_from(
        schema.conversations.outerjoin(schema.cases, schema.conversations.c.chat_id == schema.cases.c.chat_id)
    )
    .where(schema.conversations.c.chat_id == _CHAT)
    .order_by(schema.cases.c.place)
)
_LOCK: Final = Hot(select(func.pg_advisory_xact_lock(_CHAT)))


def lock(connection: Connection, chat_id: int) -> None:
    """Nobody else changes this chat until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        _LOCK(connection, chat=chat_id)


def insert_once(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already. Returns whether it was inserted."""
    statement = _insert_once(connection.dialect.name, table, tuple(values))
    return bool(statement(connection, **values).rowcount == 1)


@cache
def _insert_once(dialect: str, table: Table, names: tuple[str, ...]) -> Hot:
    insert_of = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return Hot(insert_of(table).values({name: bindparam(name) for name in names}).on_conflict_do_nothing())


def load(connection: Connection, chat_id: int) -> Loaded:
    """One statement for the conversation and all its cases, in their order."""
    rows = _LOAD(connection, chat=chat_id).fetchall()
    if not rows:
        return Loaded(None, 0, False)
    body, version, revision, parked, *_ = rows[0]
    found = tuple(codec.load_case(row[4], row[5]) for row in rows if row[4] is not None)
    conversation = codec.load_conversation(body, version)
    return Loaded(replace(conversation, cases=found) if found else conversation, revision, bool(parked))


def save(
    connection: Connection, loaded: Loaded, after: Conversation, now: int, language: str | None
) -> tuple[Case, ...]:
    """Write what differs from `loaded`. Returns the cases that were written."""
    before = loaded.conversation
    if after is before:
        return ()
    changed = _save_cases(connection, before.cases if before else (), after.cases, after.chat_id, now)
    if before is None or changed or replace(before, cases=()) != replace(after, cases=()):
        _save_conversation(connection, loaded, after, now, language)
    return changed


def _save_conversation(
    connection: Connection, loaded: Loaded, after: Conversation, now: int, language: str | None
) -> None:
    values = {
        "body": codec.dump_conversation(after),
        "version": codec.BODY_VERSION,
        "revision": loaded.revision + 1,
        "updated_at": now,
    }
    if loaded.conversation is None:
        new = {**values, "chat_id": after.chat_id, "language": language, "parked": False}
        _INSERT(connection, **new)
        return
    done = _UPDATE_CONVERSATION(connection, **values, chat=after.chat_id, seen=loaded.revision)
    if done.rowcount != 1:
        raise LostUpdateError("the conversation changed in the middle of a turn")


_FIELDS: Final = ("chat_id", "body", "version", "revision", "language", "parked", "updated_at")
_INSERT: Final = Hot(insert(schema.conversations).values({name: bindparam(name) for name in _FIELDS}))
_UPDATE_CONVERSATION: Final = Hot(
    update(schema.conversations)
    .where(schema.conversations.c.chat_id == _CHAT, schema.conversations.c.revision == bindparam("seen"))
    .values({name: bindparam(name) for name in ("body", "version", "revision", "updated_at")})
)
_UPDATE_CASE: Final = Hot(
    update(schema.cases)
    .where(schema.cases.c.chat_id == _CHAT, schema.cases.c.id == bindparam("case"))
    .values(
        {
            name: bindparam(name)
            for name in ("place", "body", "version", "revision", "closed_at", "updated_at")
        }
    )
)


def _save_cases(
    connection: Connection, before: tuple[Case, ...], after: tuple[Case, ...], chat_id: int, now: int
) -> tuple[Case, ...]:
    known = {case.id: (place, case) for place, case in enumerate(before)}
    changed: list[Case] = []
    for place, case in enumerate(after):
        if known.get(case.id) == (place, case):
            continue
        values = _case_values(case, place, now)
        if case.id in known:
            _UPDATE_CASE(connection, **values, chat=chat_id, case=case.id)
        else:
            connection.execute(insert(schema.cases), {**values, "chat_id": chat_id, "id": case.id})
        changed.append(case)
    for gone in known.keys() - {case.id for case in after}:
        table = schema.cases
        connection.execute(delete(table).where(table.c.chat_id == chat_id, table.c.id == gone))
    return tuple(changed)


def _case_values(case: Case, place: int, now: int) -> dict[str, Any]:
    return {
        "place": place,
        "body": codec.dump_case(case),
        "version": codec.BODY_VERSION,
        "revision": case.revision,
        "closed_at": milliseconds(case.closed_at) if case.closed_at else None,
        "updated_at": now,
    }


def mark_parked(connection: Connection, chat_id: int, parked: bool) -> None:
    table = schema.conversations
    connection.execute(update(table).where(table.c.chat_id == chat_id).values(parked=parked))


def erase(connection: Connection, chat_id: int, now: int) -> None:
    """Remove every row of a chat and note that its files must go. Update ids stay, without the chat."""
    for table in (
        schema.conversations,
        schema.cases,
        schema.files,
        schema.custody,
        schema.settles,
        schema.nudges,
        schema.outbox,
    ):
        connection.execute(delete(table).where(table.c.chat_id == chat_id))
    mine = schema.inbox.c.chat_id == chat_id
    connection.execute(update(schema.inbox).where(mine).values(chat_id=null(), body=null()))
    insert_once(connection, schema.erasures, {"chat_id": chat_id, "asked_at": now})
