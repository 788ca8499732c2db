"""Chromium, the scripted bot, and a page of one size. Needs /usr/bin/chromium (or CHROMIUM=path)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.echo import EchoDemo

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = {"desktop": DESKTOP, "phone": PHONE}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with the module: while it is open its event loop runs in this thread, where no other test could run one."""
    if not CHROMIUM.exists():
        words = f"no Chromium at {CHROMIUM}: apt-get install chromium, or set CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def demo() -> Iterator[EchoDemo]:
    echo = EchoDemo()
    echo.open()
    try:
        yield echo
    finally:
        echo.close()


@pytest.fixture(params=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, demo: EchoDemo, size: str) -> Iterator[Page]:
    """The chat page at one size; the test fails when the page reports any error or asks for anything elsewhere."""
    with watched(browser, SIZES[size], demo.server.base_url) as opened:
        yield opened


@contextmanager
def watched(browser: Browser, size: dict[str, Any], address: str) -> Iterator[Page]:
    """A page at an address; fails afterwards when it has reported any error or asked for anything elsewhere."""
    context = browser.new_context(**size, permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(10_000)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console", lambda entry: wrong.append(entry.text) if entry.type in ("error", "warning") else None
    )
    opened.on("request", lambda request: _must_be_local(request.url, address, wrong))
    opened.on("dialog", lambda dialog: (wrong.append("dialog: " + dialog.message), dialog.dismiss()))
    opened.goto(address)
    yield opened
    context.close()
    assert wrong == []


def _must_be_local(url: str, base: str, wrong: list[str]) -> None:
    if not url.startswith((base, "blob:" + base, "data:")):
        wrong.append("request elsewhere: " + url)
