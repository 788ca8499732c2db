"""The heartbeat: regular, to the moment for what is expected, and it gets up again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.clock import SystemClock
from bot.ticker import Ticker
from tests.service.fakes import FakeClock


def ticking(
    chore: Callable[[], object], every: float, seconds: float, then: Callable[[Ticker], object] = id
) -> Ticker:
    async def go() -> Ticker:
        ticker = Ticker(SystemClock())

        async def run() -> None:
            result = chore()
            if asyncio.iscoroutine(result):
                await result

        ticker.add("chore", run, every=every)
        ticker.start()
        await asyncio.sleep(0)
        then(ticker)
        await asyncio.sleep(seconds)
        await ticker.stop()
        return ticker

    return asyncio.run(go())


def test_a_chore_runs_at_once_and_then_regularly() -> None:
    runs: list[int] = []
    ticking(lambda: runs.append(1), every=0.1, seconds=0.55)
    assert 4 <= len(runs) <= 7


def test_a_failing_chore_is_tried_again() -> None:
    runs: list[int] = []

    def fail() -> None:
        runs.append(1)
        raise RuntimeError("the database is locked")

    ticking(fail, every=0.1, seconds=0.55)
    assert len(runs) >= 4


def test_a_slow_chore_never_runs_twice_at_once_and_late_wishes_are_granted_once() -> None:
    running, most, runs = 0, 0, 0

    async def slow() -> None:
        nonlocal running, most, runs
        running, runs = running + 1, runs + 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1

    ticking(slow, every=60, seconds=0.7, then=lambda ticker: [ticker.poke() for _ in range(9)])
    assert (most, runs) == (1, 2)


def test_what_is_expected_happens_to_the_moment() -> None:
    clock, seen = SystemClock(), []
    start = clock.now()
    dues = [start + timedelta(seconds=seconds) for seconds in (0.4, 0.2, 0.2, 3600)]
    ticking(
        lambda: seen.append((clock.now() - start).total_seconds()),
        every=60,
        seconds=0.6,
        then=lambda ticker: [ticker.expect(due) for due in dues],
    )
    assert [round(when, 1) for when in seen[-2:]] == [0.2, 0.4]
    assert seen[-2] >= 0.2


def test_a_jump_of_the_clock_is_followed_by_a_poke() -> None:
    clock = FakeClock()
    seen = []

    async def go() -> None:
        ticker = Ticker(clock)

        async def look() -> None:
            seen.append(clock.now())

        ticker.add("look", look, every=60)
        ticker.start()
        await asyncio.sleep(0.01)
        clock.forward(days=3)
        ticker.poke()
        await asyncio.sleep(0.01)
        await ticker.stop()

    asyncio.run(go())
    assert seen[1] - seen[0] == timedelta(days=3)


def test_a_tick_that_has_stopped_is_noticed_and_started_anew() -> None:
    runs: list[int] = []

    def kill(ticker: Ticker) -> None:
        assert ticker._scheduler is not None
        ticker._scheduler.remove_all_jobs()

    ticker = ticking(lambda: runs.append(1), every=0.1, seconds=1.0, then=kill)
    assert ticker.restarts >= 1
    assert len(runs) >= 4


def test_stopping_waits_for_a_running_chore() -> None:
    done: list[int] = []

    async def slow() -> None:
        await asyncio.sleep(0.2)
        done.append(1)

    ticking(slow, every=60, seconds=0.01)
    assert done == [1]
