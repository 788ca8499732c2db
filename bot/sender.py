"""Replies leave at once: in order within a chat, side by side for different chats, each marked before it goes.

A letter is claimed on the disk before its call is made and settled after; both are committed in groups, so a
commit serves all chats that are talking. At most `width` letters are in flight. What the sender cannot finish
(the database fails, it is stopped) stays a row, and the mailer takes it up after some seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import delivery
from bot.clock import Clock, milliseconds
from bot.pace import Pacer
from bot.post import Post, PostError, TooFastError
from bot.store import outbox
from bot.store.database import Store
from bot.store.outbox import Letter, Settlement

log: Final = logging.getLogger(__name__)

#: Letters in flight at once: the most that a crash can leave in doubt.
WIDTH: Final = 16


class Ledger:
    """Claims and settlements of many letters, committed together while the commit before is running.

    When the database fails, nothing can be claimed, and settlements are tried again every `pause` seconds.
    """

    def __init__(self, store: Store, owner: str, *, pause: float = 1.0) -> None:
        self._store = store
        self._pause = pause
        self._owner = owner
        self._claims: list[tuple[int, asyncio.Future[bool]]] = []
        self._settlements: list[Settlement] = []
        self._flushing: asyncio.Task[None] | None = None

    async def claim(self, letter: Letter) -> bool:
        """Mark a letter as being sent. False when it is no longer ours to send."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._claims.append((letter.id, answer))
        self._wake()
        return await answer

    def settle(self, settlement: Settlement) -> None:
        """Write down what came of a letter, with the next commit."""
        self._settlements.append(settlement)
        self._wake()

    async def settled(self) -> None:
        """Wait until everything handed in is on the disk."""
        while self._flushing is not None:
            await asyncio.shield(self._flushing)

    def _wake(self) -> None:
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self._claims or self._settlements:
                await self._commit()
        finally:
            self._flushing = None

    async def _commit(self) -> None:
        claims, self._claims = self._claims, []
        settlements, self._settlements = self._settlements, []
        try:
            won = await self._store.writing(lambda connection: self._write(connection, claims, settlements))
        except SQLAlchemyError as error:
            # What was sent must be written down; what was not claimed is taken up by the mailer.
            unsettled = [done.letter.id for done in settlements]
            log.error("outbox not writable: %s; unsettled %s", type(error).__name__, unsettled)
            self._settlements = settlements + self._settlements
            won = [False] * len(claims)
            await asyncio.sleep(self._pause)
        for (_, answer), ours in zip(claims, won, strict=True):
            if not answer.done():
                answer.set_result(ours)

    def _write(
        self, connection: Connection, claims: list[tuple[int, asyncio.Future[bool]]], done: list[Settlement]
    ) -> list[bool]:
        for settlement in done:
            outbox.settle(connection, settlement)
        return [outbox.claim(connection, letter_id, self._owner) for letter_id, _ in claims]


async def attempt(post: Post, letter: Letter, pacer: Pacer, clock: Clock) -> Settlement:
    """Make the call of a claimed letter once. A 429 halts everything for as long as Telegram says."""
    try:
        sent = await post.post(letter.call, letter.chat_id)
    except TooFastError as error:
        pacer.halt(error.seconds)
        return delivery.judge(letter, error, milliseconds(clock.now()))
    except PostError as error:
        done = delivery.judge(letter, error, milliseconds(clock.now()))
        log.warning("letter %s: %s → %s", letter.id, type(error).__name__, done.state)
        return done
    except Exception:
        log.exception("letter %s: our own mistake while sending", letter.id)
        return delivery.doubtful(letter, milliseconds(clock.now()))
    return delivery.delivered(letter, sent, milliseconds(clock.now()))


class Sender:
    """Sends the replies of the turns that are handed to `offer`."""

    def __init__(
        self, store: Store, post: Post, *, pacer: Pacer, clock: Clock, owner: str, width: int = WIDTH
    ) -> None:
        self._ledger = Ledger(store, owner)
        self._post = post
        self._pacer = pacer
        self._clock = clock
        self._slots = asyncio.Semaphore(width)
        self._queues: dict[int, deque[Letter]] = {}
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    def offer(self, letters: Sequence[Letter]) -> None:
        """Take letters to send. Nudges and mail are left to the mailer. Call it in the order of the turns."""
        if self._stopping:
            return
        for letter in letters:
            if letter.kind == "reply":
                self._queues.setdefault(letter.chat_id, deque()).append(letter)
                if letter.chat_id not in self._chats:
                    self._chats[letter.chat_id] = asyncio.create_task(self._serve(letter.chat_id))

    async def idle(self) -> None:
        """Wait until everything that was offered is settled."""
        while self._chats:
            await asyncio.wait(list(self._chats.values()))
        await self._ledger.settled()

    async def stop(self, within: float = 10.0) -> None:
        """Start no further letter, let those in flight end, give up after `within` seconds."""
        self._stopping = True
        tasks = list(self._chats.values())
        if tasks:
            await asyncio.wait(tasks, timeout=within)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ledger.settled(), within)

    async def _serve(self, chat_id: int) -> None:
        queue = self._queues[chat_id]
        try:
            while queue and not self._stopping:
                if not await self._next(queue):
                    return
        finally:
            del self._queues[chat_id]
            del self._chats[chat_id]

    async def _next(self, queue: deque[Letter]) -> bool:
        """Send the first letter of a chat. False when the chat is to be left to the mailer."""
        letter = queue[0]
        await self._pacer.clear(letter.chat_id, letter.call.method)
        if self._stopping:
            return False
        async with self._slots:
            if not await self._ledger.claim(letter):
                queue.popleft()
                return True
            done = await attempt(self._post, letter, self._pacer, self._clock)
        self._ledger.settle(done)
        if done.state != "queued":
            queue.popleft()
            return not done.blocked
        queue[0] = retried(done)
        await self._wait(done)
        return True

    async def _wait(self, done: Settlement) -> None:
        left = (done.not_before - done.at) / 1000
        if left > 0 and done.counted:
            await asyncio.sleep(left)


def retried(done: Settlement) -> Letter:
    """The letter as it will be tried next, after a settlement that put it back."""
    letter = done.letter
    return Letter(
        id=letter.id,
        chat_id=letter.chat_id,
        kind=letter.kind,
        call=done.call or letter.call,
        attempts=letter.attempts + (1 if done.counted else 0),
        created_at=letter.created_at,
        nudge_id=letter.nudge_id,
        final=letter.final,
        error=done.error,
    )
