"""Conversations and their cases: locked, loaded, saved when changed, erased.

A case is only ever read together with the chat that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Table,
    bindparam,
    delete,
    insert,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import milliseconds
from bot.store import codec, schema
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
_LOAD: Final = (
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
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:chat)")


def lock(connection: Connection, chat_id: int) -> None:
    """Nobody else changes this chat until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"chat": chat_id})


def insert_once(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already. Returns whether it was inserted."""
    return connection.execute(_insert_once(connection.dialect.name, table), values).rowcount == 1


@cache
def _insert_once(dialect: str, table: Table) -> Executable:
    insert_of = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert_of(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def load(connection: Connection, chat_id: int) -> Loaded:
    """One statement for the conversation and all its cases, in their order."""
    rows = connection.execute(_LOAD, {"chat": chat_id}).all()
    if not rows:
        return Loaded(None, 0, False)
    first = rows[0]
    found = tuple(
        codec.load_case(row.case_body, row.case_version) for row in rows if row.case_body is not None
    )
    conversation = replace(codec.load_conversation(first.body, first.version), cases=found)
    return Loaded(conversation, first.revision, first.parked)


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
    table = schema.conversations
    values = {
        "body": codec.dump_conversation(after),
        "version": codec.BODY_VERSION,
        "revision": loaded.revision + 1,
        "updated_at": now,
    }
    if loaded.conversation is None:
        connection.execute(
            insert(table), {**values, "chat_id": after.chat_id, "language": language, "parked": False}
        )
        return
    done = connection.execute(
        _UPDATE_CONVERSATION, {**values, "chat": after.chat_id, "seen": loaded.revision}
    )
    if done.rowcount != 1:
        raise LostUpdateError("the conversation changed in the middle of a turn")


_UPDATE_CONVERSATION: Final = (
    update(schema.conversations)
    .where(schema.conversations.c.chat_id == _CHAT, schema.conversations.c.revision == bindparam("seen"))
    .values({name: bindparam(name) for name in ("body", "version", "revision", "updated_at")})
)
_UPDATE_CASE: Final = (
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
            connection.execute(_UPDATE_CASE, {**values, "chat": chat_id, "case": case.id})
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
