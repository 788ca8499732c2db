"""getUpdates: nothing is lost before it is confirmed, a poll waits, a second poller is told; webhooks retry."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiohttp import web

from bot.demo.updates import CONFLICT, WEBHOOK_ACTIVE
from bot.demo.webhook import SECRET_HEADER
from tests.demo.world import World, asynchronous, running


@asynchronous
async def test_an_update_stays_until_a_higher_offset_confirms_it() -> None:
    async with running() as world:
        for number in range(5):
            world.server.people.say(1001, str(number))
        first = await world.updates(limit=2)
        assert [update["message"]["text"] for update in first] == ["0", "1"]
        assert await world.updates(limit=2) == first
        rest = await world.updates(offset=first[-1]["update_id"] + 1)
        assert [update["message"]["text"] for update in rest] == ["2", "3", "4"]
        assert [update["message"]["text"] for update in await world.updates(offset=-1)] == ["4"]
        assert await world.updates(offset=rest[-1]["update_id"] + 1) == []


@asynchronous
async def test_a_poll_waits_for_the_first_update_and_no_longer() -> None:
    async with running() as world:
        poll = asyncio.create_task(world.updates(timeout=10))
        await asyncio.sleep(0.1)
        assert not poll.done()
        began = time.monotonic()
        world.server.people.say(1001, "来了")
        assert (await poll)[0]["message"]["text"] == "来了"
        assert time.monotonic() - began < 2
        assert await world.updates(offset=2**31, timeout=1) == []


@asynchronous
async def test_a_second_poller_ends_the_first_with_409() -> None:
    async with running() as world:
        first = asyncio.create_task(world.api("getUpdates", timeout=10))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(world.api("getUpdates", timeout=1))
        answer = await first
        assert (answer["error_code"], answer["description"]) == (409, CONFLICT)
        assert (await second)["ok"]


@asynchronous
async def test_only_the_wanted_kinds_are_queued() -> None:
    async with running() as world:
        await world.updates(allowed_updates=["message"])
        world.server.people.block(1001)
        world.server.people.block(1001, False)
        world.server.people.say(1001, "x")
        assert [set(update) - {"update_id"} for update in await world.updates()] == [{"message"}]
        await world.updates(allowed_updates=[])
        world.server.people.block(1001)
        assert "my_chat_member" in (await world.updates())[-1]


@asynchronous
async def test_parameters_come_in_every_form() -> None:
    async with running() as world:
        url = f"{world.server.base_url}/bot{world.server.token}/sendMessage"
        async with world.client.get(url, params={"chat_id": "1001", "text": "甲 & 乙"}) as answer:
            assert (await answer.json())["result"]["text"] == "甲 & 乙"
        async with world.client.post(url, data={"chat_id": "1001", "text": "甲+乙", "entities": '[{"type":"bold","offset":0,"length":1}]'}) as answer:  # fmt: skip
            assert (await answer.json())["result"]["entities"][0]["type"] == "bold"
        async with world.client.post(url, data="{", headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400
        async with world.client.post(url.replace("sendMessage", "SENDMESSAGE"), json={"chat_id": 1001, "text": "x"}) as answer:  # fmt: skip
            assert answer.status == 200


class Receiver:
    """A bot's webhook that fails as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.seen: list[tuple[str | None, dict[str, Any]]] = []
        self.all_here = asyncio.Event()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        if self.failures > 0:
            self.failures -= 1
            return web.Response(status=503)
        update = await request.json()
        self.seen.append((request.headers.get(SECRET_HEADER), update))
        if len(self.seen) == 3:
            self.all_here.set()
        reply = {"method": "sendMessage", "chat_id": 1001, "text": "收到 " + update["message"]["text"]}
        return web.json_response(reply)


async def _listening(receiver: Receiver) -> tuple[web.ServerRunner, str]:
    runner = web.ServerRunner(web.Server(receiver.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@asynchronous
async def test_a_webhook_gets_updates_in_order_with_its_secret_and_is_retried() -> None:
    async with running() as world:
        receiver = Receiver(failures=2)
        runner, url = await _listening(receiver)
        await world.api("setWebhook", url=url, secret_token="geheim")
        for text in "abc":
            world.server.people.say(1001, text)
        await receiver.all_here.wait()
        assert [(secret, update["message"]["text"]) for secret, update in receiver.seen] == [
            ("geheim", t) for t in "abc"
        ]
        assert await world.refusal("getUpdates") == (409, WEBHOOK_ACTIVE)
        await _until_delivered(world, 3)
        assert [record["text"] for record in world.server.delivered] == ["收到 a", "收到 b", "收到 c"]
        info = (await world.api("getWebhookInfo"))["result"]
        assert (info["url"], info["pending_update_count"]) == (url, 0)
        assert info["last_error_message"].startswith("Wrong response from the webhook: 503")
        assert (await world.api("deleteWebhook"))["ok"]
        assert await world.updates() == []
        await runner.cleanup()


async def _until_delivered(world: World, count: int) -> None:
    while len(world.server.delivered) < count or world.server.account.updates.pending:  # noqa: ASYNC110 - nobody signals this
        await asyncio.sleep(0.01)


@asynchronous
async def test_a_webhook_elsewhere_is_refused() -> None:
    async with running() as world:
        code, words = await world.refusal("setWebhook", url="https://example.org/hook")
        assert (code, words) == (400, "Bad Request: bad webhook: the demo delivers to this machine only")
