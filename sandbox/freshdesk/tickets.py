"""The calls on tickets: making, reading, changing; outbound mail, replies, notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.freshdesk.call import Call, Operation
from sandbox.freshdesk.helpdesk import Draft
from sandbox.freshdesk.parameters import Rule, address, addresses, is_address, moment, one_of, tags, text
from sandbox.freshdesk.problems import FieldError, Invalid, Problem, invalid_value, not_found
from sandbox.freshdesk.records import FROM_OUTBOUND, GLOBAL_ADDRESS, GLOBAL_MAILBOX, Mailbox, Ticket
from sandbox.freshdesk.search import search_tickets

_FILES = Rule("files")
_STATUS = Rule("number", False, *one_of(2, 3, 4, 5))
_PRIORITY = Rule("number", False, *one_of(1, 2, 3, 4))
_TYPE = Rule("text", False, *one_of("Question", "Incident", "Problem", "Feature Request", "Lead"))
_COMMON = {
    "name": text(limit=255),
    "type": _TYPE,
    "priority": _PRIORITY,
    "attachments": _FILES,
    "custom_fields": Rule("object"),
    "due_by": Rule("time"),
    "fr_due_by": Rule("time"),
    "group_id": Rule("number"),
    "tags": tags(),
}
OUTBOUND = _COMMON | {
    "email": address(required=True),
    "subject": text(required=True, limit=255),
    "email_config_id": Rule("number", required=True),
    "description": text(),
    "status": _STATUS,
    "cc_emails": addresses(),
}
"""Freshdesk: the table of the method; `cc_emails` is in its sample only."""
CREATE = _COMMON | {
    "email": address(),
    "requester_id": Rule("number"),
    "phone": text(),
    "twitter_id": text(),
    "facebook_id": text(),
    "unique_external_id": text(),
    "subject": text(required=True, limit=255),
    "description": text(required=True),
    "status": Rule("number", True, *one_of(2, 3, 4, 5)),
    "responder_id": Rule("number"),
    "cc_emails": addresses(),
    "email_config_id": Rule("number"),
    "parent_id": Rule("number"),
    "product_id": Rule("number"),
    "source": Rule("number", False, *one_of(1, 2, 3, 7, 9, 10)),
    "company_id": Rule("number"),
}
"""Freshdesk: subject, description and status are refused as missing by real accounts, whatever the table says."""
UPDATE = _COMMON | {
    "email": address(),
    "requester_id": Rule("number"),
    "subject": text(limit=255),
    "description": text(),
    "status": _STATUS,
    "responder_id": Rule("number"),
    "email_config_id": Rule("number"),
    "source": Rule("number", False, *one_of(1, 2, 3, 7, 9, 10)),
}
REPLY = {
    "body": text(required=True),
    "attachments": _FILES,
    "from_email": address(),
    "user_id": Rule("number"),
    "cc_emails": addresses(),
    "bcc_emails": addresses(),
}
NOTE = {
    "body": text(required=True),
    "attachments": _FILES,
    "incoming": Rule("flag"),
    "private": Rule("flag"),
    "notify_emails": addresses(),
    "user_id": Rule("number"),
}


async def send_outbound(call: Call) -> Response:
    """POST /tickets/outbound_email. Freshdesk: status 5 where none is given; assigned to the sending agent."""
    given = await call.fields(OUTBOUND)
    if not call.desk.state.switches.outbound or call.takes("outbound_off"):
        words = "The Outbound email feature is not supported in your plan or is switched off."
        raise Problem(403, {"code": "require_feature", "message": words})
    box = _active_mailbox(call, given["email_config_id"])
    from_address, box_id = box.address, box.id
    if call.takes("wrong_from"):
        from_address, box_id = GLOBAL_ADDRESS, GLOBAL_MAILBOX
    draft = Draft(
        email=given["email"],
        subject=given["subject"],
        description=given.get("description", ""),
        name=given.get("name", ""),
        status=given.get("status", 5),
        priority=given.get("priority", 1),
        type=given.get("type"),
        tags=tuple(given.get("tags", ())),
        cc=() if call.takes("drop_cc") else tuple(given.get("cc_emails", ())),
        email_config_id=box_id,
        responder_id=call.agent.id,
        files=() if call.takes("drop_attachment") else tuple(given.get("attachments", ())),
    )
    ticket = call.desk.send_outbound(draft, from_address, call.now)
    if call.takes("loop_back"):
        call.desk.receive(
            GLOBAL_ADDRESS, from_address, draft.subject, "(a copy of our own mail)", None, call.now
        )
    return _made(call, ticket)


async def create(call: Call) -> Response:
    """POST /tickets: as if the requester had written; no mail of ours leaves."""
    given = await call.fields(CREATE)
    email = _requester(call, given)
    if "email_config_id" in given:
        _active_mailbox(call, given["email_config_id"])
    draft = Draft(
        email=email,
        subject=given["subject"],
        description=given["description"],
        name=given.get("name", ""),
        status=given["status"],
        priority=given.get("priority", 1),
        type=given.get("type"),
        tags=tuple(given.get("tags", ())),
        cc=tuple(given.get("cc_emails", ())),
        email_config_id=given.get("email_config_id"),
        responder_id=given.get("responder_id"),
        files=tuple(given.get("attachments", ())),
        source=given.get("source", 2),
    )
    return _made(call, call.desk.make_ticket(draft, call.now))


async def view(call: Call) -> Response:
    """GET /tickets/{id}. Freshdesk: `include=conversations` gives the oldest ten only."""
    call.only("include")
    names = call.includes("conversations", "requester", "company", "stats")
    ticket = call.ticket()
    return JSONResponse(call.answers.ticket(ticket) | call.answers.included(ticket, names))


async def list_tickets(call: Call) -> Response:
    """GET /tickets. Freshdesk: without `updated_since` only tickets created in the last 30 days; an `email`
    that is no contact's is refused."""
    allowed = ("email", "requester_id", "unique_external_id", "company_id", "updated_since", "filter")
    call.only(*allowed, "order_by", "order_type", "include", "page", "per_page")
    names = call.includes("requester", "stats", "description", "company")
    rows = [each for each in call.desk.state.tickets.values() if not each.deleted]
    rows = _of_requester(call, _since(call, rows))
    rows = _ordered(call, rows)
    return call.page(rows, lambda ticket: call.answers.row(ticket) | call.answers.included(ticket, names))


