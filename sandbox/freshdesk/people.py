"""What people do outside the API, as JSON: leads in their inboxes, colleagues in the helpdesk.

`/inbox` lists who has mail, `/inbox/{address}` their mails, `.../{id}/answer` and `/inbox/{address}/write` send.
`/helpdesk` shows everything of the account; the paths below it edit canned responses and switches.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.freshdesk.answers import Answers
from sandbox.freshdesk.helpdesk import Helpdesk, Upload, as_text
from sandbox.freshdesk.limits import PLANS
from sandbox.freshdesk.parameters import ATTACHMENTS_LIMIT, is_address
from sandbox.freshdesk.records import CannedResponse, Mail, Ticket

if TYPE_CHECKING:
    from sandbox.world import World

LONGEST_TEXT = 100_000
Action = Callable[["Visit"], Awaitable[Any]]


class NotPossible(Exception):
    """What a person asked for cannot be done; `status` is HTTP's, the words are for them."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


class Visit:
    """One request of a person."""

    def __init__(self, world: World, request: Request) -> None:
        self.world = world
        self.request = request
        self.desk: Helpdesk = world.helpdesk
        self.now = world.clock.now()
        self.answers = Answers(self.desk, world.base)

    async def asked(self) -> Mapping[str, Any]:
        """The JSON object sent. Raises NotPossible."""
        try:
            body = json.loads(await self.request.body() or b"{}")
        except (ValueError, RecursionError) as error:
            raise NotPossible("That is not JSON.") from error
        if not isinstance(body, dict):
            raise NotPossible("A JSON object is expected.")
        return body

    async def words(self, name: str, default: str | None = None, limit: int = LONGEST_TEXT) -> str:
        """A text of the body. Raises NotPossible when it is missing, blank or too long."""
        value = (await self.asked()).get(name, default)
        if not isinstance(value, str) or not value.strip() or len(value) > limit:
            raise NotPossible(f"{name}: a text of 1 to {limit} characters is needed.")
        return value

    async def flag(self, name: str, default: bool) -> bool:
        value = (await self.asked()).get(name, default)
        if not isinstance(value, bool):
            raise NotPossible(f"{name}: true or false is needed.")
        return value

    def address(self) -> str:
        """The address in the path. Raises NotPossible."""
        address: str = self.request.path_params["address"]
        if not is_address(address):
            raise NotPossible("That is not an e-mail address.", 404)
        return address

    def canned(self) -> CannedResponse:
        """Raises NotPossible."""
        found = self.desk.state.canned.get(self.request.path_params["id"])
        if found is None:
            raise NotPossible("There is no such canned response.", 404)
        return found


def people_routes(world: World) -> list[BaseRoute]:
    def route(method: str, path: str, action: Action) -> Route:
        return Route(path, _spoken(world, action), methods=[method])

    canned = "/helpdesk/canned_responses/{id:int}"
    return [
        route("GET", "/inbox", list_inboxes),
        route("GET", "/inbox/{address}", read_inbox),
        route("POST", "/inbox/{address}/write", write_mail),
        route("GET", "/inbox/{address}/{mail:int}", read_mail),
        route("POST", "/inbox/{address}/{mail:int}/answer", answer_mail),
        route("GET", "/helpdesk", show_helpdesk),
        route("GET", "/helpdesk/tickets/{id:int}", show_ticket),
        route("POST", "/helpdesk/settings", change_settings),
        route("POST", "/helpdesk/mailboxes/{id:int}", change_mailbox),
        route("POST", canned, edit_canned),
        route("DELETE", canned, delete_canned),
        route("POST", canned + "/duplicate", duplicate_canned),
        route("PUT", canned + "/attachments", replace_attachments),
        route("POST", canned + "/attachments", add_attachment),
        route("DELETE", canned + "/attachments", remove_attachments),
    ]


