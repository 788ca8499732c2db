"""Messages: in order, never lost in silence, never twice by our doing, and doubtful ones have a name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.post import (
    BlockedError,
    NeverLeftError,
    RefusedError,
    ServerDownError,
    TooFastError,
    UncertainError,
)
from bot.store.database import Store
from tests.service.fakes import Desk, FakePost


def send(desk: Desk, *words: str, chat: int = 1, first: int = 1) -> None:
    async def go() -> None:
        receipts = [
            await desk.service.accept(desk.text(word, first + n, chat)) for n, word in enumerate(words)
        ]
        await desk.send(*receipts)

    asyncio.run(go())


def test_replies_leave_in_order_one_at_a_time_within_a_chat(store: Store) -> None:
    desk = Desk(store, post=FakePost(pause=0.001))

    async def go() -> None:
        for number in range(60):
            receipt = await desk.service.accept(desk.text(f"t{number}", number, chat=number % 6))
            desk.sender.offer(receipt.letters)
        await desk.sender.idle()

    asyncio.run(go())
    for chat in range(6):
        assert desk.post.texts(chat) == [f"t{n} #{n // 6 + 1}" for n in range(chat, 60, 6)]
    assert desk.post.most_per_chat == 1
    assert set(desk.states("outbox")) == {"sent"}


def test_words_are_wiped_once_they_are_delivered(store: Store) -> None:
    desk = Desk(store)
    send(desk, "hello")
    assert desk.rows("SELECT params, upload, message_id FROM outbox") == [("{}", None, 1)]


@pytest.mark.parametrize("error", [NeverLeftError(), ServerDownError()], ids=["refused", "5xx"])
def test_what_was_not_accepted_is_sent_again_before_what_follows(store: Store, error: Exception) -> None:
    desk = Desk(store, post=FakePost(script=[error]))
    send(desk, "a", "b")
    assert desk.post.texts(1) == ["a #1", "b #2"]
    assert desk.rows("SELECT attempts FROM outbox ORDER BY id") == [(2,), (1,)]


def test_a_doubtful_reply_is_held_and_named_and_the_next_one_goes(store: Store) -> None:
    desk = Desk(store, post=FakePost(script=[UncertainError(), ("lost answer", UncertainError())]))
    send(desk, "a", "b", "c")
    assert desk.post.texts(1) == ["b #2", "c #3"]
    assert desk.rows("SELECT state FROM outbox ORDER BY id") == [("unknown",), ("unknown",), ("sent",)]


def test_a_429_halts_everything_and_counts_no_attempt(store: Store) -> None:
    desk = Desk(store, post=FakePost(script=[TooFastError(0.3)]))
    times: list[float] = []
    plain = desk.post.post

    async def timed(call: Any, chat_id: int) -> Any:
        times.append(asyncio.get_running_loop().time())
        return await plain(call, chat_id)

    desk.post.post = timed  # type: ignore[method-assign]
    send(desk, "a", "b")
    assert desk.post.texts(1) == ["a #1", "b #2"]
    assert times[1] - times[0] >= 0.3
    assert desk.rows("SELECT attempts FROM outbox") == [(1,), (1,)]


def test_a_blocked_chat_is_called_once_and_everything_waits(store: Store) -> None:
    desk = Desk(store, post=FakePost(script=[BlockedError("403")]))
    desk.brain.orders["plan"] = desk.brain.plan("n1", due=desk.clock.now())
    send(desk, "plan", "b", "c")
    assert (desk.post.calls, desk.post.delivered) == (1, [])
    assert desk.states("outbox") == ["parked"] * 3
    assert desk.states("nudges") == ["parked"]
    assert asyncio.run(desk.mailer().run()) == 0
    desk.clock.forward(hours=1)
    send(desk, "d", first=9)
    desk.clock.forward(seconds=11)
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["planned", "b #1", "c #2", "d #3", "nudge n1"]


def test_replies_that_have_waited_more_than_a_day_are_not_sent_to_somebody_who_returns(store: Store) -> None:
    desk = Desk(store, post=FakePost(script=[BlockedError("403")]))
    send(desk, "old", "older")
    desk.clock.forward(days=2)
    send(desk, "new", first=9)
    assert desk.post.texts(1) == ["new #3"]
    assert desk.states("outbox") == ["sent", "superseded", "superseded"]


def test_refused_markup_is_sent_once_as_plain_text_and_then_given_up(store: Store) -> None:
    refused = RefusedError("Bad Request: can't parse entities")
    desk = Desk(store, post=FakePost(script=[refused]))
    send(desk, "a")
    assert desk.states("outbox") == ["sent"]
    desk.post.script = [refused, refused]
    send(desk, "b", first=5)
    assert desk.states("outbox") == ["dead", "sent"]


def test_letters_of_a_crashed_process_go_late_and_in_order(store: Store) -> None:
    crashed = Desk(store)
    for update, words in enumerate(("a", "b", "c")):
        crashed.write(words, update)
    desk = Desk(store, clock=crashed.clock)
    assert asyncio.run(desk.mailer().run()) == 0  # may still be the sender's
    desk.clock.forward(seconds=11)
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["a #1", "b #2", "c #3"]


def test_a_new_reply_does_not_overtake_one_that_waits_for_the_mailer(store: Store) -> None:
    crashed = Desk(store)
    crashed.write("a", 1)
    desk = Desk(store, clock=crashed.clock)
    send(desk, "b", first=2)
    assert desk.post.delivered == []
    desk.clock.forward(seconds=11)
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["a #1", "b #2"]


def test_what_was_in_flight_when_a_process_ended_is_named_and_held(store: Store) -> None:
    crashed = Desk(store, post=FakePost(pause=60))

    async def die() -> None:
        await crashed.presence.beat()
        crashed.sender.offer((await crashed.service.accept(crashed.text("a", 1))).letters)
        await crashed.post.called.wait()
        await crashed.sender.stop(within=0)

    asyncio.run(die())
    crashed.write("b", 2)
    assert crashed.states("outbox") == ["queued", "sending"]
    desk = Desk(store, clock=crashed.clock)
    desk.clock.forward(seconds=61)
    asyncio.run(desk.mailer().run())
    assert desk.rows("SELECT state, error FROM outbox ORDER BY id")[0] == (
        "unknown",
        "may have been delivered",
    )
    assert desk.post.texts(1) == ["b #2"]


def test_a_stopped_sender_leaves_no_letter_in_doubt(store: Store) -> None:
    desk = Desk(store, post=FakePost(pause=0.05))

    async def go() -> None:
        for number in range(20):
            receipt = await desk.service.accept(desk.text("t", number, chat=number % 2))
            desk.sender.offer(receipt.letters)
        await asyncio.sleep(0.02)
        await desk.sender.stop()

    asyncio.run(go())
    states = desk.states("outbox")
    assert 0 < states.count("sent") == len(desk.post.delivered) < 20
    assert states.count("queued") == 20 - len(desk.post.delivered)


def test_our_own_mistake_while_sending_does_not_stop_the_chat(store: Store) -> None:
    desk = Desk(store)
    plain = desk.post.post

    async def broken(call: Any, chat_id: int) -> Any:
        if call.params["text"] == "a #1":
            raise KeyError("photo")
        return await plain(call, chat_id)

    desk.post.post = broken  # type: ignore[method-assign]
    send(desk, "a", "b")
    assert desk.post.texts(1) == ["b #2"]
    assert desk.states("outbox") == ["sent", "unknown"]
