"""The Team Drive tab as the server renders it, and what a person does to one line of a document."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.page.addresses import followed
from tests.sandbox.google_account import AGREEMENTS, NOTES, SHORTCUT, Account

ADA = "ada@uni.example"
HOSTILE = '<img src=x onerror=alert(1)> "&'


def tab(google: Account, place: str = "") -> str:
    """The tab's HTML as Damian's browser fetches it."""
    answer = google.web.get(
        google.sandbox.url(f"/page/at?as=U01DAMIAN&at={quote(f'drive/{place}', safe='')}")
    )
    assert answer.status_code == 200
    return answer.text


def words(markup: str) -> str:
    """What one reads, on one line; what only buttons and templates hold left out."""
    bare = re.sub(r"<template.*?</template>|<option.*?</option>", "", markup, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare)))


def keys(google: Account, document: str, reader: str = "") -> dict[str, str]:
    """The key of each line that says something, by its words."""
    found = re.findall(
        r'<option value="([^"]+/[0-9a-f]{10}/\d+)">(.*?)</option>', tab(google, f"{document}/{reader}")
    )
    return {html.unescape(text): key for key, text in found}


def refusal(google: Account, path: str, **said: Any) -> tuple[int, str]:
    answer = google.web.post(google.sandbox.url(f"/team-drive/{path}"), json=said)
    return answer.status_code, answer.json()["error"]


def lines(google: Account, document: str) -> list[str]:
    return [each["text"] for each in google.view(document)["lines"]]


def test_the_tree_names_every_file_and_greys_what_is_in_the_trash(google):
    google.folder("Uni")
    old = google.blank(name="Old draft")
    google.person(f"docs/{old}/trash")
    seen = words(tab(google))
    names = (
        "2i2c Team Drive",
        "Partnerships",
        "Agreements",
        "Uni",
        "Old draft in the trash",
        "Assets",
        "Invoices",
    )
    assert all(name in seen for name in names)
    assert "[TEMPLATE] Outbound Services Agreement shortcut" in seen
    assert 'class="row trashed"' in tab(google)


def test_a_document_reads_as_its_readers_see_it(google):
    notes = google.notes()
    google.share(notes, ADA, emailMessage="Our notes")
    google.person(f"docs/{notes}/comment", text="Why first?", quote="The newest entry first.", **{"as": ADA})
    google.person(f"docs/{notes}/suggest", text=" Really", after="The newest entry first.", **{"as": ADA})
    google.person(f"docs/{notes}/tab", title="Budget 💶", text="Ten")
    seen = tab(google, f"{notes}/{ADA}")
    assert re.search(r'<h2 class="words head title">Running notes', seen)
    assert re.search(r'<h3 class="words head">Notes<', seen)
    assert "<mark>The newest entry first.</mark><ins> Really</ins>" in seen
    assert "<td>" in seen and "Budget 💶" in seen
    told = words(seen)
    for said in (
        "Ada",
        "Why first?",
        f"{ADA} can edit",
        "Add: “ Really”",
        "Our notes",
        "Damian manages the drive",
    ):
        assert said in told
    assert f'href="#inbox/{quote(ADA)}/' in seen


def test_nobody_reads_what_was_not_shared_with_them(google):
    notes = google.notes()
    seen = words(tab(google, f"{notes}/eve@evil.example"))
    assert "You need access" in seen
    assert "The newest entry first." not in seen
    google.share(notes, ADA, "reader")
    assert "You can only read this document." in words(tab(google, f"{notes}/{ADA}"))
    assert "Add a line" not in words(tab(google, f"{notes}/{ADA}"))
    assert "There is no such file" in words(tab(google, "1Nowhere"))


def test_what_strangers_write_is_shown_and_never_run(google):
    document = google.blank(f"{HOSTILE}\njavascript:alert(1)", name=HOSTILE)
    google.share(document, ADA, emailMessage=HOSTILE)
    google.person(f"docs/{document}/comment-line", text=HOSTILE, **{"as": ADA})
    for place in (document, f"{document}/{ADA}", f"{document}/{HOSTILE}", HOSTILE):
        seen = tab(google, place)
        assert "<img" not in seen
        assert "&lt;img" in seen


def test_a_line_is_written_below_another_changed_and_deleted(google):
    notes = google.notes()
    google.share(notes, ADA)
    below = keys(google, notes, ADA)["Notes"]
    google.person(f"docs/{notes}/add-line", text="Hello 🎉\nand more", line=below, **{"as": ADA})
    view = google.person(f"docs/{notes}/add-line", text="The end", **{"as": ADA})
    styles = {each["text"]: each["style"] for each in view["lines"]}
    assert (styles["Notes"], styles["Hello 🎉"], styles["and more"]) == (
        "HEADING_1",
        "NORMAL_TEXT",
        "NORMAL_TEXT",
    )
    assert [each["text"] for each in view["lines"]][-1] == "The end"
    key = keys(google, notes, ADA)["Hello 🎉"]
    google.person(f"docs/{notes}/change-line", text="Hallo 🎈", line=key, **{"as": ADA})
    assert lines(google, notes)[lines(google, notes).index("Notes") + 1] == "Hallo 🎈"
    google.person(f"docs/{notes}/remove-line", line=keys(google, notes)["Hallo 🎈"], **{"as": ADA})
    assert lines(google, notes)[lines(google, notes).index("Notes") + 1] == "and more"


def test_a_line_that_was_changed_meanwhile_is_left_alone(google):
    document = google.blank("One\nTwo\nTwo")
    second = keys(google, document)["Two"]
    google.person(f"docs/{document}/type", text="Above\n", at=1)
    google.person(f"docs/{document}/change-line", text="Three", line=second)
    assert lines(google, document) == ["Above", "One", "Two", "Three"]
    status, said = refusal(google, f"docs/{document}/change-line", text="Four", line=second)
    assert (status, "changed meanwhile" in said) == (409, True)
    assert lines(google, document) == ["Above", "One", "Two", "Three"]


def test_every_line_can_be_emptied_or_deleted_without_breaking_a_table(google):
    notes = google.notes()
    for text, key in keys(google, notes).items():
        google.person(f"docs/{notes}/remove-line", line=key)
        assert text not in lines(google, notes)
    assert "".join(lines(google, notes)) == ""
    assert google.read(notes)["tabs"]


def test_a_commenter_comments_on_a_line_and_writes_nothing(google):
    notes = google.notes()
    google.person(f"docs/{notes}/share", address=ADA, role="commenter")
    key = keys(google, notes, ADA)["The newest entry first."]
    google.person(f"docs/{notes}/comment-line", text="Why?", line=key, **{"as": ADA})
    [comment] = google.view(notes)["comments"]
    assert (comment["author"], comment["quote"], comment["text"]) == (ADA, "The newest entry first.", "Why?")
    assert "<mark>The newest entry first.</mark>" in tab(google, notes)
    assert refusal(google, f"docs/{notes}/remove-line", line=key, **{"as": ADA})[0] == 403


def test_a_shortcut_a_folder_and_a_picture_say_what_they_are(google):
    assert "A shortcut to Outbound Services Agreement (2026)" in words(tab(google, SHORTCUT))
    assert "A folder." in words(tab(google, AGREEMENTS))
    assert "This page shows only documents." in words(tab(google, "1SandboxLogo"))
    assert "Rename" in tab(google, NOTES)
    assert "Rename" not in tab(google, "0ASandboxTeamDrivePVA")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://127.0.0.1:8484/google/document/d/1Abc-d_e/edit", "#drive/1Abc-d_e"),
        (
            "http://127.0.0.1:8484/google/document/d/1Abc/edit?as=ada%40uni.example",
            "#drive/1Abc/ada%40uni.example",
        ),
        ("http://127.0.0.1:8484/google/drive/folders/1Abc", "#drive/1Abc"),
        ("http://127.0.0.1:8484/?tab=drive&doc=1Abc", "#drive/1Abc"),
        ("https://docs.google.com/document/d/1Abc/edit", "https://docs.google.com/document/d/1Abc/edit"),
    ],
)
def test_a_link_to_a_file_of_the_sandbox_leads_to_its_tab(address, place):
    assert followed(address) == place
