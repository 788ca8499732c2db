"""The text to send back when the other side makes an excuse: short, lawful, with a date."""

from __future__ import annotations

from datetime import datetime, timedelta

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flows import written
from flows.brief import DETAILS, known_facts
from flows.case import Case
from flows.fact_names import FACTS
from flows.knowledge import Excuse
from flows.moment import SHANGHAI

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def answer_by(now: datetime) -> datetime:
    """A day from now, up to the next full hour: our courtesy term, not one of law."""
    end = now.astimezone(SHANGHAI) + timedelta(days=1)
    whole = end.replace(minute=0, second=0, microsecond=0)
    return whole if whole == end else whole + timedelta(hours=1)


def counter_text(excuse: Excuse, case: Case, now: datetime) -> str:
    """The answer to one excuse, filled in; what is unknown reads 【待补充：…】."""
    known = known_facts(case, DETAILS[0])
    names = {name: known.get(name) or written.unknown(label) for name, label in FACTS.items()}
    promised = [
        reply.promised_for for reply in case.replies if reply.promised_for and reply.promised_for > now
    ]
    by = written.due(promised[-1] if promised else answer_by(now))
    filled, _ = written.filled(_ENVIRONMENT.from_string(excuse.counter).render(names, deadline=by))
    return filled.strip()
