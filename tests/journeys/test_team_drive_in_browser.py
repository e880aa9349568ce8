"""A lead opens what was shared with them, writes in it and comments, while others write in it too; in Chromium."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.visitor import Visitor
from tests.office import Office
from tests.sandbox.google_account import Account

pytestmark = pytest.mark.browser

NAME = "Running notes -- Uni + 2i2c"


@pytest.fixture
def google(office: Office) -> Account:
    return Account(office.sandbox)


@pytest.fixture
def notes(google: Account) -> Any:
    made = google.notes(NAME)
    yield made
    google.person(f"docs/{made}/delete")


def document(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("article", name=NAME)


def line(visitor: Visitor, words: str) -> Locator:
    return document(visitor).locator(".line").filter(has_text=words)


def opens_her_mail(visitor: Visitor) -> None:
    """Follow the link in the newest mail of the inbox that is open."""
    visitor.page.frame_locator("iframe").get_by_role("link", name="Open").click()
    expect(document(visitor)).to_be_visible()


def adds(visitor: Visitor, text: str) -> None:
    field = visitor.page.get_by_role("textbox", name="Add a line")
    field.fill(text)
    field.press("Enter")
    expect(line(visitor, text)).to_be_visible()


def test_a_lead_writes_and_comments_while_others_write_too(
    office: Office, google: Account, notes: str, visit: Visit
) -> None:
    address = office.new_address()
    google.share(notes, address, emailMessage="Our notes")
    ada = visit(at=f"inbox/{address}")
    opens_her_mail(ada)
    expect(ada.page.get_by_label("You are, in this document")).to_contain_text(f"{address}: can edit")
    document(ada).get_by_role("heading", name="Notes", exact=True).hover()
    document(ada).get_by_role("button", name="Write below: Notes").click()
    adds(ada, "We would love a hub <b>soon</b> 🎉")
    first = line(ada, "The newest entry first.")
    first.hover()
    first.get_by_role("button", name="Comment on").click()
    ada.page.get_by_role("textbox", name="Comment").fill("Why newest first?")
    ada.press("Comment", ada.page.get_by_role("form", name="Comment"))
    expect(ada.page.get_by_role("article", name=re.compile("^Comment by"))).to_contain_text(
        "Why newest first?"
    )
    lines = [each["text"] for each in google.view(notes)["lines"]]
    assert lines[lines.index("Notes") + 1] == "We would love a hub <b>soon</b> 🎉"
    assert google.view(notes)["comments"][0]["quote"] == "The newest entry first."

    damian = visit(at=f"drive/{notes}")
    expect(line(damian, "We would love a hub")).to_be_visible()
    hers = line(ada, "We would love a hub")
    hers.hover()
    hers.get_by_role("button", name="Change line").click()
    half = document(ada).get_by_role("textbox", name="The line")
    half.fill("We would love two hubs")
    adds(damian, "Noted, Damian")
    expect(line(ada, "Noted, Damian")).to_be_visible()
    expect(half).to_have_value("We would love two hubs")
    half.press("Enter")
    expect(line(damian, "We would love two hubs")).to_be_visible()
    expect(line(damian, "We would love a hub")).to_have_count(0)


def test_damian_trashes_and_restores_a_document_and_the_tree_shows_it(
    google: Account, notes: str, visit: Visit
) -> None:
    damian = visit(at=f"drive/{notes}")
    google.person(f"docs/{notes}/rename", name="Renamed notes")
    tree = damian.page.get_by_role("navigation", name="Team Drive")
    expect(tree.get_by_role("link", name="Renamed notes", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    damian.press("Move to the trash", damian.page.get_by_role("region", name="File"))
    expect(tree.get_by_role("link", name="Renamed notes in the trash")).to_be_visible()
    expect(damian.page.get_by_role("textbox", name="Add a line")).to_have_count(0)
    damian.press("Restore", damian.page.get_by_role("region", name="File"))
    expect(damian.page.get_by_role("textbox", name="Add a line")).to_be_visible()
    chooser = damian.page.get_by_label("You are, in this document")
    chooser.select_option(label="Bea, bea@2i2c.org: can edit")
    expect(damian.page.get_by_placeholder("Write as bea@2i2c.org")).to_be_visible()


def test_two_folders_of_one_name_can_be_made_by_hand(google: Account, visit: Visit) -> None:
    parent = google.folder("A place for two")
    damian = visit(at=f"drive/{parent}")
    for count in (1, 2):
        damian.page.get_by_label("New folder in here").fill("Twins")
        damian.press("Make", damian.page.get_by_role("form", name="New folder"))
        tree = damian.page.get_by_role("navigation", name="Team Drive")
        expect(tree.get_by_role("link", name="Twins", exact=True)).to_have_count(count)
    google.person(f"docs/{parent}/delete")
