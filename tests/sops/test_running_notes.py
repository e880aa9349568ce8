"""SOP Create running notes: what people find in Drive, who is let in, and that nothing is made twice."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from services.errors import Refused
from sops import brakes, engine, folder_ids, notes_entry
from sops.running_notes_plan import NotesAsked, of
from sops.running_notes_prepare import prepare
from store.lead import Lead
from store.meeting import Meeting
from store.plan import Plan, new_plan
from tests.desk import fault
from tests.notes_office import (
    AGREEMENTS,
    TEMPLATE,
    a_lead,
    confirm,
    document,
    drive,
    editors,
    google_calls,
    in_drive,
    made,
    named,
    newest_exchange,
    over,
    result,
    to_plan,
)
from tests.office import CHANNEL, Office, is_loaded

pytestmark = pytest.mark.long


def planned(office: Office, lead: Lead, *, minutes_ago: float = 0) -> Plan:
    """A plan to let all contacts in, which lay on somebody's screen for a while."""
    context = office.assistant.context
    asked = NotesAsked(lead.id, lead.organisation, None, lead.contacts, "Hello!", "U01DAMIAN")
    plan = prepare(context, asked)
    if minutes_ago:
        at = plan.created_at - timedelta(minutes=minutes_ago)
        plan = new_plan(plan.sop, lead.id, plan.by, at, plan.content, plan.about)
        office.store.save_plan(plan)
    return plan


def test_a_clean_first_attempt_makes_all_in_five_calls_and_one_for_each_person(office: Office) -> None:
    damian, lead = office.person(), a_lead(office, "ada", "bo")
    ada, bo = (one.address for one in lead.contacts)
    name = f"{lead.organisation} Centre"
    words = damian.text_of(to_plan(damian, lead, Organisation=name))
    path = f"2i2c Team Drive &gt;&gt; Partnerships &gt;&gt; Agreements &gt;&gt; {name} (will be made)"
    for part in (path, f"Running notes -- {name} + 2i2c (will be made)", f"is called “{name}” from now on"):
        assert part in words
    before = newest_exchange(office)
    confirm(damian)
    said = result(office, damian, lead)
    assert len(google_calls(office, before)) == 5 + 2
    assert f"{ada} can edit" in said and f"{bo} can edit" in said
    shown = document(office, lead)
    assert shown["name"] == f"Running notes -- {name} + 2i2c"
    assert shown["path"] == f"2i2c Team Drive / Partnerships / Agreements / {name}"
    assert "PartnerX" not in shown["text"] and f"talk about at {name}" not in shown["text"]
    assert f"what {name} and 2i2c talk about" in shown["text"]
    assert "Running notes created." in shown["text"]
    assert editors(office, lead) == {ada, bo}
    (mail,) = office.mails_to(ada)
    assert f"the running notes that {name} and 2i2c share" in mail["html"]
    now = office.store.get(lead.id)
    assert now.organisation == name and {one.address for one in now.readers if one.can_open} == {ada, bo}
    assert f"Running notes created: {shown['name']}" in [each.text for each in office.store.timeline(lead.id)]


