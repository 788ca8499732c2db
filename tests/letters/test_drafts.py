"""Single rules of filling in a letter: dates, numbers, citations, shortening, contradictions, exhibits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows import written
from flows.case import Filing, Reply
from flows.citations import CitationError
from flows.drafts import TooLongError, contradictions, exhibit_list, render, timeline_text
from flows.knowledge import Letter
from flows.moment import SHANGHAI, Moment, Precision
from tests.letters.cases import (
    NOW,
    TOPUP,
    TOPUP_PROVEN,
    at,
    case,
    exhibit,
    fact,
    full,
    knowledge,
    minute,
    refused,
    said,
    silent,
    span,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (minute(21, 20, 5), "2026年11月21日20:05"),
        (span(at(21, 20), timedelta(hours=1), Precision.HOUR), "2026年11月21日20时许"),
        (span(at(21, 20), timedelta(hours=1), Precision.HOUR, approx=True), "2026年11月21日20时许"),
        (span(at(21), DAY, Precision.DAY), "2026年11月21日"),
        (span(at(21), DAY, Precision.DAY, approx=True), "2026年11月21日前后"),
        (span(at(11), 10 * DAY, Precision.WEEK), "2026年11月中旬"),
        (span(at(21), 10 * DAY, Precision.WEEK), "2026年11月下旬"),
        (span(at(16), 7 * DAY, Precision.WEEK), "2026年11月16日至11月22日之间"),
        (span(at(1), 30 * DAY, Precision.MONTH), "2026年11月"),
    ],
)
def test_times_are_as_exact_as_they_were_told(moment: Moment, text: str) -> None:
    assert written.moment(moment) == text


def test_money_is_exact_to_the_fen() -> None:
    assert written.money(32800) == "328.00元"
    assert written.money(5) == "0.05元"
    assert written.money(-105) == "-1.05元"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("13800001234", "138****1234"),
        ("2087654321", "208****4321"),
        ("uid7712", "ui***"),
        ("a", "a***"),
        ("", "***"),
    ],
)
def test_accounts_are_masked(number: str, text: str) -> None:
    assert written.masked(number) == text


def test_numbers_run_together() -> None:
    assert written.numbers([3, 1, 2, 7, 5, 6, 9]) == "1—3、5—7、9"
    assert written.numbers([1, 2]) == "1、2"


def test_a_due_date_has_weekday_and_hour() -> None:
    assert written.due(datetime(2026, 11, 30, 18, 0, tzinfo=SHANGHAI)) == "11月30日（周一）18:00"
    assert written.due(datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)) == "11月30日（周一）24:00"


def test_a_given_deadline_wins_over_the_usual_one() -> None:
    given = render("merchant.first", TOPUP, NOW, knowledge(), datetime(2026, 11, 25, 12, tzinfo=SHANGHAI))
    assert "请在11月25日（周三）12:00前" in given.text
    usual = render("merchant.first", TOPUP, NOW, knowledge())
    assert "请在11月23日（周一）16:00前" in usual.text


def test_citations_name_each_law_once() -> None:
    draft = render("12315.complaint", TOPUP, NOW, knowledge())
    assert "《电子商务法》第二十条、第五十一条第二款、《消费者权益保护法》第五十二条" in draft.text
    assert draft.cited == ("ecommerce-20", "ecommerce-51-2", "consumer-52")


@pytest.mark.parametrize(
    "change",
    [
        {"certainty": "G"},
        {"certainty": "C"},
        {"in_force_to": date(2026, 11, 21)},
        {"in_force_from": date(2026, 11, 23)},
    ],
)
def test_a_doubtful_or_expired_article_stops_the_letter(change: dict[str, object]) -> None:
    article = replace(knowledge().articles["ecommerce-20"], **change)  # type: ignore[arg-type]
    changed = replace(knowledge(), articles={**knowledge().articles, article.id: article})
    with pytest.raises(CitationError, match="ecommerce-20"):
        render("12315.complaint", TOPUP, NOW, changed)


def test_an_unknown_article_stops_the_letter() -> None:
    with pytest.raises(CitationError):
        render("12315.complaint", TOPUP, NOW, replace(knowledge(), articles={}))


def long_letter(limit: int) -> Letter:
    body = (
        "{{ happened }}。{% if told %}陈述{{ told }}。{% endif %}"
        "{% if citations %}依据{{ citations }}。{% endif %}{% if optional %}另请书面答复。{% endif %}"
    )
    return Letter(id=f"test.{limit}", name="测试", channel="12315", body=body, limit=limit)


def shortened(limit: int) -> str:
    letter = long_letter(limit)
    own = replace(knowledge(), version=f"test-{limit}", letters={**knowledge().letters, letter.id: letter})
    return render(letter.id, said(TOPUP, "等了两天还是没有。"), NOW, own).text


def test_shortening_drops_statement_then_citations_then_options() -> None:
    whole = shortened(1000)
    assert "陈述" in whole
    no_statement = shortened(len(whole) - 1)
    assert "陈述" not in no_statement
    assert "依据" in no_statement
    no_citation = shortened(len(no_statement) - 1)
    assert "依据" not in no_citation
    assert "另请" in no_citation
    assert "另请" not in shortened(len(no_citation) - 1)
    with pytest.raises(TooLongError):
        shortened(5)


def test_only_calm_words_are_quoted() -> None:
    assert (
        "当事人陈述"
        in render("12315.complaint", said(case("partial"), "只到了一半。"), NOW, knowledge()).text
    )
    heated = render(
        "12315.complaint", said(case("partial"), "你们这群骗子，只到了一半。"), NOW, knowledge()
    ).text
    assert "骗子" not in heated
    assert "当事人陈述" not in heated


def test_the_key_fact_is_spotted_when_a_code_was_used_before_payment() -> None:
    early = case("code_invalid", paid_at=minute(19, 13, 2), used_at=minute(19, 12, 40))
    late = case("code_invalid", paid_at=minute(19, 13, 2), used_at=minute(19, 13, 40))
    assert "早于付款时间" in render("merchant.first", early, NOW, knowledge()).text
    assert "早于付款时间" not in render("merchant.first", late, NOW, knowledge()).text


def test_the_final_demand_ends_the_contract_only_where_performance_can_be_asked() -> None:
    assert "合同自该时自动解除" in render("merchant.final", TOPUP, NOW, knowledge()).text
    again = render("merchant.final", case("double_charge"), NOW, knowledge()).text
    assert "解除" not in again
    assert "再次提出" in again


def test_money_from_a_person_goes_back_to_the_account_it_came_from() -> None:
    private = case("not_delivered", amount=5000, pay_channel="wechat_transfer")
    assert "退回原付款账户" in render("merchant.first", private, NOW, knowledge()).text
    balance = case("not_delivered", amount=5000, pay_channel="balance")
    assert "退回充值时的付款账户" in render("merchant.first", balance, NOW, knowledge()).text


def test_a_complaint_does_not_deny_another_authority() -> None:
    filing = Filing(channel="consumer_association", letter="consumer_association.letter", sent_at=at(20))
    text = render("12315.complaint", replace(TOPUP, filings=(filing,)), NOW, knowledge()).text
    assert "没有向法院" not in text
    assert "曾向消费者协会（消委会）提出" in text


def test_contradictions_are_named() -> None:
    assert contradictions(TOPUP_PROVEN, NOW) == ()
    assert contradictions(case("partial", amount=0), NOW) == ("amount-zero",)
    assert contradictions(case("partial", paid_at=minute(23, 9, 0)), NOW) == ("paid-in-future",)
    late = silent(case("partial", paid_at=minute(22, 9, 0)))
    assert contradictions(late, NOW) == ("paid-after-filing",)
    answered = replace(late, filings=(), replies=(Reply(text="等", at=at(21), kind="delay"),))
    assert contradictions(answered, NOW) == ("paid-after-filing",)
    assert contradictions(case("partial", amount=1000, unit_price=300, quantity=3), NOW) == ("total-differs",)
    assert contradictions(case("partial", amount=900, unit_price=300, quantity=3), NOW) == ()
    assert contradictions(case("partial", amount=900, claimed=1000), NOW) == ("total-differs",)


def test_two_order_numbers_are_noticed_but_not_a_correction() -> None:
    base = case("partial", order_no="A1000001")
    assert contradictions(said(base, "订单号 A1000001"), NOW) == ()
    assert contradictions(said(base, "订单号：B2000002"), NOW) == ("order-numbers-differ",)
    assert contradictions(said(base, "订单号写错了，是订单号A1000001不是订单号B2000002"), NOW) == ()
    pasted = replace(base, evidence=(exhibit(1, None, text="订单编号 C3000003 已发货"),))
    assert contradictions(pasted, NOW) == ("order-numbers-differ",)
    assert contradictions(said(base, "订单已完成，订单是什么"), NOW) == ()


def test_exhibits_keep_their_numbers_and_skip_what_does_not_count() -> None:
    items = (
        exhibit(1, "bill"),
        exhibit(2, "order", withdrawn=True),
        exhibit(3, None, problem="broken"),
        exhibit(4, None, caption="群聊"),
        exhibit(5, "chat", origin_at=at(21, 8, 30)),
    )
    found = exhibit_list(replace(TOPUP, evidence=items), knowledge())
    assert [(one.number, one.name, one.slot) for one in found] == [
        (1, "支付账单", "bill"),
        (4, "群聊", None),
        (5, "与商家的聊天", "chat"),
    ]
    assert found[2].formed == "2026年11月21日08:30"
    assert found[0].formed.startswith("未注明")
    assert render("merchant.first", replace(TOPUP, evidence=items), NOW, knowledge()).exhibits == (1, 4, 5)


def test_the_timeline_is_in_order_and_says_what_is_unknown() -> None:
    lines = timeline_text(refused(TOPUP_PROVEN), knowledge()).splitlines()
    assert "宣传或承诺" in lines[1]
    assert lines[1].startswith("时间待补充")
    assert "下单" in lines[2]
    assert "付款" in lines[3]
    assert lines[3].endswith("证据1")
    assert [line.split(" | ")[0] for line in lines[4:]] == ["2026年11月21日20:15", "2026年11月21日21:03"]


def test_unknown_letters_and_types_are_errors_of_ours() -> None:
    with pytest.raises(KeyError):
        render("no.such", TOPUP, NOW, knowledge())
    with pytest.raises(KeyError):
        render("merchant.first", case("other"), NOW, knowledge())


def test_a_draft_carries_the_version_of_the_knowledge() -> None:
    assert render("merchant.first", TOPUP, NOW, knowledge()).knowledge_version == knowledge().version


def test_a_changed_fact_moves_every_letter_and_no_trace_of_the_old_one_stays() -> None:
    for letter in knowledge().letters:
        before = full("not_delivered")
        after = replace(before, facts={**before.facts, "amount": fact(6800), "claimed": fact(1800)})
        text = render(letter, after, NOW, knowledge()).text
        assert "128.00" not in text
        assert "78.00" not in text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"amount": 10000}, "全额退还100.00元，"),
        ({"amount": 10000, "quantity": 5, "affected": 2}, "退还40.00元，"),
        ({"amount": 10000, "refunded": 3000}, "退还70.00元（已退回30.00元），"),
        ({"amount": 10000, "claimed": 2500}, "退还25.00元，"),
        ({"amount": 10000, "quantity": 3, "affected": 1}, "退还【待补充：要求退还的金额】，"),
        ({"amount": 10000, "refunded": 10000}, "退还【待补充：要求退还的金额】（已退回100.00元），"),
        ({}, "全额退还【待补充：付款金额】，"),
    ],
)
def test_the_claim_is_what_is_still_owed(facts: dict[str, int], words: str) -> None:
    text = render("platform.application", case("code_invalid", **facts), NOW, knowledge()).text
    assert f"诉求：{words}" in text


def test_a_doubled_charge_claims_no_more_than_was_told() -> None:
    text = render("court.complaint", case("double_charge", amount=9800), NOW, knowledge()).text
    assert "判令被告退还【待补充：要求退还的金额】" in text


def test_a_reseller_relies_on_no_consumer_law() -> None:
    own = render("court.complaint", case("partial", role="self"), NOW, knowledge())
    trade = render("court.complaint", case("partial", role="reseller"), NOW, knowledge())
    assert "消费者权益保护法" in own.text
    assert "消费者权益保护法" not in trade.text
    assert trade.cited == ("civil-582", "civil-577")


def test_the_court_is_asked_to_end_the_contract_unless_a_demand_has_ended_it() -> None:
    assert "判令解除双方关于" in render("court.complaint", case("merchant_gone"), NOW, knowledge()).text
    assert "的合同已经解除" in render("court.complaint", silent(TOPUP), NOW, knowledge()).text
    assert "解除" not in render("court.complaint", case("double_charge"), NOW, knowledge()).text
