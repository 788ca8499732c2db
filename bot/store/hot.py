"""Statements of every turn, compiled once and run on the driver's own connection.

SQLAlchemy spends about 70 µs on each execution, SQLite itself about 5. A turn has seven statements, so the few
that every turn needs go past it; they are written with SQLAlchemy all the same, once for both databases.
Driver errors come out as SQLAlchemy's, so that callers know one kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement


def driver_of(connection: Connection) -> Any:
    """The driver's connection (sqlite3 or psycopg) under SQLAlchemy's, in the same transaction."""
    return connection.connection.dbapi_connection


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """Errors of the driver become SQLAlchemy's, without the values that were being stored."""
    driver = connection.dialect.dbapi
    assert driver is not None
    try:
        yield
    except driver.Error as error:
        raise _translated(error, connection) from error


def _translated(error: Exception, connection: Connection) -> BaseException:
    driver = connection.dialect.dbapi
    assert driver is not None
    return DBAPIError.instance(
        None, None, error, driver.Error, hide_parameters=True, dialect=connection.dialect
    )


class Hot:
    """One statement. Call it with a connection and the values of its bound names; returns the driver's cursor."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def __call__(self, connection: Connection, **values: Any) -> Any:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name) or self._compile(connection)
        sql, order, fixed = compiled
        named = {**fixed, **values}
        arguments = named if order is None else [named[name] for name in order]
        driver = dialect.dbapi
        assert driver is not None
        try:
            return driver_of(connection).execute(sql, arguments)
        except driver.Error as error:
            raise _translated(error, connection) from error

    def _compile(self, connection: Connection) -> tuple[str, list[str] | None, dict[str, Any]]:
        compiled: Any = self._statement.compile(dialect=connection.dialect)
        order = list(compiled.positiontup) if compiled.positional else None
        found = (str(compiled), order, dict(compiled.params))
        self._compiled[connection.dialect.name] = found
        return found
