"""What people do in a chat, turned into the updates that Telegram would send for it.

Everything a person does opens the chat for the bot. A person who blocked the bot has to unblock it first.
"""

from __future__ import annotations

import time
from typing import Any

from bot.demo.account import Account, Message, Person, Tap
from bot.demo.keyboards import button_at, button_named
from bot.demo.refusals import Json, bad_request
from bot.demo.shelf import Content, photo_sizes
from bot.demo.wording import caption_text, detected, message_text, split_long


class People:
    """The people half of the server; each method returns what was sent."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._albums = 0
        self._taps = 0

    # --- sending

    def say(
        self, person: int, text: str, *, chat: int | None = None, reply_to: int | None = None,
        origin: Json | None = None, entities: list[Json] | None = None,
    ) -> list[Json]:  # fmt: skip
        """Send text; a long one leaves as several messages, the way a person's app does it."""
        parts = split_long(text)
        if not parts:
            raise bad_request("message text is empty")
        return [
            self._send(
                person, chat, {**self._text(part, entities), **self._reply(person, chat, reply_to)}, origin
            )
            for part in parts
        ]

    def _text(self, part: str, entities: list[Json] | None) -> Json:
        text, found = message_text(part, None, entities)
        return {"text": text, "entities": found} if found else {"text": text}

    def _reply(self, person: int, chat: int | None, number: int | None) -> Json:
        if number is None:
            return {}
        target = self._message(chat or person, number)
        return {"reply_to_message": {k: v for k, v in target.body.items() if k != "reply_to_message"}}

    def photos(
        self, person: int, files: list[Content], *, caption: str = "", chat: int | None = None,
        origin: Json | None = None,
    ) -> list[Json]:  # fmt: skip
        """One photo, or an album of 2-10 that share a media_group_id; the caption is on the first."""
        contents = [{"photo": photo_sizes(self._account.shelf, file)} for file in files]
        return self._album(person, contents, caption, chat, origin)

    def documents(
        self, person: int, files: list[Content], *, caption: str = "", chat: int | None = None,
        origin: Json | None = None,
    ) -> list[Json]:  # fmt: skip
        """One file or several; the bytes stay as they are."""
        contents = [{"document": self._file(file, "document", file_name=file.name)} for file in files]
        return self._album(person, contents, caption, chat, origin)

    def _album(
        self, person: int, contents: list[Json], caption: str, chat: int | None, origin: Json | None
    ) -> list[Json]:
        if not 1 <= len(contents) <= 10:
            raise bad_request("an album holds 1-10 files")
        if len(contents) > 1:
            self._albums += 1
            album = str(12_000_000_000_000_000 + self._account.next_message * 10_000 + self._albums)
            contents = [{**content, "media_group_id": album} for content in contents]
        words, _ = caption_text(caption, None, None)
        if words:
            contents[0] = {**contents[0], "caption": words}
        return [self._send(person, chat, content, origin) for content in contents]

    def voice(self, person: int, file: Content, *, seconds: int = 3, chat: int | None = None) -> list[Json]:
        """A voice message."""
        return [self._send(person, chat, {"voice": {**self._file(file, "voice"), "duration": seconds}})]

    def sticker(self, person: int, emoji: str = "👍", *, chat: int | None = None) -> list[Json]:
        """A sticker without a picture."""
        file = self._file(Content(data=b"sticker", name="sticker.webp", mime="image/webp"), "sticker")
        file.pop("mime_type")
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return [self._send(person, chat, {"sticker": {**file, **look, "emoji": emoji}})]

    def location(
        self, person: int, latitude: float, longitude: float, *, chat: int | None = None
    ) -> list[Json]:
        """A place, in degrees."""
        return [self._send(person, chat, {"location": {"latitude": latitude, "longitude": longitude}})]

    def contact(self, person: int, phone: str, name: str, *, chat: int | None = None) -> list[Json]:
        """Somebody's telephone number."""
        return [self._send(person, chat, {"contact": {"phone_number": phone, "first_name": name}})]

    def raw(self, person: int, content: Json, *, chat: int | None = None) -> list[Json]:
        """Any other message content in Bot API form, e.g. {"dice": {...}}."""
        return [self._send(person, chat, content)]

    def forward(
        self, person: int, number: int, *, source: int | None = None, chat: int | None = None
    ) -> list[Json]:
        """Forward a message that exists; it keeps its first origin. `source` is the chat it is taken from."""
        original = self._message(source or person, number).body
        kept = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice", "sticker", "location", "contact")  # fmt: skip
        content = {key: original[key] for key in kept if key in original}
        origin = original.get("forward_origin") or {
            "type": "user", "date": original["date"], "sender_user": original["from"],
        }  # fmt: skip
        return [self._send(person, chat, content, origin)]

    def origin(self, name: str, *, hidden: bool = True, date: int | None = None) -> Json:
        """Where an invented forward comes from (Bot API: MessageOrigin); `date` in seconds since 1970."""
        when = self._account.timestamp() if date is None else date
        if hidden:
            return {"type": "hidden_user", "date": when, "sender_user_name": name}
        sender = {"id": 5_000_000 + sum(name.encode()), "is_bot": False, "first_name": name}
        return {"type": "user", "date": when, "sender_user": sender}

    def edit(self, person: int, number: int, text: str, *, chat: int | None = None) -> Json:
        """Change the text or the caption of one's own message."""
        message = self._message(chat or person, number)
        if message.by_bot or message.body["from"]["id"] != person:
            raise bad_request("only one's own message can be edited")
        key = "text" if "text" in message.body else "caption"
        kept = {k: v for k, v in message.body.items() if k not in ("entities", "caption_entities")}
        entities = detected(text, [])
        marks = {"entities" if key == "text" else "caption_entities": entities} if entities else {}
        message.body = {**kept, key: text, "edit_date": self._account.timestamp(), **marks}
        self._account.save_message(message)
        self._account.updates.add("edited_message", message.body)
        return message.body

    # --- buttons

    def tap(
        self, person: int, number: int, *, chat: int | None = None, row: int | None = None, column: int = 0,
        label: str | None = None, data: str | None = None,
    ) -> str:  # fmt: skip
        """Press a button by place, by label, or with any `data` at all (forged). Returns the callback query's id."""
        message = self._account.messages.get(chat or person, {}).get(number)
        if message is None:
            raise bad_request("message not found")
        if data is None:
            data = self._data(message, row, column, label)
        self._taps += 1
        tap = Tap(
            f"{person}{self._account.revision:08d}{self._taps:06d}", message.chat, person, time.monotonic()
        )
        self._account.taps[tap.id] = tap
        query = {
            "id": tap.id,
            "from": self._person(person).user(),
            "chat_instance": str(message.chat),
            "data": data,
        }
        self._account.updates.add("callback_query", {**query, "message": self._as_tapped(message)})
        return tap.id

    def _data(self, message: Message, row: int | None, column: int, label: str | None) -> str:
        button = (
            button_named(message.body, label)
            if label is not None
            else button_at(message.body, row or 0, column)
        )
        if message.deleted or button is None or "callback_data" not in button:
            raise bad_request("there is no such button on this message")
        return str(button["callback_data"])

    def _as_tapped(self, message: Message) -> Json:
        if message.deleted:
            return {"chat": message.body["chat"], "message_id": message.id, "date": 0}
        return message.body

    # --- the chat itself

    def block(self, person: int, blocked: bool = True) -> None:
        """Block or unblock the bot; a my_chat_member update tells it."""
        somebody = self._person(person)
        if somebody.blocked == blocked:
            return
        somebody.blocked = blocked
        self._account.save_person(somebody)
        before, after = (_member(self._account.bot, was) for was in (not blocked, blocked))
        change: Json = {
            "chat": self._account.chat(person),
            "from": somebody.user(),
            "date": self._account.timestamp(),
        }
        self._account.updates.add(
            "my_chat_member", {**change, "old_chat_member": before, "new_chat_member": after}
        )

    def join(self, person: int, title: str, number: int | None = None) -> Json:
        """Make a group with the bot in it."""
        group = self._account.add_group(title, number)
        change = {"chat": group, "from": self._person(person).user(), "date": self._account.timestamp()}
        bot = self._account.bot
        states = {
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": "member"},
        }
        self._account.updates.add("my_chat_member", {**change, **states})
        return group

    # --- inside

    def _send(self, person: int, chat: int | None, content: Json, origin: Json | None = None) -> Json:
        somebody = self._person(person)
        if somebody.blocked:
            raise bad_request("this person blocked the bot; unblock first")
        where = self._account.chat(person if chat is None else chat)
        if not somebody.started and where["id"] == person:
            somebody.started = True
            self._account.save_person(somebody)
        extra = {"forward_origin": origin} if origin else {}
        message = self._account.add_message(where, somebody.user(), {**extra, **content})
        self._account.updates.add("message", message.body)
        return message.body

    def _file(self, content: Content, kind: str, **extra: Any) -> Json:
        file = self._account.shelf.keep(content, kind)[0]
        return {
            "file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size,
            "mime_type": file.mime, **extra,
        }  # fmt: skip

    def _person(self, person: int) -> Person:
        return self._account.person(person)

    def _message(self, chat: int, number: int) -> Message:
        message = self._account.find(chat, number)
        if message is None:
            raise bad_request(f"there is no message {number} in this chat")
        return message


def _member(bot: Json, blocked: bool) -> Json:
    if blocked:
        return {"user": bot, "status": "kicked", "until_date": 0}
    return {"user": bot, "status": "member"}
