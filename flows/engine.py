"""The decision: a conversation and what happened give the next conversation and what is to be done.

`advance` is pure: the same inputs give the same outputs. An event that the present step does not accept changes
nothing about the case and answers with what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from flows.actions import Action, PlanNudges, Words
from flows.answers import mask, secrets_in
from flows.calendar import Calendar
from flows.case import Case, Conversation, Step
from flows.events import (
    AlbumSettled,
    ChatBlocked,
    ChoicePicked,
    CommandGiven,
    Event,
    EvidenceReceived,
    FileRefused,
    FileStored,
    NudgeDue,
    TextReceived,
    UnsupportedReceived,
)
from flows.evidence import unassigned
from flows.nudges import plan
from flows.script import locale_of_code
from flows.steps import again, choices, commands, evidence, intake, nudge, text
from flows.turn import Turn, button, rows, words
from flows.understanding import Understanding
from flows.world import World


@dataclass(frozen=True, slots=True)
class Advance:
    """What `advance` returns: the new state and the actions, in the order in which they are to be done."""

    conversation: Conversation
    actions: tuple[Action, ...]


def begin(chat_id: int, language_code: str | None = None) -> Conversation:
    """A conversation with somebody new. `language_code` as Telegram gives it (Bot API: User.language_code)."""
    return Conversation(chat_id=chat_id, locale=locale_of_code(language_code))


def advance(conversation: Conversation, event: Event, world: World) -> Advance:
    """Decide one event."""
    turn = _dispatch(Turn(conversation, _whole(event), world))
    plans = _plans(conversation, turn)
    return Advance(turn.conversation, (*turn.actions, *plans))


def _whole(event: Event) -> Event:
    """Half surrogates can neither be stored nor sent as UTF-8; each becomes a replacement character."""
    match event:
        case TextReceived(text=text) if text != _mended(text):
            return replace(event, text=_mended(text))
        case EvidenceReceived(caption=caption, name=name) if caption + name != _mended(caption + name):
            return replace(event, caption=_mended(caption), name=_mended(name))
        case CommandGiven(argument=argument) if argument != _mended(argument):
            return replace(event, argument=_mended(argument))
        case _:
            return event


def _mended(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _dispatch(turn: Turn) -> Turn:
    event = turn.event
    match event:
        case CommandGiven():
            return commands.slash(turn, event.name, event.argument)
        case TextReceived():
            return text.receive(turn, event)
        case EvidenceReceived():
            return _evidence(turn, event)
        case AlbumSettled():
            return _settled(turn)
        case FileStored():
            return _stored(turn, event)
        case FileRefused():
            case = _owner(turn, event.file_key)
            return evidence.refused(turn, case, event) if case else turn
        case ChoicePicked():
            return choices.receive(turn, event)
        case NudgeDue():
            return _nudged(turn, event)
        case UnsupportedReceived():
            return _unsupported(turn, event)
        case ChatBlocked():
            return turn.with_conversation(blocked=event.blocked)
        case _:
            assert_never(event)


def _owner(turn: Turn, file_key: str) -> Case | None:
    return next(
        (
            case
            for case in turn.conversation.cases
            if any(item.file_key == file_key for item in case.evidence)
        ),
        None,
    )


def _evidence(turn: Turn, event: EvidenceReceived) -> Turn:
    """A file. Before there is a case it opens one, so that no picture is ever lost; the story can follow.

    A caption that tells a story is read as one first.
    """
    event = replace(event, caption=mask(event.caption, secrets_in(event.caption)))
    case = turn.case
    if case is None or case.outcome is not None or turn.conversation.asking == "story":
        turn = _case_for_file(turn, event)
        case = turn.case
    return evidence.receive(turn, case, event) if case else turn


def _case_for_file(turn: Turn, event: EvidenceReceived) -> Turn:
    said = TextReceived(text=event.caption, at=event.at, message_id=event.message_id)
    found = intake.read(turn, event.caption)
    if found.primary in turn.world.knowledge.problems and found.confidence >= intake.SURE:
        return intake.start(turn, said, found)
    case = intake.open_case(turn, said, Understanding(primary="not_delivered"), "not_delivered")
    turn = turn.with_case(case).with_conversation(asking=None, prevention=None, greeted=True)
    return turn.say(
        words("evidence.before_story"),
        buttons=rows(button("button.all_types", "typepage:0")),
        case=case,
    )


def _settled(turn: Turn) -> Turn:
    for case in turn.conversation.cases:
        if case.unsettled:
            turn, case, lead = evidence.settle(turn, case)
            turn = _after_files(turn, case, lead) if lead else turn
    return turn


def _after_files(turn: Turn, case: Case, lead: tuple[Words, ...]) -> Turn:
    """An exhibit that nobody has named is asked about; otherwise the open question comes back."""
    if unassigned(case) or case.step is Step.EVIDENCE:
        return evidence.progress(turn, case, *lead)
    return again.reask(turn, case, *lead)


def _stored(turn: Turn, event: FileStored) -> Turn:
    case = _owner(turn, event.file_key)
    return turn.with_case(evidence.stored(case, event), current=False) if case else turn


def _nudged(turn: Turn, event: NudgeDue) -> Turn:
    """A nudge for a case that has moved on is not said: the plan no longer holds its key."""
    case = turn.case_by_id(event.case_id)
    if case is None or turn.conversation.muted:
        return turn
    wanted = plan(case, turn.world.knowledge, Calendar(turn.world.knowledge.calendar))
    if all(item.key != event.key for item in wanted):
        return turn
    return nudge.due(turn, case, event)


def _unsupported(turn: Turn, event: UnsupportedReceived) -> Turn:
    known = ("sticker", "location", "contact", "poll", "dice", "video_note", "animation", "voice")
    lead = words(f"unsupported.{event.kind}" if event.kind in known else "unsupported.other")
    case = turn.case
    if case is None or case.outcome is not None:
        return turn.say(lead, words("chat.tell"))
    return again.reask(turn, case, lead)


def _plans(before: Conversation, turn: Turn) -> tuple[PlanNudges, ...]:
    """A complete plan for each case that changed; an unchanged case wants what it wanted before."""
    old = {case.id: case for case in before.cases}
    changed = [case for case in turn.conversation.cases if old.get(case.id) != case]
    calendar = Calendar(turn.world.knowledge.calendar)
    return tuple(
        PlanNudges(case_id=case.id, nudges=plan(case, turn.world.knowledge, calendar)) for case in changed
    )
