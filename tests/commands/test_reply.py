"""Reply: what the team sees, what reaches the lead, and every way in which it can go wrong after the click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands.act import Act
from commands.copy_first import copy
from commands.reply_views import plan_view
from services.slack_threads import web_client
from sops import brakes, mail_poll, ticket_notes
from sops.reply_prepare import ReplyAsked, fetch, prepare
from store.lead import Lead
from store.lifecycle import Phase, transition
from store.plan import Plan
from tests import desk
from tests.office import CHANNEL, Office, is_loaded
from tests.oracles import complaints
from tests.tracked import after_a_look, ticket_of, tracked_lead, writes
from tests.workspace import Message, Outcome, Person, View

REPLY = "POST */reply"
WORDS = "Dear Ada,\n\nit costs <nothing> & takes a day.\nBest, Damian"


def press(office: Office, damian: Person, lead: Lead, button: str = "Reply") -> View:
    """The lead writes, and somebody presses Reply on its line: the form."""
    writes(office, lead, "What does it cost?")
    line = after_a_look(office, lead)[-1]
    assert damian.press(button, line)["outcome"] == "ok"
    return damian.modal("Reply", where=is_loaded)


def preview(damian: Person, text: str = WORDS, **more: Any) -> View:
    assert damian.submit({"Your reply": text, **more})["outcome"] == "ok"
    return damian.modal("Reply", where=lambda view: is_loaded(view) and "*From*" in damian.text_of(view))


def confirmed(office: Office, damian: Person, lead: Lead, text: str = WORDS) -> Outcome:
    press(office, damian, lead)
    preview(damian, text)
    outcome: Outcome = damian.submit()
    return outcome


def sent(office: Office, damian: Person, lead: Lead) -> Message:
    """Send now, in the lead's thread where Reply was pressed, and how it ended."""
    thread, address = lead.thread, lead.contacts[0].address

    def waits(one: Message) -> bool:
        here = thread is not None and one.get("thread_ts") == thread.ts
        return here and address in damian.text_of(one) and "Send now" in damian.buttons(one)

    waiting = damian.wait_for(CHANNEL, waits)
    assert not waiting.get("is_ephemeral"), "who is in the thread is not told twice"
    assert damian.press("Send now", waiting)["outcome"] == "ok"
    return ended(damian, lead)


def ended(damian: Person, lead: Lead, words: str = "", about: str = "") -> Message:
    address = about or lead.contacts[0].address

    def fits(one: Message) -> bool:
        text = damian.text_of(one)
        named = any(name in text for name in ("Reply", "Replied", "reply"))
        over = not any(mark in text for mark in (":gear:", ":hourglass", ":incoming_envelope:"))
        in_thread = one.get("thread_ts") not in (None, one["ts"])
        return named and over and address in text and words in text and in_thread

    return damian.wait_for(CHANNEL, fits)


def replies_to(office: Office, address: str) -> list[Any]:
    return [mail for mail in office.mails_to(address) if mail["subject"].startswith("Re:")]


def test_a_reply_reaches_the_lead_on_the_same_ticket_as_previewed(office: Office) -> None:
    bo = office.new_address("bo")
    damian, lead = office.person(), tracked_lead(office, office.new_address(), bo)
    address = lead.contacts[0].address
    form = press(office, damian, lead)
    assert "What does it cost?" in damian.text_of(form)
    assert bo in str(form["blocks"])
    assert damian.submit({"Your reply": WORDS, "Cc": "bo@"}, view=form)["errors"]
    plan = preview(damian, Cc=bo)
    assert plan["submit"]["text"] == "Send to 2 outsiders"
    words = damian.text_of(plan)
    assert "*From*  partnerships@2i2c.org" in words
    assert f"*To*  {address}\n*Cc*  {bo}\n*Subject*  Re: Learning more about 2i2c" in words
    assert "it costs &lt;nothing&gt; &amp; takes a day." in words
    _a_copy_reaches_only_the_person(office, damian, lead, plan)
    damian.submit(view=plan)
    damian.submit(view=plan, force=True)
    end = sent(office, damian, lead)
    assert f"Replied to {address} · " in damian.text_of(end)
    (mail,) = replies_to(office, address)
    assert mail["ticket_id"] == lead.ticket_id
    assert "<partnerships@2i2c.org>" in mail["from"]
    assert (mail["cc"], mail["text"]) == ([bo], "Dear Ada,\nit costs <nothing> & takes a day.\nBest, Damian")
    _and_is_remembered(office, lead)


