"""Which requests Google's doors let in: signing in, and every way a request can be wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError

from tests.sandbox.google_account import ALL, NOTES, TEMPLATES, Account, insert, reason

FILE = f"drive/v3/files/{NOTES}?supportsAllDrives=true"
DOCUMENT = f"docs/v1/documents/{NOTES}"
SHARE = {"role": "writer", "type": "user", "emailAddress": "ada@uni.example"}


def said(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error["errors"][0]["reason"] if "errors" in error else error["status"]


WRONG: dict[str, tuple[Any, ...]] = {
    "a path that does not exist": ("GET", "drive/v3/filez", None, (404, "notFound")),
    "the API of yesterday": ("GET", f"drive/v2/files/{NOTES}", None, None),
    "a verb the path does not have": ("PUT", FILE, {}, (405, "httpMethodNotAllowed")),
    "a misspelt parameter": ("GET", FILE + "&suportsAllDrives=true", None, (400, "invalidParameter")),
    "a parameter twice": ("GET", FILE + "&supportsAllDrives=true", None, (400, "invalidParameter")),
    "a boolean that is none": (
        "GET",
        f"drive/v3/files/{NOTES}?supportsAllDrives=yes",
        None,
        (400, "invalid"),
    ),
    "a number that is none": ("GET", "drive/v3/files?pageSize=ten", None, (400, "invalid")),
    "a number below its minimum": ("GET", "drive/v3/files?pageSize=0", None, (400, "invalid")),
    "a missing parameter": ("GET", f"drive/v3/files/{NOTES}/export", None, (400, "required")),
    "a parenthesis too few": ("GET", FILE + "&fields=files(id", None, (400, "invalidParameter")),
    "a parenthesis closed by nothing": ("GET", FILE + "&fields=owners(id,", None, (400, "invalidParameter")),
    "two names without a comma": ("GET", FILE + "&fields=owners(me)id", None, (400, "invalidParameter")),
    "a parenthesis too many": ("GET", FILE + "&fields=id)", None, (400, "invalidParameter")),
    "a field the answer has not": ("GET", FILE + "&fields=id,title", None, (400, "invalidParameter")),
    "a field deep inside it has not": ("GET", FILE + "&fields=owners(mail)", None, (400, "invalidParameter")),
    "fields left out of comments": ("GET", f"drive/v3/files/{NOTES}/comments", None, (400, "required")),
    "a body where none belongs": ("DELETE", FILE, {"id": "x"}, (400, "parseError")),
    "a name of version 2": ("PATCH", FILE, {"title": "Notes"}, (400, "invalid")),
    "a text that is a list": ("PATCH", FILE, {"name": ["Notes"]}, (400, "invalid")),
    "a list that is a text": ("POST", "drive/v3/files", {"parents": "root"}, (400, "invalid")),
    "an output-only field": ("PATCH", FILE, {"version": "3"}, (403, "fieldNotWritable")),
    "one that only words call so": ("PATCH", FILE, {"webViewLink": "https://x"}, (403, "fieldNotWritable")),
    "parents in an update": ("PATCH", FILE, {"parents": [TEMPLATES]}, (403, "fieldNotWritable")),
    "no role": ("POST", f"drive/v3/files/{NOTES}/permissions", {"type": "user"}, (400, "required")),
    "the notify parameter of version 2": (
        "POST",
        f"drive/v3/files/{NOTES}/permissions?sendNotificationEmails=true",
        SHARE,
        (400, "invalidParameter"),
    ),
    "a misspelt request of Docs": (
        "POST",
        f"{DOCUMENT}:batchUpdate",
        {"requests": [{"insertTxt": {}}]},
        (400, "INVALID_ARGUMENT"),
    ),
    "an index in quotes": (
        "POST",
        f"{DOCUMENT}:batchUpdate",
        {"requests": [{"insertText": {"text": "x", "location": {"index": "1"}}}]},
        (400, "INVALID_ARGUMENT"),
    ),
    "the revision at the wrong level": (
        "POST",
        f"{DOCUMENT}:batchUpdate",
        {"requests": [], "requiredRevisionId": "A1"},
        (400, "INVALID_ARGUMENT"),
    ),
    "a style that is none": (
        "POST",
        f"{DOCUMENT}:batchUpdate",
        {"requests": [{"updateParagraphStyle": {"paragraphStyle": {"namedStyleType": "BIG"}}}]},
        (400, "INVALID_ARGUMENT"),
    ),
    "a view that is none": ("GET", f"{DOCUMENT}?suggestionsViewMode=ALL", None, (400, "INVALID_ARGUMENT")),
    "a mask of Docs with a wrong name": (
        "GET",
        f"{DOCUMENT}?fields=tabs(tabs)",
        None,
        (400, "INVALID_ARGUMENT"),
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_request_is_refused_in_googles_words(google, what):
    verb, path, body, expected = WRONG[what]
    answer = google.raw(verb, path, **({} if body is None else {"json": body}))
    if expected is None:
        assert answer.status_code == 404
    else:
        assert said(answer) == expected
    assert google.view(NOTES)["name"] == "[Template] Running Notes"


def test_what_is_not_json_is_refused(google):
    assert said(google.raw("PATCH", FILE, content=b"{", headers={"content-type": "application/json"})) == (
        400,
        "parseError",
    )
    assert said(google.raw("PATCH", FILE, content=b"name=x")) == (400, "badContent")
    deep = b'{"properties":' * 3000 + b"1" + b"}" * 3000
    answer = google.raw("PATCH", FILE, content=deep, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_what_google_can_and_the_sandbox_cannot_is_said_aloud(google):
    assert said(google.raw("GET", "drive/v3/changes/startPageToken")) == (501, "notImplemented")
    with_hint = google.raw("POST", f"{FILE.replace('?', '/copy?')}&ocrLanguage=de", json={"name": "Copy"})
    assert said(with_hint) == (501, "notImplemented")
    assert "ocrLanguage" in with_hint.json()["error"]["message"]
    starred = {"name": "Starred", "parents": [TEMPLATES], "starred": True}
    assert said(google.raw("POST", "drive/v3/files?supportsAllDrives=true", json=starred)) == (
        501,
        "notImplemented",
    )
    sharing = f"drive/v3/files/{NOTES}/permissions?supportsAllDrives=true&transferOwnership=true"
    assert said(google.raw("POST", sharing, json=SHARE)) == (501, "notImplemented")
    assert (
        google.names(f"'{TEMPLATES}' in parents and (name contains 'Starred' or name contains 'Copy')") == []
    )
    assert google.inbox("ada@uni.example") == []
    with pytest.raises(HttpError) as table:
        google.edit(google.blank(), {"insertTable": {"rows": 1, "columns": 1, "location": {"index": 1}}})
    assert reason(table.value) == (501, "UNIMPLEMENTED")
    page = {"documentStyle": {}, "fields": "*"}
    assert said(
        google.raw("POST", f"{DOCUMENT}:batchUpdate", json={"requests": [{"updateDocumentStyle": page}]})
    ) == (
        501,
        "UNIMPLEMENTED",
    )


def test_a_field_nobody_reads_changes_no_document(google):
    document = google.blank("Hello")
    styled = {
        "range": {"startIndex": 1, "endIndex": 3},
        "textStyle": {"bold": True, "italic": True},
        "fields": "bold",
    }
    with pytest.raises(HttpError) as refused:
        google.edit(document, {"updateTextStyle": styled})
    assert reason(refused.value) == (501, "UNIMPLEMENTED")
    assert "textStyle.italic" in str(refused.value)
    assert not google.view(document)["lines"][0]["runs"][0]["bold"]


def test_nobody_comes_in_without_a_token(google):
    url = google.sandbox.url(f"/google/{FILE}")
    missing, wrong = (
        google.web.get(url),
        google.web.get(url, headers={"authorization": "Bearer ya29.guessed"}),
    )
    assert (said(missing), said(wrong)) == ((401, "required"), (401, "authError"))
    docs = google.web.get(google.sandbox.url(f"/google/{DOCUMENT}"))
    assert said(docs) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"refresh_token": "another"}, "invalid_grant"),
        ({"client_secret": "another"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "https://www.googleapis.com/auth/gmail.send"}, "invalid_scope"),
    ],
)
def test_a_wrong_key_gets_no_token(google, form, error):
    answer = google.token(**form)
    assert answer.json()["error"] == error
    assert "access_token" not in answer.json()


def test_a_token_lasts_an_hour_and_the_client_fetches_the_next_one(sandbox):
    google = Account(sandbox)
    google.files.get(fileId=NOTES, **ALL).execute()
    sandbox.world.clock.advance(timedelta(hours=2).total_seconds())
    assert google.files.get(fileId=NOTES, **ALL).execute()["id"] == NOTES
    assert len(sandbox.requests("POST /token", "google")) == 2


def test_a_revoked_token_opens_nothing_until_it_is_granted_again(google):
    google.files.get(fileId=NOTES, **ALL).execute()
    google.person("switches", revoked=True)
    assert google.token().json()["error_description"] == "Token has been expired or revoked."
    with pytest.raises(Exception, match="invalid_grant"):
        google.files.get(fileId=NOTES, **ALL).execute()
    google.person("switches", revoked=False)
    assert google.files.get(fileId=NOTES, **ALL).execute()["id"] == NOTES


def test_secrets_are_not_in_the_traffic(google, sandbox):
    google.files.get(fileId=NOTES, **ALL).execute()
    recorded = str([each.to_json() for each in sandbox.world.traffic.recent(100)])
    assert "sandbox-google-refresh" not in recorded
    assert "sandbox-google-secret" not in recorded
    assert "ya29" not in recorded


def test_a_shared_drives_file_is_not_found_without_the_flag(google):
    for call in (
        google.files.get(fileId=NOTES),
        google.files.copy(fileId=NOTES, body={"name": "Copy"}),
        google.permissions.list(fileId=NOTES),
        google.files.create(body={"name": "Folder", "parents": [TEMPLATES]}),
    ):
        with pytest.raises(HttpError) as refused:
            call.execute()
        assert reason(refused.value) == (404, "notFound")


def test_an_answer_has_the_fields_asked_for_and_no_others(google):
    assert set(google.files.get(fileId=NOTES, **ALL).execute()) == {"kind", "id", "name", "mimeType"}
    one = google.files.get(fileId=NOTES, fields="id,capabilities/canShare,parents", **ALL).execute()
    assert one == {"id": NOTES, "capabilities": {"canShare": True}, "parents": [TEMPLATES]}
    everything = google.files.get(fileId=NOTES, fields="*", **ALL).execute()
    assert everything["lastModifyingUser"]["displayName"] == "Damian"
    title = google.docs.get(documentId=NOTES, fields="title,tabs/tabProperties/tabId").execute()
    assert title == {"title": "[Template] Running Notes", "tabs": [{"tabProperties": {"tabId": "t.0"}}]}


def test_a_very_long_query_arrives_although_the_client_posts_it(google, sandbox):
    long = " or ".join(f"name = 'Partner number {number}'" for number in range(150))
    assert google.names(f"({long} or name = 'Agreements') and trashed = false") == ["Agreements"]
    assert sandbox.world.traffic.recent(1, "google")[0].name == "POST /drive/v3/files"


def test_a_batch_answers_each_call_for_itself(google, sandbox):
    answers: dict[str, Any] = {}
    batch = google.drive.new_batch_http_request(
        callback=lambda id, good, bad: answers.update({id: good or bad})
    )
    batch.add(google.files.get(fileId=NOTES, fields="name", **ALL), request_id="good")
    batch.add(google.files.get(fileId="nowhere", **ALL), request_id="bad")
    batch.add(google.permissions.create(fileId=NOTES, body=SHARE, **ALL), request_id="share")
    batch.execute()
    assert answers["good"] == {"name": "[Template] Running Notes"}
    assert reason(answers["bad"]) == (404, "notFound")
    assert answers["share"]["role"] == "writer"
    assert len(google.inbox("ada@uni.example")) == 1
    *_, shared, whole = sandbox.world.traffic.recent(9, "google")
    assert (shared.name, whole.name) == (f"POST /drive/v3/files/{NOTES}/permissions", "POST /batch/drive/v3")


def test_a_batch_has_at_most_a_hundred_calls(google):
    batch = google.drive.new_batch_http_request()
    for _ in range(101):
        batch.add(google.files.get(fileId=NOTES, **ALL))
    with pytest.raises(HttpError) as refused:
        batch.execute()
    assert reason(refused.value) == (400, "badRequest")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("429", (429, "rateLimitExceeded")),
        ("500", (500, "backendError")),
        ("userRateLimitExceeded", (403, "userRateLimitExceeded")),
        ("storageQuotaExceeded", (403, "storageQuotaExceeded")),
        ("backendError", (503, "backendError")),
    ],
)
def test_a_fault_refuses_once_in_googles_shape_and_does_nothing(google, sandbox, kind, expected):
    sandbox.world.faults.add("google", "POST */copy", kind)
    with pytest.raises(HttpError) as refused:
        google.notes("Copied")
    assert reason(refused.value) == expected
    assert google.names("name = 'Copied'") == []
    google.notes("Copied")
    assert google.names("name = 'Copied'") == ["Copied"]
    assert [each.error for each in sandbox.world.traffic.recent(9, "google", "/copy")] == [expected[1], ""]


def test_a_lost_answer_leaves_the_effect(google, sandbox):
    document = google.blank()
    sandbox.world.faults.add("google", "POST *:batchUpdate", "lost_after")
    body = {"requests": [insert(1, "once")]}
    with pytest.raises(httpx.RemoteProtocolError):
        google.raw("POST", f"docs/v1/documents/{document}:batchUpdate", json=body)
    assert google.view(document)["text"] == "once"
