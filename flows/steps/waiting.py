"""After a text has gone out: what came of it, when to ask again, which way on, and how a case ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.actions import Words
from flows.case import Case, Outcome, Reply, Step
from flows.display import case_name, dated, fact_text
from flows.escalation import fork, ladder, next_rung
from flows.nudges import out_of_quiet
from flows.replies import ReplyReading, read_reply
from flows.steps import drafts, facts
from flows.talk import Pattern, first_found
from flows.turn import Turn, button, rows, told, words

#: Reply kinds that count as an answer of the same name; the rest only lead to a text to send back.
RESULT_OF = {
    "refusal": "refused",
    "to_balance": "refused",
    "exchange_offer": "waiting",
    "partial_offer": "waiting",
    "delay": "waiting",
    "promise": "waiting",
    "wants_material": "waiting",
    "silence": "silent",
}
TRAPS = frozenset(
    {
        "wants_withdrawal_first",
        "wants_payment",
        "to_balance",
        "add_contact",
        "shares_screen",
        "code",
        "good_review",
    }
)


def note(case: Case, result: str, turn: Turn, said: str = "") -> Case:
    """The case with a result on its last filing at this stage; without a filing nothing is noted."""
    index = max((i for i, filing in enumerate(case.filings) if filing.channel == case.stage), default=None)
    if index is None:
        return case
    filing = replace(case.filings[index], result=result, result_at=turn.event.at, words=said)
    return replace(case, filings=(*case.filings[:index], filing, *case.filings[index + 1 :]))


def reask(turn: Turn, case: Case, *lead: Words) -> Turn:
    """What is awaited, and the buttons for what came of it."""
    channel = turn.channel(case)
    parts = (*lead, words("waiting.ask", channel=told(channel.short)))
    return turn.say(*parts, buttons=drafts.waiting_buttons(turn, case), case=case)


#: Demands after which nothing is negotiated any more.
STOP = frozenset({"wants_payment", "shares_screen", "code"})


def stop(turn: Turn, case: Case, trap: str) -> Turn:
    """Money or control is being asked for: stop, and offer the way to the police."""
    case = replace(case, revision=case.revision + 1)
    choices = rows(button("button.to_police", "go:police"), button("button.keep_type", "resume"))
    parts = (words(f"reply.trap.{trap}"), words("reply.paid_already"))
    return turn.with_case(case).say(*parts, buttons=choices, case=case)


def part_told(turn: Turn, case: Case, text: str) -> Turn | None:
    """A sum that came back: a part is settled as a part, the whole is asked about once more."""
    match, paid = first_found(turn.world.language.talk.paid_back, text), _fen(case, "amount")
    if match is None or paid is None:
        return None
    back = (_fen(case, "refunded") or 0) + round(float(match[1]) * 100)
    if back >= paid:
        return ask_landing(turn, case)
    fact = replace(case.facts["amount"], value=back, words=match[0], at=turn.event.at, approx=False)
    case = note(replace(case, facts={**case.facts, "refunded": fact}), "partial", turn, text)
    return after_part(turn, case)


def offer_answered(turn: Turn, case: Case, *, accepted: bool) -> Turn:
    """The person's own word on an offer: it is never the other side's refusal."""
    if accepted:
        case = replace(case, revision=case.revision + 1)
        choices = rows(button("button.part", "out:partial"), button("button.not_yet", "notyet"))
        return turn.with_case(case).say(words("offer.accepted"), buttons=choices, case=case)
    return escalate(turn, note(case, "partial", turn), words("offer.declined"))


def ask_what_arrived(turn: Turn, case: Case) -> Turn:
    """'到账了' can be the goods or the money."""
    case = replace(case, revision=case.revision + 1)
    choices = rows(
        button("button.goods_arrived", "close:delivered"),
        button("button.money_arrived", "out:refunded"),
        button("button.neither", "resume"),
    )
    return turn.with_case(case).say(words("arrived.which"), buttons=choices, case=case)


def broken_promise(turn: Turn, case: Case) -> Turn | None:
    """The other side named a time, and it has passed: that becomes part of the record."""
    promised = [reply.promised_for for reply in case.replies if reply.promised_for]
    if not promised or promised[-1] > turn.event.at:
        return None
    case = replace(note(case, "refused", turn), revision=case.revision + 1, snoozed_until=None)
    turn = turn.with_case(case)
    choices = rows(button("button.again", "again"), button("button.next", "next"))
    return turn.say(
        words("promise.broken", when=dated(promised[-1], turn.world.now)), buttons=choices, case=case
    )


def go(turn: Turn, case: Case, channel: str, *lead: Words) -> Turn:
    """To a channel that the person names themselves, if this dispute can go there."""
    channels = {rung.channel for rung in ladder(case, turn.world.knowledge)} | {"police"}
    if channel not in channels:
        return reask(
            turn,
            case,
            *lead,
            words("stage.not_open", channel=told(turn.world.knowledge.channels[channel].name)),
        )
    case = replace(
        case,
        stage=channel,
        drafted=(),
        snoozed_until=None,
        revision=case.revision + 1,
        touched_at=turn.event.at,
    )
    return drafts.enter(turn.with_case(case), case, *lead)


def outcome(turn: Turn, case: Case, name: str, said: str = "") -> Turn:
    """What the other side did."""
    case = replace(case, unanswered=0, touched_at=turn.event.at, snoozed_until=None)
    match name:
        case "refunded":
            return ask_landing(turn, case)
        case "delivered":
            return ask_what_arrived(turn, case)
        case "waiting":
            return wait_longer(turn, case)
        case "accepted":
            return accepted(turn, case)
        case "partial":
            return ask_received(turn, note(case, "partial", turn, said))
        case _:
            return escalate(turn, note(case, name, turn, said), words(f"outcome.noted.{name}"))


def ask_landing(turn: Turn, case: Case) -> Turn:
    """Money is only back when it has arrived: in full, by the original route."""
    case = replace(case, revision=case.revision + 1)
    amount = case.facts.get("amount")
    parts = [
        words("landing.ask_amount", amount=fact_text("amount", amount)) if amount else words("landing.ask")
    ]
    choices = rows(
        button("button.full", "full"),
        button("button.part", "out:partial"),
        button("button.not_yet", "notyet"),
    )
    return turn.with_case(case).say(*parts, buttons=choices, case=case)


def not_landed(turn: Turn, case: Case) -> Turn:
    """Agreed, but not there: nothing is closed, and the bot asks again."""
    until = out_of_quiet(turn.event.at + timedelta(days=3))
    case = replace(
        note(case, "waiting", turn), snoozed_until=until, revision=case.revision + 1, touched_at=turn.event.at
    )
    turn = turn.with_case(case)
    return turn.say(
        words("landing.not_yet", when=dated(until, turn.world.now)),
        buttons=rows(button("button.next", "next"), button("button.status", "status")),
        case=case,
    )


def ask_received(turn: Turn, case: Case) -> Turn:
    """A part came back: how much, so that only that part is settled."""
    case = replace(case, step=Step.ASK_FACT, asking="refunded", revision=case.revision + 1)
    return turn.with_case(case).say(
        words("ask.refunded"), buttons=rows(button("button.skip", "skip")), case=case
    )


def after_part(turn: Turn, case: Case) -> Turn:
    """A part is back: the rest can be claimed or left. From here on the letters ask for the rest only."""
    paid, back = _fen(case, "amount"), _fen(case, "refunded")
    if paid is not None and back is not None and back >= paid:
        return close(turn, case, Outcome.REFUNDED)
    case = replace(case, step=Step.WAITING, asking=None, revision=case.revision + 1)
    if paid is not None and back is not None:
        rest = replace(case.facts["amount"], value=paid - back, words="", at=turn.event.at)
        case = replace(case, facts={**case.facts, "claimed": rest})
    choices = rows(button("button.claim_rest", "next"), button("button.accept_part", "close:partial"))
    return turn.with_case(case).say(words("partial.choose"), buttons=choices, case=case)


def _fen(case: Case, name: str) -> int | None:
    fact = case.facts.get(name)
    return fact.value if fact and isinstance(fact.value, int) else None


def wait_longer(turn: Turn, case: Case) -> Turn:
    """One more day, with a date; waiting without a date only helps the other side."""
    until = out_of_quiet(turn.event.at + timedelta(days=1))
    case = replace(note(case, "waiting", turn), snoozed_until=until, revision=case.revision + 1)
    turn = turn.with_case(case)
    return turn.say(
        words("waiting.until", when=dated(until, turn.world.now)),
        buttons=rows(button("button.next", "next"), button("button.mute", "mute")),
        case=case,
    )


def accepted(turn: Turn, case: Case) -> Turn:
    """The channel has taken the matter on: its own time starts."""
    filings = tuple(
        replace(filing, accepted_at=turn.event.at)
        if filing.channel == case.stage and filing.accepted_at is None
        else filing
        for filing in case.filings
    )
    case = replace(case, filings=filings, revision=case.revision + 1)
    turn = turn.with_case(case)
    due = tuple(
        drafts.due_line(turn, deadline)
        for deadline in drafts.deadlines_of(turn, case)
        if deadline.cause == f"accepted:{case.stage}"
    )
    parts = [words("accepted.noted", when=dated(turn.event.at, turn.world.now))]
    parts += [words("sent.due", lines=due)] if due else []
    return turn.say(*parts, buttons=drafts.waiting_buttons(turn, case), case=case)


def escalate(turn: Turn, case: Case, *lead: Words) -> Turn:
    """On to the next rung, or to the honest end of the ladder."""
    rung = next_rung(case, turn.world.knowledge)
    if rung is None:
        return exhausted(turn, case, *lead)
    unknown = fork(case, rung)
    if unknown is not None:
        return facts.ask(turn, replace(case, pending="escalate"), unknown, *lead, words("stage.fork"))
    channel = turn.world.knowledge.channels[rung.channel]
    case = replace(
        case,
        stage=rung.channel,
        step=Step.DRAFT,
        asking=None,
        revision=case.revision + 1,
        drafted=(),
        snoozed_until=None,
        touched_at=turn.event.at,
    )
    intro = words("stage.enter", channel=told(channel.name), when=told(channel.use_when))
    return drafts.enter(turn.with_case(case), case, *lead, intro)


def exhausted(turn: Turn, case: Case, *lead: Words) -> Turn:
    """No further rung: what is left, said plainly."""
    case = replace(case, step=Step.WAITING, asking=None, revision=case.revision + 1)
    choices = rows(
        button("outcome.refunded", "out:refunded"),
        button("button.status", "status"),
        button("button.give_up", "close:exhausted"),
    )
    ending = case.stage if case.stage in ("court", "police") else "other"
    text = words(f"stage.exhausted.{ending}")
    return turn.with_case(case).say(*lead, text, buttons=choices, case=case)


def close(turn: Turn, case: Case, result: Outcome) -> Turn:
    """The case ends with an outcome; nothing more is sent about it."""
    case = note(case, "refunded", turn) if result is Outcome.REFUNDED else case
    case = replace(
        case,
        step=Step.CLOSED,
        asking=None,
        outcome=result,
        closed_at=turn.event.at,
        revision=case.revision + 1,
        snoozed_until=None,
    )
    turn = turn.with_case(case)
    name = case_name(case, turn.world.knowledge)
    choices = rows(button("button.reopen", "reopen"), button("button.export", "export"))
    return turn.say(words(f"closed.{result}", name=name), words("closed.kept"), buttons=choices, case=case)


def reopen(turn: Turn, case: Case) -> Turn:
    """A closed case goes on where it stood."""
    filed = any(filing.channel == case.stage for filing in case.filings)
    step = Step.WAITING if filed else Step.EVIDENCE
    case = replace(
        case, step=step, outcome=None, closed_at=None, revision=case.revision + 1, touched_at=turn.event.at
    )
    turn = turn.with_case(case)
    choices = rows(button("button.draft", "draft"), button("button.status", "status"))
    return turn.say(words("closed.reopened"), buttons=choices, case=case)


def reading(turn: Turn, text: str) -> ReplyReading:
    """What the other side's words amount to, in a case of this type."""
    world, case = turn.world, turn.case
    problem = case.problem if case else ""
    return read_reply(text, world.now, world.language, world.knowledge, problem=problem)


