"""What the Bot API says when it refuses, in its own words (tdlib/telegram-bot-api, observed answers)."""

from __future__ import annotations

from typing import Any

#: A JSON object as the Bot API sends and takes it.
Json = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Refused(Exception):  # noqa: N818 - it is an answer, named in the past tense
    """An answer with ok=false. `code` is both HTTP status and error_code; `retry_after` in seconds."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        """The answer as JSON (Bot API: making requests, ResponseParameters)."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(words: str) -> Refused:
    """400; Telegram writes the first letter small unless the text is a shouted identifier."""
    shouted = len(words) > 1 and words[1] == words[1].upper()
    return Refused(400, "Bad Request: " + (words if shouted else words[0].lower() + words[1:]))


def forbidden(words: str) -> Refused:
    """403: the person blocked the bot, or never spoke to it."""
    return Refused(403, f"Forbidden: {words}")


def too_many(seconds: int) -> Refused:
    """429 with the wait in seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", seconds)