async def update(call: Call) -> Response:
    """PUT /tickets/{id}. Freshdesk: a deleted ticket is 405; subject and description of outbound mail stay
    (with which code that is refused is not documented). That `tags` replaces all is not documented either."""
    ticket = call.ticket()
    if ticket.deleted:
        raise Problem(405, headers={"Allow": "GET"})
    given = await call.fields(UPDATE)
    fixed = [name for name in ("subject", "description") if name in given and ticket.source == FROM_OUTBOUND]
    if fixed:
        words = "It cannot be updated for an outbound ticket"
        raise Invalid([FieldError(name, words, "inconsistent_state") for name in fixed])
    changes: dict[str, Any] = {
        name: given[name]
        for name in ("subject", "status", "priority", "type", "responder_id")
        if name in given
    }
    if "tags" in given:
        changes["tags"] = tuple(dict.fromkeys(given["tags"]))
    if "description" in given:
        changes["description_html"] = given["description"]
    if "email_config_id" in given:
        changes["email_config_id"] = _active_mailbox(call, given["email_config_id"]).id
    changed = call.desk.change_ticket(ticket.id, call.now, **changes)
    call.world.changed("helpdesk")
    return JSONResponse(call.answers.ticket(changed))


async def delete(call: Call) -> Response:
    """DELETE /tickets/{id}: into the trash."""
    call.desk.change_ticket(call.ticket().id, call.now, deleted=True)
    call.world.changed("helpdesk")
    return Response(status_code=204)


async def reply(call: Call) -> Response:
    """POST /tickets/{id}/reply. Freshdesk: it goes to the requester, from the account's global address unless
    `from_email` names a configured one."""
    ticket = _living(call)
    given = await call.fields(REPLY)
    sender = given.get("from_email", GLOBAL_ADDRESS)
    box = call.desk.mailbox_at(sender)
    if "from_email" in given and (box is None or not box.active):
        raise invalid_value("from_email", "There is no active mailbox matching the given from_email")
    said = call.desk.reply(
        ticket,
        call.agent,
        given["body"],
        box.address if box else sender,
        call.now,
        cc=() if call.takes("drop_cc") else given.get("cc_emails", ()),
        bcc=given.get("bcc_emails", ()),
        uploads=() if call.takes("drop_attachment") else given.get("attachments", ()),
    )
    call.world.changed("inbox")
    call.world.changed("helpdesk")
    return JSONResponse(call.answers.reply(said), 201)


