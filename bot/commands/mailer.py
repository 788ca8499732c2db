"""`python -m bot mailer`: reminders from a process of its own, beside bots that run with MAILER=alone."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot import log
from bot.app import StartError, bootstrap
from bot.commands.run import MISSING
from bot.settings import Settings, SettingsError, load_settings


def main(argv: Sequence[str]) -> int:
    """Run until told to stop; exit codes as of `run`."""
    argparse.ArgumentParser(prog="python -m bot mailer", description="单独发送提醒").parse_args(argv)
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
    from bot.running import run_mailer, stop_on_signal

    app = bootstrap(settings)
    try:
        await run_mailer(app, stop_on_signal())
    finally:
        app.store.close()
    return 0
