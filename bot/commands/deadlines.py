"""Works out deadlines, one JSON object a line in and one out: no Telegram, no database, no case.

In:  {"rule": "12315-acceptance", "from": "2026-11-22", "now": "2026-11-22T20:00:00+08:00"}
     `from` is a time or a date; without an offset it is meant in Asia/Shanghai. `now` is optional and
     moves nothing: a due time follows from its start alone.
Out: {"due": "2026-12-01T23:59:00+08:00", "provisional": false, "citations": ["《消费者权益保护法》第四十六条"],
      "label": "12315 告知是否受理"}
A line that can't be answered gives {"error": "…"} in its place; empty lines are skipped.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.knowledge import load_rules
from bot.knowledge_flaws import KnowledgeError
from flows.calendar import Calendar
from flows.deadlines import due
from flows.knowledge import Knowledge
from flows.moment import SHANGHAI

KNOWLEDGE = Path(__file__).resolve().parents[2] / "data" / "knowledge"


class QuestionError(ValueError):
    """The line asks for something that has no answer; the message says why, for the person who wrote it."""


def main(argv: Sequence[str], stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """Answer every line of `stdin`. Returns 1 when the knowledge can't be used, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bot deadlines", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE, help="默认 data/knowledge")
    folder = parser.parse_args(argv).knowledge
    try:
        knowledge = load_rules(folder)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 1
    calendar = Calendar(knowledge.calendar)
    questions, answers = _utf8(stdin or sys.stdin), _utf8(stdout or sys.stdout)
    for line in questions:
        if line.strip():
            found = json.dumps(answer(line, knowledge, calendar), ensure_ascii=False)
            print(found, file=answers, flush=True)
    return 0


def _utf8(stream: TextIO) -> TextIO:
    """The same stream in UTF-8 whatever the locale; bytes that are not UTF-8 spoil only their own line."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return stream


def answer(line: str, knowledge: Knowledge, calendar: Calendar) -> dict[str, Any]:
    """The answer to one line; never raises for what the line holds."""
    try:
        return _answer(_question(line), knowledge, calendar)
    except QuestionError as error:
        return {"error": str(error)}


def _question(line: str) -> Mapping[str, Any]:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionError("这一行不是 JSON") from error
    if not isinstance(question, dict):
        raise QuestionError('应当是 {"rule": …, "from": …} 这样的对象')
    return question


def _answer(question: Mapping[str, Any], knowledge: Knowledge, calendar: Calendar) -> dict[str, Any]:
    name = question.get("rule")
    rule = knowledge.rules.get(name) if isinstance(name, str) else None
    if rule is None:
        raise QuestionError(f"没有编号为 {name!r:.60} 的期限；可用的有 {'、'.join(sorted(knowledge.rules))}")
    if question.get("now") is not None:
        _time(question, "now")
    found = due(rule, _time(question, "from"), calendar, knowledge)
    return {
        "due": found.due.isoformat(),
        "provisional": found.provisional,
        "citations": list(found.citations),
        "label": found.label,
    }


def _time(question: Mapping[str, Any], key: str) -> datetime | date:
    text = question.get(key)
    if not isinstance(text, str):
        raise QuestionError(f'"{key}" 应当是 "2026-11-22" 或 "2026-11-22T20:15" 这样的文字')
    try:
        if len(text.strip()) <= len("2026-11-22"):
            return date.fromisoformat(text.strip())
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise QuestionError(f'"{key}" 的 {text!r:.60} 不是日期或时间') from error
