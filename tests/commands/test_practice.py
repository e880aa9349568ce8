"""Practice mode: whatever sends or shares reaches the person who clicked, nobody outside, and says so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sops import hail_letter, hail_prepare, notes_entry
from sops.status_update_plan import Saying
from sops.status_update_plan import prepare as prepare_update
from store.lead import Lead, Message
from store.plan import End, new_plan
from tests.commands.test_by_hand import notes_plan
from tests.commands.test_lead_update import opened
from tests.commands.test_meetings import give_meeting, log_that_nobody_came, of_address, open_form, preview
from tests.commands.test_reply import prepared
from tests.lead_with_notes import known_lead
from tests.notes_office import a_lead, confirm, result, to_plan
from tests.office import CHANNEL, Office, is_loaded
from tests.tracked import ticket_of, tracked_lead
from tests.workspace import Person

ME, SEND = "damian@2i2c.org", "Send to me (practice)"


@contextlib.contextmanager
def practising(office: Office) -> Iterator[None]:
    """The office as after a start with `live = false` (a process has one engine, so it is not started again)."""
    context = office.assistant.context
    team = context.team
    object.__setattr__(context, "team", replace(team, live=False))
    try:
        yield
    finally:
        object.__setattr__(context, "team", team)


def reached(office: Office, address: str) -> list[str]:
    """What anybody at the organisation of `address` got: the subjects of mails, the ids of files."""
    ours, world = f"@{address.partition('@')[2]}", office.sandbox.world
    mails = list(world.helpdesk.state.mails.values())
    shared = list(world.drive.state.permissions.items())
    return [
        *(mail.subject for mail in mails if any(one.endswith(ours) for one in mail.recipients)),
        *(file for file, people in shared if any(one.endswith(ours) for one in list(people))),
    ]


def mine(office: Office, seen: list[Any]) -> list[Any]:
    """The mails that came to the person who clicks since `seen`, but for a copy that another test asked for."""
    came = [mail for mail in office.mails_to(ME) if mail not in seen]
    return [mail for mail in came if not mail["subject"].startswith("[Copy]")]


def said_by_its_card(person: Person, thread: Message | None, words: str) -> None:
    assert thread is not None
    person.wait_for(CHANNEL, lambda one: one["ts"] == thread.ts and words in person.text_of(one))


def test_a_first_mail_comes_to_whoever_sent_it_and_the_lead_counts_as_not_hailed(office: Office) -> None:
    damian, ada, seen = office.person(), office.new_address(), office.mails_to(ME)
    with practising(office):
        plan = office.plan(damian, f"Ada Lovelace <{ada}>, bo@{ada.partition('@')[2]}")
        words = damian.text_of(plan)
        assert plan["submit"]["text"] == SEND and f"*To*  {ME}\n*Cc*  nobody" in words
        assert "leaves the organisation" not in words and "tracks the lead" not in words
        assert damian.submit(view=plan)["outcome"] == "ok"
        office.press_send_now(damian, f"{ME} (practice)")
        office.sandbox.wait_until(lambda: (lead := office.lead_of(ada)) and lead.thread)
        known = of_address(office, ada)
        known.said(damian, f"Practice mail sent to {ME} · ")
    (mail,) = mine(office, seen)
    assert (mail["to"], mail["cc"], reached(office, ada)) == ([ME], [], [])
    assert {one["requester"]["name"] for one in office.tickets_of(ME)}.isdisjoint({"Ada Lovelace", ""})
    assert (known.lead.hailed_at, known.lead.ticket_id) == (None, None)
    assert known.timeline == ["Lead created", f"Practice mail of Hail the Lead to {ME}"]
    said_by_its_card(damian, known.thread, "not hailed yet")


def test_the_mail_about_a_missed_meeting_comes_to_whoever_sent_it_and_not_on_the_ticket(
    office: Office,
) -> None:
    damian, lead, seen = office.person(), tracked_lead(office), office.mails_to(ME)
    ada = lead.contacts[0].address
    known = of_address(office, ada)
    give_meeting(known)
    with practising(office):
        form = log_that_nobody_came(office, damian, known)
        assert damian.submit(view=form)["outcome"] == "ok"
        plan = damian.modal("Reply", where=lambda view: is_loaded(view) and "*From*" in damian.text_of(view))
        words = damian.text_of(plan)
        assert plan["submit"]["text"] == SEND and f"*To*  {ME}\n*Cc*  nobody" in words
        assert "by itself, not on the lead's ticket" in words and "leaves the organisation" not in words
        assert damian.submit(view=plan)["outcome"] == "ok"
        damian.press("Send now", known.said(damian, f"to {ME} (practice) goes at"))
        known.said(damian, f"Practice reply sent to {ME}")
        damian.press("More…", office.card_of(damian, ada))
        more = damian.modal("Partnerships", where=lambda view: "Close the lead…" in damian.buttons(view))
        damian.press("Close the lead…", more)
        assert "Kept in the timeline, for the team only." in damian.text_of(damian.modal("Close lead"))
        damian.close(everything=True)
    (mail,) = mine(office, seen)
    assert "sorry to have missed you" in mail["text"] and reached(office, ada) == ["Learning more about 2i2c"]
    assert known.lead.next_step == "agree on a new time" and "Replied" not in "".join(known.timeline)
    freshdesk = office.assistant.context.services.freshdesk
    assert freshdesk is not None and list(freshdesk.conversations(ticket_of(lead))) == []
    assert all(one["lead"] != lead.id for one in office.store.value("ticket_notes_owed") or [])


def test_running_notes_are_shared_with_whoever_made_them(office: Office) -> None:
    damian, lead, seen = office.person(), a_lead(office, "ada", "bo"), office.mails_to(ME)
    with practising(office):
        plan = to_plan(damian, lead)
        assert plan["submit"]["text"] == "Share with me (practice)"
        assert f"shared with you, not with them:\n• {ME}" in damian.text_of(plan)
        confirm(damian)
        words = result(office, damian, lead)
    assert f"{ME} can edit, for practice in place of the participants" in words
    assert reached(office, lead.contacts[0].address) == []
    assert [mail["subject"].partition(":")[0] for mail in mine(office, seen)] == ["Document shared with you"]
    assert office.store.get(lead.id).readers == ()
    said_by_its_card(damian, lead.thread, "notes not shared by us yet")


def test_nothing_is_written_where_people_outside_read(office: Office) -> None:
    damian, known = office.person(), known_lead(office)
    give_meeting(known)
    with practising(office):
        form = opened(damian, known)
        words = f"Practice mode is on, and {known.reader} can read the running notes."
        assert words in damian.text_of(form) and "Also in the running notes" not in damian.text_of(form)
        damian.close(everything=True)
        open_form(damian, known)
        plan = preview(damian, notes="Ada asked for a demo")
        assert words in damian.text_of(plan) and not plan.get("submit")
        damian.close(everything=True)
    assert known.notes == "Notes of old\n"


def test_a_plan_from_before_practice_mode_reaches_nobody_outside(office: Office) -> None:
    context = office.assistant.context
    lead, known, new = tracked_lead(office), known_lead(office), a_lead(office)
    plans = [
        hail_prepare.prepare(context, _first_mail(known.lead), hail_letter.fetch(context)),
        prepared(office, lead, "This costs nothing."),
        prepare_update(context, known.lead, Saying("Kick-off", "U01DAMIAN"), "U01DAMIAN"),
        notes_plan(office, new),
    ]
    with practising(office):
        runs = [office.carries_out(plan) for plan in plans]
    words = "Practice mode was switched on after you saw the plan. Look at the new plan."
    assert [(run.end, run.reason, run.words) for run in runs] == [(End.NEEDS_PERSON, "changed", words)] * 4
    assert runs[-1].not_outside == "The document exists, nobody outside can see it."
    assert reached(office, new.contacts[0].address) == []
    assert reached(office, lead.contacts[0].address) == ["Learning more about 2i2c"]
    assert reached(office, known.address) == [known.document] and known.notes == "Notes of old\n"


def _first_mail(lead: Lead) -> hail_prepare.HailRequest:
    return hail_prepare.HailRequest(
        lead.contacts, lead.organisation, lead.owner, "", "U01DAMIAN", lead_id=lead.id
    )


def test_a_plan_that_waited_says_that_practice_was_switched_on_also_without_google(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, context = known_lead(office), office.assistant.context
    seen = notes_entry.Audience((known.address,), known.address, checked=False, manual=True)
    monkeypatch.setattr(notes_entry, "audience", lambda context, lead: seen)
    made = prepare_update(context, known.lead, Saying("Price", "U01DAMIAN"), "U01DAMIAN")
    at = made.created_at - timedelta(minutes=6)
    waited = new_plan(made.sop, known.id, made.by, at, made.content, made.about)
    office.store.save_plan(waited)
    with practising(office):
        run = office.carries_out(waited)
    assert run.reason == "changed" and run.words.startswith("Practice mode is on"), run.words
