"""`python -m bot demo`: the real bot against a Telegram of its own on this machine, with a chat page.

Promises: needs no token and reaches nothing outside this machine; what was said is still there after a restart
(STATE_DIR/demo); the clock of the page is the clock of the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import webbrowser
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot import log
from bot.app import App, StartError, bootstrap
from bot.demo.clock import DemoClock
from bot.settings import Settings, SettingsError, load_settings
from bot.store import plans
from flows.moment import SHANGHAI


def main(argv: Sequence[str]) -> int:
    """Run until Ctrl-C. 0: stopped in order; 1: could not start."""
    wish = arguments(argv)
    try:
        settings = load_settings()
        log.set_up(settings.log_level)
        return asyncio.run(_run(wish, settings))
    except (SettingsError, StartError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot demo", description="在本机试用，不需要令牌")
    parser.add_argument("--port", type=int, default=8088, help="网页端口，0 = 任意 / port of the chat page")
    parser.add_argument(
        "--now", type=aware, help="从这个时间开始，例如 2026-11-24T10:15+08:00 / time at start"
    )
    parser.add_argument("--fresh", action="store_true", help="清空上次试用的内容 / forget earlier rehearsals")
    parser.add_argument("--open", action="store_true", help="打开浏览器 / open the browser")
    return parser.parse_args(argv)


def aware(text: str) -> datetime:
    """An ISO date and time; without a zone it is Shanghai's. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


async def _run(wish: argparse.Namespace, settings: Settings) -> int:
    from bot.demo.server import DemoServer
    from bot.running import run_bot, stop_on_signal
    from handlers.polling import PollingError

    folder = prepare(settings.state_dir / "demo", fresh=wish.fresh)
    server = DemoServer(state=folder / "telegram", now=wish.now)
    await server.start(port=wish.port)
    try:
        app = bootstrap(demo_settings(settings, folder, server.token, server.base_url), server.clock)
        follow_clock(app, server.clock)
        try:
            await run_bot(app, stop_on_signal(), lambda: announce(server.base_url, browser=wish.open))
        finally:
            app.store.close()
    except PollingError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        await server.stop()
    return 0


def prepare(folder: Path, *, fresh: bool) -> Path:
    """The demo's own folder, readable by its owner only; emptied when asked to."""
    if fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def demo_settings(settings: Settings, folder: Path, token: str, base_url: str) -> Settings:
    """The operator's settings, turned towards this machine: nothing of the real bot is touched."""
    return load_settings(
        Path("no-file"),
        bot_token=token,
        bot_api_base=base_url,
        state_dir=folder,
        database_url=f"sqlite:///{(folder / 'bot.sqlite3').absolute()}",
        webhook_url="",
        mailer="inside",
        health_listen="",
        log_level=settings.log_level,
        operator_contact=settings.operator_contact,
    )


def follow_clock(app: App, clock: DemoClock) -> None:
    """The page can jump to the next reminder, and the bot looks around after each jump."""

    async def next_due() -> datetime | None:
        return await app.store.writing(plans.next_due)

    clock.next_due = next_due
    clock.on_change(app.heart.poke)


def announce(address: str, *, browser: bool) -> None:
    """The one line that a person waits for."""
    print(f"打开 open: {address}/   (Ctrl-C 结束 stops)", flush=True)
    if browser:
        webbrowser.open(f"{address}/")
