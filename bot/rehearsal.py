"""A conversation in memory with a clock that only moves when told: for the terminal, for transcripts, for tests.

It does for the core what the process does in the world: it stores the conversation as JSON between any two turns,
keeps the planned reminders and raises them when their time has come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from flows.actions import EraseChat, Nudge, PlanNudges, Say, SendText, SettleAlbum, Words
from flows.case import Conversation
from flows.engine import advance, begin
from flows.events import (
    AlbumSettled,
    ChoicePicked,
    CommandGiven,
    Event,
    EvidenceReceived,
    FileKind,
    FileStored,
    NudgeDue,
    Origin,
    TextReceived,
)
from flows.world import World
from handlers.wording import Catalog

CODEC = TypeAdapter(Conversation)
WorldAt = Callable[[datetime, str], World]


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it is seen: its text, the text to copy, its buttons with what they choose."""

    text: str
    copy: str | None
    buttons: tuple[tuple[str, str, str, int], ...]
    after: str = ""


@dataclass(slots=True)
class Rehearsal:
    """One person's chat. `say`, `tap`, `photo`, ... return what the bot answers."""

    world_at: WorldAt
    catalog: Catalog
    now: datetime
    language: str | None = "zh-hans"
    conversation: Conversation = field(init=False)
    pending: dict[tuple[str, str], Nudge] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.conversation = begin(1, self.language)

    def _number(self) -> int:
        self.count += 1
        return self.count

    def happen(self, event: Event) -> list[Shown]:
        """One event, and the settled album that follows from it."""
        self.conversation = CODEC.validate_json(CODEC.dump_json(self.conversation))
        fresh = f"C{sha256(str(self._number()).encode()).hexdigest()[:7]}"
        result = advance(self.conversation, event, self.world_at(self.now, fresh))
        self.conversation = result.conversation
        answers = []
        for action in result.actions:
            match action:
                case Say():
                    answers.append(self._show(action))
                case SendText():
                    self.files[action.name] = action.content
                    answers.append(Shown(f"[文件 {action.name}]", None, ()))
                case PlanNudges():
                    self._plan(action)
                case EraseChat():
                    self.conversation, self.pending = begin(1, self.language), {}
                case _:
                    pass
        if any(isinstance(action, SettleAlbum) for action in result.actions):
            self.pending_album = True
        self.shown += answers
        return answers

    pending_album: bool = False

    def _plan(self, action: PlanNudges) -> None:
        self.pending = {key: nudge for key, nudge in self.pending.items() if key[0] != action.case_id}
        for nudge in action.nudges:
            if (action.case_id, nudge.key) not in self.done:
                self.pending[(action.case_id, nudge.key)] = nudge

    def _show(self, say: Say) -> Shown:
        locale, plain = self.conversation.locale, self.catalog.plain

        def joined(parts: tuple[Words, ...]) -> str:
            return "\n\n".join(part for part in (plain(locale, one) for one in parts) if part.strip())

        buttons = tuple(
            (plain(locale, item.label), item.choice, say.case_id, say.revision)
            for row in say.buttons
            for item in row
        )
        return Shown(joined(say.parts), say.copy, buttons, joined(say.after))

    def _settle(self) -> list[Shown]:
        if not self.pending_album:
            return []
        self.pending_album = False
        return self.happen(AlbumSettled(at=self.now))

    def say(self, text: str, *, edited: bool = False, message_id: int | None = None) -> list[Shown]:
        """A text, or a slash command."""
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return self.happen(CommandGiven(name=name, argument=argument, at=self.now))
        number = message_id or self._number()
        return self.happen(TextReceived(text=text, at=self.now, message_id=number, edited=edited))

    def forward(self, text: str, name: str | None, sent_at: datetime) -> list[Shown]:
        """A forwarded text."""
        origin = Origin(name=name, sent_at=sent_at)
        return self.happen(TextReceived(text=text, at=self.now, message_id=self._number(), origin=origin))

    def photos(self, count: int, caption: str = "", kind: FileKind = FileKind.PHOTO) -> list[Shown]:
        """One or several files at once; the bytes arrive, then the batch settles."""
        answers, album = [], f"album{self._number()}" if count > 1 else None
        for index in range(count):
            number = self._number()
            key = f"file{number}"
            event = EvidenceReceived(
                file_key=key,
                file_unique_id=f"u{number}",
                kind=kind,
                at=self.now,
                message_id=number,
                caption=caption if index == 0 else "",
                size=200_000,
                album=album,
            )
            answers += self.happen(event)
            digest = sha256(key.encode()).hexdigest()
            answers += self.happen(
                FileStored(file_key=key, sha256=digest, size=200_000, mime="image/jpeg", at=self.now)
            )
        return answers + self._settle()

    def tap(self, label: str) -> list[Shown]:
        """Tap the newest button that has this label. Raises LookupError when none is shown."""
        for message in reversed(self.shown):
            for text, choice, case_id, revision in message.buttons:
                if text == label:
                    return self.choose(choice, case_id, revision)
        raise LookupError(f"no button {label!r}")

    def choose(self, choice: str, case_id: str, revision: int) -> list[Shown]:
        """Tap a button by what it carries."""
        number = self._number()
        return self.happen(
            ChoicePicked(
                case_id=case_id,
                revision=revision,
                choice=choice,
                at=self.now,
                message_id=number,
                callback_id=f"q{number}",
            )
        )

    def wait(self, span: timedelta) -> list[Shown]:
        """Let time pass; every reminder is raised at its own minute, in order."""
        until, answers = self.now + span, []
        while (due := self._next(until)) is not None:
            key, nudge = due
            self.now = max(self.now, nudge.due)
            del self.pending[key]
            self.done.add(key)
            answers += self.happen(NudgeDue(case_id=key[0], key=nudge.key, at=self.now))
        self.now = until
        return answers

    def wait_for_reminder(self) -> list[Shown]:
        """To the next reminder and just past it."""
        if not self.pending:
            return []
        due = min(nudge.due for nudge in self.pending.values())
        return self.wait(max(due - self.now, timedelta(0)) + timedelta(minutes=1))

    def _next(self, until: datetime) -> tuple[tuple[str, str], Nudge] | None:
        due = [(nudge.due, key) for key, nudge in self.pending.items() if nudge.due <= until]
        if not due:
            return None
        key = min(due)[1]
        return key, self.pending[key]


