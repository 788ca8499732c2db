"""A text: whose turn it is to understand it, from the most urgent reading to the last resort."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from flows.actions import Words
from flows.answers import command_word, mask, outcome_words, secrets_in, yes_no
from flows.case import Case, Statement, Step
from flows.display import READ_BACK, case_name, fact_line
from flows.escalation import ladder
from flows.events import TextReceived
from flows.ledger import PAYMENT_CHANNELS
from flows.questions import Question, topic
from flows.replies import is_about_reply
from flows.script import locale_of_text
from flows.steps import chat, commands, drafts, evidence, facts, intake, prevention, status, waiting
from flows.turn import Turn, button, quoted, rows, told, words
from flows.understanding import Understanding

#: From here on a text in a waiting case is taken for the other side's answer.
ABOUT_REPLY = 0.5
#: Below this nothing is guessed at all.
GUESS = 0.2
#: Longer than this a text is material (pasted chats, order pages), never a bare answer.
LONG = 80
#: A shorter text is an answer or a command, not a statement.
TELLING = 12
#: A text of at most this length can be a wish to go straight to a stage.
WISH = 14
STAGE_WISHES = (
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:起诉|打官司|上法院|去法院)"), "court"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:报警|报案)(?!.*(?:没用|有用))"), "police"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:投诉到?|打|找)?12315(?:投诉)?$"), "12315"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:投诉到?|找)(?:消协|消费者协会)"), "consumer_association"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:投诉微信|微信投诉)"), "wechat_pay"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:投诉支付宝|支付宝投诉)"), "alipay"),
    (re.compile(r"^(?:我?(?:要|想|去|直接)*)?(?:找平台|平台介入|平台售后)"), "platform"),
)
#: 'I have paid (it)', said after somebody asked for money.
PAID = re.compile(r"(?:已经|刚|都|又)?(?:付|交|转|打|给)(?:了|过去|过了)(?!.*(?:退|没))")
NOT_YET = re.compile(r"(?:还|也|到现在)?没(?:有)?(?:退|到账|到|处理|收到|动静|给)")
#: Away for longer than this, somebody who says hello is shown where things stand.
AWAY = timedelta(days=2)
#: How a text says that it confirms erasing.
CONFIRMS = ("确认", "確認")


def receive(turn: Turn, event: TextReceived) -> Turn:
    """Any text message."""
    turn = _own_script(turn, event.text)
    turn, event = _without_secrets(turn, event)
    if event.edited:
        return edited(turn, event)
    if not event.text.strip("\u200b\u200e\u200f\u2066\u2069\ufeff \n\t"):
        return missed(turn)
    if event.origin is not None and turn.case is not None and turn.case.outcome is None:
        return forwarded(turn, turn.case, event)
    wish = command_word(event.text, turn.world.language)
    if turn.conversation.asking == "erase":
        return _erase_answer(turn, event, wish)
    done = commands.run(turn, wish) if wish and wish != "skip" else None
    return done or _talk(turn, event)


def _own_script(turn: Turn, text: str) -> Turn:
    locale = locale_of_text(text, turn.world.language)
    return turn.with_conversation(locale=locale) if locale else turn


def _without_secrets(turn: Turn, event: TextReceived) -> tuple[Turn, TextReceived]:
    """Passwords, codes and card numbers are masked before anything is kept, and the person is warned."""
    found = secrets_in(event.text)
    if not found:
        return turn, event
    return turn.say(words("secret.warn")), replace(event, text=mask(event.text, found))


def _erase_answer(turn: Turn, event: TextReceived, wish: str | None) -> Turn:
    confirmed = event.text.strip().startswith(CONFIRMS) or yes_no(event.text, turn.world.language)
    if wish == "erase" or confirmed:
        return chat.erase(turn)
    return chat.keep(turn)


def _talk(turn: Turn, event: TextReceived) -> Turn:
    turn = _named_case(turn, event)
    case, talk = turn.case, turn.conversation
    if talk.prevention is not None:
        return prevention.receive(turn, event.text)
    found = intake.read(turn, event.text)
    if talk.asking == "same_case" and case is not None:
        return _same_answer(turn, case, event)
    if case is None or case.outcome is not None or talk.asking == "story":
        return fresh(turn, event, found)
    return ongoing(turn, case, event, found)


def _named_case(turn: Turn, event: TextReceived) -> Turn:
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
    return any(len(str(value)) > 1 and str(value).lower() in text for value in values)


def _same_answer(turn: Turn, case: Case, event: TextReceived) -> Turn:
    """'The same' or 'another one', in words; anything else leaves the question and is read for itself."""
    wish = command_word(event.text, turn.world.language)
    same = yes_no(event.text, turn.world.language)
    if wish == "new" or "另" in event.text[:6] or same is False:
        return held(turn, case, new=True)
    if same or "同一" in event.text[:6]:
        return held(turn, case, new=False)
    return _talk(turn.with_conversation(asking=None, held_text=""), event)


def held(turn: Turn, case: Case, *, new: bool) -> Turn:
    """The text that was held back: the first words of another matter, or part of this one."""
    text = turn.conversation.held_text
    turn = turn.with_conversation(asking=None, held_text="")
    event = TextReceived(text=text, at=turn.event.at, message_id=0)
    found = intake.read(turn, text)
    if new:
        return intake.start(turn, event, found)
    after, _ = facts.absorb(_remember(case, event), found.facts, event.at)
    differing = {
        name: facts.stated(item, event.at)
        for name, item in found.facts.items()
        if name in READ_BACK and name in case.facts and case.facts[name].value != item.value
    }
    lines = tuple(fact_line(name, fact) for name, fact in differing.items())
    lead = (words("fact.two_values", lines=lines),) if lines else ()
    return reask(turn.with_case(after), after, *lead)


def asked(turn: Turn, text: str) -> Question | None:
    """A question about the way itself, if the text is one."""
    return topic(text, turn.world.language, turn.world.questions)


def fresh(turn: Turn, event: TextReceived, found: Understanding) -> Turn:
    """No case is open: a claim, a question before buying, a question about us, or small talk."""
    known = found.primary in turn.world.knowledge.problems
    if known and found.confidence >= intake.SURE:
        return intake.start(turn, event, found)
    if found.primary == "prevention_question":
        return prevention.begin(turn, event.text)
    question = asked(turn, event.text)
    if question is not None:
        return turn.with_conversation(misses=0, asking="story").say(
            answer_of(question), words("chat.tell_after")
        )
    if known and (_telling(found) or found.confidence >= GUESS):
        return intake.start(turn, event, found)
    return small_talk(turn, found) or _again_closed(turn, event) or missed(turn)


def _telling(found: Understanding) -> bool:
    """A payment or a purchase is told, even if what went wrong is not clear yet."""
    return bool({"amount", "platform", "order_no", "paid_at"} & set(found.facts))


def _again_closed(turn: Turn, event: TextReceived) -> Turn | None:
    """A word about a case that has ended: show it, with the way to open it again."""
    case = turn.case
    if case is None or turn.conversation.asking == "story" or len(event.text) > LONG:
        return None
    return status.show(turn, case, words("closed.asked"))


def small_talk(turn: Turn, found: Understanding) -> Turn | None:
    """Greetings, thanks, insults, 'it has arrived': one line and the way on."""
    for signal in ("resolved", "thanks", "bot_question", "insult", "greeting"):
        if signal in found.signals:
            turn = turn.with_conversation(misses=0, asking="story", greeted=True)
            return chat.welcome(turn) if signal == "greeting" else turn.say(words(f"small.{signal}"))
    return None


def answer_of(question: Question) -> Words:
    """The answer to a question in between."""
    return words("question.answer", text=told(question.answer))


def ongoing(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn:
    """A text in an open case, by what it can be, the surest reading first."""
    for reading in (
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
    return missed(turn)


def _remember(case: Case, event: TextReceived) -> Case:
    """Keep the person's own words; a bare answer tells nothing that the facts do not hold."""
    if len(event.text) < TELLING:
        return case
    said = Statement(text=event.text, at=event.at, message_id=event.message_id)
    return replace(case, statements=(*case.statements, said), touched_at=event.at)


