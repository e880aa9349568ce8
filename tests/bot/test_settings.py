"""Settings come from the environment first, and secrets are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, WrongSetting, read_settings


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_there_are_no_credentials_and_2i2cs_defaults() -> None:
    settings = Settings()
    assert not settings.has_credentials
    assert settings.team.mailbox == "partnerships@2i2c.org"
    assert settings.team.cancel_seconds == 60
    assert not settings.team.live


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "assistant.toml").write_text('port = 1111\n[team]\ncancel_seconds = 5\nchannel = "leads"\n')
    monkeypatch.setenv("PORT", "2222")
    monkeypatch.setenv("TEAM__CANCEL_SECONDS", "7")
    settings = Settings()
    assert (settings.port, settings.team.cancel_seconds, settings.team.channel) == (2222, 7, "leads")


def test_working_hours_that_never_begin_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM__WORKING_HOURS", "[18, 9]")
    with pytest.raises(WrongSetting, match=r"TEAM__WORKING_HOURS.*before the second"):
        read_settings()


def test_secrets_do_not_show() -> None:
    settings = Settings(slack_bot_token="xoxb-real-secret")  # type: ignore[arg-type]
    assert settings.has_credentials
    assert "real-secret" not in repr(settings)
    assert "real-secret" not in str(settings.model_dump())
