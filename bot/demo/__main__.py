"""`python -m bot.demo --port 8099`: the server and the chat page without a bot, for a bot in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from datetime import datetime
from pathlib import Path

from bot.demo.server import DEMO_TOKEN, DemoServer
from flows.moment import SHANGHAI


def aware(text: str) -> datetime:
    """An ISO date and time; without a zone it is Shanghai's."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8099, help="port on 127.0.0.1 (0: any free one)")
    parser.add_argument(
        "--state", type=Path, default=None, help="folder that keeps the chats (default: memory only)"
    )
    parser.add_argument("--now", type=aware, default=None, help="demo time at start, e.g. 2026-11-22T10:00")
    parser.add_argument("--token", default=DEMO_TOKEN, help="the token that the bot has to use")
    return parser.parse_args()


async def serve(wish: argparse.Namespace) -> None:
    """Run until SIGINT or SIGTERM; the address is the first line on standard output."""
    server = DemoServer(state=wish.state, now=wish.now, token=wish.token)
    await server.start(port=wish.port)
    sys.stdout.write(f"{server.base_url}\n")
    sys.stdout.flush()
    done = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, done.set)
    await done.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(serve(arguments()))
