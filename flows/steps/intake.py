"""The first words: what kind of trouble it is, what was understood, one question."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import Words
from flows.case import Case, Fact, Source, Statement, Step
from flows.classify import understand
from flows.display import fact_lines
from flows.escalation import ladder
from flows.events import TextReceived
from flows.knowledge import Problem
from flows.steps import drafts, evidence, facts
from flows.turn import Buttons, Turn, button, quoted, rows, told, words
from flows.understanding import Understanding

#: Below this the bot does not guess but offers the three likeliest types.
SURE = 0.35
#: Words of at least this share of the heaviest weight are named too, unless they are longer than a glance.
NEARLY, LONGEST_QUOTE = 0.6, 14
#: How many types a page of the full list holds.
PAGE = 8


def read(turn: Turn, text: str) -> Understanding:
    """What a text means."""
    return understand(text, turn.world.now, turn.world.language)


def open_case(turn: Turn, event: TextReceived, found: Understanding, problem: str) -> Case:
    """A new case out of the first words."""
    case = Case(
        id=turn.world.fresh_id,
        revision=1,
        opened_at=event.at,
        step=Step.CONFIRM_TYPE,
        problem=problem,
        also=found.also,
        confidence=found.confidence,
        statements=(Statement(text=event.text, at=event.at, message_id=event.message_id),),
        touched_at=event.at,
    )
    case, _ = facts.absorb(case, found.facts, event.at)
    illicit = illicit_goods(turn, event.text, found)
    if illicit is not None:
        kind = Fact(value=illicit, words="", source=Source.SAID, at=event.at)
        case = replace(case, facts={**case.facts, "goods_kind": kind})
    if turn.conversation.held_text:  # what was told before buying
        case, _ = facts.absorb(case, read(turn, turn.conversation.held_text).facts, event.at)
    return replace(case, stage=first_stage(turn, case))


def first_stage(turn: Turn, case: Case) -> str:
    """Where the ladder of the case begins."""
    rungs = ladder(case, turn.world.knowledge)
    return rungs[0].channel if rungs else case.stage


def deciding_words(found: Understanding, label: str, text: str) -> str:
    """The person's own words that spoke for a label: the weightiest, and others that weigh nearly as much."""
    hits = sorted((hit for hit in found.hits if hit.label == label), key=lambda hit: -hit.weight)
    strong = [hit for hit in hits if hit.weight >= NEARLY * hits[0].weight]
    said = [text[hit.span.start : hit.span.end] for hit in strong]
    shown = [part for part in dict.fromkeys(said) if len(part) <= LONGEST_QUOTE] or said[:1]
    return "」「".join(shown[:3])


def first_aid(problem: Problem) -> tuple[Words, ...]:
    """Stop-loss lines, before anything else."""
    if not problem.first_aid:
        return ()
    lines = tuple(words("line", text=told(line)) for line in problem.first_aid)
    return (words("claim.first_aid", lines=lines),)


def read_back(turn: Turn, case: Case, why: str = "") -> tuple[Words, ...]:
    """The type, the words that decided, and the facts found."""
    problem = turn.problem(case)
    head = (
        words("claim.guess", problem=told(problem.name), why=quoted(why))
        if why
        else words("claim.type", problem=told(problem.name))
    )
    lines = fact_lines(case)
    return (head, words("claim.facts", lines=lines)) if lines else (head,)


def illicit_goods(turn: Turn, text: str, found: Understanding) -> str | None:
    """The kind of goods that the law does not protect, when the text names it among what was bought."""
    if not any(signal.startswith("illicit:") for signal in found.signals) or "有限公司" in text:
        return None
    kinds = (kind for kind in turn.world.knowledge.goods.values() if kind.illicit)
    return next((kind.id for kind in kinds if any(word in text.lower() for word in kind.words)), None)


def illicit_note(turn: Turn, case: Case) -> tuple[Words, ...]:
    """What to know before going on with such goods; a crime's own first aid comes without it."""
    fact = case.facts.get("goods_kind")
    kind = turn.world.knowledge.goods.get(str(fact.value)) if fact else None
    if kind is None or not kind.illicit or turn.problem(case).crime:
        return ()
    return (words("claim.illicit", name=told(kind.name), note=told(kind.note)),)


