"""Faults on purpose: a script of exact ones, and seeded chance for campaigns.

Promise: with the same script, seed and order of calls the same faults happen. `drop_before` and `hang` are not
accepted by Telegram, `drop_after` and `hang_after` are; the server records `delivered` at acceptance.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, fields

from bot.demo.refusals import Json

KINDS = frozenset(
    {"429", "5xx", "403", "400", "drop_before", "drop_after", "hang", "hang_after", "delay", "repeat_update"}
)
#: Chance never hits the poll unless it is named: a campaign is about what is sent.
_POLL = "getupdates"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One scripted fault. `method` None means any but getUpdates; `chat` None any chat; `times` how often.

    `retry_after` and `seconds` are seconds; `code` is the status of a 5xx; `description` replaces the usual words;
    `skip` lets that many matching calls pass first.
    """

    kind: str
    method: str | None = None
    chat: int | None = None
    times: int = 1
    skip: int = 0
    retry_after: int = 1
    seconds: float = 1.0
    code: int = 500
    description: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        self.method = self.method.lower() if self.method else None

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this fault is meant for such a call."""
        named = method == self.method if self.method else (method == _POLL) == (self.kind == "repeat_update")
        return named and (self.chat is None or self.chat == chat)


def fault_from_json(data: Json) -> Fault:
    """Raises ValueError for an unknown field or kind."""
    known = {field.name for field in fields(Fault)}
    if unknown := set(data) - known:
        raise ValueError(f"unknown fields {sorted(unknown)}; known: {sorted(known)}")
    return Fault(**{**data, "kind": str(data.get("kind", ""))})


class Faults:
    """Picks at most one fault per call and counts what it did."""

    def __init__(self) -> None:
        self.script: list[Fault] = []
        self.counters: Counter[str] = Counter()
        self._chances: list[tuple[float, Fault]] = []
        self._random = random.Random(0)  # noqa: S311 - reproducible faults, no secret

    def add(self, *faults: Fault) -> None:
        """Append to the script."""
        self.script.extend(faults)

    def chances(self, chances: dict[str, Json | float], seed: int = 0) -> None:
        """kind -> probability, or kind -> {"p": probability, ...fields of Fault}. Raises ValueError."""
        self._random = random.Random(seed)  # noqa: S311 - as above
        self._chances = [_chance(kind, value) for kind, value in chances.items()]

    def clear(self) -> None:
        """No further faults; counters start again."""
        self.script.clear()
        self._chances.clear()
        self.counters.clear()

    def pick(self, method: str, chat: int | None) -> Fault | None:
        """The fault for this call, if any."""
        if not self.script and not self._chances:
            return None
        fault = self._scripted(method, chat) or self._by_chance(method, chat)
        if fault is not None:
            self.counters[fault.kind] += 1
            self.counters[f"{fault.kind}:{method}"] += 1
        return fault

    def _scripted(self, method: str, chat: int | None) -> Fault | None:
        fault = next((fault for fault in self.script if fault.fits(method, chat)), None)
        if fault is None:
            return None
        if fault.skip > 0:
            fault.skip -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self.script.remove(fault)
        return fault

    def _by_chance(self, method: str, chat: int | None) -> Fault | None:
        possible = [(chance, fault) for chance, fault in self._chances if fault.fits(method, chat)]
        if not possible:
            return None
        draw = self._random.random()
        for chance, fault in possible:
            if draw < chance:
                return fault
            draw -= chance
        return None


def _chance(kind: str, value: Json | float) -> tuple[float, Fault]:
    extra = dict(value) if isinstance(value, dict) else {"p": value}
    return float(extra.pop("p")), fault_from_json({"kind": kind, **extra})
