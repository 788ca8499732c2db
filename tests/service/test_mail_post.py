"""python-telegram-bot behind our door: paced by us, one request a call, every failure told apart."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.mailer import PtbPost, make_bot
from bot.pace import Pacer
from bot.post import (
    BlockedError,
    NeverLeftError,
    PostError,
    RefusedError,
    Sent,
    ServerDownError,
    TooFastError,
    UncertainError,
)
from handlers.calls import Call, Upload

TOKEN = "1234567890:TESTTESTTESTTESTTESTTESTTESTTESTTES"
HELLO = Call(
    method="sendMessage", params={"chat_id": 5, "text": "你好", "reply_markup": {"inline_keyboard": []}}
)
OK = (200, json.dumps({"ok": True, "result": {"message_id": 77, "date": 0}}))


class Server:
    """A Bot API of one answer: (status, body), or None to cut the connection once the request was read."""

    def __init__(self, answer: tuple[int, str] | None) -> None:
        self.answer = answer
        self.requests: list[tuple[str, bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                self.requests.append((head.split(b" ")[1].decode(), await reader.readexactly(length)))
                if self.answer is None:
                    break
                status, body = self.answer
                raw = body.encode()
                writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(raw)) + raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()


async def stored_file(key: str) -> bytes:
    return f"bytes of {key}".encode()


class CountingPacer(Pacer):
    """A pacer that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.asked: list[tuple[Any, str, bool]] = []

    async def take(self, chat_id: int | None, method: str = "sendMessage", *, nudge: bool = False) -> None:
        self.asked.append((chat_id, method, nudge))


def against(
    answer: tuple[int, str] | None, work: Callable[[PtbPost], Awaitable[Any]], pacer: Pacer | None = None
) -> tuple[Any, Server]:
    async def go() -> tuple[Any, Server]:
        api = Server(answer)
        server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        post = PtbPost(make_bot(TOKEN, f"http://127.0.0.1:{port}", pacer or Pacer(0, 0)), stored_file)
        try:
            return await work(post), api
        finally:
            await post.close()
            server.close()
            await server.wait_closed()

    return asyncio.run(go())


def test_a_call_becomes_one_request_with_its_parameters() -> None:
    pacer = CountingPacer()
    sent, api = against(OK, lambda post: post.post(HELLO, 5), pacer)
    assert sent == Sent(77)
    [(path, body)] = api.requests
    assert path == f"/bot{TOKEN}/sendMessage"
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert fields == {"chat_id": "5", "text": "你好", "reply_markup": '{"inline_keyboard": []}'}
    assert pacer.asked == [(5, "sendMessage", True)]


@pytest.mark.parametrize(
    ("upload", "content"),
    [
        (Upload(field="document", name="期限.ics", mime="text/calendar", content="BEGIN:期"), "BEGIN:期"),
        (Upload(field="document", name="a.pdf", mime="application/pdf", file_key="k1"), "bytes of k1"),
    ],
)
def test_files_are_uploaded_from_text_or_from_the_vault(upload: Upload, content: str) -> None:
    call = Call(method="sendDocument", params={"chat_id": 5, "caption": "c"}, upload=upload)
    _, api = against(OK, lambda post: post.post(call, 5))
    assert content.encode() in api.requests[0][1]
    assert b'name="document"' in api.requests[0][1]


def refusal(code: int, description: str, **parameters: Any) -> tuple[int, str]:
    body = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps(body | ({"parameters": parameters} if parameters else {}))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), TooFastError),
        (refusal(403, "Forbidden: bot was blocked by the user"), BlockedError),
        (refusal(400, "Bad Request: chat not found"), BlockedError),
        (refusal(400, "Bad Request: can't parse entities"), RefusedError),
        (refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100), RefusedError),
        (refusal(413, "Request Entity Too Large"), RefusedError),
        (refusal(500, "Internal Server Error"), ServerDownError),
        (refusal(502, "Bad Gateway"), ServerDownError),
        (refusal(401, "Unauthorized"), ServerDownError),
        ((502, "<html>a proxy speaks</html>"), UncertainError),
        ((200, "not json"), UncertainError),
        (None, UncertainError),
    ],
)
def test_every_failure_has_its_name(answer: tuple[int, str] | None, error: type[PostError]) -> None:
    async def fail(post: PtbPost) -> PostError:
        with pytest.raises(PostError) as caught:
            await post.post(HELLO, 5)
        return caught.value

    found, api = against(answer, fail)
    assert type(found) is error
    assert TOKEN not in str(found)
    assert len(api.requests) == 1
    if isinstance(found, TooFastError):
        assert found.seconds == 7


def test_a_connection_that_is_refused_never_left() -> None:
    async def go() -> None:
        post = PtbPost(make_bot(TOKEN, "http://127.0.0.1:9", Pacer(0, 0)), stored_file)
        with pytest.raises(NeverLeftError):
            await post.post(HELLO, 5)
        await post.close()

    asyncio.run(go())


def test_the_mailer_starts_without_aiogram() -> None:
    code = "import bot.mailer, bot.ticker, bot.files, sys; sys.exit('aiogram' in sys.modules or 'jieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
