"""Where things stand: one case, all cases, the deadlines, the timeline, and the short way back after days."""

from __future__ import annotations

from flows.actions import Button, SendText, Words
from flows.case import Case, Step
from flows.deadlines import ics
from flows.display import case_name, dated, fact_lines
from flows.drafts import catalogue_text, timeline_text
from flows.evidence import gaps, kept
from flows.steps import drafts
from flows.turn import Turn, button, rows, told, words


def _filed(turn: Turn, case: Case) -> tuple[Words, ...]:
    channels = turn.world.knowledge.channels
    return tuple(
        words(
            "status.filed",
            when=dated(filing.sent_at, turn.world.now),
            channel=told(channels[filing.channel].short),
            result=words(f"result.{filing.result or 'none'}"),
        )
        for filing in case.filings
    )


def next_step(case: Case) -> Words:
    """What the person can do next, in one line."""
    return words(f"status.next.{case.step.value}")


def step_buttons(turn: Turn, case: Case) -> tuple[Button, ...]:
    """The buttons that lead on from the present step."""
    match case.step:
        case Step.WAITING:
            return tuple(item for row in drafts.waiting_buttons(turn, case) for item in row)
        case Step.CLOSED:
            return (button("button.reopen", "reopen"), button("button.export", "export"))
        case _:
            return (
                button("button.draft", "draft"),
                button("button.evidence", "evidence"),
                button("button.deadlines", "deadlines"),
                button("button.export", "export"),
            )


def show(turn: Turn, case: Case, *lead: Words, in_place: bool = False) -> Turn:
    """One case: its name, stage, facts, evidence, filings, deadlines, next step."""
    knowledge = turn.world.knowledge
    stage = turn.channel(case).name if case.outcome is None else ""
    parts = [
        *lead,
        words("status.head", name=case_name(case, knowledge), problem=told(turn.problem(case).name)),
        words("status.stage", stage=told(stage)) if stage else words(f"status.outcome.{case.outcome}"),
    ]
    lines = fact_lines(case)
    parts += [words("status.facts", lines=lines)] if lines else []
    missing = "、".join(proof.name for proof in gaps(case, knowledge) if proof.required)
    parts.append(
        words(
            "status.evidence",
            count=len(kept(case)),
            missing=words("status.gaps", names=told(missing)) if missing else words("status.no_gaps"),
        )
    )
    filed = _filed(turn, case)
    parts += [words("status.filings", lines=filed)] if filed else []
    parts.append(next_step(case))
    return turn.say(*parts, buttons=rows(*step_buttons(turn, case)), case=case, in_place=in_place)


def deadlines(turn: Turn, case: Case) -> Turn:
    """The ledger of dates, as text and as a calendar file."""
    found = drafts.deadlines_of(turn, case)
    if not found:
        return turn.say(words("deadline.none"), buttons=rows(button("button.status", "status")), case=case)
    lines = tuple(drafts.due_line(turn, item) for item in found)
    name = "".join(proof for proof in [turn.problem(case).short])
    turn = turn.say(
        words("deadline.head", name=case_name(case, turn.world.knowledge)),
        words("deadline.list", lines=lines),
        words("deadline.note"),
        buttons=rows(button("button.status", "status"), button("button.draft", "draft")),
        case=case,
    )
    return turn.do(
        SendText(
            name="期限.ics",
            content=ics(found, name, turn.world.now),
            mime="text/calendar",
            caption=words("deadline.ics"),
        )
    )


def cases(turn: Turn) -> Turn:
    """All cases by name; tapping one switches to it."""
    if not turn.conversation.cases:
        return turn.say(words("cases.none"))
    lines, options = [], []
    for case in turn.conversation.cases:
        name = case_name(case, turn.world.knowledge)
        state = (
            words(f"status.outcome.{case.outcome}")
            if case.outcome
            else words("cases.at", stage=told(turn.channel(case).short))
        )
        lines.append(words("cases.line", name=name, state=state))
        options.append(Button(name, f"case:{case.id}"))
    return turn.say(
        words("cases.list", lines=tuple(lines)), buttons=rows(*options, button("button.new", "new"))
    )


def export(turn: Turn, case: Case) -> Turn:
    """The timeline and the catalogue of exhibits as files."""
    knowledge = turn.world.knowledge
    turn = turn.do(
        SendText(
            name="时间线.txt",
            content=timeline_text(case, knowledge),
            mime="text/plain",
            caption=words("export.timeline"),
        ),
        SendText(
            name="证据目录.txt",
            content=catalogue_text(case, knowledge),
            mime="text/plain",
            caption=words("export.catalogue"),
        ),
    )
    return turn.say(
        words("export.done"),
        buttons=rows(button("button.draft", "draft"), button("button.status", "status")),
        case=case,
    )
