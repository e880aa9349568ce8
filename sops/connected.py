"""The systems that a step needs: each as it is connected, else Refused."""

from __future__ import annotations

from services.calendly import Calendly
from services.errors import Refused
from services.freshdesk import Freshdesk
from services.google_docs import GoogleDocs
from services.google_drive import GoogleDrive
from sops.context import here

_NOT = "it is not connected"


def freshdesk() -> Freshdesk:
    connected = here().services.freshdesk
    if connected is None:
        raise Refused("Freshdesk", _NOT)
    return connected


def calendly() -> Calendly:
    connected = here().services.calendly
    if connected is None:
        raise Refused("Calendly", _NOT)
    return connected


def drive() -> GoogleDrive:
    connected = here().services.drive
    if connected is None:
        raise Refused("Google Drive", _NOT)
    return connected


def docs() -> GoogleDocs:
    connected = here().services.docs
    if connected is None:
        raise Refused("Google Docs", _NOT)
    return connected
