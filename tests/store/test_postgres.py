"""What only PostgreSQL can do to us: connections that break, several processes that are alive at once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from flows.case import Conversation
from tests.service.databases_for_two import two_desks
from tests.service.fakes import Advanced, Desk, FakePost, say, texts

pytestmark = pytest.mark.postgres


def cut_the_turn(other: Desk) -> None:
    """End the connection that holds the lock of chat 1."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND classid = 0"
    assert other.rows(query) == [(True,)]


def test_a_broken_connection_costs_one_turn_that_is_taken_again() -> None:
    with two_desks() as (desk, other):
        desk.write("hello", 1)

        def cut(before: Conversation) -> Advanced:
            cut_the_turn(other)
            return Advanced(before, (say("never"),))

        desk.brain.orders["cut"] = cut
        with pytest.raises(OperationalError):
            desk.write("cut", 2)
        desk.brain.orders.clear()
        assert texts([desk.write("cut", 2)]) == ["cut #2"]
        assert desk.rows("SELECT update_id, state FROM inbox ORDER BY 1") == [(1, "done"), (2, "done")]


def test_letters_of_a_living_process_are_not_touched() -> None:
    with two_desks() as (alive, other):
        alive.post = FakePost(pause=30)

        async def go() -> tuple[list[int], list[int]]:
            await alive.presence.beat()
            alive.sender._post = alive.post
            alive.sender.offer((await alive.service.accept(alive.text("a", 1))).letters)
            await alive.post.called.wait()
            while_alive = await other.mailer().recover()
            other.clock.forward(seconds=46)
            afterwards = await other.mailer().recover()
            await alive.sender.stop(within=0)
            return while_alive, afterwards

        assert asyncio.run(go()) == ([], [1])
        assert other.states("outbox") == ["unknown"]
