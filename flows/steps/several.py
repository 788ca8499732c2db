"""Several cases in one chat: which one a text means, and whether it starts another."""

from __future__ import annotations

from flows.answers import command_word, yes_no
from flows.case import Case
from flows.display import READ_BACK, case_name, fact_line
from flows.events import TextReceived
from flows.steps import again, facts, intake
from flows.turn import Turn, button, rows, words

#: People call a thing by the beginning of its name (优酷那个 for 优酷会员).
BEGINNING = 2


def named_case(turn: Turn, event: TextReceived) -> Turn:
    """Among several open cases the one whose goods or site the text names is meant."""
    if len(turn.open_cases) < 2:
        return turn
    text = event.text.lower()
    named = [case for case in turn.open_cases if _mentions(case, text)]
    if len(named) != 1 or named[0].id == turn.conversation.current:
        return turn
    name = case_name(named[0], turn.world.knowledge)
    return turn.with_conversation(current=named[0].id).say(words("cases.meant", name=name))


def _mentions(case: Case, text: str) -> bool:
    values = (
        case.facts[name].value for name in ("goods", "platform", "merchant", "order_no") if name in case.facts
    )
    return any(len(str(value)) > 1 and str(value).lower()[:BEGINNING] in text for value in values)


def ask_same(turn: Turn, case: Case, text: str) -> Turn:
    """Is this the same matter or another one?"""
    turn = turn.with_conversation(asking="same_case", held_text=text)
    name = case_name(case, turn.world.knowledge)
    choices = rows(button("button.same", "file:same"), button("button.another", "file:new"))
    return turn.say(words("cases.same", name=name), buttons=choices, case=case)


def same_answer(turn: Turn, case: Case, event: TextReceived) -> Turn | None:
    """'The same' or 'another one', in words; None when the text answers something else."""
    wish = command_word(event.text, turn.world.language)
    same = yes_no(event.text, turn.world.language)
    if wish == "new" or "另" in event.text[:6] or same is False:
        return held(turn, case, new=True)
    if "同一" in event.text[:6] or "就是这" in event.text[:6]:
        return held(turn, case, new=False)
    if same:  # 'yes' does not answer an either-or question
        return ask_same(turn, case, turn.conversation.held_text)
    return None


def held(turn: Turn, case: Case, *, new: bool) -> Turn:
    """The text that was held back: the first words of another matter, or part of this one."""
    text = turn.conversation.held_text
    turn = turn.with_conversation(asking=None, held_text="")
    event = TextReceived(text=text, at=turn.event.at, message_id=0)
    found = intake.read(turn, text)
    if new:
        return intake.start(turn, event, found)
    after, _ = facts.absorb(facts.remember(case, event), found.facts, event.at)
    differing = {
        name: facts.stated(item, event.at)
        for name, item in found.facts.items()
        if name in READ_BACK and name in case.facts and case.facts[name].value != item.value
    }
    lines = tuple(fact_line(name, fact) for name, fact in differing.items())
    lead = (words("fact.two_values", lines=lines),) if lines else ()
    return again.reask(turn.with_case(after), after, *lead)
