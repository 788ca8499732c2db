"""Every wording that the core asks for exists, with the same placeholders in every locale that has it."""

import ast
import re
from pathlib import Path

import pytest

from bot.wording import LOCALES, load, texts_of

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{([a-z_]+)\}")
TEXTS = {name: texts_of(ROOT / "locales" / name) for name in LOCALES}


def _called(tree):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("words", "button")
        ):
            yield node


def _pattern(argument):
    """The id as written; for an f-string a pattern in which each value may be anything."""
    match argument:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=values):
            return "".join(
                re.escape(part.value) if isinstance(part, ast.Constant) else r".+" for part in values
            )
        case ast.IfExp(body=body, orelse=orelse):
            return f"(?:{_pattern(body)}|{_pattern(orelse)})"
        case _:
            return None


def _sites():
    for file in sorted((ROOT / "flows").rglob("*.py")):
        for node in _called(ast.parse(file.read_text("utf-8"))):
            pattern = _pattern(node.args[0]) if node.args else None
            if pattern:
                names = {keyword.arg for keyword in node.keywords}
                yield pytest.param(pattern, names, id=f"{file.stem}:{node.lineno}")


@pytest.mark.parametrize(("pattern", "names"), list(_sites()))
def test_each_call_has_a_wording_that_uses_only_what_it_is_given(pattern, names):
    ids = [id for id in TEXTS["zh-CN"] if re.fullmatch(pattern, id)]
    assert ids
    for id in ids:
        assert set(PLACE.findall(TEXTS["zh-CN"][id])) <= names


@pytest.mark.parametrize("id", sorted(TEXTS["zh-CN"]))
def test_traditional_has_the_same_ids_and_placeholders(id):
    assert sorted(PLACE.findall(TEXTS["zh-TW"][id])) == sorted(PLACE.findall(TEXTS["zh-CN"][id]))


def test_no_locale_has_ids_of_its_own():
    for name in LOCALES:
        assert set(TEXTS[name]) <= set(TEXTS["zh-CN"])


def test_english_keeps_placeholders():
    for id, text in TEXTS["en"].items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(TEXTS["zh-CN"][id]))


def test_knowledge_is_shown_in_traditional_but_somebodys_words_are_not():
    from flows.actions import Words

    catalog = load(ROOT / "locales")
    assert catalog.html("zh-TW", Words("told", {"text": "退款账号"})) == "退款帳號"
    assert catalog.html("zh-TW", Words("quoted", {"text": "退款账号"})) == "退款账号"


def test_tone():
    """ux: no exclamation mark, no 亲, labels of at most 12 characters."""
    for id, text in TEXTS["zh-CN"].items():
        assert "！" not in text, id
        assert "亲" not in text.replace("父亲", "").replace("母亲", ""), id
        if id.startswith("button."):
            assert len(text) <= 12 or id == "button.stale", id
