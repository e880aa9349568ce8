"""Freshdesk, the helpdesk: mail that leaves the organisation, the tickets that track leads, canned responses.

Source of the rules marked "Freshdesk:" is https://developers.freshdesk.com/api/ (version 2).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from services import freshdesk_records as records
from services.errors import Refused
from services.freshdesk_records import (
    Agent,
    Attachment,
    AttachmentInfo,
    CannedResponse,
    Conversation,
    Mailbox,
    OutboundEmail,
    Ticket,
    TicketChange,
    bare_address,
)
from services.http import Answer, Complaint, Dialect, Http, checked_secret, seconds

SYSTEM = "Freshdesk"
ATTACHMENTS_LIMIT = 15 * 1024 * 1024
"""Freshdesk: 20 MB a ticket now, 15 MB in earlier copies of its documentation; the smaller holds for both."""
PAGES = 300
"""Freshdesk: a page beyond the 300th is refused."""
_FEW = 3
"""So many conversations of several MB each, as HTML and as text, still fit into one answer."""
FROM_THE_BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)

T = TypeVar("T")


class Freshdesk:
    """One helpdesk account, with one agent's API key. Safe to use from several threads.

    `base_url` is the account's (`https://2i2c.freshdesk.com`). Canned responses and mailboxes need the key of
    an administrator. Reads raise Refused, Busy or Unreachable; writes also OutcomeUnknown, and are never
    repeated here. Raises ValueError for a base URL or a key that cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        read_timeout: float = 20.0,
    ) -> None:
        auth = httpx.BasicAuth(checked_secret(SYSTEM, api_key), "X")
        self._http = Http(_DIALECT, base_url, auth=auth, sleep=sleep, read_timeout=read_timeout)

    def __repr__(self) -> str:
        return f"Freshdesk({str(self._http.base)!r})"

    def close(self) -> None:
        self._http.close()

    def me(self) -> Agent:
        """The agent whose key this is: the cheapest way to see that the key works."""
        return self._http.read("/api/v2/agents/me", lambda answer: records.agent(answer.data))

    def agent_addresses(self) -> frozenset[str]:
        """The addresses of all agents, casefolded: our own people, who are nobody's lead."""
        agents = (records.agent(row) for row in self._pages("/api/v2/agents", {"per_page": 100}))
        return frozenset(agent.address.casefold() for agent in agents if agent.address)

    def mailbox(self, address: str) -> Mailbox | None:
        """The mailbox that sends from `address`, None when there is none."""
        rows = self._pages("/api/v2/email/mailboxes", {"support_email": address})
        found = [records.mailbox(row) for row in rows]
        wanted = address.strip().casefold()
        return next((box for box in found if box.address.casefold() == wanted), None)

    def may_start_conversations(self) -> bool:
        """Whether the account lets agents send a first mail.

        Freshdesk: `allow_agent_to_initiate_conversation` of the e-mail settings. An account that does not
        have the switch may; Freshdesk refuses the mail itself where it may not.
        """
        switch = "allow_agent_to_initiate_conversation"
        return self._http.read("/api/v2/email/settings", lambda answer: answer.data.get(switch) is not False)

    def canned_responses(self, title: str) -> list[CannedResponse]:
        """Every canned response of exactly that title, over all folders, with content and `folder`."""
        found = []
        for folder in self._pages("/api/v2/canned_response_folders", {}):
            if folder.get("responses_count") == 0:
                continue
            for entry in self._titles(int(folder["id"])):
                if str(entry["title"]).strip() == title.strip():
                    response = self.canned_response(int(entry["id"]))
                    found.append(replace(response, folder=str(folder.get("name") or "")))
        return found

    def canned_response(self, id: int) -> CannedResponse:
        """Raises Refused with status 404 when it was deleted."""
        path = f"/api/v2/canned_responses/{id:d}"
        return self._http.read(path, lambda answer: records.canned_response(answer.data))

    def download(self, attachment: AttachmentInfo) -> bytes:
        """The file's bytes. Raises Refused when it has more than 15 MB, is gone, or is at no https address.

        The key goes along only to the helpdesk's own host. Freshdesk: the address is temporary; ask for the
        canned response again rather than keeping it.
        """
        if attachment.size > ATTACHMENTS_LIMIT:
            raise _refused("attachments", f"{attachment.name[:80]} has more than 15 MB", "too_large")
        return self._http.fetch(attachment.url, ATTACHMENTS_LIMIT)

    def tickets_of(self, address: str, since: datetime | None = None) -> list[Ticket]:
        """Tickets requested by `address` and changed since the aware `since` (else all), newest first.

        Without attachments and description (`ticket` has them). No search: Freshdesk's lags by minutes.
        Freshdesk: an address that is no contact yet is refused as an invalid `email`; that is no ticket.
        """
        params: dict[str, str | int] = {
            "email": _address("email", address),
            "updated_since": _iso(since or FROM_THE_BEGINNING),
            "order_by": "created_at",
            "order_type": "desc",
            "include": "requester",
            "per_page": 100,
        }
        try:
            rows = list(self._pages("/api/v2/tickets", params))
        except Refused as refused:
            if (refused.status, refused.field, refused.code) == (400, "email", "invalid_value"):
                return []
            raise
        return [records.ticket(row) if "tags" in row else self.ticket(int(row["id"])) for row in rows]

    def tickets_changed(self, since: datetime) -> list[TicketChange]:
        """Every ticket changed since the aware `since`, that second included, the longest unchanged first."""
        params: dict[str, str | int] = {
            "updated_since": _iso(since),
            "order_by": "updated_at",
            "order_type": "asc",
            "per_page": 100,
        }
        return [records.ticket_change(row) for row in self._pages("/api/v2/tickets", params)]

    def ticket(self, id: int) -> Ticket:
        """With requester, attachments and description. Raises Refused with status 404 when there is none."""
        return self._http.read(f"/api/v2/tickets/{id:d}", _ticket, {"include": "requester"})

    def send_outbound_email(self, mail: OutboundEmail) -> Ticket:
        """Send `mail` and open its ticket, in one request that is never repeated.

        Freshdesk: without a status the ticket would be closed at once; the cc is not in its table of
        parameters. So read the ticket back and compare.
        """
        fields = {
            "email": _address("email", mail.to),
            "name": _line("name", mail.name),
            "subject": _line("subject", mail.subject),
            "description": mail.body_html,
            "status": mail.status,
            "priority": mail.priority,
            "email_config_id": mail.mailbox_id,
            "cc_emails": [_address("cc_emails", cc) for cc in mail.cc],
            "tags": [_line("tags", tag) for tag in mail.tags],
        }
        return self._write("/api/v2/tickets/outbound_email", _ticket, fields, mail.attachments)

    def create_ticket(
        self,
        *,
        address: str,
        subject: str,
        body_html: str,
        name: str = "",
        status: int = 2,
        priority: int = 1,
        mailbox_id: int | None = None,
        cc: Sequence[str] = (),
        tags: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
    ) -> Ticket:
        """A ticket as if `address` had written to us; no mail of ours leaves (the account's own "new ticket"
        notices may). The way to open a ticket where `may_start_conversations` is false."""
        fields = {
            "email": _address("email", address),
            "name": _line("name", name),
            "subject": _line("subject", subject),
            "description": body_html,
            "status": status,
            "priority": priority,
            "email_config_id": mailbox_id,
            "cc_emails": [_address("cc_emails", each) for each in cc],
            "tags": [_line("tags", tag) for tag in tags],
        }
        return self._write("/api/v2/tickets", _ticket, fields, attachments)

    def reply(
        self,
        ticket_id: int,
        body_html: str,
        *,
        cc: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
        from_address: str = "",
    ) -> Conversation:
        """Mail the requester of the ticket (Freshdesk: a reply has no To). Without `from_address` it leaves
        from the account's global address."""
        fields = {
            "body": body_html,
            "cc_emails": [_address("cc_emails", each) for each in cc],
            "from_email": _address("from_email", from_address) if from_address else None,
        }
        return self._write(f"/api/v2/tickets/{ticket_id:d}/reply", _conversation, fields, attachments)

    def add_note(self, ticket_id: int, body_html: str, *, private: bool = True) -> Conversation:
        """A note on the ticket; a private one is seen by agents only."""
        fields = {"body": body_html, "private": private}
        return self._write(f"/api/v2/tickets/{ticket_id:d}/notes", _conversation, fields)

    def conversations(self, ticket_id: int) -> list[Conversation]:
        """Replies, notes and forwards of the ticket, oldest first. Huge mails come a few at a time."""
        path = f"/api/v2/tickets/{ticket_id:d}/conversations"
        try:
            return [records.conversation(row) for row in self._pages(path, {})]
        except Refused as refused:
            if refused.code != "too_large":
                raise
        return [records.conversation(row) for row in self._pages(path, {"per_page": _FEW})]

    def update_ticket(
        self, ticket_id: int, *, status: int | None = None, tags: Sequence[str] | None = None
    ) -> Ticket:
        """Set the status, or replace all tags. Raises ValueError when there is nothing to set."""
        fields: dict[str, Any] = {"status": status}
        if tags is not None:
            fields["tags"] = [_line("tags", tag) for tag in tags]
        body = {name: value for name, value in fields.items() if value is not None}
        if not body:
            raise ValueError("nothing to set on the ticket")
        return self._http.write("PUT", f"/api/v2/tickets/{ticket_id:d}", _ticket, body=body)

    def _titles(self, folder_id: int) -> Sequence[Mapping[str, Any]]:
        path = f"/api/v2/canned_response_folders/{folder_id:d}"
        return self._http.read(path, lambda answer: _rows(answer.data["canned_responses"]))

    def _pages(self, path: str, params: Mapping[str, str | int]) -> Iterator[Mapping[str, Any]]:
        """The rows of every page. Only the fact that a next page exists is taken from the Link header, never
        its address: the key stays with our own host."""
        for page in range(1, PAGES + 1):
            rows, more = self._http.read(path, _page, {**params, "page": page} if page > 1 else params)
            yield from rows
            if not more:
                return

    def _write(
        self,
        path: str,
        parse: Callable[[Answer], T],
        fields: Mapping[str, Any],
        attachments: Sequence[Attachment] = (),
    ) -> T:
        """POST as JSON, or as multipart where files go along. Empty fields are left out."""
        given = {name: value for name, value in fields.items() if value not in (None, "", [])}
        if not attachments:
            return self._http.write("POST", path, parse, body=given)
        if sum(len(file.data) for file in attachments) > ATTACHMENTS_LIMIT:
            raise _refused("attachments", "the attachments have more than 15 MB together", "too_large")
        files = [("attachments[]", (file.name, file.data, _content_type(file))) for file in attachments]
        return self._http.write("POST", path, parse, fields=dict(_form_fields(given)), files=files)


