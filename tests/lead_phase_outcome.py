"""Leads for the crash tests of the lead phase: put in place before the assistant starts, counted from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sandbox.faults import Fault
from sandbox.google.reading import text_of
from sandbox.google.records import DOCUMENT, FOLDER
from services.freshdesk import Freshdesk
from services.freshdesk_records import OutboundEmail
from services.slack_threads import SlackThreads, web_client
from store.lead import Contact, DriveItem, Lead, Message, new_lead, new_lead_id
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState, new_meeting_id
from store.plan import Run
from store.tinydb_store import TinyDBLeadStore
from tests.office import CHANNEL
from tests.workspace import Person, Sandbox

NOTES, UPDATE, RETRACTION, REPLY, MEETING = "running_notes", "update", "retraction", "reply", "meeting"
MISSED = "missed"
"""A meeting to which they did not come: the same procedure, another way through it."""
AGREEMENTS = "1SandboxAgreements"


def sop_of(procedure: str) -> str:
    """What plans call it."""
    return MEETING if procedure == MISSED else procedure


@dataclass(frozen=True)
class Call:
    """A call that changes something outside: how it is named, and words that only this lead's has."""

    words: str
    system: str
    name: str
    match: str = ""


@dataclass
class Case:
    """A lead that is held at one boundary of one procedure: the end of a step, or one `side` of a `call`."""

    procedure: str
    boundary: str
    address: str
    call: Call | None = None
    side: str = ""
    lead_id: str = field(default_factory=new_lead_id)
    thread: str = ""
    document: str = ""
    ticket: int = 0
    plan: str = ""
    fault: Fault | None = None
    ended: str = "by itself"

    def told(self, words: str) -> str:
        """A call's name or words, filled in for this lead."""
        return words.format(
            organisation=self.organisation,
            address=self.address,
            lead=self.lead_id,
            document=self.document,
            ticket=self.ticket,
        )

    @property
    def sop(self) -> str:
        return sop_of(self.procedure)

    @property
    def organisation(self) -> str:
        return self.address.partition("@")[2].partition(".")[0].upper()

    @property
    def words(self) -> str:
        """What this lead's update, reply or log says, and nobody else's."""
        return f"Said to {self.organisation} once."


def put_in_place(sandbox: Sandbox, data: Path, cases: Iterable[Case]) -> None:
    """Each lead with its thread and its ticket; with running notes, unless these are to be made, and a meeting to
    log. The assistant must not be running: the store has one writer."""
    store = TinyDBLeadStore(data)
    try:
        for case in cases:
            store.create(_lead(sandbox, case))
    finally:
        store.close()


def _lead(sandbox: Sandbox, case: Case) -> Lead:
    slack = SlackThreads(web_client("xoxb-sandbox", sandbox.slack_api))
    contact, now = Contact(case.address, "Ada"), sandbox.world.clock.now()
    made = new_lead(case.lead_id, case.organisation, (contact,), at=now, by="U01DAMIAN")
    thread = Message(CHANNEL, slack.post(CHANNEL, f"{case.organisation} begins", []))
    case.thread, case.ticket = thread.ts, _ticket(sandbox, case)
    lead = replace(made, thread=thread, ticket_id=case.ticket, hailed_at=now)
    if case.procedure != NOTES:
        case.document = _document(sandbox, case)
        lead = replace(lead, notes=DriveItem(case.document, "Notes", f"https://docs.example/{case.document}"))
    if case.sop == MEETING:
        begun = now - timedelta(hours=1)
        meeting = Meeting(new_meeting_id(), begun, begun + timedelta(minutes=30), name="Ada")
        lead = replace(lead, meetings=(meeting,))
    return lead


def _ticket(sandbox: Sandbox, case: Case) -> int:
    freshdesk = Freshdesk(sandbox.url("/freshdesk"), "sandbox-admin-key")
    mail = OutboundEmail(case.address, "Ada", "Learning more", "<p>Hello!</p>", 1001, status=2)
    try:
        return freshdesk.send_outbound_email(mail).id
    finally:
        freshdesk.close()


def _document(sandbox: Sandbox, case: Case) -> str:
    http = Person(sandbox, "U01DAMIAN").http
    said = {"name": case.organisation, "parent": AGREEMENTS, "text": "Notes of old\n"}
    document = str(http.post(sandbox.url("/team-drive/documents"), json=said).raise_for_status().json()["id"])
    shared = {"address": case.address, "role": "writer"}
    http.post(sandbox.url(f"/team-drive/docs/{document}/share"), json=shared).raise_for_status()
    return document


