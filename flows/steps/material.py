"""Forwarded and edited messages: material and corrections, never instructions."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import Words
from flows.case import Case
from flows.events import TextReceived
from flows.steps import again, evidence, facts, intake, waiting
from flows.turn import Turn, quoted, words


def forwarded(turn: Turn, case: Case, event: TextReceived) -> Turn:
    """A forwarded text is material: an exhibit, and perhaps the other side's answer; never an instruction."""
    read = waiting.reading(turn, event.text)
    case = evidence.receive_text(turn, case, event, refusal=read.kind == "refusal")
    turn = turn.with_case(case)
    number = case.evidence[-1].number
    turn = turn.say(words("evidence.forwarded", number=number, origin=_origin(event)))
    if read.kind != "none":
        return waiting.replied(turn, case, event.text, read, forwarded=True)
    return again.reask(turn, case)


def _origin(event: TextReceived) -> Words:
    name = event.origin.name if event.origin else None
    return quoted(name) if name else words("evidence.origin_hidden")


def edited(turn: Turn, event: TextReceived) -> Turn | None:
    """An edited message counts as a correction of what it said before; None when it is read like a new one."""
    for case in turn.open_cases:
        if any(said.message_id == event.message_id for said in case.statements):
            return _edited(turn, case, event)
    return turn.say(words("edit.unknown")) if turn.case is None else None


def _edited(turn: Turn, case: Case, event: TextReceived) -> Turn:
    """Facts that came from the edited message follow its new wording; facts from elsewhere stay."""
    old = next(said for said in case.statements if said.message_id == event.message_id)
    said_then = intake.read(turn, old.text).facts
    found = intake.read(turn, event.text).facts
    statements = tuple(
        replace(said, text=event.text) if said.message_id == event.message_id else said
        for said in case.statements
    )
    mine = {
        name: facts.stated(value, event.at)
        for name, value in found.items()
        if name not in case.facts or (name in said_then and said_then[name].value == case.facts[name].value)
    }
    after = replace(case, statements=statements, facts={**case.facts, **mine}, touched_at=event.at)
    if after.facts == case.facts or not (facts.changes(case, after) or set(mine) - set(case.facts)):
        return again.reask(turn.with_case(after), after, words("edit.same"))
    return again.changed(turn, case, after)
