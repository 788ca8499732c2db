"""Text as Telegram takes it: parsed, trimmed, measured in UTF-16 units, refused in Telegram's words.

Source: Bot API sendMessage (1-4096 characters after entities parsing), captions (0-1024), MessageEntity.
"""

from __future__ import annotations

import re
from typing import Any

from bot.demo.markup import read_html, read_markdown, utf16_length
from bot.demo.refusals import Json, Refused, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

ENTITY_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ]
)
_DETECT = re.compile(
    r"(?P<url>https?://[^\s<>\"'，。；、）】》」]+)|(?<![\w/])(?P<bot_command>/[A-Za-z][A-Za-z0-9_]{0,63}(?:@\w+)?)"
)
_BLANK = " \n\t\r\u200b\u2060\ufeff"


def message_text(raw: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Text of a message: never empty, at most 4096 UTF-16 units. Raises Refused."""
    text, found = formatted(raw, parse_mode, entities)
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text, found


def caption_text(raw: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Caption of a file: may be empty, at most 1024 UTF-16 units. Raises Refused."""
    text, found = formatted(raw, parse_mode, entities)
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text, found


def formatted(raw: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Apply the parse mode, or check explicit entities; trim; add what Telegram finds by itself."""
    _must_be_unicode(raw)
    mode = (parse_mode or "").lower()
    if mode == "html":
        text, found = read_html(raw)
    elif mode in ("markdownv2", "markdown"):
        text, found = read_markdown(raw)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, found = raw, checked_entities(raw, entities or [])
    text, found = _trimmed(text, found)
    return text, found + detected(text, found)


def checked_entities(text: str, entities: list[Json]) -> list[Json]:
    """Explicit entities, sorted; raises Refused when one lies outside the text or cuts a character in two."""
    total = utf16_length(text)
    for entity in entities:
        _check_entity(text, total, entity)
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _check_entity(text: str, total: int, entity: Any) -> None:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad_request("can't parse MessageEntity: Expected an Object")
    if entity["type"] not in ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    start, length = entity.get("offset"), entity.get("length")
    if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length < 0:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if start > total:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
    if start + length > total:
        end = start + length
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
        )
    if not text.isascii():
        _check_boundary(text, start, "begins")
        _check_boundary(text, start + length, "ends")


def _check_boundary(text: str, at: int, verb: str) -> None:
    head = text.encode("utf-16-le")[: at * 2]
    try:
        head.decode("utf-16-le")
    except UnicodeDecodeError:
        offset = len(head[:-2].decode("utf-16-le").encode())
        raise bad_request(f"entity {verb} in a middle of a UTF-16 symbol at byte offset {offset}") from None


def _must_be_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from None


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead = len(text) - len(text.lstrip(_BLANK))
    short = text.strip(_BLANK)
    if len(short) == len(text):
        return text, entities
    shift, total = utf16_length(text[:lead]), utf16_length(short)
    return short, [moved for entity in entities if (moved := _moved(entity, shift, total))["length"] > 0]


def _moved(entity: Json, shift: int, total: int) -> Json:
    start = max(0, entity["offset"] - shift)
    end = min(total, entity["offset"] + entity["length"] - shift)
    return {**entity, "offset": start, "length": end - start}


def detected(text: str, taken: list[Json]) -> list[Json]:
    """Links and commands that Telegram marks by itself, outside of code and links."""
    if "/" not in text:
        return []
    closed = [
        (e["offset"], e["offset"] + e["length"])
        for e in taken
        if e["type"] in ("code", "pre", "text_link", "url")
    ]
    found = []
    for match in _DETECT.finditer(text):
        start = utf16_length(text[: match.start()])
        length = utf16_length(match[0])
        if not any(low < start + length and start < high for low, high in closed):
            found.append({"type": match.lastgroup, "offset": start, "length": length})
    return found


def split_long(text: str) -> list[str]:
    """How a person's app cuts a text that is too long for one message."""
    parts, rest = [], text
    while utf16_length(rest) > TEXT_LIMIT:
        head = rest.encode("utf-16-le", "surrogatepass")[: TEXT_LIMIT * 2].decode("utf-16-le", "ignore")
        parts.append(head)
        rest = rest[len(head) :]
    return [part for part in [*parts, rest] if part.strip(_BLANK)]
