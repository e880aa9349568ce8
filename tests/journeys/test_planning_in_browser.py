"""Stories before anything is sent, in Chromium: the form, known leads, checks that block, who may send."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.visitor import BEA, DAMIAN, GUS, SEND, Visitor
from tests.office import Office

pytestmark = pytest.mark.browser


def test_a_bad_address_is_named_at_its_field_and_back_keeps_what_was_typed(
    office: Office, visit: Visit
) -> None:
    damian = visit()
    good = office.new_address("bo")
    damian.type("/hail-lead")
    form = damian.dialog()
    form.get_by_label("Contacts").fill(f"{good}, bo@@lab")
    form.get_by_label("Organisation").fill('Bo\'s <!channel> "Lab" 🎉')
    form.get_by_label("Source").fill("a talk in Lisbon")
    damian.press("Show the plan")

    expect(form.get_by_label("Contacts")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert").filter(has_text="is not an e-mail address")).to_contain_text("bo@@lab")
    expect(form.get_by_label("Contacts")).to_have_value(f"{good}, bo@@lab")
    expect(form.get_by_label("Organisation")).to_have_value('Bo\'s <!channel> "Lab" 🎉')

    form.get_by_label("Contacts").fill(good)
    damian.press("Show the plan")
    plan = damian.sees_plan()
    expect(plan).to_contain_text('Bo\'s <!channel> "Lab" 🎉')
    expect(plan).to_contain_text(f"To  {good}")

    plan.locator("footer").get_by_role("button").first.click()
    expect(form.get_by_label("Contacts")).to_have_value(good)
    expect(form.get_by_label("Organisation")).to_have_value('Bo\'s <!channel> "Lab" 🎉')
    expect(form.get_by_label("Source")).to_have_value("a talk in Lisbon")
    damian.closes()
    assert office.mails_to(good) == []
    assert office.lead_of(good) is None


def test_a_bad_address_in_the_command_opens_the_form_with_what_was_typed(visit: Visit) -> None:
    damian = visit()
    damian.type("/hail-lead somebody at lab")
    form = damian.dialog()
    expect(form).to_contain_text("is not an e-mail address")
    expect(form.get_by_label("Contacts")).to_have_value("somebody at lab")
    damian.closes()


def test_change_leads_from_the_plan_to_the_form_filled_in(office: Office, visit: Visit) -> None:
    damian = visit()
    first, second = office.new_address("cleo"), office.new_address("carl")
    damian.plan(first)
    damian.press("Change")
    expect(damian.dialog().get_by_label("Contacts")).to_have_value(first)
    damian.dialog().get_by_label("Contacts").fill(second)
    damian.dialog().get_by_label("Organisation").fill("")
    damian.press("Show the plan")
    expect(damian.sees_plan()).to_contain_text(f"To  {second}")
    damian.closes()
    assert office.mails_to(first) == office.mails_to(second) == []


def test_a_known_address_or_organisation_shows_that_lead_instead(office: Office, visit: Visit) -> None:
    address = office.new_address("dora")
    office.hail(office.person(DAMIAN), address)
    colleague = address.replace("dora", "dan")
    damian = visit()

    damian.type(f"/hail-lead {address}")
    expect(damian.dialog()).to_contain_text("is a lead already")
    expect(damian.dialog()).to_contain_text("Nothing was sent.")
    expect(damian.dialog().get_by_role("button", name=SEND)).to_have_count(0)
    damian.press("Open its thread")
    damian.closes()
    thread = damian.page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text(f"Hailed {address}")

    damian.type(f"/hail-lead {colleague}")
    expect(damian.dialog()).to_contain_text(f"{address.partition('@')[2]} is known")
    expect(damian.dialog()).to_contain_text(address)
    damian.press("It is another lead")
    expect(damian.sees_plan()).to_contain_text(f"To  {colleague}")
    damian.closes()
    assert len(office.mails_to(address)) == 1
    assert office.mails_to(colleague) == []


def test_a_meeting_of_25_minutes_blocks_until_it_lasts_30(office: Office, visit: Visit) -> None:
    address = office.new_address("eve")
    damian = visit()
    _meeting_lasts(damian, 25)
    damian.go("Slack")
    plan = damian.plan(address)
    expect(plan).to_contain_text("Cannot be sent.")
    expect(plan).to_contain_text(
        re.compile(r"leads to an event of 25 minutes, 30 are needed\. Change the event.s length in Calendly")
    )
    expect(plan.get_by_role("button", name=SEND)).to_have_count(0)

    calendar_owner = visit("U02JIM", "book")
    _meeting_lasts(calendar_owner, 30)
    damian.press("Check again")
    expect(damian.dialog().get_by_role("button", name=SEND)).to_be_visible()
    expect(damian.dialog()).not_to_contain_text("Cannot be sent.")
    damian.send(address)
    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_a_missing_attachment_blocks_until_it_is_back(office: Office, visit: Visit) -> None:
    address = office.new_address("fay")
    damian, agent = visit(), visit("U02JIM", "helpdesk")
    agent.page.get_by_role("navigation", name="Helpdesk").get_by_role("link", name="Hail the Lead").click()
    files = agent.page.get_by_role("region", name="Attachments")
    damian.plan(address)
    files.get_by_role("button", name="Remove").click()
    expect(files).to_contain_text("No attachment.")

    damian.press(SEND)
    damian.press("Send now", damian.notice(address))
    card = damian.said("More…", address)
    expect(card).to_have_count(0)
    changed = damian.said("The canned response changed after you saw the plan").last
    expect(changed).to_contain_text("Nothing left 2i2c.")
    damian.press("See the new plan", changed)
    expect(damian.sees_plan()).to_contain_text("The service description is not attached")
    expect(damian.dialog().get_by_role("button", name=SEND)).to_have_count(0)
    assert office.mails_to(address) == []

    files.get_by_label("Another file").set_input_files(
        {"name": "prices.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    files.get_by_role("button", name="Attach", exact=True).click()
    expect(files).to_contain_text("prices.pdf")
    damian.press("Check again")
    expect(damian.dialog().get_by_role("link", name="prices.pdf")).to_be_visible()
    damian.send(address)
    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    (mail,) = office.mails_to(address)
    assert [file["name"] for file in mail["attachments"]] == ["prices.pdf"]


@pytest.mark.parametrize("who", [BEA, GUS])
def test_who_is_no_sender_sees_the_plan_and_who_can_send(office: Office, visit: Visit, who: str) -> None:
    address = office.new_address("gil")
    visitor = visit(who)
    plan = visitor.plan(address)
    expect(plan).to_contain_text("Thank you for your interest in learning more about 2i2c")
    expect(plan).to_contain_text("Only senders can do this: @Damian, @Jim.")
    expect(plan.get_by_role("button", name=SEND)).to_have_count(0)
    visitor.closes()
    assert office.mails_to(address) == []


def test_it_fits_a_window_of_800_and_the_dark(office: Office, visit: Visit) -> None:
    address = office.new_address("hal")
    damian = visit(DAMIAN, width=800, height=600, theme="dark")
    assert damian.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    plan = damian.plan(address)
    assert not damian.scrolls_sideways()
    expect(plan.get_by_role("button", name=SEND)).to_be_in_viewport()
    plan.get_by_role("button", name="Change", exact=True).scroll_into_view_if_needed()
    expect(plan.get_by_role("button", name="Change", exact=True)).to_be_in_viewport()
    damian.send(address)
    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    assert not damian.scrolls_sideways()
    for tab in ("Ada's inbox", "Helpdesk", "Book a meeting", "For developers"):
        damian.go(tab)
        assert not damian.scrolls_sideways(), tab


def _meeting_lasts(visitor: Visitor, minutes: int) -> None:
    visitor.go("Book a meeting")
    length = visitor.page.get_by_role("button", name=f"{minutes} minutes", exact=True)
    length.click()
    expect(length).to_have_attribute("aria-pressed", "true")
