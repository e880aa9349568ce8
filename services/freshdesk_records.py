"""What Freshdesk tells and takes, as plain data; parsing of its JSON. Times are aware UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

BODY_KEPT = 100_000
"""Characters kept of a conversation's body; what strangers send beyond is nothing that a person reads here."""


@dataclass(frozen=True)
class Agent:
    """A person of the helpdesk: one of our own."""

    id: int
    address: str
    name: str


@dataclass(frozen=True)
class Mailbox:
    """An address of ours that Freshdesk sends from; `id` is what a ticket calls `email_config_id`."""

    id: int
    address: str
    active: bool


@dataclass(frozen=True)
class AttachmentInfo:
    """A file kept by Freshdesk. `size` in bytes; `url` is temporary and may be on another host."""

    id: int
    name: str
    content_type: str
    size: int
    url: str


@dataclass(frozen=True)
class Attachment:
    """A file to send."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class CannedResponse:
    """A text kept in Freshdesk, with `{{placeholders}}` as they were typed (Freshdesk does not fill them in).

    `folder` is the folder's name; it is empty where only the response itself was asked for.
    """

    id: int
    title: str
    content_html: str
    attachments: tuple[AttachmentInfo, ...]
    updated_at: datetime | None
    folder: str = ""


@dataclass(frozen=True)
class Ticket:
    """A ticket. `status` 2 open, 3 pending, 4 resolved, 5 closed; `source` 1 e-mail, 2 portal, 10 outbound.

    Empty where the call did not tell: `requester_address`, `requester_name`, `attachments` and
    `description_html` in answers to `tickets_of`; the requester in answers to writes. `request_id` is the
    X-Request-Id of the answer, for a support case.
    """

    id: int
    subject: str
    status: int
    priority: int
    tags: tuple[str, ...]
    source: int
    created_at: datetime
    updated_at: datetime
    requester_id: int | None
    requester_address: str
    requester_name: str
    cc: tuple[str, ...]
    email_config_id: int | None
    attachments: tuple[AttachmentInfo, ...]
    description_html: str
    request_id: str = ""


@dataclass(frozen=True)
class TicketChange:
    """That a ticket changed, and when it last did (to the second)."""

    id: int
    updated_at: datetime


@dataclass(frozen=True)
class Conversation:
    """A reply (`source` 0), a note (2) or a forward (8) on a ticket. `incoming`: the requester wrote it. Only the
    first `BODY_KEPT` characters of the bodies are here."""

    id: int
    ticket_id: int
    body_html: str
    body_text: str
    incoming: bool
    private: bool
    source: int
    from_address: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    attachments: tuple[AttachmentInfo, ...]
    created_at: datetime
    request_id: str = ""


@dataclass(frozen=True)
class OutboundEmail:
    """A mail that opens a ticket. `mailbox_id` decides the From; `status` 2 keeps the ticket open."""

    to: str
    name: str
    subject: str
    body_html: str
    mailbox_id: int
    cc: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    status: int = 2
    priority: int = 1


Json = Mapping[str, Any]


def agent(data: Json) -> Agent:
    contact = data.get("contact") or {}
    return Agent(int(data["id"]), str(contact.get("email") or ""), str(contact.get("name") or ""))


def mailbox(data: Json) -> Mailbox:
    return Mailbox(int(data["id"]), str(data["support_email"]), data.get("active") is True)


def attachment(data: Json) -> AttachmentInfo:
    size = data.get("size", data.get("file_size"))
    return AttachmentInfo(
        int(data["id"]),
        str(data["name"]),
        str(data.get("content_type") or "application/octet-stream"),
        int(size or 0),
        str(data.get("attachment_url") or ""),
    )


def canned_response(data: Json) -> CannedResponse:
    changed = data.get("updated_at")
    return CannedResponse(
        int(data["id"]),
        str(data["title"]),
        str(data.get("content_html") or data.get("content") or ""),
        _attachments(data),
        moment(changed) if changed else None,
    )


def ticket(data: Json, request_id: str = "") -> Ticket:
    requester = data.get("requester") or {}
    return Ticket(
        id=int(data["id"]),
        subject=str(data.get("subject") or ""),
        status=int(data["status"]),
        priority=int(data.get("priority") or 1),
        tags=_strings(data, "tags"),
        source=int(data["source"]),
        created_at=moment(data["created_at"]),
        updated_at=moment(data["updated_at"]),
        requester_id=_number(data.get("requester_id")),
        requester_address=str(requester.get("email") or ""),
        requester_name=str(requester.get("name") or ""),
        cc=_strings(data, "cc_emails"),
        email_config_id=_number(data.get("email_config_id")),
        attachments=_attachments(data),
        description_html=str(data.get("description") or ""),
        request_id=request_id,
    )


def ticket_change(data: Json) -> TicketChange:
    return TicketChange(int(data["id"]), moment(data["updated_at"]))


def conversation(data: Json, request_id: str = "") -> Conversation:
    """Also of the answers to `reply` and `notes`, which leave some fields out."""
    return Conversation(
        id=int(data["id"]),
        ticket_id=int(data["ticket_id"]),
        body_html=str(data.get("body") or "")[:BODY_KEPT],
        body_text=str(data.get("body_text") or "")[:BODY_KEPT],
        incoming=data.get("incoming") is True,
        private=data.get("private") is True,
        source=int(data.get("source") or 0),
        from_address=str(data.get("from_email") or ""),
        to=_strings(data, "to_emails") or _strings(data, "replied_to"),
        cc=_strings(data, "cc_emails"),
        attachments=_attachments(data),
        created_at=moment(data["created_at"]),
        request_id=request_id,
    )


def moment(text: str) -> datetime:
    """An ISO 8601 time, with any offset, as UTC. Raises ValueError when it has no offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return at.astimezone(UTC)


def bare_address(text: str) -> str:
    """`ada@uni.example` of `"Ada" <ada@uni.example>`: Freshdesk shows addresses in both forms."""
    inside = re.search(r"<([^<>]+)>\s*$", text)
    return (inside.group(1) if inside else text).strip()


def _attachments(data: Json) -> tuple[AttachmentInfo, ...]:
    return tuple(attachment(item) for item in data.get("attachments") or ())


def _strings(data: Json, field: str) -> tuple[str, ...]:
    return tuple(str(item) for item in data.get(field) or ())


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
