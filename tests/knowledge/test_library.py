"""The project's own law library: what may be cited, with its period; what must never be."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import FOLDERS, SPECIAL_FILES, load_rules
from bot.knowledge_checks import in_force
from bot.knowledge_templates import derived_names
from flows.deadlines import STARTS, short_citation
from flows.fact_names import FACTS

FOLDER = Path("data/knowledge")
LIBRARY = load_rules(FOLDER, date(2026, 11, 22))
GUIDE = Path("data/README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("id", "citation"),
    [
        ("ecommerce-20", "《电子商务法》第二十条"),
        ("consumer-44-1", "《消费者权益保护法》第四十四条第一款"),
        ("consumer-48-1-6", "《消费者权益保护法》第四十八条第一款第六项"),
        ("civil-563", "《民法典》第五百六十三条"),
        ("civil-1197", "《民法典》第一千一百九十七条"),
        ("civil-985", "《民法典》第九百八十五条"),
        ("criminal-287-zhi-1", "《刑法》第二百八十七条之一"),
        ("security-58", "《治安管理处罚法》第五十八条"),
        ("platform-rules", "《网络交易平台规则监督管理办法》"),
        ("complaint-23-1-5", "《市场监督管理投诉举报处理办法》第二十三条第一款第五项"),
    ],
)  # fmt: skip
def test_how_articles_are_named(id: str, citation: str) -> None:
    assert short_citation(LIBRARY.articles[id]) == citation


@pytest.mark.parametrize(
    ("id", "day", "valid"),
    [
        ("complaint-16-1", "2026-04-14", False),
        ("complaint-16-1", "2026-04-15", True),
        ("security-58", "2025-12-31", False),
        ("security-58", "2026-01-01", True),
        ("platform-rules", "2026-01-31", False),
        ("platform-rules", "2026-02-01", True),
        ("ecommerce-20", "2018-12-31", False),
        ("consumer-rules-10", "2024-07-01", True),
    ],
)  # fmt: skip
def test_what_is_in_force_when(id: str, day: str, valid: bool) -> None:
    assert in_force(LIBRARY.articles[id], date.fromisoformat(day)) is valid


def test_traps_are_not_in_the_library() -> None:
    for trap in (
        "ecommerce-38-2",
        "ecommerce-42",
        "ecommerce-44",
        "consumer-23-3",
        "security-49",
        "procedure-119",
    ):
        assert trap not in LIBRARY.articles


def test_everything_says_where_it_was_read() -> None:
    for article in LIBRARY.articles.values():
        assert article.source and article.checked_on and article.summary, article.id
        assert not article.summary.endswith("。"), article.id


@pytest.mark.parametrize(
    "text",
    [
        "依据《合同法》第九十四条", "《市场监督管理投诉举报处理暂行办法》", "45个工作日内终止调解", "自动续费前五日提醒",
        "《治安管理处罚法》第四十九条", "《电子商务法》第四十四条", "《电子商务法》第三十八条第二款", "向工商局投诉",
        "根据 FTC 的规定", "www.12321.cn",
    ],
)  # fmt: skip
def test_stale_wording_is_caught(text: str) -> None:
    assert [ban.id for ban in LIBRARY.never.values() if any(word in text for word in ban.words)]


@pytest.mark.parametrize(
    "text", ["《民法典》合同编", "市场监督管理局", "自动续费等日期前", "《治安管理处罚法》第五十八条"]
)
def test_sound_wording_is_not(text: str) -> None:
    assert not [ban.id for ban in LIBRARY.never.values() if any(word in text for word in ban.words)]


def test_the_guide_names_every_key() -> None:
    for kind, _ in (*FOLDERS.values(), *SPECIAL_FILES.values()):
        for field in fields(kind):
            assert f"`{field.name}`" in GUIDE, f"{kind.__name__}.{field.name}"


def test_the_guide_names_every_folder_start_and_fact() -> None:
    for word in (*FOLDERS, *STARTS, *FACTS, *SPECIAL_FILES):
        assert re.search(rf"`(?:knowledge/)?{re.escape(word)}/?`", GUIDE), word


def test_the_guide_names_everything_that_letters_may_use() -> None:
    for name in derived_names() - {"has", "proof", "todo"}:
        assert f"`{name}`" in GUIDE, name
    assert all(f"`{name}(" in GUIDE for name in ("has", "proof", "todo"))
