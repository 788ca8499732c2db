"""What a decision may know besides the conversation: the time, the knowledge, the language, one fresh id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.knowledge import Knowledge
from flows.language import Language
from flows.questions import Question


@dataclass(frozen=True, slots=True)
class World:
    """`now` is aware. `fresh_id` is a random short id that this turn may give to one new case."""

    now: datetime
    knowledge: Knowledge
    language: Language
    questions: Mapping[str, Question]
    fresh_id: str
