"""Whole messages: denial, worry, history, reported speech, boundaries, hostile input."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.classify import LEXICON
from bot.language import load
from flows.classify import understand
from flows.moment import SHANGHAI
from flows.understanding import Understanding

ENGINE = load(LEXICON)
NOW = datetime(2026, 11, 22, 15, tzinfo=SHANGHAI)
LABELS = set(ENGINE.lexicon.labels)


def read(text: str) -> Understanding:
    return understand(text, NOW, ENGINE)


def test_there_are_twenty_three_labels() -> None:
    assert len(LABELS) == 23


@pytest.mark.parametrize(
    ("text", "primary"),
    [
        ("没跑路，客服还在，就是没到账", "not_delivered"),
        ("不是重复扣款，就扣了一次，可是没发货", "not_delivered"),
        ("不是没到，是到少了", "partial"),
        ("我没被盗号，是原号主把号申诉找回了", "account_reclaimed"),
        ("客服说是我自己填错了，可我核对过，就是没到账", "not_delivered"),
        ("上次被骗过，这次的卡密无效", "code_invalid"),
        ("万一卖家跑路了平台管吗，我还没买", "prevention_question"),
        ("又要我交保证金才给退", "scam_task"),
        ("有人说能帮我把被骗的钱追回来，要先交500", "recovery_scam"),
        ("已经到账了，谢谢", "other"),
        ("万一充了不到账能退吗？我还没充", "prevention_question"),
    ],
)
def test_what_surrounds_a_phrase_decides(text: str, primary: str) -> None:
    assert read(text).primary == primary


@pytest.mark.parametrize(
    ("text", "label"),
    [("退款还要扣手续费", "auto_renewal"), ("买成品号的店", "wrong_input"), ("没收手机", "not_delivered")],
)
def test_a_phrase_inside_another_word_does_not_count(text: str, label: str) -> None:
    assert label not in {hit.label for hit in read(text).hits if hit.weight >= 2}


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("到账了，不用了", "resolved"),
        ("让我再交一笔解冻金", "crime:pay_again"),
        ("让我打开屏幕共享", "crime:remote_control"),
        ("我把验证码给了他", "crime:code_given"),
        ("自称网警的人让我转账", "crime:fake_authority"),
        ("要我发身份证正反面", "crime:id_photo"),
        ("上家发来的卡全是废的，我的客户在催", "resale"),
        ("我儿子偷偷充的", "minor"),
        ("我替我妈问的", "helper"),
        ("我不会弄这个手机", "easy"),
        ("买的外挂被封了", "illicit:cheat"),
        ("你是机器人吗", "bot_question"),
        ("谢谢", "thanks"),
        ("你好", "greeting"),
        ("骗子！", "insult"),
    ],
)
def test_signals(text: str, signal: str) -> None:
    assert signal in read(text).signals


def test_hits_point_at_the_words_as_typed() -> None:
    text = "我在那买的卡蜜 一直 没 到 帐！"
    spans = {text[hit.span.start : hit.span.end] for hit in read(text).hits if hit.label == "not_delivered"}
    assert any("没 到 帐" in words for words in spans)


@pytest.mark.parametrize("text", ["", " ", "？？？", "\ud800\udfff", "🤡", "\x00"])
def test_a_text_that_says_nothing_is_other_and_unsure(text: str) -> None:
    reading = read(text)
    assert reading.primary == "other"
    assert reading.confidence < 0.4


CASES = [
    "充了100没到账",
    "卡密显示已使用",
    "卖家把我拉黑了",
    "号被卖家找回了",
    "会员掉了",
    "网站打不开了",
    "自动续费扣了我30",
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "polite", ["您好，{}", "{}，谢谢", "麻烦看一下，{}", "{}，拜托了", "不好意思打扰了，{}"]
)
def test_politeness_changes_no_label(case: str, polite: str) -> None:
    assert read(polite.format(case)).primary == read(case).primary


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("充了100没到账", "充了100沒到賬"),
        ("卡密显示已使用", "卡密顯示已使用"),
        ("卖家把我拉黑了", "賣家把我拉黑了"),
        ("账号被卖家找回了", "帳號被賣家找回了"),
        ("网站打不开了", "網站打不開了"),
        ("被盗刷了三笔", "被盜刷了三筆"),
    ],
)
def test_traditional_reads_like_simplified(simplified: str, traditional: str) -> None:
    one, other = read(simplified), read(traditional)
    assert (one.primary, one.also, one.ranked, one.confidence) == (
        other.primary,
        other.also,
        other.ranked,
        other.confidence,
    )


PIECES = st.sampled_from(
    [*CASES, "没", "不是", "说", "，", "。", "\n", "648", " ", "客服", "\ud83d", "tk", "！", "吗"]
)


@given(st.text(st.characters(), max_size=60) | st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_raises_and_everything_stays_in_bounds(text: str) -> None:
    reading = read(text)
    assert reading.primary in LABELS
    assert 0 <= reading.confidence <= 1
    assert {item.label for item in reading.ranked} <= LABELS
    assert reading.primary not in reading.also
    for hit in reading.hits:
        assert 0 <= hit.span.start < hit.span.end <= len(text)
    for found in reading.facts.values():
        assert 0 <= found.span.start <= found.span.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "没到账",
        "没没没不不是",
        "5",
        "，",
        "\ud800",
        "要我再交保证金才能退款，",
        "((((",
        "a" * 9 + "!",
        "卖家说",
        "他没说没被没给",
    ],
)
def test_hostile_text_is_read_in_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 0.05 * _slowness()


def _slowness() -> float:
    """How much slower this machine is right now than the one the limits were set on, with room for noise."""
    started = time.process_time()
    sum(range(2_000_000))
    return max(1.0, (time.process_time() - started) / 0.03) * 2
