"""Whole messages of many voices: amount, channel and day of payment, told on 2026-11-22 at 21:00.

Each line of messages.tsv: text, yuan, channel, day or minute of payment; empty = the text does not say.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.facts import written_time
from flows.moment import Moment
from tests.facts.conftest import Read

LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "messages.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "yuan", "channel", "paid_at"), LINES, ids=[line[0][:24] for line in LINES])
def test_a_message_is_read_and_nothing_is_added(
    text: str, yuan: str, channel: str, paid_at: str, read: Read
) -> None:
    facts = read(text.replace("⏎", "\n"))
    amount = facts.get("amount")
    assert (amount.value if amount else None) == (round(float(yuan) * 100) if yuan else None)
    assert (facts["pay_channel"].value if "pay_channel" in facts else "") == channel
    moment = facts["paid_at"].value if "paid_at" in facts else None
    written = (written_time(moment) or "") if isinstance(moment, Moment) else ""
    assert written[: len(paid_at) or None] == paid_at
