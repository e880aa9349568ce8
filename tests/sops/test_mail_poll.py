"""The lead's mails on the tracking ticket, as the team sees them in the thread."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

from sandbox.freshdesk.helpdesk import Helpdesk
from sops import card_words, mail_poll, mail_text, unanswered
from store.lead import Mail
from store.lifecycle import Phase, transition
from store.meeting import Meeting
from tests import desk
from tests.office import Office
from tests.tracked import after_a_look, lines_about, look, ticket_of, tracked_lead, writes

HOSTILE = (
    '<style>p{}</style><script>alert("x")</script><p>Hello <!channel> &lt;!channel&gt; &lt;https://evil.example|click&gt;'
    " *bold* \u202egnp.exe \u200b\u200bzero\x00\x07 bell</p>"
)


def test_a_mail_appears_once_with_what_can_be_done_about_it(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    writes(office, lead, "Yes, we are interested!\n\nOn Monday, 2i2c wrote:\n> Hello!")
    (line,) = after_a_look(office, lead)
    words = damian.text_of(line)
    assert f"*Ada Lovelace* ({lead.contacts[0].address}) wrote:\n> Yes, we are interested!" in words
    assert "> Hello!" not in words
    assert f"ticket {lead.ticket_id}" in words
    assert damian.buttons(line) == ["Reply", "Create running notes"]
    for _ in range(3):
        look()
    assert len(lines_about(damian, lead)) == 1
    now = office.store.get(lead.id)
    assert card_words.ahead(now, office.assistant.context.clock.today()) == "answer Ada Lovelace"
    kept = [event for event in office.store.timeline(lead.id) if event.kind == "mail"]
    assert [(event.audience, event.text) for event in kept] == [
        ("team", "Ada Lovelace wrote: Yes, we are interested!")
    ]


def test_unchanged_tickets_are_not_read_again(office: Office) -> None:
    lead = tracked_lead(office)
    writes(office, lead, "Hello")
    after_a_look(office, lead)
    for _ in range(3):
        look()
    call = f"GET /api/v2/tickets/{lead.ticket_id}/conversations"
    read = len(office.sandbox.requests(call, "freshdesk"))
    for _ in range(3):
        look()
    assert len(office.sandbox.requests(call, "freshdesk")) == read > 0


def test_a_huge_hostile_mail_is_a_few_inert_words(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    helpdesk = office.sandbox.world.helpdesk
    person = helpdesk.contact_of(lead.contacts[0].address)
    assert person is not None
    ticket, now = helpdesk.state.tickets[ticket_of(lead)], office.sandbox.world.clock.now()
    body = HOSTILE + "<p>" + "A" * 2_000_000 + "</p>"
    helpdesk.note(ticket, person.id, body, now, private=False, incoming=True)
    began = time.process_time()
    (line,) = after_a_look(office, lead)
    assert time.process_time() - began < 5
    words = damian.text_of(line)
    assert "&lt;!channel&gt;" in words and "<!channel>" not in words
    assert "&lt;https://evil.example|click&gt;" in words
    assert "alert" not in words
    assert not set(words) & set("\u202e\u200b\x00\x07")
    assert len(words) < 700


def test_a_mail_of_many_short_lines_stays_short(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    writes(office, lead, "\n".join("abcdefghijklmnopqrstuvwxyz" * 4))
    (line,) = after_a_look(office, lead)
    assert damian.text_of(line).count("\n> ") == 11


def test_a_colleague_of_theirs_is_shown_with_the_address(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    writes(office, lead, "I am Ada's colleague", "bo@elsewhere.example")
    (line,) = after_a_look(office, lead)
    assert "*bo@elsewhere.example*, who is not among this lead's contacts, wrote:" in damian.text_of(line)


def test_freshdesk_or_slack_being_away_loses_no_mail(office: Office) -> None:
    lead = tracked_lead(office)
    writes(office, lead, "Are you there?")
    with desk.fault(office.sandbox, "freshdesk", "GET */conversations", "500", times=0):
        mail_poll.poll("")
    with desk.fault(office.sandbox, "slack", "chat.postMessage", "lost_after", match="Are you there"):
        assert len(after_a_look(office, lead)) == 1
    mail_poll.poll("")
    assert len(lines_about(office.person(), lead)) == 1


def test_a_lead_whose_file_is_damaged_keeps_nobody_else_s_mail_waiting(office: Office) -> None:
    broken, lead = tracked_lead(office), tracked_lead(office)
    writes(office, broken, "I am first")
    writes(office, lead, "I am second")
    office.file_of(broken).write_text("not what was written")
    assert len(after_a_look(office, lead)) == 1
    del office.sandbox.world.helpdesk.state.tickets[ticket_of(broken)]


def test_a_ticket_that_becomes_a_lead_s_later_is_looked_at_too(office: Office) -> None:
    lead = tracked_lead(office)
    ticket = ticket_of(lead)
    office.store.update(lead.id, lambda now: replace(now, ticket_id=None))
    helpdesk: Helpdesk = office.sandbox.world.helpdesk
    now = office.sandbox.world.clock.now()
    helpdesk.receive(lead.contacts[0].address, "partnerships@2i2c.org", "Re", "Too early", ticket, now)
    mail_poll.poll("")
    later = office.assistant.context.clock.now() + timedelta(minutes=5)
    before = looked_since(office, later.isoformat())
    office.store.update(lead.id, lambda now: replace(now, ticket_id=ticket))
    assert len(after_a_look(office, lead)) == 1
    looked_since(office, before)


def looked_since(office: Office, moment: str) -> str:
    """Have the next look begin at this moment (ISO); where it would have begun. The tick may be looking just now."""
    with mail_poll._looking:
        kept = office.store.value("mail_poll")
        office.store.set_value("mail_poll", kept | {"since": moment})
    return str(kept["since"])


def test_a_mail_waits_beside_the_next_step_and_only_ours_goes_on_with_the_answer(office: Office) -> None:
    own, ours = tracked_lead(office), tracked_lead(office)
    for lead, step in ((own, "answer the dean about money"), (ours, "meet on 2031-01-01")):
        office.store.update(
            lead.id,
            lambda now, step=step: replace(now, next_step=step, next_step_due="2031-01-01"),  # type: ignore[misc]
        )
        writes(office, lead, "Hello")
        after_a_look(office, lead)
    steps = [(now.next_step, now.next_step_due) for now in map(office.store.get, (own.id, ours.id))]
    assert steps == [("answer the dean about money", "2031-01-01"), ("meet on 2031-01-01", "2031-01-01")]
    theirs, lead = office.store.get(own.id), office.store.get(ours.id)
    clock, today = office.assistant.context.clock, office.assistant.context.clock.today()
    assert card_words.ahead(lead, today) == "answer Ada Lovelace; meet on 2031-01-01"
    newest = max(one.number for one in (*theirs.unanswered, *lead.unanswered))
    after = unanswered.answered(theirs, newest, clock)
    assert (after.unanswered, after.next_step) == ((), "answer the dean about money")
    begins = clock.now() + timedelta(days=400)
    meeting = Meeting("m1", begins, begins + timedelta(hours=1))
    after = unanswered.answered(replace(lead, meetings=(meeting,)), newest, clock)
    assert after.next_step == f"meet on {after.next_step_due}", "what was answered, and a meeting is ahead"
    assert unanswered.came(after, lead.unanswered[0]) == after, "a mail told late has its answer"
    later = unanswered.came(unanswered.came(lead, Mail(newest + 1, "Bo")), Mail(newest + 2, "Ada Lovelace"))
    assert card_words.to_answer(later) == "answer Ada Lovelace and Bo"
    assert [one.who for one in unanswered.answered(later, newest, clock).unanswered] == ["Ada Lovelace", "Bo"]


def test_an_answer_from_freshdesk_itself_is_only_recorded(office: Office) -> None:
    lead = tracked_lead(office)
    writes(office, lead, "What does it cost?")
    after_a_look(office, lead)
    freshdesk = office.assistant.context.services.freshdesk
    assert freshdesk is not None
    freshdesk.reply(ticket_of(lead), "<p>It depends.</p>", from_address="partnerships@2i2c.org")

    def recorded() -> bool:
        mail_poll.poll("")
        return any(
            event.text == "Answered from Freshdesk: It depends." for event in office.store.timeline(lead.id)
        )

    office.sandbox.wait_until(recorded)
    now = office.store.get(lead.id)
    assert (now.next_step, now.unanswered) == ("wait for an answer", ())
    assert len(lines_about(office.person(), lead)) == 1


def test_a_qualified_lead_may_have_decided_and_a_closed_one_says_so(office: Office) -> None:
    damian, lead = office.person(), tracked_lead(office)
    now = office.assistant.context.clock.now()
    for phase, why in ((Phase.QUALIFIED, "fits"), (Phase.CLOSED, "silent")):
        moved = replace(lead, phases=transition(lead.phases, phase, at=now, by="U01DAMIAN", why=why))
        office.store.update(lead.id, lambda now, moved=moved: replace(now, phases=moved.phases))  # type: ignore[misc]
        lead = moved
        writes(office, lead, f"News for a {phase}")
        found = after_a_look(office, lead, 1 if phase is Phase.QUALIFIED else 2)[-1]
        assert ("They decided" in damian.buttons(found)) == (phase is Phase.QUALIFIED)
    assert "this lead is closed" in damian.text_of(found)
    assert [one.who for one in office.store.get(lead.id).unanswered] == ["Ada Lovelace"]


def test_the_earlier_mails_that_programs_quote_are_left_out() -> None:
    for quoted in (
        "New\n\nOn Mon, 1 Jan 2024 at 10:00, Team\n<p@2i2c.org> wrote:\n> old",
        "New\n-----Original Message-----\nFrom: x@y.example\nold",
        "New\n________________________________\nFrom: x@y.example\nold",
        "> old\nNew",
    ):
        assert mail_text._without_history(quoted) == "New"
