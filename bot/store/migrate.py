"""Bring a database to the schema of this version, before anything else touches it.

The usual start costs one SELECT: Alembic is only loaded when there is something to do. Migrations run in one
transaction under a lock, so of several processes that start together one migrates and the others wait.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from bot.store.database import Store

#: The newest revision in migrations/versions; a test keeps it in step.
HEAD: Final = "0001"
_LOCK: Final = 7_013_401


class NewerSchemaError(RuntimeError):
    """The database belongs to a newer version of the bot."""


def migrate(store: Store) -> bool:
    """Migrate if needed. Returns whether anything was done. Raises NewerSchemaError."""
    return store.write(_migrate)


def _migrate(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = current(connection)
    if version == HEAD:
        return False
    if version is not None and version > HEAD:
        raise NewerSchemaError(f"the database has schema {version}, this bot knows {HEAD}; use the newer bot")
    _upgrade(connection)
    return True


def current(connection: Connection) -> str | None:
    """The revision of the database, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(Path(__file__).with_name("alembic.ini"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
