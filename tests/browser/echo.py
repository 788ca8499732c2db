"""A small scripted bot behind the real server: enough behaviour to see every part of the chat page at work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
)

from bot.demo.server import DemoServer
from flows.moment import SHANGHAI

START = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
LETTER = "商家你好：\n我于2026年11月20日购买的点卡至今没有到账，要求原路退款88元。\n请在48小时内处理。"


def buttons(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows
        ]
    )


CHOICES = buttons([("没到账", "type:none"), ("用不了", "type:broken")], [("都不是", "type:other")])


async def start(message: Message) -> None:
    text = (
        "买了虚拟商品，钱付了，东西没到或用不了。\n<b>先说说发生了什么。</b>不是律师，不代你投诉。帮助：/help"
    )
    await message.answer(text, parse_mode="HTML", reply_markup=CHOICES)


async def letter(message: Message) -> None:
    text = f"把下面这段发给商家（点一下复制）：\n<pre>{LETTER}</pre>\n发完以后告诉我。"
    await message.answer(
        text, parse_mode="HTML", reply_markup=buttons([("已发送", "sent:1"), ("改一改", "sent:0")])
    )


async def slow(message: Message) -> None:
    await message.bot.send_chat_action(message.chat.id, "typing")
    await asyncio.sleep(1.5)
    await message.answer("想好了。")


async def file(message: Message) -> None:
    document = BufferedInputFile("时间线\n1. 付款\n".encode(), "时间线.txt")
    await message.answer_document(document, caption="按时间排好的记录。")


async def hostile(message: Message) -> None:
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    link = MessageEntity(type="text_link", offset=0, length=4, url="javascript:alert(3)")
    board = buttons([("<b>按</b>", "x")])
    await message.answer(text, entities=[link], reply_markup=board)


async def forwarded(message: Message) -> None:
    name = getattr(message.forward_origin, "sender_user_name", None) or "对方"
    await message.answer(f"收到{name}的话，记入时间线。", reply_markup=buttons([("他拒绝退款", "reply:no")]))


async def album(message: Message) -> None:
    if message.caption:
        await message.answer(f"{message.caption}：已保存。")


async def evidence(message: Message) -> None:
    await message.reply("收到 1 份材料，原样保存。")


async def echo(message: Message) -> None:
    await message.answer(f"你说的是：{message.text}", reply_markup=CHOICES)


async def edited(message: Message) -> None:
    await message.answer(f"改成了：{message.text}")


async def tapped(query: CallbackQuery) -> None:
    await query.answer("记下了")
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"选好了：{query.data}", reply_markup=buttons([("改选", "type:again")]))


def scripted() -> Router:
    router = Router()
    router.message.register(start, CommandStart())
    for name, handler in (("letter", letter), ("slow", slow), ("file", file), ("hostile", hostile)):
        router.message.register(handler, Command(name))
    router.message.register(forwarded, F.forward_origin)
    router.message.register(album, F.media_group_id)
    router.message.register(evidence, F.photo | F.document)
    router.message.register(echo, F.text)
    router.edited_message.register(edited)
    router.callback_query.register(tapped)
    return router


class EchoDemo:
    """Server and bot on an event loop in a thread of their own, so that a synchronous test can drive a browser."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="echo demo", daemon=True)
        self.server = DemoServer(now=START)
        self._polling: Future[Any] | None = None

    def run(self, work: Callable[[], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            return await work()

        return asyncio.run_coroutine_threadsafe(inside(), self.loop).result(timeout=30)

    def open(self) -> str:
        self._thread.start()
        self.run(self._start)
        return self.server.base_url

    async def _start(self) -> None:
        await self.server.start()
        self.server.clock.next_due = lambda: START + timedelta(days=3)
        session = AiohttpSession(api=TelegramAPIServer.from_base(self.server.base_url))
        self.bot = Bot(self.server.token, session=session)
        self.dispatcher = Dispatcher()
        self.dispatcher.include_router(scripted())
        await self.set_up()
        polling = self.dispatcher.start_polling(self.bot, handle_signals=False, polling_timeout=2)
        self._polling = asyncio.run_coroutine_threadsafe(polling, self.loop)

    async def set_up(self) -> None:
        commands = {"start": "重新开始", "letter": "给商家的话", "file": "时间线", "slow": "想一想"}
        await self.bot.set_my_commands([BotCommand(command=k, description=v) for k, v in commands.items()])

    def close(self) -> None:
        self.run(self.dispatcher.stop_polling)
        assert self._polling is not None
        self._polling.result(timeout=10)
        self.run(self.server.stop)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=10)
        self.loop.close()
