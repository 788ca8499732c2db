"""The lexicon's README names every file that the engine reads."""

from __future__ import annotations

from bot.commands.classify import LEXICON


def test_every_file_is_explained() -> None:
    text = (LEXICON / "README.md").read_text("utf-8")
    for path in LEXICON.iterdir():
        name = path.name + "/" if path.is_dir() else path.name
        assert f"`{name}" in text or path.name == "README.md", name
