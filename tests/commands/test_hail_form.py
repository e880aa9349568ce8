"""/hail-lead between the form and the plan: nothing typed is lost, and strangers are never put together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient

from commands import hail_lead
from commands.act import Act
from store.lead import Contact, Lead
from tests.office import CHANNEL, Office
from tests.workspace import Person, View

SPLIT = "How many leads are they?"


def submits(words: str, person: Person) -> View:
    """The modal whose submit button says this."""
    return person.modal(where=lambda one: (one.get("submit") or {}).get("text") == words)


def fill(person: Person, contacts: str, organisation: str = "", source: str = "", owner: str = "") -> None:
    """Type into the form on screen, and ask for the plan."""
    values = {"Contacts": contacts, "Organisation": organisation or None, "Source": source or None}
    said = person.submit(values | {"Owner": owner or "U01DAMIAN"}, view=submits("Show the plan", person))
    assert said["outcome"] == "ok"


def changed_form(person: Person) -> View:
    person.press("Change")
    return submits("Show the plan", person)


def without_mail(office: Office, person: Person, address: str) -> Lead:
    """A lead that was created and not hailed; no modal is left open."""
    office.plan(person, address)
    return made(office, person, address)


def made(office: Office, person: Person, address: str) -> Lead:
    """The lead of the plan on screen, created without mail."""
    person.press("New lead, no mail")
    person.modal(where=lambda one: "No mail was sent" in person.text_of(one))
    person.close(everything=True)
    office.sandbox.wait_until(lambda: office.lead_of(address))
    lead = office.lead_of(address)
    assert lead is not None
    return lead


def test_change_on_a_lead_that_exists_changes_it_and_can_be_sent(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead = without_mail(office, damian, address)
    bo = f"bo@{address.partition('@')[2]}"
    damian.press("Hail", damian.wait_for(CHANNEL, f"{address} · not hailed yet"))
    submits("Send to 1 outsider", damian)
    changed_form(damian)
    fill(damian, f"Ada Lovelace <{address}>, {bo}", "Analytical Engines", "a talk", "U02JIM")
    submits("Send to 2 outsiders", damian)
    damian.submit()
    office.send_now(damian, address)
    (mail,) = office.mails_to(address)
    assert bo in mail["cc"]
    now = office.store.get(lead.id)
    assert now.contacts == (Contact(address, "Ada Lovelace"), Contact(bo))
    assert (now.organisation, now.source, now.owner) == ("Analytical Engines", "a talk", "U02JIM")
    assert "Analytical Engines" in damian.text_of(office.card_of(damian, address))
    told = [event.text for event in office.store.timeline(lead.id)]
    assert "Changed: contacts, organisation, owner, source" in told


def test_an_address_of_another_lead_is_refused_at_the_field(office: Office) -> None:
    damian, address, taken = office.person(), office.new_address(), office.new_address("bo")
    lead, other = without_mail(office, damian, address), without_mail(office, damian, taken)
    damian.press("Hail", damian.wait_for(CHANNEL, f"{address} · not hailed yet"))
    submits("Send to 1 outsider", damian)
    form = changed_form(damian)
    refused = damian.submit({"Contacts": taken}, view=form)
    assert f"{taken} belongs to another lead, {other.organisation}" in refused["errors"]["contacts"]
    assert office.store.get(lead.id).contacts == (Contact(address),)
    damian.close(everything=True)


@pytest.mark.parametrize(("answer", "names"), [("One lead", ["Ada", "Bo"]), ("2 leads", ["Ada"])])
def test_what_was_typed_survives_the_question_one_or_several(
    office: Office, answer: str, names: list[str]
) -> None:
    damian, ada, bo = office.person(), office.new_address(), office.new_address("bo")
    office.plan(damian, "")
    fill(damian, f"Ada <{ada}>, Bo <{bo}>", 'Our "Lab" & co', "a workshop", "U02JIM")
    view = damian.modal(where=lambda one: SPLIT in damian.text_of(one))
    damian.submit({SPLIT: answer}, view=view)
    plan = submits("Send to 2 outsiders", damian)
    for words in ('Our "Lab" &amp; co', "*Owner*  <@U02JIM>", "*Source*  a workshop"):
        assert words in damian.text_of(plan)
    lead = made(office, damian, ada)
    assert [contact.name for contact in lead.contacts] == names
    assert (lead.organisation, lead.owner, lead.source) == ('Our "Lab" & co', "U02JIM", "a workshop")


def test_what_was_typed_survives_a_known_organisation(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    without_mail(office, damian, address)
    bo = f"bo@{address.partition('@')[2]}"
    office.plan(damian, "")
    fill(damian, f"Bo Carr <{bo}>", "Another Lab", "a friend", "U02JIM")
    damian.press("It is another lead", damian.modal(where=lambda one: "is known" in damian.text_of(one)))
    submits("Send to 1 outsider", damian)
    lead = made(office, damian, bo)
    assert lead.contacts == (Contact(bo, "Bo Carr"),)
    assert (lead.organisation, lead.owner, lead.source) == ("Another Lab", "U02JIM", "a friend")


def test_every_mixed_line_is_asked_about_in_one_question(office: Office) -> None:
    damian = office.person()
    own, ada, bo, cy = (office.new_address(who) for who in ("own", "ada", "bo", "cy"))
    office.plan(damian, "")
    fill(damian, f"{own}\n{ada} {bo}, {cy}", "Named")
    view = damian.modal(where=lambda one: SPLIT in damian.text_of(one))
    listed = damian.text_of(view)
    assert f"{ada}, {bo}, {cy}" in listed
    assert own not in listed
    assert "3 leads" in listed
    damian.submit({SPLIT: "3 leads"}, view=view)
    plan = damian.text_of(submits("Send to 4 outsiders", damian))
    assert plan.count("*To*") == 4
    assert "*Named*" in plan
    damian.close(everything=True)


def test_the_question_counts_organisations_and_not_domains(office: Office) -> None:
    damian, ada, bo = office.person(), office.new_address(), office.new_address("bo")
    view = office.plan(damian, f"{ada} cs@cs.{ada.partition('@')[2]} {bo} ann.18@gmail.com cy.18@gmail.com")
    assert "4 leads" in damian.text_of(view)
    damian.close(everything=True)


def test_names_too_long_and_an_owner_who_cannot_be_one_are_said_at_their_fields(office: Office) -> None:
    damian = office.person()
    view = office.plan(damian, "")
    typed = {"Contacts": f"{'x' * 2500} <{office.new_address()}>", "Owner": "U04GUS"}
    refused = damian.submit(typed, view=view)
    assert "too long together" in refused["errors"]["contacts"]
    assert "is a guest. Owners are full members." in refused["errors"]["owner"]
    damian.close(everything=True)


def test_change_may_be_pressed_again_and_again(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    for number in range(5):
        changed_form(damian)
        fill(damian, address, f"Name {number}")
        plan = submits("Send to 1 outsider", damian)
        assert f"*Name {number}*" in damian.text_of(plan)
    damian.submit()
    office.send_now(damian, address)
    assert len(office.mails_to(address)) == 1


def test_from_the_launcher_through_every_question_to_the_plan(office: Office) -> None:
    damian, ada, bo = office.person(), office.new_address(), office.new_address("bo")
    damian.command(CHANNEL, "/partnerships")
    damian.press("Start", damian.modal("Partnerships"))
    fill(damian, f"{ada} {bo}")
    view = damian.modal(where=lambda one: SPLIT in damian.text_of(one))
    damian.submit({SPLIT: "2 leads"}, view=view)
    plan = damian.text_of(submits("Send to 2 outsiders", damian))
    assert plan.count("*To*") == 2
    damian.close(everything=True)
    damian.wait_for(CHANNEL, f"You closed the plan of Hail the Lead ({ada}, {bo})")
    assert office.mails_to(ada) == office.mails_to(bo) == []


def test_a_known_lead_can_be_hailed_from_three_modals_deep(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    without_mail(office, damian, address)
    damian.command(CHANNEL, "/partnerships")
    damian.press("Start", damian.modal("Partnerships"))
    fill(damian, address)
    damian.press("Hail this lead", damian.modal(where=lambda one: "is known" in damian.text_of(one)))
    assert address in damian.text_of(submits("Send to 1 outsider", damian))
    damian.close(everything=True)
    assert office.mails_to(address) == []


def test_a_plan_over_the_form_is_offered_again_and_back_says_nothing(office: Office) -> None:
    damian, first, second = office.person(), office.new_address(), office.new_address()
    for address in (first, second):
        office.plan(damian, "")
        fill(damian, address)
        submits("Send to 1 outsider", damian)
        if address == first:
            damian.close()
            submits("Show the plan", damian)
        damian.close(everything=True)
    told = damian.wait_for(CHANNEL, f"You closed the plan of Hail the Lead ({second}). Nothing was sent.")
    assert not [one for one in damian.messages(CHANNEL) if first in damian.text_of(one)]
    damian.press("Open it again", told)
    submits("Send to 1 outsider", damian)
    damian.close(everything=True)


def test_who_is_no_sender_reads_the_question_without_a_box(office: Office) -> None:
    damian, bea, address = office.person(), office.person("U03BEA"), office.new_address()
    office.hail(damian, address)
    bea.press("More…", office.card_of(bea, address))
    bea.press("Hail again", bea.modal("Partnerships"))
    view = bea.modal("Hail the Lead", where=lambda one: "Send it again?" in bea.text_of(one))
    assert not view["submit"]
    assert [block for block in view["blocks"] if block["type"] == "input"] == []
    bea.close(everything=True)


def hailed_and_forgotten(office: Office, person: Person) -> str:
    """An address that Freshdesk wrote to, and that no lead has any more."""
    address = office.new_address()
    office.hail(person, address)
    lead = office.lead_of(address)
    assert lead is not None
    moved = (Contact(office.new_address("elsewhere")),)
    office.store.update(lead.id, lambda one: replace(one, contacts=moved))
    return address


def test_each_of_several_questions_needs_its_own_yes(office: Office) -> None:
    damian = office.person()
    first, second = hailed_and_forgotten(office, damian), hailed_and_forgotten(office, damian)
    view = office.plan(damian, f"{first}\n{second}")
    asked = {
        block["block_id"]: block["label"]["text"] for block in view["blocks"] if block["type"] == "input"
    }
    assert set(asked) == {"again0", "again1"}
    assert first in asked["again0"]
    assert second in asked["again1"]
    refused = damian.submit({"again0": ["yes"]}, view=view)
    assert set(refused["errors"]) == {"again1"}
    assert past_the_client(office, view, ["again0"]) == {"again1"}
    damian.submit({"again0": ["yes"], "again1": ["yes"]}, view=view)
    for address in (first, second):
        office.press_send_now(damian, address)
    office.sandbox.wait_until(lambda: [len(office.mails_to(one)) for one in (first, second)] == [2, 2])


def past_the_client(office: Office, view: View, ticked: list[str]) -> set[str]:
    """The fields the assistant itself complains about when a submission says only these boxes are ticked."""
    answers: list[dict[str, dict[str, str]]] = []
    box = {"value": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}}
    state = {"values": dict.fromkeys(ticked, box)}
    body = {"type": "view_submission", "user": {"id": "U01DAMIAN"}, "view": view | {"state": state}}
    hail_lead.confirm(
        Act(office.assistant.context, WebClient(), body, lambda **answer: answers.append(answer))
    )
    return set(answers[0]["errors"])
