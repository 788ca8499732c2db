"""Every sentence of the label files is read as its label; the accuracy on labelled messages does not fall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.classify import understand
from flows.language import Language
from flows.moment import SHANGHAI
from tests.score import (
    CORPUS,
    Judged,
    accuracy,
    f1_by_label,
    fact_counts,
    judge,
    rows_of,
    wrong_while_confident,
)

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


@pytest.fixture(scope="module")
def own(engine: Language) -> list[Judged]:
    """Messages by a writer who did not know the rules; they are no examples of the engine."""
    return judge(rows_of(CORPUS / "own_dev.jsonl"), engine)


def test_messages_of_another_writer_are_understood_as_well_as_before(own: list[Judged]) -> None:
    f1 = f1_by_label(own)
    assert accuracy(own) >= 0.925
    assert sum(one.offered for one in own) / len(own) >= 0.965
    assert sum(f1.values()) / len(f1) >= 0.93
    assert wrong_while_confident(own) <= 0.02
    assert sum(one.reading.confidence >= 0.8 for one in own) / len(own) >= 0.5


#: The least share read rightly where the fact is stated, and the largest share of all messages where one was invented.
FLOORS: Mapping[str, tuple[float, float]] = {
    "amount": (0.92, 0.02),
    "pay_channel": (0.93, 0.01),
    "paid_at": (0.88, 0.03),
    "platform": (0.85, 0.02),
    "order_no": (0.97, 0.005),
}


@pytest.mark.parametrize("name", FLOORS)
def test_facts_of_another_writer_are_read_as_well_as_before(
    name: str, own: list[Judged], engine: Language
) -> None:
    right, stated, invented = fact_counts(name, own, engine)
    assert right / stated >= FLOORS[name][0]
    assert invented / len(own) <= FLOORS[name][1]
