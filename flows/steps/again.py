"""The open question once more, and the way on after an answer: what every other step comes back to."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import Words
from flows.case import Case, Step
from flows.display import READ_BACK, case_name, fact_line
from flows.escalation import ladder
from flows.ledger import PAYMENT_CHANNELS
from flows.steps import drafts, evidence, facts, intake, status, waiting
from flows.turn import Turn, button, rows, words


def reask(turn: Turn, case: Case, *lead: Words) -> Turn:
    """The open question once more, under whatever had to be said first."""
    match case.step:
        case Step.CONFIRM_TYPE:
            return intake.confirm(turn, case, *lead)
        case Step.ASK_FACT:
            text, buttons = facts.question(case)
            return turn.say(*lead, text, buttons=buttons, case=case)
        case Step.EVIDENCE:
            return evidence.progress(turn, case, *lead)
        case Step.DRAFT:
            return drafts.remind(turn, case, *lead)
        case Step.WAITING:
            return waiting.reask(turn, case, *lead)
        case Step.CLOSED:
            return status.show(turn, case, *lead)


def on(turn: Turn, case: Case) -> Turn:
    """A fact has been answered or skipped: the next thing."""
    refunded, pending = case.asking == "refunded", case.pending
    case = replace(case, asking=None, pending="", touched_at=turn.event.at)
    turn = turn.with_case(case)
    if pending == "escalate":
        return waiting.escalate(turn, case)
    if pending == "pay":
        return _to_payment(turn, case)
    if refunded:
        return waiting.after_part(turn, case)
    if case.stage != intake.first_stage(turn, case) or case.filings or case.drafted:
        return drafts.enter(turn, case)
    return intake.proceed(turn, case)


def _to_payment(turn: Turn, case: Case) -> Turn:
    """The way of paying is known now: to the complaint that it opens, if it opens one."""
    rungs = (rung.channel for rung in ladder(case, turn.world.knowledge))
    channel = next((name for name in rungs if name in PAYMENT_CHANNELS), None)
    return waiting.go(turn, case, channel) if channel else reask(turn, case, words("stage.no_payment"))


def changed(turn: Turn, before: Case, after: Case) -> Turn:
    """Say what changed and what moves with it; ask the open question again."""
    added = (name for name in after.facts if name not in before.facts and name in READ_BACK)
    new = tuple(fact_line(name, after.facts[name]) for name in added)
    lines = (*facts.changes(before, after), *new)
    if not lines:
        return reask(turn.with_case(after), after, words("fact.same"))
    moved = tuple(
        drafts.due_line(turn, deadline)
        for deadline in drafts.deadlines_of(turn, after)
        if deadline not in drafts.deadlines_of(turn, before)
    )
    lead = [words("fact.corrected" if facts.changes(before, after) else "fact.noted", lines=lines)]
    lead += [words("fact.moved", lines=moved)] if moved else []
    lead += [words("fact.draft_again")] if after.drafted else []
    if after.asking and after.asking in after.facts:
        return intake.proceed(turn.with_case(after), after, *lead)
    return reask(turn.with_case(after), after, *lead)


def missed(turn: Turn) -> Turn:
    """Not understood: first in other words, then with buttons, then the way around; never the same twice."""
    misses = turn.conversation.misses + 1
    turn = turn.with_conversation(misses=misses)
    case = turn.case
    if case is None or case.outcome is not None:
        turn = turn.with_conversation(asking=turn.conversation.asking or "story")
        choices = rows(button("button.prevent", "pre:begin"), button("button.help", "help"))
        return turn.say(words(f"miss.story.{min(misses, 3)}"), buttons=choices if misses > 1 else ())
    name = case_name(case, turn.world.knowledge)
    if misses >= 3 and case.step is Step.ASK_FACT:
        turn = turn.say(words("miss.skip"))
        return on(turn, facts.skip(case)).with_conversation(misses=0)
    return reask(turn, case, words(f"miss.case.{min(misses, 4)}", name=name))
