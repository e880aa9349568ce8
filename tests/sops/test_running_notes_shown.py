"""Running notes that people outside read already: what is written or renamed there leaves the organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from commands.running_notes_views import plan_view
from sops import brakes, engine
from sops.running_notes_plan import NotesAsked, of
from sops.running_notes_prepare import prepare
from store.lead import Contact, Lead
from store.plan import Plan, new_plan
from tests import desk
from tests.commands.test_lead_update import assistant_may_only_read
from tests.notes_office import (
    AGREEMENTS,
    a_lead,
    confirm,
    document,
    drive,
    in_drive,
    named,
    over,
    result,
    to_plan,
)
from tests.office import CHANNEL, Office, is_loaded
from tests.oracles import complaints
from tests.workspace import Person


def by_hand(office: Office, lead: Lead, reader: str) -> str:
    """A folder and a document that somebody of the team made, and shared with `reader`; the document's id."""
    folder = in_drive(office, "folders", name=lead.organisation, parent=AGREEMENTS)["id"]
    name = f"Running notes -- {lead.organisation} + 2i2c"
    made = str(in_drive(office, "documents", name=name, parent=folder, text="About PartnerX\n")["id"])
    in_drive(office, f"docs/{made}/share", address=reader, role="commenter")
    return made


def planned(office: Office, lead: Lead, *, live: bool = True, minutes_ago: float = 0) -> Plan:
    """A plan that lets nobody in, which lay on somebody's screen for a while."""
    context = office.assistant.context
    context = replace(context, team=replace(context.team, live=live))
    plan = prepare(
        context, NotesAsked(lead.id, lead.organisation, None, (), "", "U01DAMIAN", "damian@2i2c.org")
    )
    at = plan.created_at - timedelta(minutes=minutes_ago)
    plan = new_plan(plan.sop, lead.id, plan.by, at, plan.content, plan.about)
    office.store.save_plan(plan)
    return plan


def test_lines_that_people_outside_will_read_need_a_sender_and_stop_while_sending_is_paused(
    office: Office,
) -> None:
    damian, bea, lead = office.person(), office.person("U03BEA"), a_lead(office)
    rival = office.new_address("rival")
    found = by_hand(office, lead, rival)
    seen = to_plan(bea, lead, Who_may_edit=[])
    assert not seen.get("submit") and "Only senders can do this" in bea.text_of(seen)
    bea.close(everything=True)
    plan = to_plan(damian, lead, Who_may_edit=[])
    assert f"*{rival}* can read the document already, with what is written" in damian.text_of(plan)
    assert plan["submit"]["text"] == "Show it to 1 outsider"
    brakes.pause(office.assistant.context, "U02JIM")
    try:
        confirm(damian)
        stopped = over(office, damian, lead)
        words = damian.text_of(stopped)
        assert "All sending is paused" in words and "nothing was written into the document." in words
        assert drive(office, f"/team-drive/docs/{found}")["text"] == "About PartnerX\n"
    finally:
        damian.press("Resume sending", stopped)
    office.sandbox.wait_until(lambda: f"{rival} can read it" in result(office, damian, lead))
    shown = document(office, lead)
    assert shown["id"] == found and f"About {lead.organisation}" in shown["text"]
    assert shown["text"].count("Running notes created.") == 1
    damian.press("Take it back", over(office, damian, lead))
    back = damian.modal("Take it back", where=is_loaded)
    assert f"Until now {rival} could read it" in damian.text_of(back)
    damian.close(everything=True)


