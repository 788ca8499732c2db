"""A Bot API call as plain data, so that it can be stored before it is sent and sent by either library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to be sent: either finished `content` or the `file_key` of something in the vault."""

    field: str
    name: str
    mime: str
    content: str = ""
    file_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`method` is the Bot API's (sendMessage, editMessageText, ...); `params` is its JSON, without the token."""

    method: str
    params: dict[str, Any]
    upload: Upload | None = None
