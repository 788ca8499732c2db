"""A text in an open case, by what it can be, the surest and most urgent reading first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.actions import Words
from flows.answers import command_word, declined, outcome_words, yes_no
from flows.case import Case, Step
from flows.display import READ_BACK, fact_line
from flows.events import TextReceived
from flows.replies import is_about_reply
from flows.steps import again, drafts, evidence, facts, intake, opening, several, status, waiting
from flows.turn import Turn, button, rows, told, words
from flows.understanding import Understanding

#: From here on a text in a waiting case is taken for the other side's answer.
ABOUT_REPLY = 0.5
#: A text of at most this length tells an outcome as a button would ('没回', '退了').
BARE = 5
#: A text of at most this length can be a wish to go straight to a stage.
WISH = 14
CRIMES = frozenset({"scam_task", "recovery_scam", "unauthorised"})
#: Away for longer than this, somebody who says hello is shown where things stand.
AWAY = timedelta(days=2)


def ongoing(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn:
    """A text in an open case, by what it can be, the surest reading first."""
    for reading in (
        _falsify,
        _recovered,
        _paid_again,
        _corrections,
        _by_name,
        _exhibits,
        _stop_loss,
        _digression,
        _wished_stage,
        _admission,
        _step,
        _new_facts,
        _other,
    ):
        done = reading(turn, case, event, found)
        if done is not None:
            return done.with_conversation(misses=0)
    return again.missed(turn)


def _corrections(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    if len(event.text) > facts.LONG:
        return None
    corrections = facts.corrections_in(turn, case, event.text)
    if not corrections:
        return None
    after = facts.remember(facts.correct(case, corrections, event.at), event)
    return again.changed(turn, case, after)


def _by_name(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'商家地址是…': the person fills in what the bot said was open; it replaces what was known."""
    given = facts.named(event.text, turn) if "\n" not in event.text else {}
    if not given:
        return None
    return again.changed(turn, case, replace(case, facts={**case.facts, **given}, touched_at=event.at))


