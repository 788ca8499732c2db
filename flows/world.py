"""What a decision may know besides the conversation: the time, the knowledge, and one fresh id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.knowledge import Knowledge
from flows.language import Language


@dataclass(frozen=True, slots=True)
class World:
    """`now` is aware. `fresh_id` is a random short id that this turn may give to one new case."""

    now: datetime
    knowledge: Knowledge
    language: Language
    fresh_id: str
