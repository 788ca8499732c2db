"""`python -m bot run`: the bot on Telegram, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot import log
from bot.app import StartError, bootstrap
from bot.settings import Settings, SettingsError, load_settings

MISSING = (
    "没有 BOT_TOKEN。向 @BotFather 申请一个，写进 .env；只想试用的话: make demo\n"
    "BOT_TOKEN is missing. Ask @BotFather for one and put it into .env; to just try it: make demo"
)


def main(argv: Sequence[str]) -> int:
    """Run until told to stop. 0: stopped in order; 1: could not start or go on; the reason is on stderr."""
    argparse.ArgumentParser(prog="python -m bot run", description="连接 Telegram 运行").parse_args(argv)
    try:
        settings = load_settings()
        if not settings.bot_token.get_secret_value():
            raise SettingsError(MISSING)
        log.set_up(settings.log_level)
        return asyncio.run(_run(settings))
    except (SettingsError, StartError) as error:
        print(error, file=sys.stderr)
        return 1


async def _run(settings: Settings) -> int:
    from aiogram.exceptions import AiogramError

    from bot.running import run_bot, stop_on_signal
    from handlers.polling import PollingError

    app = bootstrap(settings)
    try:
        await run_bot(app, stop_on_signal())
    except PollingError as error:
        print(error, file=sys.stderr)
        return 1
    except AiogramError as error:
        print(f"webhook 登记失败 setWebhook failed: {type(error).__name__}", file=sys.stderr)
        return 1
    finally:
        app.store.close()
    return 0
