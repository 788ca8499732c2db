"""The hand-over: a text for the present stage, what to press where, what to attach, when the bot comes back."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import SendText, Words
from flows.calendar import Calendar
from flows.case import Case, Filing, Step
from flows.counters import counter_text
from flows.deadlines import Deadline
from flows.display import dated
from flows.drafts import Draft, render
from flows.escalation import conflicts, letter_for, next_rung, second_letter
from flows.ledger import ledger
from flows.steps import facts
from flows.turn import Buttons, Turn, button, rows, told, words

#: A code block longer than this goes out as a file, so that one message always holds the whole text.
LONGEST_BLOCK = 3500


def calendar_of(turn: Turn) -> Calendar:
    """The working days as the knowledge of this turn has them."""
    return Calendar(turn.world.knowledge.calendar)


def deadlines_of(turn: Turn, case: Case) -> tuple[Deadline, ...]:
    """The case's deadlines, worked out now."""
    return ledger(case, turn.world.knowledge, calendar_of(turn), turn.world.now)


def draft_of(turn: Turn, case: Case, letter: str | None = None) -> Draft:
    """The text for the present stage."""
    letter = letter or letter_for(case, turn.world.knowledge)
    return render(letter, case, turn.world.now, turn.world.knowledge)


def draft_buttons(turn: Turn, case: Case) -> Buttons:
    """What can be done with a draft, and the texts that may go beside it."""
    beside = [button("button.beside", f"letter:{name}") for name in turn.channel(case).beside]
    return rows(
        button("button.sent", "sent"),
        button("button.evidence", "evidence"),
        button("button.change", "change"),
        button("button.skip_stage", "next"),
        *beside,
    )


def beside(turn: Turn, case: Case, letter: str) -> Turn:
    """A text that may be handed in beside the present one; it changes nothing about the stage."""
    draft = draft_of(turn, case, letter)
    note = turn.world.knowledge.letters[letter].note
    lead = (words("draft.title", title=told(draft.title)), *((told(note),) if note else ()))
    open_facts = (words("draft.missing", names=told("、".join(draft.missing))),) if draft.missing else ()
    choices = rows(button("button.back_to_draft", "draft"), button("button.status", "status"))
    return turn.say(*lead, copy=draft.text, after=open_facts, buttons=choices, case=case)


def instructions(turn: Turn, case: Case) -> tuple[Words, ...]:
    """Before the text: where to press, what to attach, what to beware of."""
    channel = turn.channel(case)
    steps = tuple(
        words("draft.step", number=number, text=told(step)) for number, step in enumerate(channel.steps, 1)
    )
    parts = [words("draft.where", channel=told(channel.name), steps=steps)]
    if turn.conversation.easy:
        return (*parts, words("draft.phone", phone=told(channel.phone))) if channel.phone else tuple(parts)
    if channel.attach:
        parts.append(words("draft.attach", text=told(channel.attach)))
    for other in conflicts(case, turn.world.knowledge):
        name = turn.world.knowledge.channels[other].short
        parts.append(words("draft.conflict", other=told(name), here=told(channel.short)))
    if channel.warn:
        parts.append(words("draft.warn", text=told(channel.warn)))
    if channel.cannot:
        parts.append(words("draft.cannot", text=told(channel.cannot)))
    return tuple(parts)


def remarks(draft: Draft) -> tuple[Words, ...]:
    """After the text: its length, what is open in it, what contradicts itself, and what to do then."""
    parts = [words("draft.length", length=draft.length, limit=draft.limit)] if draft.limit else []
    if draft.missing:
        parts.append(words("draft.missing", names=told("、".join(draft.missing))))
    parts += [words(f"draft.problem.{name}") for name in draft.problems]
    return (*parts, words("draft.after"))


def hand_over(turn: Turn, case: Case, *lead: Words, letter: str | None = None) -> Turn:
    """Give the way, then the text with its buttons."""
    draft = draft_of(turn, case, letter)
    case = replace(
        case,
        step=Step.DRAFT,
        asking=None,
        revision=case.revision + 1,
        drafted=(*(name for name in case.drafted if name != draft.letter), draft.letter),
        touched_at=turn.event.at,
    )
    turn = turn.with_case(case).say(*lead, *instructions(turn, case))
    title = words("draft.title", title=told(draft.title))
    if len(draft.text) <= LONGEST_BLOCK:
        return turn.say(
            title, copy=draft.text, after=remarks(draft), buttons=draft_buttons(turn, case), case=case
        )
    file = SendText(name=f"{draft.title}.txt", content=draft.text, mime="text/plain")
    return turn.do(file).say(title, *remarks(draft), buttons=draft_buttons(turn, case), case=case)