def their_words(text: str, lead_in: Pattern, *, forwarded: bool) -> str:
    """The other side's own words: a forwarded text, or what follows 'he told me:'. Empty when the person only tells
    what came of it, because their words must not be quoted as somebody else's."""
    if forwarded:
        return text.strip()
    lead = lead_in.match(text.strip())
    return text.strip()[lead.end() :].strip('“”"「」 ') if lead else ""


def _recorded(turn: Turn, case: Case, text: str, read: ReplyReading) -> Case:
    reply = Reply(
        text=text,
        at=turn.event.at,
        kind=read.kind,
        excuse=read.excuse,
        promised_for=read.promised_for,
        channel=case.stage,
    )
    return replace(case, replies=(*case.replies, reply), touched_at=turn.event.at, unanswered=0)


def replied(turn: Turn, case: Case, text: str, read: ReplyReading, *, forwarded: bool = False) -> Turn:
    """The other side has said something: what it amounts to, and the way on."""
    text = their_words(text, turn.world.language.talk.lead_in, forwarded=forwarded)
    case = _recorded(turn, case, text, read)
    match read.kind:
        case "paid_back":
            return ask_landing(turn.with_case(case), case)
        case "accepted":
            return accepted(turn.with_case(case), case)
        case "delivered":
            return ask_delivered(turn, case)
        case kind if kind in STOP and not turn.problem(case).crime:
            return stop(turn, case, read.trap or read.kind)
        case _:
            return advise(turn, note(case, RESULT_OF.get(read.kind, "waiting"), turn, text), read)


