"""The pretended Freshdesk refuses what Freshdesk refuses: raw requests, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.services.running import ADMIN_KEY, AGENT_KEY, Systems, running_systems

RIGHT = {
    "email": "ada@uni.example",
    "subject": "Hello",
    "email_config_id": 1001,
    "description": "<p>Hi</p>",
    "status": 2,
}
PDF = ("attachments[]", ("a.pdf", b"%PDF", "application/pdf"))


@pytest.fixture(scope="module")
def running() -> Iterator[Systems]:
    with running_systems() as systems:
        yield systems


@pytest.fixture
def api(running: Systems) -> Iterator[httpx.Client]:
    running.world.reset()
    with client(running) as found:
        yield found


def client(systems: Systems, key: str = ADMIN_KEY) -> httpx.Client:
    return httpx.Client(base_url=f"{systems.base}/freshdesk/api/v2", auth=(key, "X"))


def errors(response: httpx.Response) -> set[tuple[str, str]]:
    body = response.json()
    assert body["description"] == "Validation failed"
    assert all(set(each) == {"field", "message", "code"} for each in body["errors"])
    return {(each["field"], each["code"]) for each in body["errors"]}


def outbound(api: httpx.Client, **changes: Any) -> httpx.Response:
    body = {name: value for name, value in (RIGHT | changes).items() if value is not ...}
    return api.post("/tickets/outbound_email", json=body)


def form(api: httpx.Client, files: Any = (PDF,), **changes: Any) -> httpx.Response:
    given = {name: value for name, value in (RIGHT | changes).items() if value is not ...}
    fields = {name: value if isinstance(value, list) else str(value) for name, value in given.items()}
    return api.post("/tickets/outbound_email", data=fields, files=list(files))


def test_a_right_mail_makes_a_ticket_of_the_documented_form(api, running):
    response = outbound(api, cc_emails=["bo@uni.example"], tags=["hail-the-lead"])
    assert response.status_code == 201
    ticket = response.json()
    assert response.headers["Location"] == f"{running.base}/freshdesk/api/v2/tickets/{ticket['id']}"
    assert (ticket["source"], ticket["status"], ticket["email_config_id"]) == (10, 2, 1001)
    assert ticket["cc_emails"] == ["bo@uni.example"]
    assert ticket["description"] == "<div><p>Hi</p></div>"
    assert ticket["description_text"] == "Hi"
    assert ticket["created_at"].endswith("Z")
    assert "requester" not in ticket


def test_without_a_status_the_ticket_is_closed(api):
    assert outbound(api, status=...).json()["status"] == 5


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": ...}, {("email", "missing_field")}),
        ({"subject": ...}, {("subject", "missing_field")}),
        ({"email_config_id": ...}, {("email_config_id", "missing_field")}),
        (
            {"email": ..., "subject": ..., "email_config_id": ...},
            {("email", "missing_field"), ("subject", "missing_field"), ("email_config_id", "missing_field")},
        ),
        ({"email": "ada"}, {("email", "invalid_value")}),
        ({"email": "ädä@uni.example"}, {("email", "invalid_value")}),
        ({"email": ["ada@uni.example"]}, {("email", "datatype_mismatch")}),
        ({"subject": ""}, {("subject", "invalid_value")}),
        ({"subject": "x" * 256}, {("subject", "invalid_value")}),
        ({"subject": None}, {("subject", "missing_field")}),
        ({"status": "2"}, {("status", "datatype_mismatch")}),
        ({"status": 1}, {("status", "invalid_value")}),
        ({"status": True}, {("status", "datatype_mismatch")}),
        ({"priority": 9}, {("priority", "invalid_value")}),
        ({"type": "Nonsense"}, {("type", "invalid_value")}),
        ({"email_config_id": "1001"}, {("email_config_id", "datatype_mismatch")}),
        ({"email_config_id": 77}, {("email_config_id", "invalid_value")}),
        ({"cc_emails": "bo@uni.example"}, {("cc_emails", "datatype_mismatch")}),
        ({"cc_emails": ["bo"]}, {("cc_emails", "invalid_value")}),
        ({"cc_emails": [1]}, {("cc_emails", "datatype_mismatch")}),
        ({"tags": ["x" * 33]}, {("tags", "invalid_value")}),
        ({"tags": ["a,b"]}, {("tags", "invalid_value")}),
        ({"due_by": "tomorrow"}, {("due_by", "invalid_value")}),
        ({"attachments": ["x"]}, {("attachments", "datatype_mismatch")}),
        ({"custom_fields": {"cf_x": 1}}, {("cf_x", "invalid_field")}),
        ({"to": "ada@uni.example"}, {("to", "invalid_field")}),
        ({"source": 10}, {("source", "invalid_field")}),
        ({"requester_id": 1}, {("requester_id", "invalid_field")}),
        ({"unique_external_id": "op-1"}, {("unique_external_id", "invalid_field")}),
        ({"from_email": "partnerships@2i2c.org"}, {("from_email", "invalid_field")}),
    ],
)
def test_a_wrong_mail_is_refused_field_by_field_and_nothing_happens(api, running, changes, expected):
    response = outbound(api, **changes)
    assert response.status_code == 400
    assert errors(response) == expected
    assert running.world.helpdesk.state.tickets == {}
    assert running.world.helpdesk.outbox == []


def test_multipart_is_read_as_freshdesk_reads_it(api):
    ticket = form(api, **{"cc_emails[]": ["bo@uni.example"], "tags[]": ["a", "b"], "priority": 3}).json()
    assert (ticket["cc_emails"], ticket["tags"], ticket["priority"]) == (["bo@uni.example"], ["a", "b"], 3)
    [file] = ticket["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("a.pdf", "application/pdf", 4)
    assert httpx.get(file["attachment_url"]).content == b"%PDF"


@pytest.mark.parametrize(
    ("files", "changes", "expected"),
    [
        (
            [PDF, ("subject", ("s.txt", b"Hello", "text/plain"))],
            {"subject": ...},
            {("subject", "missing_field")},
        ),
        (
            [("attachments", ("a.pdf", b"%PDF", "application/pdf"))],
            {},
            {("attachments", "datatype_mismatch")},
        ),
        ([("attachments[]", (None, b"%PDF"))], {}, {("attachments", "datatype_mismatch")}),
        ([("attachments[]", ("a.unknowntype", b"%PDF"))], {}, set()),
        ([("attachments[]", (None, b""))], {}, {("attachments", "invalid_value")}),
        ([("attachments[]", ("a.pdf", b"", "application/pdf"))], {}, {("attachments", "invalid_value")}),
        ([PDF], {"cc_emails": "bo@uni.example"}, {("cc_emails", "datatype_mismatch")}),
        ([PDF], {"tags": "a"}, {("tags", "datatype_mismatch")}),
        ([PDF], {"status": "open"}, {("status", "datatype_mismatch")}),
        ([PDF], {"custom_fields[cf_x]": "1"}, {("cf_x", "invalid_field")}),
        ([PDF], {"nonsense": "1"}, {("nonsense", "invalid_field")}),
    ],
)
def test_wrong_parts_are_refused(api, files, changes, expected):
    response = form(api, files, **changes)
    if not expected:
        assert response.status_code == 201  # the HTTP client named a content type itself
        return
    assert response.status_code == 400
    assert errors(response) == expected


def test_a_file_without_a_content_type_is_refused(api):
    body = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), str(value).encode())
        for name, value in RIGHT.items()
    )
    body += b'--B\r\nContent-Disposition: form-data; name="attachments[]"; filename="a.pdf"\r\n\r\n%PDF\r\n--B--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    response = api.post("/tickets/outbound_email", content=body, headers=headers)
    assert errors(response) == {("attachments", "datatype_mismatch")}


def test_20_mb_go_and_more_do_not(api):
    def files(size: int) -> list[Any]:
        return [("attachments[]", ("a.pdf", b"x" * (size // 2), "application/pdf"))] * 2

    assert form(api, files(20 * 1024 * 1024)).status_code == 201
    assert errors(form(api, files(20 * 1024 * 1024 + 2))) == {("attachments", "invalid_value")}


def test_malformed_custom_fields_are_freshdesks_own_error(api):
    response = form(api, custom_fields="cf_x=1")
    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b"email=ada@uni.example", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"nothing of the kind", "multipart/form-data; boundary=B", 400),
        (b"{}", "multipart/form-data", 400),
    ],
)
def test_unreadable_bodies_and_other_content_types_are_refused(api, content, kind, status):
    response = api.post("/tickets/outbound_email", content=content, headers={"Content-Type": kind})
    assert response.status_code == status


def test_multipart_is_for_calls_with_files_only(api):
    assert api.post("/contacts", data={"name": "Ada"}, files=[PDF]).status_code == 415


def test_keys_methods_accept_headers_and_paths(api, running):
    base = f"{running.base}/freshdesk/api/v2"
    wrong = [httpx.get(f"{base}/agents/me"), httpx.get(f"{base}/agents/me", auth=("wrong", "X"))]
    wrong.append(httpx.get(f"{base}/agents/me", headers={"Authorization": "Basic !!!"}))
    wrong.append(httpx.get(f"{base}/agents/me", headers={"Authorization": f"Bearer {ADMIN_KEY}"}))
    assert [(each.status_code, each.json()["code"]) for each in wrong] == [(401, "invalid_credentials")] * 4
    refused = api.delete("/agents/me")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert api.get("/agents/me", headers={"Accept": "text/html"}).status_code == 406
    assert api.get("/agents/me", headers={"Accept": "text/html, application/json;q=0.9"}).status_code == 200
    assert api.get("/email_configs").status_code == 404
    assert api.get("/tickets/99").status_code == 404
    assert api.get("/tickets/none").status_code == 404


def test_every_answer_has_its_own_request_id(api, running):
    running.world.faults.add("freshdesk", "*/agents/me", "502")
    answers = [api.get("/agents/me"), api.get("/agents/me"), api.get("/nothing"), outbound(api, email=...)]
    assert answers[0].status_code == 502
    assert len({each.headers["X-Request-Id"] for each in answers}) == 4


def test_only_administrators_see_canned_responses_and_mailboxes(api, running):
    with client(running, AGENT_KEY) as agent:
        for path in (
            "/canned_response_folders",
            "/canned_response_folders/502",
            "/canned_response_folders/502/responses",
            "/canned_responses/601",
            "/email/mailboxes",
            "/email/mailboxes/1001",
        ):
            assert api.get(path).status_code == 200
            refused = agent.get(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "access_denied")
        assert agent.post("/tickets/outbound_email", json=RIGHT).status_code == 201


def test_canned_responses_are_listed_by_folder(api):
    folders = api.get("/canned_response_folders").json()
    assert [(each["name"], each["personal"], each["responses_count"]) for each in folders] == [
        ("Personal", True, 0),
        ("Partnerships", False, 1),
    ]
    assert api.get("/canned_response_folders/502").json()["canned_responses"] == [
        {"id": 601, "title": "Hail the Lead"}
    ]
    [details] = api.get("/canned_response_folders/502/responses").json()
    assert details == api.get("/canned_responses/601").json()
    assert details["content"].startswith("Hello!\nThank you for your interest")
    assert api.get("/canned_response_folders/9").status_code == 404
    assert api.get("/canned_responses/9").status_code == 404


def test_lists_come_in_pages_with_a_link_to_the_next(api, running):
    for number in range(5):
        outbound(api, subject=f"Mail {number}")
    first = api.get("/tickets", params={"per_page": 2, "order_type": "asc"})
    assert [each["subject"] for each in first.json()] == ["Mail 0", "Mail 1"]
    link = first.headers["Link"]
    assert link.endswith('>;rel="next"')
    following = httpx.get(link[1 : link.index(">")], auth=(ADMIN_KEY, "X"))
    assert [each["subject"] for each in following.json()] == ["Mail 2", "Mail 3"]
    last = api.get("/tickets", params={"per_page": 2, "page": 3})
    assert len(last.json()) == 1
    assert "Link" not in last.headers
    for wrong in ({"per_page": 101}, {"per_page": 0}, {"page": 301}, {"page": "x"}, {"page": -1}):
        assert errors(api.get("/tickets", params=wrong)) == {(next(iter(wrong)), "invalid_value")}


def test_lists_show_neither_description_nor_files_unless_asked(api):
    form(api)
    [row] = api.get("/tickets").json()
    assert not {"description", "attachments", "requester"} & set(row)
    [row] = api.get("/tickets", params={"include": "requester,description"}).json()
    assert row["requester"]["email"] == "ada@uni.example"
    assert row["description_text"] == "Hi"
    assert errors(api.get("/tickets?include=conversations")) == {("include", "invalid_value")}
    assert errors(api.get("/tickets?tag=x")) == {("tag", "invalid_field")}


def test_a_ticket_list_without_a_time_goes_back_30_days(api, running):
    outbound(api)
    running.world.clock.advance(31 * 86_400)
    assert api.get("/tickets").json() == []
    assert len(api.get("/tickets?updated_since=2020-01-01").json()) == 1
    since = running.world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert api.get("/tickets", params={"updated_since": since}).json() == []
    api.put("/tickets/1", json={"priority": 2})
    assert len(api.get("/tickets", params={"updated_since": since}).json()) == 1
    assert errors(api.get("/tickets?updated_since=soon")) == {("updated_since", "invalid_value")}


def test_the_tickets_of_somebody_unknown_are_refused(api):
    assert errors(api.get("/tickets", params={"email": "ada+x@uni.example"})) == {("email", "invalid_value")}
    outbound(api, email="ada+x@uni.example")
    assert len(api.get("/tickets", params={"email": "ADA+x@uni.example"}).json()) == 1


def test_a_ticket_shows_its_oldest_ten_conversations_and_pages_the_rest(api):
    outbound(api)
    for number in range(31):
        assert api.post("/tickets/1/notes", json={"body": f"note {number}"}).status_code == 201
    shown = api.get("/tickets/1?include=conversations,requester").json()
    assert [each["body"] for each in shown["conversations"]] == [f"note {n}" for n in range(10)]
    first = api.get("/tickets/1/conversations")
    assert len(first.json()) == 30
    assert "page=2" in first.headers["Link"]
    assert [each["body"] for each in api.get("/tickets/1/conversations?page=2").json()] == ["note 30"]


def test_limits_follow_the_plan_and_includes_cost_more(api, running):
    httpx.post(f"{running.base}/helpdesk/settings", json={"plan": "growth"})
    first = api.get("/tickets?include=requester,stats")
    assert first.headers["X-RateLimit-Total"] == "200"
    assert first.headers["X-RateLimit-Used-CurrentRequest"] == "5"
    assert first.headers["X-RateLimit-Remaining"] == "195"
    for _ in range(19):
        assert api.get("/tickets").status_code == 200
    refused = api.get("/tickets")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert api.get("/agents/me").status_code == 200
    assert outbound(api, email=...).headers["X-RateLimit-Remaining"] == "174"  # refused calls count too
    running.world.clock.advance(60)
    assert api.get("/tickets").status_code == 200


def test_an_outbound_ticket_keeps_its_words_and_a_deleted_one_stays_as_it_is(api):
    outbound(api)
    assert errors(api.put("/tickets/1", json={"subject": "Other"})) == {("subject", "inconsistent_state")}
    assert api.put("/tickets/1", json={"status": 4, "tags": ["x"]}).json()["tags"] == ["x"]
    assert errors(api.put("/tickets/1", json={"cc_emails": []})) == {("cc_emails", "invalid_field")}
    assert api.delete("/tickets/1").status_code == 204
    assert api.put("/tickets/1", json={"status": 2}).status_code == 405
    assert api.get("/tickets").json() == []
    assert api.post("/tickets/1/notes", json={"body": "x"}).status_code == 404


def test_a_ticket_of_somebody_else_needs_subject_description_and_status(api, running):
    asked: dict[str, Any] = {"email": "ada@uni.example"}
    assert errors(api.post("/tickets", json=asked)) == {
        ("subject", "missing_field"),
        ("description", "missing_field"),
        ("status", "missing_field"),
    }
    asked |= {"subject": "S", "description": "D", "status": 2}
    assert api.post("/tickets", json=asked).json()["source"] == 2
    assert running.world.helpdesk.outbox == []
    del asked["email"]
    assert errors(api.post("/tickets", json=asked)) == {("requester_id", "missing_field")}


def test_contacts_have_one_address_each(api):
    made = api.post("/contacts", json={"name": "Ada", "email": "ada@uni.example"})
    assert made.status_code == 201
    again = api.post("/contacts", json={"name": "Ada", "email": "ADA@uni.example"})
    assert again.status_code == 409
    assert errors(again) == {("email", "duplicate_value")}
    assert errors(api.post("/contacts", json={"name": "Bo"})) == {("email", "missing_field")}
    [found] = api.get("/contacts", params={"email": "ada@uni.example"}).json()
    assert api.get(f"/contacts/{found['id']}").json() == found


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("\"tag:'op-1'\"", {"One"}),
        ("\"tag:'op-1' OR tag:'op-2'\"", {"One", "Two"}),
        ("\"(tag:'op-1' OR tag:'op-2') AND status:5\"", {"Two"}),
        ('"priority:>2"', {"Two"}),
        ('"tag:null"', {"Three"}),
        ("\"created_at:>'2020-01-01' AND type:null\"", {"One", "Two", "Three"}),
    ],
)
def test_search_finds_after_some_minutes_only(api, running, query, subjects):
    outbound(api, subject="One", tags=["op-1"])
    outbound(api, subject="Two", tags=["op-2"], status=5, priority=3)
    outbound(api, subject="Three")
    assert api.get("/search/tickets", params={"query": query}).json() == {"total": 0, "results": []}
    running.world.clock.advance(301)
    found = api.get("/search/tickets", params={"query": query}).json()
    assert {each["subject"] for each in found["results"]} == subjects
    running.world.faults.add("freshdesk", "GET */search/tickets", "search_lag")
    assert api.get("/search/tickets", params={"query": query}).json()["total"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "tag:'x'",
        '""',
        '"tag"',
        "\"tag:'x' AND\"",
        "\"(tag:'x'\"",
        '"nonsense:1"',
        f"\"tag:'{'x' * 520}'\"",
    ],
)
def test_a_query_that_is_none_is_refused(api, query):
    assert api.get("/search/tickets", params={"query": query}).status_code == 400


def test_an_attachment_opens_only_with_its_whole_address(api, running):
    [file] = form(api).json()["attachments"]
    url = file["attachment_url"]
    opened = httpx.get(url)
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Disposition"].startswith("inline")
    assert httpx.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 403
    assert httpx.get(f"{running.base}/freshdesk/attachments/999?signature=x").status_code == 404


def test_a_web_page_sent_as_a_file_does_not_run_in_the_sandbox(api):
    page = ("attachments[]", ('a".html', b"<script>1</script>", "text/html"))
    [file] = form(api, [page]).json()["attachments"]
    opened = httpx.get(file["attachment_url"])
    assert opened.headers["Content-Type"] == "application/octet-stream"
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert opened.headers["X-Content-Type-Options"] == "nosniff"


def test_the_rest_of_the_account_can_be_read(api):
    assert api.get("/agents/102").json()["contact"]["email"] == "jim@2i2c.org"
    assert api.get("/agents/9").status_code == 404
    assert api.get("/email/mailboxes/1001").json()["support_email"] == "partnerships@2i2c.org"
    assert api.get("/email/mailboxes?active=false").json() == []
    assert api.get("/email/settings").json()["allow_agent_to_initiate_conversation"] is True
    assert api.get("/settings/helpdesk").json()["primary_language"] == "en"
