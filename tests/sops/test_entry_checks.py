"""What is checked right before an entry is written, and what is said of it when the procedure stops after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from commands.meetings_views import plan_view
from sops import notes_entry, phases
from sops.meeting_plan import Said, of
from sops.meeting_plan import prepare as prepare_log
from sops.status_update_plan import Saying, entry_key
from sops.status_update_plan import prepare as prepare_update
from store.lead import Reader
from store.lifecycle import Phase
from store.meeting import Verbal
from store.plan import End, Plan
from tests.lead_with_notes import Known, known_lead
from tests.office import CHANNEL, Office


def said(office: Office, *, notes: str = "", held: bool = True, verbal: Verbal | None = None) -> Said:
    """Of a meeting that is just over."""
    now = office.assistant.context.clock.now()
    begun, over = now - timedelta(minutes=40), now - timedelta(minutes=10)
    return Said("m1", begun, over, held=held, notes=notes, verbal=verbal, follow=True)


def log_of(known: Known, what: Said) -> Plan:
    return prepare_log(known.office.assistant.context, known.lead, what, "U01DAMIAN")


def test_somebody_whom_we_let_in_since_stops_a_fresh_plan(office: Office) -> None:
    context = office.assistant.context
    for number in range(2):
        known = known_lead(office)
        update = prepare_update(context, known.lead, Saying("Price", "U01DAMIAN"), "U01DAMIAN")
        plan = (update, log_of(known, said(office, notes="Price")))[number]
        rival = Reader("rival@elsewhere.example", "shared", True, context.clock.now())
        office.store.update(known.id, partial(replace, readers=(rival,)))
        run = office.carries_out(plan)
        assert "Since you saw the plan, rival@elsewhere.example can read" in run.words
        assert "othing was written into the running notes." in run.not_outside
        assert known.notes == "Notes of old\n"


def test_a_log_that_stops_after_its_entry_was_written_says_where_that_stands(office: Office) -> None:
    known = known_lead(office)
    what = said(office, notes="For all")
    mine, jims = log_of(known, what), log_of(known, replace(what, notes=""))
    notes_entry.write(known.id, entry_key(mine.id), of(mine).lines)
    assert office.carries_out(jims).end is End.DONE
    run = office.carries_out(mine)
    assert run.reason == "changed" and "logged this meeting as held" in run.words
    assert run.outside == f"The entry is in the running notes, where {known.reader} can read it."
    assert run.not_outside == "Nothing of yours was recorded."


def test_who_made_them_a_prospect_meanwhile_is_not_the_log(office: Office) -> None:
    known = known_lead(office, notes=False)
    plan = log_of(known, said(office, verbal=Verbal.YES))
    phases.move(office.assistant.context, known.id, Phase.PROSPECT, "U02JIM", "by mail")
    run = office.carries_out(plan)
    assert "the lead is Prospect" in run.words and "now a Prospect" not in run.words


def test_those_who_did_not_come_said_nothing(office: Office) -> None:
    known = known_lead(office, notes=False)
    missed = of(log_of(known, said(office, held=False, verbal=Verbal.NOT_YET)))
    assert not any("Partner with" in line for line in missed.team_lines) and not missed.blocked
    wrong = log_of(known, said(office, held=False, verbal=Verbal.YES))
    view = plan_view(office.assistant.context, wrong, "U01DAMIAN", CHANNEL)
    assert "They did not come, but “yes” is ticked" in office.person().text_of(view)
    assert not of(wrong).said.follow and of(wrong).follows is None and not view.get("submit")
