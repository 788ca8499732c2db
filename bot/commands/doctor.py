"""`python -m bot doctor`: what is right, what is wrong, and the cure; exit code 1 when something is wrong.

Changes nothing and may be run beside the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from aiogram.types import WebhookInfo

#: SQLite before this may damage a database that two connections write to (WAL reset, fixed on 2026-03-13).
SAFE_SQLITE = (3, 51, 3)
#: Bytes that should be free: a day of evidence from a busy day.
ROOM = 500 * 1024 * 1024
#: Seconds that the clock may be off: reminders and the dates in letters depend on it.
DRIFT = 60.0

Mark = Literal["✓", "!", "✗"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. "!" is worth knowing, "✗" keeps the bot from working."""

    mark: Mark
    about: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.about}" + (f"\n    → {self.cure}" if self.cure else "")


def main(argv: Sequence[str]) -> int:
    """Print the report."""
    argparse.ArgumentParser(prog="python -m bot doctor", description="检查环境").parse_args(argv)
    findings = list(examine())
    print("\n".join(str(finding) for finding in findings))
    return 1 if any(finding.mark == "✗" for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """All findings, from the ones that need nothing to the ones that need the network."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("✗", f"设置 settings: {error}", "对照 .env.example 修改 / compare with .env.example")
        return
    yield Finding("✓", "设置 settings")
    yield from folder(settings.state_dir)
    yield from database(settings)
    yield from content()
    yield from asyncio.run(telegram(settings))


def folder(path: Path) -> Iterator[Finding]:
    """Whether STATE_DIR can be used, by us only, and has room."""
    if not path.exists():
        yield Finding("!", f"STATE_DIR {path} 还不存在", "第一次启动时会建立 / made at the first start")
        return
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("✗", f"STATE_DIR {path} 不可写 is not writable", f"chown -R $(id -u) {path}")
        return
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
    if open_to:
        yield Finding("✗", f"STATE_DIR {path} 其他用户能进入 is open to others", f"chmod 700 {path}")
    free = shutil.disk_usage(path).free
    if free < ROOM:
        yield Finding("!", f"磁盘只剩 {free // 2**20} MB / little room left", "清理磁盘 / make room")
    if not open_to:
        yield Finding("✓", f"STATE_DIR {path}")


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database can be reached, is sound, writable, and has this version's schema."""
    if settings.uses_sqlite:
        yield from sqlite_version()
        yield from sqlite_file(settings)
    else:
        yield from postgres(settings)


def sqlite_version() -> Iterator[Finding]:
    """The bug in older versions needs two writers, and we only ever have one."""
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Finding(
            "!",
            f"SQLite {sqlite3.sqlite_version} 早于 3.51.3，有 WAL 缺陷 / older than 3.51.3 (WAL reset bug)",
            "本程序只用一个写连接，不受影响；不要让别的程序写这个文件 / let no other program write to the file",
        )
    else:
        yield Finding("✓", f"SQLite {sqlite3.sqlite_version}")


def sqlite_file(settings: Settings) -> Iterator[Finding]:
    """A look into the file without writing to it."""
    from bot.commands.backup import database_file

    path = database_file(settings)
    if not path.exists():
        yield Finding("!", f"数据库 {path} 还不存在", "第一次启动时会建立 / made at the first start")
        return
    try:
        version = _inspect(path)
    except sqlite3.Error as error:
        yield Finding("✗", f"数据库 {path}: {error}", "停机，用最近的备份恢复，见 docs/operations.md")
        return
    if not os.access(path, os.W_OK):
        yield Finding("✗", f"数据库 {path} 不可写 is not writable", f"chown $(id -u) {path}")
        return
    yield schema(version, str(path))


def _inspect(path: Path) -> str | None:
    """The schema version of a sound database. Raises sqlite3.Error."""
    connection = sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True, timeout=10)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    finally:
        connection.close()
    return str(found[0]) if found else None


