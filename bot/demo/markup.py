"""parse_mode=HTML as Telegram reads it: text and entities, or a refusal that names the byte offset.

Source: Bot API "HTML style"; refusals as in tdlib. Offsets of entities are UTF-16 units, offsets in refusals are bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.demo.refusals import Json, Refused, bad_request

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7})|(lt|gt|amp|quot));?")
_TAG_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]+)(\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    name: str
    start: int
    position: int
    attributes: dict[str, str]


@dataclass
class _Reader:
    """Walks once over the markup; `out` and `length` grow together."""

    source: str
    position: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def refuse(self, words: str, at: int | None = None) -> Refused:
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return Refused(400, f"Bad Request: can't parse entities: {words}{where}")

    def emit(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_length(text)

    def read(self) -> tuple[str, list[Json]]:
        while self.position < len(self.source):
            self._step()
        if self.open_tags:
            raise self.refuse(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        order = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.out), order

    def _step(self) -> None:
        if self.source[self.position] == "<":
            closing = self.source.startswith("</", self.position)
            self._end_tag() if closing else self._start_tag()
        elif self.source[self.position] == "&":
            self._character()
        else:
            stop = re.compile(r"[<&]").search(self.source, self.position)
            end = stop.start() if stop else len(self.source)
            self.emit(self.source[self.position : end])
            self.position = end

    def _character(self) -> None:
        found = _CHARACTER.match(self.source, self.position)
        code = found and (int(found[1]) if found[1] else int(found[2], 16) if found[2] else None)
        if not found or (code is not None and not 0 < code < 0x10FFFF):
            self.emit("&")
            self.position += 1
            return
        self.emit(chr(code) if code is not None else _NAMED[found[3]])
        self.position = found.end()

    def _start_tag(self) -> None:
        begin = self.position
        name = self._name(begin + 1)
        if self.position >= len(self.source):
            raise self.refuse("Unclosed start tag", begin)
        if name not in _KINDS:
            raise self.refuse(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self.refuse('Tag "span" must have class "tg-spoiler"', begin)
        self.open_tags.append(_Open(name, self.length, begin, attributes))

    def _name(self, start: int) -> str:
        found = _TAG_NAME.match(self.source, start)
        assert found is not None
        self.position = found.end()
        return found[0].lower()

    def _attributes(self, name: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            gap = re.compile(r"\s*/?").match(self.source, self.position)
            self.position = gap.end() if gap else self.position
            if self.position >= len(self.source):
                raise self.refuse("Unclosed start tag", begin)
            if self.source[self.position] == ">":
                self.position += 1
                return attributes
            self._attribute(name, attributes)

    def _attribute(self, name: str, attributes: dict[str, str]) -> None:
        found = _ATTRIBUTE.match(self.source, self.position)
        if not found:
            raise self.refuse(f'Empty attribute name in the tag "{name}"', self.position)
        if found[2] is None and found[1] != "expandable":
            raise self.refuse(
                f'Expected equal sign in declaration of an attribute of the tag "{name}"', self.position
            )
        attributes[found[1].lower()] = _decoded(found[3] or found[4] or found[5] or "")
        self.position = found.end()

    def _end_tag(self) -> None:
        begin = self.position
        name = self._name(begin + 2)
        gap = re.compile(r"\s*").match(self.source, self.position)
        self.position = gap.end() if gap else self.position
        if not self.open_tags:
            raise self.refuse("Unexpected end tag", begin)
        if self.position >= len(self.source) or self.source[self.position] != ">":
            raise self.refuse("Unclosed end tag", begin)
        opened = self.open_tags.pop()
        if name and name != opened.name:
            words = f'Unmatched end tag, expected "</{opened.name}>", found "</{name}>"'
            raise self.refuse(
                words.replace(", expected", f" at byte offset {_bytes(self.source, begin)}, expected")
            )
        self.position += 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.start
        if length == 0:
            return
        entity: Json = {"type": _KINDS[opened.name], "offset": opened.start, "length": length}
        if opened.name == "a":
            self._link(entity, opened)
        elif opened.name == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.name == "pre":
            self._language(entity)
        elif opened.name == "code" and opened.attributes.get("class", "").startswith("language-"):
            entity["_language"] = opened.attributes["class"].removeprefix("language-")
        if entity["type"]:
            self.entities.append(entity)

    def _link(self, entity: Json, opened: _Open) -> None:
        inner = "".join(self.out).encode("utf-16-le")[opened.start * 2 :].decode("utf-16-le")
        url = opened.attributes.get("href", inner)
        # Telegram drops a link that it can't follow and keeps its text.
        entity["type"] = "text_link" if re.match(r"(https?|tg|mailto|tel)[:.]", url) else ""
        entity["url"] = url

    def _language(self, entity: Json) -> None:
        inner = self.entities[-1] if self.entities else None
        if inner and inner["offset"] == entity["offset"] and inner["length"] == entity["length"]:
            if inner["type"] == "code":
                self.entities.pop()
            if inner.get("_language"):
                entity["language"] = inner["_language"]


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode())


def _decoded(value: str) -> str:
    return _Reader(value.replace("<", "&lt;")).read()[0] if "&" in value else value


def read_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities. Raises Refused with Telegram's "can't parse entities: ..."."""
    if "<" not in source and "&" not in source:
        return source, []
    text, entities = _Reader(source).read()
    for entity in entities:
        entity.pop("_language", None)
    return text, entities


_MARKDOWN_RESERVED = re.compile(r"(?<!\\)([_*\[\]()~`>#+\-=|{}.!])")


def read_markdown(source: str) -> tuple[str, list[Json]]:
    """MarkdownV2 without any formatting: escapes are removed, anything unescaped is refused.

    Telegram can do more; we send none of it, and a half-right reader would hide mistakes.
    """
    found = _MARKDOWN_RESERVED.search(source)
    if found:
        words = f"can't parse entities: Character '{found[1]}' is reserved and must be escaped with the preceding '\\'"
        raise bad_request(words)
    return re.sub(r"\\(.)", r"\1", source), []
