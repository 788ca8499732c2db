"""Work of several chats in one SQLite transaction, so that one flush to the disk serves all who wait for it.

Each piece has a savepoint of its own: a failing piece undoes only itself. Nobody is told of success before the
common commit; when that fails, everybody is told so.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

#: Pieces in one transaction at most, so that the first does not wait long for the last.
MOST: Final = 32


@dataclass(frozen=True, slots=True)
class Piece:
    """Work that somebody in an event loop waits for."""

    work: Callable[[], Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece of work came to."""

    value: Any = None
    error: Exception | None = None


def attempted(work: Callable[[], Any]) -> Outcome:
    """Do one piece."""
    try:
        return Outcome(value=work())
    except Exception as error:
        return Outcome(error=error)


def taken(waiting: deque[Piece]) -> list[Piece]:
    """The next pieces, in the order in which they were handed in."""
    pieces: list[Piece] = []
    while waiting and len(pieces) < MOST:
        pieces.append(waiting.popleft())
    return pieces


def answer(pieces: list[Piece], outcomes: list[Outcome]) -> None:
    """Tell those who wait, waking each event loop once. A loop that has ended waits for nothing."""
    for loop in {piece.loop for piece in pieces}:
        mine = [pair for pair in zip(pieces, outcomes, strict=True) if pair[0].loop is loop]
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell, mine)


def _tell(pairs: list[tuple[Piece, Outcome]]) -> None:
    for piece, outcome in pairs:
        if piece.answer.done():
            continue  # whoever waited has gone; the work is done all the same
        if outcome.error is not None:
            piece.answer.set_exception(outcome.error)
        else:
            piece.answer.set_result(outcome.value)
