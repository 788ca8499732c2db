"""`python -m bot erase CHAT_ID`: everything kept about one chat goes: rows, reminders, queued messages, files.

On SQLite the bot has to be stopped meanwhile. Backups made before still hold the chat; docs/operations.md says
what to do about them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.app import App, FetchesNothing, StartError, bootstrap, wire_vault
from bot.settings import SettingsError, load_settings


def main(argv: Sequence[str]) -> int:
    """Erase after the chat's number was typed twice, or with --yes."""
    wish = arguments(argv)
    if not wish.yes and not confirmed(wish.chat_id):
        print("没有删除 nothing was erased")
        return 1
    try:
        app = bootstrap(load_settings())
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        asyncio.run(erase(app, wish.chat_id))
    finally:
        app.store.close()
    print(f"已删除 erased: {wish.chat_id}")
    return 0


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot erase", description="删除一个聊天的全部数据")
    parser.add_argument("chat_id", type=int, help="Telegram 聊天编号 / the chat's id")
    parser.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    return parser.parse_args(argv)


def confirmed(chat_id: int) -> bool:
    """Whether the operator means it."""
    print(f"会删除聊天 {chat_id} 的个案、证据、提醒和未发消息，无法恢复。再输入一次编号确认:", flush=True)
    return sys.stdin.readline().strip() == str(chat_id)


async def erase(app: App, chat_id: int) -> None:
    """Rows first, then the files and the pages that held the words."""
    await asyncio.to_thread(app.service.erase, chat_id)
    await wire_vault(app, FetchesNothing()).finish_erasures()
