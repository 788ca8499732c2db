"""Conversations and cases as JSON, and back; what is read is checked against the types of `flows.case`.

Each body carries the version of its shape. An older body is lifted by `UPGRADES`, one version at a time; a newer
one is refused, because reading it would drop what this version does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter

from flows.case import Case, Conversation
from flows.events import Event

BODY_VERSION: Final = 1

#: Version → how a body ("conversation" or "case") of that version becomes one of the next.
UPGRADES: Final[dict[int, Callable[[str, dict[str, Any]], dict[str, Any]]]] = {}

_CONVERSATION: Final = TypeAdapter(Conversation)
_CASE: Final = TypeAdapter(Case)
_EVENT: Final[TypeAdapter[Any]] = TypeAdapter(Event)


class NewerBodyError(RuntimeError):
    """The database was written by a newer version of the bot."""


def upgrade(kind: str, body: dict[str, Any], version: int) -> dict[str, Any]:
    """Lift a body to BODY_VERSION. Raises NewerBodyError, or KeyError when a step is missing."""
    if version > BODY_VERSION:
        raise NewerBodyError(f"a stored {kind} has version {version}, this bot knows {BODY_VERSION}")
    for step in range(version, BODY_VERSION):
        body = UPGRADES[step](kind, body)
    return body


def _lifted(kind: str, body: str, version: int) -> str:
    if version == BODY_VERSION:
        return body
    return json.dumps(upgrade(kind, json.loads(body), version), ensure_ascii=False)


def dump_conversation(conversation: Conversation) -> str:
    """The conversation without its cases, which are rows of their own."""
    return _CONVERSATION.dump_json(conversation, exclude={"cases"}).decode()


def load_conversation(body: str, version: int) -> Conversation:
    return _CONVERSATION.validate_json(_lifted("conversation", body, version))


def dump_case(case: Case) -> str:
    return _CASE.dump_json(case).decode()


def load_case(body: str, version: int) -> Case:
    return _CASE.validate_json(_lifted("case", body, version))


def dump_event(event: Event) -> str:
    """An event for the inbox, so that it can be looked at and handled again. Never fails on odd text."""
    plain = _EVENT.dump_python(event)
    return json.dumps({"event": type(event).__name__, **plain}, default=str)
