"""`删除我的数据`: rows, files, nudges and queued messages are gone, from the disk too, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.chores import Chores
from bot.store import schema
from bot.store.database import Store
from flows.case import Conversation
from tests.service.fakes import Desk, texts
from tests.service.test_files import PNG, arrive, kept, vault_of
from tests.service.test_nudges import SOON

SECRET = "planted-words-of-a-person"


def fill(desk: Desk, folder: Path, chat: int) -> None:
    vault = vault_of(desk, folder, {f"id-{chat}f1": PNG + SECRET.encode(), f"id-{chat}f2": PNG})
    arrive(desk, f"{chat}f1", f"{chat}f2", chat=chat, first=chat * 10)
    asyncio.run(vault.run())
    desk.brain.orders["plan"] = desk.brain.plan("n1", due=SOON, case_id=f"c{chat}")
    desk.write("plan", chat * 10 + 3, chat)
    desk.write(SECRET, chat * 10 + 4, chat)
    desk.write("break", chat * 10 + 5, chat)


def rows_of(desk: Desk, chat: int) -> dict[str, int]:
    names = [table.name for table in schema.metadata.sorted_tables if "chat_id" in table.c]
    counts = {name: desk.rows(f"SELECT count(*) FROM {name} WHERE chat_id = {chat}")[0][0] for name in names}
    return {name: count for name, count in counts.items() if count}


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_everything_of_the_chat_goes_and_nothing_of_the_others(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    for chat in (1, 2):
        fill(desk, tmp_path, chat)
    others = rows_of(desk, 2)
    receipt = desk.write("erase", 100)
    assert receipt.erased
    assert texts([receipt]) == ["gone"]
    assert rows_of(desk, 1) == {"erasures": 1, "outbox": 1}
    asyncio.run(vault_of(desk, tmp_path, {}).finish_erasures())
    assert rows_of(desk, 1) == {"outbox": 1}
    assert rows_of(desk, 2) == others
    assert {path.parts[-3] for path in kept(tmp_path)} == {"2"}


def test_the_words_are_gone_from_the_disk(sqlite: Store, tmp_path: Path) -> None:
    desk = Desk(sqlite)
    fill(desk, tmp_path, 1)
    assert on_disk(tmp_path).count(SECRET.encode()) >= 3
    desk.write("erase", 100)
    asyncio.run(vault_of(desk, tmp_path, {}).finish_erasures())
    assert b"planted" not in on_disk(tmp_path)


def test_a_repeated_update_does_not_bring_anything_back(store: Store) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    desk.write("erase", 2)
    assert not desk.write("hello", 1).taken
    assert asyncio.run(desk.service.look(1)) is None


def test_an_erasure_that_a_crash_interrupted_is_finished_later(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    fill(desk, tmp_path, 1)
    desk.write("erase", 100)
    assert kept(tmp_path)
    asyncio.run(vault_of(Desk(store, clock=desk.clock), tmp_path, {}).run())
    assert kept(tmp_path) == []


def test_a_file_sent_after_an_unfinished_erasure_is_kept(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    fill(desk, tmp_path, 1)
    desk.write("erase", 100)
    arrive(desk, "new", first=200)
    vault = vault_of(desk, tmp_path, {"id-new": PNG})
    asyncio.run(vault._take(asyncio.run(vault._lease())[0]))
    asyncio.run(vault.run())
    assert len(kept(tmp_path)) == 1
    assert vault.verify(1) == []


def test_a_file_that_arrives_after_its_chat_was_erased_is_not_kept(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    vault = vault_of(desk, tmp_path, {"id-f1": PNG})
    arrive(desk, "f1")
    [file] = asyncio.run(vault._lease())
    desk.write("erase", 2)
    asyncio.run(vault._take(file))
    asyncio.run(vault.finish_erasures())
    assert kept(tmp_path) == []
    assert desk.rows("SELECT count(*) FROM custody") == [(0,)]


def test_a_letter_waiting_in_memory_is_not_sent_after_its_row_was_erased(store: Store) -> None:
    desk = Desk(store)
    old = desk.write(SECRET, 1)
    desk.write("erase", 2)
    new = desk.write("hello", 3, chat=2)
    asyncio.run(desk.send(old))
    assert desk.post.delivered == []
    assert {letter.id for letter in old.letters}.isdisjoint(letter.id for letter in new.letters)


def test_the_operator_can_erase_too(store: Store) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    desk.service.erase(1)
    assert rows_of(desk, 1) == {"erasures": 1}


def test_old_rows_are_thrown_away_in_time(store: Store) -> None:
    desk = Desk(store)
    for update in range(3):
        asyncio.run(desk.send(desk.write("hello", update)))
    desk.write("break", 9)
    chores = Chores(store, desk.service, desk.clock)
    assert asyncio.run(chores.tidy()) == 0
    desk.clock.forward(hours=73)
    assert asyncio.run(chores.tidy()) == 3
    assert desk.states("inbox") == ["failed"]
    desk.clock.forward(days=30)
    assert asyncio.run(chores.tidy()) == 4
    assert desk.states("outbox") == ["queued"]
    assert asyncio.run(desk.service.look(1)) == Conversation(chat_id=1, misses=3, held_text="hello")
