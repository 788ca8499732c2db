"""What the network and Telegram do wrong: no reply is lost, nothing takes effect twice."""

from __future__ import annotations

import pytest

from tests.e2e.rehearsal import Rehearsal, Somebody

STORY = "在七七卡盟买50块q币，微信付的，没到账"


def tell(person: Somebody, **fault: object) -> list[str]:
    """Tell the story while one send goes wrong; what arrives."""
    person.stage.faults({"method": "sendMessage", "chat": person.id, **fault})
    return [message.text for message in person.says(STORY)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "429", "retry_after": 1},
        {"kind": "429", "retry_after": 1, "times": 3},
        {"kind": "5xx"},
        {"kind": "5xx", "code": 502, "times": 2},
        {"kind": "delay", "seconds": 1.5},
    ],
    ids=str,
)
def test_a_reply_that_telegram_did_not_take_is_sent_again(person: Somebody, fault: dict[str, object]) -> None:
    (text,) = tell(person, **fault)
    assert "50元" in text


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_reply_that_nobody_knows_of_is_named_and_never_said_twice(
    stage: Rehearsal, person: Somebody, kind: str
) -> None:
    heard = tell(person, kind=kind)
    assert len(heard) == (1 if kind == "drop_after" else 0)
    doubts = stage.rows("SELECT method FROM outbox WHERE state = 'unknown' AND chat_id = ?", person.id)
    assert doubts == [("sendMessage",)]
    (again,) = person.says("🤔")
    assert again.labels == ["对", "不是这个"], "the next message draws the step again"
    assert stage.rows("SELECT count(*) FROM cases WHERE chat_id = ?", person.id) == [(1,)]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "5xx"])
def test_an_answer_to_a_tap_is_repeated_until_it_is_there(person: Somebody, kind: str) -> None:
    person.says(STORY)
    person.stage.faults({"kind": kind, "method": "answerCallbackQuery"})
    tap = person.does("tap", message_id=person.last().id, label="对")["callback_id"]
    (question,) = person.hears()
    assert "处理" in question.text
    assert person.toast(tap) is not None


def test_an_update_that_comes_again_changes_nothing(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    before = stage.rows("SELECT body FROM cases WHERE chat_id = ?", person.id)
    stage.faults({"kind": "repeat_update", "method": "getUpdates"})
    (help_text,) = person.says("/help")
    assert "随时可以说" in help_text.text
    assert stage.rows("SELECT body FROM cases WHERE chat_id = ?", person.id) == before
    assert person.hears() == []


def test_a_poll_that_breaks_is_made_again(stage: Rehearsal, person: Somebody) -> None:
    stage.faults(*({"kind": kind, "method": "getUpdates"} for kind in ("drop_before", "5xx", "drop_after")))
    for _ in range(2):
        (answer,) = person.says("/help")
        assert "随时可以说" in answer.text


def test_a_download_that_breaks_is_made_again(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    stage.faults({"kind": "5xx", "method": "getFile"}, {"kind": "drop_before", "method": "getFile"})
    (answer,) = person.sends(2)
    assert "2 个" in answer.text
    assert stage.rows("SELECT DISTINCT state FROM files WHERE chat_id = ?", person.id) == [("stored",)]


def test_what_a_chat_refused_is_said_when_its_person_is_back(stage: Rehearsal, person: Somebody) -> None:
    assert tell(person, kind="403") == []
    assert sorted(message.labels[0] for message in person.says("/help")) == ["对", "看进度"]
