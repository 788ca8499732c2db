"""What the content files promise: a letter for every rung, honest citations, nothing that harms the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from flows.case import Case
from flows.drafts import render
from flows.fact_names import FACTS
from flows.knowledge import Channel, Problem, Rung
from tests.letters.cases import NOW, empty, full, knowledge

DISPUTES = [
    "not_delivered",
    "partial",
    "code_invalid",
    "license_fail",
    "account_bad",
    "account_reclaimed",
    "banned",
    "misdescribed",
    "merchant_gone",
    "platform_closed",
    "refund_refused",
    "refund_not_landed",
    "wrong_input",
    "double_charge",
    "minor_purchase",
    "auto_renewal",
    "change_of_mind",
    "unauthorised",
    "scam_task",
    "agent_fee",
    "recovery_scam",
]
CHANNELS = [
    "merchant",
    "platform",
    "wechat_pay",
    "alipay",
    "bank",
    "qq_pay",
    "apple",
    "telecom",
    "game_minor",
    "auto_renewal_off",
    "12315",
    "consumer_association",
    "police",
    "court",
]
PERSONAL = ("wechat_transfer", "alipay_transfer", "usdt")
PAYMENT = {"wechat_pay", "alipay", "qq_pay", "apple"}
CRIMINAL = ("criminal-", "security-", "antifraud-")
HARMFUL = re.compile(r"骗子|诈骗犯|曝光|黑心|限你|保证(?:退|追回|成功)|成功率|亲，|！|必须立案|三倍")


def letters_of(channel: Channel, rung: Rung) -> Iterator[str]:
    """The letters that a rung hands over: first, second, and those beside."""
    yield rung.letter or channel.letter
    second = rung.second if rung.letter else rung.second or channel.second
    if second:
        yield second
    yield from channel.beside


def rungs() -> Iterator[tuple[str, str]]:
    for problem in knowledge().problems.values():
        for rung in problem.ladder:
            for letter in letters_of(knowledge().channels[rung.channel], rung):
                yield problem.id, letter


RUNGS = sorted(set(rungs()))


def test_every_dispute_has_its_file_and_every_channel_too() -> None:
    assert set(knowledge().problems) == set(DISPUTES)
    assert set(CHANNELS) <= set(knowledge().channels)


@pytest.mark.parametrize(("problem", "letter"), RUNGS)
def test_every_rung_has_a_letter_for_an_empty_and_for_a_full_case(problem: str, letter: str) -> None:
    bare, rich = (render(letter, case, NOW, knowledge()) for case in (empty(problem), full(problem)))
    for draft in (bare, rich):
        assert draft.text
        assert draft.limit is None or draft.length <= draft.limit
        assert not re.search(r"\{\{|\}\}|\{%|None|Undefined|[\ue000-\uf8ff]", draft.text)
    assert len(rich.missing) <= len(bare.missing)
    assert rich.problems == ()


@pytest.mark.parametrize(("problem", "letter"), RUNGS)
def test_letters_stay_calm_and_tidy(problem: str, letter: str) -> None:
    for case in (empty(problem), full(problem)):
        text = render(letter, case, NOW, knowledge()).text
        assert not HARMFUL.search(text)
        assert not re.search(r"。。|，，|，。|。，|：。|、。|（）|“”|  ", text), text


@pytest.mark.parametrize("problem", DISPUTES)
def test_knowledge_speaks_without_promises_or_threats(problem: str) -> None:
    entry = knowledge().problems[problem]
    assert not HARMFUL.search("".join((entry.explain, entry.outcome, *entry.first_aid)))
    assert entry.avoid
    assert entry.evidence


def test_at_most_four_articles_and_criminal_law_only_at_the_police() -> None:
    for problem in knowledge().problems.values():
        for channel, ids in problem.cites.items():
            assert len(ids) <= 4, (problem.id, channel)
            if channel != "police":
                assert not [name for name in ids if name.startswith(CRIMINAL)], (problem.id, channel)


def test_the_first_letter_asks_at_most_four_things() -> None:
    for problem in knowledge().problems.values():
        assert len(problem.needs.get("merchant", ())) <= 4, problem.id


def fits(rung: Rung, **facts: str) -> bool:
    known = {name: facts[name] in values for name, values in rung.when.items() if name in facts}
    return all(known.values()) and not any(facts.get(name) in values for name, values in rung.unless.items())


@pytest.mark.parametrize("pay_channel", PERSONAL)
def test_a_transfer_to_a_person_leads_to_no_merchant_complaint(pay_channel: str) -> None:
    for problem in knowledge().problems.values():
        if problem.id == "unauthorised":
            continue  # not a complaint against a merchant: the payment institution answers for it itself
        reached = {rung.channel for rung in problem.ladder if fits(rung, pay_channel=pay_channel)}
        assert not reached & PAYMENT, problem.id


def test_a_reseller_is_not_sent_where_only_consumers_are_heard() -> None:
    for problem in knowledge().problems.values():
        reached = {rung.channel for rung in problem.ladder if fits(rung, role="reseller")}
        assert not reached & {"12315", "consumer_association"}, problem.id


@pytest.mark.parametrize("problem", ["scam_task", "unauthorised", "recovery_scam"])
def test_crimes_go_to_the_police_first(problem: str) -> None:
    entry = knowledge().problems[problem]
    assert entry.crime
    assert entry.first_aid
    assert entry.ladder[0].channel == "police"


def test_own_mistakes_are_said_and_blame_nobody() -> None:
    for problem in ("wrong_input", "change_of_mind"):
        for case in (empty(problem), full(problem)):
            draft = render("merchant.goodwill", case, NOW, knowledge())
            assert "本人" in draft.text
            assert not re.search(r"违约|解除|依据|催告", draft.text)
            assert draft.cited == ()


def test_a_report_asks_for_no_money() -> None:
    for problem in DISPUTES:
        text = render("12315.report", full(problem), NOW, knowledge()).text
        said = "\n".join(line for line in text.splitlines() if not line.startswith("【材料】"))
        assert not re.search(r"退还|退款|赔", said), problem


def test_letters_name_the_facts_they_use() -> None:
    for letter in knowledge().letters.values():
        assert set(letter.facts) <= set(FACTS), letter.id


def test_proof_names_are_short_and_ids_unique() -> None:
    for problem in knowledge().problems.values():
        ids = [proof.id for proof in problem.evidence]
        assert len(ids) == len(set(ids)), problem.id
        assert all(len(proof.name) <= 12 for proof in problem.evidence)
        assert all(proof.words for proof in problem.evidence)


def test_second_and_beside_letters_belong_to_their_channel() -> None:
    for channel in knowledge().channels.values():
        for name in (channel.letter, channel.second, *channel.beside):
            assert not name or knowledge().letters[name].channel == channel.id


def test_priorities_are_a_strict_order() -> None:
    problems: list[Problem] = sorted(knowledge().problems.values(), key=lambda problem: problem.priority)
    assert [problem.priority for problem in problems] == list(range(1, len(problems) + 1))
    assert [problem.id for problem in problems[:4]] == [
        "recovery_scam",
        "scam_task",
        "unauthorised",
        "account_reclaimed",
    ]


def test_the_public_post_hides_who_was_paid_privately() -> None:
    case: Case = full("merchant_gone")
    facts = {**case.facts, "pay_channel": full("merchant_gone").facts["pay_channel"]}
    del facts["platform"]
    private = Case(**{**{field: getattr(case, field) for field in case.__slots__}, "facts": facts})
    text = render("public_site.post", private, NOW, knowledge()).text
    assert "DD20261118001" not in text
    assert "13800001234" not in text
