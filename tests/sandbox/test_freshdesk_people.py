"""What leads and colleagues do around the API: inboxes, canned responses, switches; and what a restart keeps."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.freshdesk.helpdesk import Helpdesk, as_text
from sandbox.freshdesk.service_description import service_description
from services.freshdesk import Attachment, OutboundEmail
from tests.services.running import Systems, running_systems

SOURCE = (
    "Thank you for your interest in learning more about 2i2c. Please find a service description with pricing "
    "information attached to this email. If you have questions or wish to connect for a conversation, reach out "
    "to us by email using partnerships@2i2c.org or schedule a virtual meeting by clicking here."
)


@pytest.fixture(scope="module")
def running() -> Iterator[Systems]:
    with running_systems() as systems:
        yield systems


@pytest.fixture
def people(running: Systems) -> Iterator[httpx.Client]:
    running.world.reset()
    with httpx.Client(base_url=running.base) as client:
        yield client


def hail(systems: Systems, to: str = "ada@uni.example", cc: tuple[str, ...] = ("bo@uni.example",)) -> int:
    files = (Attachment("a.pdf", "application/pdf", b"%PDF-1.4"),)
    mail = OutboundEmail(to, "", "Hello", "<p>Hi</p>", 1001, cc=cc, attachments=files)
    return systems.freshdesk().send_outbound_email(mail).id


def inbox(people: httpx.Client, address: str) -> list[dict[str, Any]]:
    mails: list[dict[str, Any]] = people.get(f"/inbox/{address}").json()["mails"]
    return mails


def test_a_newcomer_finds_adas_empty_inbox_and_the_procedures_words(people):
    assert people.get("/inbox").json() == {"inboxes": [{"address": "ada@uni.example", "mails": 0}]}
    desk = people.get("/helpdesk").json()
    [canned] = desk["canned_responses"]
    assert (canned["title"], canned["folder"]) == ("Hail the Lead", "Partnerships")
    assert SOURCE in as_text(canned["content_html"])
    assert desk["tickets"] == []
    assert [each["support_email"] for each in desk["mailboxes"]] == ["partnerships@2i2c.org"]


def test_the_service_description_is_a_whole_pdf_of_one_page():
    data = service_description()
    assert data.startswith(b"%PDF-1.4")
    assert data.rstrip().endswith(b"%%EOF")
    table = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[table:].startswith(b"xref\n")
    offsets = [int(line.split()[0]) for line in re.findall(rb"\d{10} 00000 n ", data)]
    for number, offset in enumerate(offsets, start=1):
        assert data[offset:].startswith(b"%d 0 obj\n" % number)
    length = int(re.search(rb"/Length (\d+)", data)[1])  # type: ignore[index]
    content = data.split(b"stream\n", 1)[1]
    assert content[length:].startswith(b"\nendstream")
    assert b"/Count 1" in data
    assert b"SAMPLE" in content
    assert zlib.crc32(data) == zlib.crc32(service_description())


def test_a_mail_is_seen_as_its_recipients_see_it_and_by_nobody_else(people, running):
    hail(running)
    [mail] = inbox(people, "BO@uni.example")
    assert mail["from"] == "2i2c Partnerships <partnerships@2i2c.org>"
    assert (mail["to"], mail["cc"]) == (["ada@uni.example"], ["bo@uni.example"])
    assert re.fullmatch(r"<\S+@2i2c\.org>", mail["message_id"])
    assert people.get(f"/inbox/ada@uni.example/{mail['id']}").json() == mail
    assert people.get(f"/inbox/eve@uni.example/{mail['id']}").status_code == 404
    assert people.get("/inbox/not-an-address").status_code == 404
    counts = {each["address"]: each["mails"] for each in people.get("/inbox").json()["inboxes"]}
    assert counts == {"ada@uni.example": 1, "bo@uni.example": 1}


def test_a_blind_copy_is_delivered_and_not_shown(people, running):
    ticket = hail(running)
    key = ("sandbox-admin-key", "X")
    body = {"body": "Hi", "bcc_emails": ["cy@uni.example"]}
    people.post(f"/freshdesk/api/v2/tickets/{ticket}/reply", json=body, auth=key).raise_for_status()
    [mail] = inbox(people, "cy@uni.example")
    assert "cy@uni.example" not in json.dumps(mail)


def test_answers_land_on_the_ticket_also_from_those_in_cc(people, running):
    ticket = hail(running)
    for address in ("ada@uni.example", "bo@uni.example"):
        [mail] = inbox(people, address)
        answered = people.post(f"/inbox/{address}/{mail['id']}/answer", json={"text": f"I am {address}"})
        assert answered.json() == {"ticket_id": ticket}
    shown = people.get(f"/helpdesk/tickets/{ticket}").json()
    assert [(each["author"], each["body_text"]) for each in shown["conversations"]] == [
        ("Ada", "I am ada@uni.example"),
        ("Bo", "I am bo@uni.example"),
    ]
    sent = people.get("/inbox/ada@uni.example").json()["sent"]
    assert [(each["subject"], each["to"]) for each in sent] == [("Re: Hello", ["partnerships@2i2c.org"])]


def test_an_answer_to_a_deleted_ticket_and_a_mail_out_of_the_blue_open_new_ones(people, running):
    ticket = hail(running)
    [mail] = inbox(people, "ada@uni.example")
    people.delete(f"/freshdesk/api/v2/tickets/{ticket}", auth=("sandbox-admin-key", "X"))
    answered = people.post(f"/inbox/ada@uni.example/{mail['id']}/answer", json={"text": "Hi"}).json()
    written = people.post("/inbox/cy@uni.example/write", json={"subject": "A\r\nBcc: x", "text": "Hi"}).json()
    assert [answered["ticket_id"], written["ticket_id"]] == [ticket + 1, ticket + 2]
    rows = people.get("/helpdesk").json()["tickets"]
    assert [(each["subject"], each["source"]) for each in rows[:2]] == [("A Bcc: x", 1), ("Re: Hello", 1)]


def test_what_a_lead_types_is_text_and_never_markup(people, running):
    hail(running)
    [mail] = inbox(people, "ada@uni.example")
    people.post(
        f"/inbox/ada@uni.example/{mail['id']}/answer", json={"text": "<script>alert(1)</script>\n& bye"}
    )
    [said] = people.get("/helpdesk/tickets/1").json()["conversations"]
    assert said["body"] == "<div>&lt;script&gt;alert(1)&lt;/script&gt;<br>&amp; bye</div>"


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n"}, {"text": 5}, {"text": "x" * 100_001}, [], "{"]
)
def test_an_answer_without_words_is_refused(people, running, body):
    hail(running)
    [mail] = inbox(people, "ada@uni.example")
    content = body if isinstance(body, str) else json.dumps(body)
    answered = people.post(f"/inbox/ada@uni.example/{mail['id']}/answer", content=content)
    assert answered.status_code == 400
    assert people.get("/helpdesk/tickets/1").json()["conversations"] == []


def test_mail_to_a_switched_off_mailbox_or_to_elsewhere_comes_back(people):
    letter = {"subject": "Hi", "text": "Hi"}
    assert (
        people.post("/inbox/cy@uni.example/write", json=letter | {"to": "eve@evil.example"}).status_code
        == 400
    )
    people.post("/helpdesk/mailboxes/1001", json={"active": False})
    refused = people.post("/inbox/cy@uni.example/write", json=letter)
    assert (refused.status_code, "switched off" in refused.json()["error"]) == (409, True)
    assert people.get("/helpdesk").json()["tickets"] == []


def test_a_canned_response_can_be_edited_doubled_and_deleted(people):
    path = "/helpdesk/canned_responses/601"
    edited = people.post(path, json={"content_html": "<p>Hello {{ticket.requester.name}}</p>"}).json()
    assert edited["content_html"] == "<p>Hello {{ticket.requester.name}}</p>"
    assert edited["title"] == "Hail the Lead"
    copy = people.post(f"{path}/duplicate").json()
    assert copy["id"] != 601
    assert copy["attachments"][0]["id"] != edited["attachments"][0]["id"]
    assert people.delete(path).json() == {"deleted": True}
    assert [each["id"] for each in people.get("/helpdesk").json()["canned_responses"]] == [copy["id"]]
    assert people.post(path, json={"title": "x"}).status_code == 404
    assert people.post(f"/helpdesk/canned_responses/{copy['id']}", json={"title": ""}).status_code == 400


def test_files_of_a_canned_response_can_be_replaced_added_and_removed(people):
    path = "/helpdesk/canned_responses/601/attachments"
    pdf = {"file": ("new.pdf", b"%PDF-new", "application/pdf")}
    assert [each["name"] for each in people.put(path, files=pdf).json()["attachments"]] == ["new.pdf"]
    assert [each["name"] for each in people.post(path, files=pdf).json()["attachments"]] == [
        "new.pdf",
        "new.pdf",
    ]
    assert people.delete(path).json()["attachments"] == []
    assert people.put(path, files={"file": ("empty.pdf", b"", "application/pdf")}).status_code == 400
    assert people.put(path, data={"file": "text"}).status_code == 400


def test_switches_take_only_what_they_know(people):
    settings = people.post("/helpdesk/settings", json={"outbound": False, "plan": "growth"}).json()
    assert (settings["outbound"], settings["plan"], settings["key_is_admin"]) == (False, "growth", True)
    assert people.post("/helpdesk/settings", json={"plan": "sprout"}).status_code == 400
    assert people.post("/helpdesk/settings", json={"outbound": "no"}).status_code == 400
    assert people.post("/helpdesk/mailboxes/7", json={"active": True}).status_code == 404


def test_a_restart_keeps_everything(tmp_path: Path):
    with running_systems(tmp_path) as systems:
        ticket = hail(systems)
        [mail] = httpx.get(f"{systems.base}/inbox/ada@uni.example").json()["mails"]
        httpx.post(f"{systems.base}/inbox/ada@uni.example/{mail['id']}/answer", json={"text": "Yes"})
        httpx.post(f"{systems.base}/helpdesk/settings", json={"plan": "pro"})
        httpx.post(f"{systems.base}/booking/event_types/25-minute-zoom-meeting", json={"duration": 25})
        before = systems.world.helpdesk.to_json()
    with running_systems(tmp_path) as systems:
        assert systems.world.helpdesk.to_json() == before
        [said] = systems.freshdesk().conversations(ticket)
        assert said.body_text == "Yes"
        [info] = systems.freshdesk().ticket(ticket).attachments
        assert systems.freshdesk().download(info) == b"%PDF-1.4"
        assert hail(systems) == ticket + 1
        assert systems.calendly().event_types()[0].minutes == 25


@pytest.mark.parametrize("kept", [{}, {"secret": 1}, {"secret": "x", "tickets": {"1": {}}}])
def test_a_damaged_state_is_an_error_not_a_surprise(kept):
    with pytest.raises(ValueError):
        Helpdesk.from_json(kept)


def test_starting_over_is_as_new(people, running):
    hail(running)
    people.delete("/helpdesk/canned_responses/601")
    running.world.reset()
    assert people.get("/inbox").json() == {"inboxes": [{"address": "ada@uni.example", "mails": 0}]}
    assert hail(running) == 1
