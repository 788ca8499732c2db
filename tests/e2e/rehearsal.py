"""`python -m bot demo` as a child process, and the people who use it. Everything goes through /demo over HTTP.

The database is only ever read, to know when the bot has nothing left to do.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.e2e.pictures import picture

ROOT = Path(__file__).parents[2]
NOW = "2026-11-22T15:00+08:00"
#: Seconds for a start, loading the chat library included, on a busy machine; and for an answer.
START, ANSWER = 120.0, 60.0

Json = dict[str, Any]

#: One row each for whatever the bot still has to do at a moment (UTC ms).
BUSY = """
SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') UNION ALL SELECT 1 FROM settles UNION ALL
SELECT 1 FROM files WHERE state = 'pending' UNION ALL SELECT 1 FROM erasures UNION ALL
SELECT 1 FROM nudges WHERE state = 'fired' UNION ALL SELECT 1 FROM nudges WHERE state = 'pending' AND due_at <= ?
"""


class RefusedError(Exception):
    """The demo server would not do what was asked."""


class Rehearsal:
    """One run of the demo after another on the same state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self._child: subprocess.Popen[bytes] | None = None
        self._starts = 0

    # --- the process

    def start(self) -> None:
        """Start, and wait until the bot listens."""
        self._starts += 1
        log = self.folder / f"log{self._starts}.txt"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "STATE_DIR": str(self.folder),
            "PACE_PER_SECOND": "1000",
            "PACE_PER_CHAT": "1000",
        }
        first = ("--now", NOW) if self._starts == 1 else ()
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", "--port", "0", *first],
                cwd=self.folder, env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        wait_until(lambda: "open: " in log.read_text("utf-8") or self._ended(), START)
        assert not self._ended(), log.read_text("utf-8")
        self.address = log.read_text("utf-8").split("open: ")[1].split("/ ")[0]

    def _ended(self) -> bool:
        return self._child is None or self._child.poll() is not None

    def kill(self) -> None:
        """End it without a warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        assert self._child is not None
        child, self._child = self._child, None
        child.send_signal(how)
        return child.wait(30)

    @contextmanager
    def running(self) -> Iterator[Rehearsal]:
        """Started, and ended in order afterwards."""
        self.start()
        try:
            yield self
        finally:
            if not self._ended():
                assert self.stop() == 0, self.log()
                assert "Traceback" not in self.log()

    def again(self) -> None:
        """Killed and started anew."""
        self.kill()
        self.start()

    def log(self) -> str:
        """Everything that was logged, over all runs."""
        return "".join(path.read_text("utf-8") for path in sorted(self.folder.glob("log*.txt")))

    # --- HTTP

    def ask(self, path: str, body: Json | None = None) -> Any:
        """GET, or POST with a body. Raises RefusedError with the server's words."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}/demo/{path}", data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(f"{error.code} {error.read().decode()}") from None

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask("clock")["now"])

    def next_due(self) -> datetime | None:
        due = self.ask("clock")["next_due"]
        return datetime.fromisoformat(due) if due else None

    def clock(self, **wish: Any) -> None:
        """`now` as an ISO time, or `seconds` forward."""
        self.ask("clock", wish)
        self.settle()

    # --- what the bot has still to do

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a read-only look into the database finds."""
        address = f"file:{self.folder / 'demo' / 'bot.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def settle(self, within: float = ANSWER) -> None:
        """Wait until every update is handled, every file kept, every message sent."""
        wait_until(self._idle, within)

    def _idle(self) -> bool:
        now = int(self.now().astimezone(UTC).timestamp() * 1000)
        return not self.ask("state")["pending_updates"] and not self.rows(BUSY, now)

    def until(self, condition: Callable[[], object], within: float = ANSWER) -> None:
        """Wait until something holds. Raises TimeoutError."""
        wait_until(condition, within)

    def faults(self, *script: Json) -> None:
        self.ask("faults", {"script": list(script), "clear": True})


class Message:
    """One message of a chat, as its person sees it."""

    def __init__(self, body: Json) -> None:
        self.body = body
        self.id: int = body["message_id"]
        self.text: str = body.get("text") or body.get("caption") or ""
        self.at = datetime.fromtimestamp(body["date"], UTC)
        keyboard = body.get("reply_markup", {}).get("inline_keyboard", [])
        self.data: dict[str, str] = {key["text"]: key["callback_data"] for row in keyboard for key in row}

    @property
    def labels(self) -> list[str]:
        return list(self.data)

    @property
    def copied(self) -> str:
        """The text of the copy block, empty when there is none."""
        raw = self.text.encode("utf-16-le")
        for entity in self.body.get("entities", []):
            if entity["type"] == "pre":
                begin = 2 * entity["offset"]
                return raw[begin : begin + 2 * entity["length"]].decode("utf-16-le")
        return ""

    def __repr__(self) -> str:
        return f"<{self.id} {self.text!r} {self.labels}>"


class Somebody:
    """A person with a private chat. What they do returns what the bot sent or changed because of it."""

    def __init__(self, stage: Rehearsal, name: str = "小王", language: str = "zh-hans") -> None:
        self.stage = stage
        self.id: int = stage.ask("persons", {"first_name": name, "language_code": language})["id"]
        self._seen = 0
        self._texts: dict[int, str] = {}

    def chat(self) -> list[Message]:
        """All that the bot has said and that still stands."""
        found = self.stage.ask(f"chat/{self.id}")["messages"]
        return [Message(body) for body in found if not body["mine"] and not body["deleted"]]

    def last(self) -> Message:
        return self.chat()[-1]

    def does(self, path: str, **body: Any) -> Any:
        """Anything under /demo, not waiting for the bot."""
        return self.stage.ask(path, {"person": self.id, **body})

    def hears(self) -> list[Message]:
        """Wait until the bot is done; what it has sent or reworded since the last time."""
        self.stage.settle()
        answer = self.stage.ask(f"chat/{self.id}?after={self._seen}")
        self._seen = answer["revision"]
        found = [Message(body) for body in answer["messages"] if not body["mine"] and not body["deleted"]]
        fresh = [message for message in found if self._texts.get(message.id) != message.text]
        self._texts |= {message.id: message.text for message in fresh}
        return fresh

    def says(self, text: str, **more: Any) -> list[Message]:
        self.does("say", text=text, **more)
        return self.hears()

    def taps(self, label: str, message: Message | None = None) -> list[Message]:
        """Press a button of the newest message that has it."""
        if message is None:
            message = next(m for m in reversed(self.chat()) if label in m.labels)
        self.does("tap", message_id=message.id, label=label)
        return self.hears()

    def forges(self, data: str, message: Message | None = None) -> Json | None:
        """Press a button with any data; returns the toast."""
        number = (message or self.last()).id
        tap = self.does("tap", message_id=number, data=data)["callback_id"]
        self.stage.settle()
        return self.toast(tap)

    def toast(self, tap: str) -> Json | None:
        answer: Json | None = self.stage.ask(f"callback/{tap}")["answer"]
        return answer

    def sends(self, count: int = 1, kind: str = "album", **more: Any) -> list[Message]:
        """Pictures, each different from all others."""
        files = [
            {"name": f"{n}.png", "mime": "image/png", "base64": encoded(picture())} for n in range(count)
        ]
        self.does(kind, files=files, **more)
        return self.hears()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wait_until(condition: Callable[[], object], within: float) -> None:
    """Poll until `condition` holds. Raises TimeoutError."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not so after {within:.0f} s")
        time.sleep(0.03)
