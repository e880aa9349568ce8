"""A lead with its card, and running notes in the sandbox's drive that somebody outside can edit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from store.lead import Contact, DriveItem, Lead, Message, as_it_stands
from tests import leads
from tests.office import CHANNEL, Office
from tests.workspace import Message as Shown
from tests.workspace import Person


@dataclass(frozen=True)
class Known:
    """A lead as tests use it: its thread, its document, what the store says of it."""

    office: Office
    id: str
    organisation: str
    address: str
    thread: Message
    document: str

    @property
    def lead(self) -> Lead:
        return self.office.store.get(self.id)

    @property
    def reader(self) -> str:
        """Its contact, as those are named who read the notes."""
        return f"Ada ({self.address})"

    @property
    def timeline(self) -> list[str]:
        """Its lines as they stand now."""
        return [event.text for event in as_it_stands(self.office.store.timeline(self.id))]

    @property
    def notes(self) -> str:
        """The words of its document."""
        where = f"/team-drive/docs/{self.document}"
        return str(self.office.person().http.get(self.office.sandbox.url(where)).json()["text"])

    def act(self, what: str, **said: str) -> Any:
        """Something a person does with the document in Drive."""
        where = self.office.sandbox.url(f"/team-drive/docs/{self.document}/{what}")
        answer = self.office.person().http.post(where, json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def say(self, person: Person, text: str) -> str:
        """Write into its thread; the message's ts."""
        return str(person.say(CHANNEL, text, thread_ts=self.thread.ts)["ts"])

    def said(self, person: Person, words: str) -> Shown:
        """A message in its thread, once it is there."""
        return person.wait_for(
            CHANNEL,
            lambda one: one.get("thread_ts") == self.thread.ts != one["ts"] and words in person.text_of(one),
        )


def known_lead(office: Office, *, notes: bool = True, name: str = "") -> Known:
    """A lead without a mail; its one contact may edit the notes."""
    address = office.new_address()
    organisation = name or address.partition("@")[2].partition(".")[0].capitalize()
    made = leads.a_lead(
        office,
        address,
        organisation=organisation,
        contacts=(Contact(address, "Ada"),),
        hailed_at=None,
        shown=True,
    )
    document = _document(office, organisation) if notes else ""
    if notes:
        item = DriveItem(document, f"Running notes -- {organisation}", f"https://docs.example/{document}")
        office.store.update(made.id, lambda lead: replace(lead, notes=item))
    assert made.thread is not None
    known = Known(office, made.id, organisation, address, made.thread, document)
    if notes:
        known.act("share", address=address, role="writer")
    return known


def _document(office: Office, organisation: str) -> str:
    where = office.sandbox.url("/team-drive/documents")
    said = {"name": f"Running notes {organisation}", "parent": "1SandboxAgreements", "text": "Notes of old\n"}
    return str(office.person().http.post(where, json=said).json()["id"])
