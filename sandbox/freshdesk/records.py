"""What the pretended helpdesk keeps, as plain data; `State` is all of it. Times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5
FROM_EMAIL, FROM_PORTAL, FROM_OUTBOUND = 1, 2, 10
REPLY, NOTE = 0, 2
GLOBAL_MAILBOX, GLOBAL_ADDRESS = 1000, "support@2i2c.freshdesk.com"
"""The account's own address, which Freshdesk uses where none is named. It is no configured mailbox."""


@dataclass(frozen=True)
class Agent:
    id: int
    address: str
    name: str


@dataclass(frozen=True)
class Contact:
    id: int
    address: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class Mailbox:
    id: int
    address: str
    name: str
    active: bool
    default: bool
    created_at: datetime


@dataclass(frozen=True)
class File:
    """An attachment: its bytes are `State.blobs[sha256]`, in base64."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True)
class Folder:
    id: int
    name: str
    personal: bool


@dataclass(frozen=True)
class CannedResponse:
    id: int
    folder_id: int
    title: str
    content_html: str
    files: tuple[File, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Ticket:
    id: int
    subject: str
    description_html: str
    status: int
    priority: int
    source: int
    type: str | None
    tags: tuple[str, ...]
    cc: tuple[str, ...]
    requester_id: int
    responder_id: int | None
    email_config_id: int | None
    files: tuple[File, ...]
    created_at: datetime
    updated_at: datetime
    custom_fields: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False


@dataclass(frozen=True)
class Conversation:
    id: int
    ticket_id: int
    user_id: int
    source: int
    body_html: str
    created_at: datetime
    incoming: bool = False
    private: bool = False
    support_email: str | None = None
    from_address: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Mail:
    """One mail that travelled, as its recipients see it. `from_name` may be empty."""

    id: int
    message_id: str
    at: datetime
    from_name: str
    from_address: str
    to: tuple[str, ...]
    subject: str
    html: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    ticket_id: int | None = None

    @property
    def recipients(self) -> frozenset[str]:
        """All addresses it was delivered to, casefolded."""
        return frozenset(address.casefold() for address in (*self.to, *self.cc, *self.bcc))


@dataclass(frozen=True)
class Switches:
    """What an administrator can set. `plan` decides the limits a minute; `key_is_admin` is about the key
    "sandbox-admin-key" only."""

    outbound: bool = True
    plan: str = "enterprise"
    key_is_admin: bool = True


@dataclass
class State:
    """Everything. `last_id` counts all numbers given out; tickets have their own count, as people read it."""

    secret: str
    agents: dict[int, Agent] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    mailboxes: dict[int, Mailbox] = field(default_factory=dict)
    folders: dict[int, Folder] = field(default_factory=dict)
    canned: dict[int, CannedResponse] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    mails: dict[int, Mail] = field(default_factory=dict)
    inboxes: list[str] = field(default_factory=list)
    blobs: dict[str, str] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    last_id: int = 20_000
    last_ticket: int = 0
