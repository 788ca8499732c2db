"""Wordings with gaps, choices, numbers and guards."""

import pytest

from flows.phrasing import WordingError, collected, compiled, find, find_all


def said(words: tuple[str, ...], text: str) -> list[str]:
    return [text[match.start : match.end] for match in find(compiled(words), text)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (("不退",), "就是不退", ["不退"]),
        (("虚拟~不退",), "虚拟的东西不退", ["虚拟的东西不退"]),
        (("虚拟~不退",), "虚拟。不退", []),
        (("虚拟~不退",), "虚拟一二三四五六七八九不退", []),
        (("(超|过)#(小时|天)",), "过24小时", ["过24小时"]),
        (("(超|过)#(小时|天)",), "超三天", ["超三天"]),
        (("已经?发货",), "已发货，已经发货", ["已发货", "已经发货"]),
        (("(给)?你退",), "给你退", ["给你退"]),
        (("退了$",), "退了吗", []),
        (("退了$",), "退了,谢谢", ["退了"]),
        (("退了", "!没~退了"), "没给我退了", []),
        (("退了", "!没~退了"), "昨天退了", ["退了"]),
    ],
)
def test_what_a_wording_covers(words, text, expected):
    assert said(words, text) == expected


@pytest.mark.parametrize("word", ["(甲", "甲)", "[甲]", "甲*", "", "!", "|甲", "甲?|", "?甲", "~"])
def test_a_wording_that_cannot_be_read_is_named(word):
    with pytest.raises(WordingError):
        compiled((word,))


def test_the_gap_does_not_count_as_words():
    (match,) = find(compiled(("虚拟~不退",)), "虚拟的东西不退")
    assert match.weight == 4


def test_a_wording_does_not_begin_inside_a_word():
    assert list(find(compiled(("续费",)), "手续费", frozenset({1, 2}))) == []


def test_many_entries_are_found_in_one_pass_as_one_by_one():
    entries = (("a", ("不退", "!再不退")), ("b", ("#天", "退")), ("c", ("没有",)))
    text = "三天不退,再不退"
    together = {
        key: [match.written for match in matches]
        for key, matches in find_all(collected(entries), text, set())
    }
    alone = {key: [match.written for match in find(compiled(words), text)] for key, words in entries}
    assert together == {key: found for key, found in alone.items() if found}
