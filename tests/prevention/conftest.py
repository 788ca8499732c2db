"""The language engine and the knowledge as they ship, read once."""

from pathlib import Path

import pytest

from bot import knowledge as knowledge_files
from bot import language as language_files
from flows.knowledge import Knowledge
from flows.language import Language

DATA = Path(__file__).parents[2] / "data" / "knowledge"


@pytest.fixture(scope="session")
def language() -> Language:
    return language_files.load(DATA / "lexicon")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    folders = ("excuses", "clauses", "goods", "calendar", "statutes")
    return knowledge_files.survey(DATA, folders=folders).knowledge
