"""The Freshdesk client against the pretended Freshdesk: what people and other systems get from each call."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.errors import Busy, OutcomeUnknown, Refused, Unreachable
from services.freshdesk import Attachment, CannedResponse, Freshdesk, OutboundEmail, Ticket
from tests.services.running import AGENT_KEY, Systems

OUTBOUND = "POST /api/v2/tickets/outbound_email"


@pytest.fixture
def freshdesk(systems: Systems) -> Freshdesk:
    return systems.freshdesk()


def mail(**changes: Any) -> OutboundEmail:
    fields: dict[str, Any] = {
        "to": "ada@uni.example",
        "name": "Ada Lovelace",
        "subject": "Hubs for Uni",
        "body_html": "<p>Hello!</p>",
        "mailbox_id": 1001,
        "cc": ("partnerships@2i2c.org", "bo@uni.example"),
        "tags": ("hail-the-lead", "op-p123"),
        "attachments": (Attachment("prices.pdf", "application/pdf", b"%PDF-1.4 prices"),),
    }
    return OutboundEmail(**(fields | changes))


def inbox(systems: Systems, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{systems.base}/inbox/{address}").json()["mails"]
    return found


def hail(freshdesk: Freshdesk) -> CannedResponse:
    [response] = freshdesk.canned_responses("Hail the Lead")
    return response


def test_a_key_belongs_to_an_agent(systems, freshdesk):
    assert freshdesk.me().address == "damian@2i2c.org"
    assert systems.freshdesk(AGENT_KEY).me().name == "Bea"
    with pytest.raises(Refused) as caught:
        systems.freshdesk("another-key").me()
    assert (caught.value.status, caught.value.code) == (401, "invalid_credentials")


def test_all_agents_are_known_over_several_pages(systems, freshdesk):
    agents = systems.world.helpdesk.state.agents
    for number in range(1, 151):
        agents[number + 1000] = type(agents[101])(number + 1000, f"Agent{number}@2i2c.org", "A")
    found = freshdesk.agent_addresses()
    assert len(found) == 153
    assert {"damian@2i2c.org", "agent150@2i2c.org"} <= found
    assert systems.calls("GET /api/v2/agents") == 2


def test_a_mailbox_is_found_by_its_address(systems, freshdesk):
    box = freshdesk.mailbox("Partnerships@2i2c.org")
    assert box is not None
    assert (box.id, box.active) == (1001, True)
    assert freshdesk.mailbox("else@2i2c.org") is None
    httpx.post(f"{systems.base}/helpdesk/mailboxes/1001", json={"active": False})
    switched_off = freshdesk.mailbox("partnerships@2i2c.org")
    assert switched_off is not None
    assert not switched_off.active


def test_canned_responses_and_mailboxes_need_an_administrator(systems):
    plain = systems.freshdesk(AGENT_KEY)
    calls: list[Callable[[], object]] = [
        lambda: plain.canned_responses("Hail the Lead"),
        lambda: plain.canned_response(601),
        lambda: plain.mailbox("partnerships@2i2c.org"),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            call()
        assert (caught.value.status, caught.value.code) == (403, "access_denied")
    httpx.post(f"{systems.base}/helpdesk/settings", json={"key_is_admin": False})
    with pytest.raises(Refused):
        systems.freshdesk().canned_response(601)


def test_the_canned_response_comes_with_its_words_and_its_file(freshdesk):
    response = hail(freshdesk)
    assert response.folder == "Partnerships"
    assert "Please find a service description with pricing information attached" in response.content_html
    assert 'href="https://calendly.com/colliand/25-minute-zoom-meeting"' in response.content_html
    [info] = response.attachments
    assert (info.name, info.content_type) == ("2i2c-service-description.pdf", "application/pdf")
    data = freshdesk.download(info)
    assert len(data) == info.size
    assert data.startswith(b"%PDF-")
    assert b"SAMPLE" in data


def test_only_the_exact_title_counts_and_all_of_that_title_are_found(systems, freshdesk):
    assert freshdesk.canned_responses("hail the lead") == []
    assert freshdesk.canned_responses("Hail") == []
    httpx.post(f"{systems.base}/helpdesk/canned_responses/601/duplicate")
    assert len(freshdesk.canned_responses("Hail the Lead")) == 2


def test_a_replaced_file_has_another_id_and_the_response_another_time(systems, freshdesk):
    before = hail(freshdesk)
    systems.world.clock.advance(60)
    path = f"{systems.base}/helpdesk/canned_responses/601/attachments"
    httpx.put(path, files={"file": ("new.pdf", b"%PDF-new", "application/pdf")}).raise_for_status()
    after = hail(freshdesk)
    assert after.attachments[0].id != before.attachments[0].id
    assert before.updated_at is not None
    assert after.updated_at is not None
    assert after.updated_at > before.updated_at
    assert freshdesk.download(after.attachments[0]) == b"%PDF-new"
    with pytest.raises(Refused) as caught:
        freshdesk.download(before.attachments[0])
    assert caught.value.status == 404


def test_a_deleted_response_is_gone_and_a_removed_file_too(systems, freshdesk):
    path = f"{systems.base}/helpdesk/canned_responses/601"
    httpx.delete(f"{path}/attachments")
    assert hail(freshdesk).attachments == ()
    httpx.delete(path)
    assert freshdesk.canned_responses("Hail the Lead") == []
    with pytest.raises(Refused) as caught:
        freshdesk.canned_response(601)
    assert caught.value.status == 404


def test_a_sent_mail_is_in_every_inbox_with_its_file_and_opens_one_ticket(systems, freshdesk):
    sent = freshdesk.send_outbound_email(mail())
    read = freshdesk.ticket(sent.id)
    assert (read.status, read.source, read.email_config_id) == (2, 10, 1001)
    assert read.requester_address == "ada@uni.example"
    assert read.requester_name == "Ada Lovelace"
    assert read.cc == ("partnerships@2i2c.org", "bo@uni.example")
    assert read.tags == ("hail-the-lead", "op-p123")
    assert [(file.name, file.size) for file in read.attachments] == [("prices.pdf", 15)]
    assert sent.request_id
    for address in ("ada@uni.example", "bo@uni.example", "partnerships@2i2c.org"):
        [got] = inbox(systems, address)
        assert got["from"] == "2i2c Partnerships <partnerships@2i2c.org>"
        assert (got["to"], got["subject"]) == (["ada@uni.example"], "Hubs for Uni")
        assert got["html"] == "<p>Hello!</p>"
        assert httpx.get(got["attachments"][0]["url"]).content == b"%PDF-1.4 prices"
    assert systems.calls(OUTBOUND) == 1


def test_a_mail_without_files_goes_too(systems, freshdesk):
    freshdesk.send_outbound_email(mail(attachments=(), cc=(), tags=(), name=""))
    [got] = inbox(systems, "ada@uni.example")
    assert (got["cc"], got["attachments"]) == ([], [])


def test_odd_letters_arrive_as_they_were_typed(systems, freshdesk):
    subject = '<!channel> "O\'Reilly" \\ 🎉 & {{x}}'
    file = Attachment('pri"ces 🎉.pdf', "application/pdf", b"%PDF")
    freshdesk.send_outbound_email(mail(subject=subject, body_html="<p>é & 🎉</p>", attachments=(file,)))
    [got] = inbox(systems, "ada@uni.example")
    assert (got["subject"], got["html"]) == (subject, "<p>é & 🎉</p>")
    assert got["attachments"][0]["name"] == 'pri"ces 🎉.pdf'


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "Hello\r\nBcc: eve@evil.example"}, "subject"),
        ({"subject": "Hello\u2028there"}, "subject"),
        ({"subject": "x" * 256}, "subject"),
        ({"name": "Ada\nBcc: eve@evil.example"}, "name"),
        ({"to": "ada@uni.example, eve@evil.example"}, "email"),
        ({"to": "ada@uni.example\nBcc: eve@evil.example"}, "email"),
        ({"to": "Ada <ada@uni.example>"}, "email"),
        ({"to": "ada"}, "email"),
        ({"cc": ("bo@uni.example;eve@evil.example",)}, "cc_emails"),
        ({"tags": ("a\nb",)}, "tags"),
    ],
)
def test_nothing_can_smuggle_in_a_header_or_a_recipient(systems, freshdesk, change, field):
    with pytest.raises(Refused) as caught:
        freshdesk.send_outbound_email(mail(**change))
    assert caught.value.field == field
    assert systems.calls(OUTBOUND) == 0


def test_a_content_type_cannot_smuggle_in_a_header(systems, freshdesk):
    file = Attachment(
        "a\r\nX: y.pdf", 'text/html\r\nContent-Disposition: form-data; name="cc_emails[]"', b"x"
    )
    freshdesk.send_outbound_email(mail(attachments=(file,), cc=()))
    [got] = inbox(systems, "ada@uni.example")
    assert got["cc"] == []
    assert got["attachments"][0]["content_type"] == "application/octet-stream"
    assert "\n" not in got["attachments"][0]["name"]


def test_more_than_15_mb_of_files_are_not_sent(systems, freshdesk):
    files = tuple(Attachment(f"{n}.pdf", "application/pdf", b"x" * (8 * 1024 * 1024)) for n in range(2))
    with pytest.raises(Refused) as caught:
        freshdesk.send_outbound_email(mail(attachments=files))
    assert caught.value.code == "too_large"
    assert systems.calls(OUTBOUND) == 0


def test_a_switched_off_mailbox_sends_nothing(systems, freshdesk):
    httpx.post(f"{systems.base}/helpdesk/mailboxes/1001", json={"active": False})
    with pytest.raises(Refused) as caught:
        freshdesk.send_outbound_email(mail())
    assert (caught.value.field, caught.value.code) == ("email_config_id", "invalid_value")
    assert inbox(systems, "ada@uni.example") == []


def test_where_first_mails_are_off_a_ticket_and_a_reply_do_it(systems, freshdesk):
    assert freshdesk.may_start_conversations()
    httpx.post(f"{systems.base}/helpdesk/settings", json={"outbound": False})
    assert not freshdesk.may_start_conversations()
    with pytest.raises(Refused) as caught:
        freshdesk.send_outbound_email(mail())
    assert (caught.value.status, caught.value.code) == (403, "require_feature")
    made = freshdesk.create_ticket(
        address="ada@uni.example",
        subject="Hubs",
        body_html="<p>x</p>",
        mailbox_id=1001,
        tags=["hail-the-lead"],
    )
    assert inbox(systems, "ada@uni.example") == []
    file = Attachment("a.pdf", "application/pdf", b"%PDF")
    said = freshdesk.reply(
        made.id, "<p>Hi</p>", cc=["bo@uni.example"], attachments=[file], from_address="partnerships@2i2c.org"
    )
    [got] = inbox(systems, "ada@uni.example")
    assert (got["subject"], got["from_address"]) == ("Re: Hubs", "partnerships@2i2c.org")
    assert got["cc"] == ["bo@uni.example"]
    assert said.to == ("ada@uni.example",)
    assert [(each.incoming, each.source) for each in freshdesk.conversations(made.id)] == [(False, 0)]


def test_a_reply_leaves_from_the_global_address_unless_told(systems, freshdesk):
    ticket = freshdesk.send_outbound_email(mail())
    freshdesk.reply(ticket.id, "<p>Hi</p>")
    assert inbox(systems, "ada@uni.example")[0]["from_address"] == "support@2i2c.freshdesk.com"
    with pytest.raises(Refused) as caught:
        freshdesk.reply(ticket.id, "<p>Hi</p>", from_address="sales@2i2c.org")
    assert caught.value.field == "from_email"


def test_a_leads_answer_is_an_incoming_conversation_and_opens_the_ticket_again(systems, freshdesk):
    ticket = freshdesk.send_outbound_email(mail(status=5))
    [got] = inbox(systems, "ada@uni.example")
    answer = {"text": "Yes, <b>gladly</b>!\nAda"}
    httpx.post(f"{systems.base}/inbox/ada@uni.example/{got['id']}/answer", json=answer).raise_for_status()
    [said] = freshdesk.conversations(ticket.id)
    assert (said.incoming, said.private, said.from_address) == (True, False, "ada@uni.example")
    assert said.body_text == "Yes, <b>gladly</b>!\nAda"
    assert freshdesk.ticket(ticket.id).status == 2


def test_notes_are_private_unless_told_and_nobody_gets_mail(systems, freshdesk):
    ticket = freshdesk.send_outbound_email(mail())
    assert freshdesk.add_note(ticket.id, "<p>Approved by Damian</p>").private
    assert not freshdesk.add_note(ticket.id, "<p>Seen</p>", private=False).private
    assert [note.body_text for note in freshdesk.conversations(ticket.id)] == ["Approved by Damian", "Seen"]
    assert len(inbox(systems, "ada@uni.example")) == 1


def test_all_conversations_are_read_over_several_pages(systems, freshdesk):
    ticket = freshdesk.send_outbound_email(mail())
    desk = systems.world.helpdesk
    for number in range(65):
        desk.note(desk.state.tickets[ticket.id], 101, f"note {number}", systems.world.clock.now())
    assert [each.body_html for each in freshdesk.conversations(ticket.id)] == [f"note {n}" for n in range(65)]
    assert systems.calls(f"GET /api/v2/tickets/{ticket.id}/conversations") == 3


def test_tickets_of_an_address_newest_first_also_old_ones(systems, freshdesk):
    assert freshdesk.tickets_of("ada+test@uni.example") == []
    first = freshdesk.send_outbound_email(mail(to="ada+test@uni.example"))
    systems.world.clock.advance(timedelta(days=40).total_seconds())
    now = systems.world.clock.now()
    second = freshdesk.send_outbound_email(mail(to="ada+test@uni.example"))
    freshdesk.send_outbound_email(mail(to="other@uni.example"))
    assert [each.id for each in freshdesk.tickets_of("Ada+Test@uni.example")] == [second.id, first.id]
    assert [each.id for each in freshdesk.tickets_of("ada+test@uni.example", now)] == [second.id]
    assert freshdesk.tickets_of("ada+test@uni.example")[0].tags == ("hail-the-lead", "op-p123")


def test_status_and_tags_can_be_set(freshdesk):
    ticket = freshdesk.send_outbound_email(mail())
    assert freshdesk.update_ticket(ticket.id, status=3).status == 3
    assert freshdesk.update_ticket(ticket.id, tags=["one"]).tags == ("one",)
    assert freshdesk.update_ticket(ticket.id, tags=[]).tags == ()
    with pytest.raises(ValueError):
        freshdesk.update_ticket(ticket.id)
    with pytest.raises(Refused) as caught:
        freshdesk.ticket(999)
    assert caught.value.status == 404


def lose(systems: Systems, kind: str, name: str = OUTBOUND, **more) -> None:
    systems.world.faults.add("freshdesk", name, kind, **more)


@pytest.mark.parametrize(
    ("kind", "mails"),
    [("500", 0), ("502", 0), ("lost_before", 0), ("lost_after", 1), ("502_after", 1), ("html_after", 1)],
)
def test_a_lost_answer_to_a_mail_is_unknown_and_can_be_looked_up(systems, freshdesk, kind, mails):
    start = systems.world.clock.now()
    lose(systems, kind)
    with pytest.raises(OutcomeUnknown):
        freshdesk.send_outbound_email(mail())
    assert len(inbox(systems, "ada@uni.example")) == mails
    found = [each for each in freshdesk.tickets_of("ada@uni.example", start) if "op-p123" in each.tags]
    assert len(found) == mails
    assert systems.saw(OUTBOUND, 1)


@pytest.mark.parametrize(("kind", "mails"), [("hold_before", 0), ("hold_after", 1)])
def test_a_mail_that_is_held_is_unknown_when_we_stop_waiting(systems, kind, mails):
    lose(systems, kind)
    with pytest.raises(OutcomeUnknown):
        systems.freshdesk(read_timeout=0.2).send_outbound_email(mail())
    systems.until(lambda: not systems.world.faults.all())
    assert len(inbox(systems, "ada@uni.example")) == mails


def test_a_held_mail_holds_nobody_else(systems, freshdesk):
    lose(systems, "hold_before", match="slow@uni.example")
    outcome: list[Ticket] = []
    slow = threading.Thread(
        target=lambda: outcome.append(freshdesk.send_outbound_email(mail(to="slow@uni.example")))
    )
    slow.start()
    freshdesk.send_outbound_email(mail())
    assert outcome == []
    systems.world.faults.clear()
    slow.join(5)
    assert [each.subject for each in outcome] == ["Hubs for Uni"]


@pytest.mark.parametrize("kind", ["429", "429_plain"])
def test_a_busy_freshdesk_sends_nothing_and_may_be_asked_again(systems, freshdesk, kind):
    lose(systems, kind, seconds=1)
    with pytest.raises(Busy) as caught:
        freshdesk.send_outbound_email(mail())
    assert caught.value.retry_after == 1
    assert inbox(systems, "ada@uni.example") == []
    freshdesk.send_outbound_email(mail())
    assert len(inbox(systems, "ada@uni.example")) == 1


def test_what_was_silently_left_out_shows_when_the_ticket_is_read(systems, freshdesk):
    for kind in ("drop_cc", "drop_attachment", "wrong_from"):
        lose(systems, kind)
    read = freshdesk.ticket(freshdesk.send_outbound_email(mail()).id)
    assert (read.cc, read.attachments, read.email_config_id) == ((), (), 1000)
    [got] = inbox(systems, "ada@uni.example")
    assert got["from"] == "support@2i2c.freshdesk.com"
    assert inbox(systems, "bo@uni.example") == []
    assert got["attachments"] == []


def test_a_mail_can_be_refused_although_the_settings_allow_it(systems, freshdesk):
    lose(systems, "outbound_off")
    with pytest.raises(Refused) as caught:
        freshdesk.send_outbound_email(mail())
    assert caught.value.code == "require_feature"
    assert inbox(systems, "ada@uni.example") == []


def test_our_own_copy_can_come_back_as_a_ticket(systems, freshdesk):
    lose(systems, "loop_back")
    sent = freshdesk.send_outbound_email(mail())
    titles = [each.subject for each in systems.world.helpdesk.state.tickets.values() if each.id != sent.id]
    assert titles == ["Hubs for Uni"]


def test_a_file_whose_link_is_dead_is_refused(systems, freshdesk):
    lose(systems, "gone", "GET /attachments/*", times=0)
    with pytest.raises(Refused) as caught:
        freshdesk.download(hail(freshdesk).attachments[0])
    assert caught.value.status == 404


@pytest.mark.parametrize("kind", ["500", "502", "lost_before", "lost_after", "html_after"])
def test_reads_survive_a_lost_answer_but_not_a_dead_freshdesk(systems, freshdesk, kind):
    lose(systems, kind, "GET *", times=2)
    assert freshdesk.me().name == "Damian"
    lose(systems, kind, "GET *", times=0)
    with pytest.raises(Unreachable):
        freshdesk.me()
    assert systems.saw("GET /api/v2/agents/me", 6)


def test_the_limit_of_the_plan_holds_and_time_lifts_it(systems, freshdesk):
    httpx.post(f"{systems.base}/helpdesk/settings", json={"plan": "trial"})
    for _ in range(50):
        freshdesk.me()
    assert systems.naps == [1.0] * 5  # the last ones were slowed down on purpose
    with pytest.raises(Busy):
        freshdesk.me()
    systems.world.clock.advance(60)
    assert systems.freshdesk().me().name == "Damian"


def test_many_threads_share_one_client(systems, freshdesk):
    def send(number: int) -> None:
        freshdesk.send_outbound_email(mail(to=f"lead{number}@uni.example", cc=()))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert all(len(inbox(systems, f"lead{number}@uni.example")) == 1 for number in range(12))


def test_what_is_read_has_the_hash_of_what_was_sent(freshdesk):
    data = bytes(range(256)) * 4000
    sent = freshdesk.send_outbound_email(mail(attachments=(Attachment("b.pdf", "application/pdf", data),)))
    [info] = freshdesk.ticket(sent.id).attachments
    assert hashlib.sha256(freshdesk.download(info)).digest() == hashlib.sha256(data).digest()


def test_changed_tickets_are_listed_the_longest_unchanged_first(systems, freshdesk):
    first, second = (freshdesk.send_outbound_email(mail(subject=each)) for each in ("one", "two"))
    freshdesk.add_note(second.id, "<p>a</p>")
    systems.world.clock.advance(60)
    freshdesk.add_note(first.id, "<p>b</p>")
    changed = freshdesk.tickets_changed(first.created_at)
    assert [each.id for each in changed][-2:] == [second.id, first.id]
    assert [each.id for each in freshdesk.tickets_changed(changed[-1].updated_at)] == [first.id]


def test_huge_mails_are_read_a_few_at_a_time_and_cut(systems, freshdesk):
    ticket = freshdesk.send_outbound_email(mail())
    desk = systems.world.helpdesk
    kept, now = desk.state.tickets[ticket.id], systems.world.clock.now()
    for _ in range(6):
        desk.note(kept, kept.requester_id, "A" * 2_500_000, now, private=False, incoming=True)
    said = freshdesk.conversations(ticket.id)
    assert [len(each.body_text) for each in said] == [100_000] * 6
