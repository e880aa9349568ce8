"""A disk that fills up at the worst moment: after the mail left, before that could be written down."""

from __future__ import annotations

from tests import desk
from tests.office import CHANNEL, ENOUGH, Office


def test_a_mail_that_left_while_the_disk_was_full_is_found_and_not_repeated(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.submit()
    outbound = "POST */outbound_email"
    try:
        with desk.fault(office.sandbox, "freshdesk", outbound, "hold_after", match=address) as held:
            office.press_send_now(damian, address)
            office.sandbox.wait_until(lambda: held in office.sandbox.world.faults.held())
            office.disk.free = 0
        office.sandbox.wait_until(lambda: office.mails_to(address))
    finally:
        office.disk.free = ENOUGH
    office.sandbox.world.clock.advance(120)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1
    assert len(office.tickets_of(address)) == 1


def test_on_a_full_disk_send_says_that_nothing_was_done_and_nothing_goes(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    view = office.plan(damian, address)
    office.disk.free = 0
    try:
        damian.submit(view=view)
        told = damian.modal(where=lambda one: "disk is full" in damian.text_of(one))
    finally:
        office.disk.free = ENOUGH
    assert "nothing was done" in damian.text_of(told)
    office.sandbox.world.clock.advance(120)
    damian.close(everything=True)
    assert office.mails_to(address) == []
    assert office.lead_of(address) is None
