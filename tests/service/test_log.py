"""Logs carry ids only: tokens, phones, identity and card numbers are masked however they get there."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest

from bot import log

TOKEN = "1234567890:AAHxTestTestTestTestTestTestTestTest12"
# Invented: the check characters are right, the people do not exist.
IDENTITY = "11010519491231002X"
CARD = "6222020000000000018"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    log.set_up("DEBUG", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        f"https://host/bot{TOKEN}/sendMessage",
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "１３８００１３８０００",
        IDENTITY,
        "110105 19491231 002x",
        CARD,
        "6222 0200 0000 0000 018",
        "订单号：202603021234567890",
    ],
)
def test_what_must_not_be_in_a_log_is_masked(lines: io.StringIO, secret: str) -> None:
    logging.getLogger("x").info("seen %s here", secret)
    written = lines.getvalue()
    assert secret not in written
    assert (
        "13800138000" not in written and "1234567890:" not in written and "202603021234567890" not in written
    )
    assert "seen" in written


@pytest.mark.parametrize(
    "harmless",
    [
        "update 123456789",
        "letter 42 → sent",
        "2026-03-02 12:00:00",
        "88.50 元",
        "chat 987654321",
        "12345678901",
    ],
)
def test_ids_amounts_and_dates_stay(harmless: str) -> None:
    assert log.masked(harmless) == harmless


def test_an_exception_shows_its_type_and_place_and_none_of_its_words(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("words of a person")
        except KeyError as cause:
            raise ValueError(f"could not send with {TOKEN}") from cause
    except ValueError:
        logging.getLogger("x").exception("failed")
    written = lines.getvalue()
    assert "ValueError" in written and "KeyError" in written and "test_log.py" in written
    assert "words of a person" not in written and "could not send" not in written


def test_libraries_keep_quiet_and_cannot_get_around_the_mask(lines: io.StringIO) -> None:
    library = logging.getLogger("httpx")
    library.info("HTTP Request: POST https://host/bot%s/getMe", TOKEN)
    assert lines.getvalue() == ""
    library.warning("retry of https://host/bot%s/getMe", TOKEN)
    assert "[token]" in lines.getvalue()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"odd {TOKEN}", stacklevel=1)
    assert TOKEN not in lines.getvalue()


def test_the_check_characters_decide() -> None:
    assert log.is_identity_number(IDENTITY)
    assert not log.is_identity_number(IDENTITY[:-1] + "1")
    assert log.is_card_number(CARD)
    assert not log.is_card_number(CARD[:-1] + "9")
