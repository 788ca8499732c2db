"""The people half over HTTP, under /demo, and the chat page. Documented in docs/demo.md.

Only pages of this very address may use it: a foreign site in the same browser is refused (Host and Origin).
"""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.demo.faults import fault_from_json
from bot.demo.journal import encode
from bot.demo.methods import commands_for
from bot.demo.params import Params, read_params
from bot.demo.refusals import Json, Refused, bad_request
from bot.demo.shelf import Content

if TYPE_CHECKING:
    from bot.demo.server import DemoServer

PAGE = Path(__file__).parent / "page"
_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


class Routes:
    """One method per address; each takes the parameters and returns JSON."""

    def __init__(self, server: DemoServer) -> None:
        self._server = server
        self._streams: set[asyncio.Queue[str | None]] = set()
        self._table: dict[str, Callable[[Params], Any]] = {
            "POST persons": self._add_person, "GET persons": self._persons, "POST say": self._say, "POST tap": self._tap,
            "POST photo": self._photos, "POST album": self._photos, "POST document": self._documents,
            "POST voice": self._voice, "POST sticker": self._sticker, "POST location": self._location,
            "POST contact": self._contact, "POST message": self._raw, "POST forward": self._forward,
            "POST edit": self._edit, "POST block": self._block, "POST unblock": self._unblock, "POST group": self._group,
            "POST update": self._inject, "POST faults": self._set_faults, "GET faults": self._faults,
            "POST reset": self._reset, "GET state": self._state, "GET delivered": self._delivered,
            "POST clock/next-due": self._next_due,
        }  # fmt: skip

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Dispatch by method and path; refusals are JSON {"error": words}."""
        try:
            _same_machine(request)
            return await self._dispatch(request)
        except Refused as refusal:
            return _json({"error": refusal.description}, refusal.code)
        except (ValueError, KeyError, TypeError) as mistake:
            return _json({"error": f"{type(mistake).__name__}: {mistake}"}, 400)

    def close(self) -> None:
        """End the open event streams."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def _dispatch(self, request: web.BaseRequest) -> web.StreamResponse:
        if not request.path.startswith("/demo/"):
            return self._page(request.path)
        name = request.path.removeprefix("/demo/").strip("/")
        if name == "events":
            return await self._events(request)
        if name.startswith("file/"):
            return self._file(name.removeprefix("file/"), "download" in request.query)
        params = await read_params(request)
        if name.startswith("chat/"):
            return _json(self._chat(int(name.removeprefix("chat/")), params))
        if name.startswith("callback/"):
            return _json(self._callback(name.removeprefix("callback/")))
        if name in ("clock", "clock/next"):
            return _json(await self._clock(name, request.method, params))
        handler = self._table.get(f"{request.method} {name}")
        if handler is None:
            raise Refused(404, f"nothing at {request.method} /demo/{name}")
        return _json(handler(params))

    # --- people

    def _add_person(self, params: Params) -> Json:
        name = params.text("first_name") or "小王"
        language = params.text("language_code") or "zh-hans"
        return asdict(self._server.account.add_person(name, language, params.integer("id")))

    def _persons(self, _: Params) -> Json:
        account = self._server.account
        return {
            "persons": [
                {**asdict(person), "commands": commands_for(account, person.language_code)}
                for person in account.people.values()
            ],
            "groups": list(account.groups.values()),
            "bot": {**account.bot, "description": account.settings.get("description", "")},
        }

    def _say(self, params: Params) -> Json:
        sent = self._server.people.say(
            _person(params), params.text("text"), chat=params.integer("chat"), reply_to=params.integer("reply_to"),
            origin=self._origin(params), entities=params.json("entities"),
        )  # fmt: skip
        return {"messages": sent}

    def _tap(self, params: Params) -> Json:
        number = self._server.people.tap(
            _person(params), _number(params, "message_id"), chat=params.integer("chat"), row=params.integer("row"),
            column=params.integer("col", 0) or 0, label=params.values.get("label"), data=params.values.get("data"),
        )  # fmt: skip
        return {"callback_id": number}

    def _callback(self, number: str) -> Json:
        tap = self._server.account.taps.get(number)
        if tap is None:
            raise Refused(404, "no such tap")
        return {"id": tap.id, "answered": tap.answer is not None, "answer": tap.answer}

    def _photos(self, params: Params) -> Json:
        return {
            "messages": self._server.people.photos(_person(params), _files(params), **self._about(params))
        }

    def _documents(self, params: Params) -> Json:
        return {
            "messages": self._server.people.documents(_person(params), _files(params), **self._about(params))
        }

    def _about(self, params: Params) -> Json:
        return {
            "caption": params.text("caption"),
            "chat": params.integer("chat"),
            "origin": self._origin(params),
        }

    def _origin(self, params: Params) -> Json | None:
        name = params.text("origin")
        if not name:
            return None
        hidden = params.flag("hidden") if "hidden" in params.values else True
        date = params.text("date")
        when = (
            int(date) if date.isdigit() else int(datetime.fromisoformat(date).timestamp()) if date else None
        )
        return self._server.people.origin(name, hidden=hidden, date=when)

    def _voice(self, params: Params) -> Json:
        file = _files(params)[0] if params.files or params.values.get("files") else _SILENCE
        seconds = params.integer("seconds", 3) or 3
        return {
            "messages": self._server.people.voice(
                _person(params), file, seconds=seconds, chat=params.integer("chat")
            )
        }

    def _sticker(self, params: Params) -> Json:
        return {"messages": self._server.people.sticker(_person(params), params.text("emoji", "👍"), chat=params.integer("chat"))}  # fmt: skip

    def _location(self, params: Params) -> Json:
        place = float(params.text("latitude", "31.23")), float(params.text("longitude", "121.47"))
        return {
            "messages": self._server.people.location(_person(params), *place, chat=params.integer("chat"))
        }

    def _contact(self, params: Params) -> Json:
        phone, name = params.text("phone_number", "10000"), params.text("first_name", "客服")
        return {
            "messages": self._server.people.contact(_person(params), phone, name, chat=params.integer("chat"))
        }

    def _raw(self, params: Params) -> Json:
        return {
            "messages": self._server.people.raw(
                _person(params), params.json("content"), chat=params.integer("chat")
            )
        }

    def _forward(self, params: Params) -> Json:
        if params.text("text"):
            return self._say(Params({"origin": "张三", **params.values}))
        if params.files or params.values.get("files"):
            return self._photos(Params({"origin": "张三", **params.values}, params.files))
        number, source = _number(params, "message_id"), params.integer("from_chat")
        sent = self._server.people.forward(
            _person(params), number, source=source, chat=params.integer("chat")
        )
        return {"messages": sent}

    def _edit(self, params: Params) -> Json:
        number = _number(params, "message_id")
        return self._server.people.edit(
            _person(params), number, params.text("text"), chat=params.integer("chat")
        )

    def _block(self, params: Params) -> Json:
        self._server.people.block(_person(params))
        return {"blocked": True}

    def _unblock(self, params: Params) -> Json:
        self._server.people.block(_person(params), False)
        return {"blocked": False}

    def _group(self, params: Params) -> Json:
        return self._server.people.join(
            _person(params), params.text("title", "维权交流群"), params.integer("id")
        )

    # --- reading

    def _chat(self, number: int, params: Params) -> Json:
        account = self._server.account
        after, limit = params.integer("after", 0) or 0, params.integer("limit", 1000) or 1000
        messages = [m.shown() for m in account.messages.get(number, {}).values() if m.revision > after]
        return {
            "chat": account.chat(number), "revision": account.revision, "typing": account.is_typing(number),
            "messages": messages[-limit:],
        }  # fmt: skip

    def _state(self, _: Params) -> Json:
        account = self._server.account
        return {
            "persons": [asdict(person) for person in account.people.values()],
            "groups": list(account.groups.values()),
            "chats": {str(chat): [m.shown() for m in found.values()] for chat, found in account.messages.items()},
            "pending_updates": [number for number, _ in account.updates.pending],
            "allowed_updates": account.updates.allowed, "settings": account.settings,
            "taps": [asdict(tap) for tap in account.taps.values()], "webhook": self._server.webhook.described(),
            "calls": self._server.calls, "polls": account.updates.polls, "delivered": len(self._server.delivered),
        }  # fmt: skip

    def _delivered(self, params: Params) -> Json:
        return {"delivered": self._server.delivered[params.integer("after", 0) or 0 :]}

    def _file(self, file_id: str, download: bool) -> web.Response:
        shelf = self._server.account.shelf
        file = shelf.find(file_id)
        inline = file.mime in _SHOWN_INLINE and not download
        kind = file.mime if inline else "application/octet-stream"
        disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(file.name)}"
        headers = {**_HEADERS, "Content-Disposition": disposition, "Cache-Control": "private, max-age=3600"}
        return web.Response(body=shelf.data(file), content_type=kind, headers=headers)

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        """Server-Sent Events: message, typing, answer, person, group, clock, setting, reset."""
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        stream: asyncio.Queue[str | None] = asyncio.Queue()

        def listen(kind: str, value: Json) -> None:
            stream.put_nowait(f"event: {kind}\ndata: {encode(value)}\n\n")

        self._streams.add(stream)
        self._server.account.listeners.add(listen)
        try:
            await self._pump(response, stream)
        except ConnectionError:
            return response
        finally:
            self._server.account.listeners.discard(listen)
            self._streams.discard(stream)
        return response

    async def _pump(self, response: web.StreamResponse, stream: asyncio.Queue[str | None]) -> None:
        await response.write(b"retry: 1000\n\n")
        while True:
            try:
                text = await asyncio.wait_for(stream.get(), timeout=15)
            except TimeoutError:
                text = ": still here\n\n"
            if text is None:
                return
            await response.write(text.encode())

    # --- the world around

    async def _clock(self, name: str, method: str, params: Params) -> Json:
        clock = self._server.clock
        due = None
        if method == "POST" and name == "clock/next":
            due = await clock.to_next()
        elif method == "POST" and "now" in params.values:
            clock.set(datetime.fromisoformat(params.text("now")))
        elif method == "POST":
            clock.advance(timedelta(seconds=float(params.text("seconds", "0"))))
        else:
            due = await clock.upcoming()
        now = {"now": clock.now().isoformat(), "offset": clock.offset.total_seconds()}
        return {**now, "next_due": due.isoformat() if due else None, "follows": clock.next_due is not None}

    def _next_due(self, params: Params) -> Json:
        text = params.text("due")
        due = datetime.fromisoformat(text) if text else None
        self._server.clock.next_due = lambda: due
        return {"due": text or None}

    def _inject(self, params: Params) -> Json:
        update = params.json("update") or {}
        if "update_id" not in update:
            update = {"update_id": self._server.account.updates.next_id, **update}
        self._server.account.updates.inject(update)
        return {"update_id": update["update_id"]}

    def _set_faults(self, params: Params) -> Json:
        faults = self._server.faults
        if params.flag("clear"):
            faults.clear()
        faults.add(*(fault_from_json(entry) for entry in params.json("script") or []))
        if "chances" in params.values:
            faults.chances(params.json("chances") or {}, params.integer("seed", 0) or 0)
        return self._faults(params)

    def _faults(self, _: Params) -> Json:
        faults = self._server.faults
        return {"waiting": [asdict(fault) for fault in faults.script], "counters": dict(faults.counters)}

    def _reset(self, _: Params) -> Json:
        self._server.reset()
        return {"reset": True}

    def _page(self, path: str) -> web.Response:
        name = path.lstrip("/") or "index.html"
        file = PAGE / name
        if "/" in name or name.startswith(".") or not file.is_file():
            raise Refused(404, "Not Found")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)


