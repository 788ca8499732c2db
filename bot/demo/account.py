"""Everything Telegram would hold about this bot: people, groups, messages, files, and what the bot was set up with.

Promises: each change gets a higher revision than all before it, so a reader can ask for what is new; each change
is in the journal; whoever listens (the chat page) hears of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.demo.clock import DemoClock
from bot.demo.journal import Journal, Line
from bot.demo.refusals import Json, bad_request, forbidden
from bot.demo.shelf import Shelf
from bot.demo.updates import Updates

FIRST_PERSON = 1001
FIRST_GROUP = -1001
TYPING_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody who may chat with the bot. `started` from their first message on."""

    id: int
    first_name: str
    language_code: str = "zh-hans"
    username: str | None = None
    blocked: bool = False
    started: bool = False

    def user(self) -> Json:
        """The Bot API's User."""
        user = {
            "id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": self.language_code,
        }  # fmt: skip
        return {**user, "username": self.username} if self.username else user


@dataclass(slots=True)
class Message:
    """One message in Bot API form, and what only Telegram knows of it."""

    chat: int
    id: int
    body: Json
    by_bot: bool
    revision: int = 0
    deleted: bool = False

    def shown(self) -> Json:
        """As the chat page and the tests read it."""
        return {**self.body, "revision": self.revision, "mine": not self.by_bot, "deleted": self.deleted}


@dataclass(slots=True)
class Tap:
    """A pressed button that waits for its answer; `asked` is real monotonic time in seconds."""

    id: str
    chat: int
    person: int
    asked: float
    answer: Json | None = None


