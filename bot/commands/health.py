"""`python -m bot health`: ask the running bot how it is; exit code 0 when it is well. Needs HEALTH_LISTEN."""

from __future__ import annotations

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence

from bot.settings import SettingsError, load_settings


def main(argv: Sequence[str]) -> int:
    """Print what /health says."""
    argparse.ArgumentParser(prog="python -m bot health", description="询问运行中的机器人").parse_args(argv)
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if not settings.health_listen:
        print("没有设置 HEALTH_LISTEN / HEALTH_LISTEN is not set", file=sys.stderr)
        return 2
    return _ask(f"http://{settings.health_listen}/health")


def _ask(url: str) -> int:
    try:
        # Our own address out of the settings, always http.
        with urllib.request.urlopen(url, timeout=4) as answer:  # noqa: S310
            print(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode())
    except OSError as error:
        print(f"没有应答 no answer: {error}", file=sys.stderr)
    return 1
