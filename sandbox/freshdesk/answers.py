"""The JSON that Freshdesk's API answers with. Freshdesk: blanks are null, times `YYYY-MM-DDTHH:MM:SSZ`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.freshdesk.helpdesk import Helpdesk, as_text
from sandbox.freshdesk.records import (
    OPEN,
    Agent,
    CannedResponse,
    Contact,
    Conversation,
    File,
    Folder,
    Mailbox,
    Ticket,
)

Json = dict[str, Any]


class Answers:
    """Writes what the helpdesk keeps as Freshdesk does; `base` is the sandbox's origin."""

    def __init__(self, desk: Helpdesk, base: str) -> None:
        self._desk = desk
        self._base = base

    def agent(self, agent: Agent, created: datetime) -> Json:
        at = moment(created)
        contact = {"active": True, "email": agent.address, "name": agent.name, "language": "en"}
        contact |= {"job_title": None, "mobile": None, "phone": None, "time_zone": "UTC"}
        contact |= {"last_login_at": at, "created_at": at, "updated_at": at}
        answer: Json = {"id": agent.id, "available": True, "occasional": False, "signature": None}
        answer |= {"ticket_scope": 1, "type": "support_agent", "group_ids": [], "role_ids": []}
        return answer | {"created_at": at, "updated_at": at, "contact": contact}

    def contact(self, contact: Contact) -> Json:
        at = moment(contact.created_at)
        answer: Json = {"id": contact.id, "active": False, "email": contact.address, "name": contact.name}
        answer |= {"phone": None, "mobile": None, "twitter_id": None, "unique_external_id": None}
        answer |= {"address": None, "company_id": None, "description": None, "job_title": None}
        answer |= {"language": "en", "time_zone": "UTC", "other_emails": [], "tags": [], "custom_fields": {}}
        return answer | {"created_at": at, "updated_at": at}

    def mailbox(self, box: Mailbox) -> Json:
        at = moment(box.created_at)
        answer: Json = {"id": box.id, "name": box.name, "support_email": box.address, "group_id": None}
        answer |= {"default_reply_email": box.default, "active": box.active, "product_id": None}
        forward = box.address.replace("@", "").replace(".", "") + "@2i2c.freshdesk.com"
        answer |= {"mailbox_type": "freshdesk_mailbox", "freshdesk_mailbox": {"forward_email": forward}}
        return answer | {"created_at": at, "updated_at": at}

    def folder(self, folder: Folder, created: datetime) -> Json:
        count = sum(1 for each in self._desk.state.canned.values() if each.folder_id == folder.id)
        at = moment(created)
        answer: Json = {"id": folder.id, "name": folder.name, "personal": folder.personal}
        return answer | {"responses_count": count, "created_at": at, "updated_at": at}

    def canned_response(self, response: CannedResponse) -> Json:
        answer: Json = {"id": response.id, "title": response.title, "folder_id": response.folder_id}
        answer |= {"content": as_text(response.content_html), "content_html": response.content_html}
        answer["attachments"] = [self.file(each) for each in response.files]
        return answer | {"created_at": moment(response.created_at), "updated_at": moment(response.updated_at)}

    def file(self, file: File) -> Json:
        at = moment(file.created_at)
        answer: Json = {
            "id": file.id,
            "name": file.name,
            "content_type": file.content_type,
            "size": file.size,
        }
        return answer | {"created_at": at, "updated_at": at, "attachment_url": self.file_url(file)}

    def file_url(self, file: File) -> str:
        return f"{self._base}/freshdesk/attachments/{file.id}?signature={self._desk.signature(file)}"

    def ticket(self, ticket: Ticket) -> Json:
        """A ticket as one answer; lists leave description and attachments out (`row`)."""
        text = as_text(ticket.description_html)
        contents = [{"type": "text", "data": {"content": text}}]
        answer = self.row(ticket) | {"description": ticket.description_html, "description_text": text}
        answer["structured_description"] = {"description_contents": contents}
        return answer | {"attachments": [self.file(each) for each in ticket.files]}

    def row(self, ticket: Ticket) -> Json:
        mailbox = self._desk.state.mailboxes.get(ticket.email_config_id or 0)
        answer: Json = {"id": ticket.id, "subject": ticket.subject, "status": ticket.status}
        answer |= {"priority": ticket.priority, "source": ticket.source, "type": ticket.type}
        answer |= {"cc_emails": list(ticket.cc), "fwd_emails": [], "reply_cc_emails": list(ticket.cc)}
        answer |= {"to_emails": None, "tags": list(ticket.tags)}
        answer |= {"requester_id": ticket.requester_id, "responder_id": ticket.responder_id}
        answer |= {"email_config_id": ticket.email_config_id, "group_id": None, "product_id": None}
        answer |= {"support_email": mailbox.address if mailbox else None, "company_id": None}
        answer |= {"fr_escalated": False, "is_escalated": False, "spam": False, "association_type": None}
        answer |= {"due_by": None, "fr_due_by": None, "custom_fields": dict(ticket.custom_fields)}
        answer |= {"created_at": moment(ticket.created_at), "updated_at": moment(ticket.updated_at)}
        return answer | ({"deleted": True} if ticket.deleted else {})

    def included(self, ticket: Ticket, names: list[str]) -> Json:
        """What `include` adds to a ticket."""
        answer: Json = {}
        if "requester" in names:
            who = self._desk.user(ticket.requester_id)
            answer["requester"] = {"id": who.id, "name": who.name, "email": who.address}
            answer["requester"] |= {"mobile": None, "phone": None}
        if "company" in names:
            answer["company"] = {}
        if "stats" in names:
            done = moment(ticket.updated_at) if ticket.status > OPEN + 1 else None
            answer["stats"] = {"closed_at": done, "resolved_at": done, "first_responded_at": None}
        if "description" in names:
            answer["description"] = ticket.description_html
            answer["description_text"] = as_text(ticket.description_html)
        if "conversations" in names:
            oldest = self._desk.conversations_of(ticket.id)[:10]
            answer["conversations"] = [self.conversation(each) for each in oldest]
        return answer

    def conversation(self, said: Conversation) -> Json:
        at = moment(said.created_at)
        answer: Json = {"id": said.id, "ticket_id": said.ticket_id, "user_id": said.user_id}
        answer |= {"body": said.body_html, "body_text": as_text(said.body_html), "source": said.source}
        answer |= {"incoming": said.incoming, "private": said.private, "support_email": said.support_email}
        answer |= {"from_email": said.from_address, "to_emails": list(said.to), "cc_emails": list(said.cc)}
        answer |= {"bcc_emails": list(said.bcc), "attachments": [self.file(each) for each in said.files]}
        return answer | {"created_at": at, "updated_at": at}

    def reply(self, said: Conversation) -> Json:
        """The answer to a reply has fewer fields, and `replied_to`."""
        left_out = {"source", "incoming", "private", "support_email", "to_emails"}
        whole = self.conversation(said)
        return {key: value for key, value in whole.items() if key not in left_out} | {
            "replied_to": list(said.to)
        }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
