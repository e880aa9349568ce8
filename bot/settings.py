"""Settings: the environment, then `.env`, then `assistant.toml`, then 2i2c's defaults."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sops.team import Team


class Settings(BaseSettings):
    """Everything that can be set. A team's values are `TEAM__CANCEL_SECONDS` in the environment, or
    `cancel_seconds` under `[team]` in `assistant.toml`. Secrets are never printed."""

    model_config = SettingsConfigDict(
        env_file=".env", toml_file="assistant.toml", env_nested_delimiter="__", extra="ignore"
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = ""
    freshdesk_url: str = ""
    freshdesk_api_key: SecretStr = SecretStr("")
    calendly_url: str = "https://api.calendly.com"
    calendly_token: SecretStr = SecretStr("")
    data_folder: Path = Path("data")
    templates_folder: Path | None = None
    clock_file: Path | None = None
    port: int = 8484
    worker_id: str = "main"
    workers: int = 8
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
        secrets = (self.slack_bot_token, self.slack_app_token, self.freshdesk_api_key, self.calendly_token)
        return any(secret.get_secret_value() for secret in secrets)
