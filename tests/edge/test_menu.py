"""The menu is registered in Chinese and English for private chats, within the Bot API's limits."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription

from handlers.menu import COMMANDS, register_menu, registrations
from tests.edge.telegram import failure, telegram

NAMES = [
    "start", "new", "cases", "case", "evidence", "draft", "deadlines", "export", "check", "settings", "privacy",
    "delete", "help", "cancel",
]  # fmt: skip


async def _register() -> list[tuple[str, dict[str, object]]]:
    async with telegram() as (script, bot):
        await register_menu(bot)
        return script.asked


def test_the_menu_is_registered_in_each_language() -> None:
    asked = [params for method, params in asyncio.run(_register()) if method == "setMyCommands"]
    assert [params.get("language_code") for params in asked] == [None, "zh", "en"]
    assert all(params["scope"] == {"type": "all_private_chats"} for params in asked)
    for params in asked:
        commands = params["commands"]
        assert isinstance(commands, list)
        assert [command["command"] for command in commands] == NAMES


def test_limits_of_the_bot_api() -> None:
    for request in registrations():
        match request:
            case SetMyCommands(commands=commands):
                assert all(1 <= len(command.description) <= 256 for command in commands)
            case SetMyDescription(description=text):
                assert 0 < len(text or "") <= 512
            case SetMyShortDescription(short_description=text):
                assert 0 < len(text or "") <= 120


def test_chinese_and_english_differ() -> None:
    assert all(chinese != english and english.isascii() for _, chinese, english in COMMANDS)


async def _fail() -> None:
    async with telegram() as (script, bot):
        script.answers["setMyCommands"].append(failure(429, "Too Many Requests", retry_after=9))
        await register_menu(bot)


def test_a_failure_is_logged_and_not_fatal(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        asyncio.run(_fail())
    assert "setMyCommands failed: TelegramRetryAfter" in caplog.text