def again(turn: Turn, case: Case) -> Turn:
    """A second turn at the same channel."""
    return hand_over(turn, case, letter=second_letter(case, turn.world.knowledge) or None)


def counter(turn: Turn, case: Case, excuse: str) -> Turn:
    """The lawful answer to an excuse, to be pasted to the other side."""
    known = turn.world.knowledge.excuses[excuse]
    choices = rows(button("button.next", "next"), button("button.status", "status"))
    return turn.say(
        words("reply.counter", name=told(known.name)),
        copy=counter_text(known, case, turn.world.now),
        buttons=choices,
        case=case,
    )


def enter(turn: Turn, case: Case, *lead: Words) -> Turn:
    """Towards the text: first the facts that it needs, one at a time, then the text."""
    open_facts = facts.missing(case, turn.world.knowledge)
    if open_facts:
        return facts.ask(turn, case, open_facts[0], *lead)
    return hand_over(turn, case, *lead)


def sent(turn: Turn, case: Case) -> Turn:
    """The person says that the text is out: the deadlines of the channel start."""
    letter = case.drafted[-1] if case.drafted else letter_for(case, turn.world.knowledge)
    filing = Filing(channel=case.stage, letter=letter, sent_at=turn.event.at)
    case = replace(
        case,
        step=Step.WAITING,
        asking=None,
        revision=case.revision + 1,
        filings=(*case.filings, filing),
        snoozed_until=None,
        unanswered=0,
        touched_at=turn.event.at,
    )
    turn = turn.with_case(case)
    started = {
        deadline.rule.id: deadline
        for deadline in deadlines_of(turn, case)
        if deadline.cause == f"filing:{case.stage}" and deadline.due > turn.event.at
    }
    due = tuple(due_line(turn, deadline) for deadline in started.values())
    parts = [
        words("sent.noted", when=dated(turn.event.at, turn.world.now), channel=told(turn.channel(case).short))
    ]
    parts += [words("sent.due", lines=due)] if due else []
    parts.append(words("sent.keep"))
    return turn.say(*parts, buttons=waiting_buttons(turn, case), case=case)


def due_line(turn: Turn, deadline: Deadline) -> Words:
    """One deadline: date, name, what kind of deadline it is, 暂定 where the calendar is not out yet."""
    kind = words(f"deadline.kind.{deadline.rule.kind}")
    provisional = words("deadline.provisional" if deadline.provisional else "empty")
    return words(
        "deadline.line",
        when=dated(deadline.due, turn.world.now),
        name=told(deadline.label),
        kind=kind,
        provisional=provisional,
    )


#: What can have come of a filing, by channel; the rest use the first entry.
OUTCOMES = {
    "": ("refunded", "refused", "silent", "partial", "waiting"),
    "12315": ("accepted", "refused", "silent", "refunded", "waiting"),
    "consumer_association": ("accepted", "refused", "silent", "refunded", "waiting"),
    "police": ("accepted", "refused", "silent", "refunded", "waiting"),
    "court": ("accepted", "refused", "silent", "refunded", "waiting"),
}


def waiting_buttons(turn: Turn, case: Case) -> Buttons:
    """The outcomes of the present channel, and the way on."""
    accepted = any(filing.channel == case.stage and filing.accepted_at for filing in case.filings)
    names = OUTCOMES[""] if accepted else OUTCOMES.get(case.stage, OUTCOMES[""])
    options = [button(f"outcome.{name}", f"out:{name}") for name in names]
    sent_once = sum(filing.channel == case.stage for filing in case.filings) == 1
    if sent_once and not accepted and second_letter(case, turn.world.knowledge):
        options.append(button("button.again", "again"))
    if next_rung(case, turn.world.knowledge):
        options.append(button("button.next", "next"))
    return rows(*options)


def remind(turn: Turn, case: Case, *lead: Words) -> Turn:
    """The draft step again, without repeating the whole text."""
    draft = draft_of(turn, case)
    parts = (*lead, words("draft.again", title=told(draft.title)))
    return turn.say(
        *parts, buttons=(*rows(button("button.draft", "draft")), *draft_buttons(turn, case)), case=case
    )
