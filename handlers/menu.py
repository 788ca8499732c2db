"""The command menu and what Telegram shows about the bot before it is started, in Chinese and English.

Promise: registering may fail (no network, too many requests) without keeping the bot from working.
Source: Bot API, setMyCommands, setMyDescription, setMyShortDescription.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

log = logging.getLogger(__name__)

#: Command, its description in Chinese and in English, in the order shown.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("start", "开始，或回到刚才的步骤", "Start, or go back to where you were"),
    ("new", "新建个案", "Open a new case"),
    ("cases", "我的个案", "My cases"),
    ("case", "当前个案", "The current case"),
    ("evidence", "证据目录", "Evidence collected"),
    ("draft", "当前要提交的文字", "The text to hand in now"),
    ("deadlines", "期限和提醒", "Deadlines and reminders"),
    ("export", "导出材料", "Export your material"),
    ("check", "购买前核对", "Check a site before buying"),
    ("settings", "设置", "Settings"),
    ("privacy", "保存了哪些数据", "What is kept about you"),
    ("delete", "删除我的数据", "Delete my data"),
    ("help", "帮助", "Help"),
    ("cancel", "取消当前问题", "Drop the open question"),
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """What is shown in the empty chat (`long`, at most 512 characters) and in the profile (`short`, at most 120)."""

    long: str
    short: str


CHINESE = Introduction(
    long=(
        "在卡盟买点卡、卡密、会员、话费、账号，没到账或不能用？说一下经过，机器人帮你整理证据、写好每一步要提交的文字、到期提醒。\n"
        "不是律师，不代你提交，不承诺结果。不要发送密码、验证码、完整卡号。"
    ),
    short="卡盟买卡没到账、不能用：整理证据、写材料、记期限。不是律师，不代提交。",
)
ENGLISH = Introduction(
    long=(
        "Paid for card codes, top-ups or accounts on a Chinese 卡盟 site and got nothing that works? Tell what happened: "
        "the bot collects evidence, writes the text for each step and reminds you of deadlines.\n"
        "It is no lawyer, files nothing for you and promises no outcome. Never send passwords or codes."
    ),
    short="Evidence, letters and deadlines for refunds from Chinese card-code sites. No lawyer, files nothing for you.",
)

#: Telegram's language code; None is for everybody without a menu of their own.
LANGUAGES: tuple[tuple[str | None, Introduction], ...] = ((None, CHINESE), ("zh", CHINESE), ("en", ENGLISH))

Registration = SetMyCommands | SetMyDescription | SetMyShortDescription


def registrations() -> tuple[Registration, ...]:
    """Everything that is to be registered, as requests."""
    return tuple(request for code, words in LANGUAGES for request in _in_language(code, words))


def _in_language(code: str | None, words: Introduction) -> tuple[Registration, ...]:
    commands = [
        BotCommand(command=name, description=chinese if words is CHINESE else english)
        for name, chinese, english in COMMANDS
    ]
    scope = BotCommandScopeAllPrivateChats()
    return (
        SetMyCommands(commands=commands, scope=scope, language_code=code),
        SetMyDescription(description=words.long, language_code=code),
        SetMyShortDescription(short_description=words.short, language_code=code),
    )


async def register_menu(bot: Bot) -> None:
    """Register the menu; a failure is logged and the next start tries again."""
    for request in registrations():
        try:
            await bot(request)
        except AiogramError as error:
            log.warning("%s failed: %s", request.__api_method__, type(error).__name__)
            return
