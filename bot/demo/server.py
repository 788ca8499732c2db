"""The loopback Bot API server: what `make demo`, the end-to-end tests, fault campaigns and benchmarks talk to.

Promises: binds to loopback only; answers as Telegram does (Bot API: making requests); acceptance and answer are two
points, and `delivered` is recorded at the first; the same script of calls and faults gives the same answers.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.account import Account
from bot.demo.clock import DemoClock
from bot.demo.faults import Fault, Faults
from bot.demo.journal import encode
from bot.demo.methods import METHODS, VISIBLE
from bot.demo.params import Params, read_params
from bot.demo.people import People
from bot.demo.refusals import Json, Refused, too_many
from bot.demo.routes import Routes
from bot.demo.updates import WEBHOOK_ACTIVE
from bot.demo.webhook import Webhook

#: Works on this machine only; Telegram would not know it.
DEMO_TOKEN = "4200000001:demo-on-this-machine-only"  # noqa: S105
_BODY_LIMIT = 64 * 2**20
_JSON_HEADERS = {"Content-Type": "application/json"}
_ALLOWED_WAIT = 50.0


class DemoServer:
    """Both halves on one port. `state` None keeps everything in memory; `now` sets the demo clock."""

    def __init__(
        self, state: Path | None = None, now: datetime | None = None, token: str = DEMO_TOKEN
    ) -> None:
        self.token = token
        self.clock = DemoClock()
        self.account = Account(token, self.clock, state)
        self.people = People(self.account)
        self.faults = Faults()
        self.delivered: list[Json] = []
        self.calls = 0
        self.webhook = Webhook(self.account, self._perform)
        self._routes = Routes(self)
        self._now = now
        self._runner: web.ServerRunner | None = None
        self.base_url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port. Raises ValueError for an address that others could reach."""
        if not ipaddress.ip_address("127.0.0.1" if host == "localhost" else host).is_loopback:
            raise ValueError(f"the demo listens on this machine only, not on {host}")
        self.account.load()
        if self._now is not None:
            self.clock.set(self._now)
        server = web.Server(self._handle, request_factory=_request)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        self.base_url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        self.webhook.start()
        return bound

    async def stop(self) -> None:
        """End open polls and streams, write the state, close the port."""
        self.webhook.stop()
        self._routes.close()
        self.account.updates.end_poll("Conflict: the demo server is stopping")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.account.journal.close()

    def reset(self) -> None:
        """Begin anew: no people, messages, faults, records. What the bot set up stays."""
        self.account.reset()
        self.faults.clear()
        self.delivered.clear()

    # --- HTTP

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self._api(request, token, method)
        if path.startswith("/file/bot"):
            token, _, name = path[9:].partition("/")
            return self._download(token, name)
        return await self._routes.handle(request)

    def _download(self, token: str, name: str) -> web.Response:
        file = self.account.shelf.by_path.get(name)
        if not self._authentic(token):
            return _answer(Refused(401, "Unauthorized").body(), 401)
        if file is None:
            return _answer(Refused(404, "Not Found").body(), 404)
        return web.Response(body=self.account.shelf.data(file), content_type="application/octet-stream")

    def _authentic(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    async def _api(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        try:
            if not self._authentic(token):
                raise Refused(401, "Unauthorized")
            params = await read_params(request)
            name = method.lower()
            fault = self.faults.pick(name, params.integer("chat_id"))
            if fault is not None:
                return await self._with_fault(request, fault, name, params)
            return web.Response(text=_ok(await self.accept(name, params)), headers=_JSON_HEADERS)
        except Refused as refusal:
            return _answer(refusal.body(), refusal.code)
        except web.HTTPRequestEntityTooLarge:
            return _answer(Refused(413, "Request Entity Too Large").body(), 413)

    async def accept(self, name: str, params: Params) -> Any:
        """Carry out one call: the accept point. Raises Refused."""
        self.calls += 1
        if name == "getupdates":
            return await self._get_updates(params)
        match name:
            case "setwebhook":
                return self.webhook.set(params)
            case "deletewebhook":
                return self.webhook.delete(params)
            case "getwebhookinfo":
                return self.webhook.described()
        if name not in METHODS:
            raise Refused(404, "Not Found: method not found")
        result = METHODS[name](self.account, params)
        if name in VISIBLE:
            self._record(name, params, result)
        return result

    async def _perform(self, name: str, params: Params) -> object:
        try:
            return await self.accept(name.lower(), params)
        except Refused:
            # Telegram gives no answer to a method that came as a webhook's reply (Bot API: making requests when
            # getting updates), so there is nobody to tell.
            return None

    def _record(self, name: str, params: Params, result: Any) -> None:
        for body in result if isinstance(result, list) else [result]:
            number = body["message_id"] if isinstance(body, dict) else params.integer("message_id")
            text = params.text("text") or params.text("caption")
            self.delivered.append(
                {
                    "n": len(self.delivered) + 1,
                    "method": name,
                    "chat_id": params.chat_id(),
                    "message_id": number,
                    "text": text,
                }
            )

    async def _get_updates(self, params: Params) -> list[Any]:
        if self.webhook.url:
            raise Refused(409, WEBHOOK_ACTIVE)
        updates = self.account.updates
        if "allowed_updates" in params.values:
            updates.allowed = params.json("allowed_updates") or None
        if offset := params.integer("offset", 0):
            updates.confirm(offset)
        limit = min(max(params.integer("limit", 100) or 100, 1), 100)
        wait = min(float(params.integer("timeout", 0) or 0), _ALLOWED_WAIT)
        return [_Encoded(text) for text in await updates.poll(limit, wait)]

    # --- faults

    async def _with_fault(
        self, request: web.BaseRequest, fault: Fault, name: str, params: Params
    ) -> web.StreamResponse:
        match fault.kind:
            case "429":
                raise too_many(fault.retry_after)
            case "5xx":
                raise Refused(fault.code, fault.description or "Internal Server Error")
            case "400" | "403":
                raise Refused(int(fault.kind), fault.description or _USUAL[fault.kind])
            case "drop_before":
                return _cut(request)
            case "hang":
                await asyncio.sleep(fault.seconds)
                return _cut(request)
            case "repeat_update":
                self.account.updates.repeat()
                params.values.pop("offset", None)
            case "delay":
                await asyncio.sleep(fault.seconds)
        result = await self.accept(name, params)
        if fault.kind == "hang_after":
            await asyncio.sleep(fault.seconds)
        if fault.kind in ("drop_after", "hang_after"):
            return _cut(request)
        return web.Response(text=_ok(result), headers=_JSON_HEADERS)


_USUAL = {"400": "Bad Request: chat not found", "403": "Forbidden: bot was blocked by the user"}


class _Encoded(str):
    """JSON text that is ready to be sent."""

    __slots__ = ()


def _ok(result: Any) -> str:
    if isinstance(result, list) and result and isinstance(result[0], _Encoded):
        return '{"ok":true,"result":[' + ",".join(result) + "]}"
    return '{"ok":true,"result":' + encode(result) + "}"


def _answer(body: Json, status: int) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), status=status, headers=_JSON_HEADERS)


def _cut(request: web.BaseRequest) -> web.Response:
    """Reset the connection: the caller sees no answer at all."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_BODY_LIMIT)
