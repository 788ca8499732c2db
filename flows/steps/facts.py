"""Facts: taken from what is said, asked for one at a time, corrected at any time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flows.actions import Button, Words
from flows.answers import Correction, declined, read_answer, read_corrections, yes_no
from flows.case import Case, Fact, Source, Statement, Step
from flows.display import fact_text
from flows.escalation import asked_in_vain
from flows.events import TextReceived
from flows.fact_names import CHOICES
from flows.knowledge import Knowledge
from flows.talk import first_match
from flows.turn import Buttons, Turn, button, rows, words
from flows.understanding import Found

#: Facts that are somebody's own sentence: any text answers them.
OWN_WORDS = frozenset(
    {
        "detail",
        "refusal",
        "received",
        "error",
        "mistake",
        "intended",
        "address",
        "site",
        "handles",
        "promised",
        "payee",
        "relation",
    }
)
LONGEST_ANSWER = 300
#: The reader's names for facts that the letters call otherwise.
ALIASES = {"promise": "promised"}
#: People read both off the same line of a bill: having asked for one is having asked for the other.
TWINS = {"merchant": "payee", "payee": "merchant"}
#: Facts that are somebody's name: a sentence is no answer to them.
NAMES_OF = frozenset({"merchant", "payee", "platform", "goods"})
#: Words of an answer or a promise, which no company is called.
SPOKEN = re.compile(r"退|处理|今天|明天|今晚|稍等|给您|给你|补发|到账|亲[,， ]|什么|谢谢")
#: Where a reported promise ends and what came of it begins.
PROMISE_ENDS = re.compile(r"[\s，,。；;]|现在|结果|还没|但是|可是")
#: Facts that are read like another one.
LIKE = {
    "refunded": "amount",
    "claimed": "amount",
    "balance": "amount",
    "second_payment_no": "payment_no",
    "used_at": "paid_at",
}

#: Longer than this a text is material (pasted chats, order pages), never a bare answer.
LONG = 80
#: A shorter text is an answer or a command, not a statement.
TELLING = 12


def stated(found: Found, at: datetime, source: Source = Source.SAID) -> Fact:
    """A found value as a fact of the case."""
    return Fact(value=found.value, words=found.words, source=source, at=at, approx=found.approx)


def tidied(name: str, found: Found) -> Found:
    """A name without the words before it, a promise without what came of it."""
    if not isinstance(found.value, str):
        return found
    if name == "platform":
        return replace(found, value=re.split(r"[\s，,]+", found.value)[-1])
    if name == "promise":
        return replace(found, value=PROMISE_ENDS.split(found.value.removeprefix("的").strip())[0])
    return found


def plausible(name: str, found: Found) -> bool:
    """A sentence is nobody's name, and nothing is no promise."""
    if not isinstance(found.value, str):
        return True
    return bool(found.value) and not (name in ("merchant", "payee") and SPOKEN.search(found.value))


def absorb(
    case: Case, found: Mapping[str, Found], at: datetime, source: Source = Source.SAID
) -> tuple[Case, tuple[str, ...]]:
    """The case with facts added that were unknown. What is known already changes only by a correction, so that
    a passing number never overwrites a confirmed one. Returns the names of what is new."""
    named = {ALIASES.get(name, name): tidied(name, value) for name, value in found.items()}
    named = {name: value for name, value in named.items() if plausible(name, value)}
    new = {name: stated(value, at, source) for name, value in named.items() if name not in case.facts}
    return replace(case, facts={**case.facts, **new}), tuple(new)


def correct(case: Case, corrections: tuple[Correction, ...], at: datetime) -> Case:
    """The case with the corrected facts in the place of the old ones."""
    changed = {item.name: stated(item.found, at) for item in corrections}
    return replace(case, facts={**case.facts, **changed})


def named(text: str, turn: Turn) -> dict[str, Fact]:
    """Facts given by the name that the bot itself uses for them: '商家地址是…', '交易单号：…'."""
    talk = turn.world.language.talk
    company = first_match(talk.company, talk.before_name.sub("", text.strip()))
    if company is not None:
        return {"payee": Fact(value=company[1], words=text, source=Source.SAID, at=turn.event.at)}
    match = first_match((*talk.named, *talk.wrong), text.strip())
    if match is None:
        return {}
    name, said = talk.names[match.group(1)], match.group(2).strip("。 ")
    if name in NAMES_OF and (SPOKEN.search(said) or talk.sentence.search(said)):
        return {}
    found = read_answer(LIKE.get(name, name), said, turn.world.now, turn.world.language)
    if name in OWN_WORDS or name in ("merchant", "platform", "goods"):
        fact = Fact(value=said, words=said, source=Source.SAID, at=turn.event.at)
        return {name: fact}
    return {name: stated(found, turn.event.at)} if found else {}


