"""Everything that is to be said, as rows: written with what caused it, claimed before it is sent, then settled.

queued → sending → sent, or back to queued (retry), or unknown (may have been delivered), dead, parked, superseded.
The `sending` mark is on the disk before the call is made, so after a crash every doubtful message has a name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, delete, func, insert, null, or_, select, update

from bot.store import plans, schema
from bot.store.hot import Hot
from handlers.calls import Call, Upload

Kind = Literal["reply", "mail", "nudge"]
State = Literal["queued", "sent", "unknown", "dead", "parked"]

_O: Final = schema.outbox.c
_N: Final = schema.nudges.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One call that waits to be made. `final` is the last nudge before a date of law; times in UTC ms."""

    id: int
    chat_id: int
    kind: str
    call: Call
    attempts: int = 0
    created_at: int = 0
    nudge_id: int | None = None
    final: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What came of one attempt. `call` replaces the stored call; `counted` is False when it was not our turn.

    `not_before` in UTC ms. `blocked` parks the whole chat.
    """

    letter: Letter
    state: State
    at: int
    message_id: int | None = None
    error: str | None = None
    not_before: int = 0
    counted: bool = True
    call: Call | None = None
    blocked: bool = False


def add(
    connection: Connection,
    chat_id: int,
    kind: Kind,
    calls: Sequence[Call],
    now: int,
    nudge_id: int | None = None,
) -> tuple[Letter, ...]:
    """Write calls to be made, in their order."""
    letters = []
    for call in calls:
        values = {**_written(call), "chat_id": chat_id, "kind": kind, "nudge_id": nudge_id, "created_at": now}
        number = int(_ADD(connection, **values).fetchone()[0])
        letters.append(
            Letter(id=number, chat_id=chat_id, kind=kind, call=call, created_at=now, nudge_id=nudge_id)
        )
    return tuple(letters)


_ADDED: Final = ("chat_id", "kind", "method", "params", "upload", "nudge_id", "created_at")
_ADD: Final = Hot(
    insert(schema.outbox)
    .values(state="queued", attempts=0, not_before=0, **{name: bindparam(name) for name in _ADDED})
    .returning(_O.id)
)


def _written(call: Call) -> dict[str, Any]:
    upload = json.dumps(asdict(call.upload)) if call.upload else None
    return {"method": call.method, "params": json.dumps(call.params), "upload": upload}


def _letter(row: Any) -> Letter:
    upload = Upload(**json.loads(row.upload)) if row.upload else None
    return Letter(
        id=row.id,
        chat_id=row.chat_id,
        kind=row.kind,
        call=Call(method=row.method, params=json.loads(row.params), upload=upload),
        attempts=row.attempts,
        created_at=row.created_at,
        nudge_id=row.nudge_id,
        final=bool(row.final),
        error=row.error,
    )


_LETTERS: Final = select(
    _O.id,
    _O.chat_id,
    _O.kind,
    _O.method,
    _O.params,
    _O.upload,
    _O.attempts,
    _O.created_at,
    _O.nudge_id,
    _O.error,
    _N.final,
).select_from(schema.outbox.outerjoin(schema.nudges, _O.nudge_id == _N.id))
#: The condition of the index over open letters, word for word.
_OPEN: Final = schema.among(_O.state, "queued", "sending")
_EARLIER: Final = schema.outbox.alias("earlier")
_FIRST_OF_CHAT: Final = ~(
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.chat_id == _O.chat_id,
        _EARLIER.c.id < _O.id,
        _EARLIER.c.kind != "nudge",
        schema.among(_EARLIER.c.state, "queued", "sending"),
    )
    .exists()
)
_STILL_WANTED: Final = or_(
    _O.nudge_id.is_(None),
    select(_N.id)
    .where(_N.id == _O.nudge_id, schema.among(_N.state, "fired"))
    .correlate(schema.outbox)
    .exists(),
)
_CLAIM: Final = Hot(
    update(schema.outbox)
    .where(
        _O.id == bindparam("letter"),
        schema.among(_O.state, "queued"),
        or_(_O.kind == "nudge", _FIRST_OF_CHAT),
        _STILL_WANTED,
    )
    .values(state="sending", owner=bindparam("mine"))
)


def claim(connection: Connection, letter_id: int, owner: str) -> bool:
    """Mark a letter as being sent by `owner`.

    False when somebody else has it, an earlier reply of its chat is still open, or its nudge is no longer wanted.
    """
    return bool(_CLAIM(connection, letter=letter_id, mine=owner).rowcount == 1)


def waiting(connection: Connection, now: int, late: int, most: int) -> list[Letter]:
    """Letters for the mailer: nudges and mail that may go now, and replies that have waited since `late`.

    Replies come first. Only the first open letter of a chat is given, so that their order holds.
    """
    mailers = or_(_O.kind != "reply", _O.created_at <= late)
    query = (
        _LETTERS.where(_OPEN, schema.among(_O.state, "queued"), _O.not_before <= now, mailers)
        .where(or_(_O.kind == "nudge", _FIRST_OF_CHAT), _STILL_WANTED)
        .order_by(_O.kind == "nudge", _O.id)
        .limit(most)
    )
    return [_letter(row) for row in connection.execute(query)]


def settle(connection: Connection, done: Settlement) -> None:
    """Write what came of an attempt, for the letter and for its nudge."""
    letter = done.letter
    if done.state == "sent":
        _SENT(connection, letter=letter.id, message=done.message_id, at=done.at, tried=letter.attempts + 1)
    else:
        _put_back(connection, done)
    if letter.nudge_id is not None:
        _settle_nudge(connection, letter.nudge_id, done.state)
    if done.blocked:
        plans.park(connection, letter.chat_id)


_SENT: Final = Hot(
    update(schema.outbox)
    .where(_O.id == bindparam("letter"), schema.among(_O.state, "sending"))
    .values(
        state="sent",
        owner=null(),
        error=null(),
        params="{}",
        upload=null(),
        message_id=bindparam("message"),
        sent_at=bindparam("at"),
        attempts=bindparam("tried"),
    )
)


def _put_back(connection: Connection, done: Settlement) -> None:
    letter = done.letter
    values: dict[str, Any] = {
        "state": done.state,
        "owner": None,
        "error": done.error,
        "not_before": done.not_before,
    }
    if done.counted:
        values["attempts"] = letter.attempts + 1
    if done.call is not None:
        values |= _written(done.call)
    mine = update(schema.outbox).where(_O.id == letter.id, schema.among(_O.state, "sending"))
    connection.execute(mine.values(**values))


_OPEN_PARTS: Final = select(_O.id).where(_O.nudge_id == bindparam("nudge"), _OPEN).exists()
_NUDGE_ENDS: Final = {"sent": "sent", "unknown": "unknown", "dead": "missed"}


def _settle_nudge(connection: Connection, nudge_id: int, state: str) -> None:
    """A nudge has ended when no part of its message is open any more; a doubtful part makes it doubtful."""
    if state not in _NUDGE_ENDS:
        return
    finished = update(schema.nudges).where(_N.id == bindparam("nudge"), _N.state == "fired", ~_OPEN_PARTS)
    connection.execute(finished.values(state=_NUDGE_ENDS[state]), {"nudge": nudge_id})


def abandoned(connection: Connection, alive_since: int, me: str) -> list[Letter]:
    """Letters in `sending` whose process is gone (not seen since `alive_since`, UTC ms)."""
    owners = schema.owners
    alive = select(owners.c.id).where(owners.c.seen_at >= alive_since, owners.c.id == _O.owner).exists()
    query = _LETTERS.where(_OPEN, schema.among(_O.state, "sending"), _O.owner != me, ~alive).order_by(_O.id)
    return [_letter(row) for row in connection.execute(query)]


def beat(connection: Connection, owner: str, now: int) -> None:
    """This process is alive."""
    table = schema.owners
    if connection.execute(update(table).where(table.c.id == owner).values(seen_at=now)).rowcount == 0:
        connection.execute(insert(table), {"id": owner, "seen_at": now})


def sign_off(connection: Connection, owner: str) -> None:
    """This process ends in order; its claims, if any are left, are nobody's."""
    connection.execute(delete(schema.owners).where(schema.owners.c.id == owner))


def unsettled(connection: Connection) -> dict[str, int]:
    """How many letters are queued, sending, parked and unknown: for health reports."""
    counts = {"queued": 0, "sending": 0, "parked": 0, "unknown": 0}
    for condition in (_OPEN, schema.among(_O.state, "parked", "unknown")):
        query = select(_O.state, func.count()).where(condition).group_by(_O.state)
        counts |= {row[0]: row[1] for row in connection.execute(query)}
    return counts
