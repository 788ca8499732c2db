"""The aiogram bot of this process: its server, and the pacer in front of every request that it makes."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.pace import Pacer


class Paced(BaseRequestMiddleware):
    """Each request waits for its place; asking for updates does not, so that a halt never makes the bot deaf."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        name = method.__api_method__
        if name != "getUpdates":
            chat: Any = getattr(method, "chat_id", None)
            await self._pacer.take(chat if isinstance(chat, int) else None, name)
        return await make_request(bot, method)


def connect(token: str, api_base: str, pacer: Pacer) -> Bot:
    """A bot that talks to the server at `api_base`. Raises aiogram's TokenValidationError for a malformed token."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_base))
    session.middleware.register(Paced(pacer))
    return Bot(token, session=session)