def candidates(turn: Turn, found: Understanding) -> tuple[str, ...]:
    """The three likeliest problem types."""
    known = turn.world.knowledge.problems
    return tuple(item.label for item in found.ranked if item.label in known)[:3]


def start(turn: Turn, event: TextReceived, found: Understanding) -> Turn:
    """Open a case and read back what was understood, or offer the likeliest types when unsure."""
    likely = candidates(turn, found)
    problem = (
        found.primary if found.primary in turn.world.knowledge.problems else (likely or ("not_delivered",))[0]
    )
    case = open_case(turn, event, found, problem)
    easy = turn.conversation.easy or "easy" in found.signals
    turn = turn.with_case(case).with_conversation(
        asking=None, misses=0, greeted=True, easy=easy, held_text=""
    )
    if found.confidence < SURE and not turn.problem(case).crime:
        return offer(turn, case, likely)
    why = deciding_words(found, problem, event.text)
    note = illicit_note(turn, case)
    lead = (*first_aid(turn.problem(case)), *read_back(turn, case, why), *note)
    return turn.say(*lead, words("claim.right"), buttons=confirm_buttons(), case=case)


def confirm_buttons() -> Buttons:
    """Right, or another type."""
    return rows(button("button.right", "yes"), button("button.other_type", "types"))


def confirm(turn: Turn, case: Case, *lead: Words) -> Turn:
    """Ask again whether the type is right."""
    parts = (*lead, *read_back(turn, case), words("claim.right"))
    return turn.say(*parts, buttons=confirm_buttons(), case=case)


def offer(turn: Turn, case: Case, likely: tuple[str, ...], *lead: Words) -> Turn:
    """The likeliest types as buttons."""
    problems = turn.world.knowledge.problems
    options = [button("told", f"type:{name}", text=problems[name].short) for name in likely]
    lines = fact_lines(case)
    noted = (words("claim.facts", lines=lines),) if lines else ()
    return turn.say(
        *lead,
        *noted,
        words("claim.choose"),
        buttons=rows(*options, button("button.all_types", "typepage:0")),
        case=case,
    )


def list_types(turn: Turn, case: Case, page: int) -> Turn:
    """All types, a page at a time, in place."""
    problems = sorted(turn.world.knowledge.problems.values(), key=lambda problem: problem.priority)
    pages = (len(problems) + PAGE - 1) // PAGE
    page = page % pages
    shown = problems[page * PAGE : (page + 1) * PAGE]
    lines = tuple(
        words("claim.type_line", name=told(problem.short), explain=told(problem.explain)) for problem in shown
    )
    options = [button("told", f"type:{problem.id}", text=problem.short) for problem in shown]
    options.append(button("button.more_types", f"typepage:{page + 1}"))
    return turn.say(words("claim.types", lines=lines), buttons=rows(*options), case=case, in_place=True)


def choose(turn: Turn, case: Case, problem: str) -> Turn:
    """The type is settled: stop-loss if it is a crime, then the facts that the first text needs."""
    changed = problem != case.problem
    case = replace(
        case, problem=problem, confidence=1.0, revision=case.revision + 1, touched_at=turn.event.at
    )
    case = replace(case, stage=first_stage(turn, case)) if not case.filings else case
    turn = turn.with_case(case)
    aid = first_aid(turn.problem(case)) if changed else ()
    lead = (*aid, words("claim.settled", problem=told(turn.problem(case).name)))
    return proceed(turn, case, *lead)


def proceed(turn: Turn, case: Case, *lead: Words) -> Turn:
    """The next open fact, or the evidence; a case that can lose no minute goes straight to the text."""
    open_facts = facts.missing(case, turn.world.knowledge)
    if open_facts:
        return facts.ask(turn, case, open_facts[0], *lead)
    if case.filings:
        return drafts.hand_over(turn, case, *lead)
    return evidence.enter(turn, case, *lead)
