"""Every sentence of the label files is read as its label; the accuracy on labelled messages does not fall."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.classify import understand
from flows.language import Language
from flows.moment import SHANGHAI
from tests.score import CORPUS, accuracy, f1_by_label, judge, rows_of, wrong_while_confident

HERE = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 22, 15, tzinfo=SHANGHAI)
KNOWN_FAILURES = HERE / "known_failures.yaml"


def _sentences() -> list[Any]:
    files = sorted(path for path in HERE.glob("*.yaml") if path != KNOWN_FAILURES)
    return [
        pytest.param(path.stem, text, id=f"{path.stem}-{number}")
        for path in files
        for number, text in enumerate(yaml.safe_load(path.read_text("utf-8")))
    ]


@pytest.mark.parametrize(("label", "text"), _sentences())
def test_a_sentence_is_read_as_its_label(label: str, text: str, engine: Language) -> None:
    assert understand(text, NOW, engine).primary == label


def test_what_is_known_to_fail_still_fails(engine: Language) -> None:
    """When one of these is read rightly, move it to its label's file."""
    known = yaml.safe_load(KNOWN_FAILURES.read_text("utf-8"))
    fixed = [one["text"] for one in known if understand(one["text"], NOW, engine).primary == one["label"]]
    assert known
    assert fixed == []


def test_the_development_messages_are_understood_as_well_as_before(engine: Language) -> None:
    judged = judge(rows_of(CORPUS / "dev.jsonl"), engine)
    f1 = f1_by_label(judged)
    assert accuracy(judged) >= 0.96
    assert sum(one.offered for one in judged) / len(judged) >= 0.99
    assert sum(f1.values()) / len(f1) >= 0.95
    assert wrong_while_confident(judged) <= 0.02
