"""What Telegram refuses is refused, in Telegram's words; nothing changes when it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo import sending
from bot.demo.refusals import NOT_MODIFIED, QUERY_TOO_OLD
from tests.demo.world import PIXEL, asynchronous, running


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "按", **button}]]}


@pytest.mark.parametrize(
    ("params", "code", "words"),
    [
        ({"text": "x" * 4097}, 400, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, 400, "Bad Request: message is too long"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
        ({"text": " \n"}, 400, "Bad Request: message text is empty"),
        ({}, 400, "Bad Request: message text is empty"),
        (
            {"text": "x", "reply_markup": keyboard(callback_data="钱" * 22)},
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        ({"text": "x", "reply_markup": keyboard(callback_data="")}, 400, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": keyboard()},
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "<x>", "parse_mode": "HTML"},
            400,
            'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        ({"text": "x", "chat_id": 77}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, 400, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": 1002}, 403, "Forbidden: bot can't initiate conversation with a user"),
        (
            {"text": "x", "reply_parameters": {"message_id": 999}},
            400,
            "Bad Request: message to be replied not found",
        ),
        ({"text": "\ud800"}, 400, "Bad Request: strings must be encoded in UTF-8"),
    ],
)
@asynchronous
async def test_send_message_refuses(params: dict[str, Any], code: int, words: str) -> None:
    async with running() as world:
        world.server.account.add_person("小李")
        assert await world.refusal("sendMessage", **{"chat_id": 1001, **params}) == (code, words)
        assert world.server.delivered == []
        assert len(world.server.account.messages[1001]) == 1


@asynchronous
async def test_the_longest_text_and_caption_are_taken() -> None:
    async with running() as world:
        assert (await world.api("sendMessage", chat_id=1001, text="😀" * 2048))["ok"]
        file = world.server.people.photos(1001, [_picture()])[0]["photo"][-1]["file_id"]
        assert (await world.api("sendPhoto", chat_id=1001, photo=file, caption="字" * 1024))["ok"]
        refusal = await world.refusal("sendPhoto", chat_id=1001, photo=file, caption="字" * 1025)
        assert refusal == (400, "Bad Request: message caption is too long")


def _picture() -> Any:
    from bot.demo.shelf import Content

    return Content(data=PIXEL, name="a.png", mime="image/png")


@asynchronous
async def test_a_person_who_blocked_the_bot_gets_nothing() -> None:
    async with running() as world:
        await world.demo("block", person=1001)
        expected = (403, "Forbidden: bot was blocked by the user")
        assert await world.refusal("sendMessage", chat_id=1001, text="x") == expected
        update = (await world.updates())[-1]["my_chat_member"]
        assert update["new_chat_member"]["status"] == "kicked"
        await world.demo("say", person=1001, text="x")
        assert world.status == 400
        await world.demo("unblock", person=1001)
        assert (await world.api("sendMessage", chat_id=1001, text="x"))["ok"]


@asynchronous
async def test_edits_and_deletions_refuse() -> None:
    async with running() as world:
        sent = (
            await world.api("sendMessage", chat_id=1001, text="x", reply_markup=keyboard(callback_data="a"))
        )["result"]
        at = {"chat_id": 1001, "message_id": sent["message_id"]}
        same = await world.refusal(
            "editMessageText", **at, text="x", reply_markup=keyboard(callback_data="a")
        )
        assert same == (400, "Bad Request: " + NOT_MODIFIED)
        gone = {"chat_id": 1001, "message_id": 999}
        assert await world.refusal("editMessageText", **gone, text="y") == (
            400,
            "Bad Request: message to edit not found",
        )
        assert await world.refusal("deleteMessage", **gone) == (
            400,
            "Bad Request: message to delete not found",
        )
        own = {"chat_id": 1001, "message_id": 1}
        assert await world.refusal("editMessageText", **own, text="y") == (
            400,
            "Bad Request: message can't be edited",
        )
        edited = (await world.api("editMessageText", **at, text="y"))["result"]
        assert "reply_markup" not in edited
        assert edited["edit_date"] >= edited["date"]
        nothing = await world.refusal("editMessageReplyMarkup", **at)
        assert nothing == (400, "Bad Request: " + NOT_MODIFIED)
        assert (await world.api("deleteMessage", **at))["result"] is True
        assert await world.refusal("deleteMessage", **at) == (400, "Bad Request: message to delete not found")


@asynchronous
async def test_a_tap_is_answered_once_and_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as world:
        sent = (
            await world.api("sendMessage", chat_id=1001, text="x", reply_markup=keyboard(callback_data="a"))
        )["result"]
        tap = await world.demo("tap", person=1001, message_id=sent["message_id"], row=0, col=0)
        query = (await world.updates())[-1]["callback_query"]
        assert (query["id"], query["data"]) == (tap["callback_id"], "a")
        assert (await world.api("answerCallbackQuery", callback_query_id=query["id"], text="好"))[
            "result"
        ] is True
        assert (await world.look("callback/" + query["id"]))["answer"]["text"] == "好"
        too_old = (400, "Bad Request: " + QUERY_TOO_OLD)
        assert await world.refusal("answerCallbackQuery", callback_query_id=query["id"]) == too_old
        late = await world.demo("tap", person=1001, message_id=sent["message_id"], label="按")
        monkeypatch.setattr(sending, "TAP_LIFE", 0.0)
        assert await world.refusal("answerCallbackQuery", callback_query_id=late["callback_id"]) == too_old
        assert await world.refusal("answerCallbackQuery", callback_query_id="1") == too_old


@asynchronous
async def test_tokens_methods_and_files_that_do_not_exist() -> None:
    async with running() as world:
        base = world.server.base_url
        async with world.client.get(f"{base}/bot1:wrong/getMe") as answer:
            assert (answer.status, await answer.json()) == (
                401,
                {"ok": False, "error_code": 401, "description": "Unauthorized"},
            )
        assert await world.refusal("sendTelepathy") == (404, "Not Found: method not found")
        wrong = (400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        assert await world.refusal("getFile", file_id="nothing") == wrong
        async with world.client.get(f"{base}/file/bot1:wrong/photos/file_1.png") as answer:
            assert answer.status == 401
        async with world.client.get(f"{base}/file/bot{world.server.token}/photos/file_9.png") as answer:
            assert answer.status == 404


@asynchronous
async def test_a_file_over_twenty_megabytes_cannot_be_fetched() -> None:
    async with running() as world:
        big = [{"name": "录屏.mp4", "mime": "video/mp4", "base64": "AAAA", "size": 20 * 2**20 + 1}]
        sent = (await world.demo("document", person=1001, files=big))["messages"][0]["document"]
        assert sent["file_size"] == 20 * 2**20 + 1
        assert await world.refusal("getFile", file_id=sent["file_id"]) == (
            400,
            "Bad Request: file is too big",
        )


@asynchronous
async def test_commands_are_checked() -> None:
    async with running() as world:
        wrong = await world.refusal("setMyCommands", commands=[{"command": "Ab", "description": "x"}])
        assert wrong == (400, "Bad Request: BOT_COMMAND_INVALID")
        assert (await world.api("setMyCommands", commands=[{"command": "help", "description": "帮助"}]))["ok"]
        assert (await world.api("getMyCommands"))["result"] == [{"command": "help", "description": "帮助"}]
        assert (await world.look("persons"))["persons"][0]["commands"][0]["command"] == "help"
        assert (await world.api("deleteMyCommands"))["ok"]
        assert (await world.api("getMyCommands"))["result"] == []
