"""Inline keyboards: checked the way Telegram checks them (Bot API: InlineKeyboardMarkup)."""

from __future__ import annotations

from typing import Any

from bot.demo.refusals import Json, bad_request

DATA_LIMIT_BYTES = 64
BUTTON_LIMIT = 100


def checked_markup(markup: Any) -> Json | None:
    """The inline keyboard of a reply_markup, None for none or for another kind. Raises Refused."""
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    kept = [[_checked_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _checked_button(button: Any) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be a non-empty String')
    kept = {key: value for key, value in button.items() if value is not None}
    if "callback_data" in kept:
        size = len(str(kept["callback_data"]).encode())
        if not 0 < size <= DATA_LIMIT_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in kept:
        if not str(kept["url"]).startswith(("http://", "https://", "tg://")):
            raise bad_request(f"inline keyboard button URL '{kept['url']}' is invalid: Wrong HTTP URL")
    elif len(kept) == 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    return kept


def button_at(body: Json, row: int, column: int) -> Json | None:
    """The button at a place of a message's keyboard, None when there is none."""
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
        found: Json = rows[row][column]
        return found
    return None


def button_named(body: Json, label: str) -> Json | None:
    """The first button with exactly this label, None when there is none."""
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return next((button for row in rows for button in row if button["text"] == label), None)