def test_again_fills_gaps_only_and_renames_folder_and_document_with_the_organisation(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    (ada,) = (one.address for one in lead.contacts)
    made(office, damian, lead)
    first = document(office, lead)
    cy, name = office.new_address("cy"), f"{lead.organisation} (renamed)"
    plan = to_plan(damian, lead, Organisation=name, More_addresses=f"Cy <{cy}>, {ada.upper()}")
    assert plan["submit"]["text"] == "Let 1 outsider edit"
    words = damian.text_of(plan)
    assert f"Can edit already: {ada}" in words and "renamed from" in words
    confirm(damian)
    assert f"{cy} can edit" in result(office, damian, lead, number=2)
    shown = document(office, lead)
    assert shown["id"] == first["id"] and editors(office, lead) == {ada, cy}
    assert (
        shown["path"].endswith(f"Agreements / {name}") and shown["name"] == f"Running notes -- {name} + 2i2c"
    )
    assert shown["text"].count("Running notes created.") == 1
    assert len(office.mails_to(ada)) == len(office.mails_to(cy)) == 1
    assert not named(office, lead.organisation)
    assert shown["text"].startswith(f"Running notes -- {name} + 2i2c\n")
    assert [one.name for one in office.store.get(lead.id).contacts] == ["Ada", "Cy"]
    nothing = to_plan(damian, lead, More_addresses=None)
    assert "there is nothing to do" in damian.text_of(nothing) and not nothing.get("submit")
    damian.close()
    damian.modal(where=lambda one: "running notes> already" in damian.text_of(one))
    damian.close(everything=True)


def test_the_first_dated_line_can_be_taken_back_and_is_not_written_again(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    made(office, damian, lead)
    starts = office.assistant.context.clock.now() + timedelta(days=9)
    meeting = Meeting("m1", starts, starts + timedelta(hours=1), noted=starts)
    office.store.update(lead.id, lambda one: replace(one, meetings=(meeting,)))
    damian.press("Take it back", over(office, damian, lead))
    shown = damian.modal("Take it back", where=is_loaded)
    reader = f"Ada ({lead.contacts[0].address})"
    words = damian.text_of(shown)
    assert "Running notes created." in words and f"Until now {reader} could read it" in words
    damian.submit(view=shown)
    assert f"Until now {reader} could read it there." in result(office, damian, lead, number=2)
    assert "Running notes created." not in document(office, lead)["text"]
    assert office.store.get(lead.id).meetings[0].noted is None
    told = [each.text for each in office.store.timeline(lead.id)]
    taken = "Took the first dated line back out of the running notes"
    assert f"{taken}, where {reader} could read it" in told
    assert f"Running notes created: {document(office, lead)['name']}" in told, "the notes are there"
    assert not of(planned(office, lead)).lines
    office.sandbox.wait_until(lambda: not damian.buttons(over(office, damian, lead)))


def test_of_two_folders_of_one_name_a_person_chooses(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    folders = [in_drive(office, "folders", name=lead.organisation, parent=AGREEMENTS)["id"] for _ in range(2)]
    asked = to_plan(damian, lead)
    assert f"Agreements has 2 folders named “{lead.organisation}”" in damian.text_of(asked)
    damian.submit({"Which one is theirs?": folders[1]}, view=asked)
    plan = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Let 1 outsider edit")
    assert "is there already and is used" in damian.text_of(plan)
    confirm(damian)
    result(office, damian, lead)
    first, second = named(office, lead.organisation)
    chosen = first if first["id"] == folders[1] else second
    assert [one["name"] for one in chosen["children"]] == [f"Running notes -- {lead.organisation} + 2i2c"]
    assert len(named(office, chosen["children"][0]["name"])) == 1


def test_a_folder_of_another_lead_is_not_used_whatever_its_name(office: Office) -> None:
    damian, lead, other = office.person(), a_lead(office), a_lead(office)
    made(office, damian, other)
    asked = NotesAsked(lead.id, other.organisation.upper(), None, (), "", "U01DAMIAN")
    notes = of(prepare(office.assistant.context, asked))
    assert [check.words for check in notes.blocked] == [
        f"The folder “{other.organisation}” belongs to another lead, {other.organisation} (Lead). Give this one "
        "another name, or go on with that one."
    ]
    assert notes.folder is None and not notes.rename_folder
    in_drive(office, "folders", name=other.organisation, parent=AGREEMENTS)
    beside = of(prepare(office.assistant.context, asked))
    assert beside.folder is not None and not beside.choices and not beside.blocked
    assert beside.folder.id != office.store.get(other.id).folder.id  # type: ignore[union-attr]


def test_who_cannot_be_let_in_keeps_nobody_else_out(office: Office) -> None:
    damian, number = office.person(), office.new_address().partition("@")[2].partition(".")[0]
    lead = a_lead(office, "ada", f"bo-{number}@nogoogle.example", f"cy-{number}@blocked.example", "di")
    ada, bo, cy, di = (one.address for one in lead.contacts)
    said = made(office, damian, lead)
    assert f"\n• *{bo} was not let in*: the address has no Google account" in said
    assert f"{cy} was not let in*: the policy of the organisation's Google Workspace forbids it" in said
    assert f"{ada} can edit" in said and f"{di} can edit" in said
    assert editors(office, lead) == {ada, di}
    outcomes = {one.address: one.outcome for one in office.store.get(lead.id).readers}
    assert outcomes == {ada: "shared", bo: "no_google_account", cy: "refused_by_policy", di: "shared"}
    in_drive(office, "switches", visitors=True)
    try:
        to_plan(damian, lead)
        confirm(damian)
        assert f"{bo} can edit" in result(office, damian, lead, number=2)
    finally:
        in_drive(office, "switches", visitors=False)
    assert len(office.mails_to(ada)) == len(office.mails_to(bo)) == 1


def test_lost_answers_double_nothing(office: Office) -> None:
    damian, lead = office.person(), a_lead(office, "ada", "bo")
    to_plan(damian, lead)
    with ExitStack() as faults:
        for call in ("POST /drive/v3/files", "POST *copy", "POST *batchUpdate", "POST *permissions"):
            faults.enter_context(fault(office.sandbox, "google", call, "lost_after"))
        confirm(damian)
        said = result(office, damian, lead)
    assert all(f"{one.address} can edit" in said for one in lead.contacts)
    assert len(named(office, lead.organisation)) == 1
    assert len(named(office, f"Running notes -- {lead.organisation} + 2i2c")) == 1
    shown = document(office, lead)
    assert shown["text"].count("Running notes created.") == 1 and "PartnerX" not in shown["text"]
    assert [len(office.mails_to(one.address)) for one in lead.contacts] == [1, 1]


def test_a_pause_between_two_people_stops_at_once_and_says_who_was_let_in(office: Office) -> None:
    damian, lead = office.person(), a_lead(office, "ada", "bo")
    ada, bo = (one.address for one in lead.contacts)
    to_plan(damian, lead)
    with fault(office.sandbox, "google", "POST *permissions", "hold_after"):
        confirm(damian)
        office.sandbox.wait_until(lambda: office.sandbox.world.faults.held())
        brakes.pause(office.assistant.context, "U02JIM")
    try:
        stopped = over(office, damian, lead)
        words = damian.text_of(stopped)
        assert "All sending is paused" in words and f"Let in: {ada}." in words
        assert editors(office, lead) == {ada} and not office.mails_to(bo)
    finally:
        damian.press("Resume sending", stopped)
    office.sandbox.wait_until(lambda: f"{bo} can edit" in result(office, damian, lead))
    assert [len(office.mails_to(one)) for one in (ada, bo)] == [1, 1]


def test_nobody_can_be_let_in_for_hours_ends_with_retry(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    to_plan(damian, lead)
    with fault(office.sandbox, "google", "POST *permissions", "sharingRateLimitExceeded", times=0):
        confirm(damian)
        stopped = over(office, damian, lead)
    words = damian.text_of(stopped)
    assert "Google lets this account share nothing more for now" in words
    assert "The document exists, nobody outside can see it." in words
    damian.press("Retry", stopped)
    office.sandbox.wait_until(lambda: "can edit" in result(office, damian, lead))
    assert len(office.mails_to(lead.contacts[0].address)) == 1


def test_a_withdrawn_permission_is_said_and_retry_goes_on_after_it(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    to_plan(damian, lead)
    in_drive(office, "switches", revoked=True)
    try:
        confirm(damian)
        stopped = over(office, damian, lead)
        assert "was withdrawn" in of(planned(office, lead)).blocked[0].words
    finally:
        in_drive(office, "switches", revoked=False)
    words = damian.text_of(stopped)
    assert "the permission of the assistant's Google account was withdrawn" in words
    assert "Nothing left 2i2c." in words
    damian.press("Retry", stopped)
    office.sandbox.wait_until(lambda: "can edit" in result(office, damian, lead))


def test_what_people_threw_away_is_made_anew_and_never_written_to(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    made(office, damian, lead)
    first = document(office, lead)
    in_drive(office, f"docs/{first['id']}/trash")
    plan = to_plan(damian, lead)
    words = "is in Drive's trash, so a new one is made. To go on with that one, first restore it there"
    assert words in damian.text_of(plan) and "Check again" in damian.buttons(plan)
    confirm(damian)
    assert "can edit" in result(office, damian, lead, number=2)
    second = document(office, lead)
    assert second["id"] != first["id"] and not second["trashed"]
    assert "Running notes created." in second["text"]
    assert drive(office, f"/team-drive/docs/{first['id']}")["text"] == first["text"]
    in_drive(office, f"docs/{first['id']}/restore")
    assert of(planned(office, lead)).notes.id == second["id"]  # type: ignore[union-attr]
    in_drive(office, f"docs/{second['id']}/trash")
    assert of(planned(office, lead)).notes.id == first["id"]  # type: ignore[union-attr]


def test_a_template_in_the_trash_blocks_the_plan_and_stops_one_that_waited(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    waited = planned(office, lead, minutes_ago=6)
    in_drive(office, f"docs/{TEMPLATE}/trash")
    try:
        blocked = to_plan(damian, lead)
        assert "There is no document “[Template] Running Notes”" in damian.text_of(blocked)
        assert not blocked.get("submit")
        damian.close(everything=True)
        engine.enqueue(waited, "U01DAMIAN", CHANNEL)
        stopped = over(office, damian, lead)
    finally:
        in_drive(office, f"docs/{TEMPLATE}/restore")
    assert "the template is another one, or gone" in damian.text_of(stopped)
    assert "See the new plan" in damian.buttons(stopped)
    assert not named(office, lead.organisation)


def test_nobody_yet_needs_no_sender_and_leaves_nothing(office: Office) -> None:
    bea, lead = office.person("U03BEA"), a_lead(office)
    plan = to_plan(bea, lead, Who_may_edit=[])
    assert plan["submit"]["text"] == "Create" and "Nobody new is let in." in bea.text_of(plan)
    taken = in_drive(office, "folders", name="Of somebody else", parent=AGREEMENTS)["id"]
    office.store.set_value(folder_ids.POOL, [taken, *office.store.value(folder_ids.POOL)])
    confirm(bea, leaves=False)
    assert "nobody outside can see it yet" in result(office, bea, lead)
    assert len(named(office, lead.organisation)) == len(named(office, "Of somebody else")) == 1
    assert editors(office, lead) == set()


def test_an_entry_says_what_became_of_the_notes_and_is_written_once_they_are_back(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    made(office, damian, lead)
    notes = document(office, lead)["id"]
    in_drive(office, f"docs/{notes}/rename-heading", heading="Notes", to="Minutes")
    in_drive(office, f"docs/{notes}/trash")
    key, lines = f"{lead.id}:test", ("2026-11-22 (Damian)", "Ada asked for a demo 🎉")
    with pytest.raises(Refused, match="the running notes are in Drive's trash; restore them there"):
        notes_entry.write(lead.id, key, lines)
    in_drive(office, f"docs/{notes}/restore")
    assert notes_entry.write(lead.id, key, lines) == "done"
    assert notes_entry.write(lead.id, key, lines) == "found"
    text = document(office, lead)["text"]
    assert text.count("Ada asked for a demo 🎉") == 1 and "Minutes" in text
    assert text.index("Notes\n2026-11-22 (Damian)\nAda asked") > text.index("Next steps")
    in_drive(office, f"docs/{notes}/delete")
    seen = notes_entry.audience(office.assistant.context, office.store.get(lead.id))
    assert seen.checked and "The running notes were deleted, or the assistant's" in seen.why_not
