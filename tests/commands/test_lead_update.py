"""/lead-update, its shortcut and its retraction: for whom, the exact lines, once, and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.lifecycle import Phase, transition
from store.plan import FRESH
from tests.desk import fault
from tests.lead_with_notes import Known, known_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View

TEAM = "Team only"
HOSTILE = "They said <!channel> & *maybe* — “ja” ```x``` 🎉"


@pytest.fixture
def damian(office: Office) -> Person:
    return office.person()


def opened(person: Person, known: Known) -> View:
    assert person.command(CHANNEL, f"/lead-update {known.address}")["outcome"] == "ok"
    return person.modal("Status update", where=is_loaded)


def preview(person: Person) -> View:
    return person.modal("Status update", where=lambda view: "exactly so" in person.text_of(view))


def press_now(person: Person, known: Known) -> None:
    """Do it now on the private notice."""

    def fits(one: View) -> bool:
        return bool(one.get("is_ephemeral")) and known.organisation in person.text_of(one)

    notice = person.wait_for(CHANNEL, lambda one: fits(one) and "Do it now" in person.buttons(one))
    assert person.press("Do it now", notice)["outcome"] == "ok"


@contextlib.contextmanager
def assistant_may_only_read(office: Office) -> Iterator[None]:
    """Somebody gave the assistant's account another role in the team's drive, for the block."""
    where, http = office.sandbox.url("/team-drive/switches"), office.person().http
    http.post(where, json={"assistant_role": "reader"}).raise_for_status()
    try:
        yield
    finally:
        http.post(where, json={"assistant_role": "fileOrganizer"}).raise_for_status()


def test_a_team_only_update_is_one_submit_and_stays_inside(office: Office, damian: Person) -> None:
    known = known_lead(office)
    view = opened(damian, known)
    missing = damian.submit({"What happened?": HOSTILE}, view=view)
    assert list(missing["errors"]) == ["whom"], "for whom has no default"
    typed = {
        "What happened?": HOSTILE,
        "For whom?": TEAM,
        "Next step": "call <Ada>",
        "By when?": "2020-01-01",
    }
    assert damian.submit(typed, view=view)["errors"] == {"due": "This date is in the past."}
    assert damian.submit(typed | {"By when?": "2031-05-05"}, view=view)["outcome"] == "ok"
    damian.no_modal()
    damian.wait_for(CHANNEL, f"Recorded for *{known.organisation}*, for the team only.")
    assert known.timeline == [HOSTILE, "Next step: call <Ada> (by Mon 2031-05-05)"]
    assert (known.lead.next_step, known.lead.next_step_due) == ("call <Ada>", "2031-05-05")
    assert known.notes == "Notes of old\n"
    office.card_of(damian, known.address)
    damian.wait_for(
        CHANNEL, lambda one: one["ts"] == known.thread.ts and "call &lt;Ada&gt;" in damian.text_of(one)
    )


def test_a_shared_update_stands_in_the_notes_once_until_it_is_taken_back(
    office: Office, damian: Person
) -> None:
    known = known_lead(office)
    view = opened(damian, known)
    assert f"The running notes can be read by {known.reader}." in damian.text_of(view)
    damian.submit(
        {"What happened?": HOSTILE, "For whom?": f"Also in the running notes: {known.reader} reads it"},
        view=view,
    )
    plan = preview(damian)
    words = damian.text_of(plan)
    assert (
        f"where *{known.reader}* can read it" in words and "They said &lt;!channel&gt; &amp; *maybe*" in words
    )
    assert plan["submit"]["text"] == "Show it to 1 outsider"
    assert damian.submit(view=plan)["outcome"] == "ok"
    damian.no_modal()
    press_now(damian, known)
    result = known.said(damian, "Written into the")
    assert f"where {known.reader} can read it" in damian.text_of(result)
    today = office.assistant.context.clock.today()
    lines = [line for line in known.notes.splitlines() if line]
    assert lines == ["Notes of old", "Notes", f"{today} (Damian)", HOSTILE]
    event = next(one for one in office.store.timeline(known.id) if one.text == HOSTILE)
    assert (event.audience, event.by) == ("notes", "U01DAMIAN")
    known.act("type", text=" Ada was here", after="🎉")
    damian.press("Take it back", result)
    confirm = damian.modal("Take it back", where=is_loaded)
    assert f"Until now {known.reader} could read it" in damian.text_of(confirm)
    damian.submit(view=confirm)
    left = known.said(damian, "Somebody wrote in this entry")
    assert f"where {known.reader} can read it" in damian.text_of(left)
    assert "🎉 Ada was here" in known.notes and HOSTILE in known.timeline
    known.act("delete-text", text=" Ada was here")
    damian.press("Retry", left)
    assert f"Until now {known.reader} could read it there." in damian.text_of(
        known.said(damian, "Taken back out of the")
    )
    assert HOSTILE not in known.notes and HOSTILE not in known.timeline
    assert (
        f"Took an update back out of the running notes, where {known.reader} could read it" in known.timeline
    )
    office.sandbox.wait_until(lambda: not damian.buttons(known.said(damian, "Written into the")))


def test_a_new_reader_between_plan_and_button_stops_it(office: Office, damian: Person) -> None:
    known = known_lead(office)
    view = opened(damian, known)
    damian.submit(
        {"What happened?": "Price", "For whom?": f"Also in the running notes: {known.reader} reads it"},
        view=view,
    )
    plan = preview(damian)
    known.act("share", address="rival@elsewhere.example", role="reader")
    office.sandbox.world.clock.advance(FRESH.total_seconds())
    damian.submit(view=plan)
    damian.no_modal()
    press_now(damian, known)
    stopped = known.said(damian, "rival@elsewhere.example can read the running notes too")
    assert "Nothing was written into the running notes." in damian.text_of(stopped)
    assert known.notes == "Notes of old\n" and known.timeline == []
    damian.press("See the new plan", stopped)
    again = preview(damian)
    assert f"*{known.reader} and rival@elsewhere.example*" in damian.text_of(again)
    assert again["submit"]["text"] == "Show it to 2 outsiders"
    damian.close(everything=True)


def test_the_preview_is_shown_although_slack_takes_its_time_with_our_answer(
    office: Office, damian: Person
) -> None:
    known = known_lead(office)
    view = opened(damian, known)
    with fault(office.sandbox, "socket", "*", "delay_after", match=known.id, seconds=0.5):
        damian.submit(
            {"What happened?": "Late", "For whom?": f"Also in the running notes: {known.reader} reads it"},
            view=view,
        )
        assert preview(damian)["submit"]["text"] == "Show it to 1 outsider"
    damian.close(everything=True)


def test_who_may_not_send_sees_the_lines_and_who_may(office: Office) -> None:
    known, bea = known_lead(office), office.person("U03BEA")
    view = opened(bea, known)
    bea.submit(
        {"What happened?": "Hm", "For whom?": f"Also in the running notes: {known.reader} reads it"},
        view=view,
    )
    plan = preview(bea)
    assert not plan["submit"] and "Only senders can do this" in bea.text_of(plan)
    bea.close(everything=True)


def test_a_closed_lead_takes_team_updates_and_nothing_for_the_notes(office: Office, damian: Person) -> None:
    known = known_lead(office)
    lead = known.lead
    closed = transition(lead.phases, Phase.CLOSED, at=lead.phase_since, by="U01DAMIAN", why="silent")
    office.store.update(known.id, lambda one: replace(one, phases=closed))
    view = opened(damian, known)
    words = damian.text_of(view)
    assert "This lead is closed (silent)" in words and "Reopen it first" in words
    assert "Also in the running notes" not in words
    assert (
        damian.submit({"What happened?": "They wrote again", "For whom?": TEAM}, view=view)["outcome"] == "ok"
    )
    damian.no_modal()
    assert known.timeline == ["They wrote again"]


def test_without_notes_that_can_be_written_the_form_says_why(office: Office, damian: Person) -> None:
    known = known_lead(office, notes=False)
    assert "There are no running notes yet" in damian.text_of(opened(damian, known))
    damian.close(everything=True)
    other = known_lead(office)
    other.act("trash")
    view = opened(damian, other)
    assert "are in Drive's trash" in damian.text_of(view) and "Also in the" not in damian.text_of(view)
    damian.close(everything=True)


def test_the_shortcut_goes_straight_to_the_lines_in_a_leads_thread(office: Office, damian: Person) -> None:
    known, jim = known_lead(office), office.person("U02JIM")
    ts = known.say(jim, "Workshop is in May, see https://uni.example/x @Damian")
    damian.shortcut("add_to_running_notes", CHANNEL, ts)
    view = preview(damian)
    words = damian.text_of(view)
    assert "Workshop is in May, see https://uni.example/x @Damian" in words and "(Jim)" in words
    damian.press("Change", view)
    form = damian.modal(where=lambda one: "What happened?" in damian.text_of(one))
    assert not form["state"]["values"]["whom"]["value"]["selected_option"]
    damian.close(everything=True)
    elsewhere = damian.say(CHANNEL, f"Nothing of {known.organisation}")["ts"]
    damian.shortcut("add_to_running_notes", CHANNEL, elsewhere)
    asked = damian.modal(where=lambda one: "For which lead?" in damian.text_of(one))
    damian.options("choose_lead", known.address, asked)
    damian.choose("choose_lead", known.id, asked)
    form = damian.modal(where=lambda one: "What happened?" in damian.text_of(one))
    assert form["state"]["values"]["text"]["value"]["value"] == f"Nothing of {known.organisation}"
    damian.close(everything=True)


def test_what_google_refuses_is_written_by_hand_from_prepared_lines(office: Office, damian: Person) -> None:
    known = known_lead(office)
    view = opened(damian, known)
    damian.submit(
        {"What happened?": "Kick-off", "For whom?": f"Also in the running notes: {known.reader} reads it"},
        view=view,
    )
    plan = preview(damian)
    with assistant_may_only_read(office):
        damian.submit(view=plan)
        damian.no_modal()
        press_now(damian, known)
        stopped = known.said(damian, "Nothing was written into the running notes.")
    damian.press("Do by hand", stopped)
    form = damian.modal("Do by hand")
    assert "(Damian)\nKick-off" in damian.text_of(form)
    damian.submit(view=form)
    result = known.said(damian, "Written into the")
    assert known.timeline == ["Kick-off"]
    damian.press("Take it back", result)
    damian.submit(view=damian.modal("Take it back", where=is_loaded))
    assert "Do by hand" in damian.buttons(known.said(damian, "This entry was written by hand"))
