"""The pretended helpdesk: tickets, conversations, canned responses, and the mail that leaves and arrives.

Rules of the wire (fields, errors, limits) are in `sandbox.freshdesk.api`; here is what happens.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from pydantic import TypeAdapter

from sandbox.freshdesk.limits import Meter
from sandbox.freshdesk.records import (
    FROM_EMAIL,
    FROM_OUTBOUND,
    FROM_PORTAL,
    GLOBAL_ADDRESS,
    NOTE,
    OPEN,
    REPLY,
    Agent,
    CannedResponse,
    Contact,
    Conversation,
    File,
    Mail,
    Mailbox,
    State,
    Ticket,
)
from sandbox.freshdesk.seed import seeded_state

_STATE = TypeAdapter(State)


@dataclass(frozen=True)
class Upload:
    """A file on its way in."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Draft:
    """What a call asks for when it makes a ticket."""

    email: str
    subject: str
    description: str
    name: str = ""
    status: int = OPEN
    priority: int = 1
    type: str | None = None
    tags: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    email_config_id: int | None = None
    responder_id: int | None = None
    files: tuple[Upload, ...] = ()
    source: int = FROM_PORTAL


@dataclass(frozen=True)
class Letter:
    """A mail about to travel; without a `sender_name` its mailbox's or contact's name is used."""

    sender: str
    to: tuple[str, ...]
    subject: str
    html: str
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    sender_name: str = ""