def ask_delivered(turn: Turn, case: Case) -> Turn:
    """They say it was delivered: the person looks first."""
    case = replace(case, revision=case.revision + 1)
    choices = rows(button("button.arrived", "close:delivered"), button("button.not_arrived", "out:refused"))
    return turn.with_case(case).say(words("reply.delivered"), buttons=choices, case=case)


def advise(turn: Turn, case: Case, read: ReplyReading) -> Turn:
    """A trap by its name, or the kind of answer and what the law says to it; a promise becomes a date."""
    excuse = turn.world.knowledge.excuses.get(read.excuse or "")
    kind = "promise" if read.promised_for and read.kind == "delay" else read.kind
    trap = read.trap or (kind if kind in TRAPS else None)
    parts = [words(f"reply.trap.{trap}") if trap else words(f"reply.kind.{kind}")]
    if excuse and kind not in TRAPS:
        parts.append(words("reply.answer", answer=told(excuse.answer)))
    if read.promised_for:
        case = replace(case, snoozed_until=out_of_quiet(read.promised_for))
        parts.append(words("reply.promised", when=dated(read.promised_for, turn.world.now)))
    case = replace(case, revision=case.revision + 1)
    choices = rows(
        *([button("button.counter", f"counter:{excuse.id}")] if excuse and kind not in STOP else []),
        button("button.next", "next"),
        button("button.wait", "out:waiting"),
        button("button.status", "status"),
    )
    return turn.with_case(case).say(*parts, buttons=choices, case=case)
