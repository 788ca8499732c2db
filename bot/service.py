"""The transaction script of one turn: lock the chat, load, advance, save, enqueue, commit.

Promised: an update changes things once, however often it arrives. What it changed, the files it brought, the
nudges it planned and the messages it caused are committed together or not at all. When our own code fails, the
update is kept for a second look, its file is still safe, and the person is told so once. When the database
fails, the exception reaches the caller, who must not confirm the update to Telegram.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.clock import Clock, milliseconds
from bot.store import codec, conversations, evidence, outbox, plans, schema
from bot.store.conversations import Loaded, LostUpdateError
from bot.store.database import Store
from bot.store.housekeeping import DAY
from bot.store.outbox import Kind, Letter
from bot.store.plans import DueNudge
from flows.actions import Action, EraseChat, PlanNudges, SettleAlbum
from flows.case import Conversation
from flows.events import AlbumSettled, ChatBlocked, Event, FileRefused, FileStored, NudgeDue
from handlers.calls import Call
from handlers.incoming import Incoming

if TYPE_CHECKING:  # the world loads the language; a process that only mails starts without it
    from flows.world import World

log: Final = logging.getLogger(__name__)

#: A batch of files is complete when nothing more has come for this long.
QUIET: Final = timedelta(seconds=1.5)
_STORE_DOWN: Final = (OperationalError, InterfaceError, LostUpdateError)


class Advanced(Protocol):
    """What `flows.engine.advance` returns."""

    @property
    def conversation(self) -> Conversation: ...

    @property
    def actions(self) -> tuple[Action, ...]: ...


Advance = Callable[[Conversation, Event, "World"], Advanced]
Render = Callable[[Action, Conversation, Any, Event], Sequence[Call]]
WorldFactory = Callable[[datetime], "World"]
#: A conversation with somebody new, from the chat and Telegram's language code.
Begin = Callable[[int, str | None], Conversation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a turn did. `letters` are to be sent now; `next_due` is when this chat wants to be thought of again.

    `taken` is False when there was nothing to do: a repeated update, a nudge that is no longer wanted.
    """

    chat_id: int
    taken: bool
    letters: tuple[Letter, ...] = ()
    failed: bool = False
    erased: bool = False
    file_pending: bool = False
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """Why a turn happens. `take` claims it inside the transaction; `spoil` notes that handling it failed."""

    incoming: Incoming
    take: Callable[[Connection], bool]
    spoil: Callable[[Connection], None]
    kind: Kind = "reply"
    nudge_id: int | None = None


@dataclass(slots=True)
class _Written:
    """What a turn has collected so far while its actions are carried out."""

    calls: list[Call] = field(default_factory=list)
    dues: list[datetime] = field(default_factory=list)


def _nothing(_: Connection) -> None:
    """A failed turn of this kind leaves nothing to note."""


