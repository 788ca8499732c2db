"""One running bot for the whole folder (starting it costs seconds), and a look into its log after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.rehearsal import Rehearsal, Somebody


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with Rehearsal(tmp_path_factory.mktemp("together")).running() as rehearsal:
        yield rehearsal


@pytest.fixture
def stage(running: Rehearsal) -> Iterator[Rehearsal]:
    """The shared bot; nobody pushes its clock, and nothing may be raised in it."""
    before = len(running.log())
    yield running
    running.faults()
    assert "Traceback" not in running.log()[before:]


@pytest.fixture
def person(stage: Rehearsal) -> Somebody:
    return Somebody(stage)
