"""The real program as a child process, talking to a loopback Bot API that lives in the test."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.server import DemoServer

ROOT = Path(__file__).parents[2]
#: Seconds for a start, loading the chat library included, on a busy machine.
START = 90.0


class Bot:
    """One run of `python -m bot run` after another, on the same state."""

    def __init__(self, server: DemoServer, state: Path) -> None:
        self._server = server
        self.state = state
        self.child: asyncio.subprocess.Process | None = None
        self._polls = 0

    async def start(self) -> None:
        """Start and wait for the first poll."""
        self._polls = self._server.account.updates.polls
        self.child = await self.spawn()
        await self.wait_for(lambda: self._server.account.updates.polls > self._polls)

    async def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait for something that a start brings about; a start that fails says why."""
        child = self.child
        assert child is not None
        await until(lambda: condition() or child.returncode is not None, START)
        assert child.returncode is None, self.log()

    async def spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        self.state.mkdir(mode=0o700, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "BOT_TOKEN": self._server.token,
            "BOT_API_BASE": self._server.base_url,
            "STATE_DIR": str(self.state),
            "PACE_PER_SECOND": "500",
        }
        log = (self.state / "log.txt").open("ab")
        with log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *(arguments or ("run",)),
                cwd=self.state, env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        assert self.child is not None
        child, self.child = self.child, None
        if child.returncode is None:
            child.send_signal(how)
        return await asyncio.wait_for(child.wait(), 20)

    def log(self) -> str:
        return (self.state / "log.txt").read_text("utf-8")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a read-only look into the database finds."""
        connection = sqlite3.connect(f"file:{self.state / 'bot.sqlite3'}?mode=ro", uri=True)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()


async def until(condition: Callable[[], object], within: float = 20.0) -> None:
    """Wait until `condition` holds. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.02)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[tuple[DemoServer, Bot]]:
    """A server and a bot that is not started yet; both are gone afterwards."""
    server = DemoServer()
    await server.start()
    bot = Bot(server, folder / "state")
    try:
        yield server, bot
    finally:
        if bot.child is not None:
            await bot.stop(signal.SIGKILL)
        await server.stop()
