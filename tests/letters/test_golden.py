"""Every golden letter is compared exactly. To accept changed wording on purpose, read the difference and run
`UPDATE_LETTERS=1 python -m pytest tests/letters/test_golden.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.drafts import catalogue_text, render, timeline_text
from tests.letters.cases import NOW, TOPUP_PROVEN, knowledge, refused
from tests.letters.table import GOLDEN

FOLDER = Path(__file__).parent / "golden"


def compare(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_LETTERS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GOLDEN)
def test_letter_reads_as_kept(name: str) -> None:
    letter, case = GOLDEN[name]
    draft = render(letter, case, NOW, knowledge())
    header = (
        f"{draft.title}（{draft.length}/{draft.limit or '不限'}）\n缺：{'、'.join(draft.missing) or '无'}\n\n"
    )
    compare(name, header + draft.text)


def test_timeline_reads_as_kept() -> None:
    compare("timeline", timeline_text(refused(TOPUP_PROVEN), knowledge()))


def test_catalogue_reads_as_kept() -> None:
    compare("catalogue", catalogue_text(TOPUP_PROVEN, knowledge()))


def test_no_golden_text_is_left_over() -> None:
    kept = {path.stem for path in FOLDER.glob("*.txt")}
    assert kept == {*GOLDEN, "timeline", "catalogue"}
