"""Bot API methods that put, change or remove messages. Every refusal comes before any change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.demo.account import Account, Message
from bot.demo.keyboards import checked_markup
from bot.demo.params import Params
from bot.demo.refusals import NOT_MODIFIED, QUERY_TOO_OLD, Json, Refused, bad_request
from bot.demo.shelf import Content, photo_sizes
from bot.demo.wording import caption_text, message_text

#: How long a pressed button waits for its answer, in seconds.
TAP_LIFE = 30.0
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(account: Account, params: Params) -> Json:
    """Bot API: sendMessage."""
    chat = account.reachable(params.chat_id())
    content = _text_content(params)
    return account.add_message(chat, account.bot, {**_reply(account, params), **content}).body


def _text_content(params: Params) -> Json:
    text, entities = message_text(params.text("text"), params.text("parse_mode"), params.json("entities"))
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    return _with_extras(content, params)


def _caption_content(params: Params) -> Json:
    caption, entities = caption_text(
        params.text("caption"), params.text("parse_mode"), params.json("caption_entities")
    )
    content: Json = {"caption": caption} if caption else {}
    if entities:
        content["caption_entities"] = entities
    return _with_extras(content, params)


def _with_extras(content: Json, params: Params) -> Json:
    markup = checked_markup(params.json("reply_markup")) if "reply_markup" in params.values else None
    if markup:
        content["reply_markup"] = markup
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    return content


def _reply(account: Account, params: Params) -> Json:
    wish = params.json("reply_parameters") or {}
    number = wish.get("message_id") or params.integer("reply_to_message_id")
    if not number:
        return {}
    target = account.find(params.chat_id(), int(number))
    if target is None:
        if wish.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {k: v for k, v in target.body.items() if k != "reply_to_message"}}


def send_photo(account: Account, params: Params) -> Json:
    """Bot API: sendPhoto; an upload or the id of a stored photo."""
    chat = account.reachable(params.chat_id())
    content = {**_reply(account, params), **_caption_content(params)}
    return account.add_message(chat, account.bot, {**_photo(account, params.file("photo")), **content}).body


def send_document(account: Account, params: Params) -> Json:
    """Bot API: sendDocument; an upload or the id of a stored file."""
    chat = account.reachable(params.chat_id())
    content = {**_reply(account, params), **_caption_content(params)}
    document = _document(account, params.file("document"))
    return account.add_message(chat, account.bot, {**document, **content}).body


def _photo(account: Account, source: Content | str | None) -> Json:
    if isinstance(source, Content):
        if len(source.data) > 10 * 2**20:
            raise bad_request("file is too big for a photo")
        return {"photo": photo_sizes(account.shelf, source)}
    if not source:
        raise bad_request("there is no photo in the request")
    file = account.shelf.find(source)
    return {
        "photo": [
            {"file_id": file.file_id, "file_unique_id": file.unique_id, "width": 800, "height": 600,
             "file_size": file.size}
        ]
    }  # fmt: skip


def _document(account: Account, source: Content | str | None) -> Json:
    if not source:
        raise bad_request("there is no document in the request")
    if isinstance(source, Content):
        if not source.data:
            raise bad_request("file must be non-empty")
        if len(source.data) > 50 * 2**20:
            raise Refused(413, "Request Entity Too Large")
        file = account.shelf.keep(source, "document")[0]
    else:
        file = account.shelf.find(source)
    return {
        "document": {
            "file_id": file.file_id, "file_unique_id": file.unique_id, "file_name": file.name,
            "mime_type": file.mime, "file_size": file.size,
        }
    }  # fmt: skip


def send_media_group(account: Account, params: Params) -> list[Json]:
    """Bot API: sendMediaGroup with 2-10 photos or documents."""
    chat = account.reachable(params.chat_id())
    media = params.json("media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad_request("can't parse media group: Must contain 2-10 items")
    contents = [_album_item(account, params, item) for item in media]
    album = str(13_000_000_000_000_000 + account.next_message)
    reply = _reply(account, params)
    return [
        account.add_message(chat, account.bot, {**reply, **content, "media_group_id": album}).body
        for content in contents
    ]


def _album_item(account: Account, params: Params, item: Any) -> Json:
    makers: dict[str, Callable[[Account, Content | str | None], Json]] = {
        "photo": _photo,
        "document": _document,
    }
    if not isinstance(item, dict) or item.get("type") not in makers:
        raise bad_request("can't parse InputMedia: the demo takes photos and documents")
    inner = Params(item, params.files)
    return {**makers[item["type"]](account, inner.file("media")), **_caption_content(inner)}


def edit_message_text(account: Account, params: Params) -> Json:
    """Bot API: editMessageText; without reply_markup the keyboard goes."""
    message = _editable(account, params)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _edit(account, message, _text_content(params), ("text", "entities", "reply_markup"))


def edit_message_caption(account: Account, params: Params) -> Json:
    """Bot API: editMessageCaption."""
    message = _editable(account, params)
    if not {"photo", "document"} & set(message.body):
        raise bad_request("there is no caption in the message to edit")
    return _edit(account, message, _caption_content(params), ("caption", "caption_entities", "reply_markup"))


def edit_message_reply_markup(account: Account, params: Params) -> Json:
    """Bot API: editMessageReplyMarkup."""
    return _edit(account, _editable(account, params), _with_extras({}, params), ("reply_markup",))


def _editable(account: Account, params: Params) -> Message:
    account.reachable(params.chat_id())
    message = account.find(params.chat_id(), params.integer("message_id", 0) or 0)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def _edit(account: Account, message: Message, content: Json, keys: tuple[str, ...]) -> Json:
    if all(message.body.get(key) == content.get(key) for key in keys):
        raise bad_request(NOT_MODIFIED)
    kept = {key: value for key, value in message.body.items() if key not in keys}
    edited = {} if keys == ("reply_markup",) else {"edit_date": account.timestamp()}
    message.body = {**kept, **edited, **{key: content[key] for key in keys if key in content}}
    account.save_message(message)
    return message.body


def delete_message(account: Account, params: Params) -> bool:
    """Bot API: deleteMessage."""
    account.chat(params.chat_id())
    message = account.find(params.chat_id(), params.integer("message_id", 0) or 0)
    if message is None:
        raise bad_request("message to delete not found")
    message.deleted = True
    account.save_message(message)
    return True


def answer_callback_query(account: Account, params: Params) -> bool:
    """Bot API: answerCallbackQuery; late, twice or unknown is refused."""
    tap = account.taps.get(params.text("callback_query_id"))
    if tap is None or tap.answer is not None or time.monotonic() - tap.asked > TAP_LIFE:
        raise bad_request(QUERY_TOO_OLD)
    if len(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answer = {
        "text": params.text("text"),
        "show_alert": params.flag("show_alert"),
        "url": params.text("url"),
    }
    account.publish("answer", {"id": tap.id, "chat": tap.chat, "person": tap.person, **tap.answer})
    return True


def send_chat_action(account: Account, params: Params) -> bool:
    """Bot API: sendChatAction."""
    account.reachable(params.chat_id())
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    account.show_typing(params.chat_id(), params.text("action"))
    return True
