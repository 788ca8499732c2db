"""Which script and language to answer in: the writer's own."""

from __future__ import annotations

from flows.language import Language

#: Traditional characters that must outnumber the simplified ones before the script of the answers changes.
ENOUGH = 2


def locale_of_code(code: str | None) -> str:
    """A locale for Telegram's language code. Chinese of any kind lands on Chinese; only English gets English.

    >>> locale_of_code("zh-hant"), locale_of_code("zh-hans"), locale_of_code("en"), locale_of_code(None)
    ('zh-TW', 'zh-CN', 'en', 'zh-CN')
    """
    lowered = (code or "").lower().replace("_", "-")
    if lowered.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")):
        return "zh-TW"
    return "en" if lowered == "en" or lowered.startswith("en-") else "zh-CN"


def locale_of_text(text: str, language: Language) -> str | None:
    """The locale that the script of a text asks for; None when it does not tell (digits, shared characters)."""
    table = language.tables.characters
    simplified = frozenset(table.values())
    points = [ord(character) for character in text if "\u4e00" <= character <= "\u9fff"]
    traditional = sum(point in table and table[point] != point for point in points)
    if traditional >= ENOUGH and traditional * 4 >= sum(point in simplified for point in points):
        return "zh-TW"
    if points and traditional == 0 and any(point in simplified and point not in table for point in points):
        return "zh-CN"
    return None
