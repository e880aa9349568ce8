"""Who counts as reading the running notes, as Drive's permissions tell it."""

from __future__ import annotations

from dataclasses import replace

from commands.lead_update_views import plan_view
from sops import notes_entry
from sops.status_update_plan import Saying, prepare
from tests.lead_with_notes import known_lead
from tests.office import CHANNEL, Office


def test_a_whole_domain_and_everybody_are_readers_and_the_assistants_own_account_is_none(
    office: Office,
) -> None:
    known, here = known_lead(office), office.assistant.context
    known.act("share", kind="domain", address="Uni.Example", role="reader")
    known.act("share", kind="domain", address="2i2c.org", role="reader")
    seen = notes_entry.audience(here, known.lead)
    assert seen.addresses == (known.address, "everybody at uni.example") and not seen.everybody
    assert seen.words == f"{known.reader} and everybody at uni.example"
    plan = prepare(here, known.lead, Saying("Kick-off", "U01DAMIAN"), "U01DAMIAN")
    assert plan_view(here, plan, "U01DAMIAN", CHANNEL)["submit"]["text"] == "Show it to outsiders"
    elsewhere = replace(here, team=replace(here.team, mailbox="us@another.example"))
    strangers = notes_entry.audience(elsewhere, known.lead).addresses
    assert "damian@2i2c.org" in strangers and "assistant@2i2c.org" not in strangers
    known.act("share", kind="anyone", role="reader")
    assert notes_entry.audience(here, known.lead).words == "everybody who has the link"
