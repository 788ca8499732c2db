"""Stand-ins for what the process works with: a brain that follows orders, a clock, a Telegram that fails on cue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.files import GoneError
from bot.pace import Pacer
from bot.post import PostError, Sent
from bot.presence import Presence
from bot.sender import Sender
from bot.service import Receipt, Service
from bot.store.database import Store
from flows.actions import Action, EraseChat, Nudge, PlanNudges, Say, SettleAlbum, Words
from flows.case import Case, Conversation, EvidenceItem, Step
from flows.events import (
    AlbumSettled,
    Event,
    EvidenceReceived,
    FileKind,
    FileRefused,
    FileStored,
    NudgeDue,
    TextReceived,
)
from flows.moment import SHANGHAI
from handlers.calls import Call
from handlers.incoming import FileRef, Incoming

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
APOLOGY = Call(method="sendMessage", params={"text": "apology"})


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def forward(self, **units: float) -> None:
        self.time += timedelta(**units)


@dataclass(frozen=True)
class Advanced:
    conversation: Conversation
    actions: tuple[Action, ...]


def say(text: str, **more: Any) -> Say:
    return Say(parts=(Words(text),), **more)


def a_case(case_id: str = "c1", **more: Any) -> Case:
    values = {"revision": 1, "opened_at": NOON, "step": Step.EVIDENCE, "problem": "unpaid"}
    return Case(id=case_id, **{**values, **more})


class Brain:
    """Answers every text with an echo that counts them; `orders` maps a text to what it causes instead.

    Files become evidence of the current case; nudges say their key when `wanted` holds it.
    """

    def __init__(self) -> None:
        self.orders: dict[str, Callable[[Conversation], Advanced]] = {}
        self.wanted: set[str] = set()
        self.seen: list[Event] = []

    def plan(
        self, *keys: str, due: datetime, final: bool = False, case_id: str = "c1"
    ) -> Callable[[Conversation], Advanced]:
        def order(conversation: Conversation) -> Advanced:
            self.wanted = set(keys)
            nudges = tuple(Nudge(key=key, rule="rule", due=due, final=final) for key in keys)
            return Advanced(conversation, (say("planned"), PlanNudges(case_id=case_id, nudges=nudges)))

        return order

    def __call__(self, conversation: Conversation, event: Event, world: Any) -> Advanced:
        self.seen.append(event)
        match event:
            case TextReceived(text="erase"):
                return Advanced(Conversation(chat_id=conversation.chat_id), (EraseChat(), say("gone")))
            case TextReceived(text="break"):
                raise RuntimeError(f"our mistake about {event.text}")
            case TextReceived() if event.text in self.orders:
                return self.orders[event.text](conversation)
            case TextReceived():
                counted = replace(conversation, misses=conversation.misses + 1, held_text=event.text)
                return Advanced(counted, (say(f"{event.text} #{counted.misses}"),))
            case EvidenceReceived():
                return self._file(conversation, event)
            case AlbumSettled():
                count = sum(len(case.evidence) for case in conversation.cases)
                return Advanced(conversation, (say(f"album of {count}"),))
            case NudgeDue():
                return Advanced(
                    conversation, (say(f"nudge {event.key}"),) if event.key in self.wanted else ()
                )
            case FileStored():
                return Advanced(conversation, (say(f"stored {event.width}x{event.height}"),))
            case FileRefused():
                return Advanced(conversation, (say(f"refused {event.reason}"),))
            case _:
                return Advanced(conversation, ())

    def _file(self, conversation: Conversation, event: EvidenceReceived) -> Advanced:
        case = conversation.cases[0] if conversation.cases else a_case()
        item = EvidenceItem(
            number=len(case.evidence) + 1,
            file_key=event.file_key,
            unique_id=event.file_unique_id,
            kind=event.kind,
            received_at=event.at,
        )
        case = replace(case, evidence=(*case.evidence, item))
        return Advanced(replace(conversation, cases=(case,)), (SettleAlbum(),))


def render(action: Action, conversation: Conversation, catalog: Any, event: Event) -> tuple[Call, ...]:
    assert isinstance(action, Say)
    text = catalog + action.parts[0].id
    return (Call(method="sendMessage", params={"chat_id": conversation.chat_id, "text": text}),)


def world(now: datetime) -> Any:
    return SimpleNamespace(now=now, knowledge=SimpleNamespace(version="k1"))


@dataclass
class FakePost:
    """Telegram. `delivered` is what it accepted; `script` holds, for each coming call, what happens to it.

    None = accepted; an error = raised before acceptance; ("lost answer", error) = accepted, then raised.
    """

    script: list[Any] = field(default_factory=list)
    delivered: list[tuple[int, str]] = field(default_factory=list)
    calls: int = 0
    in_flight: dict[int, int] = field(default_factory=dict)
    most_per_chat: int = 0
    pause: float = 0.0
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, call: Call, chat_id: int) -> Sent:
        self.calls += 1
        self.called.set()
        self.in_flight[chat_id] = self.in_flight.get(chat_id, 0) + 1
        self.most_per_chat = max(self.most_per_chat, self.in_flight[chat_id])
        try:
            await asyncio.sleep(self.pause)
            return self._answer(call, chat_id)
        finally:
            self.in_flight[chat_id] -= 1

    def _answer(self, call: Call, chat_id: int) -> Sent:
        what = self.script.pop(0) if self.script else None
        if isinstance(what, PostError):
            raise what
        self.delivered.append((chat_id, call.params["text"]))
        if what is not None:
            raise what[1]
        return Sent(len(self.delivered))

    def texts(self, chat_id: int) -> list[str]:
        return [text for chat, text in self.delivered if chat == chat_id]


class FakeFetch:
    """Files by file_id: bytes, or a list of errors and bytes, one for each attempt."""

    def __init__(self, files: dict[str, Any]) -> None:
        self.files = files

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        found = self.files.get(file_id)
        if isinstance(found, list):
            found = found.pop(0)
        if found is None:
            raise GoneError("gone")
        if isinstance(found, Exception):
            raise found
        for start in range(0, len(found), 1000):
            yield found[start : start + 1000]


class Desk:
    """Everything of one process, wired as the bot does it, with fakes at both ends."""

    def __init__(self, store: Store, *, clock: FakeClock | None = None, post: FakePost | None = None) -> None:
        self.store = store
        self.clock = clock or FakeClock()
        self.brain = Brain()
        self.post = post or FakePost()
        self.pacer = Pacer(0, 0)
        self.presence = Presence(store, self.clock)
        self.service = Service(
            store,
            advance=self.brain,
            begin=lambda chat, language: Conversation(chat_id=chat, locale=language or "zh-CN"),
            render=render,
            catalog="",
            world=world,
            apology=APOLOGY,
            clock=self.clock,
        )
        self.sender = Sender(store, self.post, pacer=self.pacer, clock=self.clock, owner=self.presence.owner)

    def text(self, words: str, update: int | None, chat: int = 1) -> Incoming:
        event = TextReceived(text=words, at=self.clock.now(), message_id=update or 0)
        return Incoming(chat_id=chat, event=event, update_id=update)

    def photo(self, key: str, update: int, chat: int = 1, size: int | None = None) -> Incoming:
        event = EvidenceReceived(
            file_key=key,
            file_unique_id=f"u{key}",
            kind=FileKind.PHOTO,
            at=self.clock.now(),
            message_id=update,
            album="a1",
        )
        file = FileRef(
            key=key,
            file_id=f"id-{key}",
            unique_id=f"u{key}",
            kind=FileKind.PHOTO,
            name="",
            mime="",
            size=size,
        )
        return Incoming(chat_id=chat, event=event, update_id=update, file=file)

    def write(self, words: str, update: int, chat: int = 1) -> Receipt:
        return self.service.receive(self.text(words, update, chat))

    def mailer(self) -> Any:
        from bot.mailer import Mailer

        return Mailer(
            self.store,
            self.service,
            self.post,
            pacer=self.pacer,
            clock=self.clock,
            presence=self.presence,
        )

    async def send(self, *receipts: Receipt) -> None:
        for receipt in receipts:
            self.sender.offer(receipt.letters)
        await self.sender.idle()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.store.write(lambda c: [tuple(row) for row in c.exec_driver_sql(query)])

    def states(self, table: str) -> list[str]:
        return [row[0] for row in self.rows(f"SELECT state FROM {table} ORDER BY 1")]


def texts(receipts: Iterable[Receipt]) -> list[str]:
    return [letter.call.params["text"] for receipt in receipts for letter in receipt.letters]
