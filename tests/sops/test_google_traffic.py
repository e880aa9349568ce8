"""What the lead phase asks of Drive and Docs is right for Google's own description of them."""

from __future__ import annotations

import re
from datetime import timedelta

from sandbox.traffic import Exchange
from sops import (
    folder_ids,
    meeting_plan,
    running_notes_prepare,
    status_update_plan,
    status_update_retraction,
)
from sops.meeting_plan import Said
from sops.running_notes_plan import NotesAsked
from sops.status_update_plan import Saying
from store.lead import Contact
from store.plan import End, Plan
from tests import desk
from tests.discovery_oracle import complaints
from tests.notes_office import a_lead, document
from tests.office import Office

KINDS = {
    "GET drive/v3/files/generateIds",
    "GET drive/v3/files",
    "GET drive/v3/files/…",
    "POST drive/v3/files",
    "PATCH drive/v3/files/…",
    "POST drive/v3/files/…/copy",
    "GET drive/v3/files/…/permissions",
    "POST drive/v3/files/…/permissions",
    "GET docs/v1/documents/…",
    "POST docs/v1/documents/…:batchUpdate",
}
"""What the lead phase asks for."""
ALSO = {"GET drive/v3/files/…/export", "GET drive/v3/files/…/comments", "GET drive/v3/drives/…"}
"""What else the services can ask for."""
ONCE = "GET drive/v3/about"
"""Who the assistant is at Google: asked by whichever test comes first."""


_AN_ID = re.compile(r"(?<=files|rives)/(?!generateIds)[^/:]+|(?<=documents)/[^/:]+")


def kind(exchange: Exchange) -> str:
    """Its verb and path without ids."""
    verb, _, path = exchange.name.partition(" ")
    path = path.removeprefix("/google").lstrip("/")
    return f"{verb} {_AN_ID.sub('/…', path)}"


def carried_out(office: Office, plan: Plan) -> None:
    run = office.carries_out(plan)
    assert run.end is End.DONE, run


def test_every_request_of_the_lead_phase_fits_the_discovery_documents(office: Office) -> None:
    traffic, context = office.sandbox.world.traffic, office.assistant.context
    begun = max((one.number for one in traffic.recent(1)), default=0)
    lead = a_lead(office, "ada", "bo")
    office.store.set_value(folder_ids.POOL, [])
    name = f'O\'Reilly \\ "Lab" / {lead.id} 🎉'
    people = (*lead.contacts, Contact(office.new_address("cy")))
    for organisation, editors in ((name, lead.contacts), (f"{name} renamed", people)):
        asked = NotesAsked(lead.id, organisation, None, editors, "Hello\n🎉", "U01DAMIAN")
        with desk.fault(office.sandbox, "google", "POST *copy", "lost_after"):
            carried_out(office, running_notes_prepare.prepare(context, asked))
    update = status_update_plan.prepare(
        context, office.store.get(lead.id), Saying("Ja & 🎉", "U01DAMIAN"), "U01DAMIAN"
    )
    carried_out(office, update)
    carried_out(office, status_update_retraction.prepare(context, update, "U01DAMIAN"))
    now = context.clock.now()
    said = Said("m1", now - timedelta(hours=1), now, held=True, team="Only us", notes="For all: “ja” 🎉")
    carried_out(office, meeting_plan.prepare(context, office.store.get(lead.id), said, "U01DAMIAN"))
    shown = document(office, lead)
    text = shown["text"]
    assert "For all: “ja” 🎉" in text and "Ja & 🎉" not in text and "Only us" not in text
    _ask_for_the_rest(office, shown["id"])
    made = [one for one in traffic.recent(5000, "google") if one.number > begun]
    made = [one for one in made if one.name != "POST /token"]
    assert {kind(one) for one in made} - {ONCE} == KINDS | ALSO
    assert not {words for one in made for words in complaints(one)}


def _ask_for_the_rest(office: Office, notes: str) -> None:
    drive, docs = office.assistant.context.services.drive, office.assistant.context.services.docs
    assert drive is not None and docs is not None
    drive.export_pdf(notes)
    drive.drive_restrictions()
    with desk.fault(office.sandbox, "google", "GET */documents/*", "storageQuotaExceeded"):
        assert docs.comments_and_suggestions(notes).open_suggestions is None, "Drive was asked instead"
