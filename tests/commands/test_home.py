"""The Home tab: what needs a person and their leads, with buttons that work, and rendered again after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from sandbox.slack.workspace import User
from sops import unanswered
from sops.home import render as rendered
from store.lead import Lead, Mail
from store.meeting import Meeting, Question
from store.ports import LeadStore
from tests import desk
from tests.leads import a_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View


def colleague(office: Office, user: str) -> Person:
    """Somebody who has nothing to do with other tests."""
    office.sandbox.world.workspace.users[user] = User(user, user.casefold(), f"Colleague {user}")
    return office.person(user)


def test_an_empty_home_says_so_and_opens_the_launcher(office: Office) -> None:
    newcomer = colleague(office, "U70NEW")
    home = newcomer.home(where=lambda view: "None yet." in newcomer.text_of(view))
    newcomer.press("Find a lead, start a procedure", home)
    assert "Status update" in newcomer.text_of(newcomer.modal("Partnerships"))
    newcomer.close(everything=True)


def test_what_needs_a_person_comes_first_and_goes_when_it_is_done(office: Office) -> None:
    lea, now = colleague(office, "U71LEA"), office.assistant.context.clock.now()
    late, new, other = (office.new_address() for _ in range(3))
    past = (now - timedelta(days=3)).date().isoformat()
    over = Meeting("m1", now - timedelta(hours=2), now - timedelta(hours=1))
    owed = Question("Can we <!here> use GPUs?", now, owed=True, due=past)
    lead = a_lead(office, late, owner="U71LEA", days=12, meetings=(over,), questions=(owed,))
    a_lead(office, new, owner="U71LEA", hailed_at=None)
    a_lead(office, other, next_step="nobody else's business")
    office.store.update(lead.id, lambda one: replace(one, next_step="call Ada", next_step_due=past))
    home = lea.home(where=lambda view: f"Lab of {new}" in lea.text_of(view))
    words = lea.text_of(home)
    assert words.index("What needs you") < words.index("is over") < words.index("My leads")
    assert f"*Lab of {late}* · we owe an answer: Can we &lt;!here&gt; use GPUs?" in words
    assert words.count(f"call Ada (:red_circle: overdue since {past})") == 2
    assert f"*Lab of {late}* · 12 days" in words
    assert f"Lab of {other}" not in words
    assert {"Log meeting", "Hail", "Open"} <= set(lea.buttons(home))
    lea.press("Hail", home)
    assert new in lea.text_of(lea.modal("Hail the Lead", where=is_loaded))
    lea.close(everything=True)
    office.store.update(lead.id, lambda one: replace(one, next_step="call Bo"))
    lea.home(where=lambda view: "call Bo" in lea.text_of(view))
    assert lea.press("Open", home)["outcome"] == "ok", "pressed on a Home that has been shown anew since"
    assert f"Lab of {late}" in lea.text_of(lea.modal("Partnerships"))
    lea.press("Close the lead…")
    lea.modal("Close lead")
    assert lea.submit({"Reason": "Silent"})["outcome"] == "ok"
    lea.close(everything=True)
    after = gone(office, lea, f"Lab of {late}")
    assert "Log meeting" not in lea.buttons(after)
    assert "What needs you" not in lea.text_of(after)


def test_a_mail_and_a_question_that_wait_without_a_date_need_a_person_too(office: Office) -> None:
    rosa, now = colleague(office, "U73ROSA"), office.assistant.context.clock.now()
    asked = (
        Question("How much is it?", now, owed=True),
        Question("May we move?", now, owed=True, due="2099-01-01"),
    )
    address = office.new_address()
    mails = (Mail(7, address),)
    lead = a_lead(
        office, address, owner="U73ROSA", shown=True, ticket_id=990_073, unanswered=mails, questions=asked
    )
    home = rosa.home(where=lambda view: "What needs you" in rosa.text_of(view))
    words = rosa.text_of(home)
    assert f"*Lab of {address}* · answer {address}" in words
    assert rosa.buttons(home).count("Reply") == 2, "for the mail and the question, not once more below"
    assert "we owe an answer: How much is it?" in words and "May we move?" not in words
    clock = office.assistant.context.clock
    office.store.update(lead.id, lambda one: replace(unanswered.answered(one, 7, clock), questions=()))
    office.assistant.context.progress.card(lead.id)
    assert "Reply" not in rosa.buttons(gone(office, rosa, "What needs you"))


def test_a_stopped_mail_is_retried_from_home(office: Office) -> None:
    jim, address = office.person("U02JIM"), office.new_address()
    office.plan(jim, address)
    jim.submit()
    with desk.helpdesk_restored(office.sandbox):
        desk.settings(office.sandbox, outbound=False)
        office.send_now(jim, address)
        jim.home(where=lambda view: address in jim.text_of(about(view, address)))
    office.sandbox.wait_until(lambda: retried(jim, address))
    jim.wait_for(CHANNEL, f"Hailed {address}")
    office.sandbox.wait_until(
        lambda: "Nothing left 2i2c" not in jim.text_of(about(jim.look()["home"], address))
    )
    assert len(office.mails_to(address)) == 1


def retried(person: Person, address: str) -> bool:
    """Whether Retry could be pressed: the tab is shown anew under one's fingers."""
    part = about(person.look()["home"], address)
    return "Retry" in person.buttons(part) and person.press("Retry", part)["outcome"] == "ok"


def about(view: View, address: str) -> View:
    """Of the Home tab, the attempt about this address and the buttons below it."""
    rows = view["blocks"]
    found = (n for n, block in enumerate(rows) if f"to {address}" in Person.text_of(block))
    start = next(found, len(rows))
    return view | {"blocks": rows[start : start + 3]}


def test_more_leads_than_fit_are_counted(office: Office) -> None:
    owner = colleague(office, "U72OWNER")
    for _ in range(120):
        a_lead(office, office.new_address(), owner="U72OWNER", hailed_at=None)
    home = owner.home(where=lambda view: "more leads of yours" in owner.text_of(view))
    assert len(home["blocks"]) <= 100
    assert "And 72 more leads of yours" in owner.text_of(home)
    counting, context = CountingStore(office.store), office.assistant.context
    rendered(replace(context, store=cast(LeadStore, counting)), "U72OWNER")
    assert 40 < counting.read < 60, "only what is shown is read from the disk"


class CountingStore:
    """A store that counts the leads that are read whole."""

    def __init__(self, store: LeadStore) -> None:
        self._store = store
        self.read = 0

    def get(self, lead_id: str) -> Lead:
        self.read += 1
        return self._store.get(lead_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def gone(office: Office, person: Person, words: str) -> View:
    """The Home tab once it no longer shows `words`, without being opened again."""

    def without() -> View | None:
        home: View = person.look()["home"]
        return home if words not in person.text_of(home) else None

    found: View = office.sandbox.wait_until(without)
    return found
