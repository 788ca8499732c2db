"""Cases and times that the tests of the core share. All invented."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bot import knowledge as files
from flows.calendar import Calendar
from flows.case import Case, Fact, Filing, Source, Step
from flows.moment import SHANGHAI, Moment, Precision

DATA = Path(__file__).parents[2] / "data" / "knowledge"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)


@cache
def knowledge():
    return files.load(DATA)


@cache
def calendar():
    return Calendar(knowledge().calendar)


def fact(value, at=NOW):
    return Fact(value=value, words=str(value), source=Source.SAID, at=at)


def moment(start, precision=Precision.MINUTE):
    return Moment(start, start + timedelta(minutes=1), precision, "那时候")


def case(problem="not_delivered", **changes):
    """An open case, two facts known, nothing sent."""
    facts = {"amount": fact(5000), "goods": fact("Q币")}
    base = Case(
        id="CASE0001",
        revision=1,
        opened_at=NOW,
        step=Step.EVIDENCE,
        problem=problem,
        facts=facts,
        touched_at=NOW,
    )
    return replace(base, **changes)


def filed(channel="merchant", at=NOW, **changes):
    return Filing(channel=channel, letter=f"{channel}.first", sent_at=at, **changes)
