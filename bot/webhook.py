"""Updates by webhook (Bot API: setWebhook): only from who knows the secret, answered only after the commit.

Telegram sends an update again until it gets a 2xx: so 503 when it was not accepted, 200 when it was, and 400 for
what no repetition would mend. Meant to listen on loopback behind a proxy that speaks TLS.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.settings import Listen

if TYPE_CHECKING:
    from handlers.routers import Receive

#: Bytes. An update is a few kilobytes; files are never inside.
LARGEST_BODY = 1024 * 1024
HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: Seconds that requests at work get when the process stops.
DRAIN = 10.0

log = logging.getLogger(__name__)


def webhook_app(url: str, secret: str, receive: Receive) -> web.Application:
    """The application that takes POSTs on the path of `url`. Raises ValueError without a secret."""
    if not secret:
        raise ValueError("a webhook without a secret would take updates from anybody")

    async def post(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=401)
        update = _update(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            await receive(update)
        except Exception:
            log.exception("update %s was not accepted and will come again", update["update_id"])
            return web.Response(status=503)
        return web.Response()

    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post(urlsplit(url).path or "/", post)
    return app


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


async def serve(app: web.Application, address: Listen) -> web.AppRunner:
    """Listen on `address`; `cleanup()` of the result lets requests at work finish, for up to `DRAIN` seconds."""
    runner = web.AppRunner(app, shutdown_timeout=DRAIN, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, address.host, address.port).start()
    return runner