def _a_copy_reaches_only_the_person(office: Office, damian: Person, lead: Lead, plan: View) -> None:
    damian.press("Send me a copy first", plan)
    copied: Any = office.sandbox.wait_until(
        lambda: [one for one in office.mails_to("damian@2i2c.org") if "[Copy] Re: Learning" in one["subject"]]
    )
    assert copied[-1]["text"] == "Dear Ada,\nit costs <nothing> & takes a day.\nBest, Damian"
    assert replies_to(office, lead.contacts[0].address) == [] and damian.modal()["id"] == plan["id"]


def _and_is_remembered(office: Office, lead: Lead) -> None:
    """In the timeline once, as the next step, and as a private note with who approved it."""
    for _ in range(2):
        mail_poll.poll("")
    ours = [event for event in office.store.timeline(lead.id) if event.text.startswith("Replied to ")]
    assert [(event.by, event.audience) for event in ours] == [("U01DAMIAN", "team")]
    texts = [event.text for event in office.store.timeline(lead.id)]
    assert not [text for text in texts if text.startswith("Answered from Freshdesk")]
    now = office.store.get(lead.id)
    assert (now.next_step, now.unanswered) == ("wait for an answer", ())
    noted = office.sandbox.wait_until(
        lambda: [one for one in _notes(office, lead) if "Reply: Replied to" in one]
    )
    ticket_notes.write_notes("")
    assert len(noted) == 1
    assert "(approved by Damian)" in noted[0]


def _notes(office: Office, lead: Lead) -> list[str]:
    shown = office.person().http.get(office.sandbox.url(f"/helpdesk/tickets/{lead.ticket_id}")).json()
    return [one["body_text"] for one in shown["conversations"] if one["private"]]


@pytest.mark.parametrize("kind", ["lost_after", "502_after"])
def test_a_lost_answer_is_looked_up_and_never_sent_twice(office: Office, kind: str) -> None:
    damian, lead = office.person(), tracked_lead(office)
    confirmed(office, damian, lead)
    with desk.fault(office.sandbox, "freshdesk", REPLY, kind, match="takes a day"):
        end = sent(office, damian, lead)
    assert "Replied to" in damian.text_of(end)
    assert len(replies_to(office, lead.contacts[0].address)) == 1


