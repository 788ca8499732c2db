"""What happened: events in the past tense. The only inputs of `flows.engine.advance` besides the world.

Every event names the chat it happened in. Text is exactly what was received; `flows` normalises it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FileKind(StrEnum):
    """How Telegram delivered a file. A `photo` was recompressed on the way, a `document` keeps its bytes."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a forwarded message came from (Bot API: MessageOrigin). `name` is None when it is hidden."""

    name: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven:
    """A slash command, e.g. name='start', argument='deep-link payload'."""

    name: str
    argument: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """A text message. `edited` means that it replaces an earlier one; `origin` that it was forwarded."""

    text: str
    at: datetime
    message_id: int
    edited: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReceived:
    """A file that may prove something. It is a row before this event is handled; the bytes follow.

    `size` in bytes as Telegram states it, None when it does not. `file_key` is our own id of the stored file.
    """

    file_key: str
    file_unique_id: str
    kind: FileKind
    at: datetime
    message_id: int
    caption: str = ""
    name: str = ""
    mime: str = ""
    size: int | None = None
    album: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumSettled:
    """No further file has come for about a second: the batch may be answered, once."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStored:
    """The bytes of an evidence file are on our disk, hashed. `width`, `height` in pixels, 0 when not a picture."""

    file_key: str
    sha256: str
    size: int
    mime: str
    at: datetime
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefused:
    """A file could not be kept. `reason` is one of too_big, broken, unsupported, gone, bomb."""

    file_key: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePicked:
    """A button was tapped. `case_id` and `revision` come from the button and are not to be trusted."""

    case_id: str
    revision: int
    choice: str
    at: datetime
    message_id: int
    callback_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeDue:
    """A planned nudge has come due. `late` is how many seconds after its due time it is being handled."""

    case_id: str
    key: str
    at: datetime
    late: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedReceived:
    """Something we cannot read: `kind` is sticker, location, contact, poll, dice, video_note, ..."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatBlocked:
    """The person blocked the bot (True) or came back (False)."""

    blocked: bool
    at: datetime


Event = (
    CommandGiven
    | TextReceived
    | EvidenceReceived
    | AlbumSettled
    | FileStored
    | FileRefused
    | ChoicePicked
    | NudgeDue
    | UnsupportedReceived
    | ChatBlocked
)
