"""Pasted rules and a few answers before buying: what is found, quoted, weighed, and what stays unchecked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.prevention import CHECK_ANSWERS, NEVER_CHECKED, check_terms, next_check
from flows.understanding import Span

CLAUSES = {
    "no_no_reason": ("本商品不支持七天无理由退款", "不接受任何理由退换"),
    "no_refund_after_topup": ("充值后不可退", "餘額不支持提現"),
    "sold_no_return": ("一经售出概不退换", "虚拟商品，售出不退不换"),
    "final_say_term": ("最终解释权归本站所有", "最終解釋權歸平台"),
    "receipt_is_approval": ("签收即视为认可", "提卡后视为交易完成"),
    "short_claim_period": ("超过24小时不予处理", "2小时内未反馈视为没问题"),
    "no_liability": ("封号概不负责", "风险由买家自负"),
    "balance_only": ("退款仅退余额", "退款一律退至账户余额"),
    "rules_change": ("规则可随时修改，恕不另行通知",),
    "no_complaint": ("禁止恶意投诉", "差评直接拉黑"),
    "no_stock_no_order": ("缺货时订单自动取消",),
    "self_jurisdiction": ("争议由本公司所在地法院管辖",),
    "auto_renewal_term": ("到期自动续费", "首月1元次月30元"),
    "escrow": ("支持担保交易", "确认收货后才打款"),
    "unused_refundable": ("未使用可退", "不到账包退"),
    "advance_compensation": ("平台先行赔付",),
    "original_route": ("原路退回",),
    "icp_only": ("本站已ICP备案",),
    "licence_shown": ("页脚有营业执照",),
    "licence_hidden": ("没有营业执照", "个人站"),
    "merchant_review_shown": ("商家入驻审核规则",),
    "no_merchant_review": ("免审核入驻",),
    "private_payee": ("付款到个人收款码", "转给私人账户"),
    "outside_payment": ("私下转账更便宜", "不要走平台付款"),
    "deposit": ("需先交押金", "要交保证金才能拿货"),
    "recruit": ("邀请好友返佣金", "充100返110"),
    "too_cheap": ("全场三折", "半价充话费"),
    "cheap": ("七折充话费", "85折点卡", "648只要400", "比官网便宜三成"),
    "prepay": ("要先充余额才能下单",),
    "crypto": ("只收USDT",),
    "company_payee": ("收款方是某某网络科技有限公司",),
    "agency_fee": ("开分站要搭建费",),
    "bad_reviews": ("很多人说不发货", "网上投诉很多"),
    "fake_praise": ("好评返现", "评论都是刷的"),
    "guarantee_talk": ("百分之百到账", "永久不封"),
}


@pytest.mark.parametrize(
    ("clause", "text"), [(key, text) for key, texts in CLAUSES.items() for text in texts]
)
def test_each_clause_is_found_and_quoted(clause, text, language, knowledge):
    found = {finding.id: finding for finding in check_terms((text,), {}, language, knowledge).found}
    assert clause in found
    finding = found[clause]
    assert finding.words and finding.words == text[finding.span.start : finding.span.end]
    assert finding.means and finding.advice


def test_every_clause_with_wordings_has_a_text(knowledge):
    assert set(CLAUSES) == {clause.id for clause in knowledge.clauses.values() if clause.words}


@pytest.mark.parametrize(
    ("text", "not_found"),
    [
        ("85折", "too_cheap"),
        ("7.5折", "too_cheap"),
        ("没有营业执照", "licence_shown"),
        ("手续费很低", "auto_renewal_term"),
        ("你好，想问一下", "no_liability"),
        ("不用交押金", "recruit"),
    ],
)
def test_what_is_close_but_different_is_not_found(text, not_found, language, knowledge):
    assert not_found not in {finding.id for finding in check_terms((text,), {}, language, knowledge).found}


@pytest.mark.parametrize(
    ("answers", "clause", "level"),
    [
        ({"payee": "person"}, "private_payee", "stop"),
        ({"payee": "是个人的收款码"}, "private_payee", "stop"),
        ({"payee": "crypto"}, "crypto", "stop"),
        ({"payee": "company"}, "company_payee", "ordinary"),
        ({"licence": "none"}, "licence_hidden", "careful"),
        ({"licence": "没看到"}, "licence_hidden", "careful"),
        ({"licence": "record"}, "icp_only", "ordinary"),
        ({"licence": "licence"}, "licence_shown", "ordinary"),
        ({"price": "half"}, "too_cheap", "stop"),
        ({"price": "面值100卖40"}, "too_cheap", "stop"),
        ({"price": "low"}, "cheap", "careful"),
        ({"price": "100的卖80"}, "cheap", "careful"),
    ],
)
def test_answers_count_by_button_and_in_words(answers, clause, level, language, knowledge):
    findings = check_terms((), answers, language, knowledge)
    assert clause in {finding.id for finding in findings.found}
    assert findings.level == level


def test_an_answer_has_no_quote_from_the_rules(language, knowledge):
    finding = check_terms((), {"payee": "person"}, language, knowledge).found[0]
    assert (finding.words, finding.span, finding.text) == ("", Span(0, 0), -1)


def test_a_fair_price_is_no_finding(language, knowledge):
    findings = check_terms((), {"price": "面值100卖98"}, language, knowledge)
    assert findings.found == ()
    assert "price" not in findings.unchecked


def test_gravest_first_good_signs_last(language, knowledge):
    text = "支持担保交易；不支持七天无理由；禁止差评；概不负责"
    weights = [
        (finding.good, -finding.weight) for finding in check_terms((text,), {}, language, knowledge).found
    ]
    assert weights == sorted(weights)
    assert len(weights) == 4


def test_what_nobody_told_is_listed_as_unchecked(language, knowledge):
    empty = check_terms((), {}, language, knowledge)
    assert empty.unchecked == (*CHECK_ANSWERS, "terms", *NEVER_CHECKED)
    told = {"site": "某站", "licence": "licence", "payee": "company", "price": "near"}
    assert check_terms(("规则",), told, language, knowledge).unchecked == NEVER_CHECKED
    assert "payee" in check_terms((), told | {"payee": "unknown"}, language, knowledge).unchecked


def test_one_question_after_the_other_and_each_can_be_skipped():
    answers: dict[str, str] = {}
    asked = []
    while (check := next_check(answers)) is not None:
        asked.append(check)
        answers[check] = "unknown"
    assert asked == ["site", "licence", "payee", "price"]


def test_what_to_keep_is_always_said(language, knowledge):
    assert len(check_terms((), {}, language, knowledge).keep) >= 4


def test_nothing_is_ever_called_safe(knowledge):
    for clause in knowledge.clauses.values():
        wording = clause.name + clause.means + clause.advice
        if clause.id != "guarantee_talk":
            assert "安全" not in wording.replace("账号安全", ""), clause.id
        for word in ("放心", "骗子", "官方推荐", "没问题，可以"):
            assert word not in wording, clause.id


def test_void_terms_leave_the_effect_to_the_court(knowledge):
    for key in ("no_refund_after_topup", "sold_no_return"):
        assert "法院" in knowledge.clauses[key].means
    for clause in knowledge.clauses.values():
        assert set(clause.cites) <= set(knowledge.articles), clause.id


def test_goods_have_a_recipe_and_illicit_ones_a_word_of_caution(knowledge):
    words: dict[str, str] = {}
    for goods in knowledge.goods.values():
        assert goods.recipe
        assert goods.note or not goods.illicit
        assert goods.illicit or goods.desk
        for word in goods.words:
            assert words.setdefault(word, goods.id) == goods.id
    assert {
        "q_coin",
        "game_points",
        "phone_credit",
        "card_code",
        "membership",
        "steam",
        "account",
        "license",
    } <= set(knowledge.goods)


_TEXT = st.text(max_size=300)


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(_TEXT, max_size=3), answers=st.dictionaries(st.sampled_from([*CHECK_ANSWERS, "x"]), _TEXT)
)
def test_no_text_makes_it_fail(texts, answers, language, knowledge):
    findings = check_terms(tuple(texts), answers, language, knowledge)
    assert findings.level in ("stop", "careful", "ordinary")