_ORDER = re.compile(r"\((\w+)(?: ([^)]*))?\)\s?(.*)", re.DOTALL)
_SPAN = re.compile(r"(\d+)([dhm])")


def span_of(text: str) -> timedelta:
    """'24h', '3d', '90m' as a time span."""
    found = {unit: int(number) for number, unit in _SPAN.findall(text)}
    return timedelta(days=found.get("d", 0), hours=found.get("h", 0), minutes=found.get("m", 0))


def perform(stage: Rehearsal, line: str) -> list[Shown]:
    """One line of a transcript: text, [button], or an order such as (photo), (album 3), (wait 24h), (reminder),
    (forward NAME) text, (edit N) text, (stale choice), (file) caption."""
    if line.startswith("[") and line.endswith("]"):
        return stage.tap(line[1:-1])
    match = _ORDER.fullmatch(line)
    if match is None:
        return stage.say(line)
    order, argument, rest = match.group(1), match.group(2) or "", match.group(3)
    match order:
        case "photo":
            return stage.photos(1, rest)
        case "album":
            return stage.photos(int(argument), rest)
        case "file":
            return stage.photos(1, rest, FileKind.DOCUMENT)
        case "wait":
            return stage.wait(span_of(argument))
        case "reminder":
            return stage.wait_for_reminder()
        case "forward":
            return stage.forward(rest, argument or None, stage.now - timedelta(hours=1))
        case "edit":
            return stage.say(rest, edited=True, message_id=int(argument))
        case _:
            return stage.say(line)


def lines_of(shown: Shown) -> list[str]:
    """A message as lines of a transcript."""
    lines = shown.text.splitlines()
    if shown.copy is not None:
        lines += ["┌", *(f"│ {line}" for line in shown.copy.splitlines()), "└"]
    lines += shown.after.splitlines()
    if shown.buttons:
        lines.append(" ".join(f"[{label}]" for label, *_ in shown.buttons))
    return lines
