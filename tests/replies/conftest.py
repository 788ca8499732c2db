"""The language engine and the knowledge as they ship, read once."""

from datetime import datetime
from pathlib import Path

import pytest

from bot import knowledge as knowledge_files
from bot import language as language_files
from bot import questions as question_files
from flows.knowledge import Knowledge
from flows.language import Language
from flows.moment import SHANGHAI
from flows.questions import Question

DATA = Path(__file__).parents[2] / "data" / "knowledge"


@pytest.fixture(scope="session")
def language() -> Language:
    return language_files.load(DATA / "lexicon")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    folders = ("excuses", "clauses", "goods", "calendar", "statutes")
    return knowledge_files.survey(DATA, folders=folders).knowledge


@pytest.fixture(scope="session")
def questions() -> dict[str, Question]:
    return dict(question_files.load(DATA / "questions"))


@pytest.fixture(scope="session")
def now() -> datetime:
    """Sunday 22 November 2026, 21:00."""
    return datetime(2026, 11, 22, 21, 0, tzinfo=SHANGHAI)
