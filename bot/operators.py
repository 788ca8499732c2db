"""`/health` for operators: how the process is, in numbers. For everybody else it is a command that does not exist.

Who an operator is follows from the numeric id alone (ADMIN_IDS); a forwarded command is text and never gets here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from flows.events import CommandGiven
from handlers.calls import Call
from handlers.incoming import Incoming
from handlers.routers import Accept

COMMAND = "health"


def with_health(
    accept: Accept,
    admins: tuple[int, ...],
    report: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Call], Awaitable[object]],
) -> Accept:
    """An `accept` that answers operators' /health itself and hands on everything else."""

    async def watchful(incoming: Incoming) -> object:
        event = incoming.event
        if isinstance(event, CommandGiven) and event.name == COMMAND and incoming.chat_id in admins:
            text = json.dumps(dict(await report()), ensure_ascii=False, indent=1)
            return await send(Call(method="sendMessage", params={"chat_id": incoming.chat_id, "text": text}))
        return await accept(incoming)

    return watchful
