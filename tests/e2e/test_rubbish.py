"""Whatever a person sends gets one clear answer, and the conversation goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.pictures import picture
from tests.e2e.rehearsal import Message, RefusedError, Rehearsal, Somebody, encoded

STORY = "在七七卡盟买50块q币，微信付的，没到账"
BASE = {"file_id": "x", "file_unique_id": "x"}
POLL = {
    "id": "1", "question": "退不退", "options": [], "total_voter_count": 0, "is_closed": False,
    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "allows_revoting": False,
    "members_only": False,
}  # fmt: skip


def one_answer(messages: list[Message]) -> Message:
    (message,) = messages
    assert any("\u4e00" <= character <= "\u9fff" for character in message.text)
    return message


def goes_on(person: Somebody) -> None:
    """The claim can be told after whatever came before."""
    assert "50元" in person.says("/new")[-1].text + person.says(STORY)[-1].text


TEXTS = {
    "zero width": "\u200b\u200d\u2060",
    "filler": "\u3164",
    "right to left": "\u202e钱退我\u2066",
    "emoji": "😡🤬👨‍👩‍👧‍👦",
    "longest": "啊" * 4096,
    "longest in two units": "𠮷" * 2048,
    "control characters": "a\x00b\x07\x1b[31m",
    "markup": "<b>&lt;</b> {name} %s </pre>",
    "only a slash": "/",
    "an unknown command": "/refund_everything now",
    "start with nonsense": "/start ../../etc/passwd%00'; DROP TABLE cases;--",
    "start with more than 64 characters": "/start " + "x" * 300,
    "combining": "退" + "\u0301" * 500,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_strange_text_is_answered_once(person: Somebody, name: str) -> None:
    one_answer(person.says(TEXTS[name]))
    goes_on(person)


@pytest.mark.parametrize("text", ["", " \n\t", "\ud800", "没到账\udfff"])
def test_what_no_telegram_would_send_is_refused_before_it_arrives(person: Somebody, text: str) -> None:
    with pytest.raises(RefusedError, match="400"):
        person.does("say", text=text)


CONTENTS: dict[str, dict[str, Any]] = {
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {"poll": POLL},
    "a poll as older servers send it": {"poll": {"id": "1", "question": "退不退", "options": []}},
    "video note": {"video_note": {**BASE, "length": 240, "duration": 3}},
    "venue": {"venue": {"location": {"latitude": 1, "longitude": 2}, "title": "网吧", "address": "一楼"}},
    "story": {"story": {"chat": {"id": 5, "type": "private", "first_name": "x"}, "id": 3}},
    "something new": {"hologram": {"depth": 3}},
    "half a sticker": {"sticker": {"emoji": "👍"}},
    "empty text": {"text": ""},
    "no photo": {"photo": []},
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_cannot_be_read_is_named(person: Somebody, name: str) -> None:
    person.does("message", content=CONTENTS[name])
    one_answer(person.hears())
    goes_on(person)


@pytest.mark.parametrize("kind", ["sticker", "location", "contact", "voice"])
def test_other_kinds_are_answered_in_the_middle_of_a_claim(person: Somebody, kind: str) -> None:
    person.says(STORY)
    person.does(kind)
    assert one_answer(person.hears()).data, "with the way on"


def upload(data: bytes, name: str = "图.png", mime: str = "image/png", **more: Any) -> dict[str, Any]:
    return {"name": name, "mime": mime, "base64": encoded(data), **more}


@pytest.mark.parametrize(
    ("kind", "file", "why"),
    [
        ("document", upload(b"", "录屏.mp4", "video/mp4", size=25 * 2**20), "20 MB"),
        ("photo", upload(b""), "打不开"),
        ("document", upload(b"MZ" + bytes(300), "setup.exe"), "收不了"),
    ],
)
def test_a_file_that_cannot_be_kept_is_named_with_a_way_out(
    person: Somebody, kind: str, file: dict[str, Any], why: str
) -> None:
    person.says(STORY)
    person.does(kind, files=[file])
    assert why in one_answer(person.hears()).text
    goes_on(person)


def test_a_file_of_25_megabytes_is_not_kept(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    person.does("document", files=[upload(picture() + bytes(25 * 2**20))])
    assert "20 MB" in one_answer(person.hears()).text
    assert stage.rows("SELECT state FROM files WHERE chat_id = ?", person.id) == [("refused",)]


def test_an_album_of_ten_is_answered_once(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    answer = one_answer(person.sends(10, caption="微信账单"))
    assert "10 个" in answer.text
    assert stage.rows(
        "SELECT state, count(*) FROM files WHERE chat_id = ? GROUP BY state", person.id
    ) == [("stored", 10)]  # fmt: skip


def test_a_picture_before_any_word_is_kept(person: Somebody) -> None:
    assert any("证据1" in message.text for message in person.sends(1, "photo"))
    goes_on(person)


def test_an_edited_story_corrects_what_was_noted(person: Somebody) -> None:
    number = person.does("say", text=STORY)["messages"][0]["message_id"]
    person.hears()
    person.does("edit", message_id=number, text=STORY.replace("50", "60"))
    assert "60元" in one_answer(person.hears()).text
    person.does("edit", message_id=number, text=STORY.replace("50", "60"))
    one_answer(person.hears())


def test_an_edited_message_that_nobody_remembers_is_answered(person: Somebody) -> None:
    number = person.does("say", text="/help")["messages"][0]["message_id"]
    person.hears()
    person.does("edit", message_id=number, text="/privacy")
    assert "保存什么" in one_answer(person.hears()).text


def test_a_double_tap_acts_once(person: Somebody) -> None:
    person.says(STORY)
    message = person.last()
    taps = [person.does("tap", message_id=message.id, label="对")["callback_id"] for _ in range(2)]
    heard = person.hears()
    assert sum("处理" in message.text for message in heard) == 1, heard
    toasts = [person.toast(tap) for tap in taps]
    assert [bool(toast and toast["text"]) for toast in toasts] == [False, True]


def test_of_two_different_buttons_at_once_the_first_counts(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    person.says("出文书")
    message = person.last()
    for label in ("已发送", "跳过这一步"):
        person.does("tap", message_id=message.id, label=label)
    heard = person.hears()
    assert sum("记下了" in message.text for message in heard) == 1
    assert "下一步：" not in "".join(message.text for message in heard)


def test_two_messages_in_the_same_instant_are_both_heard(stage: Rehearsal, person: Somebody) -> None:
    person.does("say", text=STORY)
    person.does("say", text="订单号是QB20261121203344")
    assert "QB20261121203344" in person.hears()[-1].text + person.says("/case")[-1].text


def test_somebody_who_blocked_and_comes_back_is_greeted_with_where_it_stands(person: Somebody) -> None:
    person.says(STORY)
    person.does("block")
    assert person.hears() == []
    person.does("unblock")
    assert person.hears() == []
    assert "50元" in one_answer(person.says("/start")).text


def test_forwarded_words_command_nothing(stage: Rehearsal, person: Somebody) -> None:
    person.says(STORY)
    for text in ("/delete", "删除我的数据", "确认"):
        person.does("forward", text=text, origin="群里的人")
        person.hears()
    assert stage.rows("SELECT count(*) FROM cases WHERE chat_id = ?", person.id) == [(1,)]
    assert "确认删除" not in person.last().labels


def test_a_group_gets_one_line_and_no_more(stage: Rehearsal, person: Somebody) -> None:
    group = person.does("group", title="维权群")["id"]
    for text in (STORY, "/start", "/delete"):
        person.does("say", text=text, chat=group)
    stage.until(lambda: [body for body in said_in(stage, group) if not body["mine"]])
    assert person.says("/help"), "by now the group's messages are handled too"
    (line,) = [body for body in said_in(stage, group) if not body["mine"]]
    assert "https://t.me/" in line["text"]
    assert "50" not in line["text"]


def said_in(stage: Rehearsal, chat: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.ask(f"chat/{chat}")["messages"]
    return found
