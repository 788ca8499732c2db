"""Updates by POST instead of polling (Bot API: setWebhook): in order, retried until the bot answers 2xx."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import aiohttp

from bot.demo.account import Account
from bot.demo.params import Params
from bot.demo.refusals import Json, bad_request

#: Seconds between tries; the last one repeats.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class Webhook:
    """One delivery at a time. `perform` carries out a method that the bot put into its answer."""

    def __init__(self, account: Account, perform: Callable[[str, Params], Awaitable[object]]) -> None:
        self._account = account
        self._perform = perform
        self._task: asyncio.Task[None] | None = None
        self._error: Json = {}

    @property
    def url(self) -> str:
        """Empty while the bot polls."""
        return str((self._account.settings.get("webhook") or {}).get("url", ""))

    def set(self, params: Params) -> bool:
        """Bot API: setWebhook. Plain http is taken: this server talks to this machine only."""
        url = params.text("url")
        if url and not url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise bad_request("bad webhook: the demo delivers to this machine only")
        if params.flag("drop_pending_updates"):
            self._account.updates.drop_pending()
        self._account.updates.end_poll("Conflict: terminated by setWebhook request")
        if "allowed_updates" in params.values:
            self._account.updates.allowed = params.json("allowed_updates") or None
        self._account.change("webhook", {"url": url, "secret": params.text("secret_token")} if url else None)
        self._error = {}
        self.start()
        return True

    def delete(self, params: Params) -> bool:
        """Bot API: deleteWebhook."""
        if params.flag("drop_pending_updates"):
            self._account.updates.drop_pending()
        if self.url:
            self._account.change("webhook", None)
        self.stop()
        return True

    def described(self) -> Json:
        """Bot API: getWebhookInfo."""
        waiting = len(self._account.updates.pending)
        return {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": waiting,
            **self._error,
        }

    def start(self) -> None:
        """Begin to deliver when a webhook is set."""
        self.stop()
        if self.url:
            self._task = asyncio.create_task(self._deliver_all())

    def stop(self) -> None:
        """End delivery; what is not confirmed stays queued."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _deliver_all(self) -> None:
        failures = 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client:
            while True:
                number, text = await self._account.updates.wait_for_one()
                if await self._deliver(client, text):
                    failures = 0
                    self._account.updates.confirm(number + 1)
                else:
                    await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                    failures += 1

    async def _deliver(self, client: aiohttp.ClientSession, text: str) -> bool:
        webhook = self._account.settings["webhook"]
        headers = {"Content-Type": "application/json"}
        if webhook["secret"]:
            headers[SECRET_HEADER] = webhook["secret"]
        try:
            async with client.post(webhook["url"], data=text.encode(), headers=headers) as answer:
                body = await answer.read()
                if answer.status // 100 == 2:
                    await self._carry_out(answer.content_type, body)
                    return True
                words = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            words = "Connection failed: " + type(error).__name__
        self._error = {"last_error_date": int(time.time()), "last_error_message": words}
        return False

    async def _carry_out(self, kind: str, body: bytes) -> None:
        if kind != "application/json" or not body:
            return
        answer = json.loads(body)
        if isinstance(answer, dict) and answer.get("method"):
            await self._perform(str(answer.pop("method")), Params(answer))
