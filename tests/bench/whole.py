"""A whole turn of the real program, storage on, against a bare aiogram echo bot: same server, same run.

Each of many people sends one message that has to be understood, and gets one answer. Both bots are child processes;
the server runs here. Updates are put in before the bot starts, so the rate is that of catching up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean

from bot.demo.server import DemoServer
from tests.bench.figure import Figure

NAME = "whole"
PEOPLE = 1500
#: Answers before the clock starts: imports, first queries, warm caches.
WARM = 200
LEAST = 0.5
#: Taken in turns, so that a busy minute of the machine meets both.
ROUNDS = ("bot run", "tests.bench.echo", "tests.bench.echo", "bot run")
TEXT = "昨晚在七七卡盟充了{}块q币，微信付的，到现在没到账"


async def _rate(arguments: list[str], state: Path) -> float:
    """Answers a second after the first WARM ones."""
    server = DemoServer()
    await server.start()
    for number in range(PEOPLE):
        person = server.account.add_person(f"人{number}", "zh-hans", None)
        server.people.say(person.id, TEXT.format(number % 90 + 10))
    environment = {
        **os.environ,
        "BOT_TOKEN": server.token,
        "BOT_API_BASE": server.base_url,
        "STATE_DIR": str(state),
        "PACE_PER_SECOND": "1000",
        "LOG_LEVEL": "ERROR",
    }
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, env=environment)
    try:
        await _until(lambda: len(server.delivered) >= WARM, child)
        start, before = time.perf_counter(), len(server.delivered)
        await _until(lambda: len(server.delivered) >= PEOPLE, child)
        return (len(server.delivered) - before) / (time.perf_counter() - start)
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
        await child.wait()
        await server.stop()


async def _until(done: Callable[[], bool], child: asyncio.subprocess.Process) -> None:
    for _ in range(60_000):
        if done():
            return
        if child.returncode is not None:
            raise RuntimeError(f"the bot ended with {child.returncode}")
        await asyncio.sleep(0.005)
    raise TimeoutError


def run() -> Iterator[Figure]:
    rates: dict[str, list[float]] = {"bot run": [], "tests.bench.echo": []}
    with tempfile.TemporaryDirectory() as folder:
        for turn, name in enumerate(ROUNDS):
            rates[name].append(asyncio.run(_rate(name.split(), Path(folder) / str(turn))))
    ours, echo = (fmean(rates[name]) for name in rates)
    beside = f"  ({ours:.0f}/s against {echo:.0f}/s)"
    yield Figure(
        "whole turn / bare aiogram echo", ours / echo, "x", ours >= LEAST * echo, f"≥ {LEAST}", beside
    )
