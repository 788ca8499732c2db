"""Commands: help, lazy loading, backup, doctor."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main
from bot.commands import backup, doctor
from bot.commands.backup import BackupError, back_up
from bot.settings import load_settings
from bot.store.database import Store
from bot.store.migrate import migrate

ROOT = Path(__file__).parents[2]
CHAT_LIBRARIES = ("aiogram", "telegram")


def python(*arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


def test_help_names_every_command_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(
        f"{name} " in shown and chinese in shown and english in shown
        for name, (chinese, english) in COMMANDS.items()
    )


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refund"]) == 2
    assert "refund" in capsys.readouterr().err


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_a_module(name: str) -> None:
    assert (ROOT / "bot" / "commands" / f"{name}.py").is_file()


@pytest.mark.parametrize("name", ["classify", "deadlines", "check", "simulate"])
def test_small_commands_load_no_chat_library(name: str) -> None:
    answer = python("-X", "importtime", "-m", "bot", name, "--help")
    assert answer.returncode == 0, answer.stderr[-500:]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in answer.stderr.splitlines()}
    assert "flows" in loaded or "argparse" in loaded, "nothing was measured"
    assert loaded.isdisjoint({*CHAT_LIBRARIES, "aiohttp", "sqlalchemy"})


def test_the_mailer_never_loads_aiogram() -> None:
    answer = python("-X", "importtime", "-c", "import bot.commands.mailer, bot.mailer, bot.running")
    assert answer.returncode == 0, answer.stderr[-500:]
    assert "aiogram" not in answer.stderr


# -- backup ------------------------------------------------------------------------------------------------------


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "DATABASE_URL", "WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def a_running_store(state: Path) -> Store:
    store = Store(load_settings().database)
    migrate(store)
    files = state / "files"
    for name, content in {"1001/ab/abcd": b"evidence", "incoming/half": b"half"}.items():
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_bytes(content)
    return store


def test_a_live_bot_can_be_backed_up(state: Path, tmp_path: Path) -> None:
    store = a_running_store(state)
    try:
        assert backup.main([str(tmp_path / "b.tar")]) == 0
    finally:
        store.close()
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert sorted(archive.getnames()) == ["bot.sqlite3", "files/1001/ab/abcd"]
        archive.extractall(tmp_path / "restored", filter="data")
    restored = sqlite3.connect(tmp_path / "restored" / "bot.sqlite3")
    assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert restored.execute("SELECT count(*) FROM cases").fetchone() == (0,)
    restored.close()


def test_a_backup_never_overwrites(state: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(BackupError, match="exists"):
        back_up(load_settings(), tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "precious"


def test_a_failed_backup_leaves_nothing(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / "bot.sqlite3").write_bytes(b"this is no database, not at all" * 100)
    assert backup.main([str(tmp_path / "b.tar")]) == 1
    assert "not a database" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_nothing_to_back_up_is_said(state: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database"):
        back_up(load_settings(), tmp_path / "b.tar")


# -- doctor ------------------------------------------------------------------------------------------------------


def marks(found: object) -> list[str]:
    return [finding.mark for finding in found]  # type: ignore[attr-defined]


def test_doctor_before_the_first_start(state: Path) -> None:
    settings = load_settings()
    assert marks(doctor.folder(state)) == ["!"]
    assert "✗" not in marks(doctor.database(settings))


def test_doctor_looks_at_a_live_database(state: Path) -> None:
    store = a_running_store(state)
    try:
        assert marks(doctor.sqlite_file(load_settings())) == ["✓"]
        assert "✗" not in marks(doctor.folder(state))
    finally:
        store.close()


def test_doctor_finds_a_damaged_database_and_an_open_folder(state: Path) -> None:
    state.mkdir(mode=0o755)
    state.chmod(0o755)
    (state / "bot.sqlite3").write_bytes(b"this is no database, not at all" * 100)
    (damaged,) = doctor.sqlite_file(load_settings())
    assert (damaged.mark, "恢复" in damaged.cure) == ("✗", True)
    (opened,) = [finding for finding in doctor.folder(state) if finding.mark == "✗"]
    assert opened.cure == f"chmod 700 {state}"


def test_doctor_knows_a_schema_from_the_future() -> None:
    assert doctor.schema("9999", "x").mark == "✗"
    assert doctor.schema("0000", "x").mark == "!"


def test_every_finding_that_is_wrong_has_a_cure(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main([]) == 1
    shown = io.StringIO(capsys.readouterr().out).read().splitlines()
    wrong = [number for number, line in enumerate(shown) if line.startswith("✗")]
    assert wrong, "without a token something is wrong"
    assert "BOT_TOKEN" in shown[wrong[-1]]
    assert shown[-1].startswith("    →")
