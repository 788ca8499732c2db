"""Telling Telegram where the webhook is (Bot API: setWebhook)."""

from __future__ import annotations

from aiogram import Bot
from aiogram.methods import SetWebhook

from handlers.routers import ALLOWED_UPDATES


async def register_webhook(bot: Bot, url: str, secret: str) -> None:
    """Register with the secret and the list of allowed updates; what waits at Telegram's is kept.

    Raises aiogram's TelegramAPIError: a process that Telegram cannot reach must not look as if it worked.
    """
    await bot(
        SetWebhook(
            url=url,
            secret_token=secret,
            allowed_updates=list(ALLOWED_UPDATES),
            drop_pending_updates=False,
            max_connections=40,
        )
    )
