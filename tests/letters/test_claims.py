"""What is claimed is never more than what was told adds up to, and nobody is named who can't be a party."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.case import Case, FactValue
from flows.claims import Charge, Shortfall, charge, claim, shortfall
from flows.drafts import render
from tests.letters.cases import (
    CHEAT,
    CHILD,
    CODE,
    DEPOSIT,
    GONE,
    HALF,
    LOCKED,
    NOW,
    ONE_OF_THREE,
    RENEWAL,
    STABLECOIN,
    TAPPED_TWICE,
    case,
    fact,
    full,
    knowledge,
    said,
)
from tests.letters.test_content import DISPUTES


def told(text: str, /, **facts: FactValue) -> Case:
    return said(case("double_charge", **facts), text)


def written(letter: str, base: Case) -> str:
    return render(letter, base, NOW, knowledge()).text


@pytest.mark.parametrize(
    ("base", "found"),
    [
        (TAPPED_TWICE, Charge(1500, 3000, 2)),
        (told("一共30块，扣了两次", amount=3000), Charge(1500, 3000, 2)),
        (told("买了一次98却扣了196，扣了兩遍", amount=19600), Charge(9800, 19600, 2)),
        (told("应该付50结果扣了80", amount=8000), Charge(5000, 8000, 0)),
        (case("double_charge", amount=3000, payments="15.00+15.00"), Charge(1500, 3000, 2)),
        (case("double_charge", amount=1500, claimed=1500), Charge(1500, 3000, 2)),
        (case("double_charge", amount=9800, claimed=4900), Charge(4900, 9800, 2)),
        (case("double_charge", amount=9800, claimed=1000), Charge(8800, 9800, 0)),
        (told("多扣了钱", amount=9800), None),
        (told("扣了两次"), None),
        (said(case("partial", amount=9800), "扣了两次"), None),
    ],
)
def test_a_double_charge_is_worked_out_from_what_was_told(base: Case, found: Charge | None) -> None:
    assert charge(base) == found


@pytest.mark.parametrize(
    ("base", "found"),
    [
        (HALF, Shortfall(200, 100, "点券")),
        (said(case("partial"), "充100元话费只到了30元"), Shortfall(100, 30, "元")),
        (case("partial", goods="100元点卡", received="到了60"), Shortfall(100, 60, "元")),
        (said(case("partial"), "买100元点卡只给了1张"), None),
        (case("partial", goods="100元点卡", quantity=3, received="到了2"), None),
        (case("partial", goods="100元点卡", received="到了2张"), None),
        (said(case("partial"), "只到了一半"), None),
        (said(case("partial"), "100点券只到了200"), None),
        (said(case("not_delivered"), "200点券只到了100"), None),
    ],
)
def test_a_shortfall_is_counted_in_the_units_that_were_named(base: Case, found: Shortfall | None) -> None:
    assert shortfall(base) == found


@pytest.mark.parametrize(
    ("base", "amount", "part"),
    [
        (ONE_OF_THREE, "95.00元", True),
        (HALF, "95.00元", True),
        (TAPPED_TWICE, "15.00元", False),
        (LOCKED, "2300.00元", True),
        (case("platform_closed", amount=500000), "\ue000站内余额\ue001", False),
        (case("platform_closed", amount=500000, balance=230000, refunded=30000), "2000.00元", True),
        (
            said(case("platform_closed", amount=500000), "里面还有2300余额提不出来，之前微信充的5000"),
            "2300.00元",
            True,
        ),
        (said(case("platform_closed", amount=500000), "余额还有2300.5提不了"), "2300.50元", True),
        (said(case("platform_closed", amount=500000), "余额2万多提不了"), "\ue000站内余额\ue001", False),
        (STABLECOIN, "500U", False),
        (case("not_delivered", amount=0), "\ue000付款金额\ue001", False),
    ],
)
def test_no_more_is_claimed_than_is_due(base: Case, amount: str, part: bool) -> None:
    assert claim(base) == (amount, part)


def test_after_a_part_came_back_only_the_rest_of_what_was_due_is_claimed() -> None:
    automatic = {"refunded": fact(5000), "claimed": fact(23500)}
    assert claim(replace(ONE_OF_THREE, facts={**ONE_OF_THREE.facts, **automatic})) == ("45.00元", True)
    whole = case("not_delivered", amount=28500, refunded=5000, claimed=23500)
    assert claim(whole) == ("235.00元", True)


def test_an_amount_of_nothing_is_a_gap() -> None:
    assert "0.00元" not in written("merchant.first", case("not_delivered", amount=0))


def test_the_police_are_told_what_was_said_and_paid_once() -> None:
    text = written("police.statement", DEPOSIT)
    assert "对方要求先付款才退款；本人已付800.00元，没有兑现。" in text
    assert "多次" not in text
    frozen = said(case("scam_task"), "要提现，客服说账户冻结，要再交1500解冻金")
    assert "对方要求先付款才解冻；" in written("police.statement", frozen)
    assert "对方要求先付款；" in written("police.statement", case("scam_task"))
    twice = replace(DEPOSIT, facts={**DEPOSIT.facts, "payments": fact("500.00+300.00")})
    assert "本人已付800.00元（2笔）" in written("police.statement", twice)
    assert "金额：800.00元（2笔：500.00元、300.00元）" in written("police.statement", twice)


@pytest.mark.parametrize("problem", DISPUTES)
def test_the_police_are_asked_to_look_into_it_never_for_a_refund(problem: str) -> None:
    asked = written("police.statement", full(problem)).split("七、请求\n")[1]
    assert asked.startswith("依法")
    assert "退款" not in asked
    assert "退还" not in asked


@pytest.mark.parametrize(
    "letter", ["12315.complaint", "12315.report", "consumer_association.letter", "court.complaint"]
)
def test_a_site_is_no_party(letter: str) -> None:
    assert "【待补充：经营者公司全称】（网站：云雀发卡）" in written(letter, CODE)
    private = written(letter, GONE)
    assert "【待补充：对方的真实姓名（只有网名不能立案）】（对方使用的名称：阿泽号铺）" in private
    company = replace(CODE, facts={**CODE.facts, "merchant": fact("某某市云雀科技有限公司")})
    assert "某某市云雀科技有限公司（网站：云雀发卡）" in written(letter, company)


@pytest.mark.parametrize("letter", ["wechat_pay.fraud", "alipay.fraud"])
def test_a_report_of_an_account_is_no_demand_for_a_refund(letter: str) -> None:
    for problem in ("scam_task", "merchant_gone"):
        text = written(letter, full(problem))
        assert "核查收款账户" in text
        assert "退还" not in text


def test_nobody_is_asked_for_more_of_what_is_unlawful() -> None:
    for letter in ("merchant.first", "merchant.final"):
        for problem in ("banned", "license_fail", "code_invalid", "not_delivered"):
            text = written(letter, replace(CHEAT, problem=problem))
            assert "退还150.00元" in text
            assert not [word for word in ("补发", "换发", "完成交付", "解除") if word in text]
    lawful = case("banned", amount=15000, goods="会员年卡")
    assert "补发" not in written("merchant.first", lawful)
    promised = replace(lawful, facts={**lawful.facts, "promised": fact("掉了包补")})
    assert "按承诺补发，或者" in written("merchant.first", promised)


def test_a_child_bought_it_and_the_guardian_says_who_they_are() -> None:
    text = written("12315.complaint", CHILD)
    assert "本人是孩子的监护人，" in text
    unknown = {name: value for name, value in CHILD.facts.items() if name not in ("role", "relation")}
    assert "本人是孩子的【待补充：与孩子的关系】，" in written(
        "12315.complaint", replace(CHILD, facts=unknown)
    )
    assert "| 孩子 | 下单" in written("court.complaint", CHILD)
    assert "本人 | 下单" not in written("court.complaint", CHILD)


@pytest.mark.parametrize(
    ("age", "ids"), [(6, ("civil-20", "civil-144")), (10, ("civil-19", "civil-145")), ("不记得", ())]
)
def test_articles_that_follow_from_the_age_are_checked_citations(
    age: int | str, ids: tuple[str, ...]
) -> None:
    aged = replace(CHILD, facts={**CHILD.facts, "child_age": fact(age)})
    assert render("court.complaint", aged, NOW, knowledge()).cited == (*ids, "civil-157")
    assert render("merchant.refusal", aged, NOW, knowledge()).cited == ids[1:]
    assert render("12315.complaint", aged, NOW, knowledge()).cited == ("civil-157", "minors-net-44", *ids[1:])


def test_a_renewal_is_taken_not_paid() -> None:
    assert "通过支付宝被扣款30.00元，项目为连续包月会员" in written("12315.complaint", RENEWAL)
    assert "| 商家 | 自动扣款，项目为连续包月会员 |" in written("court.complaint", RENEWAL)
