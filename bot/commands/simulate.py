"""A conversation in the terminal, with a clock that moves when told; or a transcript replayed and compared."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot import knowledge as knowledge_files
from bot import language, questions, wording
from bot.rehearsal import Rehearsal, lines_of, perform
from flows.moment import SHANGHAI
from flows.world import World

ROOT = Path(__file__).resolve().parents[2]
HELP = "直接打字说话；[按钮] 点按钮；(photo) (album 3) (file 说明) (wait 24h) (reminder) (forward 名字) 原话；空行退出"


def world_maker(data: Path = ROOT / "data" / "knowledge") -> Callable[[datetime, str], World]:
    """Worlds at any time, over knowledge that is read once."""
    knowledge, words = knowledge_files.load(data), language.load(data / "lexicon")
    asked = questions.load(data / "questions")
    return lambda now, fresh: World(
        now=now, knowledge=knowledge, language=words, questions=asked, fresh_id=fresh
    )


def stage_at(now: datetime, locale: str | None = "zh-hans") -> Rehearsal:
    """A stage with the project's own knowledge and wording."""
    return Rehearsal(world_maker(), wording.load(ROOT / "locales"), now, locale)


def script_of(text: str) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """A transcript: '@name value' settings, '> line' what the person does, all else what the bot says after it."""
    settings: dict[str, str] = {}
    turns: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("@"):
            name, _, value = line[1:].partition(" ")
            settings[name] = value
        elif line.startswith("> "):
            turns.append((line[2:], []))
        elif line.startswith("| ") and turns:
            turns[-1] = (f"{turns[-1][0]}\n{line[2:]}", turns[-1][1])
        elif turns:
            turns[-1][1].append(line)
    return settings, turns


def played(text: str, maker: Callable[[datetime, str], World] | None = None) -> str:
    """The transcript as it would be today: the same settings and lines, with what the bot says now."""
    settings, turns = script_of(text)
    now = datetime.fromisoformat(settings["now"]).astimezone(SHANGHAI)
    locale = settings.get("language", "zh-hans")
    stage = Rehearsal(maker or world_maker(), wording.load(ROOT / "locales"), now, locale)
    lines = [line for line in text.splitlines() if line.startswith(("@", "#"))]
    for act, _ in turns:
        first, *more = act.split("\n")
        lines += ["", f"> {first}", *(f"| {line}" for line in more)]
        for shown in perform(stage, act):
            lines += ["", *lines_of(shown)]
    return "\n".join(lines) + "\n"


def _replay(path: Path, *, write: bool) -> int:
    before = path.read_text("utf-8")
    after = played(before)
    if write:
        path.write_text(after, "utf-8")
        return 0
    sys.stdout.write(after)
    return 0 if after == before else 1


def _talk(stage: Rehearsal) -> int:
    print(HELP)
    while line := sys.stdin.readline().rstrip("\n"):
        try:
            answers = perform(stage, line)
        except LookupError:
            print("没有这个按钮")
            continue
        for shown in answers:
            print("\n".join(["", *lines_of(shown)]))
        print(f"\n— {stage.now:%Y-%m-%d %H:%M} —")
    return 0


def main(argv: Sequence[str]) -> int:
    """`simulate`, `simulate --now TIME`, `simulate FILE` (exit 1 when it differs), `simulate --write FILE`."""
    parser = argparse.ArgumentParser(prog="python -m bot simulate", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, default=None)
    parser.add_argument("--write", action="store_true", help="write what the bot says now into the file")
    chosen = parser.parse_args(argv)
    if chosen.file:
        return _replay(chosen.file, write=chosen.write)
    now = chosen.now or datetime.now(SHANGHAI)
    return _talk(stage_at(now if now.tzinfo else now.replace(tzinfo=SHANGHAI)))
