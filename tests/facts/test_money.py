"""Money phrases, and which of several sums was paid."""

from __future__ import annotations

import pytest

from flows.facts.numbers import number_value
from flows.facts.short import read_answer
from flows.language import Language
from tests.facts.conftest import NOW, Read

#: What people answer to "how much?", in fen; None where the text is no money in yuan.
PHRASES = {
    "一百五十块": 15000,
    "5张100的": 50000,
    "￥328.00": 32800,
    "两千多": 200000,
    "1.5k": 150000,
    "648": 64800,
    "¥68": 6800,
    "三百二": 32000,
    "一千五": 150000,
    "两百五十块": 25000,
    "1,944元": 194400,
    "3w": 3000000,
    "一万二千六百块": 1260000,
    "六块六": 660,
    "一毛钱": 10,
    "九十九块九": 9990,
    "小一千块": 100000,
    "四千二": 420000,
    "八百六": 86000,
    "500大洋": 50000,
    "300RMB": 30000,
    "rmb88.8": 8880,
    "人民币五十元整": 5000,
    "十块钱": 1000,
    "100多块": 10000,
    "三四百块": 30000,
    "三个648": 194400,
    "24笔648": 1555200,
    "６４８元": 64800,
    "2.3万": 2300000,
    "1百块": 10000,
    "壹仟贰佰元整": 120000,
    "五百来块": 50000,
    "充了50": 5000,
    "-50.00": 5000,
    "98块6毛": 9860,
    "128.5 元": 12850,
    "0.01元": 1,
    "5百": 50000,
    "两张一百的": 20000,
    "2k多": 200000,
    "一共花了980": 98000,
    "买了3张50的": 15000,
    "百二蚊": 12000,
    "1k2": 120000,
    "伍佰陆拾元整": 56000,
    "2173块5": 217350,
    "25r": 2500,
    "300米": 30000,
    "20刀": None,
    "NT$390": None,
    "30USDT": None,
    "订单号20261015083712345": None,
    "11月18号": None,
    "QQ 1234567": None,
    "等了3天": None,
    "12张卡里有2张刷不出来": None,
    "8岁": None,
    "300点券": None,
    "50钻": None,
    "80%": None,
    "10086": None,
}
APPROXIMATE = ("两千多", "小一千块", "100多块", "三四百块", "五百来块", "2k多", "大概300块", "50左右")


@pytest.mark.parametrize(("phrase", "fen"), PHRASES.items())
def test_a_money_phrase_answers_the_question_how_much(
    phrase: str, fen: int | None, language: Language
) -> None:
    found = read_answer("amount", phrase, NOW, language)
    assert (found.value if found else None) == fen


@pytest.mark.parametrize("phrase", [phrase for phrase, fen in PHRASES.items() if fen is None])
def test_what_is_no_money_is_no_amount_in_a_message_either(phrase: str, read: Read) -> None:
    assert "amount" not in read(phrase)


@pytest.mark.parametrize("phrase", APPROXIMATE)
def test_a_vague_sum_is_marked(phrase: str, language: Language) -> None:
    found = read_answer("amount", phrase, NOW, language)
    assert found is not None
    assert found.approx


@pytest.mark.parametrize("phrase", ["两千块", "三百二", "￥68.00", "648"])
def test_an_exact_sum_is_not_marked(phrase: str, language: Language) -> None:
    found = read_answer("amount", phrase, NOW, language)
    assert found is not None
    assert not found.approx


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("面值100的卡，付了97.8", 97.8),
        ("充100送20，我充了100，只到了80", 100),
        ("每次25，扣了三次共75", 75),
        ("第一单充了30没事，第二单充了50没到", 50),
        ("订单金额 99.00 / 优惠 -10.00 / 实付 89.00", 89),
        ("价格 29.90 / 应付 24.90 / 实际扣款 34.90，多扣了10块", 34.9),
        ("余额还剩600，我最近一次充的是1000", 1000),
        ("让我再交500解冻，前面已经交了1200", 1200),
        ("买的时候98，官网要198", 98),
        ("被扣了148，平台退了我48", 148),
        ("他骗了我一万二，现在有人说交800帮我追回来", 12000),
    ],
)
def test_what_was_paid_is_chosen_among_several_sums(text: str, yuan: float, read: Read) -> None:
    assert read(text)["amount"].value == round(yuan * 100)


@pytest.mark.parametrize(
    "text",
    [
        "买的两张100的点卡，孩子用掉了",
        "先交600我才给你追回来",
        "还没付，648的礼包只要400，靠谱吗",
        "账户余额1200提不出来",
        "等了3天，打了5次电话，问了2个客服",
        "买的300点券到账260",
        "我今年68岁，不会弄",
        "群号 987654 里的人",
        "赔了下家三百块，他不认",
    ],
)
def test_sums_that_nobody_paid_are_no_amount(text: str, read: Read) -> None:
    assert "amount" not in read(text)


def test_several_payments_are_listed_and_checked_against_the_sum(read: Read) -> None:
    facts = read("先付了39，后来又付了21，总共60")
    assert facts["amount"].value == 6000
    assert facts["payments"].value == "39.00+21.00"
    assert facts["payments"].confidence > 0.9
    wrong = read("先付了39，后来又付了21，总共70")
    assert wrong["payments"].confidence < 0.9


def test_a_full_width_comma_never_groups_digits(read: Read) -> None:
    assert read("付了50，100一张的没要")["amount"].value == 5000
    assert read("付了1,250元")["amount"].value == 125000


def test_words_are_those_typed(read: Read) -> None:
    text = "微信付了　６８．５０元"
    found = read(text)["amount"]
    assert text[found.span.start : found.span.end] == found.words == "６８．５０元"


@pytest.mark.parametrize("words", ["千万千", "十十", "一", "零零零", "1,2,3", "万"])
def test_odd_numerals_never_raise(words: str) -> None:
    number_value(words)
