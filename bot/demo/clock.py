"""Demo time: real time plus an offset that a person may push forward to see what a reminder looks like.

Promise: `now()` is aware, in Asia/Shanghai, and never stands still. Everybody who follows the clock hears of a jump.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from flows.moment import SHANGHAI

#: Says when the next reminder is due; None when none is planned. The bot side registers it.
NextDue = Callable[[], "datetime | Awaitable[datetime | None] | None"]


def real_now() -> datetime:
    """The machine's own time, aware."""
    return datetime.now(UTC)


class DemoClock:
    """Satisfies the production code's `Clock` protocol; `real` may be replaced by a test."""

    def __init__(self, now: datetime | None = None, real: Callable[[], datetime] = real_now) -> None:
        self._real = real
        self._offset = timedelta(0)
        self._listeners: list[Callable[[], None]] = []
        self.next_due: NextDue | None = None
        if now is not None:
            self.set(now)

    @property
    def offset(self) -> timedelta:
        """How far demo time is ahead of real time (negative: behind)."""
        return self._offset

    def now(self) -> datetime:
        """Demo time: aware, Asia/Shanghai."""
        return (self._real() + self._offset).astimezone(SHANGHAI)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every jump (not when time merely passes)."""
        self._listeners.append(callback)

    def set(self, now: datetime) -> None:
        """Jump to an aware moment. Raises ValueError for a naive one."""
        if now.tzinfo is None:
            raise ValueError("demo time must be aware, e.g. 2026-11-22T10:00:00+08:00")
        self._jump(now - self._real())

    def advance(self, span: timedelta) -> None:
        """Jump by `span`; a negative span goes back."""
        self._jump(self._offset + span)

    async def to_next(self) -> datetime | None:
        """Jump to the next reminder if one is planned later than now. Returns its due time, None when there is none."""
        due = await self.upcoming()
        if due is not None and due > self.now():
            self.set(due)
        return due

    async def upcoming(self) -> datetime | None:
        """When the next reminder is due, as the bot side says; None without a bot or without a reminder."""
        answer = self.next_due() if self.next_due is not None else None
        return await answer if inspect.isawaitable(answer) else answer

    def restore(self, offset: timedelta) -> None:
        """Take up the offset of an earlier run."""
        self._jump(offset)

    def _jump(self, offset: timedelta) -> None:
        self._offset = offset
        for listener in self._listeners:
            listener()
