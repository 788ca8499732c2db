"""`/health`: what an operator or a supervisor has to know, as JSON; 200 when all is well, 503 when it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

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
