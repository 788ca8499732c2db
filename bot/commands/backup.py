"""`python -m bot backup FILE`: one archive with the database and the evidence, while the bot runs or not.

Promises: the copy of the database is one consistent moment (SQLite: VACUUM INTO); every file of evidence that it
names is in the archive, because files are added after the database and are never changed; only the owner can read
the archive; a backup that failed leaves no file under the name that was asked for.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings, SettingsError, load_settings

DATABASE_NAME = "bot.sqlite3"
EVIDENCE_NAME = "files"
#: Files that are still arriving belong to no row yet.
ARRIVING = "incoming"


class BackupError(Exception):
    """No backup was made. The text says why and what to do."""


def main(argv: Sequence[str]) -> int:
    """Make the backup."""
    parser = argparse.ArgumentParser(prog="python -m bot backup", description="备份数据库和证据文件")
    parser.add_argument("file", type=Path, help="新文件，例如 backup.tar / a new file")
    target = parser.parse_args(argv).file
    try:
        back_up(load_settings(), target)
    except (SettingsError, BackupError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"已备份 backed up: {target} ({target.stat().st_size} bytes)")
    return 0


def back_up(settings: Settings, target: Path) -> None:
    """Write the archive. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} 已存在，请换一个名字 / exists already, choose another name")
    if not settings.uses_sqlite:
        raise BackupError(
            "数据库是 PostgreSQL：请用 pg_dump 备份数据库，再打包 STATE_DIR/files\n"
            "The database is PostgreSQL: use pg_dump for it and archive STATE_DIR/files"
        )
    unfinished = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as archive:
                _add(archive, settings)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"备份没有完成 backup failed: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, settings: Settings) -> None:
    database = database_file(settings)
    if not database.is_file():
        raise FileNotFoundError(f"没有数据库 no database: {database}")
    with tempfile.TemporaryDirectory(dir=settings.state_dir) as folder:
        copy = Path(folder) / DATABASE_NAME
        copy_database(database, copy)
        archive.add(copy, DATABASE_NAME)
    root = settings.state_dir / EVIDENCE_NAME
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        name = file.relative_to(root)
        if name.parts[0] == ARRIVING:
            continue
        with suppress(FileNotFoundError):  # its chat was erased a moment ago
            archive.add(file, f"{EVIDENCE_NAME}/{name}")


def database_file(settings: Settings) -> Path:
    """The SQLite file of the settings."""
    return Path(settings.database.split("///", 1)[1].split("?", 1)[0])


def copy_database(source: Path, copy: Path) -> None:
    """One consistent copy of a live SQLite database, checked. Raises sqlite3.Error."""
    connection = sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()
    copy.chmod(0o600)
    checked = sqlite3.connect(copy)
    try:
        (verdict,) = checked.execute("PRAGMA quick_check").fetchone()
    finally:
        checked.close()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
