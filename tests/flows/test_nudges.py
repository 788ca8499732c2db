"""A reminder plan follows from the case alone: complete, never for a stage that was left, never at night."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.case import Outcome, Step
from flows.moment import SHANGHAI
from flows.nudges import out_of_quiet, plan
from tests.flows.cases import NOW, calendar, case, fact, filed, knowledge, moment


def rules(nudges):
    return [nudge.rule for nudge in nudges]


def plan_of(one):
    return plan(one, knowledge(), calendar())


def test_a_sent_demand_is_asked_about_after_a_day_then_twice_more_then_never():
    waiting = case(step=Step.WAITING, filings=(filed(),))
    asked = [nudge for nudge in plan_of(waiting) if nudge.rule == "merchant-reply"]
    assert [nudge.due for nudge in asked] == [NOW + timedelta(days=days) for days in (1, 2, 4)]
    assert [nudge.final for nudge in asked] == [False, False, True]


def test_an_answer_ends_the_asking():
    answered = case(step=Step.WAITING, filings=(filed(result="refused"),))
    assert "merchant-reply" not in rules(plan_of(answered))


def test_a_stage_that_was_left_is_not_asked_about():
    moved_on = case(step=Step.DRAFT, stage="platform", filings=(filed(),))
    assert "merchant-reply" not in rules(plan_of(moved_on))


@pytest.mark.parametrize("change", [{"outcome": Outcome.REFUNDED}, {"muted": True}])
def test_a_closed_or_muted_case_wants_nothing(change):
    assert plan_of(case(step=Step.WAITING, filings=(filed(),), **change)) == ()


def test_the_payment_window_is_counted_down_and_follows_the_date():
    paid = datetime(2026, 11, 21, 20, 3, tzinfo=SHANGHAI)
    one = case(facts={"paid_at": fact(moment(paid))})
    days = [nudge.due.date().day for nudge in plan_of(one) if nudge.rule == "payment-dispute"]
    assert days == [29, 3, 5]
    earlier = case(facts={"paid_at": fact(moment(paid - timedelta(days=1)))})
    assert [nudge.due.date().day for nudge in plan_of(earlier) if nudge.rule == "payment-dispute"] == [
        28,
        2,
        4,
    ]


def test_a_payment_complaint_ends_the_countdown():
    one = case(
        facts={"paid_at": fact(moment(NOW - timedelta(days=1)))},
        step=Step.WAITING,
        stage="wechat_pay",
        filings=(filed("wechat_pay"),),
    )
    assert "payment-dispute" not in rules(plan_of(one))


def test_a_countdown_day_before_the_case_began_is_left_out():
    one = case(facts={"paid_at": fact(moment(NOW - timedelta(days=10)))})
    assert [nudge.due.date().day for nudge in plan_of(one) if nudge.rule == "payment-dispute"] == [24, 26]


def test_an_unsent_draft_and_an_unfinished_claim_are_mentioned_once():
    assert rules(plan_of(case(step=Step.DRAFT)))[:1] == ["unsent"]
    assert rules(plan_of(case(step=Step.ASK_FACT)))[:1] == ["unfinished"]


def test_a_snooze_silences_what_falls_before_it_and_asks_at_its_time():
    until = NOW + timedelta(days=2, hours=1)
    nudges = plan_of(case(step=Step.WAITING, filings=(filed(),), snoozed_until=until))
    assert nudges[0].rule == "snooze"
    assert nudges[0].due == until
    assert all(nudge.due >= until for nudge in nudges)


def test_acceptance_starts_the_sixty_days():
    filing = filed("12315", accepted_at=NOW)
    one = case(step=Step.WAITING, stage="12315", filings=(filing,))
    mediation = [nudge for nudge in plan_of(one) if nudge.rule == "12315-mediation"]
    assert mediation[0].due.date() == datetime(2027, 1, 22).date()  # noqa: DTZ001


def test_keys_change_with_the_due_time_and_only_then():
    one = case(step=Step.WAITING, filings=(filed(),))
    later = replace(one, filings=(filed(at=NOW + timedelta(hours=1)),))
    same = replace(one, statements=())
    assert {nudge.key for nudge in plan_of(one)} == {nudge.key for nudge in plan_of(same)}
    assert not {nudge.key for nudge in plan_of(one) if nudge.rule == "merchant-reply"} & {
        nudge.key for nudge in plan_of(later)
    }


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.booleans())  # noqa: DTZ001
def test_nothing_falls_into_the_quiet_hours(naive, earlier):
    when = naive.replace(tzinfo=SHANGHAI)
    moved = out_of_quiet(when, earlier=earlier)
    assert time(8) <= moved.time() < time(22)
    assert moved <= when if earlier else moved >= when
    assert abs(moved - when) <= timedelta(hours=11)