@dataclass(frozen=True)
class Found:
    """How many there are of each thing of which there must be so many."""

    case: Case
    counts: dict[str, tuple[int, int]]

    @property
    def duplicates(self) -> int:
        return sum(max(0, there - due) for there, due in self.counts.values())

    @property
    def lost(self) -> int:
        return sum(max(0, due - there) for there, due in self.counts.values())


def outcomes(sandbox: Sandbox, data: Path, cases: Iterable[Case]) -> list[Found]:
    """Count in Drive, in the inboxes, on the tickets, in the threads and in the leads' own files."""
    store = TinyDBLeadStore(data, read_only=True)
    messages = Person(sandbox, "U01DAMIAN").messages(CHANNEL)
    return [Found(case, dict(_counts(sandbox, store, messages, case))) for case in cases]


def run_of(data: Path, case: Case) -> Run | None:
    return TinyDBLeadStore(data, read_only=True).run(case.plan) if case.plan else None


def mails(sandbox: Sandbox, case: Case) -> int:
    """Replies in the lead's inbox."""
    found = Person(sandbox, "U01DAMIAN").http.get(sandbox.url(f"/inbox/{case.address}")).json()["mails"]
    return sum(case.words in str(mail) for mail in found)


Count = tuple[str, tuple[int, int]]
"""What is counted: how many there are, and how many there must be."""


def _counts(
    sandbox: Sandbox, store: TinyDBLeadStore, messages: list[dict[str, object]], case: Case
) -> Iterator[Count]:
    lead = store.get(case.lead_id)
    ends = {NOTES: "can edit", RETRACTION: "Taken back out of", REPLY: "Replied to"}
    ends |= {MEETING: "logged: held", MISSED: "logged: they did not come"}
    result = ends.get(case.procedure, "Written into the")
    replies = (each for each in messages if each.get("thread_ts") == case.thread)
    thread = [Person.text_of(each) for each in replies if not each.get("is_ephemeral")]
    yield "result lines", (sum(result in words for words in thread), 1)
    said = sandbox.world.helpdesk.state.conversations.values()
    private = [each for each in said if each.ticket_id == case.ticket and "(approved by " in each.body_html]
    yield "private notes", (len(private), 2 if case.procedure == RETRACTION else 1)
    told = [event.text for event in store.timeline(case.lead_id)]
    if case.procedure == NOTES:
        yield from _of_notes(sandbox, lead, case, told)
    elif case.procedure == REPLY:
        yield "replies", (mails(sandbox, case), 1)
        yield "lines of the timeline", (sum(case.words in words for words in told), 1)
    elif case.procedure == MISSED:
        missed = [one for one in lead.meetings if one.state is MeetingState.NO_SHOW]
        yield "meetings missed", (len(missed), 1)
        yield "offers", (sum("did not come to the meeting of" in words for words in thread), 1)
        yield "lines of the timeline", (sum(case.words in words for words in told), 1)
    else:
        document = sandbox.world.drive.documents[case.document]
        yield "entries", (text_of(document).count(case.words), 0 if case.procedure == RETRACTION else 1)
        line = "Took an update back" if case.procedure == RETRACTION else case.words
        yield "lines of the timeline", (sum(line in words for words in told), 1)
        if case.procedure == MEETING:
            held = [one for one in lead.meetings if one.state is MeetingState.HELD]
            yield "meetings held", (len(held), 1)
            yield "changes of phase", (sum(one.after is Phase.PROSPECT for one in lead.phases), 1)
            yield "lines about it", (sum("Lead → Prospect" in words for words in told), 1)


def _of_notes(sandbox: Sandbox, lead: Lead, case: Case, told: list[str]) -> Iterator[Count]:
    drive = sandbox.world.drive
    files = [file for file in drive.state.files.values() if not file.trashed]
    folders = [each for each in files if each.mime_type == FOLDER and each.name == case.organisation]
    inside = {each.id for each in folders}
    copies = [each for each in files if each.mime_type == DOCUMENT and each.parent in inside]
    yield "folders", (len(folders), 1)
    yield "documents", (len(copies), 1)
    text = text_of(drive.documents[copies[0].id]) if copies else ""
    yield "names left out", (text.count("PartnerX"), 0)
    yield "first lines", (text.count("Running notes created."), 1)
    shared = [mail for mail in drive.state.notices if mail.address == case.address]
    yield "mails of Google", (len(shared), 1)
    let_in = drive.state.permissions.get(copies[0].id, {}) if copies else {}
    yield "people let in", (sum(each.address == case.address for each in let_in.values()), 1)
    yield "lines about sharing", (sum(f"shared with {case.address}" in words for words in told), 1)
    yield "readers remembered", (len(lead.readers), 1)
