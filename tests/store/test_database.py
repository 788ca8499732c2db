"""The database itself: who may open it, who may read it, how it is brought up to date, how fast it is searched."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

import bot.store
from bot.clock import milliseconds, moment_of
from bot.store import conversations, outbox, plans, schema
from bot.store.database import AlreadyRunningError, Store
from bot.store.hot import driver_of
from bot.store.migrate import HEAD, NewerSchemaError, current, migrate
from flows.moment import SHANGHAI


def test_a_second_process_is_refused_in_clear_words(sqlite: Store) -> None:
    with pytest.raises(AlreadyRunningError, match="one SQLite file serves one process"):
        Store(str(sqlite.engine.url))


def test_the_file_is_free_again_after_closing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state' / 'bot.db'}"
    for _ in range(2):
        Store(url).close()


def test_only_the_owner_can_read_the_state(sqlite: Store) -> None:
    assert sqlite.path is not None
    folder = sqlite.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()}
    assert {"bot.db", "bot.db-wal", "bot.lock"} <= names.keys()
    assert set(names.values()) == {0o600}


def test_sqlite_is_set_up_for_keeping(sqlite: Store) -> None:
    def pragma(connection: Connection, name: str) -> object:
        return connection.execute(text(f"PRAGMA {name}")).scalar()

    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "mmap_size": 0}
    for name, value in wanted.items():
        assert sqlite.write(lambda c, name=name: pragma(c, name)) == value  # type: ignore[misc]


def test_every_sqlite_transaction_takes_the_write_lock_at_once(sqlite: Store) -> None:
    other = sqlite3.connect(str(sqlite.path), timeout=0, check_same_thread=False)

    def look(connection: Connection) -> None:
        connection.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    sqlite.write(look)
    other.close()


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("INSERT INTO meta VALUES ('a', 'b')"))
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        store.write(fail)
    assert store.write(lambda c: c.execute(text("SELECT count(*) FROM meta")).scalar()) == 0


def test_errors_of_the_driver_come_out_as_one_kind_without_the_values(store: Store) -> None:
    def twice(connection: Connection) -> None:
        for _ in range(2):
            row = {
                "body": "words of a person",
                "version": 1,
                "revision": 1,
                "language": None,
                "parked": False,
            }
            conversations._INSERT(connection, **row, chat_id=1, updated_at=1)

    with pytest.raises(IntegrityError) as caught:
        store.write(twice)
    assert "words of a person" not in str(caught.value)
    assert store.write(lambda c: conversations.load(c, 1)).conversation is None


def test_a_chat_keeps_to_one_thread(store: Store) -> None:
    names = {store.run(lambda: threading.current_thread().name, chat=5) for _ in range(20)}
    assert len(names) == 1
    assert store.run(lambda: store.run(threading.get_ident, chat=1), chat=0)  # from inside: no dead end


def test_migrations_make_the_schema_that_the_code_expects(store: Store) -> None:
    differences = store.write(lambda c: compare_metadata(MigrationContext.configure(c), schema.metadata))
    assert differences == []
    assert migrate(store) is False


def test_the_known_revision_is_the_newest() -> None:
    folder = Path(bot.store.__file__).parent
    script = ScriptDirectory.from_config(Config(folder / "alembic.ini"))
    assert script.get_current_head() == HEAD


def test_a_database_of_a_newer_bot_is_refused(store: Store) -> None:
    store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NewerSchemaError):
        migrate(store)
    assert store.write(current) == "9999"


def test_naive_times_are_refused_and_zones_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="naive"):
        milliseconds(datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
    assert moment_of(milliseconds(noon)) == noon
    assert moment_of(milliseconds(noon)).utcoffset() == noon.utcoffset()
    assert milliseconds(noon) == 1_772_424_000_000


HOT = {
    "nudges_due": lambda c: plans.due(c, 1, 10),
    "outbox_open": lambda c: outbox.claim(c, 1, "me"),
    "outbox_open ": lambda c: outbox.waiting(c, 2, 1, 10),
}


@pytest.mark.parametrize("index", HOT)
def test_what_every_tick_asks_is_answered_from_a_small_index(sqlite: Store, index: str) -> None:
    statements: list[str] = []
    plans_seen: list[str] = []

    def work(connection: Connection) -> None:
        driver = driver_of(connection)
        driver.set_trace_callback(statements.append)
        HOT[index](connection)
        driver.set_trace_callback(None)
        for statement in statements:
            plans_seen.extend(row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}"))

    sqlite.write(work)
    assert any(index.strip() in step for step in plans_seen), plans_seen
    assert not [step for step in plans_seen if step.startswith("SCAN") and "INDEX" not in step], plans_seen


def test_the_log_beside_the_database_is_emptied(sqlite: Store) -> None:
    sqlite.write(lambda c: c.execute(text("INSERT INTO meta VALUES ('a', 'b')")))
    assert sqlite.log_size() > 0
    sqlite.checkpoint()
    assert sqlite.log_size() == 0
    assert os.access(str(sqlite.path), os.R_OK)
