"""What people do in the team's drive, what a restart keeps, and that no series of edits breaks a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.google.document import NAMED, Document, Tab
from sandbox.google.document_json import INLINE, tab_as_json
from sandbox.google.drafting import Draft, splice
from sandbox.google.problems import Problem
from sandbox.google.reading import lines_of, text_of
from sandbox.google.units import STRUCTURE, splits_letter, stripped, to_text, to_units
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.google_account import (
    AGREEMENTS,
    ALL,
    NOTES,
    SHORTCUT,
    TEMPLATES,
    Account,
    check_indexes,
    content,
    words,
)
from tests.workspace import running_sandbox

ADA = "ada@uni.example"


def refused(google: Account, path: str, **said: Any) -> tuple[int, str]:
    answer = google.web.post(google.sandbox.url(f"/team-drive/{path}"), json=said)
    return answer.status_code, answer.json()["error"]


def texts(google: Account, document: str, style: str = "") -> list[str]:
    return [each["text"] for each in google.view(document)["lines"] if style in ("", each["style"])]


def test_the_tab_shows_the_tree_who_can_open_what_and_what_was_mailed(google):
    notes = google.notes()
    google.share(notes, ADA, emailMessage="Our notes")
    seen = google.web.get(google.sandbox.url("/team-drive")).json()
    partnerships = seen["tree"]["children"][1]
    assert [each["name"] for each in partnerships["children"]] == [
        "Agreements",
        "Assets",
        "Invoices",
        "Templates",
    ]
    shortcut = next(each for each in partnerships["children"][3]["children"] if each["kind"] == "shortcut")
    assert shortcut["target"] in [each["id"] for each in seen["documents"]]
    view = next(each for each in seen["documents"] if each["id"] == notes)
    assert view["path"] == "2i2c Team Drive / Partnerships / Agreements"
    assert view["modified_by"] == "assistant@2i2c.org"
    ada = next(each for each in view["readers"] if each["address"] == ADA)
    assert (ada["role"], ada["inherited"]) == ("writer", False)
    assert [(each["address"], each["message"]) for each in view["mails"]] == [(ADA, "Our notes")]
    assert seen["mails"][0]["mail"] == google.inbox(ADA)[0]["id"]
    assert seen["switches"]["policy"] == "domainPolicy"


def test_an_invited_person_types_where_they_like(google):
    notes = google.notes()
    assert refused(google, f"docs/{notes}/type", text="Hi", **{"as": ADA})[0] == 403
    google.share(notes, ADA)
    google.person(f"docs/{notes}/type", text=" Thanks! 🎉", after="The newest entry first.", **{"as": ADA})
    google.person(f"docs/{notes}/type", text="\nBye", **{"as": ADA})
    view = google.person(f"docs/{notes}/type", text="Hi ", at=1, **{"as": ADA})
    assert view["modified_by"] == ADA
    assert view["text"].startswith("Hi Running notes")
    assert "The newest entry first. Thanks! 🎉" in view["text"]
    assert view["text"].endswith("Bye")
    google.person(f"docs/{notes}/delete-text", text=" Thanks!")
    assert "The newest entry first. 🎉" in google.view(notes)["text"]


def test_a_commenter_comments_and_suggests_but_does_not_type(google):
    document = google.blank("Hello")
    google.person(f"docs/{document}/share", address=ADA, role="commenter")
    assert refused(google, f"docs/{document}/type", text="x", **{"as": ADA})[0] == 403
    google.person(f"docs/{document}/comment", text="Why?", quote="Hello", **{"as": ADA})
    made = google.person(f"docs/{document}/suggest", text=" there", after="Hello", **{"as": ADA})["made"]
    assert refused(google, f"docs/{document}/accept", suggestion=made, **{"as": ADA})[0] == 403
    google.person(f"docs/{document}/accept", suggestion=made)
    view = google.view(document)
    assert view["text"] == "Hello there"
    assert not view["lines"][0]["runs"][-1]["inserted"]
    assert [(each["author"], each["status"]) for each in view["suggestions"]] == [(ADA, "ACCEPTED")]
    assert [(each["author"], each["quote"]) for each in view["comments"]] == [(ADA, "Hello")]
    assert refused(google, f"docs/{document}/accept", suggestion=made)[0] == 404


def test_a_rejected_suggestion_leaves_the_text(google):
    document = google.blank("We pay in 30 days.")
    added = google.person(f"docs/{document}/suggest", text="never ", after="We ")["made"]
    gone = google.person(f"docs/{document}/suggest", delete="30 ")["made"]
    google.person(f"docs/{document}/reject", suggestion=added)
    google.person(f"docs/{document}/reject", suggestion=gone)
    assert google.view(document)["text"] == "We pay in 30 days."
    assert not any(run["deleted"] for run in google.view(document)["lines"][0]["runs"])


def test_a_heading_is_renamed_removed_or_moved_into_a_table(google):
    notes = google.notes()
    google.person(f"docs/{notes}/rename-heading", heading="notes", to="Log")
    assert "Log" in texts(google, notes, "HEADING_1")
    assert "Notes" not in texts(google, notes)
    google.person(f"docs/{notes}/heading-into-table", heading="Log")
    [line] = [each for each in google.view(notes)["lines"] if each["text"] == "Log"]
    assert (line["style"], line["cell"]) == ("HEADING_1", [1, 0, 0])
    check_indexes(content(google.read(notes)), 0)
    assert refused(google, f"docs/{notes}/rename-heading", heading="Log", to="Notes")[0] == 409
    google.person(f"docs/{notes}/remove-heading", heading="Next steps")
    google.person(f"docs/{notes}/remove-heading", heading="Links")
    assert {"Next steps", "Links"} & set(texts(google, notes)) == set()
    check_indexes(content(google.read(notes)), 0)


def test_tables_contents_and_tabs_can_be_added(google):
    notes = google.notes()
    google.person(f"docs/{notes}/table", under="Notes", rows=[["Day", "Who"], ["🎉", ""]])
    google.person(f"docs/{notes}/contents")
    google.person(f"docs/{notes}/tab", title="Front", headings=["Notes"], text="Hello", first=True)
    document = google.read(notes)
    for number in range(2):
        check_indexes(content(document, number), 0)
    assert [each["tabProperties"]["title"] for each in document["tabs"]] == ["Front", "Tab 1"]
    kinds = [next(iter(set(each) - {"startIndex", "endIndex"})) for each in content(document, 1)]
    assert kinds[1:4] == ["paragraph", "tableOfContents", "paragraph"]
    [heading] = [
        n for n, each in enumerate(content(document, 1)) if "paragraph" in each and words(each) == "Notes\n"
    ]
    assert kinds[heading + 1] == "table"


def test_a_person_makes_two_folders_of_one_name_and_replaces_a_shortcut(google):
    for _ in range(2):
        google.person("folders", name="Uni", parent=AGREEMENTS, **{"as": "bea@2i2c.org"})
    assert google.names(f"'{AGREEMENTS}' in parents and name = 'Uni'") == ["Uni", "Uni"]
    google.person(f"docs/{SHORTCUT}/trash")
    other = google.person("documents", name="Agreement 2027", parent=AGREEMENTS, text="New words")["id"]
    name = "[TEMPLATE] Outbound Services Agreement"
    google.person("shortcuts", name=name, parent=TEMPLATES, target=other)
    found = google.files.list(
        q=f"'{TEMPLATES}' in parents and name = '{name}' and trashed = false",
        corpora="drive", driveId="0ASandboxTeamDrivePVA", includeItemsFromAllDrives=True,
        fields="files(shortcutDetails/targetId)", **ALL,
    ).execute()  # fmt: skip
    assert found == {"files": [{"shortcutDetails": {"targetId": other}}]}


def test_files_are_renamed_moved_trashed_restored_unshared_and_deleted(google):
    notes = google.notes()
    google.share(notes, ADA)
    google.person(f"docs/{notes}/rename", name="Notes of ours")
    google.person(f"docs/{notes}/move", parent=TEMPLATES)
    google.person(f"docs/{notes}/unshare", address=ADA)
    google.person(f"docs/{notes}/trash")
    view = google.view(notes)
    assert (view["name"], view["path"][-9:], view["trashed"]) == ("Notes of ours", "Templates", True)
    assert ADA not in [each["address"] for each in view["readers"]]
    assert refused(google, f"docs/{notes}/type", text="x")[0] == 409
    google.person(f"docs/{notes}/restore")
    assert not google.view(notes)["trashed"]
    google.person(f"docs/{notes}/delete")
    assert "error" in google.view(notes)


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("docs/1Nowhere/type", {"text": "x"}, 404),
        (f"docs/{NOTES}/fly", {}, 404),
        (f"docs/{NOTES}/type", {"text": 5}, 400),
        (f"docs/{NOTES}/type", {"text": "x", "at": 0}, 400),
        (f"docs/{NOTES}/type", {"text": "x", "at": 10**9}, 400),
        (f"docs/{NOTES}/type", {"text": "x", "at": True}, 400),
        (f"docs/{NOTES}/type", {"text": "x", "after": "not there"}, 409),
        (f"docs/{NOTES}/type", {"text": "x", "as": "nobody"}, 400),
        (f"docs/{NOTES}/type", {"text": "x", "tab": "t.9"}, 400),
        (f"docs/{NOTES}/table", {"under": "Notes", "rows": "x"}, 400),
        (f"docs/{NOTES}/share", {"address": ADA, "role": "organizer"}, 400),
        (f"docs/{TEMPLATES}/type", {"text": "x"}, 400),
        (f"docs/{NOTES}/trash", {"as": ADA}, 403),
        ("docs/0ASandboxTeamDrivePVA/trash", {}, 400),
        ("docs/0ASandboxTeamDrivePVA/delete", {}, 400),
        ("switches", {"policy": "none"}, 400),
        ("switches", {"magic": True}, 400),
        ("switches", {"lag_seconds": -1}, 400),
        ("switches", {"visitors": "perhaps"}, 400),
        ("folders", {"name": " ", "parent": AGREEMENTS}, 400),
        ("folders", {"name": "x", "parent": NOTES}, 400),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(google, path, said, status):
    before = google.web.get(google.sandbox.url("/team-drive")).json()
    assert refused(google, path, **said)[0] == status
    assert google.web.get(google.sandbox.url("/team-drive")).json() == before


def test_a_restart_keeps_the_drive_and_lets_the_assistant_in_as_before(tmp_path: Path):
    with running_sandbox(MANIFEST, tmp_path) as sandbox:
        google = Account(sandbox)
        notes = google.notes("Ünï 🎉")
        google.share(notes, ADA)
        google.person(f"docs/{notes}/suggest", text="🎉", at=1)
        google.edit(
            notes, {"createNamedRange": {"name": "pa:entry", "range": {"startIndex": 3, "endIndex": 9}}}
        )
        [id] = google.files.generateIds(count=1).execute()["ids"]
        before, revision, token = google.view(notes), google.read(notes)["revisionId"], google.token().json()
    with running_sandbox(MANIFEST, tmp_path) as sandbox:
        google = Account(sandbox)
        after = google.view(notes)
        assert {**after, "url": ""} == {**before, "url": ""}
        assert google.read(notes)["revisionId"] == revision
        assert google.folder("Uni", id=id) == id
        header = {"authorization": f"Bearer {token['access_token']}"}
        url = sandbox.url(f"/google/drive/v3/files/{notes}?supportsAllDrives=true")
        assert google.web.get(url, headers=header).status_code == 200


def test_starting_over_brings_the_seed_back(google):
    google.folder("Uni")
    google.person(f"docs/{NOTES}/trash")
    google.sandbox.world.reset()
    assert google.names(f"'{AGREEMENTS}' in parents") == ["How we write agreements"]
    assert not google.view(NOTES)["trashed"]


TEXT = st.text(alphabet=st.sampled_from("ab \n\t🎉é\u200d\x0b\r\x10\ue000\ud800"), max_size=8)
EDIT = st.one_of(
    st.tuples(st.just("insert"), st.integers(0, 80), TEXT),
    st.tuples(st.just("delete"), st.integers(0, 80), st.integers(0, 30)),
    st.tuples(st.just("range"), st.integers(0, 80), st.integers(0, 10)),
    st.tuples(st.just("bold"), st.integers(0, 80), st.integers(0, 10)),
)


def fresh() -> Tab:
    draft = Draft().line("Title 🎉", "TITLE").heading("Notes").table([["a", "b"], ["🎉", ""]])
    return draft.bullets(["one", "two"]).contents(["Notes"]).line("end").tab()


def carried_out(tab: Tab, edit: tuple[str, int, Any]) -> str:
    """Do one edit; the units expected after it."""
    kind, start, more = edit
    before = tab.units
    if kind == "insert":
        tab.insert(start, more)
        return before[:start] + to_units(stripped(more)) + before[start:]
    if kind == "delete":
        tab.delete(start, start + more)
        return before[:start] + before[start + more :]
    if kind == "range":
        tab.span(NAMED, start, start + more, f"kix.{start}", f"range {start}")
    else:
        tab.style_text(start, start + more, "bold", "")
    return before


@settings(max_examples=150)
@given(st.lists(EDIT, max_size=12))
def test_no_series_of_edits_breaks_a_document(edits):
    tab = fresh()
    for edit in edits:
        before = tab.to_json()
        try:
            expected = carried_out(tab, edit)
        except Problem as problem:
            assert problem.status == 400
            assert tab.to_json() == before
            continue
        assert tab.units == expected
        assert tab.units.count("\n") == len(tab.paragraphs)
        assert all(0 < span.start < span.end <= len(tab.units) for span in tab.spans)
        assert check_indexes(tab_as_json(tab, INLINE)["body"]["content"], 0) == len(tab.units)
    kept = Tab.from_json(json.loads(json.dumps(tab.to_json(), ensure_ascii=False).encode()))
    assert kept == tab
    shown = "\n".join(line.text for line in lines_of(tab))
    assert shown == to_text("".join(unit for unit in tab.units if unit not in STRUCTURE))[:-1]


@given(st.lists(TEXT, max_size=4), st.integers(0, 4))
def test_a_range_keeps_its_words_whatever_is_written_around_it(texts, place):
    tab = Document.blank().tab()
    tab.insert(1, "beforeWORDSafter")
    tab.span(NAMED, 7, 12, "kix.1", "entry")
    for number, text in enumerate(texts):
        at = 1 + place if number % 2 else len(tab.units) - 1
        if stripped(text) and not splits_letter(tab.units, at):
            tab.insert(at, text)
    [span] = tab.spans
    assert tab.units[span.start : span.end] == "WORDS"


def test_a_draft_can_be_put_between_two_paragraphs(google):
    document = Draft().line("one").line("two", bold=True).document()
    tab = document.tab()
    tab.span(NAMED, 1, 9, "kix.1", "whole")
    splice(tab, 5, Draft().line("between").table([["cell"]]))
    assert text_of(document) == "one\nbetween\ncell\ntwo"
    bold = [run.text for line in lines_of(tab) for run in line.runs if run.bold]
    assert bold == ["cell", "two"]
    named = next(span for span in tab.spans if span.kind == NAMED)
    assert tab.units[named.start : named.end].startswith("one\nbetween\n")
    assert tab.units[named.start : named.end].endswith("two\n")
