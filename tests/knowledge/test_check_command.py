"""`bot check`: one line when all is well, every problem when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.check import compare, main, unspoken
from bot.knowledge import load, survey
from bot.knowledge_flaws import KnowledgeError
from tests.knowledge.conftest import Shelf

FOLDER = Path("data/knowledge")


def told(zh: dict[str, str], tw: dict[str, str], en: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(one.file, one.field, one.wrong) for one in compare({"zh-CN": zh, "zh-TW": tw, "en": en})]


def test_same_ids_and_placeholders_are_well() -> None:
    assert told({"a": "{x}到{y}", "b": "好"}, {"a": "{y}自{x}", "b": "好"}, {"a": "{x} to {y}"}) == []


def test_differences_between_languages_are_told() -> None:
    assert told({"a": "{x}", "b": "好"}, {"a": "{z}", "c": "多"}, {"a": "x", "d": "more"}) == [
        ("locales/zh-TW", "b", "缺少这一条"),
        ("locales/zh-TW", "c", "zh-CN 里没有这一条"),
        ("locales/zh-TW", "a", "占位符与 zh-CN 不同"),
        ("locales/en", "d", "zh-CN 里没有这一条"),
        ("locales/en", "a", "占位符与 zh-CN 不同"),
    ]


def test_no_wording_at_all_is_a_problem() -> None:
    assert told({}, {}, {}) == [("locales/zh-CN", "", "没有任何文案")]


def test_an_empty_project_fails_with_every_folder_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    for folder in (
        "problems/",
        "channels/",
        "deadlines/",
        "statutes/",
        "letters/",
        "calendar/",
        "locales/zh-CN",
    ):
        assert folder in out


def test_our_own_knowledge_and_wording_are_well(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])
    out = capsys.readouterr().out
    assert code == 0, out
    assert load(FOLDER).version in out and out.count("\n") == 1


def test_one_broken_file_stops_everything(tmp_path: Path) -> None:
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.relative_to(FOLDER).parts[0] not in ("lexicon", "facts"):
            copy = tmp_path / path.relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    before = len(survey(tmp_path).problems)
    (tmp_path / "statutes" / "ecommerce.yaml").write_text("- id: ecommerce-20\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path)
    assert len(raised.value.problems) > before + 5


def test_what_is_asked_for_has_words(shelf: Shelf) -> None:
    knowledge = load(shelf.root)
    texts = {"ask.amount": "多少钱？", "reply.kind.delay": "对方在拖"}
    assert list(unspoken(knowledge, texts)) == []
    assert [one.field for one in unspoken(knowledge, {"x": "y"})] == ["ask.amount", "reply.kind.delay"]
