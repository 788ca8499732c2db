"""A stored call arrives as it was stored, and each way of failing has its own name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.aiogram_post import AiogramPost
from bot.post import (
    BlockedError,
    NeverLeftError,
    PostError,
    RefusedError,
    Sent,
    ServerDownError,
    TooFastError,
    UncertainError,
)
from handlers.calls import Call, Upload
from tests.edge.telegram import TOKEN, Answer, ScriptedTelegram, failure, telegram

HELLO = Call(
    method="sendMessage",
    params={
        "chat_id": 1001,
        "text": "<b>68 元</b> & 订单",
        "reply_markup": {"inline_keyboard": [[{"text": "是", "callback_data": "v1|-|0|yes"}]]},
        "link_preview_options": {"is_disabled": True},
        "disable_notification": False,
    },
)


async def read_file(key: str) -> bytes:
    return b"\x89bytes of " + key.encode()


async def post(script: ScriptedTelegram, bot: Any, call: Call) -> Sent:
    script.usual = lambda method: {"message_id": 5, "date": 1, "chat": {"id": 1001, "type": "private"}}
    return await AiogramPost(bot, read_file).post(call, 1001)


async def _send(call: Call) -> tuple[Sent, tuple[str, dict[str, Any]]]:
    async with telegram() as (script, bot):
        return await post(script, bot, call), script.asked[-1]


def test_a_call_arrives_as_it_was_stored() -> None:
    sent, (method, params) = asyncio.run(_send(HELLO))
    assert sent == Sent(message_id=5)
    assert (method, params) == ("sendMessage", HELLO.params)


def test_a_call_that_names_no_chat_goes_to_the_chat_it_was_written_for() -> None:
    _, (_, params) = asyncio.run(_send(Call(method="sendMessage", params={"text": "抱歉"})))
    assert params == {"text": "抱歉", "chat_id": 1001}
    _, (_, params) = asyncio.run(_send(Call(method="answerCallbackQuery", params={"callback_query_id": "9"})))
    assert params == {"callback_query_id": 9}


@pytest.mark.parametrize(
    ("upload", "content"),
    [
        (
            Upload(field="document", name="时间线.txt", mime="text/plain", content="11月2日"),
            "11月2日".encode(),
        ),
        (Upload(field="document", name="证据1.png", mime="image/png", file_key="k1"), b"\x89bytes of k1"),
    ],
)
def test_a_file_goes_with_its_call(upload: Upload, content: bytes) -> None:
    _, (method, params) = asyncio.run(
        _send(Call(method="sendDocument", params={"chat_id": 1}, upload=upload))
    )
    assert method == "sendDocument"
    assert params[params["document"].removeprefix("attach://")] == content


def test_a_result_that_is_no_message_has_no_id() -> None:
    async def acknowledge() -> Sent:
        async with telegram() as (_, bot):
            return await AiogramPost(bot, read_file).post(Call(method="answerCallbackQuery", params={}), 1)

    assert asyncio.run(acknowledge()) == Sent(message_id=None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failure(429, "Too Many Requests: retry after 7", retry_after=7), TooFastError),
        (failure(403, "Forbidden: bot was blocked by the user"), BlockedError),
        (failure(400, "Bad Request: chat not found"), BlockedError),
        (failure(400, "Bad Request: message text is empty"), RefusedError),
        (failure(413, "Request Entity Too Large"), RefusedError),
        (failure(500, "Internal Server Error"), ServerDownError),
        (failure(502, "Bad Gateway: restart in progress"), ServerDownError),
        (failure(401, "Unauthorized"), ServerDownError),
        ((502, "<html>Bad Gateway</html>"), UncertainError),
        (None, UncertainError),
    ],
)
def test_each_failure_has_its_name(answer: Answer, kind: type[PostError]) -> None:
    async def fail() -> None:
        async with telegram() as (script, bot):
            script.answers["sendMessage"].append(answer)
            await post(script, bot, HELLO)

    with pytest.raises(kind) as caught:
        asyncio.run(fail())
    assert TOKEN not in str(caught.value)
    assert "68 元" not in str(caught.value)
    if isinstance(caught.value, TooFastError):
        assert caught.value.seconds == 7


def test_no_connection_means_that_it_never_left() -> None:
    async def unplugged() -> None:
        async with telegram() as (_, bot):
            pass
        try:
            await AiogramPost(bot, read_file).post(HELLO, 1001)
        finally:
            await bot.session.close()

    with pytest.raises(NeverLeftError):
        asyncio.run(unplugged())