def _exhibits(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    return evidence.reorder(turn, case, event.text) if len(event.text) <= facts.LONG else None


def _stop_loss(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """Money is still being asked for: stop first. A case that is a crime's already only gets the shield."""
    urgent = (
        (found.primary == "recovery_scam" and found.confidence >= intake.SURE)
        or any(signal.startswith("crime:") for signal in found.signals)
        or "money_leaving" in found.signals
    )
    danger = turn.world.language.talk.danger.search(event.text)
    if turn.problem(case).crime:
        problem = turn.problem(case)
        if not (urgent or danger):
            return None
        problem = turn.world.knowledge.problems.get(found.primary, problem)
        problem = problem if problem.crime else turn.problem(case)
        case = facts.remember(case, event)
        return again.reask(turn.with_case(case), case, *intake.first_aid(problem))
    if danger:
        return waiting.stop(turn, facts.remember(case, event), "code")
    if found.primary not in CRIMES or not urgent:
        return None
    problem = turn.world.knowledge.problems[found.primary]
    case = replace(facts.remember(case, event), revision=case.revision + 1)
    choices = rows(button("button.switch_type", f"type:{problem.id}"), button("button.keep_type", "resume"))
    parts = (*intake.first_aid(problem), words("claim.switch", problem=told(problem.name)))
    return turn.with_case(case).say(*parts, buttons=choices, case=case)


def _falsify(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """A wish to write what did not happen: declined with the reason, and nothing of it is kept."""
    question = turn.world.questions.get("write_false")
    wish = turn.world.language.talk.falsify
    if question is None or len(event.text) > facts.LONG or not wish.search(event.text):
        return None
    return again.reask(turn, case, opening.answer_of(question), words("question.back"))


def _recovered(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'钱追回来了' is good news, not somebody's offer."""
    if len(event.text) > WISH or not turn.world.language.talk.recovered.search(event.text):
        return None
    return waiting.ask_landing(turn, case)


def _paid_again(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'我已经付了' after a demand for money, or in a crime's case: minutes count."""
    asked_for_money = bool(case.replies) and case.replies[-1].kind in waiting.STOP
    if (
        not turn.world.language.talk.paid.search(event.text)
        or not (asked_for_money or turn.problem(case).crime)
        or len(event.text) > facts.LONG
    ):
        return None
    case = facts.remember(case, event)
    aid = intake.first_aid(turn.world.knowledge.problems["scam_task"])
    return again.reask(turn.with_case(case), case, *aid, words("reply.paid_noted"))


def _admission(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'其实是我填错了': what was written before is no longer true, and the type is asked about again."""
    own_fault = turn.world.language.talk.own_fault.search(event.text)
    told_so = found.primary == "wrong_input" and found.confidence >= intake.SURE and own_fault
    if not told_so or case.problem == "wrong_input":
        return None
    case = replace(facts.remember(case, event), revision=case.revision + 1)
    problem = turn.world.knowledge.problems["wrong_input"]
    choices = rows(button("button.switch_type", "type:wrong_input"), button("button.keep_type", "resume"))
    text = words("claim.admission", problem=told(problem.name), now=told(turn.problem(case).short))
    return turn.with_case(case).say(text, buttons=choices, case=case)


def _wished_stage(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'我要起诉' names the stage itself."""
    if len(event.text) > WISH or case.step is Step.CLOSED:
        return None
    wishes = turn.world.language.talk.stage_wishes
    channel = next((name for name, pattern in wishes.items() if pattern.search(event.text)), None)
    if channel is None or channel == case.stage:
        return None
    return waiting.go(turn, case, channel)


def _digression(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    question = opening.asked(turn, event.text) if len(event.text) <= facts.LONG else None
    if question is None:
        return None
    return again.reask(turn, case, opening.answer_of(question), words("question.back"))


def _step(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    match case.step:
        case Step.CONFIRM_TYPE:
            return _confirming(turn, case, event, found)
        case Step.ASK_FACT:
            return _answering(turn, case, event, found)
        case Step.WAITING:
            return _awaiting(turn, case, event, found)
        case Step.EVIDENCE | Step.DRAFT:
            return _collecting(turn, case, event, found)
        case _:
            return None


def _confirming(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    agreed = yes_no(event.text, turn.world.language)
    unsure = case.confidence < intake.SURE and not turn.problem(case).crime
    if agreed and not unsure:
        return intake.choose(turn, case, case.problem)
    if agreed:  # nothing was proposed that a yes could agree to
        return intake.list_types(turn, case, 0)
    case, new = facts.absorb(facts.remember(case, event), found.facts, event.at)
    if found.primary in turn.world.knowledge.problems and found.confidence >= intake.SURE:
        case = replace(case, problem=found.primary, also=found.also, confidence=found.confidence)
        case = replace(case, stage=intake.first_stage(turn, case), revision=case.revision + 1)
        lead = intake.first_aid(turn.problem(case))
        return intake.confirm(turn.with_case(case), case, *lead)
    if agreed is False:
        return intake.list_types(turn.with_case(case), case, 0)
    return intake.confirm(turn.with_case(case), case) if new else None


def _answering(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    wish = command_word(event.text, turn.world.language)
    if wish == "skip":
        return again.on(turn, facts.skip(case))
    answered = facts.answer(turn, case, event.text) if len(event.text) <= facts.LONG else None
    base = answered or case
    base, new = facts.absorb(facts.remember(base, event), found.facts, event.at)
    if answered is None and case.asking not in base.facts:
        return again.reask(turn.with_case(base), base, _noted(base, new)) if new else None
    return again.on(turn, base)


def _awaiting(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """What came of it: told in a word or two like a button, or the other side's own words."""
    case = facts.remember(case, event)
    told = _told_of_money(turn, case, event.text)
    if told is not None:
        return told
    name = outcome_words(event.text, turn.world.language)
    if name and len(event.text) <= BARE:
        return waiting.outcome(turn, case, name, event.text)
    read = waiting.reading(turn, event.text)
    about = is_about_reply(event.text, turn.world.language)
    if read.kind != "none" and (about >= ABOUT_REPLY or read.confidence >= ABOUT_REPLY):
        return waiting.replied(turn, case, event.text, read)
    if name:
        return waiting.outcome(turn, case, name, event.text)
    return waiting.ask_landing(turn, case) if "resolved" in found.signals else None


def _told_of_money(turn: Turn, case: Case, text: str) -> Turn | None:
    """What the person says of an offer, of a sum that came back, of a promise whose time has passed."""
    offered = bool(case.replies) and case.replies[-1].kind in (
        "partial_offer",
        "exchange_offer",
        "to_balance",
    )
    taken = _offer_taken(turn, text) if offered and len(text) < facts.TELLING else None
    if taken is not None:
        return waiting.offer_answered(turn, case, accepted=taken)
    if len(text) < facts.TELLING and turn.world.language.talk.not_yet.search(text):
        return waiting.broken_promise(turn, case)
    return waiting.part_told(turn, case, text)


def _offer_taken(turn: Turn, text: str) -> bool | None:
    """The person's yes or no to an offer; None when the text is neither."""
    talk = turn.world.language.talk
    if talk.offer_declined.match(text):
        return False
    return True if talk.offer_taken.match(text) else None


def _collecting(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """While collecting or sending, an answer of the other side may come in too; 'skip' leads on to the text."""
    language = turn.world.language
    short = len(event.text) <= BARE
    if short and (
        declined(event.text, language) or (yes_no(event.text, language) and case.step is Step.EVIDENCE)
    ):
        return drafts.hand_over(turn, case) if case.step is Step.EVIDENCE else drafts.remind(turn, case)
    if len(event.text) < facts.TELLING and language.talk.not_yet.search(event.text) and case.filings:
        broken = waiting.broken_promise(turn, case)
        if broken is not None:
            return broken
    if "resolved" in found.signals:
        return waiting.ask_landing(turn, facts.remember(case, event))
    about = is_about_reply(event.text, turn.world.language)
    read = waiting.reading(turn, event.text)
    if read.kind != "none" and about >= ABOUT_REPLY:
        return waiting.replied(turn, facts.remember(case, event), event.text, read)
    return None


def _noted(case: Case, new: tuple[str, ...]) -> Words:
    lines = tuple(fact_line(name, case.facts[name]) for name in new if name in READ_BACK)
    return words("fact.noted", lines=lines) if lines else words("fact.kept")


def _new_facts(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    after, new = facts.absorb(case, found.facts, event.at)
    if _differs(case, found):
        return several.ask_same(turn, case, event.text)
    if not new:
        return None
    after = facts.remember(after, event)
    return again.reask(turn.with_case(after), after, _noted(after, new))


def _differs(case: Case, found: Understanding) -> bool:
    """Another site or order number with a clear problem: it may be another dispute."""
    other = [
        name
        for name in ("platform", "order_no")
        if name in found.facts and name in case.facts and found.facts[name].value != case.facts[name].value
    ]
    return bool(other) and found.confidence >= intake.SURE


def _other(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    away = turn.event.at - (case.touched_at or case.opened_at)
    if "greeting" in found.signals and away > AWAY:
        return status.show(turn, case, words("chat.back_after", days=away.days))
    for signal in ("thanks", "insult", "bot_question", "greeting"):
        if signal in found.signals:
            return again.reask(turn, case, words(f"small.{signal}.case"))
    if found.confidence >= intake.SURE and found.primary in turn.world.knowledge.problems:
        case = facts.remember(case, event)
        return again.reask(turn.with_case(case), case, words("fact.kept"))
    return None
