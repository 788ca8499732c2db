"""The plain peer: a bare aiogram echo bot with nothing stored. `python -m tests.bench.echo`, BOT_API_BASE set."""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_BASE"]))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session), handle_signals=False)


if __name__ == "__main__":
    asyncio.run(main())
