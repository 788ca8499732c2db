"""The webhook lets in only who knows the secret, and answers 200 only when the update was accepted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.webhook import HEADER, LARGEST_BODY, webhook_app
from tests.edge.updates import message

SECRET = "right-secret_1"
URL = "https://bot.example/hook/in"


class Ends:
    def __init__(self, fails: bool = False) -> None:
        self.received: list[Mapping[str, Any]] = []
        self._fails = fails

    async def receive(self, raw: Mapping[str, Any]) -> None:
        if self._fails:
            raise OSError("the disk is full")
        self.received.append(raw)


def ask(
    ends: Ends, body: bytes, headers: dict[str, str], path: str = "/hook/in", method: str = "POST"
) -> int:
    async def go() -> int:
        server = TestServer(webhook_app(URL, SECRET, ends.receive), host="127.0.0.1")
        async with TestClient(server) as client:
            answer = await client.request(method, path, data=BytesIO(body), headers=headers)
            return answer.status

    return asyncio.run(go())


GOOD = {HEADER: SECRET}


def test_an_update_is_answered_after_it_was_accepted() -> None:
    ends, update = Ends(), message(text="你好")
    assert ask(ends, json.dumps(update).encode(), GOOD) == 200
    assert ends.received == [update]


def test_what_was_not_accepted_comes_again() -> None:
    assert ask(Ends(fails=True), json.dumps(message(text="x")).encode(), GOOD) == 503


@pytest.mark.parametrize(
    "secret", [None, "", SECRET[:-1], SECRET + "1", SECRET.upper(), "wrong", "密钥", "x" * 5000]
)
def test_nobody_without_the_secret_gets_in(secret: str | None) -> None:
    ends = Ends()
    headers = {} if secret is None else {HEADER: secret}
    assert ask(ends, json.dumps(message(text="x")).encode(), headers) == 401
    assert ends.received == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"update_id": "1"}',
        b"\xff",
        b"[" * 100_000,
        b'{"update_id": null}',
    ],
)
def test_what_is_no_update_is_refused(body: bytes) -> None:
    ends = Ends()
    assert ask(ends, body, GOOD) == 400
    assert ends.received == []


def test_a_body_that_is_too_large_is_refused() -> None:
    assert ask(Ends(), b" " * (LARGEST_BODY + 1), GOOD) == 413


def test_only_posts_on_the_path_of_the_address() -> None:
    body = json.dumps(message(text="x")).encode()
    assert ask(Ends(), body, GOOD, path="/") == 404
    assert ask(Ends(), body, GOOD, method="PUT") == 405


def test_a_webhook_needs_a_secret() -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook_app(URL, "", Ends().receive)
