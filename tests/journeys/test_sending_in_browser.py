"""Stories of sending, on the page in Chromium: cancel, pause, two people at once, and how many presses it takes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from sops import engine
from store.plan import End
from tests.journeys.conftest import Visit
from tests.journeys.visitor import BEA, DAMIAN, JIM, SEND, Visitor
from tests.office import Office

pytestmark = pytest.mark.browser

LAUNCHER = "Partnerships"


def test_cancel_within_the_time_leaves_nothing(office: Office, visit: Visit) -> None:
    address = office.new_address("ida")
    damian = visit()
    damian.plan(address)
    damian.press(SEND)
    notice = damian.notice(address)
    expect(notice).to_contain_text("approved by @Damian")
    damian.press("Cancel", notice)
    expect(damian.said("Cancelled. Nothing was sent.").last).to_be_visible()

    expect(damian.said("goes at", address)).to_have_count(0)
    expect(damian.said("More…", address)).to_have_count(0)
    damian.go("Ada's inbox")
    expect(damian.page.get_by_role("navigation", name="Mailboxes")).not_to_contain_text(address)
    assert office.mails_to(address) == []
    assert office.tickets_of(address) == []
    assert office.lead_of(address) is None


def test_pause_holds_what_is_queued_and_blocks_plans_until_a_sender_resumes(
    office: Office, visit: Visit
) -> None:
    queued, planned = office.new_address("joy"), office.new_address("kim")
    damian, bea = visit(DAMIAN), visit(BEA)
    damian.plan(queued)
    damian.press(SEND)
    expect(damian.notice(queued)).to_be_visible()

    bea.type("/partnerships")
    expect(bea.dialog(LAUNCHER)).to_contain_text("Sending is on.")
    bea.press("Pause all sending", bea.dialog(LAUNCHER))
    expect(bea.dialog(LAUNCHER)).to_contain_text("All sending is paused by @Bea")
    bea.closes()
    expect(damian.said("@Bea paused all sending").last).to_be_visible()

    damian.press("Send now", damian.notice(queued))
    held = damian.thread(queued)
    expect(held).to_contain_text("until a sender resumes")
    expect(held).to_contain_text("Nothing was sent.")
    plan = damian.plan(planned)
    expect(plan).to_contain_text("All sending is paused by @Bea")
    expect(plan.get_by_role("button", name=SEND)).to_have_count(0)
    damian.closes()

    announced = "@Bea paused all sending"
    bea.press("Resume sending", bea.said(announced).last)
    expect(bea.said("Only senders can do this").last).to_be_visible()
    assert office.mails_to(queued) == []

    damian.press("Resume sending", damian.said(announced).last)
    expect(damian.said("@Damian resumed sending").last).to_be_visible()
    expect(damian.page.get_by_role("complementary", name="Thread")).to_contain_text(f"Hailed {queued}")
    assert len(office.mails_to(queued)) == 1
    assert len(office.tickets_of(queued)) == 1
    assert office.mails_to(planned) == []


def test_a_double_click_on_send_sends_one_mail(office: Office, visit: Visit) -> None:
    address = office.new_address("lou")
    damian = visit()
    damian.plan(address).get_by_role("button", name=SEND).dblclick()
    expect(damian.dialog()).to_have_count(0)
    expect(damian.said("goes at", address)).to_have_count(1)
    damian.notice(address).get_by_role("button", name="Send now").dblclick()
    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    _one_of_each(office, damian, address)


def test_two_people_confirming_the_same_lead_at_once_send_one_mail(office: Office, visit: Visit) -> None:
    address = office.new_address("mia")
    damian, jim = visit(DAMIAN), visit(JIM)
    for visitor in (damian, jim):
        visitor.plan(address)
    for visitor in (damian, jim):
        visitor.press(SEND)
    for visitor in (damian, jim):
        visitor.press("Send now", visitor.notice(address))

    expect(damian.thread(address)).to_contain_text(f"Hailed {address}")
    office.sandbox.wait_until(lambda: not _under_way(office, address))
    _one_of_each(office, damian, address)
    (second,) = [run for run in office.store.open_runs() if run.about == address]
    told = jim if second.by == JIM else damian
    expect(told.said("already belongs to the lead").last).to_contain_text("Nothing left 2i2c.")


def test_one_lead_takes_one_press_after_the_command_and_five_take_no_more(
    office: Office, visit: Visit
) -> None:
    single, *five = (office.new_address("nia") for _ in range(6))
    damian = visit()
    damian.plan(single)
    damian.counts_presses()
    damian.press(SEND)
    expect(damian.notice(single)).to_be_visible()
    assert damian.presses() == 1

    plan = damian.plan(*five)
    for address in five:
        expect(plan).to_contain_text(f"To  {address}")
    expect(plan.get_by_text("Thank you for your interest in learning more")).to_have_count(1)
    expect(plan.get_by_role("button", name="Send to 5 outsiders")).to_be_visible()
    damian.counts_presses()
    damian.press(SEND)
    for address in five:
        expect(damian.notice(address)).to_be_visible()
    assert damian.presses() == 1

    _time_passes(office, single, *five)
    for address in (single, *five):
        expect(damian.said("More…", address)).to_contain_text("next: wait for an answer")
        assert len(office.mails_to(address)) == 1


def test_send_now_for_one_of_several_leaves_the_others_their_buttons(office: Office, visit: Visit) -> None:
    now, later = office.new_address("ola"), office.new_address("ole")
    damian = visit()
    damian.plan(now, later)
    damian.press(SEND)
    notice = damian.notice(now)
    notice.get_by_role("button", name="Send now").first.click()
    expect(damian.said("More…", now)).to_contain_text("next: wait for an answer")
    damian.press("Cancel", damian.notice(later))
    office.sandbox.wait_until(lambda: not _under_way(office, later))
    assert len(office.mails_to(now)) == 1
    assert office.mails_to(later) == []


def _one_of_each(office: Office, visitor: Visitor, address: str) -> None:
    expect(visitor.said("More…", address)).to_have_count(1)
    assert len(office.mails_to(address)) == 1
    assert len(office.tickets_of(address)) == 1


def _under_way(office: Office, *addresses: str) -> list[str]:
    waiting = (End.QUEUED, End.RUNNING)
    return [run.plan_id for run in office.store.open_runs() if run.end in waiting and run.about in addresses]


def _time_passes(office: Office, *addresses: str) -> None:
    """The time to cancel ends, as it would by itself. (In a thread: Playwright has this one's event loop.)"""
    with ThreadPoolExecutor(1) as elsewhere:
        for plan_id in _under_way(office, *addresses):
            elsewhere.submit(engine.send_now, plan_id).result()
