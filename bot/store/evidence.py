"""Rows of the files that people sent, and the chain of custody that ties each to the one before it.

A row exists from the moment of the message; the bytes follow. Each kept file adds one link: the hash of the
entry before it together with what this entry says. Changing, removing or reordering an entry breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, insert, select, update

from bot.store import schema
from flows.case import Case
from handlers.incoming import FileRef

_F: Final = schema.files.c
_C: Final = schema.custody.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingFile:
    """A file that is still only at Telegram's."""

    key: str
    chat_id: int
    file_id: str
    kind: str
    name: str
    size: int | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of a chain of custody as it is stored."""

    seq: int
    case_id: str | None
    file_key: str
    sha256: str
    received_at: int
    previous: str
    link: str

    def computed(self) -> str:
        """The hash that this entry must have."""
        return link_hash(self.previous, self.file_key, self.sha256, self.received_at)


def link_hash(previous: str, file_key: str, sha256: str, received_at: int) -> str:
    """SHA-256 over the entry before and what this entry says."""
    said = json.dumps([previous, file_key, sha256, received_at], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def add(connection: Connection, chat_id: int, file: FileRef, case_id: str | None, now: int) -> None:
    """A file has been announced; it is fetched as soon as possible."""
    values: dict[str, Any] = {
        "key": file.key,
        "chat_id": chat_id,
        "case_id": case_id,
        "file_id": file.file_id,
        "unique_id": file.unique_id,
        "kind": str(file.kind),
        "name": file.name,
        "mime": file.mime,
        "size": file.size,
        "state": "pending",
        "sha256": "",
        "attempts": 0,
        "next_try": now,
        "received_at": now,
    }
    connection.execute(insert(schema.files), values)


def assign(connection: Connection, chat_id: int, changed: tuple[Case, ...]) -> None:
    """Note on each file which case it belongs to, for the cases that were just written."""
    for case in changed:
        keys = [item.file_key for item in case.evidence if item.file_key]
        if not keys:
            continue
        other = (_F.case_id != case.id) | _F.case_id.is_(None)
        mine = and_(_F.chat_id == chat_id, _F.key.in_(keys), other)
        connection.execute(update(schema.files).where(mine).values(case_id=case.id))


def lease(connection: Connection, now: int, until: int, most: int) -> list[PendingFile]:
    """Take up to `most` files to fetch; nobody else tries them before `until` (UTC ms)."""
    query = (
        select(_F.key)
        .where(schema.among(_F.state, "pending"), _F.next_try <= now)
        .order_by(_F.next_try)
        .limit(most)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    keys = list(connection.execute(query).scalars())
    if not keys:
        return []
    taken = (
        update(schema.files)
        .where(_F.key.in_(keys))
        .values(next_try=until, attempts=_F.attempts + 1)
        .returning(_F.key, _F.chat_id, _F.file_id, _F.kind, _F.name, _F.size, _F.attempts)
    )
    return [PendingFile(**row) for row in connection.execute(taken).mappings()]


def retry_at(connection: Connection, key: str, when: int) -> None:
    connection.execute(update(schema.files).where(_F.key == key, _F.state == "pending").values(next_try=when))


def keep(connection: Connection, key: str, sha256: str, size: int, mime: str) -> bool:
    """The bytes are on the disk: mark the row and add a link. False when the row is gone or was kept before."""
    done = connection.execute(
        update(schema.files)
        .where(_F.key == key, _F.state == "pending")
        .values(state="stored", sha256=sha256, size=size, mime=mime)
        .returning(_F.chat_id, _F.case_id, _F.received_at)
    ).one_or_none()
    if done is None:
        return False
    last = select(_C.link).where(_C.chat_id == done.chat_id).order_by(_C.seq.desc()).limit(1)
    previous = connection.execute(last).scalar() or ""
    values = {
        "chat_id": done.chat_id,
        "case_id": done.case_id,
        "file_key": key,
        "sha256": sha256,
        "received_at": done.received_at,
        "previous": previous,
        "link": link_hash(previous, key, sha256, done.received_at),
    }
    connection.execute(insert(schema.custody), values)
    return True


def refuse(connection: Connection, key: str, reason: str) -> bool:
    """The file cannot be kept. False when the row is gone or decided already."""
    state = "gone" if reason == "gone" else "refused"
    done = connection.execute(
        update(schema.files).where(_F.key == key, _F.state == "pending").values(state=state)
    )
    return done.rowcount == 1


def located(connection: Connection, key: str) -> tuple[int, str] | None:
    """The chat and SHA-256 of a stored file, None when it is not stored."""
    row = connection.execute(
        select(_F.chat_id, _F.sha256).where(_F.key == key, _F.state == "stored")
    ).one_or_none()
    return (row.chat_id, row.sha256) if row else None


def chain(connection: Connection, chat_id: int) -> list[Link]:
    """The whole chain of a chat, in order."""
    query = select(_C.seq, _C.case_id, _C.file_key, _C.sha256, _C.received_at, _C.previous, _C.link)
    rows = connection.execute(query.where(_C.chat_id == chat_id).order_by(_C.seq)).mappings()
    return [Link(**row) for row in rows]


def stored(connection: Connection, chat_id: int, case_id: str | None = None) -> dict[str, str]:
    """Key → SHA-256 of the stored files of a chat, or of one of its cases."""
    query = select(_F.key, _F.sha256).where(_F.chat_id == chat_id, _F.state == "stored")
    if case_id is not None:
        query = query.where(_F.case_id == case_id)
    return {row.key: row.sha256 for row in connection.execute(query)}


def known_hashes(connection: Connection, chat_id: int) -> set[str]:
    """Every SHA-256 that a row of this chat speaks of."""
    return set(connection.execute(select(_F.sha256).where(_F.chat_id == chat_id)).scalars())
