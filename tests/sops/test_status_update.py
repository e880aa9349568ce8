"""What may be written into the running notes, and what is left of Slack's markup there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.lead_update_views import exact, plan_view
from sops import engine, said
from sops.status_update_plan import Saying, of, prepare
from store.lead import Contact
from store.plan import End, Plan
from tests.lead_with_notes import Known, known_lead
from tests.notes_office import in_drive
from tests.office import CHANNEL, Office
from tests.oracles import complaints


def test_the_longest_hostile_update_is_shown_whole_within_slacks_limits(office: Office) -> None:
    known, here = known_lead(office, name="<&>" * 60), office.assistant.context
    for text in ("&" * 3000, "<!channel>\n" * 270, "```" * 1000):
        plan = prepare(here, known.lead, Saying(text, "U01DAMIAN"), "U01DAMIAN")
        view = plan_view(here, plan, "U01DAMIAN", CHANNEL)
        assert not complaints({"view": view})
        shown = "".join(block["text"]["text"] for block in exact(of(plan).lines))
        assert shown.count("&amp;") == text.count("&") and shown.count("&lt;!channel") == text.count(
            "<!channel"
        )
    assert len(exact(("&" * 9000,), most=3)) == 4, "what does not fit is said"


def test_a_long_name_crowds_no_other_reader_out(office: Office) -> None:
    known, here = known_lead(office), office.assistant.context
    contacts = tuple(Contact(f"r{n}@many.example", "<!channel>" * 50) for n in range(20))
    office.store.update(known.id, lambda lead: replace(lead, contacts=(*lead.contacts, *contacts)))
    for one in contacts:
        known.act("share", address=one.address, role="reader")
    known.act("share", address="zoe@last.example", role="reader")
    plan = prepare(here, known.lead, Saying("Kick-off", "U01DAMIAN"), "U01DAMIAN")
    assert "zoe@last.example" in str(plan_view(here, plan, "U01DAMIAN", CHANNEL)["blocks"])


def test_slacks_markup_becomes_words(office: Office) -> None:
    here = office.assistant.context
    told = {
        "<@U02JIM> &amp; <@U0NOBODY>": "@Jim & @U0NOBODY",
        "<#C01PARTNERS|partnerships> <!here> <!date^1^x|noon>": "#partnerships @here noon",
        "<mailto:ada@uni.example|ada@uni.example> <https://a.example/?x=1&amp;y=2|see>": (
            "ada@uni.example see (https://a.example/?x=1&y=2)"
        ),
        "see <http://uni.example|uni.example>.": "see uni.example.",
        "a &lt;b&gt; c": "a <b> c",
    }
    assert {text: said.plain_text(here, text) for text in told} == told


def planned(known: Known, text: str) -> Plan:
    return prepare(known.office.assistant.context, known.lead, Saying(text, "U01DAMIAN"), "U01DAMIAN")


def written(known: Known, text: str) -> None:
    plan = planned(known, text)
    engine.enqueue(plan, "U01DAMIAN", CHANNEL)
    assert known.office.carries_out(plan).end is End.DONE


def test_an_entry_finds_its_place_whatever_became_of_the_heading(office: Office) -> None:
    known, heading = known_lead(office), office.assistant.context.team.notes_heading
    written(known, "One 🎉")
    known.act("remove-heading", heading=heading)
    written(known, "Two")
    known.act("rename-heading", heading=heading, to="Minutes")
    written(known, "Three")
    known.act("heading-into-table", heading=heading)
    written(known, "Four")
    assert [known.notes.count(each) for each in ("One 🎉", "Two", "Three", "Four", "Minutes")] == [1] * 5
    assert known.timeline == ["One 🎉", "Two", "Three", "Four"]


@pytest.mark.parametrize(
    ("what", "away", "back", "words"),
    [
        ("docs/{notes}/limit", {"limited": True}, {"limited": False}, "cannot open them any more"),
        ("switches", {"revoked": True}, {"revoked": False}, "was withdrawn"),
    ],
)
def test_notes_out_of_reach_are_named_and_the_update_is_written_once_they_are_back(
    office: Office, what: str, away: dict[str, bool], back: dict[str, bool], words: str
) -> None:
    known = known_lead(office)
    plan, where = planned(known, "Kick-off"), what.format(notes=known.document)
    in_drive(office, where, **away)
    try:
        engine.enqueue(plan, "U01DAMIAN", CHANNEL)
        run = office.carries_out(plan)
        assert words in run.words and run.not_outside == "Nothing was written into the running notes."
        assert of(planned(known, "Again")).blocked
    finally:
        in_drive(office, where, **back)
    assert engine.retry(plan.id)
    assert office.carries_out(plan).end is End.DONE
    assert known.notes.count("Kick-off") == 1 and known.timeline == ["Kick-off"]
