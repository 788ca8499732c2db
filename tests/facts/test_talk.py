"""The wording of open cases: what is wrong with talk.yaml is said completely, with file, key and cure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import language
from bot.talk import TalkError, load, repeats_repeat

FACTS = Path("data/knowledge/facts")


def _written(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = (FACTS / "talk.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "talk.yaml").write_text(text, "utf-8")
    return tmp_path


def _problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(TalkError) as caught:
        load(folder)
    return caught.value.problems


def test_every_flaw_is_told_at_once_with_file_key_and_cure(tmp_path: Path) -> None:
    folder = _written(
        tmp_path,
        ("\npaid:", "\npayed:"),
        ("  - '手滑'", "  - '手(滑'"),
        ("  - '共享屏幕'", "  - '(?:共享+)+屏幕'"),
        ("  - '怎么'", "  - '(怎么)'"),
        ("  - '没写'", "  - '(?:没写)?'"),
        ("  police:", "  polices:"),
        ("  refusal: [理由]", "  refused: [金额]"),
        ("  - '<名字>(?:都", "  - '(?:都"),
    )
    problems = _problems(folder)
    expected = {
        "payed：没有这个键": "检查拼写",
        "paid：缺少这个键": "照原来的版本补上",
        "own_fault：「手(滑」不是正确的正则表达式": "检查成对的括号",
        "danger：「(?:共享+)+屏幕」在重复里又有重复": "去掉外层或里层",
        "sentence：「(怎么)」里有 1 对取内容": "写成 (?:…)",
        "unknown：「(?:没写)?」什么话都对得上": "至少写一个",
        "stage_wishes.polices：没有这个键": "检查拼写",
        "stage_wishes.police：缺少这个键": "照原来的版本补上",
        "names.refused：没有这个事实": "只能写",
        "names.refused：「金额」已经写在 amount 下面": "只留一处",
        "wrong：「(?:都": "以 <名字> 开头",
    }
    for wrong, cure in expected.items():
        (line,) = [line for line in problems if line.startswith(f"facts/talk.yaml：{wrong}")]
        assert cure in line.partition("改法：")[2]
    assert len(problems) == len(expected)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("paid:", "paid: [", "YAML"),
        ("paid:", "danger: ['x']\npaid:", "出现了两次"),
        ("- '同意'", "- 12", "12 不是文字"),
        ("confirms:\n  - '确认'\n  - '確認'", "confirms: 确认", "confirms：应当是列表"),
        ("- '自营'", "- '(?i)自营'", "site_kinds.self：「(?i)自营」改了整条的匹配方式"),
        ("(\\d{1,7}(?:\\.\\d{1,2})?)", "\\d+", "paid_back：「"),
    ],
)
def test_a_flaw_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert any(said in line for line in _problems(_written(tmp_path, (old, new))))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert _problems(tmp_path) == ("facts/talk.yaml：文件不见了。改法：从原来的版本里放回来",)


def test_the_language_is_refused_with_the_same_words(tmp_path: Path) -> None:
    knowledge = Path(shutil.copytree(FACTS.parent / "lexicon", tmp_path / "lexicon")).parent
    shutil.copytree(FACTS, knowledge / "facts")
    _written(knowledge / "facts", ("\nagain:", "\nagian:"))
    with pytest.raises(language.LexiconError) as caught:
        language.load(knowledge / "lexicon")
    assert [line.partition("。")[0] for line in caught.value.problems] == [
        "facts/talk.yaml：agian：没有这个键",
        "facts/talk.yaml：again：缺少这个键",
    ]


def test_a_new_line_is_enough_to_be_understood(tmp_path: Path) -> None:
    talk = load(_written(tmp_path, ("  - '共享屏幕'", "  - '共享屏幕'\n  - '远程桌面'")))
    assert talk.danger.search("他要我开远程桌面")
    assert not load(FACTS).danger.search("他要我开远程桌面")


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(?:a*b)*", "(?:(?:a?)b){2,}", "(?:[)]+)*", r"(?:\)x|y{1,3}){5}"]
)
def test_a_repeat_within_a_repeat_is_seen(pattern: str) -> None:
    assert repeats_repeat(pattern)


@pytest.mark.parametrize(
    "pattern", ["(?:a+)?", "(?:a|b)+c*", r"(?:\d{4})+", "[(+]+", r"(?:\+)+", "(?:a+)b+", "(?:a{2}b)*?"]
)
def test_a_plain_repeat_is_let_through(pattern: str) -> None:
    assert not repeats_repeat(pattern)
