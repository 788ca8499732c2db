"""Every kind of update, as Telegram's JSON, becomes the event that it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram.types import Update

from flows.events import (
    ChatBlocked,
    ChoicePicked,
    CommandGiven,
    EvidenceReceived,
    FileKind,
    Origin,
    TextReceived,
    UnsupportedReceived,
)
from flows.moment import SHANGHAI
from handlers.incoming import Incoming
from handlers.translate import translate
from tests.edge.updates import (
    CHAT,
    DATE,
    GROUP,
    PERSON,
    command,
    edited,
    media,
    member,
    message,
    photo,
    tap,
    update,
)

AT = datetime.fromtimestamp(DATE, SHANGHAI)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
FORWARD_DATE = DATE - 3600


def read(raw: dict[str, Any]) -> Incoming | None:
    return translate(Update.model_validate(raw), NOW, lambda: "key")


def event(raw: dict[str, Any]) -> Any:
    incoming = read(raw)
    assert incoming is not None
    assert incoming.chat_id == CHAT["id"]
    assert incoming.update_id == raw["update_id"]
    assert incoming.language == "zh-hans"
    return incoming.event


def test_text() -> None:
    said = event(message(text="付了 68 元，没收到卡密"))
    assert said == TextReceived(text="付了 68 元，没收到卡密", at=AT, message_id=77)
    assert said.at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/start", "start", ""),
        ("/start group", "start", "group"),
        ("/New@refund_bot  买了点卡 没到 ", "new", "买了点卡 没到"),
        ("/new\n第一行\n第二行", "new", "第一行\n第二行"),
        ("/new\n第一行 有空格", "new", "第一行 有空格"),
    ],
)
def test_commands(text: str, name: str, argument: str) -> None:
    assert event(command(text)) == CommandGiven(name=name, argument=argument, at=AT)


def test_a_slash_that_telegram_does_not_call_a_command_is_text() -> None:
    assert event(message(text="/ 是分隔符")) == TextReceived(text="/ 是分隔符", at=AT, message_id=77)


def test_a_forwarded_command_is_material() -> None:
    origin = {"type": "hidden_user", "date": FORWARD_DATE, "sender_user_name": "客服"}
    said = event(command("/delete", forward_origin=origin))
    assert isinstance(said, TextReceived)
    assert said.origin == Origin(name="客服", sent_at=AT - timedelta(hours=1))


SELLER_CHAT = {"id": -100, "type": "channel", "title": "卡券小店"}


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        (
            {"type": "user", "sender_user": {**PERSON, "id": 5, "first_name": "店", "last_name": "主"}},
            "店 主",
        ),
        ({"type": "hidden_user", "sender_user_name": "匿名客服"}, "匿名客服"),
        ({"type": "chat", "sender_chat": {**SELLER_CHAT, "type": "supergroup"}}, "卡券小店"),
        ({"type": "channel", "chat": SELLER_CHAT, "message_id": 3}, "卡券小店"),
        ({"type": "hidden_user", "sender_user_name": ""}, None),
    ],
)
def test_forwards_name_their_origin(origin: dict[str, Any], name: str | None) -> None:
    said = event(message(text="已发货", forward_origin={"date": FORWARD_DATE, **origin}))
    assert said.origin == Origin(name=name, sent_at=AT - timedelta(hours=1))
    item = event(message(photo=[photo(9, 9)], forward_origin={"date": FORWARD_DATE, **origin}))
    assert item.origin == said.origin


def test_a_photo_is_kept_in_its_largest_size() -> None:
    incoming = read(message(photo=[photo(900, 90), photo(64000, 1280), photo(3200, 320)], caption="付款"))
    assert incoming is not None and incoming.file is not None
    assert incoming.event == EvidenceReceived(
        file_key="key", file_unique_id="u1280", kind=FileKind.PHOTO, at=AT, message_id=77,
        caption="付款", mime="image/jpeg", size=64000,
    )  # fmt: skip
    assert (incoming.file.key, incoming.file.file_id) == ("key", "photo1280")


def test_an_album_carries_its_id() -> None:
    assert event(message(photo=[photo(9, 9)], media_group_id="album-1")).album == "album-1"


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (
            {"document": media("d", file_name="订单.pdf", mime_type="application/pdf")},
            FileKind.DOCUMENT,
            "订单.pdf",
        ),
        (
            {"video": media("v", width=1, height=1, duration=1, file_name="录屏.mp4")},
            FileKind.VIDEO,
            "录屏.mp4",
        ),
        ({"audio": media("a", duration=1, file_name="通话.mp3")}, FileKind.AUDIO, "通话.mp3"),
        ({"voice": media("o", duration=1)}, FileKind.VOICE, ""),
        (
            {"animation": media("g", width=1, height=1, duration=1), "document": media("g")},
            FileKind.VIDEO,
            "",
        ),
    ],
)
def test_files_are_evidence(content: dict[str, Any], kind: FileKind, name: str) -> None:
    incoming = read(message(**content, caption="说明"))
    assert incoming is not None and incoming.file is not None
    assert isinstance(incoming.event, EvidenceReceived)
    assert (incoming.event.kind, incoming.event.name, incoming.event.caption) == (kind, name, "说明")
    assert incoming.file.kind == kind
    assert incoming.file.unique_id == incoming.event.file_unique_id


def test_of_a_live_photo_the_still_picture_is_kept() -> None:
    live = media("live", width=1, height=1, duration=1, photo=[photo(5, 50)])
    assert event(message(live_photo=live)).file_unique_id == "u50"


def test_a_size_that_telegram_does_not_state_stays_unknown() -> None:
    assert event(message(document={"file_id": "x", "file_unique_id": "y"})).size is None


PLACE = {"latitude": 31.2, "longitude": 121.4}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": media("s", type="regular", width=1, height=1, is_animated=False, is_video=False)}, "sticker"),
        ({"location": PLACE}, "location"),
        ({"venue": {"location": PLACE, "title": "a", "address": "b"}, "location": PLACE}, "venue"),
        ({"contact": {"phone_number": "000", "first_name": "a"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"video_note": media("n", length=1, duration=1)}, "video_note"),
        ({"story": {"chat": CHAT, "id": 3}}, "story"),
        ({"brand_new_kind": {"a": 1}}, "unknown"),
        (
            {
                "poll": {
                    "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                    "allows_revoting": False, "members_only": False,
                }
            },
            "poll",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(content: dict[str, Any], kind: str) -> None:
    assert event(message(**content)) == UnsupportedReceived(kind=kind, at=AT)


@pytest.mark.parametrize(
    "content",
    [
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"pinned_message": {"message_id": 1, "date": DATE, "chat": CHAT, "text": "x"}},
        {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}}},
    ],
)
def test_service_messages_want_no_answer(content: dict[str, Any]) -> None:
    assert read(message(**content)) is None


def test_an_edited_text_is_a_correction() -> None:
    assert event(edited(text="是 68 元")) == TextReceived(
        text="是 68 元", at=AT + timedelta(minutes=1), message_id=77, edited=True
    )


def test_an_edited_caption_is_a_correction_and_no_second_file() -> None:
    incoming = read(edited(photo=[photo(9, 9)], caption="11月2日付款"))
    assert incoming is not None and incoming.file is None
    assert isinstance(incoming.event, TextReceived) and incoming.event.edited
    assert incoming.event.text == "11月2日付款"


def test_a_replaced_file_is_a_file() -> None:
    assert isinstance(event(edited(photo=[photo(9, 9)])), EvidenceReceived)


def test_a_moving_location_says_nothing() -> None:
    assert read(edited(location=PLACE)) is None


def test_a_tap() -> None:
    assert event(tap("v1|abcd2345|12|type:not_received")) == ChoicePicked(
        case_id="abcd2345", revision=12, choice="type:not_received", at=NOW, message_id=78, callback_id="9"
    )


@pytest.mark.parametrize("data", [None, "", "old-format", "v1|a|b|c", "v1|" + "x" * 60, "v2|-|1|yes", "\x00"])
def test_a_tampered_tap_is_stale(data: str | None) -> None:
    picked = event(tap(data))
    assert (picked.case_id, picked.revision, picked.choice) == ("", -1, "stale")


def test_a_tap_on_an_old_message_still_counts() -> None:
    gone = {"message_id": 12, "date": 0, "chat": CHAT}
    assert event(tap("v1|-|0|yes", message=gone)).message_id == 12
    assert event(tap("v1|-|0|yes", message=None, inline_message_id="3")).message_id == 0


def test_blocking_and_coming_back() -> None:
    assert event(member("kicked")) == ChatBlocked(blocked=True, at=AT)
    assert event(member("member")) == ChatBlocked(blocked=False, at=AT)


@pytest.mark.parametrize(
    "raw",
    [
        message(text="我的订单号", chat=GROUP),
        message(photo=[photo(9, 9)], chat=GROUP),
        edited(text="改", chat=GROUP),
        member("kicked", GROUP),
        tap("v1|abcd2345|1|yes", message={"message_id": 1, "date": DATE, "chat": GROUP, "text": "x"}),
        message(text="hi", **{"from": {**PERSON, "is_bot": True}}),
        message(text="hi", **{"from": None}),
        update("channel_post", {"message_id": 1, "date": DATE, "chat": SELLER_CHAT, "text": "x"}),
    ],
)
def test_only_people_in_private_chats_come_through(raw: dict[str, Any]) -> None:
    assert read(raw) is None


def test_times_are_aware_and_in_shanghai() -> None:
    assert event(message(text="x")).at == datetime.fromtimestamp(DATE, UTC)
