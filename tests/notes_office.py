"""The way of Create running notes for tests: a lead, the form, the plan, the end, and what Drive shows then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from store.lead import Contact, Lead
from tests import leads
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View

FORM = "Show the plan"
AGREEMENTS = "1SandboxAgreements"
TEMPLATE = "1SandboxRunningNotesTemplate"


def a_lead(office: Office, *who: str) -> Lead:
    """A lead with its card; its name and its contacts are no other test's. `who` are local parts, or addresses."""
    first, *others = who or ("ada",)
    address = office.new_address(first)
    domain = address.partition("@")[2]
    addresses = [address, *(one if "@" in one else f"{one}@{domain}" for one in others)]
    contacts = tuple(Contact(one, one.partition("@")[0].title()) for one in addresses)
    name = f"Institute {domain.partition('.')[0]}"
    return leads.a_lead(office, address, organisation=name, contacts=contacts, hailed_at=None, shown=True)


def submits(words: str, person: Person) -> View:
    """The modal with this button."""
    return person.modal(where=lambda one: (one.get("submit") or {}).get("text") == words)


def open_form(person: Person, lead: Lead) -> View:
    assert person.command(CHANNEL, f"/running-notes {lead.contacts[0].address}")["outcome"] == "ok"
    return submits(FORM, person)


def to_plan(person: Person, lead: Lead, **values: Any) -> View:
    """Through the form to whatever takes the place of "loading"."""
    form = open_form(person, lead)
    outcome = person.submit({name.replace("_", " "): value for name, value in values.items()}, view=form)
    assert outcome["outcome"] == "ok", outcome
    return person.modal(where=lambda one: is_loaded(one) and one["id"] != form["id"])


def confirm(person: Person, *, leaves: bool = True) -> None:
    """Press the plan's button, and Do it now where there is time to cancel."""
    before = {message["ts"] for message in person.messages(CHANNEL)}
    assert person.submit()["outcome"] == "ok"
    if leaves:
        notice = person.wait_for(
            CHANNEL, lambda one: one["ts"] not in before and "Do it now" in person.buttons(one)
        )
        assert person.press("Do it now", notice)["outcome"] == "ok"


def result(office: Office, person: Person, lead: Lead, *, number: int = 1) -> str:
    """The words of the lead's `number`th attempt once it is over."""
    return person.text_of(over(office, person, lead, number=number))


def over(office: Office, person: Person, lead: Lead, *, number: int = 1) -> Any:
    """The message of the lead's `number`th attempt, once it is no longer under way."""
    thread = lead.thread
    assert thread is not None

    def found() -> Any:
        replies = [one for one in person.thread(CHANNEL, thread.ts) if one["ts"] != thread.ts]
        if len(replies) < number:
            return None
        words = person.text_of(replies[number - 1])
        return None if ":gear:" in words or ":hourglass" in words else replies[number - 1]

    return office.sandbox.wait_until(found)


def made(office: Office, person: Person, lead: Lead, **values: Any) -> str:
    """A first attempt from the command to its result."""
    to_plan(person, lead, **values)
    confirm(person)
    return result(office, person, lead)


def drive(office: Office, what: str = "/team-drive") -> Any:
    return office.person().http.get(office.sandbox.url(what)).json()


def in_drive(office: Office, what: str, **said: Any) -> Any:
    """Something a person does in Drive: "docs/{id}/{action}", "folders", "documents", "switches"."""
    answer = office.person().http.post(office.sandbox.url(f"/team-drive/{what}"), json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def named(office: Office, name: str) -> list[Any]:
    """Everything of this name in the team's drive."""
    return [branch for branch in _branches(drive(office)["tree"]) if branch["name"] == name]


def _branches(branch: Any) -> Iterator[Any]:
    yield branch
    for child in branch.get("children", []):
        yield from _branches(child)


def document(office: Office, lead: Lead) -> Any:
    """The lead's running notes as people see them."""
    notes = office.store.get(lead.id).notes
    assert notes is not None
    return drive(office, f"/team-drive/docs/{notes.id}")


def editors(office: Office, lead: Lead) -> set[str]:
    """Who was let in by sharing, rather than as a member of the drive."""
    shown = document(office, lead)["readers"]
    return {one["address"] for one in shown if not one["inherited"] and one["role"] == "writer"}


def google_calls(office: Office, since: int) -> list[str]:
    """Those after the exchange of this number: the oldest of all are forgotten meanwhile."""
    recent = office.sandbox.world.traffic.recent(5000, "google")
    return [each.name for each in recent if each.number > since and each.name != "POST /token"]


def newest_exchange(office: Office) -> int:
    """The number of the last one with any system."""
    return max((each.number for each in office.sandbox.world.traffic.recent(1)), default=0)
