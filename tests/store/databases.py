"""A fresh, migrated database for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.store.database import Store
from bot.store.migrate import migrate

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    url = make_url(POSTGRES).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, connect_timeout=3)


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The URL of an empty schema that is dropped afterwards; skips when there is no server (fails in CI)."""
    try:
        connection = _connect()
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL server")
    name = f"test_{secrets.token_hex(6)}"
    with connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
        try:
            yield f"{POSTGRES}?options=-csearch_path%3D{name}"
        finally:
            connection.execute(f'DROP SCHEMA "{name}" CASCADE')


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'state' / 'bot.db'}"
        return
    with postgres_schema() as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A migrated store, closed afterwards."""
    store = Store(url, threads=2)
    try:
        migrate(store)
        yield store
    finally:
        store.close()
