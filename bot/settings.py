"""What an operator may set, from the environment or from a `.env` file beside the program.

Promises: every setting is listed in `.env.example` with the same default; no secret shows up in a repr or in an
error; a `.env` that holds the token and that others on the machine can read is refused.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_TOKEN = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{3,}")
#: Bot API, setWebhook: characters that a secret token may have.
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(Exception):
    """A setting is missing or wrong. The text says which and what to do, never its value."""


class Listen(NamedTuple):
    """An address of this machine to listen on."""

    host: str
    port: int


class Settings(BaseSettings):
    """All settings. Names in the environment are these in capitals, e.g. BOT_TOKEN."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = Field(default=SecretStr(""), description="the token that @BotFather gave")
    state_dir: Path = Field(
        default=Path("var"), description="folder of the database, the evidence, the locks"
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="SQLAlchemy address, e.g. postgresql+psycopg://...; empty: SQLite in STATE_DIR",
    )
    bot_api_base: str = Field(
        default="https://api.telegram.org", description="another Bot API server, e.g. a self-hosted one"
    )
    webhook_url: str = Field(default="", description="public https address; empty: long polling")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="1-256 of A-Z a-z 0-9 _ -; needed with WEBHOOK_URL"
    )
    webhook_listen: str = Field(default="127.0.0.1:8081", description="where the webhook listens")
    mailer: Literal["inside", "alone", "off"] = Field(
        default="inside",
        description="inside: reminders from this process; alone: from `bot mailer`; off: none",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="how much to log"
    )
    retention_days: int = Field(
        default=30, ge=1, le=3650, description="days after which a silent chat without an open case is erased"
    )
    pace_per_second: float = Field(
        default=28.0, gt=0, le=1000, description="messages a second, over all chats"
    )
    pace_per_chat: float = Field(
        default=1.0, gt=0, le=1000, description="messages a second to one chat; Telegram allows about 1"
    )
    health_listen: str = Field(default="", description="address of /health, e.g. 127.0.0.1:8082; empty: none")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="Telegram ids of operators, who may ask /health; comma-separated"
    )
    operator_contact: str = Field(
        default="", description="where 人工 leads; empty: the bot says there is nobody"
    )

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a token as @BotFather gives it (digits:letters)")
        return value

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            listen(value)
        return value

    @field_validator("bot_api_base")
    @classmethod
    def _base(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        if self.webhook_url and not self.webhook_url.startswith("https://"):
            raise ValueError("WEBHOOK_URL must start with https:// (Telegram accepts nothing else)")
        if self.webhook_url and not _SECRET.fullmatch(self.webhook_secret.get_secret_value()):
            raise ValueError("WEBHOOK_URL needs WEBHOOK_SECRET: 1-256 characters of A-Z a-z 0-9 _ -")
        return self

    @model_validator(mode="after")
    def _mailer(self) -> Settings:
        if self.mailer == "alone" and self.uses_sqlite:
            raise ValueError(
                "MAILER=alone needs PostgreSQL (DATABASE_URL): one SQLite file serves one process"
            )
        return self

    @property
    def database(self) -> str:
        """The database's address, filled in from STATE_DIR when none is set."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{(self.state_dir / 'bot.sqlite3').absolute()}"

    @property
    def uses_sqlite(self) -> bool:
        """SQLite allows one process at a time."""
        return self.database.startswith("sqlite")


def listen(address: str) -> Listen:
    """Read `host:port`. Raises ValueError."""
    host, separator, port = address.rpartition(":")
    if not separator or not host or not port.isdecimal() or not 0 <= int(port) < 65536:
        raise ValueError(f"must be host:port, e.g. 127.0.0.1:8081, not {address!r}")
    return Listen(host.strip("[]"), int(port))


def load_settings(env_file: Path = Path(".env"), **overrides: Any) -> Settings:
    """Read the settings. Raises SettingsError, in words an operator can act on."""
    refuse_readable_secrets(env_file)
    try:
        return Settings(**{"_env_file": env_file, **overrides})
    except ValidationError as error:
        raise SettingsError("\n".join(_complaint(dict(each)) for each in error.errors())) from None


def _complaint(error: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in error["loc"]).upper()
    return f"设置有误 wrong setting: {name + ': ' if name else ''}{error['msg']}"


def refuse_readable_secrets(env_file: Path) -> None:
    """Raise SettingsError when others on this machine can read a file that holds the token."""
    if os.name != "posix" or not env_file.is_file():
        return
    open_to_others = stat.S_IMODE(env_file.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH)
    if open_to_others and re.search(
        r"(?m)^\s*(?:export\s+)?BOT_TOKEN[ \t]*=[ \t]*\S", env_file.read_text("utf-8")
    ):
        raise SettingsError(
            f"{env_file} 里有 BOT_TOKEN，但本机其他用户也能读它。请执行: chmod 600 {env_file}\n"
            f"{env_file} holds BOT_TOKEN and others on this machine can read it. Run: chmod 600 {env_file}"
        )
