"""The language engine, built once, and a reader of facts for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.language import load
from flows.facts import find_facts
from flows.language import Language
from flows.moment import SHANGHAI
from flows.normalise import normalise
from flows.segment import segment
from flows.understanding import Found

#: Sunday evening; most phrases of these tests are told then.
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=SHANGHAI)

Read = Callable[..., dict[str, Found]]


@pytest.fixture(scope="session")
def language() -> Language:
    return load(Path("data/knowledge/lexicon"))


@pytest.fixture(scope="session")
def read(language: Language) -> Read:
    def facts(text: str, now: datetime = NOW) -> dict[str, Found]:
        normalised = normalise(text, language.tables)
        return find_facts(normalised, segment(normalised, language), now, language)

    return facts
