"""The timeline: pages of any length, lines as they read now, and a text file."""

from __future__ import annotations

from datetime import timedelta

from store.lead import Event
from tests.leads import a_lead, open_lead
from tests.office import Office, is_loaded


def test_ten_thousand_lines_are_paged_and_given_as_a_file(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    lead = a_lead(office, address, organisation="O'Reilly \\ Lab <!here>")
    at = lead.created_at
    lines = [Event(f"n{n}", at + timedelta(seconds=n), "note", f"happening {n}.") for n in range(10_000)]
    shared = Event("s", at + timedelta(days=1), "update", "<!channel> " + "long " * 600, "U02JIM", "notes")
    wrong = Event("w", at + timedelta(days=1), "said", "to be taken back")
    back = Event("b", at + timedelta(days=1), "said", "", revises="w")
    office.store.update(lead.id, lambda one: one, *lines, shared, wrong, back)
    open_lead(damian, address)
    damian.press("Timeline")
    first = damian.modal("Timeline", where=is_loaded)
    words = damian.text_of(first)
    assert "page 1 of 667 · 10001 lines" in words
    assert "also in the running notes" in words
    assert "<!channel>" not in words and "&lt;!channel&gt;" in words
    assert "to be taken back" not in words
    assert words.index("happening 9999.") < words.index("happening 9986.")
    damian.press("Older →", first)
    second = damian.modal("Timeline", where=lambda view: "page 2 of 667" in damian.text_of(view))
    assert "happening 9985." in damian.text_of(second) and "happening 9986." not in damian.text_of(second)
    damian.press("As a text file", second)
    damian.modal("Timeline", where=lambda view: "with all 10001 lines" in damian.text_of(view))
    damian.press("← Newer")
    damian.modal("Timeline", where=lambda view: "page 1 of 667" in damian.text_of(view))
    damian.close(everything=True)
    sent = [file for file in office.sandbox.world.workspace.files.values() if file["received"] > 0]
    assert sent[-1]["name"] == "o-reilly-lab-here-timeline.txt"
    assert sent[-1]["size"] > 10_000 * len("2026-09-01 10:00, team only\n    happening 1.\n\n")
