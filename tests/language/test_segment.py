"""Our cut is jieba's: the same dictionary words at the same places."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from flows.language import Language
from flows.normalise import normalise
from flows.segment import segment
from tests.score import CORPUS, rows_of

TEXTS = [row["text"] for row in rows_of(CORPUS / "dev.jsonl")]


def _words(words: Iterable[str], frequency: dict[str, int]) -> set[tuple[int, str]]:
    found, at = set(), 0
    for word in words:
        if len(word) > 1 and frequency.get(word):
            found.add((at, word))
        at += len(word)
    return found


@pytest.mark.parametrize("text", TEXTS[::4])
def test_the_words_of_the_dictionary_stand_where_jieba_finds_them(text: str, engine: Language) -> None:
    normalised = normalise(text, engine.tables)
    frequency = dict(engine.segmenter.frequency)
    ours = _words((token.text for token in segment(normalised, engine)), frequency)
    assert ours == _words(engine.segmenter.cutter.cut(normalised.text, HMM=False), frequency)


def test_tokens_cover_the_text(engine: Language) -> None:
    normalised = normalise("充了100没到账，QQ 2 群！", engine.tables)
    assert "".join(token.text for token in segment(normalised, engine)) == normalised.text
