"""Which way a dispute goes: the ladder of its problem type, fitted to what is known, and the next rung."""

from __future__ import annotations

from collections.abc import Mapping

from flows.case import Case
from flows.knowledge import Knowledge, Rung


def _value(case: Case, name: str) -> str | None:
    fact = case.facts.get(name)
    return str(fact.value) if fact else None


def asked_in_vain(name: str) -> str:
    """The mark in `Case.skipped` of a fact that was asked for because the way forks on it, and not given."""
    return f"{name}@fork"


def fork(case: Case, rung: Rung) -> str | None:
    """The unknown fact on which this rung depends; None when it is known or was asked for in vain."""
    unknown = (name for name in rung.when if name not in case.facts)
    return next((name for name in unknown if asked_in_vain(name) not in case.skipped), None)


def _fits(case: Case, rung: Rung) -> bool:
    """An unknown fact keeps a rung open, except where `known` is set: no chance is taken away on a guess."""

    def listed(conditions: Mapping[str, tuple[str, ...]], *, unknown: bool) -> list[bool]:
        values = ((_value(case, name), allowed) for name, allowed in conditions.items())
        return [unknown if value is None else value in allowed for value, allowed in values]

    return all(listed(rung.when, unknown=not rung.known)) and not any(listed(rung.unless, unknown=False))


def ladder(case: Case, knowledge: Knowledge) -> tuple[Rung, ...]:
    """The rungs that are open to this case, in order; of several variants of a channel the first that fits."""
    problem = knowledge.problems.get(case.problem)
    if problem is None:
        return ()
    fitting: dict[str, Rung] = {}
    for rung in problem.ladder:
        in_vain = any(asked_in_vain(name) in case.skipped and name not in case.facts for name in rung.when)
        if _fits(case, rung) and not in_vain:
            fitting.setdefault(rung.channel, rung)
    return tuple(fitting.values())


def rung_of(case: Case, knowledge: Knowledge) -> Rung | None:
    """The rung that the case stands on; None when its channel is not on the ladder (any more)."""
    return next((rung for rung in ladder(case, knowledge) if rung.channel == case.stage), None)


def next_rung(case: Case, knowledge: Knowledge) -> Rung | None:
    """The next open rung after the present one, None at the end.

    When a changed fact has taken the present channel off the ladder, the next is the first that was not filed.
    """
    open_rungs = ladder(case, knowledge)
    channels = [rung.channel for rung in open_rungs]
    if case.stage in channels:
        following = open_rungs[channels.index(case.stage) + 1 :]
    else:
        filed = {filing.channel for filing in case.filings}
        following = tuple(rung for rung in open_rungs if rung.channel not in filed)
    closed = _closed_by_acceptance(case, knowledge)
    return next((rung for rung in following if rung.channel not in closed), None)


def _closed_by_acceptance(case: Case, knowledge: Knowledge) -> frozenset[str]:
    """Bodies that refuse a dispute because another one has it (12315 against 消协). Courts never are: going there
    ends the other way."""
    taken = (filing.channel for filing in case.filings if filing.accepted_at or filing.result != "refused")
    closed = {name for channel in taken for name in knowledge.channels[channel].excludes}
    return frozenset(closed - {"court"})


def second_letter(case: Case, knowledge: Knowledge) -> str:
    """The letter for a second turn at the present channel, empty where there is none."""
    rung = rung_of(case, knowledge)
    if rung is not None and (rung.letter is not None or rung.second):
        return rung.second or ""
    return knowledge.channels[case.stage].second


def letter_for(case: Case, knowledge: Knowledge) -> str:
    """The letter that the present stage calls for: the first, or after an answer or silence here the second.

    Once the second is out it stays the second: nobody asks for delivery again after ending the contract.
    """
    rung = rung_of(case, knowledge)
    first = (rung.letter if rung else None) or knowledge.channels[case.stage].letter
    here = [filing for filing in case.filings if filing.channel == case.stage]
    second = second_letter(case, knowledge)
    turned_down = bool(here) and here[-1].result in ("refused", "silent", "partial")
    return second if second and (turned_down or any(filing.letter == second for filing in here)) else first


def exhausted_here(case: Case, knowledge: Knowledge) -> bool:
    """Everything that can be written to the present channel has been written, and it was turned down."""
    here = [filing for filing in case.filings if filing.channel == case.stage]
    second = second_letter(case, knowledge)
    used = not second or any(filing.letter == second for filing in here)
    return bool(here) and used and here[-1].result in ("refused", "silent", "partial")


def conflicts(case: Case, knowledge: Knowledge) -> tuple[str, ...]:
    """Channels that the person has used already and after which the present one refuses the same dispute."""
    filed = {filing.channel for filing in case.filings}
    excluded_by = (name for name in filed if case.stage in knowledge.channels[name].excludes)
    return tuple(sorted(excluded_by))
