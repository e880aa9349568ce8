"""The page's other tabs in Chromium: the inbox, the helpdesk, the booking page, the developers' switches."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser import Window
from tests.workspace import Sandbox

pytestmark = pytest.mark.browser

KEY = ("sandbox-admin-key", "X")
PDF = b"%PDF-1.4\n%%EOF\n"
BODY = '<p>Hello <b>Ada</b>, <a href="https://calendly.com/colliand/25-minute-zoom-meeting">meet us</a>.</p>'


def send_mail(
    sandbox: Sandbox, to: str = "ada@uni.example", body: str = BODY, subject: str = "Learning more"
) -> int:
    """A mail by the helpdesk's API, as the assistant sends it; gives the ticket's number."""
    answer = httpx.post(
        sandbox.url("/freshdesk/api/v2/tickets/outbound_email"),
        auth=KEY,
        data={
            "email": to,
            "subject": subject,
            "description": body,
            "email_config_id": "1001",
            "status": "2",
            "cc_emails[]": "partnerships@2i2c.org",
        },
        files={"attachments[]": ("service.pdf", PDF, "application/pdf")},
    )
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Places").get_by_role("link", name=name).click()


def test_ada_reads_her_mail_opens_the_attachment_and_answers(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="inbox")
    expect(page.get_by_text("No mail yet")).to_be_visible()
    ticket = send_mail(sandbox)
    mail = page.get_by_role("article", name="Learning more")
    expect(mail).to_contain_text("partnerships@2i2c.org")
    expect(mail.locator("dd").nth(1)).to_have_text("ada@uni.example")
    expect(page.frame_locator("iframe").get_by_text("Hello Ada")).to_be_visible()
    link = mail.get_by_role("link", name="service.pdf")
    opened = httpx.get(sandbox.url(str(link.get_attribute("href"))))
    assert (opened.content, opened.headers["content-type"]) == (PDF, "application/pdf")
    assert link.get_attribute("target") == "_blank"
    mail.get_by_role("textbox", name="Answer as ada@uni.example").fill("Yes, please!\nAda")
    mail.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("status").filter(has_text="Answered")).to_be_visible()
    tab(page, "Helpdesk")
    answer = page.get_by_role("article", name="Mail in")
    expect(answer.frame_locator("iframe").get_by_text("Yes, please!")).to_be_visible()
    assert sandbox.world.helpdesk.state.tickets[ticket].status == 2


def test_a_mail_that_arrives_is_announced_on_its_tab(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    send_mail(sandbox)
    expect(page.get_by_role("link", name="Ada's inbox")).to_contain_text("1")
    page.get_by_role("status").get_by_role("link", name="Open it").click()
    expect(page.get_by_role("article", name="Learning more")).to_be_visible()
    expect(page.get_by_role("link", name="Ada's inbox")).not_to_contain_text("1")


def test_the_meeting_link_in_a_mail_leads_to_the_booking_tab(sandbox: Sandbox, window: Window) -> None:
    send_mail(sandbox)
    page = window(sandbox.base, at="inbox/ada@uni.example")
    page.frame_locator("iframe").get_by_role("link", name="meet us").click()
    expect(page.get_by_role("region", name="25 Minute Zoom Meeting", exact=True)).to_contain_text(
        "the link you followed"
    )


def test_a_hostile_mail_runs_nothing(sandbox: Sandbox, window: Window) -> None:
    send_mail(
        sandbox,
        body="<script>top.document.title='owned'</script><img src=x onerror=\"top.document.title='owned'\">words",
    )
    page = window(sandbox.base, at="inbox")
    expect(page.frame_locator("iframe").get_by_text("words")).to_be_visible()
    assert page.title() != "owned"


def test_other_recipients_have_mailboxes_of_their_own(sandbox: Sandbox, window: Window) -> None:
    send_mail(sandbox)
    send_mail(sandbox, to="bob@lab.example", subject="For Bob")
    page = window(sandbox.base, at="inbox")
    expect(page.get_by_role("article", name="Learning more")).to_be_visible()
    page.get_by_role("link", name="bob@lab.example").click()
    expect(page.get_by_role("article", name="For Bob")).to_be_visible()


def test_a_ticket_shows_status_tags_and_private_notes(sandbox: Sandbox, window: Window) -> None:
    ticket = send_mail(sandbox)
    note = {"body": "<p>Approved by Damian</p>"}
    httpx.post(sandbox.url(f"/freshdesk/api/v2/tickets/{ticket}/notes"), auth=KEY, json=note)
    page = window(sandbox.base)
    page.goto(sandbox.url(f"/?tab=helpdesk&ticket={ticket}"))
    expect(page.get_by_role("heading", name="Learning more")).to_be_visible()
    expect(page.get_by_text("Open", exact=True)).to_be_visible()
    private = page.get_by_role("article", name="Private note")
    expect(private.frame_locator("iframe").get_by_text("Approved by Damian")).to_be_visible()


def test_a_canned_response_can_be_edited_and_its_attachment_replaced_and_removed(
    sandbox: Sandbox, window: Window, tmp_path: Path
) -> None:
    page = window(sandbox.base, at="helpdesk")
    page.get_by_role("link", name="Hail the Lead").click()
    content = page.get_by_role("textbox", name="Content (HTML)")
    content.fill("<p>Hi!</p>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("Hi!")).to_be_visible()
    fresh = tmp_path / "prices.pdf"
    fresh.write_bytes(PDF)
    page.get_by_label("Another file").set_input_files(fresh)
    page.get_by_role("button", name="Replace").click()
    files = page.get_by_role("region", name="Attachments")
    expect(files.get_by_role("link", name="prices.pdf")).to_be_visible()
    files.get_by_role("button", name="Remove").click()
    expect(files.get_by_text("No attachment.")).to_be_visible()
    (response,) = sandbox.world.helpdesk.state.canned.values()
    assert (response.content_html, response.files) == ("<p>Hi!</p>", ())


def test_a_canned_response_can_be_doubled_and_deleted(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="helpdesk")
    rows = page.get_by_role("navigation", name="Helpdesk").get_by_role("link", name="Hail the Lead")
    rows.click()
    page.get_by_role("button", name="Duplicate").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(1)


def test_the_mailbox_can_be_switched_off(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="helpdesk/mailboxes")
    row = page.get_by_role("row", name="Mailbox partnerships@2i2c.org")
    row.get_by_role("button", name="Switch off").click()
    expect(row.get_by_role("button", name="Switch on")).to_be_visible()
    assert not sandbox.world.helpdesk.state.mailboxes[1001].active


def test_the_meetings_length_can_be_changed_and_a_meeting_booked(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="book")
    meeting = page.get_by_role("region", name="25 Minute Zoom Meeting", exact=True)
    expect(meeting).to_contain_text("30 minutes")
    page.get_by_role("button", name="25 minutes").click()
    expect(meeting).to_contain_text("Lasts25 minutes")
    meeting.get_by_role("button", name="Book").click()
    expect(page.get_by_role("region", name="Booked meetings")).to_contain_text("ada@uni.example")
    page.get_by_role("button", name="Switch off").click()
    expect(meeting).to_contain_text("This calendar is currently unavailable.")


def test_a_fault_is_switched_on_seen_and_removed(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="developers")
    faults = page.get_by_role("region", name="Faults")
    faults.get_by_label("Call").fill("GET */agents/me")
    faults.get_by_label("What goes wrong").select_option("500, internal error")
    faults.get_by_label("How often").fill("0")
    faults.get_by_role("button", name="Switch on").click()
    expect(faults).to_contain_text("500, internal error, until removed")
    me = sandbox.url("/freshdesk/api/v2/agents/me")
    assert httpx.get(me, auth=KEY).status_code == 500
    expect(page.get_by_role("table", name="Exchanges")).to_contain_text("/agents/me")
    faults.get_by_role("button", name="Remove").click()
    expect(faults).to_contain_text("Nothing goes wrong on purpose.")
    assert httpx.get(me, auth=KEY).status_code == 200


def test_the_clock_moves_and_everybody_sees_it(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="developers")
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("banner")).to_contain_text("(+1 d)")
    in_a_year = (datetime.now() + timedelta(days=400)).year
    page.wait_for_function(  # Each time anew: the clock may be fetched once more for the day before.
        """([ahead, year]) => {
            const shown = document.querySelector("header time");
            if (!shown) return false;
            shown.dataset.ahead = ahead;
            return shown.closest("header").textContent.includes(year);
        }""",
        arg=[400 * 86_400, str(in_a_year)],
    )


def test_who_plays_ada_can_let_a_minute_pass(sandbox: Sandbox, window: Window) -> None:
    send_mail(sandbox)
    page = window(sandbox.base, at="inbox")
    page.get_by_role("button", name="Let a minute pass").click()
    expect(page.get_by_role("banner")).to_contain_text("(+1 min)")


def test_traffic_can_be_narrowed_to_one_system(sandbox: Sandbox, window: Window) -> None:
    httpx.get(sandbox.url("/freshdesk/api/v2/agents/me"), auth=KEY)
    httpx.post(sandbox.url("/slack/api/auth.test"))
    page = window(sandbox.base, at="developers")
    table = page.get_by_role("table", name="Exchanges")
    expect(table).to_contain_text("auth.test")
    page.get_by_role("navigation", name="System").get_by_role("link", name="freshdesk").click()
    expect(table).not_to_contain_text("auth.test")
    expect(table).to_contain_text("/agents/me")


def test_another_place_begins_at_its_top(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base, at="developers", height=300)
    page.get_by_role("table", name="Exchanges").scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="For developers")).not_to_be_in_viewport()
    tab(page, "Book a meeting")
    expect(page.get_by_role("heading", name="Book a meeting")).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_sticks_out_at_800_pixels(sandbox: Sandbox, window: Window, theme: str) -> None:
    send_mail(sandbox)
    page = window(sandbox.base, width=800, height=700, theme=theme)
    for name in ("Slack", "Ada's inbox", "Helpdesk", "Team Drive", "Book a meeting", "For developers"):
        tab(page, name)
        expect(page.get_by_role("link", name=name).first).to_have_attribute("aria-current", "page")
        assert page.evaluate("document.documentElement.scrollWidth") <= 800, name
        wide = "(e) => e.scrollWidth > e.clientWidth"
        scrolling = "document.querySelectorAll('.scroll, .page, .desk-main')"
        assert not page.evaluate(f"[...{scrolling}].some({wide})"), name


def test_light_and_dark_can_be_chosen(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
