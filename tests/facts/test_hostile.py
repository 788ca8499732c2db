"""Text that was written to hurt: huge, repetitive, odd. Never an exception, never slow."""

from __future__ import annotations

import random
import time

import pytest

from flows.answers import (
    command_word,
    declined,
    mask,
    outcome_words,
    read_answer,
    read_corrections,
    secrets_in,
    withdrawal_of_item,
    yes_no,
)
from flows.facts import find_facts
from flows.facts.short import _READERS as READERS
from flows.language import Language
from flows.normalise import normalise
from tests.facts.conftest import NOW, Read

FLOODS = {
    "digits": "5" * 5000,
    "sums": "付了50 " * 2000,
    "numerals": "一百二" * 3300,
    "dots": "1." * 5000,
    "commas": "1,234," * 1600,
    "labels": "订单号:" * 2500,
    "dates": "11.18 " * 1600,
    "clocks": "20:15 " * 1600,
    "channels": "微信" * 5000,
    "sites": "数卡" * 5000,
    "children": "孩子今年" * 2500,
    "promises": "说到账" * 3300,
    "lines": "\n我:付" * 2500,
    "mails": "a." * 5000,
    "dashes": "a-1" * 3300,
    "quotes": "卖家“" * 3300,
    "blanks": " \n" * 5000,
    "wide": "，１" * 5000,
    "codes": "AB12-" * 2000,
    "denials": "不是" * 5000,
    "passwords": "密码:" * 3000,
}
#: Generous for a loaded machine: ten times what it takes alone. Anything but linear takes seconds.
SECONDS = 0.25


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_read_quickly(name: str, language: Language) -> None:
    normalised = normalise(FLOODS[name], language.tables)
    began = time.process_time()
    find_facts(normalised, (), NOW, language)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", FLOODS)
def test_answers_survive_a_flood(name: str, language: Language) -> None:
    text = FLOODS[name]
    began = time.process_time()
    mask(text, secrets_in(text))
    read_corrections(text, NOW, language, {"amount": 1})
    yes_no(text, language), declined(text, language), command_word(text, language)
    outcome_words(text, language), withdrawal_of_item(text, language)
    for fact in READERS:
        read_answer(fact, text, NOW, language)
    assert time.process_time() - began < SECONDS * (len(READERS) + 8)


def test_doubling_the_text_at_most_doubles_the_time_of_finding_secrets() -> None:
    for text in ("1234 " * 2000, "a1" * 5000, "卡密A1-" * 1500, "验证码" * 3000, "62" * 5000):
        began = time.process_time()
        secrets_in(text)
        assert time.process_time() - began < SECONDS


ALPHABET = "付充转块元百千万一二三0123456789.,:：/-月日号点半前天昨今周订单微信支付宝“”\n 　￥$%不是，。的了在卡盟\u200b\ud800👍"


@pytest.mark.parametrize("seed", range(8))
def test_random_text_never_raises_and_spans_stay_inside(seed: int, read: Read, language: Language) -> None:
    source = random.Random(seed)
    for _ in range(60):
        text = "".join(source.choice(ALPHABET) for _ in range(source.randint(0, 60)))
        for name, found in read(text).items():
            assert 0 <= found.span.start <= found.span.end <= len(text), (name, text)
            assert 0 < found.confidence <= 1
        for fact in READERS:
            read_answer(fact, text, NOW, language)
        mask(text, secrets_in(text))
        read_corrections(text, NOW, language, {"amount": 100, "platform": "卡盟"})
        withdrawal_of_item(text, language)


def test_the_same_text_gives_the_same_facts(read: Read) -> None:
    text = "昨晚在山雀卡盟用微信付了68元买Q币"
    assert read(text) == read(text)
