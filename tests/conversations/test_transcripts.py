"""Whole conversations, word for word. The state goes through JSON between any two turns.

A change of wording or of a decision shows here as a difference that a person can read; after reading it,
`python -m bot simulate --write FILE` keeps it.
"""

from pathlib import Path

import pytest

from bot.commands.simulate import played, world_maker

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*.txt"))


@pytest.fixture(scope="module")
def maker():
    return world_maker()


def test_there_are_transcripts():
    assert len(TRANSCRIPTS) >= 6


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_says_what_the_transcript_says(path, maker):
    before = path.read_text("utf-8")
    assert played(before, maker) == before
