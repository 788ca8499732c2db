"""Actions as Bot API calls. No library, no decision: the same action always gives the same calls."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from flows.actions import Acknowledge, Action, Button, RetireKeyboard, Say, SendText
from flows.case import Conversation
from flows.events import ChoicePicked, Event
from handlers.callback import encode
from handlers.calls import Call, Upload
from handlers.wording import Catalog

#: Bot API: a message holds 4096 UTF-16 units after entities parsing.
LONGEST_MESSAGE = 4096
#: A label longer than this is cut off on a phone.
LONGEST_LABEL = 24
LONGEST_TOAST = 190
_MARKUP = re.compile(r"<[^>]*>")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units of the visible text."""
    return len(_visible(text).encode("utf-16-le", "surrogatepass")) // 2


def _safe(text: str) -> str:
    """Half surrogates cannot travel as UTF-8: each becomes the replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8") if text else text


def label(text: str) -> str:
    """A button label that fits."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def keyboard(say: Say, locale: str, catalog: Catalog) -> dict[str, Any]:
    """Bot API: InlineKeyboardMarkup."""

    def shown(button: Button) -> dict[str, str]:
        data = encode(say.case_id, say.revision, button.choice)
        return {"text": label(_safe(catalog.plain(locale, button.label))) or "…", "callback_data": data}

    return {"inline_keyboard": [[shown(button) for button in row] for row in say.buttons if row]}


def paragraphs(say: Say, locale: str, catalog: Catalog) -> list[str]:
    """The message as paragraphs of HTML; the copied text is one of them."""
    parts = [catalog.html(locale, part) for part in say.parts]
    if say.copy is not None:
        parts.append(f"<pre>{escape(say.copy, quote=False)}</pre>")
    parts += [catalog.html(locale, part) for part in say.after]
    return [_safe(part) for part in parts if part.strip()]


def split(parts: list[str], limit: int = LONGEST_MESSAGE) -> list[str]:
    """Paragraphs joined into messages that each fit. A paragraph that is too long alone is cut at line ends, and
    a line at characters, with its markup taken off."""
    messages: list[str] = []
    current = ""
    for part in (piece for paragraph in parts for piece in _pieces(paragraph, limit)):
        joined = f"{current}\n\n{part}" if current else part
        if units(joined) > limit and current:
            messages.append(current)
            joined = part
        current = joined
    return [*messages, current] if current else messages or ["…"]


def _visible(paragraph: str) -> str:
    plain = _MARKUP.sub("", paragraph)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _pieces(paragraph: str, limit: int) -> list[str]:
    """A paragraph that fits as it is; a longer one without its markup, cut after a line where there is one."""
    if units(paragraph) <= limit:
        return [paragraph]
    # Half the units is a length in characters that fits whatever the characters are.
    rest, pieces = _visible(paragraph), []
    while rest:
        head = rest[: limit // 2]
        cut = head.rfind("\n") + 1 if len(rest) > len(head) else 0
        pieces.append(head[: cut or len(head)])
        rest = rest[len(pieces[-1]) :]
    return [escape(piece, quote=False) for piece in pieces if piece.strip()]


def render(action: Action, conversation: Conversation, catalog: Catalog, event: Event) -> tuple[Call, ...]:
    """The calls of one action, in order; none for actions that are not messages."""
    chat, locale = conversation.chat_id, conversation.locale
    match action:
        case Say():
            return _say(action, chat, locale, catalog, event)
        case SendText():
            return (_document(action, chat, locale, catalog),)
        case Acknowledge():
            params: dict[str, Any] = {"callback_query_id": action.callback_id}
            if action.notice:
                params["text"] = _safe(catalog.plain(locale, action.notice))[:LONGEST_TOAST]
            return (Call(method="answerCallbackQuery", params=params),)
        case RetireKeyboard():
            params = {
                "chat_id": chat,
                "message_id": action.message_id,
                "reply_markup": {"inline_keyboard": []},
            }
            return (Call(method="editMessageReplyMarkup", params=params),)
        case _:
            return ()


def _say(say: Say, chat: int, locale: str, catalog: Catalog, event: Event) -> tuple[Call, ...]:
    texts = split(paragraphs(say, locale, catalog))
    base = {"chat_id": chat, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    markup = keyboard(say, locale, catalog)
    calls = []
    for index, text in enumerate(texts):
        params: dict[str, Any] = {**base, "text": text}
        if index == len(texts) - 1 and (markup["inline_keyboard"] or say.in_place):
            params["reply_markup"] = markup
        if say.in_place and isinstance(event, ChoicePicked) and len(texts) == 1:
            calls.append(Call(method="editMessageText", params={**params, "message_id": event.message_id}))
        else:
            calls.append(Call(method="sendMessage", params=params))
    return tuple(calls)


def _document(action: SendText, chat: int, locale: str, catalog: Catalog) -> Call:
    params: dict[str, Any] = {"chat_id": chat}
    if action.caption:
        params["caption"] = _safe(catalog.plain(locale, action.caption))
    content = _safe(action.content)
    return Call(
        method="sendDocument",
        params=params,
        upload=Upload(field="document", name=action.name, mime=action.mime, content=content),
    )
