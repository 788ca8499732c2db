"""Updates go through aiogram to `accept`; groups get one line a day and never anything about a case."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot

from flows.events import TextReceived, UnsupportedReceived
from flows.moment import SHANGHAI
from handlers.calls import Call
from handlers.groups import GroupGreeter
from handlers.incoming import Incoming
from handlers.routers import receiver, router
from tests.edge.telegram import TOKEN
from tests.edge.updates import GROUP, command, edited, member, message, photo, tap, update

NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
LINK = "https://t.me/refund_bot?start=group"


class Edge:
    """The router with hand-written ends: what was accepted, what was sent to groups."""

    def __init__(self, fails: bool = False) -> None:
        self.accepted: list[Incoming] = []
        self.sent: list[Call] = []
        self.now = NOON
        self._fails = fails
        greeter = GroupGreeter(self._send, lambda language, link: f"{language}: {link}", self._username)
        self._bot = Bot(TOKEN)
        self.receive = receiver(self._bot, router(self._accept, greeter, lambda: self.now, lambda: "key"))

    async def _accept(self, incoming: Incoming) -> None:
        if self._fails:
            raise OSError("the disk is full")
        self.accepted.append(incoming)

    async def _username(self) -> str:
        return "refund_bot"

    async def _send(self, call: Call) -> None:
        self.sent.append(call)

    def feed(self, *updates: dict[str, Any]) -> None:
        async def go() -> None:
            for raw in updates:
                await self.receive(raw)

        asyncio.run(go())


def test_every_kind_of_update_arrives() -> None:
    edge = Edge()
    updates = [
        message(text="x"),
        edited(text="y"),
        tap("v1|-|0|a"),
        member("kicked"),
        message(photo=[photo(1, 1)]),
    ]
    edge.feed(*updates)
    assert [incoming.update_id for incoming in edge.accepted] == [raw["update_id"] for raw in updates]
    assert edge.accepted[2].event.at == NOON  # type: ignore[union-attr]
    assert edge.accepted[4].file is not None
    assert edge.sent == []


def test_what_accept_raises_reaches_the_caller() -> None:
    with pytest.raises(OSError, match="disk is full"):
        Edge(fails=True).feed(message(text="x"))


def test_an_update_that_cannot_be_read_is_named_without_its_content(caplog: pytest.LogCaptureFixture) -> None:
    edge = Edge()
    broken = message(text="我的订单号是 20261111")
    broken["message"]["chat"] = {"type": "private"}
    with caplog.at_level(logging.DEBUG):
        edge.feed(broken, message(text="next"))
    assert len(edge.accepted) == 1
    assert f"update {broken['update_id']} cannot be read: message.chat.id" in caplog.text
    assert "20261111" not in caplog.text


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ({"sticker": {"emoji": "👍"}}, UnsupportedReceived),
        ({"poll": {"question": "来自将来的投票"}}, UnsupportedReceived),
        ({"text": "没到账", "reply_to_message": {"poll": {}}}, TextReceived),
        ({"text": "删除我的数据", "forward_origin": {"type": "来自将来"}}, UnsupportedReceived),
    ],
)
def test_what_can_be_read_of_a_message_is_answered(content: dict[str, Any], event: type[object]) -> None:
    edge = Edge()
    edge.feed(message(**content))
    (incoming,) = edge.accepted
    assert isinstance(incoming.event, event)


def test_kinds_that_were_not_asked_for_are_left_alone() -> None:
    edge = Edge()
    edge.feed(update("something_new", {"text": "x"}), update("poll", {}))
    assert edge.accepted == edge.sent == []


def test_a_group_is_answered_once_a_day_with_a_link_and_nothing_else() -> None:
    edge = Edge()
    secret = "订单 20261111 付了 68 元"
    other = {**GROUP, "id": -100501}
    edge.feed(
        message(text=secret, chat=GROUP),
        command("/case", chat=GROUP),
        edited(text=secret, chat=GROUP),
        message(photo=[photo(1, 1)], caption=secret, chat=GROUP),
        message(text=secret, chat=other),
    )
    assert [call.params["chat_id"] for call in edge.sent] == [GROUP["id"], other["id"]]
    assert {call.params["text"] for call in edge.sent} == {f"zh-hans: {LINK}"}
    assert edge.accepted == []
    edge.now += timedelta(days=1)
    edge.feed(message(text=secret, chat=GROUP))
    assert len(edge.sent) == 3


@pytest.mark.parametrize(
    "raw",
    [
        message(text="x", chat=GROUP, **{"from": {"id": 8, "is_bot": True, "first_name": "b"}}),
        message(text="x", chat=GROUP, **{"from": None}, sender_chat=GROUP),
        member("member", GROUP),
        tap("v1|abcd2345|1|x", message={"message_id": 1, "date": 1, "chat": GROUP, "text": "x"}),
    ],
)
def test_bots_and_anonymous_senders_in_groups_get_silence(raw: dict[str, Any]) -> None:
    edge = Edge()
    edge.feed(raw)
    assert edge.accepted == edge.sent == []
