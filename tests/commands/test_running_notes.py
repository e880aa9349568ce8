"""/running-notes between the form and the plan: what is wrong is said at its field, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.lead import Lead
from store.meeting import Meeting, new_meeting_id
from tests.notes_office import (
    FORM,
    a_lead,
    confirm,
    document,
    made,
    named,
    open_form,
    result,
    submits,
    to_plan,
)
from tests.office import CHANNEL, Office
from tests.workspace import View

HOSTILE = 'O\'Reilly \\ "Lab" / <!channel> PartnerX *bold* 🎉'


def value(view: View, block_id: str, key: str = "value") -> object:
    return next(iter(view["state"]["values"][block_id].values())).get(key)


def with_meeting(office: Office, lead: Lead, *participants: str) -> Meeting:
    """One that was booked for the day after tomorrow."""
    starts = office.assistant.context.clock.now().replace(second=0, microsecond=0) + timedelta(days=2)
    meeting = Meeting(new_meeting_id(), starts, starts + timedelta(minutes=30), participants=participants)
    office.store.update(lead.id, lambda one: replace(one, meetings=(meeting,)))
    return meeting


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("Organisation", "  partnerx ", "is what the templates have in its place"),
        ("Organisation", "\u0007\ue000", "Type the organisation's name."),
        ("Meeting", 1_700_000_000, "That time is in the past."),
        ("More addresses", "ada@, bo@b.example", "“ada@” is not an e-mail address."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(office: Office, field: str, typed: object, said: str) -> None:
    damian, lead = office.person(), a_lead(office)
    form = open_form(damian, lead)
    outcome = damian.submit({field: typed}, view=form)
    assert said in next(iter(outcome["errors"].values()))
    damian.close(everything=True)


def test_an_address_of_another_lead_is_refused_by_the_name_of_that_lead(office: Office) -> None:
    damian, lead, other = office.person(), a_lead(office), a_lead(office)
    form = open_form(damian, lead)
    outcome = damian.submit({"More addresses": other.contacts[0].address.upper()}, view=form)
    assert f"belongs to another lead, {other.organisation}" in outcome["errors"]["more"]
    damian.close(everything=True)


def test_the_booked_meeting_fills_the_form_and_its_words_follow_the_name(office: Office) -> None:
    damian, lead = office.person(), a_lead(office, "ada", "bo")
    dee = office.new_address("dee")
    meeting = with_meeting(office, lead, lead.contacts[0].address.upper(), dee, "jim@2i2c.org")
    form = open_form(damian, lead)
    assert value(form, "meeting", "selected_date_time") == int(meeting.starts_at.timestamp())
    assert len(value(form, "people", "selected_options")) == 1  # type: ignore[arg-type]
    assert value(form, "guests", "selected_options") == [], "whoever booked could add anybody"
    (guest,) = (block["element"]["options"] for block in form["blocks"] if block["block_id"] == "guests")
    assert [(one["text"]["text"], one["description"]["text"]) for one in guest] == [
        (dee, "Added by whoever booked")
    ]
    asked = {"Organisation": "Analytical Engines", "In the booking, but not a contact so far": [dee]}
    damian.submit(asked, view=form)
    words = damian.text_of(submits("Let 2 outsiders edit", damian))
    assert "the running notes that Analytical Engines and 2i2c share" in words
    assert f"in our meeting on {meeting.starts_at:%A, %-d %B %Y, %H:%M} UTC" in words
    assert f"*New contacts*  {dee}" in words and f"{dee} is not a contact so far: whoever booked" in words
    damian.close()
    back = damian.modal(where=lambda one: one["id"] == form["id"])
    assert value(back, "organisation") == "Analytical Engines"
    damian.submit({"What Google mails them": "Bonjour <!here>"}, view=back)
    assert "&gt; Bonjour" in damian.text_of(submits("Let 2 outsiders edit", damian)).replace(
        "> Bonjour", "&gt; Bonjour"
    )
    damian.close(everything=True)
    offered = damian.wait_for(
        CHANNEL,
        lambda one: "Analytical Engines" in damian.text_of(one) and "Open it again" in damian.buttons(one),
    )
    damian.press("Open it again", offered)
    damian.press("Change", submits("Let 2 outsiders edit", damian))
    assert value(submits(FORM, damian), "message") == "Bonjour <!here>"
    damian.close(everything=True)


def test_a_hostile_name_is_a_name_in_drive_and_harms_nobody_in_slack(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    name = f"{HOSTILE} {lead.id}"
    said = made(office, damian, lead, Organisation=name)
    assert "&lt;!channel&gt;" in said and "<!channel>" not in said
    assert len(named(office, name)) == 1
    shown = document(office, lead)
    assert shown["name"] == f"Running notes -- {name} + 2i2c"
    assert shown["text"].startswith(f"Running notes -- {name} + 2i2c\n")
    assert office.store.get(lead.id).organisation == name


def test_a_name_of_200_characters_fits_everywhere(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    name = (f"{lead.id} " + "Ünï versität " * 20)[:200].strip()
    to_plan(damian, lead, Organisation=name, Who_may_edit=[])
    confirm(damian, leaves=False)
    assert "nobody outside can see it yet" in result(office, damian, lead)
    assert document(office, lead)["name"] == f"Running notes -- {name} + 2i2c"


def test_a_time_that_was_typed_becomes_the_next_meeting(office: Office) -> None:
    damian, lead = office.person(), a_lead(office)
    starts = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=30)
    plan = to_plan(
        damian, lead, Meeting=int(starts.timestamp()), Who_may_edit=[], More_addresses="Jim@2i2c.org"
    )
    assert "Jim@2i2c.org is one of us and finds the document in the team's drive" in damian.text_of(plan)
    confirm(damian, leaves=False)
    result(office, damian, lead)
    now = office.store.get(lead.id)
    assert [(one.starts_at, one.noted) for one in now.planned] == [(starts, starts)]
    assert now.contacts == lead.contacts
    day = starts.date().isoformat()
    assert (now.next_step, now.next_step_due) == (f"meet on {day}", day)
    assert f"Meeting on {starts:%A, %-d %B %Y}" in document(office, lead)["text"]


def test_who_is_no_sender_sees_the_plan_and_who_can_press_it(office: Office) -> None:
    bea, lead = office.person("U03BEA"), a_lead(office)
    plan = to_plan(bea, lead)
    assert not plan.get("submit") and "Only senders can do this" in bea.text_of(plan)
    bea.close(everything=True)
