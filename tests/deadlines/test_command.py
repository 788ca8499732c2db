"""`bot deadlines`: one JSON object in, one out, whatever the line holds."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.deadlines import answer, main
from tests.deadlines.test_calendar import CALENDAR, KNOWLEDGE


def ask(*lines: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    assert main([], io.StringIO("\n".join(lines) + "\n"), out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_answer() -> None:
    line = json.dumps({"rule": "12315-acceptance", "from": "2026-11-22", "now": "2026-11-22T20:00:00+08:00"})
    assert ask(line) == [
        {
            "due": "2026-12-01T23:59:00+08:00",
            "provisional": False,
            "citations": ["《消费者权益保护法》第四十六条"],
            "label": "12315 告知是否受理",
        }
    ]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-22T20:15", "2026-11-23T20:15:00+08:00"),
        ("2026-11-22T20:15:30Z", "2026-11-24T04:15:30+08:00"),
        ("2026-11-22 20:15", "2026-11-23T20:15:00+08:00"),
        ("2026-11-22", "2026-11-23T00:00:00+08:00"),
    ],
)  # fmt: skip
def test_starts(start: str, due: str) -> None:
    assert ask(json.dumps({"rule": "merchant-reply", "from": start}))[0]["due"] == due


def test_each_line_has_its_answer() -> None:
    good = '{"rule": "limitation", "from": "2026-11-20"}'
    found = ask(
        good, "", "nonsense", "[1]", "{}", '{"rule": 1, "from": "2026-11-20"}', good.replace("20", "99"), good
    )
    assert ["error" in one for one in found] == [False, True, True, True, True, True, False]
    assert found[0] == found[-1]


@pytest.mark.parametrize(
    "line",
    [
        '{"rule": "limitation"}', '{"rule": "limitation", "from": null}', '{"rule": "limitation", "from": 20261122}',
        '{"rule": "limitation", "from": "2026-02-30"}', '{"rule": "limitation", "from": ""}',
        '{"rule": "limitation", "from": "昨天"}', '{"rule": "limitation", "from": "\\ud800"}',
        '{"rule": "\\ud800", "from": "2026-11-22"}', '{"rule": "limitation", "from": "2026-11-22", "now": 1}',
        '{"rule": "limitation", "from": "0001-01-01T00:00+14:00"}',
        '{"rule": "limitation", "from": "9999-12-31T23:00-14:00"}', "[" * 100_000, '{"rule": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_bad_lines_are_answered(line: str) -> None:
    found = answer(line, KNOWLEDGE, CALENDAR)
    assert list(found) == ["error"] and json.dumps(found, ensure_ascii=False).encode()


@settings(deadline=None)
@given(st.sampled_from(sorted(KNOWLEDGE.rules)), st.datetimes() | st.dates())
def test_every_rule_answers_every_date(rule: str, start: Any) -> None:
    found = answer(json.dumps({"rule": rule, "from": start.isoformat()}), KNOWLEDGE, CALENDAR)
    assert found["due"].endswith("+08:00") and found["due"][:10] >= start.isoformat()[:10]


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_it(line: str) -> None:
    assert "error" in answer(line, KNOWLEDGE, CALENDAR)


def test_bytes_that_are_not_utf8_spoil_only_their_line_and_no_chat_library_is_loaded() -> None:
    code = "import sys, bot.commands.deadlines as d; d.main([]); print([m for m in sys.modules if m in"
    code += " ('telegram', 'aiogram', 'sqlalchemy', 'jinja2', 'jieba')])"
    asked = b'\xff\xfe\n{"rule": "merchant-reply", "from": "2026-11-22T20:15"}\n'
    done = subprocess.run(
        [sys.executable, "-c", code], input=asked, capture_output=True, check=True, timeout=60
    )
    first, second, loaded = done.stdout.decode().splitlines()
    assert "error" in json.loads(first) and json.loads(second)["due"] == "2026-11-23T20:15:00+08:00"
    assert loaded == "[]"


def test_unusable_knowledge_is_said(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deadlines").mkdir()
    (tmp_path / "deadlines" / "x.yaml").write_text("id: x\n", encoding="utf-8")
    assert main(["--knowledge", str(tmp_path)], io.StringIO(""), io.StringIO()) == 1
    assert "deadlines/x.yaml" in capsys.readouterr().err
