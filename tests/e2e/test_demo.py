"""`python -m bot demo`: the page is there, and everything stays in STATE_DIR/demo. Ctrl-C ends it with 0 (see `running`)."""

from __future__ import annotations

import urllib.request

from tests.e2e.rehearsal import Rehearsal


def test_the_page_is_shown_at_the_address_that_was_printed(stage: Rehearsal) -> None:
    with urllib.request.urlopen(stage.address + "/", timeout=10) as answer:
        assert "<html" in answer.read().decode()


def test_nothing_is_kept_outside_its_own_folder(stage: Rehearsal) -> None:
    assert (stage.folder / "demo" / "bot.sqlite3").exists()
    assert sorted(path.name for path in stage.folder.iterdir()) == ["demo", "log1.txt"]
    assert (stage.folder / "demo").stat().st_mode & 0o077 == 0
