"""`python -m bot classify`: JSON lines in, JSON lines out. Each line {"text": ..., "now": ...} is read by itself.

Answer: {"primary", "also", "ranked", "confidence", "why", "facts"}; a line that cannot be read is answered with
{"error": ...} in its place. `--explain` prints words, phrases, denials and scores for people instead.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from bot import language
from flows.classify import form_opinion, understand
from flows.facts import written_time
from flows.language import Language
from flows.moment import SHANGHAI, Moment
from flows.normalise import normalise
from flows.segment import segment
from flows.understanding import Found, Understanding

LEXICON = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "lexicon"
#: The facts of the answer that are written as they are; amount and paid_at have forms of their own.
PLAIN_FACTS = ("pay_channel", "platform", "merchant", "order_no", "goods", "quantity")


class LineError(ValueError):
    """A line of the input is not what it should be; the text says what."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the input."""

    text: str
    now: datetime


def main(argv: Sequence[str], stdin: TextIO | None = None, stdout: TextIO | None = None) -> int:
    """Answer every line of the input. Returns 1 when the lexicon cannot be used, else 0."""
    options = _options(argv)
    source, target = _utf8(stdin or sys.stdin), _utf8(stdout or sys.stdout)
    try:
        engine = language.load(options.lexicon)
    except language.LexiconError as error:
        print(error, file=sys.stderr)
        return 1
    if options.text:
        print(explain(Question(" ".join(options.text), datetime.now(SHANGHAI)), engine), file=target)
        return 0
    for line in source:
        if line.strip():
            print(_answer(line, engine, options.explain), file=target, flush=True)
    return 0


def _utf8(stream: TextIO) -> TextIO:
    """The same stream in UTF-8 whatever the locale; bytes that are not UTF-8 spoil only their own line."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return stream


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot classify", description=__doc__)
    parser.add_argument("text", nargs="*", help="一句话：直接解释这句话 / explain this text")
    parser.add_argument("--explain", action="store_true", help="给人看的解释 / an explanation for people")
    parser.add_argument("--lexicon", type=Path, default=LEXICON, help="词库文件夹 / lexicon folder")
    return parser.parse_args(argv)


def _answer(line: str, engine: Language, explaining: bool) -> str:
    try:
        question = parse(line)
    except LineError as error:
        return json.dumps({"error": str(error)}, ensure_ascii=False)
    if explaining:
        return explain(question, engine)
    reading = understand(question.text, question.now, engine)
    return _writable(json.dumps(as_json(reading), ensure_ascii=False))


def parse(line: str) -> Question:
    """Read one line; `now` may be left out. Raises LineError."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"不是一行 JSON / not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        raise LineError('要写成 {"text": "…", "now": "2026-11-22T15:00:00+08:00"} / "text" must be a string')
    return Question(content["text"], _time(content.get("now")))


def _time(written: object) -> datetime:
    if written is None:
        return datetime.now(SHANGHAI)
    try:
        now = datetime.fromisoformat(str(written))
        return now.replace(tzinfo=SHANGHAI) if now.tzinfo is None else now.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise LineError(f'"now" 要写成 2026-11-22T15:00:00+08:00 / not an ISO time: {written!r}') from error


def as_json(reading: Understanding) -> dict[str, Any]:
    """The answer for one text."""
    return {
        "primary": reading.primary,
        "also": list(reading.also),
        "ranked": [{"id": item.label, "score": item.score} for item in reading.ranked],
        "confidence": reading.confidence,
        "why": [{"word": hit.words, "label": hit.label, "weight": hit.weight} for hit in reading.hits],
        "facts": dict(_facts(reading.facts)),
    }


def _facts(facts: Mapping[str, Found]) -> Iterator[tuple[str, object]]:
    for name, found in facts.items():
        if name == "amount":
            yield name, _yuan(found.value)
        elif name == "paid_at":
            yield from _paid_at(found)
        elif name in PLAIN_FACTS:
            yield name, found.value


def _yuan(fen: object) -> int | float:
    if not isinstance(fen, int):
        raise TypeError(f"an amount is fen, not {fen!r}")
    return fen // 100 if fen % 100 == 0 else fen / 100


def _paid_at(found: Found) -> Iterator[tuple[str, object]]:
    yield "paid_at_text", found.words
    written = written_time(found.value) if isinstance(found.value, Moment) else None
    if written is not None:
        yield "paid_at", written


def explain(question: Question, engine: Language) -> str:
    """Words, phrases with their weights (0: denied or said by the other side), scores, signals, facts."""
    normalised = normalise(question.text, engine.tables)
    tokens = segment(normalised, engine)
    opinion = form_opinion(normalised, tokens, engine)
    reading = understand(question.text, question.now, engine)
    weighed = sorted(opinion.weighed, key=lambda item: (-item.weight, item.match.start))
    lines = [
        f"原文  {question.text}",
        f"切词  {' / '.join(token.text for token in tokens)}",
        *(
            f"短语  {item.weight:+.2f}  {item.match.phrase.label}  「{normalised.text[item.match.start : item.match.end]}」"
            f"  ← {item.match.phrase.written}"
            for item in weighed
        ),
        *(f"得分  {item.score:.2f}  {item.label}" for item in reading.ranked[:6]),
        f"结论  {reading.primary}  同时 {list(reading.also)}  把握 {reading.confidence}",
        f"信号  {' '.join(sorted(reading.signals))}",
        f"事实  {json.dumps(dict(_facts(reading.facts)), ensure_ascii=False)}",
    ]
    return _writable("\n".join(lines))


def _writable(text: str) -> str:
    """Half surrogates cannot be written as UTF-8; they are shown as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
