"""Cancel, Pause all sending, the launcher."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sops import brakes
from tests.office import CHANNEL, Office, part_about
from tests.workspace import Message, Person


@pytest.fixture(autouse=True)
def _sending_is_on_again(office: Office) -> Iterator[None]:
    yield
    office.store.set_value("sending_paused", None)


def test_cancel_within_the_time_leaves_nothing(office: Office) -> None:
    damian, address, other = office.person(), office.new_address(), office.new_address()
    office.plan(damian, f"{address}\n{other}")
    damian.submit()
    notice = office.waiting_notice(damian, address)

    def cancelled(times: int) -> Message:
        def fits(one: Message) -> bool:
            said = str(one["blocks"]).lower().count("nothing was sent")
            return bool(one["ts"] == notice["ts"] and said == times)

        return damian.wait_for(CHANNEL, fits)

    damian.press("Cancel", part_about(notice, address))
    after, row = (part_about(each, other)["blocks"] for each in (cancelled(1), notice))
    assert after == row, "pressed at that moment it is pressed all the same"
    damian.press("Cancel", part_about(notice, other))
    cancelled(2)
    assert damian.press("Send now", notice)["outcome"] == "refused"
    assert office.mails_to(address) == []
    assert office.lead_of(address) is None


def test_after_it_went_cancel_says_so(office: Office) -> None:
    damian, jim, address = office.person(), office.person("U02JIM"), office.new_address()
    office.plan(damian, address)
    damian.press("New lead, no mail")
    damian.modal(where=lambda one: "No mail was sent" in damian.text_of(one))
    damian.close(everything=True)
    damian.press("Hail", damian.wait_for(CHANNEL, f"{address} · not hailed yet"))
    damian.modal(where=lambda one: one.get("submit"))
    damian.submit()
    private = office.waiting_notice(damian, address)
    in_thread = jim.wait_for(CHANNEL, lambda one: waits_in_thread(jim, one, address))
    jim.press("Send now", in_thread)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    damian.press("Cancel", private)
    damian.wait_for(CHANNEL, lambda one: one["ts"] == private["ts"] and "It is done already" in str(one))
    assert len(office.mails_to(address)) == 1


def waits_in_thread(person: Person, one: Message, address: str) -> bool:
    return "thread_ts" in one and address in person.text_of(one) and "Cancel" in person.buttons(one)


def test_a_pause_by_anyone_stops_what_is_queued_until_a_sender_resumes(office: Office) -> None:
    damian, bea, address = office.person(), office.person("U03BEA"), office.new_address()
    office.plan(damian, address)
    damian.submit()
    bea.command(CHANNEL, "/partnerships")
    earlier = {one["ts"] for one in damian.messages(CHANNEL)}
    bea.press("Pause all sending", bea.modal("Partnerships"))
    bea.modal(where=lambda view: "All sending is paused" in bea.text_of(view))
    told = damian.wait_for(
        CHANNEL, lambda one: one["ts"] not in earlier and "<@U03BEA> paused all sending" in str(one)
    )
    end = office.send_now(damian, address)
    assert "Nothing was sent" in damian.text_of(end)
    assert office.mails_to(address) == []
    bea.press("Resume sending", told)
    bea.wait_for(CHANNEL, "Only senders can do this: <@U01DAMIAN>, <@U02JIM>. Ask one of them.")
    assert office.mails_to(address) == []
    bea.close(everything=True)
    damian.press("Resume sending", told)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1
    after = damian.wait_for(CHANNEL, lambda one: one["ts"] == told["ts"] and not damian.buttons(one))
    assert "<@U01DAMIAN> resumed sending. (<@U03BEA> paused all sending" in damian.text_of(after)


def test_who_pauses_second_is_shown_the_first_and_home_resumes_it(office: Office) -> None:
    damian, bea = office.person(), office.person("U03BEA")
    for person in (damian, bea):
        person.command(CHANNEL, "/partnerships")
        person.modal("Partnerships")
    for person in (bea, damian):
        person.press("Pause all sending")
        view = person.modal(where=lambda one: "All sending is paused" in Person.text_of(one))
        assert "*All sending is paused* by <@U03BEA>." in person.text_of(view)
    bea.press("Resume sending")
    assert "Only senders can do this" in bea.text_of(
        bea.modal(where=lambda one: "Find" not in bea.text_of(one))
    )
    for person in (damian, bea):
        person.close(everything=True)

    def asking() -> list[Message]:
        return [one for one in damian.messages(CHANNEL) if "Resume sending" in damian.buttons(one)]

    told = office.sandbox.wait_until(asking)
    assert len(told) == 1
    damian.press("Resume sending", damian.home(where=lambda one: "sending is paused" in damian.text_of(one)))
    office.sandbox.wait_until(lambda: "sending is paused" not in damian.text_of(damian.look()["home"]))
    damian.wait_for(CHANNEL, lambda one: one["ts"] == told[0]["ts"] and not damian.buttons(one))


def test_a_mail_that_stopped_just_when_somebody_resumed_goes_on(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.submit()
    brakes.pause(office.assistant.context, "", "one of its files was damaged; see the log")
    damian.wait_for(CHANNEL, "The assistant paused all sending (one of its files was damaged; see the log)")
    stopped = office.send_now(damian, address)
    brakes.resume(office.assistant.context, "U02JIM")
    damian.press("Resume sending", stopped)
    damian.wait_for(CHANNEL, f"Hailed {address}")
    assert len(office.mails_to(address)) == 1


def test_while_paused_a_plan_cannot_be_sent(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    damian.command(CHANNEL, "/partnerships")
    damian.press("Pause all sending", damian.modal("Partnerships"))
    damian.modal(where=lambda view: "All sending is paused" in damian.text_of(view))
    damian.close(everything=True)
    view = office.plan(damian, address)
    assert not view["submit"]
    assert "All sending is paused by <@U01DAMIAN>" in damian.text_of(view)
    damian.close(everything=True)


def test_the_launcher_finds_a_lead_by_what_was_typed(office: Office) -> None:
    damian, address = office.person(), office.new_address("zebulon")
    office.hail(damian, address)
    damian.command(CHANNEL, "/partnerships")
    damian.modal("Partnerships")
    (offered,) = damian.options("find_lead", "zebulon")
    damian.choose("find_lead", offered["value"])
    view = damian.modal(where=lambda one: address in damian.text_of(one))
    assert "Hail again" in damian.buttons(view)
    damian.close(everything=True)


def test_partnerships_with_a_name_opens_that_lead(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    (ticket,) = office.tickets_of(address)
    damian.command(CHANNEL, f"/partnerships {ticket['id']}")
    assert damian.modal(where=lambda one: address in damian.text_of(one))
    damian.close(everything=True)


def test_hail_can_be_started_from_the_launcher(office: Office) -> None:
    damian = office.person()
    damian.command(CHANNEL, "/partnerships")
    damian.press("Start", damian.modal("Partnerships"))
    assert damian.modal("Hail the Lead")["submit"]["text"] == "Show the plan"
    damian.close(everything=True)
