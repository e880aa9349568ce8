"""Enter twice, and two people at once: what is confirmed happens once, and who comes second is told."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from store.lifecycle import Phase
from tests.commands.test_meetings import lead_with_meeting, open_form, preview
from tests.lead_with_notes import known_lead
from tests.leads import a_lead, open_lead
from tests.notes_office import a_lead as lead_to_share_with
from tests.notes_office import confirm, named, over, to_plan
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View


def submitted_twice(person: Person, view: View, values: Mapping[str, Any] | None = None) -> None:
    """Both clicks at the same moment; on a busy machine the modal may be gone before the second one arrives, and then
    Slack refuses that."""
    with ThreadPoolExecutor(2) as clicks:
        asked = [clicks.submit(person.submit, values, view=view, force=True) for _ in range(2)]
    assert sorted(each.result()["outcome"] for each in asked) in (["ok", "ok"], ["ok", "refused"])


def test_a_form_sent_twice_is_recorded_once(office: Office) -> None:
    damian, known = office.person(), known_lead(office, notes=False)
    damian.command(CHANNEL, f"/lead-update {known.address}")
    form = damian.modal("Status update", where=is_loaded)
    submitted_twice(damian, form, {"What happened?": "They called", "For whom?": "Team only"})
    damian.press("Edit", open_lead(damian, known.address))
    submitted_twice(damian, damian.modal("Edit lead"), {"Next step": "call back"})
    damian.modal("Partnerships")
    damian.close(everything=True)
    damian.press("They decided", open_lead(damian, known.address))
    decided = damian.modal("They decided", where=is_loaded)
    submitted_twice(damian, decided, {"What did they decide?": "Yes, they want to partner"})
    submitted_twice(damian, damian.modal(where=lambda view: "Prospect" in str(view.get("submit"))))
    if damian.look()["modal"] is not None:  # The second click may have been told of the first one's work.
        damian.close(everything=True)
    today = office.assistant.context.clock.today()
    assert known.timeline == [
        "They called",
        "Next step: none → call back",
        f"They decided on {today}: yes",
        "Lead → Prospect: verbal yes",
    ]


def test_a_plan_confirmed_twice_is_carried_out_once(office: Office) -> None:
    damian, known = office.person(), lead_with_meeting(office)
    open_form(damian, known)
    submitted_twice(damian, preview(damian, team="They like it", verbal="Yes"))
    known.said(damian, "logged: held")
    assert len(known.timeline) == 2 and known.lead.phase is Phase.PROSPECT
    lead = a_lead(office, office.new_address(), shown=True)
    damian.press("Close the lead…", open_lead(damian, lead.contacts[0].address))
    submitted_twice(damian, damian.modal("Close lead"), {"Reason": "Silent"})
    damian.close(everything=True)
    assert [each.after for each in office.store.get(lead.id).phases] == [Phase.LEAD, Phase.CLOSED]


def test_of_two_names_confirmed_for_one_lead_the_second_is_stopped(office: Office) -> None:
    damian, jim, lead = office.person(), office.person("U02JIM"), lead_to_share_with(office)
    to_plan(damian, lead, Organisation=f"{lead.organisation} North", Who_may_edit=[])
    to_plan(jim, lead, Organisation=f"{lead.organisation} South", Who_may_edit=[])
    confirm(damian, leaves=False)
    assert "North" in damian.text_of(over(office, damian, lead))
    confirm(jim, leaves=False)
    stopped = over(office, jim, lead, number=2)
    assert f"the organisation was renamed to {lead.organisation} North" in jim.text_of(stopped)
    assert "See the new plan" in jim.buttons(stopped)
    assert named(office, f"{lead.organisation} North") and not named(office, f"{lead.organisation} South")