async def note(call: Call) -> Response:
    """POST /tickets/{id}/notes. Freshdesk: private unless it says otherwise."""
    ticket = _living(call)
    given = await call.fields(NOTE)
    said = call.desk.note(
        ticket,
        call.agent.id,
        given["body"],
        call.now,
        private=given.get("private", True),
        incoming=given.get("incoming", False),
        notify=given.get("notify_emails", ()),
        uploads=given.get("attachments", ()),
    )
    call.world.changed("helpdesk")
    return JSONResponse(call.answers.conversation(said), 201)


async def conversations(call: Call) -> Response:
    """GET /tickets/{id}/conversations, oldest first."""
    call.only("page", "per_page")
    return call.page(call.desk.conversations_of(call.ticket().id), call.answers.conversation)


def _made(call: Call, ticket: Ticket) -> Response:
    call.world.changed("inbox")
    call.world.changed("helpdesk")
    location = f"{call.world.base}/freshdesk/api/v2/tickets/{ticket.id}"
    return JSONResponse(call.answers.ticket(ticket), 201, {"Location": location})


def _living(call: Call) -> Ticket:
    ticket = call.ticket()
    if ticket.deleted:
        raise not_found()
    return ticket


def _active_mailbox(call: Call, id: int) -> Mailbox:
    box = call.desk.state.mailboxes.get(id)
    if box is None or not box.active:
        raise invalid_value(
            "email_config_id", "There is no active mailbox matching the given email_config_id"
        )
    return box


def _requester(call: Call, given: dict[str, Any]) -> str:
    if "email" in given:
        return str(given["email"])
    if "requester_id" in given:
        try:
            return call.desk.user(given["requester_id"]).address
        except KeyError:
            words = "There is no contact matching the given requester_id"
            raise invalid_value("requester_id", words) from None
    words = "Please fill at least 1 of the requester_id, phone, email, twitter_id, facebook_id fields."
    raise Invalid([FieldError("requester_id", words, "missing_field")])


def _since(call: Call, rows: list[Ticket]) -> list[Ticket]:
    given = call.query.get("updated_since")
    if given is None:
        oldest = call.now - timedelta(days=30)
        return [each for each in rows if each.created_at >= oldest]
    try:
        since = moment(given)
    except ValueError:
        words = "It should be in the 'combined date and time ISO8601' format"
        raise invalid_value("updated_since", words) from None
    return [each for each in rows if each.updated_at.replace(microsecond=0) >= since]


def _of_requester(call: Call, rows: list[Ticket]) -> list[Ticket]:
    email, id = call.query.get("email"), call.query.get("requester_id")
    if email is not None:
        person = call.desk.contact_of(email) if is_address(email) else None
        if person is None:
            raise invalid_value("email", "There is no contact matching the given email")
        rows = [each for each in rows if each.requester_id == person.id]
    if id is not None:
        rows = [each for each in rows if str(each.requester_id) == id]
    return rows


def _ordered(call: Call, rows: list[Ticket]) -> list[Ticket]:
    by = call.query.get("order_by", "created_at")
    way = call.query.get("order_type", "desc")
    if by not in ("created_at", "due_by", "updated_at", "status"):
        raise invalid_value(
            "order_by", "It should be one of these values: 'created_at,due_by,updated_at,status'"
        )
    if way not in ("asc", "desc"):
        raise invalid_value("order_type", "It should be one of these values: 'asc,desc'")
    key = "created_at" if by == "due_by" else by
    return sorted(rows, key=lambda each: (getattr(each, key), each.id), reverse=way == "desc")


OPERATIONS = (
    Operation("POST", "/tickets/outbound_email", send_outbound, meter="create"),
    Operation("POST", "/tickets", create, meter="create"),
    Operation("GET", "/tickets", list_tickets, meter="list", credits=2),
    Operation("GET", "/tickets/{id:int}", view, credits=1),
    Operation("PUT", "/tickets/{id:int}", update, meter="update"),
    Operation("DELETE", "/tickets/{id:int}", delete),
    Operation("POST", "/tickets/{id:int}/reply", reply),
    Operation("POST", "/tickets/{id:int}/notes", note),
    Operation("GET", "/tickets/{id:int}/conversations", conversations),
    Operation("GET", "/search/tickets", search_tickets),
)
