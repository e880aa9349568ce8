"""A lead of which everything is as long and as hostile as it can be: in the whole lead phase it still fits Slack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sops import meetings
from store.lead import Contact, Event, Lead, Reader
from store.meeting import Forecast, Meeting, MeetingState, Question
from store.qualification import Answer, Judgement, Letter, Mark, Verdict
from tests.commands.test_payloads import sent
from tests.lead_with_notes import Known, known_lead
from tests.leads import open_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.oracles import complaints
from tests.workspace import Person, View


def hostile(length: int) -> str:
    return ("🎉<!channel>&*_`|\u202e" * length)[:length]


def laden(office: Office) -> Known:
    """50 contacts who read the notes, 60 meetings, 60 owed questions, every field at its longest."""
    known, now = known_lead(office), office.assistant.context.clock.now()
    domain = known.address.partition("@")[2]
    more = [Contact(f"{'x' * 30}{n}@{domain}", hostile(200)) for n in range(49)]
    contacts = (Contact(known.address, hostile(200)), *more)
    start = now.replace(second=0, microsecond=0) - timedelta(minutes=40)
    over = tuple(_meeting(f"m{known.id[1:5]}{n}", start - timedelta(days=n), n < 55) for n in range(60))
    soon = _meeting(f"m{known.id[1:5]}s", start + timedelta(minutes=50))
    full: dict[str, Any] = {
        "organisation": hostile(200),
        "contacts": contacts,
        "meetings": (*over, soon),
        "questions": tuple(Question(f"{hostile(480)} {n}", now, True, "2020-01-01") for n in range(60)),
        "answers": tuple(Answer(each, Mark.WEAK, hostile(3000), "U01DAMIAN", now) for each in Letter),
        "verdicts": tuple(Verdict(each, True, hostile(3000), "U01DAMIAN", now) for each in Judgement),
        "readers": tuple(Reader(one.address, "shared", True, now, hostile(500)) for one in contacts),
        "forecast": Forecast(hostile(500), hostile(500), "2020-01-01", "2040-01-01"),
        "next_step": hostile(500),
        "next_step_due": "2020-01-01",
        "source": hostile(200),
    }
    told = [Event(f"e{n}", now, "update", hostile(3000), "U01DAMIAN") for n in range(30)]
    office.store.update(known.id, lambda lead: replace(lead, **full), *told)
    for one in contacts[1:12]:
        known.act("share", address=one.address, role="writer")
    office.assistant.context.progress.card(known.id)
    return known


def _meeting(meeting_id: str, start: Any, planned: bool = True) -> Meeting:
    state = MeetingState.PLANNED if planned else MeetingState.HELD
    return Meeting(meeting_id, start, start + timedelta(minutes=30), state, name=hostile(300))


def at_button(person: Person, known: Known, words: str) -> None:
    """Press it in the lead's own modal, and see what it opens."""
    view = open_lead(person, known.address)
    person.press(words, view)
    person.modal(where=lambda one: one["id"] != view["id"] and is_loaded(one))
    person.close(everything=True)


def plan_after(person: Person, form: View, **values: Any) -> View:
    assert person.submit(values, view=form)["outcome"] == "ok"
    return person.modal(where=lambda one: is_loaded(one) and one["id"] != form["id"])


def sent_off(person: Person, known: Known, plan: View, result: str) -> None:
    """Confirm it, press Do it now, and read how it ended."""
    assert person.submit(view=plan)["outcome"] == "ok"

    def waits(one: View) -> bool:
        return bool(one.get("is_ephemeral")) and "Do it now" in person.buttons(one)

    assert person.press("Do it now", person.wait_for(CHANNEL, waits))["outcome"] == "ok"
    known.said(person, result)


def mrkdwn_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from mrkdwn_in(each)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        yield from mrkdwn_in(list(value.values()))


def test_the_longest_and_most_hostile_lead_fits_slack_everywhere_and_pings_nobody(office: Office) -> None:
    traffic, damian = office.sandbox.world.traffic, office.person()
    begun = max((one.number for one in traffic.recent(1)), default=0)
    known = laden(office)
    for words in ("Edit", "Owner", "Close the lead…", "Timeline", "Move to Qualified Lead", "They decided"):
        at_button(damian, known, words)
    damian.command(CHANNEL, f"/qualify-lead {known.address}")
    damian.modal("Qualify (MANIAC-T)", where=is_loaded)
    damian.close(everything=True)
    damian.command(CHANNEL, f"/running-notes {known.address}")
    form = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Show the plan")
    plan_after(damian, form, more="\n".join(one.address for one in known.lead.contacts[10:20]), people=[])
    damian.close(everything=True)
    damian.command(CHANNEL, f"/lead-update {known.address}")
    form = damian.modal("Status update", where=is_loaded)
    plan = plan_after(damian, form, **{"What happened?": hostile(3000), "For whom?": "notes"})
    sent_off(damian, known, plan, "Written into the")
    damian.press("Log meeting", open_lead(damian, known.address))
    form = damian.modal("Log meeting", where=is_loaded)
    said = {"team": hostile(3000), "notes": hostile(3000), "answered": hostile(3000), "verbal": "Yes"}
    plan = plan_after(damian, form, **said, next_step=hostile(500), owed="\n".join([hostile(70)] * 40))
    sent_off(damian, known, plan, "logged: held")
    _reminded(known.lead)
    damian.home()
    ts = known.say(damian, f"{known.id} {hostile(2900)}")
    damian.do("react", channel=CHANNEL, ts=ts, name="memo", remove=False)
    damian.wait_for(CHANNEL, lambda one: known.id in str(one) and "Go on" in damian.buttons(one))
    refused = {one.error for one in traffic.recent(5000, "slack") if one.number > begun and one.error}
    assert refused <= {"not_found"}, (
        "a modal closed before it was filled is not found; nothing else is refused"
    )
    payloads = sent(office, begun)
    assert not {f"{name}: {told}" for name, payload in payloads for told in complaints(payload)}
    assert not [text for _, payload in payloads for text in mrkdwn_in(payload) if "<!channel" in text]


def _reminded(lead: Lead) -> None:
    """The agenda, and the question how it went."""
    soon, last = lead.planned[-1], lead.planned[-2]
    for what, meeting in (("agenda", soon), ("log", last)):
        meetings.remind(f"{what} {lead.id} {meeting.id} {int(meeting.starts_at.timestamp())}")
