"""A newcomer's first two minutes in Chromium, from the printed address to Ada's answer on the ticket."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import Window
from tests.journeys.newcomer import fresh_start
from tests.journeys.visitor import SEND, Visitor

pytestmark = pytest.mark.browser

ADA = "ada@uni.example"
PDF = "2i2c-service-description.pdf"
OPENING = "Thank you for your interest in learning more about 2i2c."
SAMPLES = {
    "Tidewater Marine Lab": "Lead (4 days)",
    "Glacier Data Institute": "Qualified Lead (9 days)",
    "Riverbend University": "Prospect (6 days)",
}
ANSWER = "Yes please! Could we talk next week? <b>Ada</b>"


def test_the_first_two_minutes(window: Window, tmp_path: Path) -> None:
    with fresh_start(tmp_path) as address:
        newcomer = Visitor(window(address))
        _is_told_where_they_are(newcomer)
        _reads_the_plan(newcomer)
        _sends_it(newcomer)
        _looks_at_a_sample(newcomer)
        _finds_the_mail_with_ada(newcomer)
        _answers_as_ada(newcomer)
        _finds_all_of_it_on_the_ticket(newcomer)
        _books_a_meeting_as_ada(newcomer)
        expect(newcomer.page.get_by_role("article", name="Confirmed:")).to_be_visible()
        expect(newcomer.page.get_by_label(f"Answer as {ADA}")).to_have_count(0)


def _is_told_where_they_are(newcomer: Visitor) -> None:
    banner = newcomer.page.get_by_role("banner")
    expect(banner).to_contain_text("Pretend workspace. Nothing leaves this computer. You are Damian")
    welcome = newcomer.said("Welcome!")
    expect(welcome).to_contain_text(f"{ADA} is interested in a hub")
    expect(newcomer.said("More…")).to_have_count(len(SAMPLES))
    for organisation, phase in SAMPLES.items():
        expect(newcomer.said(organisation)).to_contain_text(phase)
    expect(welcome).to_be_in_viewport(ratio=1)
    welcome.get_by_role("button", name="Hail Ada").click()
    composer = newcomer.page.get_by_role("textbox", name="Message #partnerships")
    expect(composer).to_have_value(f"/hail-lead {ADA}")
    expect(newcomer.page.get_by_text("press Enter")).to_be_visible()


def _reads_the_plan(newcomer: Visitor) -> None:
    newcomer.page.keyboard.press("Enter")
    plan = newcomer.sees_plan()
    for line in (
        "From  partnerships@2i2c.org",
        f"To  {ADA}",
        "Cc  partnerships@2i2c.org",
        "Subject  Learning more about 2i2c",
        OPENING,
        "The link's name says 25 minutes; the event itself lasts 30, as it should.",
        "Not hailed before",
    ):
        expect(plan).to_contain_text(line)
    with newcomer.page.context.expect_event(
        "request"
    ) as asked:  # A window shows it, or the browser saves it.
        plan.get_by_role("link", name=PDF).click()
    assert asked.value.is_navigation_request()
    _is_the_pdf(newcomer, asked.value.url)
    expect(plan).to_be_visible()


def _sends_it(newcomer: Visitor) -> None:
    newcomer.press(SEND)
    expect(newcomer.dialog()).to_have_count(0)
    notice = newcomer.notice(ADA)
    expect(notice).to_contain_text("Only visible to you")
    expect(notice.get_by_role("button", name="Cancel")).to_be_visible()
    newcomer.press("Send now", notice)
    card = newcomer.said("More…", ADA)
    expect(card).to_contain_text("Uni · Lead (today) · @Damian")
    expect(card).to_contain_text("next: wait for an answer")
    expect(newcomer.thread(ADA)).to_contain_text(f"Hailed {ADA} · ticket 1")


def _looks_at_a_sample(newcomer: Visitor) -> None:
    newcomer.said("Riverbend University").get_by_role("button", name="More…").click()
    sample = newcomer.dialog("Partnerships")
    expect(sample).to_contain_text("Prospect since")
    expect(sample).to_contain_text("made up: no mail was sent")
    newcomer.closes()


def _finds_the_mail_with_ada(newcomer: Visitor) -> None:
    thread = newcomer.page.get_by_role("complementary", name="Thread")
    thread.get_by_role("link", name="See it in the inbox →").click()
    mail = newcomer.page.get_by_role("article", name="Learning more about 2i2c")
    for words in ("2i2c Partnerships <partnerships@2i2c.org>", ADA, "partnerships@2i2c.org"):
        expect(mail.locator("dl")).to_contain_text(words)
    expect(mail.frame_locator("iframe").get_by_text(OPENING)).to_be_visible()
    _is_the_pdf(newcomer, mail.get_by_role("link", name=PDF).evaluate("link => link.href"))


def _answers_as_ada(newcomer: Visitor) -> None:
    expect(newcomer.page.get_by_text("it appears on the ticket in the Helpdesk tab")).to_be_visible()
    newcomer.page.get_by_label(f"Answer as {ADA}").fill(ANSWER)
    newcomer.press("Answer", newcomer.page.get_by_role("form", name="Answer"))
    expect(newcomer.page.get_by_role("status")).to_contain_text("Answered.")


def _finds_all_of_it_on_the_ticket(newcomer: Visitor) -> None:
    newcomer.go("Helpdesk")
    tickets = newcomer.page.get_by_role("navigation", name="Helpdesk")
    tickets.get_by_role("link", name="#1 Learning more about 2i2c").click()
    ticket = newcomer.page.get_by_role("region", name="Detail")
    expect(ticket).to_contain_text("Open")
    expect(ticket).to_contain_text("hail-the-lead")
    note = ticket.get_by_role("article", name="Private note").frame_locator("iframe")
    expect(note.get_by_text("Hail the Lead for Uni: approved by Damian")).to_be_visible()
    answer = ticket.get_by_role("article", name="Mail in").frame_locator("iframe")
    expect(answer.get_by_text(ANSWER)).to_be_visible()


def _books_a_meeting_as_ada(newcomer: Visitor) -> None:
    newcomer.go("Ada's inbox")
    newcomer.page.get_by_role("navigation", name="Mailboxes").get_by_role("link", name=ADA).first.click()
    mails = newcomer.page.get_by_role("navigation", name="Mailboxes").get_by_role(
        "link", name="Learning more"
    )
    mails.last.click()
    mail = newcomer.page.get_by_role("region", name="Mail")
    mail.frame_locator("iframe").get_by_role("link", name="schedule a virtual meeting").click()
    expect(newcomer.page.get_by_text("the link you followed")).to_be_visible()
    newcomer.press("Book", newcomer.page.get_by_role("form", name="Book"))
    expect(newcomer.page.get_by_role("region", name="Booked meetings")).to_contain_text(ADA)
    newcomer.go("Ada's inbox")


def _is_the_pdf(newcomer: Visitor, address: str) -> None:
    answer = newcomer.page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