class Helpdesk:
    """One helpdesk account. `state` may be read by anyone and is changed by the methods only."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.meter = Meter()

    @classmethod
    def seeded(cls, now: datetime) -> Self:
        """As a newcomer finds it."""
        return cls(seeded_state(now))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Raises ValueError when `kept` is not what `to_json` gave."""
        return cls(_STATE.validate_python(kept))

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = _STATE.dump_python(self.state, mode="json")
        return kept

    @property
    def outbox(self) -> list[Mail]:
        """Every mail the helpdesk itself sent, oldest first."""
        ours = self.our_addresses()
        return [mail for mail in self.state.mails.values() if mail.from_address.casefold() in ours]

    def our_addresses(self) -> frozenset[str]:
        """The addresses the helpdesk sends from, casefolded."""
        boxes = {box.address.casefold() for box in self.state.mailboxes.values()}
        return frozenset(boxes | {GLOBAL_ADDRESS})

    def inbox(self, address: str) -> list[Mail]:
        """The mails delivered to `address`, newest first."""
        wanted = address.casefold()
        return [mail for mail in reversed(self.state.mails.values()) if wanted in mail.recipients]

    def sent_by(self, address: str) -> list[Mail]:
        """The mails that `address` wrote, newest first."""
        wanted = address.casefold()
        return [m for m in reversed(self.state.mails.values()) if m.from_address.casefold() == wanted]

    def contact_of(self, address: str) -> Contact | Agent | None:
        """Who has this address; agents are users too."""
        wanted = address.casefold()
        people: list[Contact | Agent] = [*self.state.contacts.values(), *self.state.agents.values()]
        return next((person for person in people if person.address.casefold() == wanted), None)

    def user(self, id: int) -> Contact | Agent:
        """Raises KeyError."""
        return self.state.agents.get(id) or self.state.contacts[id]

    def mailbox_at(self, address: str) -> Mailbox | None:
        wanted = address.casefold()
        return next((box for box in self.state.mailboxes.values() if box.address.casefold() == wanted), None)

    def conversations_of(self, ticket_id: int) -> list[Conversation]:
        """Oldest first."""
        return [each for each in self.state.conversations.values() if each.ticket_id == ticket_id]

    def blob(self, file: File) -> bytes:
        return base64.b64decode(self.state.blobs[file.sha256])

    def file(self, id: int) -> File | None:
        """An attachment of a canned response, a ticket or a conversation that still exists."""
        holders = (self.state.canned, self.state.tickets, self.state.conversations, self.state.mails)
        for holder in holders:
            for item in holder.values():
                for file in item.files:
                    if file.id == id:
                        return file
        return None

    def signature(self, file: File) -> str:
        """What makes an attachment's address work without a key, as with Freshdesk's presigned links."""
        return hashlib.sha256(f"{self.state.secret}/{file.id}".encode()).hexdigest()[:32]

    def make_contact(self, address: str, name: str, now: datetime) -> Contact:
        contact = Contact(self._next_id(), address, name or address.partition("@")[0].capitalize(), now)
        self.state.contacts[contact.id] = contact
        return contact

    def send_outbound(self, draft: Draft, from_address: str, now: datetime) -> Ticket:
        """A mail from `from_address`, and the ticket that tracks it."""
        ticket = self.make_ticket(replace(draft, source=FROM_OUTBOUND), now)
        self.deliver(
            Letter(
                from_address, (draft.email,), draft.subject, draft.description, ticket.cc, files=ticket.files
            ),
            now,
            ticket.id,
        )
        return ticket

    def make_ticket(self, draft: Draft, now: datetime) -> Ticket:
        """A ticket; the requester becomes a contact where there is none. No mail leaves."""
        requester = self.contact_of(draft.email) or self.make_contact(draft.email, draft.name, now)
        self.state.last_ticket += 1
        ticket = Ticket(
            id=self.state.last_ticket,
            subject=draft.subject,
            description_html=as_description(draft.description),
            status=draft.status,
            priority=draft.priority,
            source=draft.source,
            type=draft.type,
            tags=draft.tags,
            cc=draft.cc,
            requester_id=requester.id,
            responder_id=draft.responder_id,
            email_config_id=draft.email_config_id,
            files=tuple(self.keep(upload, now) for upload in draft.files),
            created_at=now,
            updated_at=now,
        )
        self.state.tickets[ticket.id] = ticket
        return ticket

    def change_ticket(self, id: int, now: datetime, **changes: Any) -> Ticket:
        """Set fields of a ticket; `updated_at` moves."""
        changed = replace(self.state.tickets[id], **changes, updated_at=now)
        self.state.tickets[id] = changed
        return changed

    def reply(
        self,
        ticket: Ticket,
        agent: Agent,
        body: str,
        from_address: str,
        now: datetime,
        *,
        cc: Sequence[str] = (),
        bcc: Sequence[str] = (),
        uploads: Sequence[Upload] = (),
    ) -> Conversation:
        """Mail the requester on the ticket."""
        to = (self.user(ticket.requester_id).address,)
        files = tuple(self.keep(upload, now) for upload in uploads)
        said = Conversation(
            self._next_id(),
            ticket.id,
            agent.id,
            REPLY,
            body,
            now,
            support_email=from_address,
            from_address=from_address,
            to=to,
            cc=tuple(cc),
            bcc=tuple(bcc),
            files=files,
        )
        self._converse(said)
        letter = Letter(from_address, to, f"Re: {ticket.subject}", body, said.cc, said.bcc, files)
        self.deliver(letter, now, ticket.id)
        return said

    def note(
        self,
        ticket: Ticket,
        author_id: int,
        body: str,
        now: datetime,
        *,
        private: bool = True,
        incoming: bool = False,
        notify: Sequence[str] = (),
        uploads: Sequence[Upload] = (),
    ) -> Conversation:
        """A note; agents in `notify` would be told by mail, which the sandbox does not pretend."""
        said = Conversation(
            self._next_id(),
            ticket.id,
            author_id,
            NOTE,
            body,
            now,
            incoming=incoming,
            private=private,
            to=tuple(notify),
            files=tuple(self.keep(upload, now) for upload in uploads),
        )
        self._converse(said)
        return said

    def deliver(self, letter: Letter, now: datetime, ticket_id: int | None = None) -> Mail:
        """Put one mail into the inboxes of its recipients; its sender's name is the mailbox's or contact's."""
        number = self._next_id()
        sender = self.mailbox_at(letter.sender) or self.contact_of(letter.sender)
        mail = Mail(
            number,
            f"<{number}.{self.state.secret[:8]}@{letter.sender.rpartition('@')[2]}>",
            now,
            letter.sender_name or (sender.name if sender else ""),
            letter.sender,
            letter.to,
            letter.subject,
            letter.html,
            letter.cc,
            letter.bcc,
            letter.files,
            ticket_id,
        )
        self.state.mails[number] = mail
        known = {address.casefold() for address in self.state.inboxes} | self.our_addresses()
        new = dict.fromkeys((*letter.to, *letter.cc))
        self.state.inboxes += [address for address in new if address.casefold() not in known]
        return mail

    def receive(
        self, sender: str, to: str, subject: str, text: str, ticket_id: int | None, now: datetime
    ) -> Ticket:
        """A mail of an outsider arrives: on the ticket it answers, which is opened again, or as a new one.

        Freshdesk: an answer to an outbound mail reopens its ticket, by a rule every account starts with.
        """
        body = f"<div>{html.escape(text).replace(chr(10), '<br>')}</div>"
        ticket = self.state.tickets.get(ticket_id or 0)
        person = self.contact_of(sender) or self.make_contact(sender, "", now)
        if ticket is None or ticket.deleted:
            box = self.mailbox_at(to)
            draft = Draft(sender, subject, body, email_config_id=box.id if box else None, source=FROM_EMAIL)
            ticket = self.make_ticket(draft, now)
        else:
            said = Conversation(
                self._next_id(),
                ticket.id,
                person.id,
                REPLY,
                body,
                now,
                incoming=True,
                support_email=to,
                from_address=sender,
                to=(to,),
            )
            self._converse(said)
            ticket = self.change_ticket(ticket.id, now, status=OPEN)
        self.deliver(Letter(sender, (to,), subject, body), now, ticket.id)
        return ticket

    def change_canned(self, id: int, now: datetime, **changes: Any) -> CannedResponse:
        """Edit a canned response; `updated_at` moves. Raises KeyError."""
        changed = replace(self.state.canned[id], **changes, updated_at=now)
        self.state.canned[id] = changed
        return changed

    def duplicate_canned(self, id: int, now: datetime) -> CannedResponse:
        """A second response with the same title, text and files. Raises KeyError."""
        original = self.state.canned[id]
        files = tuple(replace(file, id=self._next_id(), created_at=now) for file in original.files)
        copy = replace(original, id=self._next_id(), files=files, created_at=now, updated_at=now)
        self.state.canned[copy.id] = copy
        return copy

    def keep(self, upload: Upload, now: datetime) -> File:
        """Keep a file's bytes, once for all files of the same content."""
        digest = hashlib.sha256(upload.data).hexdigest()
        self.state.blobs.setdefault(digest, base64.b64encode(upload.data).decode())
        return File(self._next_id(), upload.name, upload.content_type, len(upload.data), digest, now)

    def _converse(self, said: Conversation) -> None:
        self.state.conversations[said.id] = said
        self.change_ticket(said.ticket_id, said.created_at)

    def _next_id(self) -> int:
        self.state.last_id += 1
        return self.state.last_id


def as_description(body_html: str) -> str:
    """Freshdesk puts what it keeps into a `<div>` of its own."""
    return body_html if body_html.startswith("<div") else f"<div>{body_html}</div>"


def as_text(body_html: str) -> str:
    """The words of an HTML body, as Freshdesk's `body_text` and `description_text`."""
    without = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", "", body_html)
    broken = re.sub(r"(?i)<br\s*/?>|</p\s*>|</div\s*>", "\n", without)
    words = html.unescape(re.sub(r"<[^>]*>", "", broken))
    return re.sub(r"[ \t]*\n\s*", "\n", words).strip()
