"""Time for the process: one clock that can be replaced, and the integer that the database keeps.

Times are stored as milliseconds since 1970 in UTC. A naive datetime is refused wherever it would be stored,
because nobody can say eight hours later what was meant.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from flows.moment import SHANGHAI


class Clock(Protocol):
    """Where the time comes from. `now` is aware."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, told in Asia/Shanghai."""

    def now(self) -> datetime:
        return datetime.now(SHANGHAI)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC. Raises ValueError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ValueError("a naive datetime cannot be stored")
    return int(moment.astimezone(UTC).timestamp() * 1000 + 0.5)


def moment_of(stored: int) -> datetime:
    """The aware time, in Asia/Shanghai, of milliseconds since 1970 in UTC."""
    return datetime.fromtimestamp(stored / 1000, SHANGHAI)
