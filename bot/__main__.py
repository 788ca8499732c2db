"""`python -m bot COMMAND`: each command's module is loaded only when it is asked for, so small ones start fast."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

#: Name, what it does in Chinese and in English, in the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("在本机试用，不需要令牌", "the bot and a chat page on this machine, no token needed"),
    "run": ("连接 Telegram 运行", "the bot on Telegram"),
    "mailer": ("单独发送提醒", "send reminders from a process of its own"),
    "check": ("检查知识库和文案", "check knowledge and wording"),
    "simulate": ("用文字演练一段对话", "rehearse a conversation in text"),
    "classify": ("判断一句话属于哪种问题", "tell which problem a text describes"),
    "deadlines": ("计算期限", "work out deadlines"),
    "doctor": ("检查令牌、数据库、文件夹", "check token, database, folders"),
    "health": ("询问运行中的机器人是否正常", "ask the running bot how it is"),
    "backup": ("备份数据库和证据", "back up database and evidence"),
    "erase": ("删除一个聊天的全部数据", "erase everything about one chat"),
}


def usage() -> str:
    """The list of commands."""
    lines = [f"  {name:<10} {chinese} / {english}" for name, (chinese, english) in COMMANDS.items()]
    return "\n".join(
        ["用法 usage: python -m bot COMMAND [OPTIONS]", "", *lines, "", "python -m bot COMMAND --help"]
    )


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = argv
    if name not in COMMANDS:
        print(f"没有这个命令 no such command: {name}\n\n{usage()}", file=sys.stderr)
        return 2
    command = importlib.import_module(f"bot.commands.{name}")
    return int(command.main(rest) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
