"""Updates as Telegram sends them, as plain JSON. People, names and numbers are invented."""

from __future__ import annotations

import itertools
from typing import Any

PERSON = {"id": 1001, "is_bot": False, "first_name": "测试", "language_code": "zh-hans"}
CHAT = {"id": 1001, "type": "private", "first_name": "测试"}
GROUP = {"id": -100500, "type": "supergroup", "title": "买卡交流"}
DATE = 1795486500  # 2026-11-24 10:15 in Shanghai

_ids = itertools.count(5000)


def update(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": next(_ids), kind: body}


def message(**content: Any) -> dict[str, Any]:
    """A private message; `content` overrides and adds fields."""
    return update("message", body(**content))


def edited(**content: Any) -> dict[str, Any]:
    return update("edited_message", body(edit_date=DATE + 60, **content))


def body(**content: Any) -> dict[str, Any]:
    return {"message_id": 77, "date": DATE, "chat": CHAT, "from": PERSON, **content}


def command(text: str, **content: Any) -> dict[str, Any]:
    length = len(text.split(maxsplit=1)[0])
    return message(text=text, entities=[{"type": "bot_command", "offset": 0, "length": length}], **content)


def tap(data: str | None, **content: Any) -> dict[str, Any]:
    query = {
        "id": "9", "from": PERSON, "chat_instance": "1", "data": data,
        "message": {"message_id": 78, "date": DATE, "chat": CHAT, "text": "选一个"},
        **content,
    }  # fmt: skip
    return update("callback_query", {key: value for key, value in query.items() if value is not None})


def member(status: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    bot = {"id": 7, "is_bot": True, "first_name": "bot"}
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": chat, "from": PERSON, "date": DATE,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status, **until},
    }  # fmt: skip
    return update("my_chat_member", change)


def photo(size: int, side: int) -> dict[str, Any]:
    return {
        "file_id": f"photo{side}", "file_unique_id": f"u{side}", "width": side, "height": side, "file_size": size,
    }  # fmt: skip


def media(name: str, **extra: Any) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": "u" + name, "file_size": 123, **extra}
