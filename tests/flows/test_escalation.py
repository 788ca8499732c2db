"""The ladder fits the facts; the way forks where a fact is open; the end of it is an end."""

import pytest

from flows.escalation import asked_in_vain, conflicts, fork, ladder, letter_for, next_rung
from tests.flows.cases import case, fact, filed, knowledge


def channels(one):
    return [rung.channel for rung in ladder(one, knowledge())]


def test_payment_channel_decides_where_to_complain():
    wechat = case(facts={"pay_channel": fact("wechat")})
    assert "wechat_pay" in channels(wechat)
    assert "alipay" not in channels(wechat)


def test_a_personal_transfer_has_no_complaint_at_the_payment_platform():
    transfer = case(facts={"pay_channel": fact("wechat_transfer")})
    assert not {"wechat_pay", "alipay", "bank", "qq_pay"} & set(channels(transfer))


def test_a_reseller_is_not_sent_to_12315():
    reseller = case(facts={"role": fact("reseller")})
    assert not {"12315", "consumer_association"} & set(channels(reseller))


def test_an_open_fork_is_asked_about_and_passed_over_when_asked_in_vain():
    one = case(stage="platform")
    rung = next_rung(one, knowledge())
    assert rung.channel == "wechat_pay"
    assert fork(one, rung) == "pay_channel"
    passed = case(stage="platform", skipped=(asked_in_vain("pay_channel"),))
    assert next_rung(passed, knowledge()).channel not in {"wechat_pay", "alipay", "bank", "qq_pay", "apple"}


@pytest.mark.parametrize("problem", sorted(knowledge().problems))
def test_each_ladder_can_be_climbed_to_its_end(problem):
    known = {"pay_channel": fact("alipay"), "role": fact("self")}
    one = case(problem, facts=known, stage=channels(case(problem, facts=known))[0])
    seen = [one.stage]
    while (rung := next_rung(one, knowledge())) is not None:
        assert rung.channel not in seen
        seen.append(rung.channel)
        one = case(problem, facts=known, stage=rung.channel)
    assert seen == channels(one)


def test_crime_goes_to_the_police_first():
    for problem in ("scam_task", "unauthorised", "recovery_scam"):
        assert "police" in channels(case(problem))[:2]


def test_after_silence_the_same_channel_has_a_letter_of_its_own():
    assert letter_for(case(), knowledge()) == "merchant.first"
    assert letter_for(case(filings=(filed(),)), knowledge()) == "merchant.first"
    assert letter_for(case(filings=(filed(result="silent"),)), knowledge()) == "merchant.final"


def test_12315_after_the_consumer_association_is_pointed_out():
    asked = case(stage="12315", filings=(filed("consumer_association"),))
    assert conflicts(asked, knowledge()) == ("consumer_association",)
