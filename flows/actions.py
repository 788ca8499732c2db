"""What is to be done: actions in the imperative. The only outputs of `flows.engine.advance` besides the state.

Actions carry message ids and arguments, not finished wording: `handlers.render` looks the wording up in the
locale of the conversation. Finished texts (drafts, the person's own words) travel as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: Values that a message may be filled with. Text values are shown literally (escaped by the edge).
Argument = str | int


@dataclass(frozen=True, slots=True)
class Words:
    """Wording by id, to be looked up by the edge: may stand as an argument inside other wording."""

    id: str
    args: Mapping[str, Argument | Words | tuple[Words, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button. `choice` comes back as `ChoicePicked.choice`; short ASCII, at most 40 bytes."""

    label: Words
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send one message: paragraphs of wording, optionally a text to copy with one tap, and buttons.

    `in_place` asks to rewrite the message whose button was just tapped instead of sending a new one; where there
    is none, it is sent. `case_id` and `revision` are put into each button; an empty case_id belongs to the chat.
    `copy` is shown as a code block after the paragraphs (one tap copies it); `after` follows the block.
    """

    parts: tuple[Words, ...]
    copy: str | None = None
    after: tuple[Words, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    case_id: str = ""
    revision: int = 0
    in_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendText:
    """Send a finished text as a downloadable file, e.g. a timeline or an .ics calendar. UTF-8."""

    name: str
    content: str
    mime: str
    caption: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Answer a tap, so that the button stops spinning; `notice` is shown as a toast when given."""

    callback_id: str
    notice: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireKeyboard:
    """Take the buttons off a message that has been answered."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One planned reminder. `key` is unique within the case and changes when its due time or reason changes.

    `due` is aware. `rule` is the deadline rule or a nudge kind. `final` marks the last one before a date of law.
    `urgent` ignores the quiet hours.
    """

    key: str
    rule: str
    due: datetime
    final: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNudges:
    """The complete set of reminders that this case wants from now on. Pending ones that are not listed are
    superseded; ones that were sent already are never sent again under the same key."""

    case_id: str
    nudges: tuple[Nudge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAlbum:
    """Raise `AlbumSettled` when no further file has come for about a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseChat:
    """Remove everything kept about this chat: rows, files, nudges, queued messages."""


Action = Say | SendText | Acknowledge | RetireKeyboard | PlanNudges | SettleAlbum | EraseChat
