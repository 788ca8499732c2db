"""Parameters of a Bot API call, however they came: query, JSON, urlencoded or multipart (Bot API: making requests)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.demo.refusals import Refused, bad_request
from bot.demo.shelf import Content


class Params:
    """Values are strings from forms, anything from JSON; both read the same way here."""

    def __init__(self, values: dict[str, Any], files: dict[str, Content] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as written."""
        value = self.values.get(name)
        return default if value is None else value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number; None or the default when absent or not a number."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A Boolean in any of the spellings that Telegram takes."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """An object or array, also when it came as a JSON string. Raises Refused when it can't be read."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def chat_id(self) -> int:
        """Raises Refused when it is missing or a user name: the demo's chats have numbers only."""
        if self.values.get("chat_id") in (None, ""):
            raise bad_request("chat_id is empty")
        number = self.integer("chat_id")
        if number is None:
            raise bad_request("chat not found")
        return number

    def file(self, name: str) -> Content | str | None:
        """An uploaded file, or the id of one that is stored already; `attach://` is followed."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
        return self.files.get(name) or (value if isinstance(value, str) and value else None)


async def read_params(request: web.BaseRequest) -> Params:
    """Raises Refused for a body that can't be read."""
    values: dict[str, Any] = dict(parse_qsl(request.query_string, keep_blank_values=True))
    kind = request.content_type if request.body_exists else ""
    if kind == "application/json":
        values.update(_json_object(await request.read()))
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        return await _multipart(request, values)
    return Params(values)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except ValueError:
        raise Refused(400, "Bad Request: can't parse request body as JSON object") from None
    if not isinstance(value, dict):
        raise Refused(400, "Bad Request: can't parse request body as JSON object")
    return value


async def _multipart(request: web.BaseRequest, values: dict[str, Any]) -> Params:
    form = await request.post()
    files: dict[str, Content] = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            with value.file as file:
                # Several files may share one name (a form with `multiple`): number the later ones.
                key = name if name not in files else f"{name}#{len(files)}"
                files[key] = Content(data=file.read(), name=value.filename, mime=value.content_type)
        else:
            values[name] = value
    return Params(values, files)
