"""Edit and Owner: errors at the fields, two people at once, and what a change does not change outside."""

from __future__ import annotations

from dataclasses import replace

from sandbox.slack.workspace import User
from store.lead import Contact, DriveItem, Reader
from tests.leads import a_lead, open_lead
from tests.notes_office import a_lead as lead_for_notes
from tests.notes_office import confirm, document, in_drive, made, result, submits
from tests.office import Office
from tests.workspace import Person, View


def edit_form(person: Person, address: str) -> View:
    open_lead(person, address)
    person.press("Edit")
    return person.modal("Edit lead")


def test_errors_are_at_the_fields_and_the_other_lead_is_named(office: Office) -> None:
    damian, address, other = office.person(), office.new_address(), office.new_address("bo")
    lead = a_lead(office, address)
    a_lead(office, other, organisation="Institut für <Zeug>")
    edit_form(damian, address)
    wrong = {"Contacts": "ada at uni", "Organisation": "PartnerX", "Due": "2001-01-01"}
    errors = damian.submit(wrong)["errors"]
    assert {field.rpartition("_")[0]: words.partition(" ")[0] for field, words in errors.items()} == {
        "contacts": "“ada”",
        "organisation": "That",
        "next_step_due": "2001-01-01",
        "next_step": "Say",
    }
    taken = {
        "Contacts": f"{address}\n{other.upper()}",
        "Organisation": "New name",
        "Due": "",
        "Next step": "",
    }
    (told,) = damian.submit(taken)["errors"].values()
    assert told.endswith("belongs to another lead, Institut für <Zeug>.")
    twice = f"Ada King <{address}>\n{address.upper()}\nbo@{address.partition('@')[2]}"
    assert damian.submit({"Contacts": twice})["outcome"] == "ok"
    damian.modal("Partnerships", where=lambda view: "New name" in damian.text_of(view))
    damian.close(everything=True)
    now = office.store.get(lead.id)
    assert now.organisation == "New name"
    assert [contact.name for contact in now.contacts] == ["Ada King", ""]
    told = office.store.timeline(lead.id)[-1].text
    assert told.endswith(f"→ New name; Contact added: bo@{address.partition('@')[2]}")


def test_two_people_edit_one_lead_and_nothing_typed_is_lost(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    lead = a_lead(office, address, source="a talk")
    for person in (damian, jim):
        edit_form(person, address)
    assert jim.submit({"Source": "a friend", "Organisation": "Jim's name"})["outcome"] == "ok"
    jim.close(everything=True)
    assert damian.submit({"Organisation": "Damian's name", "Next step": "call them"})["outcome"] == "ok"
    again = damian.modal("Edit lead", where=lambda view: "It says now:" in damian.text_of(view))
    assert "Jim's name" in damian.text_of(again)
    assert office.store.get(lead.id).organisation == "Jim's name"
    filled = {
        block["label"]["text"]: block["element"].get("initial_value")
        for block in again["blocks"]
        if block["type"] == "input"
    }
    assert filled["Organisation"] == "Damian's name"
    assert filled["Next step"] == "call them"
    assert filled["Source"] == "a friend"
    assert damian.submit()["outcome"] == "ok"
    damian.modal("Partnerships", where=lambda view: "Damian's name" in damian.text_of(view))
    damian.close(everything=True)
    now = office.store.get(lead.id)
    assert (now.organisation, now.source, now.next_step) == ("Damian's name", "a friend", "call them")


def test_who_can_still_read_the_notes_is_said(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead, colleague = a_lead(office, address), f"bo@{address.partition('@')[2]}"
    notes = DriveItem("d1", "Running notes -- X + 2i2c", "https://docs.google.com/document/d/d1")
    reader = Reader(colleague, "shared", True, lead.created_at)
    two = (*lead.contacts, Contact(colleague, "Bo"))
    office.store.update(lead.id, lambda one: replace(one, contacts=two, notes=notes, readers=(reader,)))
    assert "can read them" in damian.text_of(open_lead(damian, address))
    damian.press("Edit")
    damian.modal("Edit lead")
    assert damian.submit({"Contacts": address})["outcome"] == "ok"
    told = damian.modal("Edit lead", where=lambda view: "Saved." in damian.text_of(view))
    assert f"{colleague} can still read the <{notes.link}|running notes>" in damian.text_of(told)
    damian.close(everything=True)


def test_a_new_name_is_offered_at_once_for_the_folder_and_the_document_too(office: Office) -> None:
    damian, lead = office.person(), lead_for_notes(office)
    (ada,) = (one.address for one in lead.contacts)
    made(office, damian, lead)
    name = f"{lead.organisation} of Things"
    edit_form(damian, ada)
    assert damian.submit({"Organisation": name})["outcome"] == "ok"
    plan = submits("Show it to 1 outsider", damian)
    words = damian.text_of(plan)
    assert "Saved." in words and "This is how they are renamed" in words and "Nobody new is let in." in words
    assert f"Running notes -- {name} + 2i2c (renamed from" in words
    confirm(damian)
    assert f"Ada ({ada}) can read it" in result(office, damian, lead, number=2)
    shown = document(office, lead)
    assert shown["name"] == f"Running notes -- {name} + 2i2c" and len(office.mails_to(ada)) == 1
    assert shown["path"].endswith(f"Agreements / {name}") and shown["text"].startswith(shown["name"])
    in_drive(office, f"docs/{shown['id']}/rename", name="Our own name")
    in_drive(office, f"docs/{office.store.get(lead.id).folder.id}/rename", name="Our own folder")  # type: ignore[union-attr]
    edit_form(damian, ada)
    damian.submit({"Organisation": f"{name} again"})
    damian.modal(where=lambda view: "keep the names that people gave them" in damian.text_of(view))
    damian.close(everything=True)


def test_an_owner_is_somebody_who_is_here(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    lead = a_lead(office, address)
    for person in (damian, jim):
        open_lead(person, address)
        person.press("Owner")
        person.modal("Owner")
    assert "is a guest" in damian.submit({"Owner": "U04GUS"})["errors"]["owner"]
    office.sandbox.world.workspace.users["U77LEFT"] = User("U77LEFT", "lena", "Lena", deleted=True)
    assert "Lena has left this Slack" in damian.submit({"Owner": "U77LEFT"})["errors"]["owner"]
    office.sandbox.world.workspace.users["U78CONNECT"] = User("U78CONNECT", "sia", "Sia", team="T81ELSEWHERE")
    assert "another organisation's Slack" in damian.submit({"Owner": "U78CONNECT"})["errors"]["owner"]
    assert jim.submit({"Owner": "U02JIM"})["outcome"] == "ok"
    jim.close(everything=True)
    assert damian.submit({"Owner": "U03BEA"})["outcome"] == "ok"
    again = damian.modal("Owner", where=lambda view: "Meanwhile" in damian.text_of(view))
    assert "somebody else made <@U02JIM> the owner" in damian.text_of(again)
    damian.close(everything=True)
    assert office.store.get(lead.id).owner == "U02JIM"
