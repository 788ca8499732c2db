"""Wiring: the only place where the parts of a process are put together.

Promises: a process with a mistake in its knowledge, wording or settings does not start, and says where the mistake
is. No chat library is loaded before it is needed: `bot mailer` never loads aiogram.
"""

from __future__ import annotations

import base64
import gc
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot import knowledge, language, questions, wording
from bot.chores import Chores
from bot.clock import Clock, SystemClock
from bot.files import FetchError, Vault
from bot.greeting import background_send
from bot.health import health
from bot.knowledge_flaws import KnowledgeError
from bot.pace import Pacer
from bot.presence import Presence
from bot.retention import Retention
from bot.sender import Sender
from bot.service import Receipt, Service
from bot.settings import Settings
from bot.store.database import AlreadyRunningError, Store
from bot.store.migrate import NewerSchemaError, migrate
from bot.ticker import Ticker
from flows.actions import Words
from flows.engine import advance, begin
from flows.knowledge import Knowledge
from flows.language import Language
from flows.questions import Question
from flows.script import locale_of_code
from flows.world import World
from handlers.calls import Call
from handlers.render import render
from handlers.wording import Catalog

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.files import Fetch
    from bot.mailer import Mailer, PtbPost
    from handlers.routers import Receive

ROOT = Path(__file__).resolve().parents[1]
#: Seconds between two looks at what is due; what is known to fall due is looked at on time.
HEARTBEAT = 2.0
#: Seconds between two rounds of throwing old things away, and between two signs of life.
SWEEPING, ALIVE = 3600.0, 20.0


class StartError(Exception):
    """The process cannot start. The text says why and what to do, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is read from data/ and locales/, once."""

    knowledge: Knowledge
    language: Language
    questions: Mapping[str, Question]
    catalog: Catalog

    def world(self, now: datetime) -> World:
        """What a decision at `now` may know."""
        return World(
            now=now,
            knowledge=self.knowledge,
            language=self.language,
            questions=self.questions,
            fresh_id=fresh_id(),
        )


@dataclass(slots=True)
class App:
    """The parts that every process has. `heart` looks at what is due, `broom` throws away what is old."""

    settings: Settings
    clock: Clock
    content: Content
    store: Store
    service: Service
    pacer: Pacer
    presence: Presence
    heart: Ticker
    broom: Ticker


@dataclass(slots=True)
class Talker:
    """What listens and answers on Telegram. `mailer` and `mail` are None unless MAILER=inside."""

    app: App
    bot: Bot
    receive: Receive
    sender: Sender
    vault: Vault
    mailer: Mailer | None
    mail: PtbPost | None


class FetchesNothing:
    """`bot.files.Fetch` of a process that only works with files that are here already."""

    def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """Never gives anything."""
        raise FetchError("this process fetches no files")


def fresh_id() -> str:
    """Eight random characters of base32: 40 bits, so that nobody guesses a case."""
    return base64.b32encode(secrets.token_bytes(5)).decode().lower()


def read_content(operator_contact: str = "", root: Path = ROOT) -> Content:
    """Read and check all content. Raises StartError naming file, field and cure."""
    data = root / "data" / "knowledge"
    try:
        known, words = knowledge.load(data), language.load(data / "lexicon")
        asked = questions.load(data / "questions")
        catalog = wording.load(root / "locales")
    except (KnowledgeError, ValueError, OSError) as error:
        raise StartError(f"知识库或文案有误，没有启动 a mistake in data/ or locales/:\n{error}") from error
    return Content(known, words, asked, _with_contact(catalog, operator_contact))


def _with_contact(catalog: Catalog, contact: str) -> Catalog:
    """With an operator to reach, 人工 leads there instead of saying that there is nobody."""
    if not contact:
        return catalog
    safe = escape(contact, quote=False).replace("{", "").replace("}", "")
    texts = {
        locale: {**ids, "chat.human": ids["human.contact"].replace("{contact}", safe)}
        for locale, ids in catalog.texts.items()
        if "human.contact" in ids
    }
    return replace(catalog, texts={**catalog.texts, **texts})


def bootstrap(settings: Settings, clock: Clock | None = None) -> App:
    """Put the parts together and bring the database up to date. Raises StartError."""
    clock = clock or SystemClock()
    store = open_store(settings)
    try:
        content = read_content(settings.operator_contact)
        bring_up_to_date(store)
    except StartError:
        store.close()
        raise
    service = Service(
        store,
        advance=advance,
        begin=begin,
        render=render,
        catalog=content.catalog,
        world=content.world,
        apology=apology(content.catalog),
        clock=clock,
    )
    _spare_the_collector()
    pacer = Pacer(settings.pace_per_second, settings.pace_per_chat)
    presence = Presence(store, clock)
    return App(settings, clock, content, store, service, pacer, presence, Ticker(clock), Ticker(clock))


