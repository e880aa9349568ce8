"""What the card and a lead's modal say of a lead in each state, and which one button comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sops import card, card_overdue, card_words, meetings
from sops.effects import receive
from sops.starting import next_procedure
from store.lead import Contact, DriveItem, Lead, Mail, Reader, new_lead
from store.lifecycle import Phase, transition
from store.meeting import Meeting, MeetingState
from store.qualification import Answer, Letter, Mark
from tests.lead_with_notes import known_lead
from tests.leads import a_lead
from tests.office import CHANNEL, Office
from tests.workspace import Person

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def lead_in(phase: Phase, **fields: object) -> Lead:
    lead = new_lead("l2345abcd", "Uni", (Contact("ada@uni.example"),), at=NOW, by="U01DAMIAN")
    lead = replace(lead, hailed_at=NOW)
    if phase is not Phase.LEAD:
        lead = replace(lead, phases=transition(lead.phases, phase, at=NOW, by="U01DAMIAN", why="so"))
    return replace(lead, **fields)  # type: ignore[arg-type]


def meeting(hours: int, state: MeetingState = MeetingState.PLANNED) -> tuple[Meeting, ...]:
    return (Meeting("m1", NOW + hours * HOUR, NOW + (hours + 1) * HOUR, state),)


ALL_SEVEN = tuple(Answer(letter, Mark.GOOD, "", "U01DAMIAN", NOW) for letter in Letter)
NOTES = DriveItem("d1", "Running notes", "https://docs.google.com/document/d/d1")


@pytest.mark.parametrize(
    ("lead", "label"),
    [
        (lead_in(Phase.LEAD, hailed_at=None), "Hail"),
        (lead_in(Phase.LEAD), None),
        (lead_in(Phase.LEAD, hailed_at=None, meetings=meeting(5)), "Create running notes"),
        (lead_in(Phase.LEAD, meetings=meeting(5), notes=NOTES), None),
        (lead_in(Phase.LEAD, meetings=meeting(-3), notes=NOTES), "Log meeting"),
        (lead_in(Phase.LEAD, meetings=meeting(-3, MeetingState.HELD)), "Qualify"),
        (lead_in(Phase.LEAD, answers=ALL_SEVEN), "Qualify"),
        (lead_in(Phase.LEAD, answers=ALL_SEVEN[:6]), None),
        (lead_in(Phase.QUALIFIED), "They decided"),
        (lead_in(Phase.LEAD, meetings=meeting(5), notes=NOTES, unanswered=(Mail(7, "Bo"),)), "Reply"),
        (lead_in(Phase.PROSPECT), None),
        (lead_in(Phase.CLOSED, meetings=meeting(-3)), "Reopen"),
    ],
)
def test_one_button_for_what_comes_next(lead: Lead, label: str | None) -> None:
    step = next_procedure(lead, NOW)
    assert (step.label if step else None) == label


def test_a_card_is_one_line_with_all_that_is_known(office: Office) -> None:
    context, lead = office.assistant.context, lead_in(Phase.LEAD, notes=NOTES, answers=ALL_SEVEN[:1])
    readers = tuple(
        Reader(address, "shared", can, NOW)
        for address, can in (("ada@uni.example", True), ("bo@uni.example", True), ("cy@uni.example", False))
    )
    yesterday = (context.clock.today() - timedelta(days=1)).isoformat()
    lead = replace(
        lead,
        organisation="<!here> & Söhne",
        readers=readers,
        next_step="call <!channel>",
        next_step_due=yesterday,
    )
    (line,) = card.render(context, lead)
    words = line["text"]["text"]
    assert words.startswith("*&lt;!here&gt; &amp; Söhne* · Lead (")
    assert f"next: call &lt;!channel&gt; (:red_circle: overdue since {yesterday})" in words
    assert f"<{NOTES.link}|notes> · ada@uni.example and bo@uni.example read the notes · MANIAC-T  M" in words
    stranger = replace(lead, contacts=(Contact("ada@uni.example", "Damian (2i2c)"),), readers=readers[:1])
    assert card_words.readers(stranger) == "Damian (2i2c) (ada@uni.example) reads the notes"
    assert card_words.readers(replace(lead, readers=readers[2:])) == "notes not shared by us yet"
    (line,) = card.render(context, replace(lead, readers=readers[:1], next_step_due=""))
    words = line["text"]["text"]
    assert " · ada@uni.example reads the notes · " in words and words.count("ada@uni.example") == 1
    day = context.clock.today()
    assert card_words.next_step(f"meet on {day}", day.isoformat(), day) == f"meet on {day}"


def test_a_step_that_became_overdue_is_marked_without_anybodys_change(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    today = office.assistant.context.clock.today()
    lead = a_lead(office, address, shown=True)
    due = (today - timedelta(days=2)).isoformat()
    office.store.update(lead.id, lambda one: replace(one, next_step="call them", next_step_due=due))
    card_overdue.show_overdue("")
    shown = damian.wait_for(
        CHANNEL, lambda one: address in Person.text_of(one) and "overdue since" in Person.text_of(one)
    )
    assert f"next: call them (:red_circle: overdue since {due})" in Person.text_of(shown)


def test_a_question_to_somebody_who_left_slack_since_keeps_nothing_of_the_lead_from_being_shown(
    office: Office,
) -> None:
    known, [over] = known_lead(office, notes=False), meeting(0, MeetingState.HELD)
    logged = replace(over, logged_by="U01DAMIAN", logged_at=NOW)
    office.store.update(known.id, lambda lead: replace(lead, meetings=(logged,)))
    asked = f"{logged.id}:log:{int(logged.starts_at.timestamp())}"
    receive(known.id, asked, "U0LEFT 1700000000.000100")
    meetings.show_logged(known.lead)
    shown = office.store.effect(known.id, f"{asked}:answered")
    assert shown is not None and shown.receipt
