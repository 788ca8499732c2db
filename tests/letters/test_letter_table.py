"""docs/letters.md says for every problem type which letter each stage hands over, as the data have it.

To renew the page after a change on purpose: `UPDATE_LETTERS=1 python -m pytest tests/letters/test_letter_table.py`.
A rung that goes missing from a ladder fails here before it leaves somebody without a next step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from flows.brief import PAY_CHANNELS
from flows.citations import citation_text
from flows.knowledge import Problem, Rung
from tests.letters.cases import knowledge

PAGE = Path(__file__).resolve().parents[2] / "docs" / "letters.md"
HEAD = """# 类型 × 阶段 × 文书

每一类问题按什么次序找谁、交哪一封文书、引哪几条。本页由 `tests/letters/test_letter_table.py` 从 `data/knowledge/` 生成，
不要手改；数据改了，用 `UPDATE_LETTERS=1 python -m pytest tests/letters/test_letter_table.py` 重写。

“什么时候走”空着的，总走这一级；不知道的事实不关上任何一级，写“已知”的除外。“再来一次”是被拒或没有回音之后换用的文书。
未成年人充值的文书另按孩子的年龄引《民法典》第二十条、第一百四十四条（不满八周岁）或第十九条、第一百四十五条，表里不列。
"""
COLUMNS = "| 级 | 渠道 | 什么时候走 | 文书 | 再来一次 | 另可交 | 依据 |\n|---|---|---|---|---|---|---|"
NAMES = {
    "pay_channel": "付款方式",
    "goods_kind": "商品",
    "on_platform": "在平台上买",
    "role": "身份",
    "site_kind": "网站",
}
VALUES = PAY_CHANNELS | {
    "phone_credit": "话费",
    "no": "否",
    "reseller": "代理",
    "market": "里面有很多店",
    "unsure": "不清楚",
}

PAID = ("wechat_pay", "alipay", "bank", "qq_pay", "apple")
REPORTS = ("wechat_report", "alipay_report")
BODIES = ("12315", "consumer_association", "court")
DISPUTE = ("merchant", "platform", *PAID, *BODIES)
PHONE = ("merchant", "platform", *PAID, "telecom", *BODIES)
#: The rungs that each type must offer, in this order.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "recovery_scam": ("police",),
    "scam_task": ("police", "bank", *REPORTS),
    "unauthorised": ("police", "bank", "wechat_pay", "alipay", "platform"),
    "account_reclaimed": ("police", "platform", *PAID, *BODIES),
    "minor_purchase": ("game_minor", *DISPUTE),
    "merchant_gone": (
        "police",
        *REPORTS,
        "platform",
        *PAID,
        "12315",
        "consumer_association",
        "police",
        "court",
    ),
    "platform_closed": (*PAID, "police", "merchant", *BODIES),
    "double_charge": DISPUTE,
    "code_invalid": DISPUTE,
    "license_fail": DISPUTE,
    "account_bad": DISPUTE,
    "banned": DISPUTE,
    "not_delivered": PHONE,
    "partial": PHONE,
    "agent_fee": ("merchant", "court", "police"),
    "misdescribed": DISPUTE,
    "auto_renewal": ("auto_renewal_off", *DISPUTE),
    "wrong_input": ("merchant", "telecom"),
    "change_of_mind": ("merchant",),
    "refund_not_landed": DISPUTE,
    "refund_refused": DISPUTE,
}


def ordered() -> list[Problem]:
    return sorted(knowledge().problems.values(), key=lambda problem: problem.priority)


def listed(conditions: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name, values in conditions.items():
        yield f"{NAMES[name]}：{'、'.join(VALUES[value] for value in values)}"


def opening(rung: Rung) -> str:
    parts = [f"{text}（已知）" if rung.known else text for text in listed(rung.when)]
    return "；".join((*parts, *(f"除非{text}" for text in listed(rung.unless))))


def called(letter: str) -> str:
    return f"{knowledge().letters[letter].name} `{letter}`" if letter else ""


def row(number: int, problem: Problem, rung: Rung) -> str:
    channel = knowledge().channels[rung.channel]
    second = rung.second or ("" if rung.letter else channel.second)
    letter = knowledge().letters[rung.letter or channel.letter]
    again = knowledge().letters[second] if second else letter
    cited = problem.cites.get(rung.channel, ()) if letter.cites or again.cites else ()
    cells = (
        str(number),
        channel.name,
        opening(rung),
        called(letter.id),
        called(second),
        "、".join(called(name) for name in channel.beside),
        citation_text(tuple(knowledge().articles[name] for name in cited)),
    )
    return f"| {' | '.join(cells)} |"


def page() -> str:
    parts = [HEAD]
    for problem in ordered():
        rows = "\n".join(row(number, problem, rung) for number, rung in enumerate(problem.ladder, 1))
        mark = "（先止损、先报警）" if problem.crime else ""
        parts.append(f"## {problem.name} `{problem.id}`{mark}\n\n{problem.explain}\n\n{COLUMNS}\n{rows}\n")
    return "\n".join(parts)


def test_the_page_says_what_the_data_say() -> None:
    if os.environ.get("UPDATE_LETTERS"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("problem", sorted(knowledge().problems))
def test_no_rung_is_missing(problem: str) -> None:
    assert tuple(rung.channel for rung in knowledge().problems[problem].ladder) == REQUIRED[problem]


def test_every_type_is_listed() -> None:
    assert set(REQUIRED) == set(knowledge().problems)
