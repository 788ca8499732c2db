"""The word lists: complete, read strictly, and a mistake is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.fact_words import FactWordsError, load

LISTS = Path("data/knowledge/facts")


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LISTS, tmp_path / "facts"))


def test_the_lists_load_and_every_pattern_compiles() -> None:
    words = load(LISTS)
    for name, value in vars(type(words)).items():
        if type(value).__name__ == "cached_property":
            assert getattr(words, name)


def test_all_channels_of_the_taxonomy_are_there() -> None:
    ids = {channel.id for channel in load(LISTS).channels}
    assert ids == {
        "wechat",
        "wechat_transfer",
        "alipay",
        "alipay_transfer",
        "bank_card",
        "credit_card",
        "qq_wallet",
        "balance",
        "usdt",
        "apple",
        "other",
    }


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "times.yaml").unlink()
    with pytest.raises(FactWordsError, match="festivals"):
        load(folder)


def test_an_unknown_list_is_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "extra.yaml").write_text("pay_verb: [付]\n", "utf-8")
    with pytest.raises(FactWordsError, match="pay_verb"):
        load(folder)


def test_a_list_written_twice_is_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "zz.yaml").write_text("sum_words: [一共]\n", "utf-8")
    with pytest.raises(FactWordsError, match="sum_words"):
        load(folder)


def test_an_unquoted_yes_is_told(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "answers.yaml"
    path.write_text(path.read_text("utf-8").replace('"yes", y', "yes, y"), "utf-8")
    with pytest.raises(FactWordsError, match="yes"):
        load(folder)


def test_a_new_word_is_enough_to_be_understood(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "names.yaml"
    path.write_text(path.read_text("utf-8").replace("platforms: [", "platforms: [咕咕集市, "), "utf-8")
    assert load(folder).known_platform.search("在咕咕集市买的")
