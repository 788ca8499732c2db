"""The queue of updates: true long polling with offset confirmation (Bot API: getUpdates).

Promises: an update stays until a higher offset confirms it; a second poller ends the first one with 409; kinds
that were not allowed when they happened are not kept.
"""

from __future__ import annotations

import asyncio
from collections import deque

from bot.demo.journal import Journal, encode
from bot.demo.refusals import Json, Refused

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
#: Kinds that Telegram sends only when they are asked for by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_UPDATE = 700_000_001


class Updates:
    """Holds each update as finished JSON: it is encoded once, however often it is fetched."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.pending: deque[tuple[int, str]] = deque()
        self.confirmed: deque[tuple[int, str]] = deque(maxlen=100)
        self.allowed: list[str] | None = None
        self.next_id = FIRST_UPDATE
        self._poller: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self.polls = 0

    def add(self, kind: str, body: Json) -> int | None:
        """Queue one update and return its id; None when the bot does not want this kind."""
        if not self.wanted(kind):
            return None
        number = self.next_id
        self.inject({"update_id": number, kind: body})
        return number

    def wanted(self, kind: str) -> bool:
        """Whether allowed_updates lets this kind through."""
        return kind in self.allowed if self.allowed else kind not in _ON_REQUEST

    def inject(self, update: Json) -> None:
        """Queue an update exactly as given, whatever its id."""
        number = int(update["update_id"])
        self.next_id = max(self.next_id, number + 1)
        text = encode(update)
        self.pending.append((number, text))
        self._journal.write("update", number, text)
        self._wake()

    def restore(self, number: int, text: str) -> None:
        """Take up an update of an earlier run."""
        self.pending.append((number, text))
        self.next_id = max(self.next_id, number + 1)

    def confirm(self, offset: int) -> None:
        """Drop every update below `offset`; a negative offset keeps only that many of the newest."""
        if offset < 0:
            offset = self.pending[max(0, len(self.pending) + offset)][0] if self.pending else 0
        done = [update for update in self.pending if update[0] < offset]
        if done:
            self.confirmed.extend(done)
            self.drop_confirmed(offset)
            self._journal.write("confirmed", offset)

    def drop_confirmed(self, offset: int) -> None:
        """As `confirm`, while reading the journal of an earlier run."""
        self.pending = deque(update for update in self.pending if update[0] >= offset)

    def repeat(self) -> None:
        """Deliver the confirmed updates of late once more, as Telegram does after a lost confirmation."""
        known = {number for number, _ in self.pending}
        again = [update for update in self.confirmed if update[0] not in known]
        self.confirmed.clear()
        self.pending.extendleft(reversed(again))

    def drop_pending(self) -> None:
        """Bot API: drop_pending_updates."""
        if self.pending:
            self.confirm(max(number for number, _ in self.pending) + 1)

    async def poll(self, limit: int, wait: float) -> list[str]:
        """Up to `limit` updates as JSON, waiting up to `wait` seconds for the first. Raises Refused (409)."""
        self.end_poll(CONFLICT)
        self.polls += 1
        if not self.pending and wait > 0:
            await self._wait(wait)
        return [text for _, text in list(self.pending)[:limit]]

    def end_poll(self, words: str) -> None:
        """End a poll that is under way with 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refused(409, words))
        self._poller = None

    async def wait_for_one(self) -> tuple[int, str]:
        """The oldest update, for the webhook; waits until there is one."""
        while not self.pending:
            self._arrived.clear()
            await self._arrived.wait()
        return self.pending[0]

    async def _wait(self, wait: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(wait):
                await poller
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None

    def _wake(self) -> None:
        self._arrived.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
