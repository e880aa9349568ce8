"""The calls that are not about tickets: agents, contacts, mailboxes, settings, canned responses."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import JSONResponse, Response

from sandbox.freshdesk.call import Call, Operation
from sandbox.freshdesk.parameters import Rule, address, text
from sandbox.freshdesk.problems import FieldError, Invalid, not_found
from sandbox.freshdesk.records import Agent, Contact, Folder

CONTACT = {
    "name": text(required=True, limit=255),
    "email": address(),
    "phone": text(),
    "mobile": text(),
    "twitter_id": text(),
    "unique_external_id": text(),
    "description": text(),
    "job_title": text(),
    "address": text(),
    "language": text(),
    "time_zone": text(),
    "company_id": Rule("number"),
    "tags": Rule("texts"),
    "other_emails": Rule("texts"),
    "custom_fields": Rule("object"),
}


async def me(call: Call) -> Response:
    """GET /agents/me: whose key this is."""
    return JSONResponse(call.answers.agent(call.agent, _opened(call)))


async def agents(call: Call) -> Response:
    """GET /agents."""
    call.only("email", "mobile", "phone", "state", "page", "per_page")
    wanted = call.query.get("email", "").casefold()
    rows = [each for each in call.desk.state.agents.values() if wanted in ("", each.address.casefold())]
    return call.page(rows, lambda agent: call.answers.agent(agent, _opened(call)))


async def agent(call: Call) -> Response:
    """GET /agents/{id}."""
    found = call.desk.state.agents.get(call.id())
    if found is None:
        raise not_found()
    return JSONResponse(call.answers.agent(found, _opened(call)))


async def contacts(call: Call) -> Response:
    """GET /contacts."""
    call.only("email", "mobile", "phone", "company_id", "state", "updated_since", "page", "per_page")
    wanted = call.query.get("email", "").casefold()
    rows = [each for each in call.desk.state.contacts.values() if wanted in ("", each.address.casefold())]
    return call.page(rows, call.answers.contact)


async def contact(call: Call) -> Response:
    """GET /contacts/{id}."""
    found = call.desk.state.contacts.get(call.id())
    if found is None:
        raise not_found()
    return JSONResponse(call.answers.contact(found))


async def create_contact(call: Call) -> Response:
    """POST /contacts: a name and one identifier; 409 when the address is somebody's already."""
    given = await call.fields(CONTACT)
    identifiers = ("email", "phone", "mobile", "twitter_id", "unique_external_id")
    if not any(name in given for name in identifiers):
        words = f"Please fill at least 1 of {', '.join(identifiers)} fields"
        raise Invalid([FieldError("email", words, "missing_field")])
    known: Contact | Agent | None = call.desk.contact_of(given.get("email", ""))
    if known:
        raise Invalid([FieldError("email", "It should be a unique value", "duplicate_value")], status=409)
    made = call.desk.make_contact(given.get("email", ""), given["name"], call.now)
    call.world.changed("helpdesk")
    location = f"{call.world.base}/freshdesk/api/v2/contacts/{made.id}"
    return JSONResponse(call.answers.contact(made), 201, {"Location": location})


async def mailboxes(call: Call) -> Response:
    """GET /email/mailboxes. Freshdesk: only for administrators."""
    call.only("support_email", "forward_email", "product_id", "group_id", "active", "order_by", "order_type")
    rows = list(call.desk.state.mailboxes.values())
    if "support_email" in call.query:
        rows = [each for each in rows if each.address.casefold() == call.query["support_email"].casefold()]
    if "active" in call.query:
        rows = [each for each in rows if str(each.active).lower() == call.query["active"]]
    return call.page(rows, call.answers.mailbox)


async def mailbox(call: Call) -> Response:
    """GET /email/mailboxes/{id}."""
    found = call.desk.state.mailboxes.get(call.id())
    if found is None:
        raise not_found()
    return JSONResponse(call.answers.mailbox(found))


async def email_settings(call: Call) -> Response:
    """GET /email/settings: whether agents may send a first mail."""
    return JSONResponse(
        {
            "personalized_email_replies": False,
            "create_requester_using_reply_to": False,
            "allow_agent_to_initiate_conversation": call.desk.state.switches.outbound,
            "original_sender_as_requester_for_forward": True,
        }
    )


async def languages(call: Call) -> Response:
    """GET /settings/helpdesk: languages and nothing else."""
    return JSONResponse({"primary_language": "en", "supported_languages": [], "portal_languages": []})


async def folders(call: Call) -> Response:
    """GET /canned_response_folders. Freshdesk: only for administrators."""
    rows = list(call.desk.state.folders.values())
    return JSONResponse([call.answers.folder(each, _opened(call)) for each in rows])


async def folder(call: Call) -> Response:
    """GET /canned_response_folders/{id}: ids and titles."""
    found = _folder(call)
    listed = [
        {"id": each.id, "title": each.title}
        for each in call.desk.state.canned.values()
        if each.folder_id == found.id
    ]
    answer = call.answers.folder(found, _opened(call)) | {"canned_responses": listed}
    answer.pop("responses_count")
    return JSONResponse(answer)


async def folder_details(call: Call) -> Response:
    """GET /canned_response_folders/{id}/responses: the whole responses."""
    call.only("page", "per_page")
    found = _folder(call)
    rows = [each for each in call.desk.state.canned.values() if each.folder_id == found.id]
    return call.page(rows, call.answers.canned_response)


async def canned_response(call: Call) -> Response:
    """GET /canned_responses/{id}. Freshdesk: placeholders come as they were typed."""
    found = call.desk.state.canned.get(call.id())
    if found is None:
        raise not_found()
    return JSONResponse(call.answers.canned_response(found))


def _folder(call: Call) -> Folder:
    found = call.desk.state.folders.get(call.id())
    if found is None:
        raise not_found()
    return found


def _opened(call: Call) -> datetime:
    """When the account was opened: what the sandbox tells as the age of what has none of its own."""
    return min(box.created_at for box in call.desk.state.mailboxes.values())


OPERATIONS = (
    Operation("GET", "/agents/me", me),
    Operation("GET", "/agents", agents),
    Operation("GET", "/agents/{id:int}", agent),
    Operation("GET", "/contacts", contacts),
    Operation("POST", "/contacts", create_contact),
    Operation("GET", "/contacts/{id:int}", contact),
    Operation("GET", "/email/mailboxes", mailboxes, admin=True),
    Operation("GET", "/email/mailboxes/{id:int}", mailbox, admin=True),
    Operation("GET", "/email/settings", email_settings, admin=True),
    Operation("GET", "/settings/helpdesk", languages),
    Operation("GET", "/canned_response_folders", folders, admin=True),
    Operation("GET", "/canned_response_folders/{id:int}", folder, admin=True),
    Operation("GET", "/canned_response_folders/{id:int}/responses", folder_details, admin=True),
    Operation("GET", "/canned_responses/{id:int}", canned_response, admin=True),
)
