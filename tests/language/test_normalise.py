"""One spelling for many, and the way back to what was typed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.classify import LEXICON
from bot.language import load
from flows.normalise import normalise

TABLES = load(LEXICON).tables
ANYTHING = st.text(st.characters(), max_size=80) | st.text(
    "充值没到账 kmKM\ud800\u200b😭!！１２\n　tvx", max_size=80
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("冲100没到帐！！！", "充100没到账!"),
        ("充 值 没 到 账 了", "充值没到账了"),
        ("卡蜜用不了 tk", "卡密用不了 退款"),
        ("KM202611180934", "km202611180934"),
        ("ＡＢＣ１２３，￥５", "abc123,¥5"),
        ("喺卡盟買咗張點卡，未收到", "在卡盟买了张点卡,未收到"),
        ("没到\u200b账😭骗子", "没到账 骗子"),
        ("第一行\n\n\n第二行", "第一行\n第二行"),
        ("买50qb", "买50q币"),
        ("冲动了", "冲动了"),
        ("什么", "什么"),
        ("a\ud800b", "ab"),
    ],
)
def test_what_people_type_becomes_the_usual_spelling(typed: str, meant: str) -> None:
    assert normalise(typed, TABLES).text == meant


def test_a_place_leads_back_to_what_was_typed() -> None:
    normalised = normalise("我 昨天 卡 蜜 没 到 帐！！", TABLES)
    start = normalised.text.index("到账")
    span = normalised.span(start, start + 2)
    assert normalised.source[span.start : span.end] == "到 帐"


@given(ANYTHING)
def test_every_place_lies_in_the_source_and_in_order(typed: str) -> None:
    normalised = normalise(typed, TABLES)
    assert len(normalised.text) == len(normalised.origin) == len(normalised.ends)
    assert list(normalised.origin) == sorted(normalised.origin)
    for start, end in zip(normalised.origin, normalised.ends, strict=True):
        assert 0 <= start < end <= len(typed)


@given(ANYTHING)
@settings(max_examples=60)
def test_full_width_letters_and_digits_mean_the_same(typed: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" or "a" <= c <= "z" else c for c in typed)
    assert normalise(wide, TABLES).text == normalise(typed, TABLES).text


@pytest.mark.parametrize("piece", ["没到账，客服不理！😭", "1", "，", "\ud800", "冲值", "tk ", "啊"])
def test_ten_thousand_characters_are_quick(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    normalise(text, TABLES)
    started = time.process_time()
    normalise(text, TABLES)
    assert time.process_time() - started < 0.05 * _slowness()


def _slowness() -> float:
    """How much slower this machine is right now than the one the limits were set on, with room for noise."""
    started = time.process_time()
    sum(range(2_000_000))
    return max(1.0, (time.process_time() - started) / 0.03) * 2


@pytest.mark.parametrize(
    ("typed", "normal"),
    [("下午3点用支付宝付", "下午3点用支付宝付"), ("三点用微信", "三点用微信"), ("呢个点用", "这个怎么用")],
)
def test_an_hour_is_no_cantonese_question(typed: str, normal: str) -> None:
    assert normalise(typed, TABLES).text == normal
