"""What survives a restart: one append-only file of JSON lines, rewritten shorter at each start.

Promise: a line is with the operating system before the call that caused it is answered, so a killed demo loses
nothing that it had answered. A power cut may lose the last lines: this is a demo, not the case store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

Line = list[Any]


def encode(value: Any) -> str:
    """Compact JSON, Chinese readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Journal:
    """`folder` None keeps nothing (tests, benchmarks)."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "journal.jsonl" if folder else None
        self._file: IO[str] | None = None

    def read(self) -> Iterator[Line]:
        """All lines of earlier runs. A last line that was cut by a crash is left out; any other bad one raises."""
        if self._path is None or not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            if line and number == len(lines) - 1:
                return
            if line:
                yield json.loads(line)

    def rewrite(self, lines: Iterable[Line]) -> None:
        """Replace the file by these lines and go on appending to it."""
        if self._path is None:
            return
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(encode(line) + "\n" for line in lines)
        fresh.chmod(0o600)
        fresh.replace(self._path)
        # Line-buffered: each line leaves the process before the call that caused it is answered.
        self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def write(self, *line: Any) -> None:
        """Append one line, e.g. ("message", chat, id, ...)."""
        if self._file is None:
            return
        self._file.write(encode(line) + "\n")

    def close(self) -> None:
        """Write what is pending and let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
