"""How much a message resembles the example sentences of each label: a tie-breaker where no phrase decides.

Naive Bayes over single characters and pairs and triples of characters, counted from the examples when the language
is loaded. It never outweighs a strong phrase (see `flows.classify`), but orders the labels when phrases are silent.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_DIGITS = re.compile(r"[\d.]+")
_MARKS = re.compile(r"\W+")
#: Of a long text only the beginning and the end are compared; that is where people say what happened.
HEAD, TAIL = 160, 120
_SMOOTHING = 0.3


@dataclass(frozen=True, slots=True)
class Examples:
    """What was counted. `cost[label]` is paid for every known feature; `gain[feature]` lists what it brings back."""

    cost: Mapping[str, float]
    gain: Mapping[str, Sequence[tuple[str, float]]]


def learn(sentences: Iterable[tuple[str, str]]) -> Examples:
    """Count (label, normalised sentence) pairs. A feature that occurs once in all of them teaches nothing."""
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for label, sentence in sentences:
        features = _features(sentence)
        sizes[label] += 1
        numbers.update(features)
        counts.setdefault(label, Counter()).update(features)
    total = max(1, sum(sizes.values()))
    gain: dict[str, list[tuple[str, float]]] = {}
    for label, by_feature in counts.items():
        for feature, count in by_feature.items():
            number = numbers[feature]
            if number > 1:
                expected = _SMOOTHING * 20 * (number + 1) / total
                gain.setdefault(feature, []).append((label, math.log1p(count / expected)))
    return Examples({label: math.log(size + _SMOOTHING * 20) for label, size in sizes.items()}, gain)


def resemblance(text: str, examples: Examples) -> dict[str, float]:
    """The share of each label in the resemblance of a normalised text, summing to 1; empty when nothing is known."""
    known = [gain for gain in map(examples.gain.get, _features(text)) if gain is not None]
    if not known:
        return {}
    scores = {label: -cost * len(known) for label, cost in examples.cost.items()}
    for gain in known:
        for label, amount in gain:
            scores[label] += amount
    best = max(scores.values())
    flatness = max(1.0, math.sqrt(len(known)) / 2)
    shares = {label: math.exp((score - best) / flatness) for label, score in scores.items()}
    total = sum(shares.values())
    return {label: share / total for label, share in shares.items()}


def _features(text: str) -> set[str]:
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + " " + text[-TAIL:]
    plain = " " + _MARKS.sub(" ", _DIGITS.sub("0", text)).strip() + " "
    return {plain[at : at + size] for size in (1, 2, 3) for at in range(len(plain) - size + 1)} - {" "}
