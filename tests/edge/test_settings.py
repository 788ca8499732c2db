"""Settings: the example file is complete, mistakes are named, secrets stay secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, SettingsError, listen, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SECRET = "7:planted-token-value"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def example_lines() -> dict[str, str]:
    lines = [line for line in EXAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert list(example_lines()) == [name.upper() for name in Settings.model_fields]


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    assert load_settings(EXAMPLE) == load_settings(tmp_path / "absent.env")


def test_every_default_that_is_not_empty_is_written_out() -> None:
    defaults = load_settings(Path("absent.env")).model_dump(mode="json")
    written = {name.lower(): value for name, value in example_lines().items() if value}
    assert written == {name: _plain(value) for name, value in defaults.items() if value not in ("", [])}


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_admins_are_a_list_of_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "1001, 1002")
    assert load_settings().admin_ids == (1001, 1002)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "")
    assert load_settings(Path("absent.env")).retention_days == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RETENTION_DAYS", "soon"),
        ("MAILER", "outside"),
        ("WEBHOOK_LISTEN", "8081"),
        ("PACE_PER_SECOND", "0"),
        ("PACE_PER_CHAT", "0"),
        ("BOT_API_BASE", "ftp://x"),
        ("ADMIN_IDS", "somebody"),
        ("BOT_TOKEN", "not-a-token"),
        ("BOT_TOKEN", "42:"),
        ("BOT_TOKEN", "42:has space"),
    ],
)
def test_a_mistake_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings(Path("absent.env"))


@pytest.mark.parametrize("secret", ["", "has space", "x" * 257, "密"])
def test_a_webhook_needs_a_secret_that_telegram_accepts(secret: str) -> None:
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET"):
        load_settings(Path("absent.env"), webhook_url="https://bot.example/hook", webhook_secret=secret)


def test_a_mailer_of_its_own_needs_postgresql() -> None:
    with pytest.raises(SettingsError, match="PostgreSQL"):
        load_settings(Path("absent.env"), mailer="alone")
    settings = load_settings(Path("absent.env"), mailer="alone", database_url="postgresql+psycopg://h/d")
    assert not settings.uses_sqlite


def test_secrets_show_up_neither_in_repr_nor_in_errors() -> None:
    settings = load_settings(
        Path("absent.env"), bot_token=SECRET, database_url=f"postgresql://u:{SECRET}@h/d"
    )
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
    with pytest.raises(SettingsError) as caught:
        load_settings(Path("absent.env"), webhook_secret=SECRET, webhook_url="https://bot.example/hook")
    assert SECRET not in str(caught.value)


def test_an_env_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"BOT_TOKEN={SECRET}\n", "utf-8")
    env_file.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_settings(env_file)
    env_file.chmod(0o600)
    assert load_settings(env_file).bot_token.get_secret_value() == SECRET


def test_an_env_file_without_a_token_may_be_readable(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOG_LEVEL=DEBUG\nBOT_TOKEN=\n", "utf-8")
    env_file.chmod(0o644)
    assert load_settings(env_file).log_level == "DEBUG"


def test_listen_addresses() -> None:
    assert listen("[::1]:80") == ("::1", 80)
    assert load_settings(Path("absent.env"), state_dir="/tmp/x").database == "sqlite:////tmp/x/bot.sqlite3"