def _form_fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, str | list[str]]]:
    """Freshdesk: lists are repeated fields whose name ends in `[]`."""
    for name, value in fields.items():
        if isinstance(value, list):
            yield f"{name}[]", value
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, str(value)


def _ticket(answer: Answer) -> Ticket:
    return records.ticket(answer.data, answer.headers.get("X-Request-Id", ""))


def _conversation(answer: Answer) -> Conversation:
    return records.conversation(answer.data, answer.headers.get("X-Request-Id", ""))


def _page(answer: Answer) -> tuple[list[Mapping[str, Any]], bool]:
    return _rows(answer.data), 'rel="next"' in answer.headers.get("Link", "")


def _rows(data: Any) -> list[Mapping[str, Any]]:
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise ValueError("not a list of objects")
    return data


def _address(field: str, text: str) -> str:
    """One bare address. Raises Refused for anything that could mean more than one, or another header."""
    address = text.strip()
    if len(address) > 254 or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise _refused(field, f"{address[:80]!r} is not one e-mail address", "invalid_value")
    return address


def _line(field: str, text: str) -> str:
    """One line of text. Raises Refused for a line break or another control character: what people
    confirmed is sent unchanged or not at all."""
    if len(text) > 255 or any(
        ord(letter) < 32 or ord(letter) in (127, 0x85, 0x2028, 0x2029) for letter in text
    ):
        raise _refused(field, "it must be one line of at most 255 characters", "invalid_value")
    return text


def _content_type(file: Attachment) -> str:
    return file.content_type if _CONTENT_TYPE.fullmatch(file.content_type) else "application/octet-stream"


def _refused(field: str, words: str, code: str) -> Refused:
    """A refusal of our own, before anything was sent."""
    return Refused(SYSTEM, f"{field}: {words}", code=code, field=field)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _complaint(data: Any) -> Complaint:
    """Freshdesk: `{description, errors: [{field, message, code}]}`; flat `{code, message}` for 401, 403."""
    if not isinstance(data, dict):
        return Complaint()
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else data
    message = first.get("message") or data.get("description") or ""
    return Complaint(str(message), str(first.get("code") or "")[:60], str(first.get("field") or "")[:60])


_DIALECT = Dialect(
    SYSTEM,
    complaint=_complaint,
    wait=lambda headers: seconds(headers.get("Retry-After"), 30.0),
    reset=lambda headers: None,
)

__all__ = [
    "Agent",
    "Attachment",
    "AttachmentInfo",
    "CannedResponse",
    "Conversation",
    "Freshdesk",
    "Mailbox",
    "OutboundEmail",
    "Ticket",
    "TicketChange",
    "bare_address",
]
