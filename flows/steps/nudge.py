"""A reminder has come due: at most two lines, the case by name, the fact, the date, and what came of it."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import Words
from flows.case import Case, Step
from flows.display import case_name, dated
from flows.events import NudgeDue
from flows.nudges import ASK_AGAIN, waiting_for
from flows.steps import drafts
from flows.turn import Buttons, Turn, button, rows, told, words

#: A reminder that goes out this much after its time says so (seconds).
LATE = 1800.0
#: Rules with wording of their own; every other one asks how the deadline went.
OWN_WORDING = frozenset({"payment-dispute", "limitation", "snooze", "unfinished", "unsent", "check-in"})


def _wording(turn: Turn, case: Case, rule: str, occurrence: int) -> Words:
    knowledge = turn.world.knowledge
    filing = waiting_for(case)
    name = case_name(case, knowledge)
    if rule in OWN_WORDING:
        due = next((item for item in drafts.deadlines_of(turn, case) if item.rule.id == rule), None)
        when = dated(due.due, turn.world.now) if due else ""
        stage = told(turn.channel(case).short)
        return words(f"nudge.of.{rule}", name=name, when=when, stage=stage)
    label = knowledge.rules[rule].label if rule in knowledge.rules else turn.channel(case).short
    sent = dated(filing.sent_at, turn.world.now) if filing else ""
    stage = told(turn.channel(case).short)
    return words(f"nudge.due.{min(occurrence, 2)}", name=name, label=told(label), channel=stage, sent=sent)


def _buttons(turn: Turn, case: Case, rule: str) -> Buttons:
    stop = (button("button.snooze", "snooze"), button("button.mute", "mute"))
    if rule == "payment-dispute":
        return (*rows(button("button.pay_complaint", "pay"), button("button.status", "status")), stop)
    if case.step is Step.WAITING:
        return (*drafts.waiting_buttons(turn, case), stop)
    return (*rows(button("button.draft", "draft"), button("button.status", "status")), stop)


def due(turn: Turn, case: Case, event: NudgeDue) -> Turn:
    """Say it. The third time without an answer says that it is the last, and then there is silence."""
    rule, _, rest = event.key.partition("/")
    occurrence = int(rest.split("/")[0]) if rest.split("/")[0].isdigit() else 0
    parts = [_wording(turn, case, rule, occurrence)]
    if event.late >= LATE:
        parts.append(words("nudge.late"))
    if rule not in OWN_WORDING and occurrence == len(ASK_AGAIN) - 1:
        parts.append(words("nudge.last"))
    case = replace(case, unanswered=case.unanswered + 1)
    turn = turn.with_case(case, current=False)
    if len(turn.open_cases) == 1 or turn.conversation.current is None:
        turn = turn.with_conversation(current=case.id)
    return turn.say(*parts, buttons=_buttons(turn, case, rule), case=case)
