"""How much a message resembles the example sentences of each label: a tie-breaker where no phrase decides.

Naive Bayes over single characters and pairs and triples of characters, counted from the examples when the language
is loaded. It never outweighs a strong phrase (see `flows.classify`), but orders the labels when phrases are silent.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from struct import unpack

_DIGITS = re.compile(r"[\d.]+")
_MARKS = re.compile(r"\W+")
#: Of a long text only the beginning and the end are compared; that is where people say what happened.
HEAD, TAIL = 160, 120
#: With fewer characters than this besides polite words, the polite words are what the message says.
LEAST_MATTER = 3
_SMOOTHING = 16.0
#: Gains are kept in thousandths, 32 bits a label, all labels in one number: adding numbers adds every label at once.
_SCALE, _BITS = 1000, 32
#: Below the root of so many known features little was said, and no label stands out much.
_FLATTEST = 5.0


@dataclass(frozen=True, slots=True)
class Examples:
    """What was counted. `costs[i]` is what each known feature costs label i, `gain[feature]` packs what it brings;
    `courtesy` finds polite words, which say nothing beside others."""

    courtesy: re.Pattern[str]
    labels: tuple[str, ...]
    costs: tuple[float, ...]
    gain: Mapping[str, int]


def learn(sentences: Iterable[tuple[str, str]], courtesies: Iterable[str]) -> Examples:
    """Count (label, normalised sentence) pairs. A feature that occurs once in all of them teaches nothing."""
    courtesy = re.compile("|".join(map(re.escape, sorted(courtesies, key=len, reverse=True))) or r"(?!)")
    features: dict[str, list[str]] = {}
    sizes: Counter[str] = Counter()
    for label, sentence in sentences:
        sizes[label] += 1
        features.setdefault(label, []).extend(_features(sentence, courtesy))
    numbers = Counter(chain.from_iterable(features.values()))
    gain = {feature: 0 for feature, number in numbers.items() if number > 1}
    scale = sum(sizes.values()) / _SMOOTHING
    for place, found in enumerate(features.values()):
        for feature, count in Counter(filter(gain.__contains__, found)).items():
            brings = math.log1p(scale * count / (numbers[feature] + 1))
            gain[feature] += round(brings * _SCALE) << place * _BITS
    costs = tuple(math.log(sizes[label] + _SMOOTHING) for label in sizes)
    return Examples(courtesy, tuple(sizes), costs, gain)


def resemblance(text: str, examples: Examples) -> dict[str, float]:
    """The share of each label in the resemblance of a normalised text, summing to 1; empty when nothing is known."""
    known = [gain for gain in map(examples.gain.get, _features(text, examples.courtesy)) if gain is not None]
    if not known:
        return {}
    size = len(examples.labels)
    sums = unpack(f"<{size}I", sum(known).to_bytes(size * _BITS // 8, "little"))
    scores = [gained / _SCALE - cost * len(known) for gained, cost in zip(sums, examples.costs, strict=True)]
    best = max(scores)
    flatness = max(_FLATTEST, math.sqrt(len(known)))
    shares = [math.exp((score - best) / flatness) for score in scores]
    total = sum(shares)
    return {label: share / total for label, share in zip(examples.labels, shares, strict=True)}


def _features(text: str, courtesy: re.Pattern[str]) -> set[str]:
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + " " + text[-TAIL:]
    matter = courtesy.sub(" ", text)
    text = text if len(matter.strip()) < LEAST_MATTER else matter
    plain = " " + _MARKS.sub(" ", _DIGITS.sub("0", text)).strip() + " "
    features = set(plain)
    features.update(map("".join, pairwise(plain)))
    features.update(map("".join, zip(plain, plain[1:], plain[2:], strict=False)))
    features.discard(" ")
    return features
