"""Who the assistant is at Google: a person-like account, or a service account."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SCOPE = "https://www.googleapis.com/auth/drive"
"""Google: Docs accepts it too; with `drive.file` the templates, which people made, could not be seen."""
TOKEN_URL = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True)
class UserAccount:
    """A dedicated Workspace account that let the assistant's OAuth client in: mail about shared files comes
    from its address."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    token_url: str = TOKEN_URL


@dataclass(frozen=True)
class ServiceAccount:
    """An account of the Cloud project, by its JSON key file. Google's mail about files it shares may be held
    back, so never claim that it arrived."""

    key_file: Path


Account = UserAccount | ServiceAccount
