"""The pacer: no faster than allowed, not much slower either, and silent while told to be."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

from bot.pace import Pacer


class Timeline:
    """A time that passes only when everybody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        wake = asyncio.Event()
        heapq.heappush(self._sleepers, (self.time + seconds, self._count, wake))
        await wake.wait()

    async def run(self, *work: Coroutine[Any, Any, Any]) -> None:
        tasks = [asyncio.ensure_future(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self.time, _, wake = heapq.heappop(self._sleepers)
                wake.set()
        for task in tasks:
            task.result()


def leaving(
    line: Timeline, pacer: Pacer, out: list[float], chat: int, **more: Any
) -> Coroutine[Any, Any, None]:
    async def one() -> None:
        await pacer.take(chat, **more)
        out.append(line.time)

    return one()


def times_of(count: int, chats: int, **settings: float) -> list[float]:
    line, out = Timeline(), []
    pacer = Pacer(now=line.now, sleep=line.sleep, **settings)
    asyncio.run(line.run(*(leaving(line, pacer, out, n % chats) for n in range(count))))
    return out


def test_twenty_eight_messages_a_second_overall_and_no_fewer() -> None:
    out = times_of(28 * 20 + 1, chats=1000)
    assert out[-1] - out[0] == 20.0 or abs(out[-1] - out[0] - 20) < 0.01
    for start in range(0, len(out) - 29, 7):
        assert out[start + 28] - out[start] > 0.999


def test_a_chat_gets_three_at_once_and_then_one_a_second() -> None:
    out = times_of(8, chats=1)
    gaps = [later - earlier for earlier, later in pairwise(out)]
    assert all(gap < 0.1 for gap in gaps[:2])
    assert out[-1] - out[0] > 4.9
    assert all(out[n + 3] - out[n] > 0.9 for n in range(len(out) - 3))


def test_nothing_leaves_before_the_named_time_and_then_at_the_usual_pace() -> None:
    line, out = Timeline(), []
    pacer = Pacer(now=line.now, sleep=line.sleep)

    async def halting() -> None:
        await line.sleep(1.0)
        pacer.halt(30)
        await pacer.take(None, "answerCallbackQuery")
        assert line.time == 1031.0

    asyncio.run(line.run(*(leaving(line, pacer, out, n) for n in range(100)), halting()))
    assert [when for when in out if 1001.0 < when < 1031.0] == []
    after = [when for when in out if when >= 1031.0]
    assert len(after) > 60
    assert all(after[n + 28] - after[n] > 0.999 for n in range(len(after) - 28))


def test_a_shorter_halt_does_not_shorten_a_longer_one() -> None:
    line = Timeline()
    pacer = Pacer(now=line.now, sleep=line.sleep)
    pacer.halt(30)
    pacer.halt(3)
    assert pacer.halted == 30


def test_replies_go_before_nudges() -> None:
    line, nudges, replies = Timeline(), [], []
    pacer = Pacer(now=line.now, sleep=line.sleep)
    work = [leaving(line, pacer, replies, 100 + n) for n in range(50)]
    work += [leaving(line, pacer, nudges, n, nudge=True) for n in range(5)]
    asyncio.run(line.run(*work))
    assert min(nudges) >= max(replies)


def test_calls_that_make_no_message_are_not_counted() -> None:
    line, out = Timeline(), []
    pacer = Pacer(now=line.now, sleep=line.sleep)
    work = [leaving(line, pacer, out, 1, method="answerCallbackQuery") for _ in range(100)]
    asyncio.run(line.run(*work))
    assert set(out) == {1000.0}


def test_waiting_for_a_clear_line_uses_no_place() -> None:
    line, out = Timeline(), []
    pacer = Pacer(now=line.now, sleep=line.sleep)

    async def look_often() -> None:
        for _ in range(50):
            await pacer.clear(1)

    asyncio.run(line.run(look_often()))
    asyncio.run(line.run(leaving(line, pacer, out, 1)))
    assert out == [1000.0]


def test_no_pace_means_no_waiting() -> None:
    assert set(times_of(500, chats=2, rate=0, chat_rate=0)) == {1000.0}


def test_old_chats_are_forgotten() -> None:
    line = Timeline()
    pacer = Pacer(0, 1, now=line.now, sleep=line.sleep)

    async def many() -> None:
        for chat in range(10_000):
            line.time += 1
            await pacer.take(chat)

    asyncio.run(line.run(many()))
    assert len(pacer._chats) < 5000