_SILENCE = Content(data=b"OggS", name="voice.ogg", mime="audio/ogg")


def _same_machine(request: web.BaseRequest) -> None:
    """Refuse what a foreign page or a foreign name for this address (DNS rebinding) sends."""
    host = request.headers.get("Host", "")
    name = urlsplit(f"//{host}").hostname or ""
    origin = request.headers.get("Origin")
    if name not in ("127.0.0.1", "localhost", "::1") or (origin and urlsplit(origin).netloc != host):
        raise Refused(403, "only a page of this address may do this")


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=encode(value), status=status, content_type="application/json", headers=_HEADERS)


def _number(params: Params, name: str) -> int:
    number = params.integer(name)
    if number is None:
        raise bad_request(f"{name} is missing")
    return number


def _person(params: Params) -> int:
    return _number(params, "person")


def _files(params: Params) -> list[Content]:
    """Multipart uploads, or JSON `files`: [{"name", "mime", "base64", "size"?}]; `size` claims without carrying."""
    named = [
        Content(
            data=base64.b64decode(entry.get("base64", "")), name=str(entry.get("name", "file")),
            mime=str(entry.get("mime", "application/octet-stream")), claimed_size=entry.get("size"),
        )
        for entry in params.json("files") or []
    ]  # fmt: skip
    found = [*params.files.values(), *named]
    if not found:
        raise bad_request("there is no file in the request")
    return found
