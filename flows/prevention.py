"""Before buying: what the pasted rules and a few answers show, what it means, and what was not checked.

Three checks (qualification, reviews, terms) and how the money would go. What to look for and what to say about it
stand in data/knowledge/clauses; the bot can't look anything up, so whatever nobody told is listed as unchecked. No
result ever says that a site is safe. Reading never raises, whatever the text.

A wording of a clause that begins with `=` looks at an answer instead of the rules: `=payee=(person|个人)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from flows.knowledge import Clause, Knowledge
from flows.language import Language
from flows.normalise import Normalised, normalise
from flows.phrasing import Collection, Match, WordCuts, collected, compiled, find, find_all
from flows.segment import Token, segment
from flows.understanding import Span

Level = Literal["stop", "careful", "ordinary"]

#: The questions in the order of asking, with the answers that have a button. `site` is answered in words.
CHECK_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "site": (),
    "licence": ("licence", "record", "none"),
    "payee": ("company", "person", "crypto"),
    "price": ("near", "low", "half"),
}
#: An answer that leaves the question open.
UNKNOWN = "unknown"
#: What the bot never can check itself; the wording of each is in the locales, like that of the open questions.
NEVER_CHECKED = ("registry", "complaints")
#: So much of each pasted text is read.
MOST_READ = 8000
#: Weights of clauses: 3 stops, 2 asks for care, two lighter ones together do so too.
STOP, CAREFUL = 3, 2
#: Shares of the face value below which a price is half and low; the discount of official channels is small.
_HALF, _LOW = 0.5, 0.85
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,2})?")
_ANSWER = re.compile(r"=(\w+)=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A clause that was found. `words` are the person's own, at `span` of texts[text]; empty when it was an answer
    to a question (`text` is -1). `name`, `means`, `advice`, `good`, `weight`, `cites` are those of the clause."""

    id: str
    name: str
    words: str
    span: Span
    text: int
    means: str
    advice: str
    check: str
    good: bool = False
    weight: int = 0
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The result: what was found (gravest first, good signs last), ids of what was not checked, what to keep in
    case it goes wrong (wording), and how careful to be. `ordinary` means that nothing was seen, not that it is safe."""

    found: tuple[Finding, ...]
    unchecked: tuple[str, ...]
    keep: tuple[str, ...]
    level: Level


def next_check(answers: Mapping[str, str]) -> str | None:
    """The one question to ask next; None when all were answered or skipped."""
    return next((check for check in CHECK_ANSWERS if check not in answers), None)


def check_terms(
    texts: tuple[str, ...], answers: Mapping[str, str], language: Language, knowledge: Knowledge
) -> Findings:
    """Look through pasted rules and the answers given so far."""
    found = {finding.id: finding for finding in _answered(answers, language, knowledge)}
    for number, text in enumerate(texts):
        for finding in _read(number, text, language, knowledge):
            found.setdefault(finding.id, finding)
    ordered = sorted(found.values(), key=lambda finding: (finding.good, -finding.weight))
    return Findings(
        found=tuple(ordered),
        unchecked=(*_open(texts, answers), *NEVER_CHECKED),
        keep=tuple(clause.advice for clause in knowledge.clauses.values() if not clause.words),
        level=_level(ordered),
    )


def _read(number: int, text: str, language: Language, knowledge: Knowledge) -> Iterator[Finding]:
    normal = normalise(text[:MOST_READ], language.tables)
    if not normal.text.strip():
        return
    tokens = segment(normal, language)
    for key, matches in find_all(_wordings(knowledge), normal.text, WordCuts(normal.text, language)):
        match = max(matches, key=lambda one: one.weight)
        yield _found(knowledge.clauses[key], normal, match, tokens, number)


def _wordings(knowledge: Knowledge) -> Collection:
    plain = ((key, clause.words) for key, clause in knowledge.clauses.items())
    return collected(tuple((key, tuple(word for word in words if word[:1] != "=")) for key, words in plain))


def _found(
    clause: Clause, normal: Normalised, match: Match, tokens: tuple[Token, ...], number: int
) -> Finding:
    """The clause with the person's own words, up to the end of the word in which the wording ends."""
    end = next((token.end for token in tokens if token.start < match.end <= token.end), match.end)
    span = normal.span(match.start, end)
    return _finding(clause, normal.source[span.start : span.end], span, number)


def _finding(clause: Clause, words: str, span: Span, number: int) -> Finding:
    return Finding(
        id=clause.id,
        name=clause.name,
        words=words,
        span=span,
        text=number,
        means=clause.means,
        advice=clause.advice,
        check=clause.check,
        good=clause.good,
        weight=clause.weight,
        cites=clause.cites,
    )


def _answered(answers: Mapping[str, str], language: Language, knowledge: Knowledge) -> Iterator[Finding]:
    said = {check: _answer(check, value, language) for check, value in answers.items() if value != UNKNOWN}
    for clause in knowledge.clauses.values():
        if any(_fits(word, clause, said) for word in clause.words):
            yield _finding(clause, "", Span(0, 0), -1)
    others = tuple(answers[check] for check in ("payee", "price") if check in said)
    for text in others:
        yield from _read(-1, text, language, knowledge)


def _answer(check: str, value: str, language: Language) -> str:
    text = normalise(value[:MOST_READ], language.tables).text
    return _price(text) if check == "price" else text


def _price(text: str) -> str:
    """Two figures (面值100卖45) tell the share of the face value; otherwise the answer stays as it is."""
    figures = [float(figure) for figure in _NUMBER.findall(text)[:4]]
    if len(figures) < 2 or not max(figures):
        return text
    share = min(figures) / max(figures)
    return "half" if share < _HALF else "low" if share < _LOW else "near"


def _fits(word: str, clause: Clause, said: Mapping[str, str]) -> bool:
    match = _ANSWER.fullmatch(word)
    if match is None or match[1] not in said:
        return False
    guards = tuple(word for word in clause.words if word.startswith("!"))
    return any(True for _ in find(compiled((match[2], *guards)), said[match[1]]))


def _open(texts: tuple[str, ...], answers: Mapping[str, str]) -> Iterator[str]:
    yield from (check for check in CHECK_ANSWERS if answers.get(check, UNKNOWN) == UNKNOWN)
    if not any(text.strip() for text in texts):
        yield "terms"


def _level(found: list[Finding]) -> Level:
    weights = [finding.weight for finding in found if not finding.good]
    if max(weights, default=0) >= STOP:
        return "stop"
    return "careful" if max(weights, default=0) >= CAREFUL or len(weights) > 1 else "ordinary"