def postgres(settings: Settings) -> Iterator[Finding]:
    """A connection that looks and writes nothing."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    from bot.store.migrate import current

    try:
        engine = create_engine(settings.database)
        with engine.connect() as connection:
            read_only = connection.execute(text("SHOW transaction_read_only")).scalar()
            version = current(connection)
    except (SQLAlchemyError, ImportError) as error:
        cure = "检查 DATABASE_URL 和 PostgreSQL 是否在运行 / check DATABASE_URL and the server"
        yield Finding("✗", f"数据库连不上 no connection: {type(error).__name__}", cure)
        return
    engine.dispose()
    if read_only == "on":
        yield Finding("✗", "数据库是只读的 read only", "连接主库 / connect to the primary")
        return
    yield schema(version, "PostgreSQL")


def schema(version: str | None, where: str) -> Finding:
    """What the schema version means for a start of this program."""
    from bot.store.migrate import HEAD

    if version == HEAD:
        return Finding("✓", f"数据库 {where}，结构 schema {version}")
    if version is not None and version > HEAD:
        cure = "用更新的程序，或恢复旧备份 / use the newer program"
        return Finding("✗", f"数据库 {where} 的结构 {version} 比程序新 is newer", cure)
    return Finding(
        "!", f"数据库 {where} 的结构 {version} 将升级到 {HEAD}", "先备份，再启动 / back up, then start"
    )


def content() -> Iterator[Finding]:
    """Knowledge and wording, read as at a start."""
    from bot.app import StartError, read_content

    try:
        found = read_content()
    except StartError as error:
        yield Finding("✗", str(error), "python -m bot check")
        return
    yield Finding("✓", f"知识库 knowledge {found.knowledge.version[:12]}")


async def telegram(settings: Settings) -> list[Finding]:
    """Token, webhook and clock, as Telegram sees them."""
    token = settings.bot_token.get_secret_value()
    if not token:
        return [Finding("✗", "没有 BOT_TOKEN", "向 @BotFather 申请，写进 .env / ask @BotFather")]
    from aiogram.exceptions import TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError

    from bot.aiogram_session import connect
    from bot.pace import Pacer

    bot = connect(token, settings.bot_api_base, Pacer(0))
    try:
        me = await bot.get_me(request_timeout=15)
        info = await bot.get_webhook_info(request_timeout=15)
        return [Finding("✓", f"令牌 token: @{me.username}"), *webhook(settings, info), await clock(settings)]
    except (TelegramUnauthorizedError, TelegramNotFound):
        return [Finding("✗", "Telegram 不认这个 BOT_TOKEN", "从 @BotFather 重新复制 / copy it again")]
    except TelegramNetworkError as error:
        cure = "检查网络、代理和 BOT_API_BASE / check network, proxy, BOT_API_BASE"
        return [Finding("✗", f"连不上 {settings.bot_api_base}: {type(error.__cause__).__name__}", cure)]
    finally:
        await bot.session.close()


def webhook(settings: Settings, info: WebhookInfo) -> Iterator[Finding]:
    """Whether Telegram delivers where we listen."""
    if info.url and not settings.webhook_url:
        cure = "启动时会自动取消 / removed at the next start"
        yield Finding("!", f"Telegram 登记了 webhook，而设置是长轮询: {info.url}", cure)
    elif info.url != settings.webhook_url:
        yield Finding("!", "webhook 还没登记或地址不同", "启动时会登记 / registered at the next start")
    else:
        yield Finding("✓", f"接收方式: {'webhook ' + info.url if info.url else '长轮询 long polling'}")
    if info.last_error_message and info.url:
        cure = "检查反向代理和证书 / check the proxy and its certificate"
        yield Finding("!", f"webhook 最近出错: {info.last_error_message}", cure)
    if info.pending_update_count > 100:
        yield Finding(
            "!", f"积压 {info.pending_update_count} 条未收 waiting", "启动后会逐条处理 / start the bot"
        )


async def clock(settings: Settings) -> Finding:
    """Our clock against the server's (HTTP Date)."""
    from aiohttp import ClientError, ClientSession, ClientTimeout

    try:
        async with (
            ClientSession(timeout=ClientTimeout(15)) as session,
            session.head(settings.bot_api_base, allow_redirects=False) as answer,
        ):
            said = parsedate_to_datetime(answer.headers["Date"])
    except (ClientError, TimeoutError, KeyError, ValueError) as error:
        return Finding("!", f"时钟没有核对 clock not compared: {type(error).__name__}")
    drift = (datetime.now(UTC) - said.astimezone(UTC)).total_seconds()
    if abs(drift) > DRIFT:
        return Finding(
            "✗", f"本机时钟差 {drift:+.0f} 秒 off", "开启时间同步 / enable NTP: timedatectl set-ntp true"
        )
    return Finding("✓", f"时钟 clock {drift:+.0f} s")
