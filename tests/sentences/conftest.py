"""The language engine of the project, built once for all tests here."""

from __future__ import annotations

import pytest

from bot import language
from bot.commands.classify import LEXICON
from flows.language import Language


@pytest.fixture(scope="session")
def engine() -> Language:
    return language.load(LEXICON)