def missing(case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """Facts that the next text needs and that nobody has asked for yet, in the order of asking."""
    problem = knowledge.problems[case.problem]
    needs = problem.needs.get(case.stage, ())
    return tuple(name for name in needs if not _settled(case, name))


def _settled(case: Case, name: str) -> bool:
    """Known, passed over, or as good as known by another name."""
    if name == "contacted" and (case.replies or any(filing.channel == "merchant" for filing in case.filings)):
        return True
    twin = TWINS.get(name)
    return any(one in case.facts or one in case.skipped for one in (name, twin) if one)


def question(case: Case) -> tuple[Words, Buttons]:
    """The open question about a fact, with its buttons."""
    name = case.asking or ""
    options: list[Button] = [
        button(f"value.{name}.{value}", f"set:{name}:{value}") for value in CHOICES.get(name, ())
    ]
    return words(f"ask.{name}"), rows(*options, button("button.skip", "skip"))


def ask(turn: Turn, case: Case, name: str, *lead: Words) -> Turn:
    """Ask for one fact."""
    case = replace(case, step=Step.ASK_FACT, asking=name, revision=case.revision + 1)
    text, buttons = question(case)
    return turn.with_case(case).say(*lead, text, buttons=buttons, case=case)


def _name_given(turn: Turn, case: Case, name: str, text: str) -> Case | None:
    """A name, without what leads up to it. Thanks, a yes or a sentence is none, and 'I don't know' passes it over."""
    talk = turn.world.language.talk
    if talk.unknown.search(text) or declined(text, turn.world.language):
        return skip(case)
    said = talk.before_name.sub("", text.strip()).strip("。 ")
    if (
        not said
        or talk.sentence.search(said)
        or SPOKEN.search(said)
        or yes_no(text, turn.world.language) is not None
    ):
        return None
    found = read_answer(name, said, turn.world.now, turn.world.language)
    if found is None:
        return None
    return replace(case, facts={**case.facts, name: stated(found, turn.event.at)})


def _site_kind(turn: Turn, case: Case, text: str) -> Case | None:
    kinds = turn.world.language.talk.site_kinds
    value = next((kind for kind, pattern in kinds.items() if pattern.search(text)), None)
    if value is None:
        return None
    fact = Fact(value=value, words=text, source=Source.SAID, at=turn.event.at)
    return replace(case, facts={**case.facts, "site_kind": fact})


def skip(case: Case) -> Case:
    """The case with the open question passed over."""
    name = case.asking or ""
    marks = (name, asked_in_vain(name)) if case.pending else (name,)
    return replace(case, skipped=(*case.skipped, *marks))


def answer(turn: Turn, case: Case, text: str) -> Case | None:
    """The case with the open question answered by this text; None when the text does not answer it."""
    name = case.asking or ""
    language = turn.world.language
    if name == "site_kind":
        return _site_kind(turn, case, text)
    if name in NAMES_OF:
        return _name_given(turn, case, name, text)
    found = read_answer(LIKE.get(name, name), text, turn.world.now, language)
    # '没有' answers a yes-or-no question, and declines any other.
    if declined(text, language) and (found is None or name not in CHOICES):
        return skip(case)
    if found is not None:
        fact = stated(found, turn.event.at)
    elif name in OWN_WORDS and 0 < len(text.strip()) <= LONGEST_ANSWER:
        fact = Fact(value=text.strip(), words=text.strip(), source=Source.SAID, at=turn.event.at)
    else:
        return None
    return replace(case, facts={**case.facts, name: fact})


def corrections_in(turn: Turn, case: Case, text: str) -> tuple[Correction, ...]:
    """Corrections of known facts that the text makes in so many words."""
    known = {name: fact.value for name, fact in case.facts.items()}
    found = read_corrections(text, turn.world.now, turn.world.language, known)
    return tuple(item for item in found if known.get(item.name) != item.found.value)


def changes(before: Case, after: Case) -> tuple[Words, ...]:
    """What changed, one line a fact: '金额：88元 → 68元'."""
    lines = []
    for name, fact in after.facts.items():
        old = before.facts.get(name)
        if old is not None and old.value != fact.value:
            lines.append(
                words(
                    "fact.changed",
                    name=words(f"fact.name.{name}"),
                    old=fact_text(name, old),
                    new=fact_text(name, fact),
                )
            )
    return tuple(lines)


def remember(case: Case, event: TextReceived) -> Case:
    """Keep the person's own words; a bare answer tells nothing that the facts do not hold."""
    if len(event.text) < TELLING:
        return case
    said = Statement(text=event.text, at=event.at, message_id=event.message_id)
    return replace(case, statements=(*case.statements, said), touched_at=event.at)
