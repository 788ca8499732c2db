"""What follows from one attempt, by kind of letter and kind of failure."""

from __future__ import annotations

from typing import Any

import pytest

from bot.delivery import AGAIN, ANEW, PLAIN, backoff, delivered, doubtful, judge
from bot.post import NeverLeftError, RefusedError, Sent, ServerDownError, TooFastError, UncertainError, named
from bot.store.outbox import Letter
from handlers.calls import Call

DAY = 86_400_000


def letter(
    method: str = "sendMessage", *, kind: str = "reply", error: str | None = None, **params: Any
) -> Letter:
    call = Call(method=method, params={"text": "a &lt; <b>b</b>", **params})
    return Letter(id=1, chat_id=1, kind=kind, call=call, attempts=2, created_at=1, error=error)


def test_an_edit_that_changes_nothing_has_succeeded() -> None:
    said = "Bad Request: message is not modified: specified new message content is exactly the same"
    assert judge(letter("editMessageText"), RefusedError(said), 5).state == "sent"


def test_an_edit_whose_message_is_gone_becomes_a_new_message() -> None:
    first = letter("editMessageText", message_id=9, chat_id=1)
    done = judge(first, RefusedError("Bad Request: message to edit not found"), 5)
    assert done.state == "queued" and done.error == ANEW
    assert done.call is not None and done.call.method == "sendMessage"
    assert done.call.params == {"text": "a &lt; <b>b</b>", "chat_id": 1}


@pytest.mark.parametrize("said", ["Bad Request: can't parse entities: x", "Bad Request: message is too long"])
def test_markup_that_is_refused_is_taken_off_once(said: str) -> None:
    done = judge(letter(parse_mode="HTML", reply_markup={"k": 1}), RefusedError(said), 5)
    assert done.call is not None
    assert done.call.params == {"text": "a < b", "reply_markup": {"k": 1}}
    assert judge(letter(error=PLAIN), RefusedError(said), 5).state == "dead"


def test_a_late_answer_to_a_tap_dies_quietly() -> None:
    done = judge(letter("answerCallbackQuery"), RefusedError("Bad Request: query is too old"), 5)
    assert (done.state, done.blocked) == ("dead", False)


@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery", "editMessageReplyMarkup"])
def test_what_may_be_repeated_without_harm_is_repeated(method: str) -> None:
    assert judge(letter(method), UncertainError(), 5).state == "queued"


@pytest.mark.parametrize("kind", ["reply", "mail", "nudge"])
def test_a_doubtful_message_is_held(kind: str) -> None:
    assert doubtful(letter(kind=kind), 5).state == "unknown"


def test_a_doubtful_final_nudge_keeps_its_markup_in_place() -> None:
    call = Call(
        method="sendMessage",
        params={"text": "期限到了", "entities": [{"type": "bold", "offset": 2, "length": 1}]},
    )
    done = doubtful(Letter(id=1, chat_id=1, kind="nudge", call=call, nudge_id=3, final=True), 5)
    assert done.call is not None
    [entity] = done.call.params["entities"]
    assert done.call.params["text"][entity["offset"] : entity["offset"] + entity["length"]] == "到"
    assert done.call.params["text"].startswith(AGAIN)
    assert call.params["entities"][0]["offset"] == 2


def test_waiting_grows_to_a_minute_and_ends_after_a_day() -> None:
    assert [backoff(n) for n in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    for error in (NeverLeftError(), ServerDownError()):
        done = judge(letter(), error, 1000)
        assert (done.state, done.not_before, done.counted) == ("queued", 5000, True)
        assert judge(letter(), error, DAY + 2).state == "dead"


def test_being_told_to_wait_counts_no_attempt_and_forgets_no_form() -> None:
    done = judge(letter(error=PLAIN), TooFastError(7), 1000)
    assert (done.state, done.not_before, done.counted, done.error) == ("queued", 8000, False, PLAIN)


def test_delivered() -> None:
    done = delivered(letter(), Sent(12), 5)
    assert (done.state, done.message_id) == ("sent", 12)


def test_a_429_without_a_time_still_waits() -> None:
    error = named(429, "Too Many Requests")
    assert isinstance(error, TooFastError) and error.seconds > 0
