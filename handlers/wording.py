"""Wording by id: locale files as a catalogue, filled in and made safe for Telegram's HTML.

Arguments are escaped once, here; only the locale files themselves may carry the tags b, i, code (Bot API: HTML style).
A text out of the knowledge (`told`) is turned into traditional characters for zh-TW; somebody's own words never are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from flows.actions import Argument, Words

_PLACE = re.compile(r"\{([a-z_]+)\}")
_TAG = re.compile(r"</?(?:b|i|code)>")
FALLBACK = "zh-CN"


class MissingWordingError(KeyError):
    """An id that no locale has, or a placeholder without an argument: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """`texts` by locale and id. `convert` turns simplified into traditional characters."""

    texts: Mapping[str, Mapping[str, str]]
    convert: Callable[[str], str]

    def _template(self, locale: str, id: str) -> str:
        text = self.texts.get(locale, {}).get(id)
        if text is None:
            text = self.texts[FALLBACK].get(id)
        if text is None:
            raise MissingWordingError(id)
        return text

    def html(self, locale: str, wording: Words) -> str:
        """The wording as HTML for parse_mode=HTML. Raises MissingWordingError."""
        template = self._template(locale, wording.id)

        def place(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in wording.args:
                raise MissingWordingError(f"{wording.id}: {name}")
            return self._argument(locale, wording.id, wording.args[name])

        return _PLACE.sub(place, template)

    def _argument(self, locale: str, id: str, value: Argument | Words | tuple[Words, ...]) -> str:
        if isinstance(value, Words):
            return self.html(locale, value)
        if isinstance(value, tuple):
            return self._joint(id).join(self.html(locale, item) for item in value)
        text = str(value)
        return escape(self.convert(text) if id == "told" and locale == "zh-TW" else text, quote=False)

    @staticmethod
    def _joint(id: str) -> str:
        return " · " if id == "case.name" else "\n"

    def plain(self, locale: str, wording: Words) -> str:
        """The wording without markup, for button labels, toasts and file captions."""
        text = _TAG.sub("", self.html(locale, wording))
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
