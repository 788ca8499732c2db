"""Both libraries that the bot uses talk to the server as they talk to Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.demo.faults import Fault
from bot.demo.shelf import Content
from tests.demo.world import PIXEL, World, asynchronous, running

BOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="按", callback_data="a")]])


@asynccontextmanager
async def aiogram_bot(world: World) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.server.base_url))
    bot = aiogram.Bot(world.server.token, session=session)
    try:
        yield bot
    finally:
        await session.close()


@asynccontextmanager
async def ext_bot(world: World) -> AsyncIterator[ExtBot[None]]:
    base = world.server.base_url
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot: ExtBot[None] = ExtBot(
        world.server.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request
    )
    async with bot:
        yield bot


def _everything(world: World) -> None:
    """One of each kind of update."""
    people = world.server.people
    picture = Content(data=PIXEL, name="a.png", mime="image/png")
    people.say(1001, "/start 看 https://example.org")
    people.photos(1001, [picture, picture], caption="两张")
    people.documents(1001, [Content(data=b"%PDF", name="订单.pdf", mime="application/pdf")])
    people.voice(1001, Content(data=b"OggS", name="v.ogg", mime="audio/ogg"))
    people.sticker(1001)
    people.location(1001, 31.2, 121.4)
    people.contact(1001, "10000", "客服")
    people.say(1001, "概不退换", origin=people.origin("小李"))
    people.say(1001, "不退", origin=people.origin("小李", hidden=False))
    number = people.say(1001, "88")[0]["message_id"]
    people.edit(1001, number, "68")
    people.say(1001, "回复", reply_to=number)
    people.tap(1001, number, data="forged")
    people.join(1001, "群")
    people.block(1001)
    people.block(1001, False)


KINDS = ["message"] * 11 + ["edited_message", "message", "callback_query"] + ["my_chat_member"] * 3


def _kinds(updates: list[Any], names: set[str]) -> list[str]:
    return [next(name for name in names if getattr(update, name, None)) for update in updates]


@asynchronous
async def test_aiogram_reads_every_kind_of_update() -> None:
    async with running() as world, aiogram_bot(world) as bot:
        _everything(world)
        updates = await bot.get_updates()
        assert _kinds(updates, set(KINDS)) == KINDS
        assert updates[0].message is not None
        assert updates[0].message.from_user is not None
        assert updates[0].message.from_user.language_code == "zh-hans"
        assert type(updates[8].message.forward_origin).__name__ == "MessageOriginHiddenUser"


@asynchronous
async def test_python_telegram_bot_reads_every_kind_of_update() -> None:
    async with running() as world, ext_bot(world) as bot:
        _everything(world)
        updates = await bot.get_updates()
        assert _kinds(list(updates), set(KINDS)) == KINDS
        assert isinstance(updates[8].message.forward_origin, telegram.MessageOriginHiddenUser)
        assert all(not update.message.api_kwargs for update in updates if update.message)


@asynchronous
async def test_aiogram_sends_edits_answers_and_fetches() -> None:
    async with running() as world, aiogram_bot(world) as bot:
        assert (await bot.get_me()).is_bot
        sent = await bot.send_message(1001, "<b>好</b>", parse_mode="HTML", reply_markup=BOARD)
        assert sent.entities is not None
        assert sent.entities[0].type == "bold"
        edited = await bot.edit_message_text("改", chat_id=1001, message_id=sent.message_id)
        assert isinstance(edited, aiogram.types.Message)
        assert edited.reply_markup is None
        document = await bot.send_document(1001, BufferedInputFile(b"text", "时间线.txt"), caption="附")
        assert document.document is not None
        assert document.document.file_name == "时间线.txt"
        data = await bot.download(document.document.file_id)
        assert data is not None
        assert data.read() == b"text"
        photo = await bot.send_photo(1001, BufferedInputFile(PIXEL, "a.png"))
        assert photo.photo is not None
        assert (photo.photo[-1].width, photo.photo[-1].height) == (1, 1)
        media = [InputMediaDocument(media=BufferedInputFile(b"x", f"{n}.txt")) for n in range(2)]
        assert len(await bot.send_media_group(1001, media)) == 2
        assert await bot.send_chat_action(1001, "typing")
        assert (await bot.get_chat(1001)).first_name == "小王"
        assert await bot.delete_message(1001, sent.message_id)


@asynchronous
async def test_python_telegram_bot_sends_edits_and_fetches() -> None:
    async with running() as world, ext_bot(world) as bot:
        board = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("按", callback_data="a")]])
        sent = await bot.send_message(1001, "好 & <b>坏</b>", parse_mode="HTML", reply_markup=board)
        assert (sent.text, sent.entities[0].type) == ("好 & 坏", "bold")
        entity = telegram.MessageEntity("code", 0, 1)
        edited = await bot.edit_message_text(
            "改", chat_id=1001, message_id=sent.message_id, entities=[entity]
        )
        assert edited.entities == (entity,)
        document = await bot.send_document(1001, b"BEGIN:VCALENDAR", filename="期限.ics", caption="期限")
        assert document.document.file_name == "期限.ics"
        file = await bot.get_file(document.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
        assert await bot.set_my_commands([("help", "帮助")])
        assert [command.command for command in await bot.get_my_commands()] == ["help"]


@asynchronous
async def test_aiogram_recognises_the_refusals() -> None:
    async with running() as world, aiogram_bot(world) as bot:
        with pytest.raises(TelegramBadRequest, match="message is too long"):
            await bot.send_message(1001, "x" * 4097)
        world.server.faults.add(Fault(kind="429", retry_after=9), Fault(kind="5xx", code=502))
        with pytest.raises(TelegramRetryAfter) as flood:
            await bot.send_message(1001, "x")
        assert flood.value.retry_after == 9
        with pytest.raises(TelegramServerError):
            await bot.send_message(1001, "x")
        world.server.people.block(1001)
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(1001, "x")


@asynchronous
async def test_python_telegram_bot_recognises_the_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with running() as world, ext_bot(world) as bot:
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await bot.send_message(5, "x")
        world.server.faults.add(Fault(kind="429", retry_after=9), Fault(kind="drop_after"))
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(1001, "x")
        with pytest.raises(telegram.error.NetworkError):
            await bot.send_message(1001, "x")
        assert len(world.server.delivered) == 1
        world.server.people.block(1001)
        with pytest.raises(telegram.error.Forbidden):
            await bot.send_message(1001, "x")


@asynchronous
async def test_two_pollers_of_aiogram_and_python_telegram_bot_conflict() -> None:
    async with running() as world, aiogram_bot(world) as first, ext_bot(world) as second:
        waiting = asyncio.create_task(first.get_updates(timeout=10))
        await asyncio.sleep(0.1)
        assert await second.get_updates(timeout=0) == ()
        with pytest.raises(aiogram.exceptions.TelegramConflictError, match="terminated by other getUpdates"):
            await waiting
