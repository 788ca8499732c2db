"""What people do arrives as the updates Telegram would send, and can be read back."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import aiohttp
import pytest

from tests.demo.world import PIXEL, World, asynchronous, running

PNG = {"name": "截图.png", "mime": "image/png", "base64": base64.b64encode(PIXEL).decode()}


async def _last(world: World, kind: str = "message") -> dict[str, Any]:
    return (await world.updates())[-1][kind]


@asynchronous
async def test_text_names_its_sender_and_its_commands() -> None:
    async with running() as world:
        await world.demo("say", person=1001, text="/start  case_7 看 https://example.org/x")
        message = await _last(world)
        assert message["from"] == {
            "id": 1001,
            "is_bot": False,
            "first_name": "小王",
            "language_code": "zh-hans",
        }
        assert message["chat"] == {"id": 1001, "type": "private", "first_name": "小王"}
        assert [(e["type"], e["offset"], e["length"]) for e in message["entities"]] == [
            ("bot_command", 0, 6),
            ("url", 17, 21),
        ]


@asynchronous
async def test_an_album_is_one_update_a_picture_under_one_group() -> None:
    async with running() as world:
        await world.demo("album", person=1001, caption="证据", files=[PNG] * 10)
        messages = [update["message"] for update in await world.updates()]
        assert len(messages) == 10
        assert len({message["media_group_id"] for message in messages}) == 1
        assert [message.get("caption") for message in messages] == ["证据"] + [None] * 9
        assert len({message["photo"][-1]["file_unique_id"] for message in messages}) == 10
        await world.demo("album", person=1001, files=[PNG] * 11)
        assert world.status == 400


@asynchronous
async def test_uploads_keep_their_bytes_and_can_be_fetched_by_both_halves() -> None:
    async with running() as world:
        form = aiohttp.FormData({"person": "1001", "caption": "原图"}, quote_fields=False)
        form.add_field("file", PIXEL, filename="原图.png", content_type="image/png")
        form.add_field("file", b"%PDF-1.7", filename="订单.pdf", content_type="application/pdf")
        async with world.client.post(world.server.base_url + "/demo/document", data=form) as answer:
            first, second = [message["document"] for message in (await answer.json())["messages"]]
        assert (first["file_name"], second["mime_type"]) == ("原图.png", "application/pdf")
        path = (await world.api("getFile", file_id=first["file_id"]))["result"]["file_path"]
        async with world.client.get(f"{world.server.base_url}/file/bot{world.server.token}/{path}") as answer:
            assert await answer.read() == PIXEL
        async with world.client.get(f"{world.server.base_url}/demo/file/{second['file_id']}") as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert await answer.read() == b"%PDF-1.7"


@pytest.mark.parametrize(
    ("path", "params", "key"),
    [
        ("voice", {}, "voice"),
        ("sticker", {"emoji": "😡"}, "sticker"),
        ("location", {"latitude": 31.2, "longitude": 121.4}, "location"),
        ("contact", {"phone_number": "10000", "first_name": "客服"}, "contact"),
        ("message", {"content": {"dice": {"emoji": "🎲", "value": 3}}}, "dice"),
    ],
)
@asynchronous
async def test_other_kinds_of_messages(path: str, params: dict[str, Any], key: str) -> None:
    async with running() as world:
        await world.demo(path, person=1001, **params)
        assert key in await _last(world)


@asynchronous
async def test_forwards_keep_their_origin() -> None:
    async with running() as world:
        date = "2026-11-20T09:30:00+08:00"
        await world.demo("forward", person=1001, text="概不退换", origin="客服小李", hidden=True, date=date)
        message = await _last(world)
        assert message["forward_origin"] == {
            "type": "hidden_user",
            "date": 1795138200,
            "sender_user_name": "客服小李",
        }
        world.server.account.add_person("小李")
        again = (await world.demo("forward", person=1002, message_id=message["message_id"], from_chat=1001))[
            "messages"
        ][0]
        assert again["forward_origin"] == message["forward_origin"]
        await world.demo("forward", person=1001, origin="店主", hidden=False, files=[PNG])
        assert (await _last(world))["forward_origin"]["sender_user"]["first_name"] == "店主"


@asynchronous
async def test_an_edit_replaces_the_text_and_only_ones_own() -> None:
    async with running() as world:
        await world.demo("say", person=1001, text="88元")
        number = (await _last(world))["message_id"]
        await world.demo("edit", person=1001, message_id=number, text="68元")
        edited = await _last(world, "edited_message")
        assert (edited["message_id"], edited["text"], edited["edit_date"] >= edited["date"]) == (
            number,
            "68元",
            True,
        )
        foreign = (await world.api("sendMessage", chat_id=1001, text="x"))["result"]["message_id"]
        await world.demo("edit", person=1001, message_id=foreign, text="y")
        assert world.status == 400


@asynchronous
async def test_buttons_by_place_by_label_and_forged() -> None:
    async with running() as world:
        rows = [[{"text": "甲", "callback_data": "a"}, {"text": "乙", "callback_data": "b"}]]
        sent = await world.api("sendMessage", chat_id=1001, text="?", reply_markup={"inline_keyboard": rows})
        number = sent["result"]["message_id"]
        for wish in ({"row": 0, "col": 1}, {"label": "甲"}, {"data": "case:foreign:9"}):
            await world.demo("tap", person=1001, message_id=number, **wish)
        assert [update["callback_query"]["data"] for update in await world.updates()] == [
            "b",
            "a",
            "case:foreign:9",
        ]
        await world.demo("tap", person=1001, message_id=number, label="丙")
        assert world.status == 400


@asynchronous
async def test_a_group_has_members_and_its_own_chat() -> None:
    async with running() as world:
        group = await world.demo("group", person=1001, title="维权群")
        await world.demo("say", person=1001, chat=group["id"], text="大家好")
        message = await _last(world)
        assert (message["chat"]["type"], message["from"]["id"]) == ("group", 1001)
        assert (await world.api("sendMessage", chat_id=group["id"], text="请私聊"))["ok"]
        texts = [m["text"] for m in (await world.look(f"chat/{group['id']}"))["messages"]]
        assert texts == ["大家好", "请私聊"]


@asynchronous
async def test_a_chat_is_read_from_a_revision_on() -> None:
    async with running() as world:
        sent = (await world.api("sendMessage", chat_id=1001, text="一"))["result"]
        before = await world.look("chat/1001")
        await world.api("editMessageText", chat_id=1001, message_id=sent["message_id"], text="二")
        await world.api("sendChatAction", chat_id=1001, action="typing")
        after = await world.look(f"chat/1001?after={before['revision']}")
        assert [(m["text"], m["mine"]) for m in after["messages"]] == [("二", False)]
        assert after["typing"] is True
        await world.api("deleteMessage", chat_id=1001, message_id=sent["message_id"])
        assert (await world.look("chat/1001"))["messages"][-1]["deleted"] is True


@asynchronous
async def test_the_page_hears_of_changes_as_they_happen() -> None:
    async with running() as world:
        async with world.client.get(world.server.base_url + "/demo/events") as stream:
            assert stream.content_type == "text/event-stream"
            await stream.content.readline()
            await asyncio.sleep(0.05)
            await world.api("sendMessage", chat_id=1001, text="<i>在</i>", parse_mode="HTML")
            lines = [(await stream.content.readline()).decode() for _ in range(3)]
        assert lines[1] == "event: message\n"
        assert json.loads(lines[2].removeprefix("data: "))["entities"] == [
            {"type": "italic", "offset": 0, "length": 1}
        ]


@asynchronous
async def test_the_clock_jumps_and_goes_to_the_next_reminder() -> None:
    async with running() as world:
        heard: list[int] = []
        world.server.clock.on_change(lambda: heard.append(1))
        assert (await world.demo("clock", seconds=3600))["now"].startswith("2026-11-22T11:00")
        assert (await world.demo("clock/next"))["next_due"] is None
        await world.demo("clock/next-due", due="2026-11-25T09:00:00+08:00")
        assert (await world.demo("clock/next"))["now"].startswith("2026-11-25T09:00:00")
        assert (await world.look("clock"))["follows"] is True
        assert len(heard) == 2
        sent = (await world.api("sendMessage", chat_id=1001, text="到期"))["result"]
        assert sent["date"] - 1795568400 in (0, 1, 2)
        await world.demo("clock", now="2026-11-22T10:00:00")
        assert world.status == 400


@asynchronous
async def test_raw_updates_reset_and_the_dump() -> None:
    async with running() as world:
        await world.demo("update", update={"update_id": 5, "poll": {"id": "1"}})
        state = await world.look("state")
        assert state["pending_updates"] == [5]
        assert (await world.updates())[0]["poll"] == {"id": "1"}
        await world.api("sendMessage", chat_id=1001, text="x")
        await world.demo("reset")
        assert (await world.look("state"))["chats"] == {}
        assert (await world.look("delivered"))["delivered"] == []
        assert (await world.demo("persons", first_name="新人"))["id"] == 1002


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.org"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
@asynchronous
async def test_a_foreign_page_may_not_speak_for_anybody(headers: dict[str, str]) -> None:
    async with running() as world:
        body = {"person": 1001, "text": "x"}
        async with world.client.post(
            world.server.base_url + "/demo/say", json=body, headers=headers
        ) as answer:
            assert answer.status == 403
        assert await world.updates() == []


@pytest.mark.parametrize(
    "path", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", ".hidden", "nothing.js"]
)
@asynchronous
async def test_only_the_page_itself_is_served(path: str) -> None:
    from yarl import URL

    async with running() as world:
        async with world.client.get(URL(f"{world.server.base_url}/{path}", encoded=True)) as answer:
            assert answer.status == 404
        async with world.client.get(world.server.base_url + "/") as answer:
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "演示" in await answer.text()
