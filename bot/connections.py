"""The outside systems as the settings name them; one that is not configured is None."""

from __future__ import annotations

from bot.settings import Settings, WrongSetting
from services.calendly import Calendly
from services.freshdesk import Freshdesk
from services.google_client import Account, GoogleClient, ServiceAccount, UserAccount
from services.google_docs import GoogleDocs
from services.google_drive import GoogleDrive
from services.slack_threads import SlackThreads
from sops.context import Services


def services(settings: Settings, slack: SlackThreads, google: GoogleClient | None) -> Services:
    """Raises WrongSetting where a system's address or key cannot be one."""
    return Services(
        slack,
        _freshdesk(settings),
        _calendly(settings),
        GoogleDrive(google, settings.google_drive_id) if google else None,
        GoogleDocs(google) if google else None,
    )


def google_client(settings: Settings) -> GoogleClient | None:
    """The assistant's account at Google. Raises WrongSetting."""
    account = _google_account(settings)
    if account is None:
        return None
    if not settings.google_drive_id:
        raise WrongSetting("GOOGLE_DRIVE_ID: which shared drive holds the team's folders is missing.")
    try:
        return GoogleClient(account, root_url=settings.google_api_url)
    except ValueError as error:
        raise WrongSetting(f"GOOGLE_…: {error}.") from None


def _google_account(settings: Settings) -> Account | None:
    token = settings.google_refresh_token.get_secret_value()
    if token:
        secret = settings.google_client_secret.get_secret_value()
        return UserAccount(settings.google_client_id, secret, token, settings.google_token_url)
    return ServiceAccount(settings.google_key_file) if settings.google_key_file else None


def _freshdesk(settings: Settings) -> Freshdesk | None:
    key = settings.freshdesk_api_key.get_secret_value()
    if not settings.freshdesk_url or not key:
        return None
    try:
        return Freshdesk(settings.freshdesk_url, key)
    except ValueError as error:
        raise WrongSetting(f"FRESHDESK_URL or FRESHDESK_API_KEY: {error}.") from None


def _calendly(settings: Settings) -> Calendly | None:
    token = settings.calendly_token.get_secret_value()
    if not token:
        return None
    try:
        return Calendly(settings.calendly_url, token)
    except ValueError as error:
        raise WrongSetting(f"CALENDLY_URL or CALENDLY_TOKEN: {error}.") from None