def test_an_unknown_outcome_takes_a_persons_answer(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    confirmed(office, damian, lead)
    with desk.fault(office.sandbox, "freshdesk", REPLY, "lost_before"):
        end = sent(office, damian, lead)
    assert damian.buttons(end) == ["Check again", "It was sent", "It was not, send now"]
    damian.press("It was sent", end)
    form = damian.modal("It was sent")
    assert "Ticket number" not in str(form["blocks"])
    damian.close()
    damian.press("It was not, send now", end)
    ended(damian, lead, "Replied to")
    damian.press("It was not, send now", end)
    assert len(replies_to(office, lead.contacts[0].address)) == 1


def test_a_refused_reply_can_be_sent_by_hand_word_for_word(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    confirmed(office, damian, lead)
    with desk.helpdesk_restored(office.sandbox):
        desk.mailbox(office.sandbox, active=False)
        end = sent(office, damian, lead)
    assert "Nothing left 2i2c" in damian.text_of(end)
    assert damian.buttons(end) == ["Retry", "Change", "Do by hand", "OK, drop it"]
    damian.press("Do by hand", end)
    form = damian.modal("It was sent")
    assert "it costs &lt;nothing&gt; &amp; takes a day." in damian.text_of(form)
    freshdesk = office.assistant.context.services.freshdesk
    assert freshdesk is not None
    by_hand = "<div>Dear Ada,</div><div>it costs &lt;nothing&gt; &amp; takes a day.<br>Best, Damian</div>"
    freshdesk.reply(ticket_of(lead), by_hand, from_address="partnerships@2i2c.org")
    mail_poll.poll("")
    damian.submit({}, view=form)
    ended(damian, lead, "Replied to")
    writes(office, lead, "Thank you!")
    after_a_look(office, lead, 2)
    told = [event.text for event in office.store.timeline(lead.id) if "takes a day" in event.text]
    assert len(told) == len(replies_to(office, lead.contacts[0].address)) == 1
    assert told[0].startswith("Replied to")


def test_a_newer_mail_stops_it_and_is_shown(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    confirmed(office, damian, lead)
    writes(office, lead, "Forget my question, we have decided <!here>")
    end = sent(office, damian, lead)
    words = damian.text_of(end)
    assert "wrote after you saw the plan:\n> Forget my question, we have decided &lt;!here&gt;" in words
    assert "Nothing left 2i2c" in words
    assert replies_to(office, lead.contacts[0].address) == []
    damian.press("Read it, change the reply", end)
    form = damian.modal("Reply", where=is_loaded)
    assert "Forget my question" in damian.text_of(form)
    assert WORDS in str(form["blocks"][-2]["element"]["initial_value"])
    preview(damian, "All the best for it!")
    damian.submit()
    sent(office, damian, lead)
    office.sandbox.wait_until(lambda: lead.id not in {run.lead_id for run in office.store.open_runs()})
    assert len(replies_to(office, lead.contacts[0].address)) == 1


def test_a_colleague_s_answer_in_freshdesk_stops_ours_and_is_recorded_once(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    freshdesk = office.assistant.context.services.freshdesk
    assert freshdesk is not None
    confirmed(office, damian, lead)
    freshdesk.reply(ticket_of(lead), "<p>Nothing at all.</p>", from_address="partnerships@2i2c.org")
    recorded = "Answered from Freshdesk: Nothing at all."

    def times() -> int:
        mail_poll.poll("")
        return [event.text for event in office.store.timeline(lead.id)].count(recorded)

    office.sandbox.wait_until(times)
    assert lead.id in {run.lead_id for run in office.store.open_runs()}, "ours still waits for its time"
    assert "A colleague wrote after you saw the plan" in damian.text_of(sent(office, damian, lead))
    assert (times(), len(replies_to(office, lead.contacts[0].address))) == (1, 1)


def test_no_copy_is_claimed_of_a_plan_that_is_gone(office: Office) -> None:
    damian = office.person()
    client = web_client("xoxb-sandbox", office.sandbox.slack_api)
    clicked = {
        "user": {"id": damian.user},
        "channel": {"id": CHANNEL},
        "actions": [{"value": f"{office.new_address()}, whose plan is gone"}],
    }
    copy(Act(office.assistant.context, client, clicked, lambda: None))
    assert "more than a day old" in damian.text_of(damian.messages(CHANNEL)[-1])


def test_a_reply_that_left_otherwise_than_planned_is_reported_not_repeated(office: Office) -> None:
    bo = office.new_address("bo")
    damian, lead = office.person(), tracked_lead(office, office.new_address(), bo)
    confirmed(office, damian, lead)
    with desk.fault(office.sandbox, "freshdesk", REPLY, "drop_cc"):
        end = sent(office, damian, lead)
    assert f"cc {bo} is missing" in damian.text_of(end)
    assert len(replies_to(office, lead.contacts[0].address)) == 1


def test_a_lead_without_a_ticket_offers_hail(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    writes(office, lead, "Hello?")
    line = after_a_look(office, lead)[-1]
    office.store.update(lead.id, _without_ticket)
    damian.press("Reply", line)
    view = damian.modal("Reply", where=is_loaded)
    assert "has no ticket in Freshdesk" in damian.text_of(view)
    assert damian.buttons(view) == ["Hail"]
    damian.close(everything=True)
    assert ticket_of(lead)


def _without_ticket(lead: Lead) -> Lead:
    return replace(lead, ticket_id=None)


def prepared(office: Office, lead: Lead, text: str) -> Plan:
    context = office.assistant.context
    asked = ReplyAsked(lead, text, ("bo@elsewhere.example",), 0, "U01DAMIAN", "damian@2i2c.org")
    return prepare(context, asked, fetch(context, lead))


def test_everybody_in_cc_is_named_however_many_and_long(office: Office) -> None:
    plan = prepared(office, tracked_lead(office), "Hello all")
    cc = [f"{'a' * 60}{number}@{'b' * 60}.example" for number in range(40)]
    plan = replace(plan, content={**plan.content, "cc": cc})
    view = plan_view(office.assistant.context, plan, "U01DAMIAN", CHANNEL, over_form=False)
    assert all(address in Person.text_of(view) for address in cc) and not complaints({"view": view})


def test_a_closed_lead_and_a_mail_that_came_meanwhile_are_told_in_the_plan(office: Office) -> None:
    lead = tracked_lead(office)
    writes(office, lead, "One more thing")
    closed = transition(lead.phases, Phase.CLOSED, at=lead.created_at, by="U01DAMIAN", why="silent")
    plan = prepared(office, replace(lead, phases=closed), "Goodbye")
    shown = Person.text_of(plan_view(office.assistant.context, plan, "U01DAMIAN", CHANNEL, over_form=False))
    assert "This lead is closed" in shown
    assert "wrote while you were writing:\n> One more thing" in shown


def test_paused_sending_holds_a_reply_back_until_somebody_resumes(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    confirmed(office, damian, lead)
    brakes.pause(office.assistant.context, "U01DAMIAN")
    try:
        assert "All sending is paused" in damian.text_of(sent(office, damian, lead))
        assert replies_to(office, lead.contacts[0].address) == []
    finally:
        brakes.resume(office.assistant.context, "U01DAMIAN")
