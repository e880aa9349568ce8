"""SOP Create running notes: what people find in Drive, who is let in, and that nothing is made twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from store.lead import Contact, Lead, Message, new_lead, new_lead_id
from tests.desk import fault
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View

FORM = "Show the plan"


def a_lead(office: Office, *who: str, organisation: str = "") -> Lead:
    """A lead with a card and a thread, its organisation's name and contacts used by no other test."""
    addresses = [office.new_address(one) for one in who or ("ada",)]
    name = organisation or f"Institute {addresses[0].partition('@')[2].partition('.')[0]}"
    contacts = tuple(Contact(one, one.partition("@")[0].title()) for one in addresses)
    now = office.assistant.context.clock.now()
    lead = office.store.create(new_lead(new_lead_id(), name, contacts, at=now, by="U01DAMIAN"))
    ts = office.person().say(CHANNEL, f"About {name}")["ts"]
    return office.store.update(lead.id, lambda one: replace(one, thread=Message(CHANNEL, ts)))


def submits(words: str, person: Person) -> View:
    return person.modal(where=lambda one: (one.get("submit") or {}).get("text") == words)


def open_form(person: Person, lead: Lead) -> View:
    assert person.command(CHANNEL, f"/running-notes {lead.organisation}")["outcome"] == "ok"
    return submits(FORM, person)


def to_plan(person: Person, lead: Lead, **values: Any) -> View:
    """Through the form to whatever takes the place of "loading"."""
    form = open_form(person, lead)
    assert person.submit(values, view=form)["outcome"] == "ok"
    return person.modal(where=lambda one: is_loaded(one) and one["id"] != form["id"])


def ended(office: Office, person: Person, lead: Lead, *, sent: bool = True) -> str:
    """Submit the plan; the words in the lead's thread when it is over."""
    before = {message["ts"] for message in person.messages(CHANNEL)}
    assert person.submit()["outcome"] == "ok"
    name = office.store.get(lead.id).organisation
    if sent:
        notice = person.wait_for(
            CHANNEL, lambda one: one["ts"] not in before and "Send now" in person.buttons(one)
        )
        person.press("Send now", notice)
    return wait_for_end(office, person, lead)


def wait_for_end(office: Office, person: Person, lead: Lead) -> str:
    assert lead.thread is not None
    thread = lead.thread.ts

    def over() -> str:
        replies = [one for one in person.thread(CHANNEL, thread) if one["ts"] != thread]
        words = person.text_of(replies[-1]) if replies else ""
        return "" if ":gear:" in words or ":hourglass" in words else words

    return str(office.sandbox.wait_until(over))


def drive(office: Office, what: str = "/team-drive") -> Any:
    return office.person().http.get(office.sandbox.url(what)).json()


def in_drive(office: Office, action: str, id: str, **said: Any) -> None:
    answer = office.person().http.post(office.sandbox.url(f"/team-drive/docs/{id}/{action}"), json=said)
    assert answer.status_code == 200, answer.text


def make_folder(office: Office, name: str) -> str:
    body = {"name": name, "parent": "1SandboxAgreements"}
    return str(office.person().http.post(office.sandbox.url("/team-drive/folders"), json=body).json()["id"])


def named(office: Office, name: str) -> list[Any]:
    """Everything of this name under Agreements, what is in it included."""
    tree = drive(office)["tree"]
    found: list[Any] = []

    def walk(branch: Any) -> None:
        if branch["name"] == name:
            found.append(branch)
        for child in branch.get("children", []):
            walk(child)

    walk(tree)
    return found


def document(office: Office, lead: Lead) -> Any:
    notes = office.store.get(lead.id).notes
    assert notes is not None
    return drive(office, f"/team-drive/docs/{notes.id}")


def readers(office: Office, lead: Lead) -> set[str]:
    return {one["address"] for one in document(office, lead)["readers"] if not one["inherited"]}


def google_calls(office: Office) -> list[str]:
    recent = office.sandbox.world.traffic.recent(5000, "google")
    return [each.name for each in recent if each.name != "POST /token"]


def test_a_clean_first_attempt_makes_everything_in_five_calls_and_one_for_each_person(office: Office) -> None:
    damian, lead = office.person(), a_lead(office, "ada", "bo")
    ada, bo = (one.address for one in lead.contacts)
    name = f"{lead.organisation} Centre"
    plan = to_plan(damian, lead, Organisation=name)
    words = damian.text_of(plan)
    assert plan["submit"]["text"] == "Let 2 outsiders edit"
    assert (
        f"2i2c Team Drive &gt;&gt; Partnerships &gt;&gt; Agreements &gt;&gt; {name} (will be made)" in words
    )
    assert f"Running notes -- {name} + 2i2c (will be made)" in words
    assert f"is called “{name}” from now on" in words
    before = len(google_calls(office))
    result = ended(office, damian, lead)
    assert len(google_calls(office)) - before == 5 + 2
    assert f"{ada} can edit" in result and f"{bo} can edit" in result
    shown = document(office, lead)
    assert shown["path"] == f"2i2c Team Drive / Partnerships / Agreements / {name}" or name in str(
        shown["path"]
    )
    assert shown["name"] == f"Running notes -- {name} + 2i2c"
    assert "PartnerX" not in shown["text"] and name in shown["text"]
    assert "Running notes created." in shown["text"]
    assert readers(office, lead) == {ada, bo}
    (mail,) = office.mails_to(ada)
    assert "Here are the running notes that" in mail["html"] and name in mail["html"]
    now = office.store.get(lead.id)
    assert now.organisation == name
    assert {(one.address, one.can_open) for one in now.readers} == {(ada, True), (bo, True)}