def test_what_google_refused_is_not_said_to_be_there_and_a_lost_answer_is_not_said_to_be_nothing(
    office: Office,
) -> None:
    damian, lead = office.person(), a_lead(office)
    rival = office.new_address("rival")
    found = by_hand(office, lead, rival)
    with assistant_may_only_read(office):
        engine.enqueue(planned(office, lead), "U01DAMIAN", CHANNEL)
        stopped = over(office, damian, lead)
    words = damian.text_of(stopped)
    assert "nothing was written into the document." in words and "is there" not in words
    write = f"POST */documents/{found}:batchUpdate"
    with desk.fault(office.sandbox, "google", write, "lost_before", times=0):
        damian.press("Retry", stopped)
        lost = f"may be there, where {rival} can read it. Retry looks before it writes."
        office.sandbox.wait_until(lambda: lost in result(office, damian, lead))
    damian.press("Retry", over(office, damian, lead))
    office.sandbox.wait_until(lambda: "nobody new was let in" in result(office, damian, lead))
    assert document(office, lead)["text"].count(lead.organisation) == 1


def test_a_new_reader_of_notes_that_are_there_stops_a_plan_that_waited(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    found = by_hand(office, lead, office.new_address("bo"))
    waited = planned(office, lead, minutes_ago=6)
    rival = office.new_address("rival")
    in_drive(office, f"docs/{found}/share", address=rival, role="reader")
    engine.enqueue(waited, "U01DAMIAN", CHANNEL)
    stopped = over(office, damian, lead)
    assert f"Since you saw the plan, {rival} can read the document too" in damian.text_of(stopped)
    assert "See the new plan" in damian.buttons(stopped)
    assert drive(office, f"/team-drive/docs/{found}")["text"] == "About PartnerX\n"


def test_who_reads_all_of_agreements_is_named_before_a_folder_is_made_there(office: Office) -> None:
    damian, lead, rival = office.person(), a_lead(office), office.new_address("rival")
    waited = planned(office, lead, minutes_ago=6)
    in_drive(office, f"docs/{AGREEMENTS}/share", address=rival, role="reader")
    try:
        notes = of(planned(office, lead))
        assert notes.leaves and notes.readers == (rival,)
        engine.enqueue(waited, "U01DAMIAN", CHANNEL)
        stopped = over(office, damian, lead)
    finally:
        in_drive(office, f"docs/{AGREEMENTS}/unshare", address=rival)
    assert f"Since you saw the plan, {rival} can read the document too" in damian.text_of(stopped)
    assert not named(office, lead.organisation)


def test_while_practising_nothing_is_written_where_people_outside_read(office: Office) -> None:
    lead = a_lead(office)
    rival = office.new_address("rival")
    found = by_hand(office, lead, rival)
    (blocked,) = of(planned(office, lead, live=False)).blocked
    assert f"Practice mode is on, and {rival} can read the document." in blocked.words
    in_drive(office, f"docs/{found}/trash")
    (folder,) = (one for one in drive(office)["tree"]["children"][1]["children"][0]["children"]
                 if one["name"] == lead.organisation)  # fmt: skip
    in_drive(office, f"docs/{folder['id']}/share", kind="domain", address="uni.example", role="reader")
    made_there = of(planned(office, lead))
    assert made_there.leaves and made_there.readers == ("everybody at uni.example",)


def test_everybody_who_is_let_in_is_named_however_many_and_long(office: Office) -> None:
    lead, context = a_lead(office), office.assistant.context
    domain = lead.contacts[0].domain
    people = tuple(Contact(f"{'a' * 60}{n}@{'b' * 60}.{domain}", "N&me " * 60) for n in range(20))
    plan = prepare(context, NotesAsked(lead.id, lead.organisation, None, people, "", "U01DAMIAN"))
    view = plan_view(context, plan, "U01DAMIAN", CHANNEL)
    words = Person.text_of(view)
    assert all(words.count(one.address) >= 1 for one in people)
    assert "…" in words and not complaints({"view": view})
    there = [one.address for one in people]
    content = {**plan.content, "shares": [], "present": there}
    again = plan_view(context, replace(plan, content=content), "U01DAMIAN", CHANNEL)
    listed = Person.text_of(again).partition("Can edit already:")[2].partition("*Folder*")[0]
    assert all(address in listed for address in there)
