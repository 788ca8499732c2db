"""One measured figure and the promise that it is held against."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `held` says whether the promise (in words) is kept; `beside` is what it is compared with."""

    name: str
    value: float
    unit: str
    held: bool = True
    promise: str = ""
    beside: str = ""

    def line(self) -> str:
        said = "" if not self.promise else f"  [{'ok' if self.held else 'MISSED'}: {self.promise}]"
        return f"{self.name:<44} {self.value:>10.3f} {self.unit:<7}{self.beside}{said}"


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of `times` calls, sorted."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def median(milliseconds: list[float]) -> float:
    return statistics.median(milliseconds)


def worst_of_a_hundred(milliseconds: list[float]) -> float:
    """The 99th percentile of sorted values."""
    return milliseconds[min(len(milliseconds) - 1, int(len(milliseconds) * 0.99))]
