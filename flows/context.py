"""What the words around a phrase do to it: denial, worry, history, and the other side speaking."""

from __future__ import annotations

from collections.abc import Mapping

from flows.patterns import Lexicon, Match, Reading, places_of

#: How much a feared or a past event still counts.
WORRY = 0.25
HISTORY = 0.3
#: How many characters may stand between the turning word and the phrase, within one clause.
NEAR_DENIAL = 6
NEAR_WORRY = 10


def weight_in_context(match: Match, reading: Reading, lexicon: Lexicon) -> float:
    """The weight of a match after its surroundings are considered; 0 when it is denied."""
    context, weight = lexicon.context, match.phrase.weight
    if _denied(match, reading, context):
        return 0.0
    rules = lexicon.labels.get(match.phrase.label)
    if rules is not None and not rules.speech and _spoken_by_other_side(match, reading, context):
        return 0.0
    worried = rules is not None and not rules.worries
    if worried and _before_in_clause(match, reading, context["worry"], NEAR_WORRY):
        weight *= WORRY
    if _is_history(match, reading, context):
        weight *= HISTORY
    return weight


def _denied(match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    return _directly_denied(match, reading, context) or _wholly_denied(match, reading, context)


def _directly_denied(match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    """没(被)跑路, 没有被盗: only words that belong to the denied phrase may stand between."""
    for start, end in places_of(context["denial"], reading):
        near = end <= match.start <= end + NEAR_DENIAL and start not in reading.inside
        if near and _only_fillers(reading.text[end : match.start], context["denial_fillers"]):
            return not _rhetorical(start, match, reading, context)
    return False


def _only_fillers(between: str, fillers: frozenset[str]) -> bool:
    while between:
        filler = next((between[:size] for size in (4, 3, 2, 1) if between[:size] in fillers), None)
        if filler is None:
            return False
        between = between[len(filler) :]
    return True


def _wholly_denied(match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    """不是重复扣款, 不存在没发货: anything short may stand between, the clause may not be a rhetorical question."""
    for start, end in places_of(context["whole_denial"], reading):
        near = end <= match.start <= end + NEAR_DENIAL and reading.clause[end] == reading.clause[match.start]
        if near and not _rhetorical(start, match, reading, context):
            return True
    return False


def _rhetorical(start: int, match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    """是不是…, 难道不是…, 不就是…吗: the denial asserts."""
    before = reading.text[max(0, start - 2) : start]
    if before.endswith(("是", "道", "岂", "还", "会", "该", "这", "可")):
        return True
    after = reading.text[match.end : match.end + 4]
    return any(after.startswith(word) for word in context["rhetorical"])


def _before_in_clause(match: Match, reading: Reading, words: frozenset[str], near: int) -> bool:
    for _, end in places_of(words, reading):
        if end <= match.start <= end + near and reading.clause[end] == reading.clause[match.start]:
            return True
    return False


def _is_history(match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    """上次被骗过，这次…: told as the past, set against the present."""
    return bool(places_of(context["present"], reading)) and _before_in_clause(
        match, reading, context["history"], 14
    )


def _spoken_by_other_side(match: Match, reading: Reading, context: Mapping[str, frozenset[str]]) -> bool:
    """客服说是我自己填错: somebody of the other side, a word of saying, then the phrase, in one sentence."""
    says = places_of(context["says"], reading)
    for _, end in places_of(context["merchant_speaks"], reading):
        if end > match.start or reading.sentence[end] != reading.sentence[match.start]:
            continue
        for start, stop in says:
            if end <= start <= end + 6 and stop <= match.start and match.start - stop <= 20:
                return True
    return False
