"""The tables. One schema for SQLite and PostgreSQL; times are UTC milliseconds, bodies are JSON as text.

There are few indexes, and most of them hold only rows that still matter: every index is a page more to write in
each turn, while erasing a chat or throwing old rows away may well read a whole table.

The classes say what a row holds; statements are built on the tables at the end of this module. Bodies are text
and not a JSON column because nothing inside them is ever searched, and text has no surprises between engines.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Index, Integer, Table, Text, literal_column, text
from sqlmodel import Field, SQLModel

#: SQLite only makes INTEGER (not BIGINT) an alias of its row id.
Id: Final = BigInteger().with_variant(Integer, "sqlite")
Big: Final = BigInteger()
#: A number that was given once is never given again, not even after an erasure: a letter that still waits in
#: memory must not match somebody else's row.
NEVER_REUSED: Final = {"sqlite_autoincrement": True}


def _where(name: str, *columns: str, only: str) -> Index:
    """An index over the few rows that are looked for, so that finished rows cost nothing."""
    return Index(name, *columns, sqlite_where=text(only), postgresql_where=text(only))


class Inbox(SQLModel, table=True):
    """One received update. Inserted in the transaction of what it changed: seen twice, it changes nothing.

    `body` is kept only when handling failed, so that it can be handled again. `state` is done or failed.
    """

    __tablename__ = "inbox"

    update_id: int = Field(sa_type=Id, primary_key=True, sa_column_kwargs={"autoincrement": False})
    chat_id: int | None = Field(sa_type=Big)
    received_at: int = Field(sa_type=Big)
    state: str
    body: str | None = Field(default=None, sa_type=Text)


class ConversationRow(SQLModel, table=True):
    """What is remembered about a chat, without its cases. `parked`: Telegram refuses to deliver to it."""

    __tablename__ = "conversations"

    chat_id: int = Field(sa_type=Id, primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str = Field(sa_type=Text)
    version: int
    revision: int
    language: str | None
    parked: bool = False
    updated_at: int = Field(sa_type=Big)


class CaseRow(SQLModel, table=True):
    """One case. The key holds the chat, so a case cannot be read without saying whose it is."""

    __tablename__ = "cases"

    chat_id: int = Field(sa_type=Big, primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(primary_key=True)
    place: int
    body: str = Field(sa_type=Text)
    version: int
    revision: int
    closed_at: int | None = Field(sa_type=Big)
    updated_at: int = Field(sa_type=Big)


class FileRow(SQLModel, table=True):
    """A file that somebody sent. `state`: pending, stored, refused, gone. `next_try` doubles as its lease."""

    __tablename__ = "files"
    __table_args__ = (_where("files_pending", "next_try", only="state = 'pending'"),)

    key: str = Field(primary_key=True)
    chat_id: int = Field(sa_type=Big, index=True)
    case_id: str | None
    file_id: str
    unique_id: str
    kind: str
    name: str = Field(sa_type=Text)
    mime: str
    size: int | None = Field(sa_type=Big)
    state: str
    sha256: str = ""
    attempts: int = 0
    next_try: int = Field(sa_type=Big)
    received_at: int = Field(sa_type=Big)


class CustodyRow(SQLModel, table=True):
    """One link of a chat's chain of custody. `link` hashes this entry together with `previous`."""

    __tablename__ = "custody"
    __table_args__ = (Index("custody_chain", "chat_id", "seq"), NEVER_REUSED)

    seq: int | None = Field(default=None, sa_type=Id, primary_key=True)
    chat_id: int = Field(sa_type=Big)
    case_id: str | None
    file_key: str
    sha256: str
    received_at: int = Field(sa_type=Big)
    previous: str
    link: str


class SettleRow(SQLModel, table=True):
    """A batch of files that is answered once nothing more has come for a while."""

    __tablename__ = "settles"

    chat_id: int = Field(sa_type=Id, primary_key=True, sa_column_kwargs={"autoincrement": False})
    due_at: int = Field(sa_type=Big)


class NudgeRow(SQLModel, table=True):
    """A planned reminder. `state`: pending, fired, sent, superseded, missed, parked, unknown."""

    __tablename__ = "nudges"
    __table_args__ = (
        Index("nudges_key", "chat_id", "case_id", "key", unique=True),
        _where("nudges_due", "due_at", only="state = 'pending'"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, sa_type=Id, primary_key=True)
    chat_id: int = Field(sa_type=Big)
    case_id: str
    key: str
    rule: str
    due_at: int = Field(sa_type=Big)
    state: str
    final: bool
    urgent: bool
    knowledge_version: str
    fired_at: int | None = Field(default=None, sa_type=Big)


class OutboxRow(SQLModel, table=True):
    """One Bot API call to be made. `kind`: reply, mail, nudge. Its words are wiped once it was delivered.

    `state`: queued, sending, sent, unknown (may have been delivered), dead, parked, superseded.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _where("outbox_open", "chat_id", "id", only="state IN ('queued', 'sending')"),
        _where("outbox_held", "chat_id", "id", only="state IN ('parked', 'unknown')"),
        _where("outbox_of_nudge", "nudge_id", only="nudge_id IS NOT NULL"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, sa_type=Id, primary_key=True)
    chat_id: int = Field(sa_type=Big)
    kind: str
    method: str
    params: str = Field(sa_type=Text)
    upload: str | None = Field(default=None, sa_type=Text)
    nudge_id: int | None = Field(default=None, sa_type=Big)
    state: str
    owner: str | None = None
    attempts: int = 0
    not_before: int = Field(default=0, sa_type=Big)
    message_id: int | None = Field(default=None, sa_type=Big)
    created_at: int = Field(sa_type=Big)
    sent_at: int | None = Field(default=None, sa_type=Big)
    error: str | None = None


class OwnerRow(SQLModel, table=True):
    """A running process that may hold rows in `sending`. Not seen for a minute = dead."""

    __tablename__ = "owners"

    id: str = Field(primary_key=True)
    seen_at: int = Field(sa_type=Big)


class ErasureRow(SQLModel, table=True):
    """A chat whose rows are gone and whose files still have to go: survives a crash between the two."""

    __tablename__ = "erasures"

    chat_id: int = Field(sa_type=Id, primary_key=True, sa_column_kwargs={"autoincrement": False})
    asked_at: int = Field(sa_type=Big)


class MetaRow(SQLModel, table=True):
    """Single values about the store as a whole."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True)
    value: str


metadata = SQLModel.metadata


def among(column: Any, *words: str) -> ColumnElement[bool]:
    """`column` is one of these fixed words, written into the statement: with bound words SQLite would have to
    plan anew at each execution to know that a partial index fits."""
    listed: list[ColumnElement[Any]] = [literal_column(f"'{word}'") for word in words]
    found: ColumnElement[bool] = column == listed[0] if len(words) == 1 else column.in_(listed)
    return found


def _table(row: type[Any]) -> Table:
    table: Table = row.__table__
    return table


inbox = _table(Inbox)
conversations = _table(ConversationRow)
cases = _table(CaseRow)
files = _table(FileRow)
custody = _table(CustodyRow)
settles = _table(SettleRow)
nudges = _table(NudgeRow)
outbox = _table(OutboxRow)
owners = _table(OwnerRow)
erasures = _table(ErasureRow)
meta = _table(MetaRow)
