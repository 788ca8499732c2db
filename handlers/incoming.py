"""What comes in from a private chat, after translation and before any decision. No Telegram library here."""

from __future__ import annotations

from dataclasses import dataclass

from flows.events import Event, FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file that Telegram holds: how to fetch it (Bot API: getFile) and what Telegram says of it."""

    key: str
    file_id: str
    unique_id: str
    kind: FileKind
    name: str
    mime: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One update, translated. `update_id` is None for events that we raise ourselves (nudges, settled albums).

    `language` is Telegram's language code of the sender. `file` must be stored together with the event.
    """

    chat_id: int
    event: Event
    update_id: int | None = None
    language: str | None = None
    file: FileRef | None = None
