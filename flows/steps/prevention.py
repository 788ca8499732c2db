"""Before buying: the three checks, what was not checked, and what to keep in case it goes wrong."""

from __future__ import annotations

from flows.actions import Words
from flows.answers import declined
from flows.case import PreventionTalk
from flows.classify import understand
from flows.prevention import CHECK_ANSWERS, UNKNOWN, Finding, Findings, check_terms, next_check
from flows.turn import Turn, button, quoted, rows, told, words

#: A longer text is pasted material, not the answer to a question.
SHORT = 40


def _talk(turn: Turn) -> PreventionTalk:
    return turn.conversation.prevention or PreventionTalk()


def begin(turn: Turn, text: str = "") -> Turn:
    """Start with whatever was asked or pasted."""
    found = understand(text, turn.world.now, turn.world.language).facts if text.strip() else {}
    known = {"site": str(found["platform"].value)} if "platform" in found else {}
    talk = PreventionTalk(texts=(text,) if text.strip() else (), answers=known)
    return _go_on(turn.with_conversation(prevention=talk, asking=None, greeted=True, misses=0))


def receive(turn: Turn, text: str) -> Turn:
    """An answer to the open check, or more of the rules."""
    talk = _talk(turn)
    if talk.asking and declined(text, turn.world.language):
        return answer(turn, talk.asking, "unknown")
    if talk.asking and len(text) <= SHORT and "\n" not in text and not _is_rules(turn, text):
        return answer(turn, talk.asking, text)
    more = PreventionTalk(texts=(*talk.texts, text), asking=talk.asking, answers=talk.answers)
    return _go_on(turn.with_conversation(prevention=more), talk)


def _is_rules(turn: Turn, text: str) -> bool:
    """A short text can be a pasted rule too: then it is read, and the question stays open."""
    found = check_terms((text,), {}, turn.world.language, turn.world.knowledge).found
    return any(finding.check == "terms" for finding in found)


def answer(turn: Turn, check: str, value: str) -> Turn:
    """One check answered by text or button."""
    talk = _talk(turn)
    more = PreventionTalk(texts=talk.texts, answers={**talk.answers, check: value})
    return _go_on(turn.with_conversation(prevention=more), talk)


def _findings(turn: Turn) -> Findings:
    talk = _talk(turn)
    return check_terms(talk.texts, talk.answers, turn.world.language, turn.world.knowledge)


def _finding_line(finding: Finding) -> Words:
    said = words("prevent.quote", text=quoted(finding.words)) if finding.words else words("empty")
    return words(
        "prevent.finding",
        name=told(finding.name),
        said=said,
        means=told(finding.means),
        advice=told(finding.advice),
    )


def _go_on(turn: Turn, before: PreventionTalk | None = None) -> Turn:
    """The next check to ask about, after what newly pasted rules show; at the end the whole result."""
    talk = _talk(turn)
    begun, read = before is not None, before.texts if before else ()
    check = next_check(talk.answers)
    if check is None:
        return result(turn)
    talk = PreventionTalk(texts=talk.texts, asking=check, answers=talk.answers)
    turn = turn.with_conversation(prevention=talk)
    lead: tuple[Words, ...] = () if begun else (words("prevent.intro"),)
    if talk.texts and talk.texts != read:
        lead = (*lead, *_terms(_findings(turn), pasted=begun))
    options = [
        button(f"prevent.answer.{check}.{value}", f"pre:{check}:{value}") for value in CHECK_ANSWERS[check]
    ]
    choices = rows(
        *options, button("button.skip", f"pre:{check}:unknown"), button("button.result", "pre:result")
    )
    return turn.say(*lead, words(f"prevent.ask.{check}"), buttons=choices)


def _terms(findings: Findings, *, pasted: bool) -> tuple[Words, ...]:
    """What the pasted rules hold, briefly; advice comes with the result."""
    lines = tuple(
        words("prevent.clause", name=told(finding.name), means=told(finding.means))
        for finding in findings.found
        if finding.check == "terms"
    )
    if lines:
        return (words("prevent.terms", lines=lines),)
    return (words("prevent.no_terms"),) if pasted else ()


def result(turn: Turn) -> Turn:
    """What was found by check, what was not checked, what to keep, and how careful to be."""
    findings = _findings(turn)
    told_nothing = not findings.found and not any(value != UNKNOWN for value in _talk(turn).answers.values())
    parts: list[Words] = [words(f"prevent.level.{'nothing' if told_nothing else findings.level}")]
    for check in ("qualification", "reviews", "terms", "payment"):
        lines = tuple(_finding_line(finding) for finding in findings.found if finding.check == check)
        if lines:
            parts.append(words(f"prevent.check.{check}", lines=lines))
    if findings.unchecked:
        lines = tuple(words(f"prevent.unchecked.{name}") for name in findings.unchecked)
        parts.append(words("prevent.unchecked", lines=lines))
    parts.append(words("prevent.keep", lines=tuple(words("line", text=told(line)) for line in findings.keep)))
    choices = rows(button("button.bought", "pre:bought"), button("button.check_other", "pre:again"))
    known = "\n".join((*_talk(turn).texts, _talk(turn).answers.get("site", "")))
    return turn.with_conversation(prevention=None, held_text=known).say(*parts, buttons=choices)
