"""`python -m bot classify`: lines in, lines out."""

from __future__ import annotations

import io
import json
import subprocess
import sys

from bot.commands.classify import LEXICON, main


def ask(*lines: str, arguments: tuple[str, ...] = ()) -> list[str]:
    answers = io.StringIO()
    assert main(arguments, io.StringIO("\n".join(lines)), answers) == 0
    return answers.getvalue().splitlines()


def test_a_line_is_answered_with_type_reasons_and_facts() -> None:
    (line,) = ask('{"text": "昨晚八点多微信充的648到现在没到账", "now": "2026-11-22T15:00:00+08:00"}')
    answer = json.loads(line)
    assert answer["primary"] == "not_delivered"
    assert answer["ranked"][0]["id"] == "not_delivered"
    assert {"word", "label", "weight"} == set(answer["why"][0])
    assert answer["facts"]["amount"] == 648
    assert answer["facts"]["pay_channel"] == "wechat"
    assert answer["facts"]["paid_at"] == "2026-11-21T20:00"


def test_bad_lines_are_answered_in_place() -> None:
    answers = [
        json.loads(line)
        for line in ask("no json", "[1]", '{"text": 3}', '{"text": "在吗", "now": "x"}', '{"text": "在吗"}')
    ]
    assert ["error" in answer for answer in answers] == [True, True, True, True, False]


def test_half_a_surrogate_can_be_answered() -> None:
    (line,) = ask('{"text": "没到账\\ud800"}')
    assert json.loads(line)["primary"] == "not_delivered"


def test_an_explanation_shows_words_denials_and_scores() -> None:
    said = "\n".join(ask('{"text": "没跑路，就是没到账"}', arguments=("--explain",)))
    assert "+0.00  merchant_gone  「跑路」" in said
    assert "结论  not_delivered" in said


def test_it_starts_without_chat_or_database_libraries() -> None:
    code = "import sys, bot.commands.classify; print(*sorted({'aiogram', 'telegram', 'sqlmodel', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=LEXICON.parents[2], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")
