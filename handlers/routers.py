"""The way in: one aiogram router translates each update and hands it on; nothing is decided here.

Promises: when `receive` returns, what the update changed is committed (or the update said nothing); when it raises,
nothing is confirmed to Telegram and the update comes again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Message, TelegramObject, Update
from pydantic import ValidationError

from handlers.groups import GroupGreeter
from handlers.incoming import Incoming
from handlers.translate import FreshKey, translate

#: Sent with every registration: Telegram keeps the last list that it was given (Bot API: getUpdates, setWebhook).
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

#: What every message has.
_ENVELOPE = frozenset({"message_id", "date", "chat", "from"})

Accept = Callable[[Incoming], Awaitable[object]]
Receive = Callable[[Mapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)


def router(accept: Accept, greeter: GroupGreeter, now: Callable[[], datetime], fresh_key: FreshKey) -> Router:
    """A router that awaits `accept` for everything said in a private chat and greets groups."""
    edge = Router(name="edge")

    async def receive(event: TelegramObject, event_update: Update) -> None:
        incoming = translate(event_update, now(), fresh_key)
        if incoming is not None:
            await accept(incoming)
        elif isinstance(event, Message) and event_update.edited_message is None:
            await greeter.greet(event, now())

    for kind in ALLOWED_UPDATES:
        edge.observers[kind].register(receive)
    return edge


def receiver(bot: Bot, edge: Router) -> Receive:
    """A function that takes one update as Telegram's JSON, for long polling and for the webhook alike."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(edge)

    async def receive(raw: Mapping[str, Any]) -> None:
        if any(kind in raw for kind in ALLOWED_UPDATES):
            update = _read(raw, bot)
            if update is not None:
                await dispatcher.feed_update(bot, update)

    return receive


def _read(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """The update; without the parts that cannot be read, so that their sender is told at least that much."""
    try:
        return Update.model_validate(raw, context={"bot": bot})
    except ValidationError as error:
        # Not repeated: the next attempt would fail the same way. Field names only, no content.
        places = [each["loc"] for each in error.errors(include_input=False)]
        fields = [".".join(map(str, place)) for place in places]
        log.error("update %s cannot be read: %s", raw.get("update_id"), ", ".join(fields[:5]))
    if not isinstance(raw.get("message"), dict):
        return None
    broken = {str(place[1]) for place in places if len(place) > 1 and place[0] == "message"}
    # Words whose origin cannot be read are not the sender's own: of those only the envelope is left.
    lost = set(raw["message"]) - _ENVELOPE if "forward_origin" in broken else broken
    rest = {key: value for key, value in raw["message"].items() if key not in lost}
    try:
        return Update.model_validate({**raw, "message": rest}, context={"bot": bot})
    except ValidationError:
        return None  # who wrote it, or where, cannot be read either
