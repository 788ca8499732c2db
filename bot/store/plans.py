"""Planned nudges and batches of files: what falls due, what a case no longer wants, what a blocked chat waits for.

A nudge goes pending → fired → sent. Firing is a compare-and-set inside the turn that writes its message, so two
mailers that see the same due nudge send it once. A key that was sent is never sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.clock import milliseconds, moment_of
from bot.store import schema
from bot.store.conversations import mark_parked
from flows.actions import Nudge, PlanNudges

_N: Final = schema.nudges.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNudge:
    """A nudge whose time has come. `due` is aware."""

    id: int
    chat_id: int
    case_id: str
    key: str
    due: datetime


_KNOWN: Final = select(_N.id, _N.key, _N.due_at, _N.state).where(
    _N.chat_id == bindparam("chat"), _N.case_id == bindparam("case")
)
_DUE: Final = (
    select(_N.id, _N.chat_id, _N.case_id, _N.key, _N.due_at)
    .where(schema.among(_N.state, "pending"), _N.due_at <= bindparam("now"))
    .order_by(_N.due_at)
    .limit(bindparam("most"))
)
_NEXT: Final = select(func.min(_N.due_at)).where(schema.among(_N.state, "pending"))
_FIRE: Final = (
    update(schema.nudges)
    .where(_N.id == bindparam("nudge"), schema.among(_N.state, "pending"))
    .values(state="fired", fired_at=bindparam("now"))
)


def plan(connection: Connection, chat_id: int, wanted: PlanNudges, version: str, firing: int | None) -> None:
    """Make the pending nudges of a case the ones that are wanted. `firing` is being handled now and stays."""
    rows = connection.execute(_KNOWN, {"chat": chat_id, "case": wanted.case_id}).all()
    known = {row.key: row for row in rows}
    for nudge in wanted.nudges:
        if nudge.key not in known:
            _add(connection, chat_id, wanted.case_id, nudge, version)
        elif known[nudge.key].state in ("pending", "superseded", "parked"):
            _move(
                connection,
                known[nudge.key].id,
                known[nudge.key].state,
                known[nudge.key].due_at,
                nudge,
                version,
            )
    keep = {nudge.key for nudge in wanted.nudges}
    open_states = ("pending", "fired", "parked")
    gone = [row.id for row in rows if row.key not in keep and row.state in open_states and row.id != firing]
    supersede(connection, gone)


def _add(connection: Connection, chat_id: int, case_id: str, nudge: Nudge, version: str) -> None:
    values = {
        "chat_id": chat_id,
        "case_id": case_id,
        "key": nudge.key,
        "rule": nudge.rule,
        "due_at": milliseconds(nudge.due),
        "state": "pending",
        "final": nudge.final,
        "urgent": nudge.urgent,
        "knowledge_version": version,
    }
    connection.execute(insert(schema.nudges), values)


def _move(connection: Connection, row: int, state: str, due_at: int, nudge: Nudge, version: str) -> None:
    due = milliseconds(nudge.due)
    if state != "superseded" and due == due_at:
        return
    values = {
        "due_at": due,
        "state": "parked" if state == "parked" else "pending",
        "knowledge_version": version,
    }
    connection.execute(update(schema.nudges).where(_N.id == row).values(**values))


def supersede(connection: Connection, ids: list[int]) -> None:
    """The case has moved on: these nudges, and their messages that have not left yet, are not sent."""
    if not ids:
        return
    outbox = schema.outbox.c
    connection.execute(update(schema.nudges).where(_N.id.in_(ids)).values(state="superseded"))
    waiting = outbox.nudge_id.in_(ids) & outbox.state.in_(("queued", "parked"))
    connection.execute(
        update(schema.outbox).where(waiting).values(state="superseded", params="{}", upload=None)
    )


def due(connection: Connection, now: int, most: int) -> list[DueNudge]:
    """The nudges that are due at `now`, oldest first, at most `most`."""
    rows = connection.execute(_DUE, {"now": now, "most": most}).all()
    return [
        DueNudge(id=row.id, chat_id=row.chat_id, case_id=row.case_id, key=row.key, due=moment_of(row.due_at))
        for row in rows
    ]


def next_due(connection: Connection) -> datetime | None:
    """When the next nudge or batch of files falls due."""
    times = [
        connection.execute(_NEXT).scalar(),
        connection.execute(select(func.min(schema.settles.c.due_at))).scalar(),
    ]
    known = [moment for moment in times if moment is not None]
    return moment_of(min(known)) if known else None


def fire(connection: Connection, nudge_id: int, now: int) -> bool:
    """Take a pending nudge. False when somebody else took it or it is no longer wanted."""
    return connection.execute(_FIRE, {"nudge": nudge_id, "now": now}).rowcount == 1


def set_state(connection: Connection, nudge_id: int, state: str) -> None:
    connection.execute(update(schema.nudges).where(_N.id == nudge_id).values(state=state))


def park(connection: Connection, chat_id: int) -> None:
    """Telegram refuses to deliver to this chat: everything waits until the person writes again."""
    outbox = schema.outbox.c
    mark_parked(connection, chat_id, True)
    connection.execute(
        update(schema.nudges)
        .where(_N.chat_id == chat_id, _N.state.in_(("pending", "fired")))
        .values(state="parked")
    )
    connection.execute(
        update(schema.outbox)
        .where(outbox.chat_id == chat_id, schema.among(outbox.state, "queued", "sending"))
        .where(schema.among(outbox.state, "queued"))
        .values(state="parked", owner=None)
    )


def unpark(connection: Connection, chat_id: int, stale_before: int) -> None:
    """The person is back. Replies from before `stale_before` are dropped; nudges are thought over again."""
    outbox = schema.outbox.c
    held = schema.among(outbox.state, "parked", "unknown")
    mine = (outbox.chat_id == chat_id) & held & schema.among(outbox.state, "parked")
    stale = (outbox.kind == "nudge") | ((outbox.kind == "reply") & (outbox.created_at < stale_before))
    mark_parked(connection, chat_id, False)
    connection.execute(
        update(schema.outbox).where(mine, stale).values(state="superseded", params="{}", upload=None)
    )
    connection.execute(update(schema.outbox).where(mine).values(state="queued"))
    connection.execute(
        update(schema.nudges).where(_N.chat_id == chat_id, _N.state == "parked").values(state="pending")
    )


def settle_later(connection: Connection, chat_id: int, due_at: int) -> None:
    """Answer this chat's batch of files at `due_at`; a further file moves it."""
    connection.execute(delete(schema.settles).where(schema.settles.c.chat_id == chat_id))
    connection.execute(insert(schema.settles), {"chat_id": chat_id, "due_at": due_at})


def settled(connection: Connection, now: int, most: int) -> list[int]:
    """Chats whose batch of files is complete."""
    due_at = schema.settles.c.due_at
    rows = connection.execute(
        select(schema.settles.c.chat_id).where(due_at <= now).order_by(due_at).limit(most)
    )
    return list(rows.scalars())


def take_settled(connection: Connection, chat_id: int, now: int) -> bool:
    """Take a complete batch. False when a further file came in between or somebody else took it."""
    table = schema.settles
    return (
        connection.execute(delete(table).where(table.c.chat_id == chat_id, table.c.due_at <= now)).rowcount
        == 1
    )
