"""Nudges: fired when due, never early, never twice, never for a stage that the case has left."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.post import ServerDownError, UncertainError
from bot.store.database import Store
from flows.events import NudgeDue
from tests.service.databases_for_two import two_desks
from tests.service.fakes import NOON, Desk, FakePost

SOON = NOON + timedelta(hours=1)


def planned(desk: Desk, *keys: str, final: bool = False, chat: int = 1, update: int = 1) -> None:
    desk.brain.orders["plan"] = desk.brain.plan(*keys, due=SOON, final=final)
    receipt = desk.write("plan", update, chat)
    asyncio.run(desk.send(receipt))
    desk.post.delivered.clear()


def test_a_nudge_is_sent_when_it_is_due_and_once(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    asyncio.run(desk.mailer().run())
    assert desk.post.delivered == []
    desk.clock.forward(hours=1, seconds=7)
    for _ in range(3):
        asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["nudge n1"]
    [due] = [event for event in desk.brain.seen if isinstance(event, NudgeDue)]
    assert due.late == pytest.approx(7)
    assert desk.states("nudges") == ["sent"]


def test_a_sent_nudge_is_not_sent_again_when_it_is_listed_again(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.clock.forward(hours=2)
    asyncio.run(desk.mailer().run())
    planned(desk, "n1", "n2", update=2)
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["nudge n2"]


def test_a_plan_without_a_pending_nudge_supersedes_it_and_with_it_revives_it(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1", "n2")
    planned(desk, "n2", update=2)
    assert desk.rows("SELECT key, state FROM nudges ORDER BY key") == [
        ("n1", "superseded"),
        ("n2", "pending"),
    ]
    planned(desk, "n1", update=3)
    assert desk.rows("SELECT key, state FROM nudges ORDER BY key") == [
        ("n1", "pending"),
        ("n2", "superseded"),
    ]


def test_a_fired_nudge_is_withdrawn_when_the_case_moves_on_before_it_leaves(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.clock.forward(hours=2)
    mailer = desk.mailer()

    async def race() -> None:
        letters = await mailer._letters()
        assert [letter.kind for letter in letters] == ["nudge"]
        planned_empty = desk.brain.plan(due=SOON)
        desk.brain.orders["refunded"] = planned_empty
        await desk.service.accept(desk.text("refunded", 9))
        assert [await mailer._send(letter) for letter in letters] == [False]

    asyncio.run(race())
    assert desk.post.delivered == []
    assert desk.states("nudges") == ["superseded"]


def test_a_nudge_that_says_nothing_any_more_ends(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.brain.wanted.clear()
    desk.clock.forward(hours=2)
    assert asyncio.run(desk.mailer().run()) == 0
    assert desk.states("nudges") == ["superseded"]


def test_a_nudge_whose_turn_fails_is_named_and_not_tried_for_ever(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.brain.wanted = None  # type: ignore[assignment]
    desk.clock.forward(hours=2)
    assert asyncio.run(desk.mailer().run()) == 0
    assert desk.states("nudges") == ["missed"]
    assert desk.post.delivered == []


def test_a_doubtful_nudge_with_a_later_one_to_come_is_held(store: Store) -> None:
    desk = Desk(store, post=FakePost())
    planned(desk, "n1")
    desk.post.script = [("lost answer", UncertainError())]
    desk.clock.forward(hours=2)
    asyncio.run(desk.mailer().run())
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["nudge n1"]
    assert desk.states("nudges") == ["unknown"]


def test_a_doubtful_final_nudge_is_sent_once_more_and_says_so(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1", final=True)
    desk.post.script = [UncertainError(), UncertainError()]
    desk.clock.forward(hours=2)
    for _ in range(3):
        asyncio.run(desk.mailer().run())
    assert (desk.post.calls - 1, desk.post.delivered) == (2, [])
    assert desk.states("nudges") == ["unknown"]
    planned(desk, "n2", final=True, update=2)
    desk.post.script = [("lost answer", UncertainError())]
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["nudge n2", "（再次提醒）nudge n2"]
    assert "sent" in desk.states("nudges")


def test_a_nudge_that_was_not_accepted_is_sent_later(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.post.script = [ServerDownError()]
    desk.clock.forward(hours=2)
    asyncio.run(desk.mailer().run())
    assert desk.post.delivered == []
    desk.clock.forward(seconds=2)
    asyncio.run(desk.mailer().run())
    assert desk.post.texts(1) == ["nudge n1"]


def test_replies_go_before_nudges(store: Store) -> None:
    desk = Desk(store)
    planned(desk, "n1")
    desk.clock.forward(hours=2)
    asyncio.run(desk.mailer()._letters())
    desk.write("late reply", 5, chat=2)
    desk.clock.forward(seconds=11)
    asyncio.run(desk.mailer().run())
    assert [chat for chat, _ in desk.post.delivered] == [2, 1]


@pytest.mark.postgres
def test_two_mailers_on_one_database_send_each_nudge_once() -> None:
    with two_desks() as (one, two):
        for chat in range(60):
            one.brain.orders["plan"] = one.brain.plan("n1", due=SOON, case_id=f"c{chat}")
            one.write("plan", chat, chat)
        one.rows("SELECT 1")
        two.brain.wanted = one.brain.wanted
        one.clock.forward(hours=2)
        two.post = one.post
        one.post.pause = 0.001

        async def both() -> int:
            runs = [desk.mailer().run() for desk in (one, two)]
            return sum(await asyncio.gather(*runs))

        sent = asyncio.run(both())
        nudges = [pair for pair in one.post.delivered if pair[1] == "nudge n1"]
        assert sorted(chat for chat, _ in nudges) == list(range(60))
        assert sent == 120
        assert len(set(one.post.delivered)) == 120
