"""What every procedure works with: the store, the services, the clock, the words and the team's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.calendly import Calendly
from services.freshdesk import Freshdesk
from services.google_docs import GoogleDocs
from services.google_drive import GoogleDrive
from services.slack_threads import SlackThreads
from sops.clock import Clock
from sops.team import Team
from sops.words import Words
from store.ports import LeadStore

if TYPE_CHECKING:
    from sops.progress import Progress


@dataclass(frozen=True)
class Services:
    """The outside world. A system that is not configured is None, and its steps are done by hand."""

    slack: SlackThreads
    freshdesk: Freshdesk | None = None
    calendly: Calendly | None = None
    drive: GoogleDrive | None = None
    docs: GoogleDocs | None = None


@dataclass(frozen=True)
class Context:
    store: LeadStore
    services: Services
    clock: Clock
    words: Words
    team: Team
    progress: Progress


_here: Context | None = None


def enter(context: Context | None) -> None:
    """Make `context` the one that steps reach by `here()`; None when the process stops."""
    global _here
    _here = context


def here() -> Context:
    """The context of this process. Steps carry ids only, so they find everything else here."""
    if _here is None:
        raise RuntimeError("The engine has not been started.")
    return _here
