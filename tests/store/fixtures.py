"""Databases for a test, each on SQLite and on PostgreSQL; used by the folders store and service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Store
from tests.store.databases import BOTH, database_url, opened


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database_url(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with opened(url) as found:
        yield found


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    with database_url("sqlite", tmp_path) as url, opened(url) as found:
        yield found
