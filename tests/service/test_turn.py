"""One turn: applied once, committed whole, and never lost when our own code fails."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.store import codec
from bot.store.database import Store
from flows.actions import PlanNudges
from flows.case import Conversation
from flows.events import ChatBlocked
from handlers.incoming import Incoming
from tests.service.fakes import NOON, Advanced, Desk, a_case, say, texts


def test_an_update_is_applied_once_however_often_it_comes(store: Store) -> None:
    desk = Desk(store)
    receipts = [desk.write("hello", update) for update in (7, 7, 8, 7, 8)]
    assert texts(receipts) == ["hello #1", "hello #2"]
    assert [receipt.taken for receipt in receipts] == [True, False, True, False, False]


def test_turns_of_a_chat_happen_in_the_order_of_their_arrival(store: Store) -> None:
    desk = Desk(store)

    async def arrive() -> list[str]:
        updates = [desk.text(f"t{number}", number, chat=number % 3) for number in range(60)]
        return texts(await asyncio.gather(*(desk.service.accept(update) for update in updates)))

    assert asyncio.run(arrive()) == [f"t{number} #{number // 3 + 1}" for number in range(60)]


def test_what_was_said_is_remembered_with_its_cases_in_their_order(store: Store) -> None:
    desk = Desk(store)
    cases = (a_case("zz"), a_case("aa", statements=()), a_case("mm", closed_at=NOON))
    desk.brain.orders["open"] = lambda before: Advanced(replace(before, cases=cases, current="aa"), ())
    desk.write("open", 1)
    found = asyncio.run(desk.service.look(1))
    assert found == Conversation(chat_id=1, cases=cases, current="aa")
    desk.brain.orders["drop"] = lambda before: Advanced(replace(before, cases=cases[1:]), ())
    desk.write("drop", 2)
    assert asyncio.run(desk.service.look(1)) == Conversation(chat_id=1, cases=cases[1:], current="aa")
    assert asyncio.run(desk.service.look(2)) is None


def test_only_what_changed_is_written(store: Store) -> None:
    desk = Desk(store)
    cases = (a_case("c1"), a_case("c2"))
    desk.brain.orders["open"] = lambda before: Advanced(replace(before, cases=cases), ())
    desk.brain.orders["touch"] = lambda before: Advanced(
        replace(before, cases=(before.cases[0], replace(before.cases[1], revision=9))), ()
    )
    desk.write("open", 1)
    desk.clock.forward(hours=1)
    desk.write("touch", 2)
    times = dict(desk.rows("SELECT id, updated_at FROM cases"))
    assert times["c2"] - times["c1"] == 3_600_000


def test_our_own_mistake_keeps_the_update_and_says_sorry_once(store: Store) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    receipts = [desk.write("break", 2), desk.write("break", 2), desk.write("hello", 3)]
    assert texts(receipts) == ["apology", "hello #2"]
    assert [receipt.failed for receipt in receipts] == [True, False, False]
    assert receipts[0].letters[0].call.params["chat_id"] == 1
    [(state, body)] = desk.rows("SELECT state, body FROM inbox WHERE update_id = 2")
    assert (state, json.loads(body)["text"]) == ("failed", "break")
    assert desk.rows("SELECT body FROM inbox WHERE update_id <> 2") == [(None,), (None,)]


def test_a_mistake_while_writing_leaves_nothing_half_done(store: Store) -> None:
    desk = Desk(store)
    odd = Advanced(
        Conversation(chat_id=1, held_text="kept?"), (say("kept?"), PlanNudges(case_id="c", nudges=(None,)))
    )  # type: ignore[arg-type]
    desk.brain.orders["odd"] = lambda before: odd
    assert texts([desk.write("odd", 1)]) == ["apology"]
    assert desk.rows("SELECT count(*) FROM conversations") == [(0,)]
    assert len(desk.states("outbox")) == 1


def test_text_that_cannot_be_stored_is_answered_and_kept(store: Store) -> None:
    desk = Desk(store)
    assert texts([desk.write("odd \ud800 half", 1), desk.write("nul \x00 byte", 2)])[0] == "apology"
    assert desk.rows("SELECT count(*) FROM inbox") == [(2,)]


def test_a_failing_database_is_the_callers_to_hear(store: Store) -> None:
    desk = Desk(store)

    def broken(before: Conversation) -> Advanced:
        raise OperationalError("statement", {}, Exception("disk full"))

    desk.brain.orders["hello"] = broken
    with pytest.raises(OperationalError):
        desk.write("hello", 1)
    assert desk.rows("SELECT count(*) FROM inbox") == [(0,)]


def test_a_file_is_a_row_even_when_its_turn_fails(store: Store) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    desk.brain._file = lambda conversation, event: 1 / 0  # type: ignore[assignment]
    receipt = desk.service.receive(desk.photo("f1", 2))
    assert receipt.failed and receipt.file_pending
    assert desk.rows("SELECT key, chat_id, state FROM files") == [("f1", 1, "pending")]


def test_a_blocked_chat_waits_and_goes_on_when_the_person_is_back(store: Store) -> None:
    desk = Desk(store)
    desk.brain.orders["plan"] = desk.brain.plan("n1", due=NOON)
    desk.write("plan", 1)
    desk.service.receive(Incoming(chat_id=1, update_id=2, event=ChatBlocked(blocked=True, at=NOON)))
    assert desk.states("nudges") == ["parked"]
    assert desk.states("outbox") == ["parked"]
    desk.service.receive(Incoming(chat_id=1, update_id=3, event=ChatBlocked(blocked=False, at=NOON)))
    assert desk.states("nudges") == ["pending"]
    assert desk.states("outbox") == ["queued"]


def test_a_body_of_a_newer_bot_is_refused_and_not_cut_down(store: Store) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    store.write(lambda c: c.execute(text("UPDATE conversations SET version = 99")))
    assert texts([desk.write("hello", 2)]) == ["apology"]
    assert desk.rows("SELECT version FROM conversations") == [(99,)]


def test_an_older_body_is_lifted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(store)
    desk.write("hello", 1)
    monkeypatch.setattr(codec, "BODY_VERSION", 2)
    monkeypatch.setitem(codec.UPGRADES, 1, lambda kind, body: {**body, "held_text": f"lifted {kind}"})
    found = asyncio.run(desk.service.look(1))
    assert found is not None and found.held_text == "lifted conversation"
