"""What a message is about: which of the problem types it tells, how sure that is, and which words said so.

`understand` never raises, whatever the text. All phrases, priorities and turning words are data
(data/knowledge/lexicon); here is only how they are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flows.context import weight_in_context
from flows.facts import find_facts
from flows.language import Language
from flows.normalise import Normalised, normalise
from flows.patterns import Lexicon, Match, find_phrases, read
from flows.resemblance import resemblance
from flows.segment import Token, segment
from flows.understanding import Found, Hit, Ranked, Understanding

OTHER = "other"
#: Characters read at the beginning and at the end; a Telegram message has at most 4,096 in all.
MOST_READ = (2000, 600)
SIGNAL = "signal:"
#: A label counts as told from this score on: one strong phrase, or a medium one with support.
TOLD = 2.4
#: A label is listed in `also` from this score on.
ALSO = 3.4
#: What the best phrases of a label add, by rank, when they stand at different places.
SUPPORT = (1.0, 0.4, 0.25, 0.15)
#: What a step of priority is worth between labels that are both told.
PRIORITY_STEP = 0.09
#: What a signal that speaks for or against a label does to it.
RAISED = 2.5
LOWERED = 0.3
#: A phrase of at least this weight that is denied takes the resemblance to its label down as well.
DENIED = 4.0
#: What full resemblance to a label's examples adds, the least share that counts, and the share below which a
#: message without any phrase is taken for small talk.
RESEMBLES = 6.0
#: Beside a label that is said plainly (a score of PLAIN), likeness counts less for one that phrases barely speak for.
PLAIN, BARELY, UNSPOKEN = 5.5, 2.0, 0.5
NOTABLE_SHARE = 0.03
UNLIKE_ANY = 0.25
#: What is left of a stage (refused, promised) or of small talk when a cause is told.
GIVES_WAY = 0.45


class Weighed(NamedTuple):
    """A phrase that was found, and what it counts where it stands; 0 when it is denied."""

    match: Match
    weight: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """The classification without facts: labels by score, what phrases alone gave, the phrases, and the signals."""

    ranked: tuple[Ranked, ...]
    spoken: Mapping[str, float]
    told: frozenset[str]
    weighed: tuple[Weighed, ...]
    signals: frozenset[str]


def understand(text: str, now: datetime, language: Language) -> Understanding:
    """Read one message: type, facts, signals. `now` (aware) is when it was sent; relative times count from it."""
    normalised = normalise(text, language.tables).shortened(*MOST_READ)
    tokens = segment(normalised, language)
    opinion = form_opinion(normalised, tokens, language)
    facts = find_facts(normalised, tokens, now, language)
    return _conclude(opinion, normalised, facts, language.lexicon)


def form_opinion(normalised: Normalised, tokens: tuple[Token, ...], language: Language) -> Opinion:
    """Which labels the text tells, from the phrases in it and, where they are silent, from the examples."""
    lexicon = language.lexicon
    reading = read(normalised.text, tokens, lexicon)
    weighed = tuple(
        Weighed(match, weight_in_context(match, reading, lexicon)) for match in find_phrases(reading, lexicon)
    )
    signals = frozenset(
        item.match.phrase.label.removeprefix(SIGNAL)
        for item in weighed
        if item.match.phrase.label.startswith(SIGNAL) and item.weight > 0.5
    )
    scores = _scores(weighed, signals, lexicon)
    told = frozenset(label for label, score in scores.items() if score >= TOLD)
    shares = resemblance(normalised.text, language.examples)
    for label in _doubted(weighed, signals, lexicon) & shares.keys():
        shares[label] *= LOWERED
    return Opinion(_with_resemblance(_ranked(scores, lexicon), shares), scores, told, weighed, signals)


def _doubted(weighed: Iterable[Weighed], signals: frozenset[str], lexicon: Lexicon) -> set[str]:
    """Labels that a signal speaks against, or that the text names only to deny them (不是重复扣款)."""
    lowered = {label for label, rules in lexicon.labels.items() if not signals.isdisjoint(rules.lowered_by)}
    denied = {
        item.match.phrase.label for item in weighed if not item.weight and item.match.phrase.weight >= DENIED
    }
    return lowered | denied - {item.match.phrase.label for item in weighed if item.weight >= DENIED}


def _scores(weighed: Iterable[Weighed], signals: frozenset[str], lexicon: Lexicon) -> dict[str, float]:
    by_label: dict[str, list[Weighed]] = {}
    for item in weighed:
        if item.weight and not item.match.phrase.label.startswith(SIGNAL):
            by_label.setdefault(item.match.phrase.label, []).append(item)
    scores = {label: _score(items) for label, items in by_label.items()}
    for label, rules in lexicon.labels.items():
        if not signals.isdisjoint(rules.raised_by):
            scores[label] = scores.get(label, 0.0) + RAISED
        if label in scores and not signals.isdisjoint(rules.lowered_by):
            scores[label] *= LOWERED
    return {label: score for label, score in scores.items() if score > 0}


def _score(items: Sequence[Weighed]) -> float:
    """The best phrase counts in full, others that stand elsewhere less and less, and those against are taken off."""
    total = 0.0
    taken: list[tuple[int, int]] = []
    for item in sorted(items, key=lambda item: -item.weight):
        start, end = item.match.start, item.match.end
        if item.weight < 0:
            return total + item.weight
        if len(taken) < len(SUPPORT) and all(end <= s or e <= start for s, e in taken):
            total += item.weight * SUPPORT[len(taken)]
            taken.append((start, end))
    return total


def _ranked(scores: Mapping[str, float], lexicon: Lexicon) -> tuple[Ranked, ...]:
    causes = any(score >= TOLD and not lexicon.labels[label].stage for label, score in scores.items())
    ranked = []
    for label, score in scores.items():
        rules = lexicon.labels[label]
        if score >= TOLD:
            score *= 1 + PRIORITY_STEP * rules.priority / 2
        if causes and rules.stage and score < 7:
            score *= GIVES_WAY
        ranked.append(Ranked(label, round(score, 3)))
    return tuple(sorted(ranked, key=lambda item: (-item.score, item.label)))


def _with_resemblance(ranked: Sequence[Ranked], shares: Mapping[str, float]) -> tuple[Ranked, ...]:
    """Phrases first; what the message resembles is added on top, and decides alone where no phrase was found."""
    scores = {item.label: item.score for item in ranked}
    said_plainly = max(scores.values(), default=0.0) >= PLAIN
    for label, share in shares.items():
        if share >= NOTABLE_SHARE:
            weak = said_plainly and scores.get(label, 0.0) < BARELY
            weight = RESEMBLES * (UNSPOKEN if weak else 1.0)
            scores[label] = scores.get(label, 0.0) + weight * share
    if max(scores.values(), default=0.0) < RESEMBLES * UNLIKE_ANY:
        scores[OTHER] = scores.get(OTHER, 0.0) + RESEMBLES * UNLIKE_ANY
    return tuple(
        Ranked(label, round(score, 3))
        for label, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _conclude(
    opinion: Opinion, normalised: Normalised, facts: Mapping[str, Found], lexicon: Lexicon
) -> Understanding:
    primary = opinion.ranked[0].label
    return Understanding(
        primary=primary,
        also=_also(opinion, primary, lexicon),
        ranked=opinion.ranked,
        confidence=_confidence(opinion),
        hits=_hits(opinion.weighed, normalised),
        facts=facts,
        signals=frozenset(name for name in opinion.signals if not name.startswith("gate:")),
    )


def _hits(weighed: Iterable[Weighed], normalised: Normalised) -> tuple[Hit, ...]:
    """The phrases that speak for a label, heaviest first; of those that overlap only the heaviest."""
    hits: list[Hit] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    for item in sorted(weighed, key=_tellingness):
        label, start, end = item.match.phrase.label, item.match.start, item.match.end
        places = taken.setdefault(label, [])
        apart = all(end <= other_start or other_end <= start for other_start, other_end in places)
        if item.weight > 0 and apart and not label.startswith(SIGNAL):
            places.append((start, end))
            span = normalised.span(start, end)
            hits.append(Hit(normalised.text[start:end], label, round(item.weight, 2), span))
    return tuple(hits)


def _tellingness(item: Weighed) -> tuple[float, bool, int]:
    """Heaviest first; of equals the shortest that is still a phrase, because people read it."""
    length = item.match.end - item.match.start
    return -item.weight, length < 3, length


def _also(opinion: Opinion, primary: str, lexicon: Lexicon) -> tuple[str, ...]:
    """What else the message truly tells: labels with a strong phrase that may stand beside the first label."""
    best: dict[str, float] = {}
    for item in opinion.weighed:
        label = item.match.phrase.label
        best[label] = max(best.get(label, 0.0), item.weight)
    return tuple(
        item.label
        for item in opinion.ranked
        if item.label in opinion.told
        and item.label != primary
        and best.get(item.label, 0.0) >= ALSO
        and lexicon.labels[item.label].also
        and primary not in lexicon.labels[item.label].never_beside
    )


def _confidence(opinion: Opinion) -> float:
    """How likely the first label is right, 0..1: how much its phrases say, and how far the next label is behind.

    Resemblance alone never makes sure. The factors were fitted on labelled messages (see tests/score.py).
    """
    first = opinion.ranked[0]
    second = opinion.ranked[1].score if len(opinion.ranked) > 1 else 0.0
    strength = min(opinion.spoken.get(first.label, 0.0) / 4.0, 1.0)
    margin = (first.score - second) / first.score if first.score else 0.0
    return round(min(0.97, (0.15 + 0.85 * strength) * (0.42 + 0.62 * margin)), 3)
