"""`/health`: what an operator or a supervisor has to know, as JSON; 200 when all is well, 503 when it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.chores import LARGE_LOG
from bot.store import housekeeping, outbox

if TYPE_CHECKING:
    from bot.app import App

#: Seconds by which the heartbeat may be late.
PATIENCE = 6.0
#: What is reported. `ok` decides the status; everything else are counts and ages, never words of anybody.
Report = Callable[[], Awaitable[Mapping[str, Any]]]


def health_app(report: Report) -> web.Application:
    """The application that answers GET /health."""

    async def health(_: web.Request) -> web.Response:
        found = await report()
        return web.json_response(dict(found), status=200 if found["ok"] else 503)

    app = web.Application()
    app.router.add_get("/health", health)
    return app


async def health(app: App) -> dict[str, Any]:
    """How the process is. Counts and ages only."""
    silent = app.heart.silent_for()
    try:
        letters = await app.store.writing(outbox.unsettled)
        failed = await app.store.writing(housekeeping.failures)
    except SQLAlchemyError as error:
        return {"ok": False, "store": type(error).__name__, "silent_for": round(silent, 1)}
    log_size = app.store.log_size()
    return {
        "ok": silent <= PATIENCE and log_size <= LARGE_LOG,
        "silent_for": round(silent, 1),
        "letters": letters,
        "failed_updates": failed,
        "log_bytes": log_size,
        "halted_for": round(app.pacer.halted, 1),
        "knowledge": app.content.knowledge.version,
    }
