"""The heartbeat: chores that are looked at every few seconds, and at once when something falls due.

APScheduler only ticks here (jobs in memory, `coalesce`, one run at a time, never too late to run). What is due is
in the database. A watchdog on the event loop's own clock notices a tick that has stopped, says so and restarts
it: APScheduler stops for good after some errors, and sleeps when the wall clock is set back.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock

log: Final = logging.getLogger(__name__)

Chore = Callable[[], Awaitable[object]]

#: A chore whose last tick is older than this many periods has stopped.
PATIENCE: Final = 3
#: How far ahead an expected time is kept in memory.
SOON: Final = timedelta(seconds=60)


class _Beat:
    """One chore: never runs twice at once; a wish that comes during a run is granted after it."""

    def __init__(self, name: str, chore: Chore, every: float) -> None:
        self.name = name
        self.every = every
        self.ticked_at = 0.0
        self.running: asyncio.Task[None] | None = None
        self._chore = chore
        self._again = False

    async def tick(self) -> None:
        """For the scheduler, which would take a plain function to another thread."""
        self.wish()

    def wish(self) -> None:
        """Run the chore now, or once more when it has finished its present run."""
        self.ticked_at = asyncio.get_running_loop().time()
        if self.running is not None:
            self._again = True
            return
        self.running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            self._again = True
            while self._again:
                self._again = False
                await self._chore()
        except Exception:
            log.exception("chore %s failed; it is tried again at the next tick", self.name)
        finally:
            self.running = None


class Ticker:
    """Runs chores every so many seconds, at expected times, and when poked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: list[_Beat] = []
        self._scheduler: AsyncIOScheduler | None = None
        self._watch: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._expected: list[datetime] = []
        self.restarts = 0

    def add(self, name: str, chore: Chore, *, every: float) -> None:
        """Run `chore` every `every` seconds, from `start` on."""
        self._beats.append(_Beat(name, chore, every))

    def start(self) -> None:
        """Begin ticking; every chore runs once at once. Call it inside the running event loop."""
        self._schedule()
        self._watch = asyncio.create_task(self._watchdog())
        self.poke()

    async def stop(self, within: float = 10.0) -> None:
        """Tick no more; wait for running chores for `within` seconds, then cancel them."""
        if self._watch is not None:
            self._watch.cancel()
        if self._alarm is not None:
            self._alarm.cancel()
        self._unschedule()
        running = [beat.running for beat in self._beats if beat.running is not None]
        if running:
            _, late = await asyncio.wait(running, timeout=within)
            for task in late:
                task.cancel()

    def poke(self) -> None:
        """Look at everything now: the clock has jumped, or something has changed."""
        for beat in self._beats:
            beat.wish()

    def expect(self, due: datetime | None) -> None:
        """Something falls due at `due` (aware). Within the next minute: look at everything then, to the
        moment; the ticks find what is later."""
        if due is None or due - self._clock.now() > SOON:
            return
        heapq.heappush(self._expected, due)
        if self._expected[0] is due:
            self._arm()

    def silent_for(self) -> float:
        """Seconds by which the most overdue chore is late, 0 when all tick: for health reports."""
        now = asyncio.get_running_loop().time()
        return max((now - beat.ticked_at - beat.every for beat in self._beats), default=0.0)

    def _arm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        left = max(0.0, (self._expected[0] - self._clock.now()).total_seconds())
        self._alarm = asyncio.get_running_loop().call_later(left, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        now = self._clock.now()
        while self._expected and self._expected[0] <= now:
            heapq.heappop(self._expected)
        if self._expected:
            self._arm()
        self.poke()

    def _schedule(self) -> None:
        scheduler = AsyncIOScheduler(timezone="UTC")
        for beat in self._beats:
            scheduler.add_job(
                beat.tick,
                "interval",
                seconds=beat.every,
                id=beat.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._scheduler = scheduler

    def _unschedule(self) -> None:
        if self._scheduler is not None and self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._scheduler = None

    async def _watchdog(self) -> None:
        while True:
            await asyncio.sleep(min((beat.every for beat in self._beats), default=1.0))
            now = asyncio.get_running_loop().time()
            stopped = [beat.name for beat in self._beats if now - beat.ticked_at > PATIENCE * beat.every]
            if stopped:
                log.error("no tick for %s; the scheduler is started anew", ", ".join(stopped))
                self.restarts += 1
                self._unschedule()
                self._schedule()
                self.poke()
