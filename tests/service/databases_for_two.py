"""Two processes' worth of objects on one PostgreSQL schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.service.fakes import Desk, FakeClock
from tests.store.databases import opened, postgres_schema


@contextmanager
def two_desks() -> Iterator[tuple[Desk, Desk]]:
    clock = FakeClock()
    with postgres_schema() as url, opened(url) as first, opened(url) as second:
        yield Desk(first, clock=clock), Desk(second, clock=clock)
