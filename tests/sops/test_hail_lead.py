"""Hail the Lead, as a person in Slack, the lead and the helpdesk see it."""

from __future__ import annotations

from tests.office import CHANNEL, Office


def test_the_first_mail_reaches_ada_as_planned(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    plan = office.plan(damian, address)
    words = damian.text_of(plan)
    assert "The link's name says 25 minutes; the event itself lasts 30" in words
    assert plan["submit"]["text"] == "Send to 1 outsider"
    damian.submit()
    end = office.send_now(damian, address)
    (mail,) = office.mails_to(address)
    (ticket,) = office.tickets_of(address)
    assert "<partnerships@2i2c.org>" in mail["from"]
    assert mail["cc"] == ["partnerships@2i2c.org"]
    assert [one["name"] for one in mail["attachments"]] == ["2i2c-service-description.pdf"]
    assert ticket["status"] == 2
    assert "hail-the-lead" in ticket["tags"]
    assert f"Hailed {address}" in damian.text_of(end)
    assert f"ticket {ticket['id']}" in damian.text_of(end)
    wanted = f"ticket {ticket['id']}"
    office.sandbox.wait_until(lambda: wanted in damian.text_of(office.card_of(damian, address)))


def test_a_second_click_sends_nothing(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    view = office.plan(damian, address)
    damian.submit(view=view)
    damian.submit(view=view, force=True)
    office.send_now(damian, address)
    assert len(office.mails_to(address)) == 1
    assert len(office.tickets_of(address)) == 1
    assert CHANNEL