class Service:
    """One turn at a time for each chat. `accept` and its like run off the event loop and tell `listeners`."""

    def __init__(
        self,
        store: Store,
        *,
        advance: Advance,
        begin: Begin,
        render: Render,
        catalog: Any,
        world: WorldFactory,
        apology: Call,
        clock: Clock,
    ) -> None:
        self.store = store
        self.clock = clock
        self.listeners: list[Callable[[Receipt], None]] = []
        self._advance = advance
        self._begin = begin
        self._render = render
        self._catalog = catalog
        self._world = world
        self._apology = apology

    # -- what happens ------------------------------------------------------------------------------------------

    async def accept(self, incoming: Incoming) -> Receipt:
        """Handle one update. Raises a SQLAlchemy error when the database is down: then do not confirm it."""
        return await self._turn_off_loop(self._update(incoming))

    def receive(self, incoming: Incoming) -> Receipt:
        """The same for callers outside the event loop; waits for the turn."""
        return self.store.run(lambda: self._turn(self._update(incoming)), chat=incoming.chat_id)

    async def fire(self, due: DueNudge) -> Receipt:
        """Handle a nudge that has come due; its message is written for the mailer."""
        return await self._turn_off_loop(self._nudge(due))

    async def settle_album(self, chat_id: int) -> Receipt:
        """Handle a batch of files that is complete."""
        event = AlbumSettled(at=self.clock.now())

        def take(connection: Connection) -> bool:
            return plans.take_settled(connection, chat_id, milliseconds(event.at))

        incoming = Incoming(chat_id=chat_id, event=event)
        return await self._turn_off_loop(_Occasion(incoming=incoming, take=take, spoil=_nothing))

    async def file_stored(
        self, chat_id: int, event: FileStored, place: Callable[[Connection], None]
    ) -> Receipt:
        """The bytes of a file are complete. `place` moves them to where they stay, inside the turn."""

        def take(connection: Connection) -> bool:
            place(connection)
            return evidence.keep(connection, event.file_key, event.sha256, event.size, event.mime)

        incoming = Incoming(chat_id=chat_id, event=event)
        return await self._turn_off_loop(_Occasion(incoming=incoming, take=take, spoil=_nothing))

    async def file_refused(self, chat_id: int, event: FileRefused) -> Receipt:
        """A file cannot be kept."""

        def take(connection: Connection) -> bool:
            return evidence.refuse(connection, event.file_key, event.reason)

        incoming = Incoming(chat_id=chat_id, event=event)
        return await self._turn_off_loop(_Occasion(incoming=incoming, take=take, spoil=_nothing))

    def erase(self, chat_id: int) -> None:
        """Remove everything kept about a chat, as its owner can. For the operator's command line."""
        now = milliseconds(self.clock.now())

        def work(connection: Connection) -> None:
            conversations.lock(connection, chat_id)
            conversations.erase(connection, chat_id, now)

        self.store.write(work, chat=chat_id)

    async def look(self, chat_id: int) -> Conversation | None:
        """What is remembered about a chat."""
        loaded = await self.store.writing(lambda c: conversations.load(c, chat_id), chat=chat_id)
        return loaded.conversation

    # -- occasions ---------------------------------------------------------------------------------------------

    def _update(self, incoming: Incoming) -> _Occasion:
        now = milliseconds(self.clock.now())

        def take(connection: Connection) -> bool:
            if incoming.update_id is None:
                return True
            row = {"update_id": incoming.update_id, "chat_id": incoming.chat_id, "received_at": now}
            return conversations.insert_once(connection, schema.inbox, {**row, "state": "done"})

        def spoil(connection: Connection) -> None:
            if incoming.update_id is None:
                return
            mine = schema.inbox.c.update_id == incoming.update_id
            body = codec.dump_event(incoming.event)
            connection.execute(update(schema.inbox).where(mine).values(state="failed", body=body))

        return _Occasion(incoming=incoming, take=take, spoil=spoil)

    def _nudge(self, due: DueNudge) -> _Occasion:
        now = self.clock.now()
        late = max(0.0, (now - due.due).total_seconds())
        return _Occasion(
            incoming=Incoming(
                chat_id=due.chat_id, event=NudgeDue(case_id=due.case_id, key=due.key, at=now, late=late)
            ),
            take=lambda connection: plans.fire(connection, due.id, milliseconds(now)),
            spoil=lambda connection: plans.set_state(connection, due.id, "missed"),
            kind="nudge",
            nudge_id=due.id,
        )

    # -- the turn ----------------------------------------------------------------------------------------------

    async def _turn_off_loop(self, occasion: _Occasion) -> Receipt:
        receipt = await self.store.running(lambda: self._turn(occasion), chat=occasion.incoming.chat_id)
        for listener in self.listeners:
            listener(receipt)
        return receipt

    def _turn(self, occasion: _Occasion) -> Receipt:
        try:
            with self.store.begin() as connection:
                return self._handle(connection, occasion)
        except _STORE_DOWN:
            raise
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            return self._failed(occasion, error)

    def _handle(self, connection: Connection, occasion: _Occasion) -> Receipt:
        incoming = occasion.incoming
        conversations.lock(connection, incoming.chat_id)
        if not occasion.take(connection):
            return Receipt(chat_id=incoming.chat_id, taken=False)
        now = self.clock.now()
        loaded = conversations.load(connection, incoming.chat_id)
        self._unpark(connection, occasion, loaded, now)
        world = self._world(now)
        before = loaded.conversation or self._begin(incoming.chat_id, incoming.language)
        advanced = self._advance(before, incoming.event, world)
        return self._write(connection, occasion, loaded, advanced, world)

    def _unpark(self, connection: Connection, occasion: _Occasion, loaded: Loaded, now: datetime) -> None:
        event = occasion.incoming.event
        back = occasion.incoming.update_id is not None
        if loaded.parked and back and not (isinstance(event, ChatBlocked) and event.blocked):
            plans.unpark(connection, occasion.incoming.chat_id, milliseconds(now) - DAY)

    def _write(
        self, connection: Connection, occasion: _Occasion, loaded: Loaded, advanced: Advanced, world: World
    ) -> Receipt:
        incoming, now = occasion.incoming, milliseconds(world.now)
        erased = any(isinstance(action, EraseChat) for action in advanced.actions)
        if erased:
            conversations.erase(connection, incoming.chat_id, now)
        else:
            self._save(connection, incoming, loaded, advanced.conversation, now)
        done = _Written()
        for action in advanced.actions:
            self._carry_out(connection, action, occasion, advanced.conversation, world, done)
        letters = outbox.add(connection, incoming.chat_id, occasion.kind, done.calls, now, occasion.nudge_id)
        if occasion.nudge_id is not None and not letters:
            plans.set_state(connection, occasion.nudge_id, "superseded")
        if isinstance(incoming.event, ChatBlocked) and incoming.event.blocked:
            plans.park(connection, incoming.chat_id)
        return Receipt(
            chat_id=incoming.chat_id,
            taken=True,
            letters=letters,
            erased=erased,
            file_pending=incoming.file is not None and not erased,
            next_due=min(done.dues, default=None),
        )

    def _save(
        self, connection: Connection, incoming: Incoming, loaded: Loaded, after: Conversation, now: int
    ) -> None:
        changed = conversations.save(connection, loaded, after, now, incoming.language)
        if incoming.file is not None:
            evidence.add(connection, incoming.chat_id, incoming.file, None, now)
        if changed and any(case.evidence for case in changed):
            evidence.assign(connection, incoming.chat_id, _with_new_evidence(loaded, after))

    def _carry_out(
        self,
        connection: Connection,
        action: Action,
        occasion: _Occasion,
        after: Conversation,
        world: World,
        done: _Written,
    ) -> None:
        chat_id = occasion.incoming.chat_id
        match action:
            case PlanNudges():
                plans.plan(connection, chat_id, action, world.knowledge.version, occasion.nudge_id)
                done.dues += [nudge.due for nudge in action.nudges]
            case SettleAlbum():
                due = world.now + QUIET
                plans.settle_later(connection, chat_id, milliseconds(due))
                done.dues.append(due)
            case EraseChat():
                pass  # was done before anything else was written
            case _:
                done.calls += self._render(action, after, self._catalog, occasion.incoming.event)

    def _failed(self, occasion: _Occasion, error: Exception) -> Receipt:
        """Our mistake: keep the update and its file, say sorry once. Raises only when the database is down."""
        incoming = occasion.incoming
        log.error(
            "turn failed: update %s, %s", incoming.update_id, type(incoming.event).__name__, exc_info=error
        )
        with self.store.begin() as connection:
            conversations.lock(connection, incoming.chat_id)
            if not occasion.take(connection):
                return Receipt(chat_id=incoming.chat_id, taken=False, failed=True)
            occasion.spoil(connection)
            now = milliseconds(self.clock.now())
            if incoming.file is not None:
                evidence.add(connection, incoming.chat_id, incoming.file, None, now)
            calls = [self._sorry(incoming.chat_id)] if incoming.update_id is not None else []
            letters = outbox.add(connection, incoming.chat_id, "reply", calls, now)
        pending = incoming.file is not None
        return Receipt(
            chat_id=incoming.chat_id, taken=True, letters=letters, failed=True, file_pending=pending
        )

    def _sorry(self, chat_id: int) -> Call:
        return replace(self._apology, params={**self._apology.params, "chat_id": chat_id})


def _with_new_evidence(loaded: Loaded, after: Conversation) -> tuple[Any, ...]:
    """The cases whose evidence is not what it was."""
    before = {case.id: case.evidence for case in loaded.conversation.cases} if loaded.conversation else {}
    return tuple(case for case in after.cases if case.evidence != before.get(case.id, ()))
