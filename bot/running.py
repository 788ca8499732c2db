"""The life of a process: start, work until told to stop, stop in order.

Promises on stop: nothing new is received; the turn at work is finished and committed; letters in flight get up to
`GRACE` seconds to end; what could not be sent stays a row for the next start.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import web

from bot.app import (
    ALIVE,
    App,
    FetchesNothing,
    Talker,
    wire_mailer,
    wire_talker,
    wire_ticks,
    wire_vault,
)
from bot.health import health, health_app
from bot.settings import listen
from bot.store import plans
from bot.webhook import serve, webhook_app

#: Seconds that letters in flight get to end.
GRACE = 10.0

log = logging.getLogger(__name__)


def stop_on_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


def _unheard() -> None:
    """Nobody waits for the process to be ready."""


async def run_bot(app: App, stop: asyncio.Event, ready: Callable[[], None] = _unheard) -> None:
    """Listen and answer until `stop`; `ready` is called when listening begins.

    Raises PollingError when Telegram will not have us.
    """
    talker = wire_talker(app)
    wire_ticks(app, talker.vault, talker.mailer, talker.sender)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(_stop_talking, talker)
        await ending.enter_async_context(_ticking(app))
        await ending.enter_async_context(_health(app))
        menu = asyncio.create_task(_menu(talker))
        ending.callback(menu.cancel)
        if app.settings.webhook_url:
            await _take_webhooks(talker, stop, ready)
        else:
            await _poll(talker, stop, ready)


async def run_mailer(app: App, stop: asyncio.Event) -> None:
    """Send what is due until `stop`."""
    mailer, mail = wire_mailer(app, wire_vault(app, FetchesNothing()))
    wire_ticks(app, None, mailer, None)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(mail.close)
        ending.callback(mailer.stop)
        await ending.enter_async_context(_ticking(app))
        await ending.enter_async_context(_health(app))
        log.info("the mailer is running")
        await stop.wait()
        mailer.stop()


async def _poll(talker: Talker, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    from bot.solo import PollingLock
    from handlers.polling import Poller

    lock = PollingLock(talker.app.store.engine, talker.bot.id)
    try:
        if await lock.acquire(stop):
            log.info("polling")
            ready()
            await Poller(talker.bot, talker.receive, stop).run()
    finally:
        await lock.release()


async def _take_webhooks(talker: Talker, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    from bot.registration import register_webhook

    settings = talker.app.settings
    secret = settings.webhook_secret.get_secret_value()
    app = webhook_app(settings.webhook_url, secret, talker.receive)
    runner = await serve(app, listen(settings.webhook_listen))
    try:
        await register_webhook(talker.bot, settings.webhook_url, secret)
        log.info("listening on %s", settings.webhook_listen)
        ready()
        await stop.wait()
    finally:
        await runner.cleanup()


async def _menu(talker: Talker) -> None:
    from handlers.menu import register_menu

    await register_menu(talker.bot)


async def _stop_talking(talker: Talker) -> None:
    if talker.mailer is not None:
        talker.mailer.stop()
    await talker.sender.stop(GRACE)
    if talker.mail is not None:
        await talker.mail.close()
    await talker.bot.session.close()


@asynccontextmanager
async def _ticking(app: App) -> AsyncIterator[None]:
    """Sign in, tick, and sign off; what is known to fall due next is expected at once."""
    app.broom.add("alive", app.presence.beat, every=ALIVE)
    await app.presence.beat()
    app.heart.start()
    app.broom.start()
    app.heart.expect(await app.store.writing(plans.next_due))
    try:
        yield
    finally:
        await asyncio.gather(app.heart.stop(GRACE), app.broom.stop(GRACE))
        await app.presence.leave()


@asynccontextmanager
async def _health(app: App) -> AsyncIterator[None]:
    if not app.settings.health_listen:
        yield
        return

    async def report() -> Mapping[str, Any]:
        return await health(app)

    runner: web.AppRunner = await serve(health_app(report), listen(app.settings.health_listen))
    try:
        yield
    finally:
        await runner.cleanup()
