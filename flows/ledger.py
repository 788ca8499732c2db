"""The dates of a case that matter to it: all deadlines that follow from its facts, without those that cannot apply."""

from __future__ import annotations

from datetime import datetime

from flows.calendar import Calendar
from flows.case import Case
from flows.deadlines import Deadline, case_deadlines
from flows.escalation import ladder
from flows.knowledge import Knowledge

#: Channels through which a payment can be complained about.
PAYMENT_CHANNELS = frozenset({"wechat_pay", "alipay", "bank", "qq_pay", "apple"})
#: A letter that asks for goodwill alleges no breach: no clock of law starts with it.
GOODWILL = ".goodwill"


def ledger(
    case: Case, knowledge: Knowledge, calendar: Calendar, now: datetime | None = None
) -> tuple[Deadline, ...]:
    """Deadlines, earliest first. A personal transfer has no window for a complaint at the payment platform."""
    found = case_deadlines(case, knowledge, calendar, now)
    return tuple(deadline for deadline in found if _applies(deadline, case, knowledge))


def _applies(deadline: Deadline, case: Case, knowledge: Knowledge) -> bool:
    if deadline.rule.id == "payment-dispute":
        return any(rung.channel in PAYMENT_CHANNELS for rung in ladder(case, knowledge))
    if deadline.cause == "filing:merchant" and deadline.rule.kind == "statutory":
        return any(
            filing.channel == "merchant" and not filing.letter.endswith(GOODWILL) for filing in case.filings
        )
    return True
