"""The vault: exact bytes, kept once they are whole, found out when they change, gone when they must go."""

from __future__ import annotations

import asyncio
import hashlib
import stat
import struct
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.chores import Chores
from bot.files import FetchError, Vault
from bot.store.database import Store
from flows.events import FileRefused, FileStored
from tests.service.fakes import Desk, FakeFetch

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(5000)


def vault_of(desk: Desk, folder: Path, files: dict[str, Any]) -> Vault:
    return Vault(folder / "evidence", desk.store, desk.service, FakeFetch(files), desk.clock)


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "evidence").rglob("*") if path.is_file())


def arrive(desk: Desk, *keys: str, chat: int = 1, first: int = 1) -> None:
    for number, key in enumerate(keys):
        desk.service.receive(desk.photo(key, first + number, chat))


def test_bytes_are_kept_under_their_hash_and_told_to_the_case(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": PNG})
    arrive(desk, "f1")
    assert asyncio.run(vault.run()) == 1
    sha256 = hashlib.sha256(PNG).hexdigest()
    [path] = kept(tmp_path)
    assert path.relative_to(tmp_path / "evidence") == Path("1") / sha256[:2] / sha256
    assert path.read_bytes() == PNG == asyncio.run(vault.read("f1"))
    modes = {stat.S_IMODE(entry.stat().st_mode) for entry in (tmp_path / "evidence").rglob("*")}
    assert modes == {0o600, 0o700}
    [event] = [event for event in desk.brain.seen if isinstance(event, FileStored)]
    assert (event.sha256, event.size, event.mime) == (sha256, len(PNG), "image/png")
    assert (event.width, event.height) == (640, 480)
    assert desk.rows("SELECT case_id, state, sha256 FROM files") == [("c1", "stored", sha256)]
    assert vault.verify(1) == vault.verify(1, "c1") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "gone"),
        (b"\x7fELF" + bytes(100), "unsupported"),
        (b"", "broken"),
        (PNG[:20], "broken"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 30000, 30000) + bytes(9), "bomb"),
        (PNG + bytes(20 * 1024 * 1024), "too_big"),
    ],
    ids=["gone", "elf", "empty", "cut", "bomb", "large"],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(
    store: Store, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": content})
    arrive(desk, "f1")
    assert asyncio.run(vault.run()) == 1
    assert [event.reason for event in desk.brain.seen if isinstance(event, FileRefused)] == [reason]
    assert kept(tmp_path) == []
    assert desk.rows("SELECT count(*) FROM custody") == [(0,)]


def test_a_file_that_is_said_to_be_too_big_is_not_asked_for(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": AssertionError("asked")})
    desk.service.receive(desk.photo("f1", 1, size=30_000_000))
    asyncio.run(vault.run())
    assert desk.states("files") == ["refused"]


def test_a_failed_download_is_tried_again_later(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": [FetchError("down"), FetchError("down"), PNG]})
    arrive(desk, "f1")
    assert asyncio.run(vault.run()) == 0
    assert asyncio.run(vault.run()) == 0  # not before its time
    desk.clock.forward(seconds=3)
    asyncio.run(vault.run())
    desk.clock.forward(seconds=10)
    assert asyncio.run(vault.run()) == 1
    assert desk.states("files") == ["stored"]
    assert list((tmp_path / "evidence" / "incoming").iterdir()) == []


def test_a_crash_while_fetching_only_costs_time(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    crashed = vault_of(desk, tmp_path, {"id-f1": PNG})
    arrive(desk, "f1")
    asyncio.run(crashed._lease())
    vault = vault_of(desk, tmp_path, {"id-f1": PNG})
    assert asyncio.run(vault.run()) == 0
    desk.clock.forward(minutes=3)
    assert asyncio.run(vault.run()) == 1


def test_bytes_without_a_row_are_swept_and_bytes_with_one_stay(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": PNG})
    arrive(desk, "f1")
    asyncio.run(vault.run())
    [path] = kept(tmp_path)
    stray = path.with_name("0" * 64)
    stray.write_bytes(b"left by a crash")
    assert asyncio.run(vault._sweep_chat(1)) == 1
    assert kept(tmp_path) == [path]


def three_files(desk: Desk, folder: Path) -> tuple[Vault, list[Path]]:
    contents = {f"id-f{n}": PNG + bytes([n]) for n in range(3)}
    vault = vault_of(desk, folder, contents)
    arrive(desk, "f0", "f1", "f2")
    asyncio.run(vault.run())
    assert vault.verify(1) == []
    return vault, kept(folder)


def test_one_flipped_bit_is_found(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault, [_, path, _] = three_files(desk, tmp_path)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert [finding.what for finding in vault.verify(1)] == ["changed"]


def test_a_missing_file_is_found(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault, [path, *_] = three_files(desk, tmp_path)
    path.unlink()
    assert [finding.what for finding in vault.verify(1)] == ["missing"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE custody SET file_key = (SELECT c.file_key FROM custody c WHERE c.seq = 3 - custody.seq) WHERE seq < 3",
        "UPDATE custody SET received_at = received_at - 86400000 WHERE seq = 2",
        "DELETE FROM custody WHERE seq = 1",
        "UPDATE custody SET seq = 9 WHERE seq = 1",
        "DELETE FROM custody WHERE seq = 3",
        "DELETE FROM files WHERE key = 'f1'",
        "UPDATE files SET sha256 = (SELECT sha256 FROM custody WHERE seq = 3) WHERE sha256 <> "
        "(SELECT sha256 FROM custody WHERE seq = 3)",
    ],
    ids=["swapped", "backdated", "first gone", "reordered", "last gone", "row gone", "hash replaced"],
)
def test_tampering_with_the_list_is_found(store: Store, tmp_path: Path, tampering: str) -> None:
    desk = Desk(store)
    vault, _ = three_files(desk, tmp_path)
    store.write(lambda connection: connection.execute(text(tampering)))
    assert vault.verify(1) != []


def test_an_album_is_answered_once_when_it_is_complete(store: Store) -> None:
    desk = Desk(store)
    chores = Chores(store, desk.service, desk.clock)
    for number in range(10):
        desk.service.receive(desk.photo(f"f{number}", number))
        desk.clock.forward(seconds=1)
        assert asyncio.run(chores.settle_albums()) == 0
    desk.clock.forward(seconds=1)
    assert [asyncio.run(chores.settle_albums()) for _ in range(2)] == [1, 0]
    assert [json for (json,) in desk.rows("SELECT params FROM outbox") if "album of 10" in json]
    desk.service.receive(desk.photo("late", 99))
    desk.clock.forward(seconds=2)
    assert asyncio.run(chores.settle_albums()) == 1
