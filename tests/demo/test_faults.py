"""Faults happen exactly as scripted, on the right side of acceptance, and chance repeats under one seed."""

from __future__ import annotations

import aiohttp
import pytest

from bot.demo.faults import Fault, Faults, fault_from_json
from tests.demo.world import World, asynchronous, running


async def _send(world: World, text: str) -> str:
    try:
        answer = await world.api("sendMessage", chat_id=1001, text=text)
    except aiohttp.ClientError:
        return "cut"
    return "ok" if answer["ok"] else str(answer["error_code"])


def _texts(world: World) -> list[str]:
    return [record["text"] for record in world.server.delivered]


@asynchronous
async def test_flood_control_names_the_wait_and_accepts_nothing() -> None:
    async with running() as world:
        await world.demo("faults", script=[{"kind": "429", "method": "sendMessage", "retry_after": 7}])
        answer = await world.api("sendMessage", chat_id=1001, text="a")
        assert answer == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
        assert _texts(world) == []
        assert await _send(world, "b") == "ok"
        assert (await world.look("faults"))["counters"] == {"429": 1, "429:sendmessage": 1}


@asynchronous
async def test_a_cut_before_acceptance_leaves_nothing_a_cut_after_leaves_the_message() -> None:
    async with running() as world:
        world.server.faults.add(
            Fault(kind="drop_before"), Fault(kind="drop_after"), Fault(kind="hang_after", seconds=0.05)
        )
        world.server.faults.add(
            Fault(kind="hang", seconds=0.05), Fault(kind="5xx", code=502), Fault(kind="delay", seconds=0.05)
        )
        outcomes = [await _send(world, text) for text in "abcdef"]
        assert outcomes == ["cut", "cut", "cut", "cut", "502", "ok"]
        assert _texts(world) == ["b", "c", "f"]


@asynchronous
async def test_a_fault_can_be_aimed_at_a_chat_a_method_and_a_later_call() -> None:
    async with running() as world:
        world.server.account.add_person("小李")
        world.server.people.say(1002, "/start")
        world.server.faults.add(
            Fault(kind="403", chat=1002), Fault(kind="5xx", method="sendMessage", skip=2, times=2)
        )
        answers = [await _send(world, text) for text in "abcde"]
        assert answers == ["ok", "ok", "500", "500", "ok"]
        assert (await world.refusal("sendMessage", chat_id=1002, text="x"))[0] == 403


@asynchronous
async def test_confirmed_updates_can_come_again() -> None:
    async with running() as world:
        world.server.people.say(1001, "einmal")
        first = await world.updates()
        following = first[-1]["update_id"] + 1
        assert await world.updates(offset=following) == []
        world.server.faults.add(Fault(kind="repeat_update"))
        assert await world.updates(offset=following) == first
        assert await world.updates(offset=following) == []


@asynchronous
async def test_chance_repeats_with_its_seed_and_spares_the_poll() -> None:
    async with running() as world:
        runs = []
        for seed in (1, 1, 2):
            await world.demo(
                "faults", clear=True, seed=seed, chances={"5xx": 0.3, "429": {"p": 0.2, "retry_after": 3}}
            )
            runs.append([await _send(world, "x") for _ in range(40)])
            assert (await world.api("getUpdates"))["ok"]
        assert runs[0] == runs[1] != runs[2]
        assert {"ok", "500", "429"} == set(runs[0])


@pytest.mark.parametrize("entry", [{"kind": "lightning"}, {"kind": "429", "colour": 1}, {}])
def test_an_unknown_fault_is_named(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="unknown"):
        fault_from_json(entry)


def test_clearing_ends_every_fault() -> None:
    faults = Faults()
    faults.add(Fault(kind="5xx", times=9))
    faults.chances({"429": 1.0})
    faults.clear()
    assert faults.pick("sendmessage", 1) is None
