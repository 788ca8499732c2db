"""Our words stay whole, every character is in exactly one token, and jieba leaves no trace outside the project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.language import Language
from flows.normalise import normalise
from flows.segment import segment
from tests.score import CORPUS, rows_of

ROOT = Path(__file__).parents[2]
LOAD = """
from pathlib import Path
from bot import language
from flows.normalise import normalise
from flows.segment import segment
words = language.load(Path("data/knowledge/lexicon"))
assert segment(normalise("卡密没到账", words.tables), words)
"""


def cut(text: str, engine: Language) -> list[str]:
    return [token.text for token in segment(normalise(text, engine.tables), engine)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("点卡没收到", "没收到"),
        ("没到账卡密无效", "卡密"),
        ("充值未到账", "未到账"),
        ("他拉黑我", "拉黑"),
        ("冲值不到帐", "不到账"),
    ],
)
def test_our_words_stay_whole(text: str, word: str, engine: Language) -> None:
    assert word in cut(text, engine)


@pytest.mark.parametrize("text", [row["text"] for row in rows_of(CORPUS / "dev.jsonl")][::8])
def test_every_character_is_in_exactly_one_token(text: str, engine: Language) -> None:
    normalised = normalise(text, engine.tables)
    tokens = segment(normalised, engine)
    assert "".join(token.text for token in tokens) == normalised.text
    assert all(normalised.text[token.start : token.end] == token.text for token in tokens)


def test_no_cache_file_and_no_warning(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", LOAD]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
