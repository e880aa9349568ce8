"""The helpdesk as its agents see it: tickets with their conversations, canned responses, mailboxes."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from sandbox.freshdesk.helpdesk import Helpdesk
from sandbox.freshdesk.records import Conversation, Ticket
from sandbox.page.inbox_tab import Attachment, attachments
from sandbox.page.mail_html import framed
from sandbox.page.people import Person
from sandbox.page.templating import render
from sandbox.world import World

STATUS = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed"}
SOURCE = {1: "by e-mail", 2: "in the portal", 7: "by chat", 10: "as an outbound e-mail"}


@dataclass(frozen=True)
class Said:
    """One thing in a ticket's history: a mail out, a mail in, or a note."""

    kind: str
    who: str
    at: datetime
    body: Markup
    private: bool
    to: str
    cc: str
    files: list[Attachment]


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab at `rest`: "", "ticket/<id>", "response/<id>" or "mailboxes"; without, the newest ticket."""
    desk: Helpdesk = world.helpdesk
    kind, _, number = rest.partition("/")
    id = int(number) if number.isdigit() else 0
    tickets = sorted(
        (each for each in desk.state.tickets.values() if not each.deleted), key=lambda t: t.id, reverse=True
    )
    response = desk.state.canned.get(id) if kind == "response" else None
    ticket = next((each for each in tickets if each.id == id), None) if kind == "ticket" else None
    if kind == "":
        ticket = tickets[0] if tickets else None
    return render(
        "helpdesk.html",
        tickets=tickets,
        requesters={each.id: desk.user(each.requester_id).address for each in tickets},
        statuses=STATUS,
        folders=[
            (folder, [each for each in desk.state.canned.values() if each.folder_id == folder.id])
            for folder in desk.state.folders.values()
        ],
        mailboxes=list(desk.state.mailboxes.values()),
        switches=desk.state.switches,
        kind=kind,
        ticket=ticket,
        source=SOURCE.get(ticket.source, "") if ticket else "",
        said=_history(desk, ticket) if ticket else [],
        response=response,
        preview=framed(response.content_html, "The text") if response else "",
        files=[
            (file.id, each)
            for file, each in zip(response.files, attachments(desk, response.files), strict=True)
        ]
        if response
        else [],
    )


def _history(desk: Helpdesk, ticket: Ticket) -> list[Said]:
    requester = desk.user(ticket.requester_id).address
    first = Said(
        "Mail out" if ticket.source == 10 else "Mail in",
        "2i2c" if ticket.source == 10 else requester,
        ticket.created_at,
        framed(ticket.description_html, "What was sent" if ticket.source == 10 else "What was asked"),
        False,
        requester if ticket.source == 10 else "",
        ", ".join(ticket.cc),
        attachments(desk, ticket.files),
    )
    return [first, *(_said(desk, each) for each in desk.conversations_of(ticket.id))]


def _said(desk: Helpdesk, each: Conversation) -> Said:
    note = each.source == 2
    kind = (
        ("Private note" if each.private else "Public note")
        if note
        else "Mail in"
        if each.incoming
        else "Mail out"
    )
    return Said(
        kind,
        desk.user(each.user_id).name,
        each.created_at,
        framed(each.body_html, kind),
        each.private,
        "" if note else ", ".join(each.to),
        ", ".join(each.cc),
        attachments(desk, each.files),
    )
