"""What holds for a draft whatever people wrote: its length, its honesty about gaps, and that text stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.brief import MONEY, PAY_CHANNELS
from flows.case import Case, FactValue, Filing, Reply, Statement
from flows.drafts import catalogue_text, render, timeline_text
from flows.fact_names import FACTS
from flows.moment import Moment, Precision
from tests.letters.cases import NOW, case, exhibit, fact, full, knowledge, said
from tests.letters.test_content import RUNGS

TIMES = ("paid_at", "used_at", "happened_at")
MEAN = st.sampled_from(
    [
        "{{ 7*7 }}",
        "{% if x %}",
        "{{ ''.__class__ }}",
        "<b>&amp;</b>",
        "【待补充：假的】",
        "\ue000假\ue001",
        "甲" * 2000,
        "。" * 50,
        "a\nb\r\n\tc",
        "\u202e反\u2066向",
        "👩‍👩‍👧‍👦" * 40,
        "",
        " ",
        "None",
    ]
)
WORDS = st.one_of(MEAN, st.text(max_size=2000))
moments = st.builds(
    lambda days, precision, approx: Moment(
        NOW - timedelta(days=days, hours=3), NOW - timedelta(days=days), precision, "", approx
    ),
    st.integers(0, 400),
    st.sampled_from(list(Precision)),
    st.booleans(),
)


@st.composite
def cases(draw: st.DrawFn, problem: str) -> Case:
    """Any case of that type: any subset of facts with any wording, evidence, replies and statements."""
    facts: dict[str, FactValue] = {}
    for name in draw(st.sets(st.sampled_from(sorted(FACTS)))):
        if name in MONEY:
            facts[name] = draw(st.integers(1, 10**11))
        elif name in TIMES:
            facts[name] = draw(moments)
        elif name == "pay_channel":
            facts[name] = draw(st.sampled_from(sorted(PAY_CHANNELS)))
        else:
            facts[name] = draw(WORDS)
    base = case(problem, **facts)
    slots = [proof.id for proof in knowledge().problems[problem].evidence]
    number = draw(st.integers(0, 40))
    chosen = draw(st.lists(st.sampled_from([None, *slots]), min_size=number, max_size=number))
    items = tuple(exhibit(index * 2, slot, caption=draw(WORDS)) for index, slot in enumerate(chosen, 1))
    replies = tuple(Reply(text=text, at=NOW, kind="refusal") for text in draw(st.lists(WORDS, max_size=3)))
    filings = tuple(
        Filing(channel=channel, letter="merchant.final", sent_at=NOW - timedelta(days=2), words=draw(WORDS))
        for channel in draw(st.lists(st.sampled_from(sorted(knowledge().channels)), max_size=6))
    )
    statements = tuple(Statement(text=text, at=NOW) for text in draw(st.lists(WORDS, max_size=3)))
    return replace(base, evidence=items, replies=replies, filings=filings, statements=statements)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_text_is_ever_too_long_or_half_filled(data: st.DataObject) -> None:
    problem, letter = data.draw(st.sampled_from(RUNGS))
    draft = render(letter, data.draw(cases(problem)), NOW, knowledge())
    assert draft.limit is not None or letter == "minors.statement"
    assert draft.length == len(draft.text)
    assert draft.limit is None or draft.length <= draft.limit
    assert "\ue000" not in draft.text
    assert "\ue001" not in draft.text
    for label in draft.missing:
        assert f"【待补充：{label}】" in draft.text


@pytest.mark.parametrize(("problem", "letter"), RUNGS)
def test_the_longest_facts_fit(problem: str, letter: str) -> None:
    facts: dict[str, FactValue] = {name: "很长的内容，" * 333 for name in FACTS if name not in TIMES}
    facts |= dict.fromkeys(MONEY, 10**11)
    facts |= dict.fromkeys(TIMES, Moment(NOW, NOW + timedelta(days=3), Precision.WEEK, "", True))
    facts["pay_channel"] = "alipay_transfer"
    base = said(case(problem, **facts), "我的话。" * 500, "又一句。" * 500)
    slots = [proof.id for proof in knowledge().problems[problem].evidence]
    items = tuple(exhibit(number, slots[number % len(slots)]) for number in range(1, 100))
    replies = tuple(Reply(text="不退。" * 600, at=NOW, kind="refusal") for _ in range(40))
    filings = tuple(
        Filing(channel=name, letter="merchant.final", sent_at=NOW, words="不行。" * 600)
        for name in knowledge().channels
    )
    draft = render(letter, replace(base, evidence=items, replies=replies, filings=filings), NOW, knowledge())
    assert draft.limit is None or draft.length <= draft.limit


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% raw %}", "<&{{", "{{ config }}", "{# x #}"])
def test_what_people_write_stays_literal(text: str) -> None:
    base = case("not_delivered", goods=text, merchant=text, platform=text, amount=100)
    for letter in ("merchant.first", "12315.complaint", "court.complaint"):
        assert text in render(letter, base, NOW, knowledge()).text
    assert text in timeline_text(base, knowledge())


def test_a_typed_gap_is_not_taken_for_ours() -> None:
    base = case("not_delivered", goods="【待补充：假的】", amount=100)
    assert "假的" not in render("merchant.first", base, NOW, knowledge()).missing


@pytest.mark.parametrize(("problem", "letter"), RUNGS)
def test_a_fact_that_is_taken_away_becomes_a_gap_or_silence_never_an_invention(
    problem: str, letter: str
) -> None:
    whole = full(problem)
    for name in whole.facts:
        if name not in FACTS:
            continue
        less = replace(whole, facts={key: value for key, value in whole.facts.items() if key != name})
        before = render(letter, whole, NOW, knowledge())
        after = render(letter, less, NOW, knowledge())
        shown = f"〈{FACTS[name]}〉"
        if shown in before.text:
            assert shown not in after.text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_timeline_and_catalogue_keep_one_line_an_entry(data: st.DataObject) -> None:
    base = data.draw(cases("not_delivered"))
    lines = timeline_text(base, knowledge()).splitlines()
    assert all(line.count(" | ") >= 4 for line in lines)
    catalogue = catalogue_text(base, knowledge()).splitlines()
    assert len(catalogue) == max(len(base.evidence), 1) + 2


def test_an_approximate_amount_says_so() -> None:
    base = case("not_delivered")
    base = replace(base, facts={"amount": fact(30000, approx=True)})
    assert "约300.00元（以支付账单为准）" in render("merchant.first", base, NOW, knowledge()).text
