"""Buttons: each carries the case and the revision it was made for. One that is out of date redraws, never acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows.case import Case, Fact, Outcome, Source, Step
from flows.escalation import fork, ladder
from flows.events import ChoicePicked
from flows.evidence import assign, kept
from flows.fact_names import CHOICES
from flows.ledger import PAYMENT_CHANNELS
from flows.steps import (
    again,
    chat,
    commands,
    drafts,
    evidence,
    facts,
    intake,
    prevention,
    several,
    status,
    waiting,
)
from flows.turn import Turn, button, rows, words

#: Choices that only show something: they work on any of the case's messages, however old.
SHOWING = frozenset({"status", "evidence", "deadlines", "export", "draft"})


def receive(turn: Turn, event: ChoicePicked) -> Turn:
    """A tap."""
    if not event.case_id:
        return _of_chat(turn, event)
    case = turn.case_by_id(event.case_id)
    if case is None:
        return stale(turn)
    if event.choice in SHOWING:
        turn = turn.with_conversation(current=case.id).answered(retire=False)
        return commands.run(turn, event.choice) or turn
    if event.revision != case.revision:
        return stale(turn.with_conversation(current=case.id))
    return _of_case(turn.with_conversation(current=case.id), case, event)


def stale(turn: Turn) -> Turn:
    """The button is out of date: show where things stand now."""
    turn = turn.answered(words("button.stale"))
    case = turn.case
    return again.reask(turn, case) if case is not None else chat.ask_story(turn)


#: What a whole choice does to a case.
WHOLE: dict[str, Callable[[Turn, Case], Turn]] = {
    "yes": lambda turn, case: intake.choose(turn, case, case.problem),
    "skip": lambda turn, case: again.on(turn, facts.skip(case)),
    "sent": lambda turn, case: (
        drafts.sent(turn, case) if case.step is Step.DRAFT else again.reask(turn, case)
    ),
    "again": drafts.again,
    "next": lambda turn, case: waiting.escalate(turn, case),
    "full": lambda turn, case: waiting.close(turn, case, Outcome.REFUNDED),
    "notyet": waiting.not_landed,
    "change": lambda turn, case: turn.say(words("change.how"), case=case),
    "resume": lambda turn, case: again.reask(turn, case),
    "reopen": waiting.reopen,
    "mute": lambda turn, case: _mute(turn, case),
    "snooze": waiting.wait_longer,
}


def _of_case(turn: Turn, case: Case, event: ChoicePicked) -> Turn:
    name, _, value = event.choice.partition(":")
    match name:
        case "types":
            return intake.list_types(turn.answered(retire=False), case, 0)
        case "typepage" if value.isdigit():
            return intake.list_types(turn.answered(retire=False), case, int(value))
        case "type" if value in turn.world.knowledge.problems:
            return intake.choose(turn.answered(), case, value)
        case "set":
            return _set(turn, case, value)
        case "out" if value in _OUTCOMES:
            return waiting.outcome(turn.answered(), case, value)
        case "close" if value in set(Outcome):
            return waiting.close(turn.answered(), case, Outcome(value))
        case "slot":
            return _slot(turn, case, value)
        case "letter" if value in turn.channel(case).beside:
            return drafts.beside(turn.answered(retire=False), case, value)
        case "go" if value in turn.world.knowledge.channels:
            return waiting.go(turn.answered(), case, value)
        case "pay":
            return _pay(turn.answered(), case)
        case "counter":
            return _counter(turn, case, value)
        case "file":
            return _same_or_new(turn, case, value)
        case _ if event.choice in WHOLE:
            return WHOLE[event.choice](turn.answered(), case)
        case _:
            return stale(turn)


_OUTCOMES = frozenset({"refunded", "delivered", "refused", "silent", "partial", "waiting", "accepted"})


def _set(turn: Turn, case: Case, value: str) -> Turn:
    """A fact answered by button."""
    name, _, choice = value.partition(":")
    if case.step is not Step.ASK_FACT or name != case.asking or choice not in CHOICES.get(name, ()):
        return stale(turn)
    fact = Fact(value=choice, words="", source=Source.CHOSEN, at=turn.event.at)
    case = replace(case, facts={**case.facts, name: fact})
    turn = turn.answered()
    if name == "role" and choice == "reseller":
        turn = turn.say(words("role.reseller"))
    return again.on(turn, case)


def _slot(turn: Turn, case: Case, value: str) -> Turn:
    """What an exhibit shows, told with one tap."""
    number, _, slot = value.partition(":")
    known = {proof.id for proof in turn.problem(case).evidence} | {"other"}
    if slot not in known or number not in {str(item.number) for item in kept(case)}:
        return stale(turn)
    case = assign(case, int(number), slot)
    turn = turn.answered(retire=False).with_case(case)
    line = words("evidence.assigned", number=int(number), name=evidence.slot_name(turn, case, slot))
    return evidence.show(turn, case, line, in_place=True)


def _pay(turn: Turn, case: Case) -> Turn:
    """To the complaint at the payment platform, before its window closes."""
    rungs = ladder(case, turn.world.knowledge)
    first = next((rung for rung in rungs if rung.channel in PAYMENT_CHANNELS), None)
    if first is None:
        return again.reask(turn, case)
    unknown = fork(case, first)
    if unknown is not None:
        return facts.ask(turn, replace(case, pending="pay"), unknown, words("stage.fork"))
    return waiting.go(turn, case, first.channel)


def _counter(turn: Turn, case: Case, excuse: str) -> Turn:
    if excuse not in turn.world.knowledge.excuses:
        return stale(turn)
    return drafts.counter(turn.answered(), case, excuse)


def _same_or_new(turn: Turn, case: Case, value: str) -> Turn:
    turn = turn.answered()
    if not turn.conversation.held_text:
        return again.reask(turn, case)
    return several.held(turn, case, new=value == "new")


def _mute(turn: Turn, case: Case) -> Turn:
    turn = turn.change(case, muted=True)
    return turn.say(words("mute.case"), buttons=rows(button("button.deadlines", "deadlines")), case=case)


def _of_chat(turn: Turn, event: ChoicePicked) -> Turn:
    name, _, value = event.choice.partition(":")
    match name:
        case "case":
            return _switch(turn, value)
        case "pre":
            return _prevention(turn, value)
        case "erase" if value == "yes":
            return chat.erase(turn.answered()) if turn.conversation.asking == "erase" else stale(turn)
        case "erase" if value == "no":
            return chat.keep(turn.answered())
        case "mute":
            return chat.mute(turn.answered(), on=True)
        case "unmute":
            return chat.mute(turn.answered(), on=False)
        case _:
            done = commands.run(turn.answered(retire=False), event.choice)
            return done or stale(turn)


def _switch(turn: Turn, case_id: str) -> Turn:
    case = turn.case_by_id(case_id)
    if case is None:
        return stale(turn)
    turn = turn.with_conversation(current=case.id, asking=None, prevention=None).answered(retire=False)
    return status.show(turn, case)


def _prevention(turn: Turn, value: str) -> Turn:
    match value.split(":"):
        case ["begin" | "again"]:
            return prevention.begin(turn.answered())
        case ["result"] if turn.conversation.prevention is not None:
            return prevention.result(turn.answered())
        case ["bought"]:
            return chat.ask_story(turn.answered())
        case [check, answer] if turn.conversation.prevention and check == turn.conversation.prevention.asking:
            return prevention.answer(turn.answered(), check, answer)
        case _:
            return stale(turn)
