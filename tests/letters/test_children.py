"""What a guardian signs fits the age of the child: under eight the payment is void (民法典第二十条、第一百四十四条),
from eight on it needs the guardian's consent (第十九条、第一百四十五条). An unknown age claims no voidness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.drafts import render
from tests.letters.cases import CHILD, NOW, fact, knowledge, refused
from tests.letters.test_content import RUNGS

LETTERS = [
    letter for problem, letter in RUNGS if problem == "minor_purchase" and not letter.endswith(".report")
]


def text(letter: str, age: int | str | None) -> str:
    facts = {name: value for name, value in CHILD.facts.items() if name != "child_age"}
    if age is not None:
        facts["child_age"] = fact(age)
    return render(letter, refused(replace(CHILD, facts=facts)), NOW, knowledge()).text


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("age", [3, 7, "6岁"])
def test_under_eight_the_payment_is_void(letter: str, age: int | str) -> None:
    written = text(letter, age)
    assert "无效" in written
    assert "第一百四十四条" in written
    assert "追认" not in written
    assert "第一百四十五条" not in written


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("age", [8, 15, "12岁"])
def test_from_eight_on_the_guardian_refuses_consent(letter: str, age: int | str) -> None:
    written = text(letter, age)
    assert "追认" in written
    assert "第一百四十五条" in written
    assert "无效" not in written
    assert "第一百四十四条" not in written


@pytest.mark.parametrize("letter", LETTERS)
def test_an_unknown_age_stays_open(letter: str) -> None:
    assert "无效" not in text(letter, None)


@pytest.mark.parametrize("letter", LETTERS)
def test_nobody_says_that_the_guardian_bought_it(letter: str) -> None:
    assert "为个人生活消费购买" not in text(letter, 10)
