"""The lexicon files: what is wrong with them is said completely, in Chinese, before the bot starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.classify import LEXICON
from bot.language import LexiconError, load


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    shutil.copytree(LEXICON, tmp_path / "lexicon")
    shutil.copytree(LEXICON.parent / "facts", tmp_path / "facts")
    return tmp_path / "lexicon"


def test_every_flaw_of_every_file_is_named_at_once(knowledge: Path) -> None:
    (knowledge / "patterns" / "partial.yaml").write_text(
        "label: partial\nstrong:\n  - <没有这组> ~ 到账\n  - ~ 少到\nhuge:\n  - 少到\n", "utf-8"
    )
    (knowledge / "patterns" / "banned.yaml").write_text("label: banend\nstrong:\n  - 封号\n", "utf-8")
    (knowledge / "variants.yaml").write_text("words:\n  yes: 是\n", "utf-8")
    (knowledge / "examples" / "nonsense.txt").write_text("一句话\n", "utf-8")
    (knowledge / "words.txt").unlink()
    with pytest.raises(LexiconError) as caught:
        load(knowledge)
    said = "\n".join(caught.value.problems)
    for part in (
        "没有这组",
        "「~ 少到」",
        "huge",
        "banend",
        "variants.yaml",
        "nonsense",
        "words.txt: 文件不见了",
    ):
        assert part in said


def test_broken_yaml_is_named_with_its_file(knowledge: Path) -> None:
    (knowledge / "signals.yaml").write_text("resolved: [", "utf-8")
    with pytest.raises(LexiconError, match=r"signals\.yaml"):
        load(knowledge)


def test_loading_writes_nothing_and_warns_of_nothing(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from bot.language import load; load(Path({str(LEXICON)!r}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=LEXICON.parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
