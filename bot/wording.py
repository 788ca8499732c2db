"""Locale files into a catalogue: locales/<locale>/*.yaml, ids to texts; every text is read once at start."""

from __future__ import annotations

from pathlib import Path

import opencc
import yaml

from handlers.wording import Catalog

LOCALES = ("zh-CN", "zh-TW", "en")


class WordingError(ValueError):
    """A locale file that is not ids to texts, or an id that stands twice."""


def texts_of(folder: Path) -> dict[str, str]:
    """All texts of one locale. Raises WordingError."""
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        content = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        for id, text in (content or {}).items():
            if not isinstance(id, str) or not isinstance(text, str):
                raise WordingError(f"{folder.name}/{file.name}: {id}: 值必须是文字")
            if id in texts:
                raise WordingError(f"{folder.name}/{file.name}: {id}: 重复")
            texts[id] = text.strip("\n")
    return texts


def load(folder: Path) -> Catalog:
    """The catalogue of all locales. Taiwan's words and characters come from OpenCC (s2twp)."""
    converter = opencc.OpenCC("s2twp")

    def convert(text: str) -> str:
        # OpenCC writes 賬 for the account of a ledger; 帳 is what people in Taiwan and Hong Kong type.
        return str(converter.convert(text)).replace("賬", "帳")

    return Catalog(texts={name: texts_of(folder / name) for name in LOCALES}, convert=convert)
