"""kill -9 at random moments: every update applied once and in order, nothing lost in silence, nothing twice.

KILLS in the environment makes the campaign longer (default 3 a database).
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bot.store.database import Store
from tests.service.fakes import Desk
from tests.service.victim import CHATS
from tests.store.databases import BOTH, database_url, opened

KILLS = int(os.environ.get("KILLS", "3"))
UPDATES = 60 * KILLS
#: Letters that may be in flight in one process: the sender's chats and the mailer's one.
IN_FLIGHT = CHATS + 1


def start(url: str, folder: Path, generation: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.service.victim", url, str(folder), str(generation), str(UPDATES)]
    return subprocess.Popen(command)


def wait_until_working(child: subprocess.Popen[bytes], accepted: Path, before: int) -> None:
    end = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < end:
        if accepted.exists() and accepted.stat().st_size > before:
            return
        time.sleep(0.005)


def campaign(url: str, folder: Path) -> int:
    """Kill and restart until everything is done. Returns how many kills hit a working process."""
    chance, kills = random.Random(1), 0
    accepted = folder / "accepted"
    for generation in range(KILLS):
        child = start(url, folder, generation)
        wait_until_working(child, accepted, accepted.stat().st_size if accepted.exists() else 0)
        time.sleep(chance.random() * 0.15)
        kills += child.poll() is None
        child.kill()
        child.wait()
    last = start(url, folder, KILLS)
    assert last.wait(timeout=120) == 0
    return kills


def check(store: Store, folder: Path, kills: int) -> None:
    desk = Desk(store)
    accepted = Counter((folder / "accepted").read_text().splitlines())
    assert [line for line, times in accepted.items() if times > 1] == []
    for chat in range(CHATS):
        said = [number for number in range(chat, UPDATES, CHATS) if number >= CHATS]
        conversation = asyncio.run(desk.service.look(chat))
        assert conversation is not None and conversation.misses == len(said)
        expected = [f"t{number} #{place + 1}" for place, number in enumerate(said)]
        lines = [line.split(" ", 1)[1] for line in accepted if line.startswith(f"{chat} t")]
        assert lines == [text for text in expected if text in set(lines)]  # in order
    states = Counter(desk.states("outbox"))
    assert states.keys() <= {"sent", "unknown"}
    assert states.total() == UPDATES + CHATS  # one reply to each update, one nudge to each chat
    assert states["unknown"] <= kills * IN_FLIGHT
    assert accepted.total() >= states["sent"]
    assert set(desk.states("nudges")) <= {"sent", "unknown"}


@pytest.mark.parametrize("kind", BOTH)
def test_kill_nine_at_random_moments(kind: str, tmp_path: Path) -> None:
    with database_url(kind, tmp_path) as url:
        kills = campaign(url, tmp_path)
        assert kills >= KILLS // 2, "the victim ended before it could be killed"
        with opened(url) as store:
            check(store, tmp_path, kills)
