"""Reading the knowledge: strict, everything at once, and every flaw names its place and its cure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import FOLDERS, Survey, load, load_rules, survey
from bot.knowledge_flaws import KnowledgeError
from tests.knowledge.conftest import LETTER, Shelf

TODAY = date(2026, 11, 22)


def flaws(shelf: Shelf) -> list[tuple[str, str, str]]:
    return [(one.file, one.field, one.wrong) for one in survey(shelf.root, TODAY).problems]


def only(shelf: Shelf) -> str:
    """The one flaw there is, as people read it."""
    found = survey(shelf.root, TODAY).problems
    assert len(found) == 1, [str(one) for one in found]
    assert found[0].cure
    return str(found[0])


def test_sound_knowledge_loads(shelf: Shelf) -> None:
    knowledge = load(shelf.root, TODAY)
    assert knowledge.letters["first"].body == "{{ goods }}：{{ happened }}。{{ request }}。"
    assert knowledge.calendar[2026].off == (date(2026, 10, 1),)
    assert knowledge.problems["late"].ladder[0].channel == "merchant"
    assert len(knowledge.version) == 12
    found = survey(shelf.root, TODAY)
    assert not found.missing and not found.warnings


def test_the_version_follows_the_content_and_not_its_spelling(shelf: Shelf) -> None:
    before = load(shelf.root, TODAY).version
    text = (shelf.root / "goods/card.yaml").read_text("utf-8")
    shelf.write("goods/card.yaml", "# 注释\n" + text)
    (shelf.root / "goods/card.yaml").rename(shelf.root / "goods/renamed.yaml")
    assert load(shelf.root, TODAY).version == before
    shelf.write("goods/renamed.yaml", text + "note: 新\n")
    assert load(shelf.root, TODAY).version != before


def test_rules_alone(shelf: Shelf) -> None:
    shelf.write("letters/broken.j2", "x")
    knowledge = load_rules(shelf.root, TODAY)
    assert (
        set(knowledge.rules) == {"reply", "payment-dispute", "limitation", "promise"}
        and not knowledge.problems
    )


def test_missing_folders_count_as_empty_and_are_told(tmp_path: Any) -> None:
    found = survey(tmp_path / "nowhere", TODAY)
    assert not found.problems and len(found.missing) == 9
    assert load(tmp_path, TODAY).articles == {}


def test_all_flaws_of_all_files_come_at_once(shelf: Shelf) -> None:
    shelf.change("goods/card.yaml", words=None)
    shelf.change("clauses/none.yaml", weight="重", extra=1)
    shelf.write("excuses/wait.yaml", "id: [\n")
    with pytest.raises(KnowledgeError) as raised:
        load(shelf.root, TODAY)
    assert [(one.file, one.field) for one in raised.value.problems] == [
        ("clauses/none.yaml", "none.extra"),
        ("clauses/none.yaml", "none.weight"),
        ("excuses/wait.yaml", "第2行第1列"),
        ("goods/card.yaml", "card.words"),
    ]
    assert str(raised.value).count("改法：") == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: card\nname: 点卡\nname: 卡\nwords: []\n", "goods/card.yaml：第3行：键「name」在同一层出现了两次"),
        ("", "goods/card.yaml：文件是空的"),
        ("id: card\nname: 12315\nwords: []\n", "goods/card.yaml：card.name：应当是文字，现在是 12315"),
        ("id: card\nname: 点卡\nwords: 点卡\n", "goods/card.yaml：card.words：应当是列表"),
        ("id: card\nname: 点卡\nwords: [点卡, 5]\n", "goods/card.yaml：card.words[2]：应当是文字"),
        ("id: card\nname: 点卡\nwords: []\nillicit: 是\n", "goods/card.yaml：card.illicit：应当是 true 或 false"),
        ("id: card\nname: 点卡\nwords: []\ncolour: red\n", "goods/card.yaml：card.colour：没有这个键"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(shelf: Shelf, text: str, expected: str) -> None:
    shelf.write("goods/card.yaml", text)
    told = [str(one) for one in survey(shelf.root, TODAY).problems]
    assert any(one.startswith(expected) for one in told), told


def test_a_broken_entry_does_not_make_its_references_unknown(shelf: Shelf) -> None:
    shelf.change("goods/card.yaml", words=None)
    assert only(shelf).startswith("goods/card.yaml：card.words：缺少这一项")


@pytest.mark.parametrize("word", ["off", "no", "18:00", "010", "1_000"])
def test_words_that_yaml_would_twist_stay_words(shelf: Shelf, word: str) -> None:
    shelf.write("goods/card.yaml", f"id: card\nname: {word}\nwords: [{word}]\n")
    assert load(shelf.root, TODAY).goods["card"].words == (word,)


def test_python_objects_are_not_built(shelf: Shelf) -> None:
    shelf.write("goods/more.yaml", "id: more\nname: !!python/object/apply:os.getcwd []\nwords: []\n")
    assert "YAML 读不通" in only(shelf)


def test_other_encodings_are_told(shelf: Shelf) -> None:
    (shelf.root / "goods/card.yaml").write_bytes("id: card\nname: 点卡\n".encode("gb18030"))
    assert any("UTF-8" in wrong for _, _, wrong in flaws(shelf))


def test_the_same_id_twice(shelf: Shelf) -> None:
    shelf.write("goods/more.yaml", "id: card\nname: 另一种\nwords: []\n")
    assert only(shelf).startswith("goods/more.yaml：card：编号「card」已在 goods/card.yaml 用过")


@pytest.mark.parametrize(
    "text",
    [
        "没有开头", "", "---\nid: first\n", LETTER.replace("name:", "title:"), "---\n- a\n- b\n---\n正文", "---\n\n---\n正文",
        "---\n只有文字\n---\n正文", "---\nid: [\n---\n正文",
    ],
)  # fmt: skip
def test_letters_without_a_proper_head(shelf: Shelf, text: str) -> None:
    shelf.write("letters/first.j2", text)
    assert flaws(shelf)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ goods }", "读不通"),
        ("{% if goods %}", "读不通"),
        ("{{ goods|nothing }}", "读不通"),
        ("{{ price }}", "模板用了没有的名字「price」"),
        ("{{ order_no }}", "模板用了没有的名字「order_no」"),
        ("{% if has('colour') %}x{% endif %}", "has 问的事实「colour」不存在"),
        ("按旧试验法退款", "出现了不得引用的「旧试验法」"),
        ("依《试验法》第九条退款", "没有可引用的《试验法》第九条"),
        ("依中华人民共和国试验法第一条、试验法第二条退款", "没有可引用的《试验法》第二条"),
    ],
)  # fmt: skip
def test_letters(shelf: Shelf, body: str, expected: str) -> None:
    shelf.write("letters/first.j2", LETTER.split("{{")[0] + body)
    assert expected in only(shelf)


def test_letters_may_use_what_they_asked_for(shelf: Shelf) -> None:
    body = "{% if has('order_no') %}{{ order_no }}{% endif %}{{ seller }}，依《试验法》第一条第二款"
    shelf.write("letters/first.j2", LETTER.split("{{")[0] + body)
    assert load(shelf.root, TODAY).letters["first"].body == body


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("statutes/law.yaml", {"in_force_to": "2026-11-21"}, "不是现行有效的条文"),
    ("statutes/law.yaml", {"in_force_from": "2026-12-01"}, "不是现行有效的条文"),
    ("statutes/law.yaml", {"in_force_to": "2019-01-01"}, "失效日早于生效日"),
    ("statutes/law.yaml", {"source": " "}, "law-1.source：是空的"),
    ("statutes/law.yaml", {"certainty": "G", "quote": "原文"}, "不能写原文"),
    ("statutes/law.yaml", {"certainty": "C"}, "不能写进要提交的文书"),
    ("statutes/law.yaml", {"certainty": "X"}, "不在允许的范围内"),
    ("statutes/law.yaml", {"checked_on": "昨天"}, "不是日期"),
    ("statutes/law.yaml", {"summary": "照旧试验法"}, "不得引用"),
    ("deadlines/all.yaml", {"citations": ["law-9"]}, "没有编号为「law-9」的条文"),
    ("deadlines/all.yaml", {"citations": []}, "没有法条依据"),
    ("deadlines/all.yaml", {"certainty": "C"}, "不能作为法定期限"),
    ("deadlines/all.yaml", {"kind": "custom", "certainty": "G"}, "不能作为法定期限"),
    ("deadlines/all.yaml", {"starts": "someday"}, "没有「someday」这种起点"),
    ("deadlines/all.yaml", {"amount": 0}, "不是正数"),
    ("deadlines/all.yaml", {"unit": "hours", "roll": True}, "不需要顺延"),
    ("deadlines/all.yaml", {"id": "renamed"}, "没有编号为「reply」的期限"),
    ("calendar/2026.yaml", {"worked": ["2026-10-12"]}, "本来就是工作日"),
    ("calendar/2026.yaml", {"off": ["2027-01-02"]}, "不在 2026 年"),
    ("calendar/2026.yaml", {"off": ["2026-10-10"]}, "同时写成放假和上班"),
    ("calendar/2026.yaml", {"off": ["2026-10-01", "2026-10-01"]}, "有重复的日期"),
    ("channels/merchant.yaml", {"letter": "none"}, "没有编号为「none」的文书"),
    ("channels/merchant.yaml", {"excludes": ["mars"]}, "没有编号为「mars」的渠道"),
    ("channels/merchant.yaml", {"accepted": ["mars"]}, "没有编号为「mars」的期限"),
    ("problems/late.yaml", {"ladder": [{"channel": "mars"}]}, "没有编号为「mars」的渠道"),
    (
        "problems/late.yaml",
        {"ladder": [{"channel": "merchant", "letter": "none"}]},
        "没有编号为「none」的文书",
    ),
    ("problems/late.yaml", {"ladder": []}, "没有任何维权渠道"),
    ("problems/late.yaml", {"needs": {}}, "needs 里没有「merchant」"),
    ("problems/late.yaml", {"cites": {"merchant": ["law-2"]}}, "不能写进要提交的文书"),
    ("problems/late.yaml", {"happened": "{{ nobody }}"}, "没有的名字「nobody」"),
    ("excuses/wait.yaml", {"cites": ["law-2"]}, "不能写进要提交的文书"),
    ("excuses/wait.yaml", {"answer": "旧试验法说不退"}, "不得引用"),
    ("clauses/none.yaml", {"cites": ["law-7"]}, "没有编号为「law-7」的条文"),
    ("clauses/none.yaml", {"check": "other"}, "不在允许的范围内"),
]


@pytest.mark.parametrize(("file", "values", "expected"), CASES)
def test_each_check_can_fail(shelf: Shelf, file: str, values: dict[str, Any], expected: str) -> None:
    shelf.change(file, **values)
    told = [str(one) for one in survey(shelf.root, TODAY).problems]
    assert any(expected in one for one in told), told


def test_words_of_others_may_name_what_we_must_not_cite(shelf: Shelf) -> None:
    shelf.change("excuses/wait.yaml", words=["旧试验法"], trap="对方会说旧试验法")
    assert not flaws(shelf)


def test_a_letter_of_another_channel(shelf: Shelf) -> None:
    shelf.write("letters/other.j2", LETTER.replace("id: first", "id: other").replace("merchant", "court"))
    shelf.change("problems/late.yaml", ladder=[{"channel": "merchant", "letter": "other"}])
    told = {wrong for _, _, wrong in flaws(shelf)}
    assert told == {"文书「other」是写给 court 的", "没有编号为「court」的渠道"}


def test_the_ledgers_own_rules_must_exist(shelf: Shelf) -> None:
    text = (shelf.root / "deadlines/all.yaml").read_text("utf-8")
    shelf.write("deadlines/all.yaml", text.replace("id: promise", "id: oath"))
    assert only(shelf).startswith("deadlines/：promise：程序要用的期限没有了")


def warnings(found: Survey) -> list[str]:
    return [one.wrong for one in found.warnings]


def test_old_checks_are_warnings(shelf: Shelf) -> None:
    shelf.change("statutes/law.yaml", checked_on="2025-05-30")
    assert warnings(survey(shelf.root, TODAY)) == ["最后核对于 2025-05-30，已超过 540 天"]
    assert load(shelf.root, TODAY)


def test_a_clock_behind_the_last_check_is_a_warning_and_repeals_nothing(shelf: Shelf) -> None:
    found = survey(shelf.root, date(1970, 1, 1))
    assert not found.problems and "1970-01-01" in warnings(found)[0]


def test_many_old_entries_of_a_file_are_one_warning(shelf: Shelf) -> None:
    found = survey(shelf.root, date(2029, 1, 1))
    assert len(found.warnings) == 4 and "law-1.checked_on 等 2 项" in {one.field for one in found.warnings}


def test_a_year_may_be_written_as_text(shelf: Shelf) -> None:
    shelf.change("calendar/2026.yaml", year="2026")
    assert load(shelf.root, TODAY).calendar[2026].year == 2026


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates()
KEYS = (
    st.sampled_from(["id", "name", "words", "year", "law", "checked_on", "ladder", "needs", "body"]) | SCALARS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(FOLDERS)), VALUES)
def test_nothing_that_yaml_can_hold_crashes_the_reading(folder: str, content: Any) -> None:
    with TemporaryDirectory() as root:
        path = Path(root) / folder / "x.yaml"
        path.parent.mkdir()
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        assert survey(Path(root), TODAY).problems


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from(["x.yaml", "x.j2"]))
def test_nor_do_any_bytes(content: bytes, name: str) -> None:
    with TemporaryDirectory() as root:
        path = Path(root) / "letters" / name
        path.parent.mkdir()
        path.write_bytes(content)
        assert survey(Path(root), TODAY).problems
