"""`python -m tests.score [FILE ...]`: how well messages are understood, on labelled files (JSON lines).

Without files, every file of tests/sentences/corpus is scored. Note that the short messages of dev.jsonl are also
examples of the language engine: the figures that say something about unseen text are those of the other files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import language
from bot.commands.classify import LEXICON, as_json
from flows.classify import understand
from flows.language import Language
from flows.normalise import normalise
from flows.understanding import Understanding

CORPUS = Path(__file__).resolve().parent / "sentences" / "corpus"
FACTS = (
    "amount",
    "pay_channel",
    "paid_at_text",
    "paid_at",
    "platform",
    "merchant",
    "order_no",
    "goods",
    "quantity",
)
CONFIDENT = 0.8


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled message and what was read; `seconds` is how long reading took, `plain` how long jieba.cut."""

    row: dict[str, Any]
    reading: Understanding
    seconds: float
    plain: float

    @property
    def right(self) -> bool:
        return bool(self.reading.primary == self.row["primary"])

    @property
    def offered(self) -> bool:
        """Whether the true label is among the three that the bot would offer."""
        return self.row["primary"] in [item.label for item in self.reading.ranked[:3]]


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The labelled messages of one file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def judge(rows: Iterable[dict[str, Any]], engine: Language) -> list[Judged]:
    """Read every message."""
    judged = []
    for row in rows:
        now = datetime.fromisoformat(row["now"])
        start = time.process_time()
        reading = understand(row["text"], now, engine)
        middle = time.process_time()
        list(engine.segmenter.cutter.cut(row["text"]))
        judged.append(Judged(row, reading, middle - start, time.process_time() - middle))
    return judged


def accuracy(judged: Sequence[Judged]) -> float:
    """The share of messages whose first label is right."""
    return sum(one.right for one in judged) / len(judged)


def wrong_while_confident(judged: Sequence[Judged]) -> float:
    """The share of all messages that were read wrongly with a confidence of at least CONFIDENT."""
    return sum(not one.right and one.reading.confidence >= CONFIDENT for one in judged) / len(judged)


def f1_by_label(judged: Sequence[Judged]) -> dict[str, float]:
    """F1 of each label that occurs in the file or in the answers."""
    right = Counter(one.row["primary"] for one in judged if one.right)
    true = Counter(one.row["primary"] for one in judged)
    said = Counter(one.reading.primary for one in judged)
    return {label: 2 * right[label] / (true[label] + said[label]) for label in sorted(true | said)}


def fact_is_right(name: str, expected: object, found: object, engine: Language) -> bool:
    """Goods by containment after normalising, texts of time likewise, everything else exactly."""
    if name not in ("goods", "paid_at_text") or not (isinstance(expected, str) and isinstance(found, str)):
        return expected == found
    one, other = (normalise(text, engine.tables).text.replace(" ", "") for text in (expected, found))
    return one in other or other in one


def report(name: str, judged: Sequence[Judged], engine: Language) -> str:
    """All figures of one file as text."""
    f1 = f1_by_label(judged)
    confident = sum(one.reading.confidence >= CONFIDENT for one in judged) / len(judged)
    milliseconds = statistics.median(one.seconds for one in judged) * 1e3
    plain = statistics.median(one.plain for one in judged) * 1e3
    return "\n".join(
        [
            f"== {name}: {len(judged)} messages",
            f"primary {accuracy(judged):.3f}   top-3 {sum(one.offered for one in judged) / len(judged):.3f}   "
            f"macro-F1 {sum(f1.values()) / len(f1):.3f}   also exact {_also_exact(judged):.3f}",
            f"confident (>= {CONFIDENT}) {confident:.3f}   wrong while confident {wrong_while_confident(judged):.3f}",
            f"{milliseconds:.3f} ms a message (median) = {milliseconds / plain:.1f} x plain jieba.cut",
            *_label_lines(judged, f1),
            *_confusions(judged),
            *_fact_lines(judged, engine),
        ]
    )


def _also_exact(judged: Sequence[Judged]) -> float:
    return sum(set(one.reading.also) == set(one.row.get("also", ())) for one in judged) / len(judged)


def _label_lines(judged: Sequence[Judged], f1: dict[str, float]) -> list[str]:
    lines = []
    for label, value in sorted(f1.items(), key=lambda pair: pair[1]):
        mine = [one for one in judged if one.row["primary"] == label]
        right = sum(one.right for one in mine)
        lines.append(f"  {label:<20} {right:>3}/{len(mine):<3} F1 {value:.2f}")
    return lines


def _confusions(judged: Sequence[Judged]) -> list[str]:
    pairs = Counter((one.row["primary"], one.reading.primary) for one in judged if not one.right)
    return [f"  {true} -> {said}: {count}" for (true, said), count in pairs.most_common(8)]


def fact_counts(name: str, judged: Sequence[Judged], engine: Language) -> tuple[int, int, int]:
    """Of one fact: how often it was read rightly, stated at all, and found where none is stated."""
    right = stated = invented = 0
    for one in judged:
        expected, found = one.row.get("facts", {}).get(name), as_json(one.reading)["facts"].get(name)
        stated += expected is not None
        right += expected is not None and fact_is_right(name, expected, found, engine)
        invented += expected is None and found is not None
    return right, stated, invented


def _fact_lines(judged: Sequence[Judged], engine: Language) -> list[str]:
    lines = []
    for name in FACTS:
        right, stated, invented = fact_counts(name, judged, engine)
        lines.append(f"  {name:<14} {right:>3}/{stated:<3} right   {invented:>3} found where none is stated")
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report of each file, and with --wrong every message that was read wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tests.score", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list the messages that were read wrongly")
    options = parser.parse_args(argv)
    engine = language.load(LEXICON)
    for path in options.files or sorted(CORPUS.glob("*.jsonl")):
        judged = judge(rows_of(path), engine)
        print(report(path.name, judged, engine))
        for one in judged if options.wrong else ():
            if not one.right:
                print(
                    one.row["primary"],
                    "->",
                    one.reading.primary,
                    one.reading.confidence,
                    repr(one.row["text"]),
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