def _spoken(world: World, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        visit = Visit(world, request)
        try:
            answered = await action(visit)
        except NotPossible as problem:
            return JSONResponse({"error": str(problem)}, problem.status)
        if request.method != "GET":
            world.changed("helpdesk")
            world.changed("inbox")
        return JSONResponse(answered)

    return answer


async def list_inboxes(visit: Visit) -> Any:
    """Everybody outside who got mail, in the order of their first; how many each has."""
    rows = visit.desk.state.inboxes
    return {"inboxes": [{"address": each, "mails": len(visit.desk.inbox(each))} for each in rows]}


async def read_inbox(visit: Visit) -> Any:
    """The mails of one address, received and sent, newest first."""
    address = visit.address()
    received = [mail_as_json(visit.answers, each) for each in visit.desk.inbox(address)]
    sent = [mail_as_json(visit.answers, each) for each in visit.desk.sent_by(address)]
    return {"address": address, "mails": received, "sent": sent}


async def read_mail(visit: Visit) -> Any:
    return mail_as_json(visit.answers, _mail(visit))


async def answer_mail(visit: Visit) -> Any:
    """`{text}`: goes to who sent the mail. On a ticket it becomes an incoming conversation and opens it again."""
    mail, sender = _mail(visit), visit.address()
    text = await visit.words("text")
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    return _sent(visit, sender, mail.from_address, subject, text, mail.ticket_id)


async def write_mail(visit: Visit) -> Any:
    """`{subject, text, to?}`: a mail out of the blue, to partnerships@2i2c.org if nothing else is said."""
    boxes = visit.desk.state.mailboxes.values()
    default = next(box.address for box in boxes if box.default)
    to = await visit.words("to", default, 254)
    subject = " ".join((await visit.words("subject", limit=255)).split())
    return _sent(visit, visit.address(), to, subject, await visit.words("text"), None)


async def show_helpdesk(visit: Visit) -> Any:
    """The whole account, newest tickets first."""
    state, answers = visit.desk.state, visit.answers
    tickets = sorted(state.tickets.values(), key=lambda each: each.id, reverse=True)
    switches = state.switches
    return {
        "tickets": [_ticket_row(answers, each) for each in tickets],
        "canned_responses": [
            answers.canned_response(each) | {"folder": state.folders[each.folder_id].name}
            for each in state.canned.values()
        ],
        "mailboxes": [answers.mailbox(each) for each in state.mailboxes.values()],
        "agents": [{"id": a.id, "name": a.name, "address": a.address} for a in state.agents.values()],
        "settings": {
            "outbound": switches.outbound,
            "plan": switches.plan,
            "plans": list(PLANS),
            "key_is_admin": switches.key_is_admin,
        },
    }


async def show_ticket(visit: Visit) -> Any:
    """One ticket with its conversations, oldest first."""
    ticket = visit.desk.state.tickets.get(visit.request.path_params["id"])
    if ticket is None:
        raise NotPossible("There is no such ticket.", 404)
    said = visit.desk.conversations_of(ticket.id)
    row = _ticket_row(visit.answers, ticket) | visit.answers.ticket(ticket)
    names = {each.user_id: visit.desk.user(each.user_id).name for each in said}
    shown = [visit.answers.conversation(each) | {"author": names[each.user_id]} for each in said]
    return row | {"conversations": shown}


async def change_settings(visit: Visit) -> Any:
    """`{outbound?, plan?, key_is_admin?}`: may agents write first, the limits, what the admin key may."""
    switches = visit.desk.state.switches
    plan = await visit.words("plan", switches.plan)
    if plan not in PLANS:
        raise NotPossible(f"plan: one of {', '.join(PLANS)} is needed.")
    outbound = await visit.flag("outbound", switches.outbound)
    key_is_admin = await visit.flag("key_is_admin", switches.key_is_admin)
    visit.desk.state.switches = replace(switches, outbound=outbound, plan=plan, key_is_admin=key_is_admin)
    return (await show_helpdesk(visit))["settings"]


async def change_mailbox(visit: Visit) -> Any:
    """`{active}`."""
    box = visit.desk.state.mailboxes.get(visit.request.path_params["id"])
    if box is None:
        raise NotPossible("There is no such mailbox.", 404)
    changed = replace(box, active=await visit.flag("active", box.active))
    visit.desk.state.mailboxes[box.id] = changed
    return visit.answers.mailbox(changed)


async def edit_canned(visit: Visit) -> Any:
    """`{title?, content_html?}`."""
    response = visit.canned()
    title = await visit.words("title", response.title, 255)
    content = await visit.words("content_html", response.content_html)
    changed = visit.desk.change_canned(response.id, visit.now, title=title, content_html=content)
    return visit.answers.canned_response(changed)


async def delete_canned(visit: Visit) -> Any:
    del visit.desk.state.canned[visit.canned().id]
    return {"deleted": True}


async def duplicate_canned(visit: Visit) -> Any:
    """A second one of the same title."""
    return visit.answers.canned_response(visit.desk.duplicate_canned(visit.canned().id, visit.now))


async def replace_attachments(visit: Visit) -> Any:
    """multipart `file`: the only attachment from now on, with an id of its own."""
    return await _attach(visit, keep=False)


async def add_attachment(visit: Visit) -> Any:
    """multipart `file`: one more attachment."""
    return await _attach(visit, keep=True)


async def remove_attachments(visit: Visit) -> Any:
    changed = visit.desk.change_canned(visit.canned().id, visit.now, files=())
    return visit.answers.canned_response(changed)


def mail_as_json(answers: Answers, mail: Mail) -> dict[str, Any]:
    """A mail as its recipient's mail program shows it; bcc is never shown."""
    sender = f"{mail.from_name} <{mail.from_address}>" if mail.from_name else mail.from_address
    return {
        "id": mail.id,
        "message_id": mail.message_id,
        "at": mail.at.isoformat(),
        "from": sender,
        "from_address": mail.from_address,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "subject": mail.subject,
        "html": mail.html,
        "text": as_text(mail.html),
        "attachments": [
            {"name": f.name, "content_type": f.content_type, "size": f.size, "url": answers.file_url(f)}
            for f in mail.files
        ],
        "ticket_id": mail.ticket_id,
    }


async def _attach(visit: Visit, keep: bool) -> Any:
    response = visit.canned()
    upload = await _upload(visit)
    new = visit.desk.keep(upload, visit.now)
    files = (*response.files, new) if keep else (new,)
    return visit.answers.canned_response(visit.desk.change_canned(response.id, visit.now, files=files))


async def _upload(visit: Visit) -> Upload:
    file = (await visit.request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise NotPossible("file: a file is needed.")
    data = await file.read()
    if not 0 < len(data) <= ATTACHMENTS_LIMIT:
        raise NotPossible("file: it must have between 1 byte and 20 MB.")
    return Upload(file.filename[:255], file.content_type or "application/octet-stream", data)


def _mail(visit: Visit) -> Mail:
    mail = visit.desk.state.mails.get(visit.request.path_params["mail"])
    if mail is None or visit.address().casefold() not in mail.recipients | {mail.from_address.casefold()}:
        raise NotPossible("There is no such mail in this inbox.", 404)
    return mail


def _sent(visit: Visit, sender: str, to: str, subject: str, text: str, ticket_id: int | None) -> Any:
    if to.casefold() not in visit.desk.our_addresses():
        raise NotPossible(f"{to} is not an address of the helpdesk: nothing else is pretended here.")
    box = visit.desk.mailbox_at(to)
    if box and not box.active:
        raise NotPossible(f"{to} is switched off: the mail came back.", 409)
    ticket = visit.desk.receive(sender, to, subject, text, ticket_id, visit.now)
    return {"ticket_id": ticket.id}


def _ticket_row(answers: Answers, ticket: Ticket) -> dict[str, Any]:
    return answers.row(ticket) | answers.included(ticket, ["requester"])