def _spare_the_collector() -> None:
    """What was read at start lives as long as the process: the garbage collector need not walk over it again and
    again. Measured: a fifth more turns a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def open_store(settings: Settings) -> Store:
    """The database, ours alone if it is SQLite. Raises StartError."""
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store(settings.database)
    except AlreadyRunningError as error:
        raise StartError(
            f"机器人已在运行：一个 SQLite 数据库只能由一个进程使用。先停掉它，或改用 PostgreSQL。\n{error}"
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"数据库不能用 the database cannot be used: {_cause(error)}") from error


def bring_up_to_date(store: Store) -> None:
    """Migrate, once the content is known to be sound: an older program could not go back. Raises StartError."""
    try:
        migrate(store)
    except (SQLAlchemyError, NewerSchemaError) as error:
        raise StartError(f"数据库不能用 the database cannot be used: {_cause(error)}") from error


def _cause(error: Exception) -> str:
    """The reason without SQLAlchemy's background, which may quote statements."""
    return str(error.orig) if isinstance(error, DBAPIError) else str(error)


def apology(catalog: Catalog) -> Call:
    """What is said when our own code failed on a message."""
    return Call(method="sendMessage", params={"text": catalog.plain("zh-CN", Words("failure.apology"))})


def invitation(catalog: Catalog, language_code: str | None, link: str) -> str:
    """The line for groups."""
    return catalog.plain(locale_of_code(language_code), Words("group.private", {"link": link}))


# -- the process that talks ------------------------------------------------------------------------------------


def wire_talker(app: App) -> Talker:
    """The parts that need aiogram, and the mailer when it is to run here."""
    from bot.aiogram_fetch import AiogramFetch
    from bot.aiogram_post import AiogramPost
    from bot.aiogram_session import connect

    settings = app.settings
    bot = connect(settings.bot_token.get_secret_value(), settings.bot_api_base, app.pacer)
    vault = wire_vault(app, AiogramFetch(bot))
    post = AiogramPost(bot, vault.read)
    send = background_send(post)
    owner = app.presence.owner
    sender = Sender(app.store, post, pacer=app.pacer, clock=app.clock, owner=owner)
    mailer, mail = wire_mailer(app, vault) if settings.mailer == "inside" else (None, None)
    return Talker(app, bot, _receive(app, bot, send), sender, vault, mailer, mail)


def _receive(app: App, bot: Bot, send: Callable[[Call], Awaitable[None]]) -> Receive:
    from bot.operators import with_health
    from handlers.groups import GroupGreeter
    from handlers.routers import receiver, router

    async def username() -> str:
        return (await bot.me()).username or ""

    def line(language_code: str | None, link: str) -> str:
        return invitation(app.content.catalog, language_code, link)

    async def report() -> Mapping[str, Any]:
        return await health(app)

    accept = with_health(app.service.accept, app.settings.admin_ids, report, send)
    greeter = GroupGreeter(send, line, username)
    edge = router(accept, greeter, app.clock.now, lambda: secrets.token_hex(16))
    return receiver(bot, edge)


def wire_vault(app: App, fetch: Fetch) -> Vault:
    """The evidence vault in STATE_DIR/files."""
    return Vault(app.settings.state_dir / "files", app.store, app.service, fetch, app.clock)


def wire_mailer(app: App, vault: Vault) -> tuple[Mailer, PtbPost]:
    """The mailer and its post."""
    from bot.mailer import Mailer, PtbPost, make_bot

    settings = app.settings
    mail = PtbPost(
        make_bot(settings.bot_token.get_secret_value(), settings.bot_api_base, app.pacer), vault.read
    )
    mailer = Mailer(app.store, app.service, mail, pacer=app.pacer, clock=app.clock, presence=app.presence)
    return mailer, mail


def wire_ticks(app: App, vault: Vault | None, mailer: Mailer | None, sender: Sender | None) -> None:
    """Say what happens at every tick, and what a turn sets in motion."""
    chores = Chores(app.store, app.service, app.clock)
    if vault is not None:
        app.heart.add("albums", chores.settle_albums, every=HEARTBEAT)
        app.heart.add("files", vault.run, every=HEARTBEAT)
        app.broom.add("tidy", chores.tidy, every=SWEEPING)
        app.broom.add("sweep", vault.sweep, every=SWEEPING)
        retention = Retention(app.store, app.clock, app.settings.retention_days)
        app.broom.add("retention", retention.run, every=SWEEPING)
    if mailer is not None:
        app.heart.add("mail", mailer.run, every=HEARTBEAT)

    def after(receipt: Receipt) -> None:
        if sender is not None:
            sender.offer(receipt.letters)
        app.heart.expect(receipt.next_due)
        if receipt.file_pending or receipt.erased:
            app.heart.poke()

    app.service.listeners.append(after)
