"""Settings: the environment, then `.env`, then `assistant.toml`, then 2i2c's defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from sops.team import Team

TOML_FILE = "assistant.toml"


class WrongSetting(Exception):
    """A setting cannot be what it is; the message names it and never quotes its value, which may be a secret."""


class Settings(BaseSettings):
    """Everything that can be set. A team's values are `TEAM__CANCEL_SECONDS` in the environment, or
    `cancel_seconds` under `[team]` in `assistant.toml`. Secrets are never printed."""

    model_config = SettingsConfigDict(
        env_file=".env", toml_file=TOML_FILE, env_nested_delimiter="__", extra="ignore"
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = ""
    freshdesk_url: str = ""
    freshdesk_api_key: SecretStr = SecretStr("")
    calendly_url: str = "https://api.calendly.com"
    calendly_token: SecretStr = SecretStr("")
    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    google_refresh_token: SecretStr = SecretStr("")
    google_token_url: str = "https://oauth2.googleapis.com/token"
    google_key_file: Path | None = None
    google_drive_id: str = ""
    google_api_url: str = ""
    data_folder: Path = Path("data")
    templates_folder: Path | None = None
    clock_file: Path | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8484
    worker_id: str = "main"
    workers: int = 4
    team: Team = Team()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def has_credentials(self) -> bool:
        """Whether any real system is configured; else the sandbox stands in for all of them."""
        secrets = (
            self.slack_bot_token,
            self.slack_app_token,
            self.freshdesk_api_key,
            self.calendly_token,
            self.google_refresh_token,
        )
        return self.google_key_file is not None or any(secret.get_secret_value() for secret in secrets)


def read_settings() -> Settings:
    """The settings of this process. Raises WrongSetting."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongSetting(_in_words(error)) from None
    except SettingsError:
        example = """TEAM__SENDERS='["U012AB3CD"]'"""
        raise WrongSetting(
            f"A setting TEAM or TEAM__… cannot be read: a list is written as JSON, like {example}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(f"{TOML_FILE} cannot be read: {error}.") from None
    except UnicodeDecodeError:
        raise WrongSetting(f".env or {TOML_FILE} is not text in UTF-8.") from None
    try:
        ZoneInfo(settings.team.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting(
            "TEAM__TIME_ZONE: there is no such time zone (one is named like Europe/Lisbon)."
        ) from None
    return settings


def _in_words(error: ValidationError) -> str:
    """Which settings, by their names in the environment, and what is wrong with each."""
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'__'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in wrong) + "."
