"""Wiring: mistakes keep a process from starting, and say where they are; words for groups and operators."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import ROOT, App, Content, StartError, bootstrap, fresh_id, invitation, read_content
from bot.commands import erase
from bot.settings import Settings, load_settings
from bot.store.database import Store
from flows.actions import Words
from flows.events import CommandGiven, TextReceived
from flows.moment import SHANGHAI
from handlers.callback import decode, encode
from handlers.incoming import Incoming

AT = datetime(2026, 11, 24, 10, 15, tzinfo=SHANGHAI)
LINK = "https://t.me/refund_bot?start=group"


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


def test_a_mistake_in_the_knowledge_names_file_field_and_cure(tmp_path: Path) -> None:
    for name in ("data", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    broken = sorted((tmp_path / "data" / "knowledge" / "channels").glob("*.yaml"))[0]
    broken.write_text(broken.read_text("utf-8").replace("name:", "nane:", 1), "utf-8")
    with pytest.raises(StartError) as caught:
        read_content(root=tmp_path)
    assert broken.name in str(caught.value)
    assert "nane" in str(caught.value)
    assert "改法" in str(caught.value)


def test_a_mistake_in_the_wording_is_named(tmp_path: Path) -> None:
    for name in ("data", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "locales" / "zh-CN" / "extra.yaml").write_text("group.private: 又一次\n", "utf-8")
    with pytest.raises(StartError, match=r"group\.private"):
        read_content(root=tmp_path)


@pytest.mark.parametrize(
    ("code", "word"),
    [("zh-hans", "私聊"), (None, "私聊"), ("zh-hant", "個人資訊"), ("en", "in private"), ("fr", "私聊")],
)
def test_groups_are_invited_in_their_language(content: Content, code: str | None, word: str) -> None:
    line = invitation(content.catalog, code, LINK)
    assert word in line
    assert LINK in line


def test_human_help_leads_to_the_operator_when_there_is_one(content: Content) -> None:
    with_operator = read_content("客服 <b>@someone</b> {name}").catalog
    for locale in ("zh-CN", "zh-TW", "en"):
        shown = with_operator.html(locale, Words("chat.human"))
        assert "客服 &lt;b&gt;@someone&lt;/b&gt; name" in shown
        assert "12315" in shown
    assert "@someone" not in content.catalog.html("zh-CN", Words("chat.human"))


def test_fresh_ids_fit_into_buttons_and_differ() -> None:
    ids = {fresh_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("[a-z2-7]{8}", each) for each in ids)
    assert all(decode(encode(each, 1, "x")).case_id == each for each in ids)


# -- with a database ---------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    return load_settings()


async def talk(app: App, chat_id: int) -> None:
    start = CommandGiven(name="start", at=AT)
    told = TextReceived(text="上周在某卡盟买Q币付了68元，一直没到账", at=AT, message_id=2)
    for update_id, event in enumerate((start, told), start=chat_id * 10):
        receipt = await app.service.accept(Incoming(chat_id=chat_id, event=event, update_id=update_id))
        assert receipt.taken and not receipt.failed
        assert receipt.letters


def counted(database: str, chat_id: int) -> dict[str, int]:
    """Rows about a chat, in every table that has chats."""
    from sqlalchemy import text

    from bot.store.schema import metadata

    store = Store(database)
    try:
        return {
            table.name: store.write(
                lambda c, name=table.name: c.execute(
                    text(f"SELECT count(*) FROM {name} WHERE chat_id = {chat_id}")
                ).scalar_one()  # type: ignore[misc]
            )
            for table in metadata.sorted_tables
            if "chat_id" in table.columns
        }
    finally:
        store.close()


def test_an_operator_can_erase_a_chat_and_only_that(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    app = bootstrap(settings)
    asyncio.run(talk(app, 1001))
    asyncio.run(talk(app, 1002))
    app.store.close()
    kept = settings.state_dir / "files" / "1001" / "ab"
    kept.mkdir(parents=True)
    (kept / "abcd").write_bytes(b"evidence")
    assert counted(settings.database, 1001)["conversations"] == 1
    assert erase.main(["1001", "--yes"]) == 0
    assert "1001" in capsys.readouterr().out
    after = counted(settings.database, 1001)
    assert {name: rows for name, rows in after.items() if rows and name != "inbox"} == {}
    assert counted(settings.database, 1002)["conversations"] == 1
    assert not kept.exists()
    stored = b"".join(path.read_bytes() for path in settings.state_dir.rglob("*") if path.is_file())
    assert "没到账".encode() in stored, "the other chat's words are still there, so looking for words works"


def test_erasing_wants_the_number_twice(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("1002\n"))
    assert erase.main(["1001"]) == 1
    assert not settings.state_dir.exists()


def test_a_second_process_is_refused_in_clear_words(settings: Settings) -> None:
    store = Store(settings.database)
    try:
        with pytest.raises(StartError, match="已在运行"):
            bootstrap(settings)
    finally:
        store.close()


def test_a_database_that_is_none_is_refused_in_clear_words(settings: Settings) -> None:
    settings.state_dir.mkdir()
    (settings.state_dir / "bot.sqlite3").write_bytes(b"this is no database, not at all" * 100)
    with pytest.raises(StartError, match="数据库不能用"):
        bootstrap(settings)