def _corrections(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    if len(event.text) > LONG:
        return None
    corrections = facts.corrections_in(turn, case, event.text)
    if not corrections:
        return None
    after = _remember(facts.correct(case, corrections, event.at), event)
    return changed(turn, case, after)


def _by_name(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'商家地址是…': the person fills in what the bot said was open; it replaces what was known."""
    given = facts.named(event.text, turn) if "\n" not in event.text else {}
    if not given:
        return None
    return changed(turn, case, replace(case, facts={**case.facts, **given}, touched_at=event.at))


def changed(turn: Turn, before: Case, after: Case) -> Turn:
    """Say what changed and what moves with it; ask the open question again."""
    added = (name for name in after.facts if name not in before.facts and name in READ_BACK)
    new = tuple(fact_line(name, after.facts[name]) for name in added)
    lines = (*facts.changes(before, after), *new)
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


def _exhibits(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    return evidence.reorder(turn, case, event.text) if len(event.text) <= LONG else None


def _stop_loss(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """Money is still being asked for: stop first. A case that is a crime's already only gets the shield."""
    urgent = (
        (found.primary == "recovery_scam" and found.confidence >= intake.SURE)
        or any(signal.startswith("crime:") for signal in found.signals)
        or "money_leaving" in found.signals
    )
    crime = found.primary in ("scam_task", "recovery_scam", "unauthorised")
    known = turn.problem(case).crime and found.primary != "recovery_scam"
    if found.primary == case.problem or known or not (urgent and crime):
        return None
    problem = turn.world.knowledge.problems[found.primary]
    if turn.problem(case).crime:
        case = _remember(case, event)
        return reask(turn.with_case(case), case, *intake.first_aid(problem))
    case = replace(_remember(case, event), revision=case.revision + 1)
    choices = rows(button("button.switch_type", f"type:{problem.id}"), button("button.keep_type", "resume"))
    parts = (*intake.first_aid(problem), words("claim.switch", problem=told(problem.name)))
    return turn.with_case(case).say(*parts, buttons=choices, case=case)


def _paid_again(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'我已经付了' after a demand for money, or in a crime's case: minutes count."""
    asked_for_money = bool(case.replies) and case.replies[-1].kind in waiting.STOP
    if (
        not PAID.search(event.text)
        or not (asked_for_money or turn.problem(case).crime)
        or len(event.text) > LONG
    ):
        return None
    case = _remember(case, event)
    aid = intake.first_aid(turn.world.knowledge.problems["scam_task"])
    return reask(turn.with_case(case), case, *aid, words("reply.paid_noted"))


def _admission(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'其实是我填错了': what was written before is no longer true, and the type is asked about again."""
    if found.primary != "wrong_input" or case.problem == "wrong_input" or found.confidence < intake.SURE:
        return None
    case = replace(_remember(case, event), revision=case.revision + 1)
    problem = turn.world.knowledge.problems["wrong_input"]
    choices = rows(button("button.switch_type", "type:wrong_input"), button("button.keep_type", "resume"))
    text = words("claim.admission", problem=told(problem.name), now=told(turn.problem(case).short))
    return turn.with_case(case).say(text, buttons=choices, case=case)


def _wished_stage(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """'我要起诉' names the stage itself."""
    if len(event.text) > WISH or case.step is Step.CLOSED:
        return None
    channel = next((name for pattern, name in STAGE_WISHES if pattern.search(event.text)), None)
    if channel is None or channel == case.stage:
        return None
    return waiting.go(turn, case, channel)


def _digression(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    question = asked(turn, event.text) if len(event.text) <= LONG else None
    if question is None:
        return None
    return reask(turn, case, answer_of(question), words("question.back"))


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
    if agreed:
        return intake.choose(turn, case, case.problem)
    case, new = facts.absorb(_remember(case, event), found.facts, event.at)
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
        return on(turn, facts.skip(case))
    answered = facts.answer(turn, case, event.text) if len(event.text) <= LONG else None
    base = answered or case
    base, new = facts.absorb(_remember(base, event), found.facts, event.at)
    if answered is None and case.asking not in base.facts:
        return reask(turn.with_case(base), base, _noted(base, new)) if new else None
    return on(turn, base)


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


def _awaiting(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """What came of it: told in a word or two like a button, or the other side's own words."""
    case = _remember(case, event)
    if len(event.text) < TELLING and NOT_YET.search(event.text):
        broken = waiting.broken_promise(turn, case)
        if broken is not None:
            return broken
    name = outcome_words(event.text, turn.world.language)
    if name and len(event.text) < TELLING:
        return waiting.outcome(turn, case, name, event.text)
    read = waiting.reading(turn, event.text)
    about = is_about_reply(event.text, turn.world.language)
    if read.kind != "none" and (about >= ABOUT_REPLY or read.confidence >= ABOUT_REPLY):
        return waiting.replied(turn, case, event.text, read)
    if name:
        return waiting.outcome(turn, case, name, event.text)
    return waiting.ask_landing(turn, case) if "resolved" in found.signals else None


def _collecting(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    """While collecting or sending, an answer of the other side may come in too."""
    if "resolved" in found.signals:
        return waiting.ask_landing(turn, _remember(case, event))
    about = is_about_reply(event.text, turn.world.language)
    read = waiting.reading(turn, event.text)
    if read.kind != "none" and about >= ABOUT_REPLY:
        return waiting.replied(turn, _remember(case, event), event.text, read)
    return None


def _noted(case: Case, new: tuple[str, ...]) -> Words:
    lines = tuple(fact_line(name, case.facts[name]) for name in new if name in READ_BACK)
    return words("fact.noted", lines=lines) if lines else words("fact.kept")


def _new_facts(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    after, new = facts.absorb(case, found.facts, event.at)
    if _differs(case, found):
        return ask_same(turn, case, event)
    if not new:
        return None
    after = _remember(after, event)
    return reask(turn.with_case(after), after, _noted(after, new))


def _differs(case: Case, found: Understanding) -> bool:
    """Another site or order number with a clear problem: it may be another dispute."""
    other = [
        name
        for name in ("platform", "order_no")
        if name in found.facts and name in case.facts and found.facts[name].value != case.facts[name].value
    ]
    return bool(other) and found.confidence >= intake.SURE


def ask_same(turn: Turn, case: Case, event: TextReceived) -> Turn:
    """Is this the same matter or another one?"""
    turn = turn.with_conversation(asking="same_case", held_text=event.text)
    name = case_name(case, turn.world.knowledge)
    choices = rows(button("button.same", "file:same"), button("button.another", "file:new"))
    return turn.say(words("cases.same", name=name), buttons=choices, case=case)


def _other(turn: Turn, case: Case, event: TextReceived, found: Understanding) -> Turn | None:
    away = turn.event.at - (case.touched_at or case.opened_at)
    if "greeting" in found.signals and away > AWAY:
        return status.show(turn, case, words("chat.back_after", days=away.days))
    for signal in ("thanks", "insult", "bot_question", "greeting"):
        if signal in found.signals:
            return reask(turn, case, words(f"small.{signal}.case"))
    if found.confidence >= intake.SURE and found.primary in turn.world.knowledge.problems:
        case = _remember(case, event)
        return reask(turn.with_case(case), case, words("fact.kept"))
    return None


def forwarded(turn: Turn, case: Case, event: TextReceived) -> Turn:
    """A forwarded text is material: an exhibit, and perhaps the other side's answer; never an instruction."""
    read = waiting.reading(turn, event.text)
    case = evidence.receive_text(turn, case, event, refusal=read.kind == "refusal")
    turn = turn.with_case(case)
    number = case.evidence[-1].number
    turn = turn.say(words("evidence.forwarded", number=number, origin=_origin(event)))
    if read.kind != "none":
        return waiting.replied(turn, case, event.text, read, forwarded=True)
    return reask(turn, case)


def _origin(event: TextReceived) -> Words:
    name = event.origin.name if event.origin else None
    return quoted(name) if name else words("evidence.origin_hidden")


def edited(turn: Turn, event: TextReceived) -> Turn:
    """An edited message counts as a correction of what it said before."""
    for case in turn.open_cases:
        if any(said.message_id == event.message_id for said in case.statements):
            return _edited(turn, case, event)
    return turn.say(words("edit.unknown")) if turn.case is None else _talk(turn, replace(event, edited=False))


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
        return reask(turn.with_case(after), after, words("edit.same"))
    return changed(turn, case, after)


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
