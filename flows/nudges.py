"""Which reminders a case wants: worked out anew from the case after every change, never from the clock.

The whole plan follows from the facts, the filings and the deadlines, so that a changed payment date moves every
reminder that depends on it. A reminder is due at its time in Asia/Shanghai outside the quiet hours 22:00–08:00.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flows.actions import Nudge
from flows.calendar import Calendar
from flows.case import Case, Filing, Step
from flows.deadlines import Deadline
from flows.knowledge import Knowledge
from flows.ledger import PAYMENT_CHANNELS, ledger
from flows.moment import SHANGHAI

QUIET_FROM, QUIET_TO = time(22, 0), time(8, 0)
#: The hour at which reminders that only have a day are sent.
MORNING = time(9, 30)
#: An unanswered question is asked again after these; then there is silence, with the list kept (ux §1.20).
ASK_AGAIN = (timedelta(0), timedelta(days=1), timedelta(days=3))
#: Days before the last safe day of a payment complaint.
COUNTDOWN = (7, 3, 1)
#: An unfinished claim is mentioned once after this time.
IDLE = timedelta(days=1)
#: A channel without a term of its own is asked about after these.
CHECK_INS = (timedelta(days=3), timedelta(days=10), timedelta(days=30))


def out_of_quiet(moment: datetime, *, earlier: bool = False) -> datetime:
    """The nearest time outside the quiet hours: the next morning, or with `earlier` the evening before."""
    local = moment.astimezone(SHANGHAI)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return local
    if earlier:
        day = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
        return datetime.combine(day, time(21, 30), SHANGHAI)
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_TO, SHANGHAI)


def _nudge(rule: str, due: datetime, occurrence: int = 0, *, final: bool = False) -> Nudge:
    local = due.astimezone(SHANGHAI)
    return Nudge(key=f"{rule}/{occurrence}/{local:%Y%m%dT%H%M}", rule=rule, due=local, final=final)


def _asking_time(deadline: Deadline) -> datetime:
    """When to ask how it went: at the minute for hours, the next morning for a day that has ended."""
    if deadline.rule.unit == "hours":
        # The letter names the next full hour: nobody is asked before the other side's time is up.
        whole = deadline.earliest.replace(minute=0, second=0, microsecond=0)
        return whole if whole == deadline.earliest else whole + timedelta(hours=1)
    if deadline.rule.kind == "promise":
        return deadline.earliest
    return datetime.combine(
        deadline.earliest.astimezone(SHANGHAI).date() + timedelta(days=1), MORNING, SHANGHAI
    )


def waiting_for(case: Case) -> Filing | None:
    """The filing whose answer is awaited: the last one of the present stage, while it has no result."""
    filings = [filing for filing in case.filings if filing.channel == case.stage]
    return filings[-1] if filings and filings[-1].result in (None, "waiting") else None


def _awaited(filing: Filing, deadlines: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """The deadlines at which the answer to a filing is due. Once it was accepted, its acceptance is not asked for."""
    cause = "accepted" if filing.accepted_at else "filing"
    causes = {f"{cause}:{filing.channel}", "promise"}
    return tuple(item for item in deadlines if item.cause in causes and item.due > filing.sent_at)


def _insisted(awaited: tuple[Deadline, ...]) -> Deadline | None:
    """The one deadline that is asked about more than once: the last of those that we or custom set, else the first."""
    soft = [deadline for deadline in awaited if deadline.rule.kind in ("courtesy", "custom")]
    return soft[-1] if soft else next(iter(awaited), None)


def _follow_ups(case: Case, deadlines: tuple[Deadline, ...]) -> Iterator[Nudge]:
    filing = waiting_for(case)
    if filing is None:
        return
    awaited = _awaited(filing, deadlines)
    insisted = _insisted(awaited)
    for deadline in awaited:
        pauses = ASK_AGAIN if deadline is insisted else ASK_AGAIN[:1]
        for occurrence, pause in enumerate(pauses):
            moment = out_of_quiet(_asking_time(deadline) + pause)
            yield _nudge(deadline.rule.id, moment, occurrence, final=occurrence == len(ASK_AGAIN) - 1)
    if not any(deadline.cause != "promise" for deadline in awaited):
        begun = filing.accepted_at or filing.sent_at
        for occurrence, pause in enumerate(CHECK_INS):
            yield _nudge("check-in", out_of_quiet(begun + pause), occurrence)


def _countdown(case: Case, deadlines: tuple[Deadline, ...]) -> Iterator[Nudge]:
    if any(filing.channel in PAYMENT_CHANNELS for filing in case.filings):
        return
    for deadline in deadlines:
        if deadline.rule.id != "payment-dispute":
            continue
        for days in COUNTDOWN:
            day = deadline.earliest.astimezone(SHANGHAI).date() - timedelta(days=days)
            due = datetime.combine(day, MORNING, SHANGHAI)
            if due > case.opened_at:
                yield _nudge(deadline.rule.id, due, days, final=days == COUNTDOWN[-1])


def _limitation(case: Case, deadlines: tuple[Deadline, ...]) -> Iterator[Nudge]:
    for deadline in deadlines:
        if deadline.rule.kind == "limitation":
            day = deadline.earliest.astimezone(SHANGHAI).date() - timedelta(days=60)
            due = datetime.combine(day, MORNING, SHANGHAI)
            if due > case.opened_at:
                yield _nudge(deadline.rule.id, due)


def _unfinished(case: Case) -> Iterator[Nudge]:
    if case.step in (Step.CONFIRM_TYPE, Step.ASK_FACT, Step.EVIDENCE, Step.DRAFT) and case.touched_at:
        rule = "unsent" if case.step is Step.DRAFT else "unfinished"
        yield _nudge(rule, out_of_quiet(case.touched_at + IDLE))


def plan(case: Case, knowledge: Knowledge, calendar: Calendar) -> tuple[Nudge, ...]:
    """The complete set of reminders from now on, earliest first; empty for a closed or muted case."""
    if case.outcome is not None or case.muted:
        return ()
    deadlines = ledger(case, knowledge, calendar)
    wanted = {
        nudge.key: nudge
        for nudge in (
            *_follow_ups(case, deadlines),
            *_countdown(case, deadlines),
            *_limitation(case, deadlines),
            *_unfinished(case),
        )
    }
    if case.snoozed_until:
        wanted = {key: nudge for key, nudge in wanted.items() if nudge.due > case.snoozed_until}
        snooze = _nudge("snooze", out_of_quiet(case.snoozed_until))
        wanted[snooze.key] = snooze
    return tuple(sorted(wanted.values(), key=lambda nudge: (nudge.due, nudge.key)))