@dataclass
class Account:
    """The state behind both halves of the server."""

    token: str
    clock: DemoClock
    folder: Path | None = None
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Json] = field(default_factory=dict)
    messages: dict[int, dict[int, Message]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    typing: dict[int, float] = field(default_factory=dict)
    listeners: set[Callable[[str, Json], None]] = field(default_factory=set)
    revision: int = 0
    next_message: int = 1
    next_person: int = FIRST_PERSON

    def __post_init__(self) -> None:
        self.journal = Journal(self.folder)
        self.shelf = Shelf(self.folder, self.journal)
        self.updates = Updates(self.journal)

    @property
    def bot(self) -> Json:
        """The bot as a User."""
        name = self.settings.get("name") or "退款向导（演示）"
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": "refund_demo_bot",
        }

    def timestamp(self) -> int:
        """Demo time as Telegram's dates: whole seconds since 1970, UTC."""
        return int(self.clock.now().timestamp())

    # --- people and groups

    def add_person(self, first_name: str, language: str = "zh-hans", number: int | None = None) -> Person:
        """A new person; ids count up from 1001 when none is asked for. Raises Refused for an id that is taken."""
        number = self.next_person if number is None else number
        if number in self.people or number <= 0:
            raise bad_request(f"person {number} exists already or is not a positive number")
        person = Person(id=number, first_name=first_name, language_code=language)
        self._know(person)
        self.save_person(person)
        return person

    def _know(self, person: Person) -> None:
        self.people[person.id] = person
        self.next_person = max(self.next_person, person.id + 1)

    def save_person(self, person: Person) -> None:
        """Record what changed about a person."""
        self.journal.write("person", asdict(person))
        self.publish("person", asdict(person))

    def person(self, number: int) -> Person:
        """Raises Refused when there is nobody with this id."""
        if number not in self.people:
            raise bad_request(f"person {number} not found")
        return self.people[number]

    def add_group(self, title: str, number: int | None = None) -> Json:
        """A group chat with the bot in it; ids count down from -1001."""
        number = min([FIRST_GROUP + 1, *self.groups]) - 1 if number is None else number
        group = {"id": number, "type": "group", "title": title}
        self.groups[number] = group
        self.journal.write("group", group)
        self.publish("group", group)
        return group

    def chat(self, number: int) -> Json:
        """The Bot API's Chat. Raises Refused (chat not found)."""
        if number in self.people:
            return {"id": number, "type": "private", "first_name": self.people[number].first_name}
        if number in self.groups:
            return self.groups[number]
        raise bad_request("chat not found")

    def reachable(self, number: int) -> Json:
        """The chat, if the bot may write there. Raises Refused as Telegram does."""
        chat = self.chat(number)
        person = self.people.get(number)
        if person is not None and person.blocked:
            raise forbidden("bot was blocked by the user")
        if person is not None and not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    # --- messages

    def add_message(self, chat: Json, sender: Json, content: Json) -> Message:
        """Put a new message into a chat and return it."""
        number = self.next_message
        self.next_message += 1
        body = {"message_id": number, "from": sender, "chat": chat, "date": self.timestamp(), **content}
        message = Message(chat["id"], number, body, sender["is_bot"])
        self.messages.setdefault(message.chat, {})[number] = message
        if message.by_bot:
            self.typing.pop(message.chat, None)
        self.save_message(message)
        return message

    def save_message(self, message: Message) -> None:
        """Record a new, edited or deleted message under a new revision."""
        self.revision += 1
        message.revision = self.revision
        self.journal.write(
            "message",
            message.chat,
            message.id,
            message.revision,
            message.by_bot,
            message.deleted,
            message.body,
        )
        if self.listeners:
            self.publish("message", message.shown())

    def find(self, chat: int, number: int) -> Message | None:
        """A message that was not deleted."""
        message = self.messages.get(chat, {}).get(number)
        return None if message is None or message.deleted else message

    def show_typing(self, chat: int, action: str) -> None:
        """The chat action lasts five seconds or until the bot's next message (Bot API: sendChatAction)."""
        self.typing[chat] = time.monotonic() + TYPING_SECONDS
        self.publish("typing", {"chat": chat, "action": action})

    def is_typing(self, chat: int) -> bool:
        """Whether the bot is shown as typing now."""
        return self.typing.get(chat, 0.0) > time.monotonic()

    def change(self, name: str, value: Any) -> None:
        """Set one of the bot's settings (commands, name, webhook, ...)."""
        self.settings[name] = value
        self.journal.write("setting", name, value)
        self.publish("setting", {"name": name})

    def publish(self, kind: str, value: Json) -> None:
        """Tell every open chat page."""
        for listener in tuple(self.listeners):
            listener(kind, value)

    # --- keeping

    def load(self) -> None:
        """Read what earlier runs left, write it down shorter, and record from now on."""
        for line in self.journal.read():
            self._replay(line)
        self.journal.rewrite(self._lines())
        self.clock.on_change(self._clock_jumped)

    def reset(self) -> None:
        """Forget people, messages, files and updates; keep the clock and what the bot set up (commands, webhook).

        Numbers go on counting: a bot with a memory of its own must not take a new person for a former one.
        """
        self.updates.drop_pending()
        self.updates.confirmed.clear()
        for store in (self.people, self.groups, self.messages, self.taps, self.typing):
            store.clear()
        self.shelf.clear()
        self.revision += 1
        self.journal.rewrite(self._lines())
        self.publish("reset", {})

    def _clock_jumped(self) -> None:
        seconds = self.clock.offset.total_seconds()
        self.journal.write("clock", seconds)
        self.publish("clock", {"now": self.clock.now().isoformat(), "offset": seconds})

    def _replay(self, line: Line) -> None:
        match line:
            case ["person", value]:
                self._know(Person(**value))
            case ["group", value]:
                self.groups[value["id"]] = value
            case ["message", chat, number, revision, by_bot, deleted, body]:
                self.messages.setdefault(chat, {})[number] = Message(
                    chat, number, body, by_bot, revision, deleted
                )
                self.next_message = max(self.next_message, number + 1)
                self.revision = max(self.revision, revision)
            case ["file", value]:
                self.shelf.restore(value)
            case ["update", number, text]:
                self.updates.restore(number, text)
            case ["confirmed", offset]:
                self.updates.drop_confirmed(offset)
            case ["next", update, message, person, file]:
                self.updates.next_id, self.next_message, self.next_person = update, message, person
                self.shelf.next_number = file
            case ["setting", name, value]:
                self.settings[name] = value
            case ["clock", seconds]:
                self.clock.restore(timedelta(seconds=seconds))
            case _:
                raise ValueError(
                    f"the demo's journal holds a line that this version can't read: {line!r:.200}"
                )

    def _lines(self) -> Iterator[Line]:
        yield ["clock", self.clock.offset.total_seconds()]
        yield ["next", self.updates.next_id, self.next_message, self.next_person, self.shelf.next_number]
        yield from (["person", asdict(person)] for person in self.people.values())
        yield from (["group", group] for group in self.groups.values())
        yield from (["file", asdict(file)] for file in self.shelf.by_id.values())
        for message in (message for chat in self.messages.values() for message in chat.values()):
            yield [
                "message", message.chat, message.id, message.revision, message.by_bot, message.deleted, message.body,
            ]  # fmt: skip
        yield from (["update", number, text] for number, text in self.updates.pending)
        yield from (["setting", name, value] for name, value in self.settings.items())
