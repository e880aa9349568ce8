"""What lost, broken and odd answers become, and that no write is ever repeated."""

from __future__ import annotations

import json
import socket
import time
import traceback

import pytest

from services.calendly import Calendly
from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from services.freshdesk import AttachmentInfo, Freshdesk
from tests.services.running import http, scripted

KEY = "a-very-secret-key"
ME = http(200, b'{"id": 1, "contact": {"email": "ada@2i2c.org", "name": "Ada"}}')
GATEWAY = http(502, b"<html>Bad Gateway</html>", kind="text/html")
NOTE = http(201, b'{"id": 5, "ticket_id": 1, "created_at": "2026-01-02T03:04:05Z"}')


def client(base: str, naps: list[float] | None = None, read_timeout: float = 5.0) -> Freshdesk:
    return Freshdesk(base, KEY, sleep=(naps if naps is not None else []).append, read_timeout=read_timeout)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("method", ["read", "write"])
def test_nobody_listening_is_unreachable(method):
    freshdesk = client(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable):
        freshdesk.me() if method == "read" else freshdesk.add_note(1, "x")


def test_a_read_is_repeated_until_it_has_an_answer():
    with scripted(GATEWAY, b"", ME) as server:
        assert client(server.base).me().address == "ada@2i2c.org"
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "answer",
    [
        GATEWAY,
        b"",
        http(200, b"<html>maintenance</html>", kind="text/html"),
        http(200, b'{"unexpected": true}'),
        http(200, b"null"),
        http(200, b"[" * 100_000),
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}",
        http(200, b"junk", "Content-Encoding: gzip"),
    ],
)
def test_a_read_without_a_usable_answer_is_given_up_after_three_times(answer):
    naps: list[float] = []
    with scripted(answer) as server, pytest.raises(Unreachable) as caught:
        client(server.base, naps).me()
    assert len(server.requests) == 3
    assert naps == [0.5, 1.0]
    assert "html" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        GATEWAY,
        http(500, b'{"code": "internal_error", "message": "We are sorry"}'),
        http(503, b"", "Retry-After: 3"),
        http(408, b""),
        b"",
        http(201, b"<html>done?</html>", kind="text/html"),
        http(201, b'{"id": "none"}'),
        http(201, b""),
        b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{}",
        None,
    ],
)
def test_a_write_without_a_usable_answer_is_unknown_and_is_sent_once(answer):
    naps: list[float] = []
    with scripted(answer) as server, pytest.raises(OutcomeUnknown):
        client(server.base, naps, read_timeout=0.2).add_note(1, "x")
    assert server.heard(1) == 1
    assert naps == []


def test_a_read_waits_when_it_is_told_to_come_back():
    naps: list[float] = []
    with scripted(http(429, b"slow down", "Retry-After: 7", kind="text/plain"), ME) as server:
        assert client(server.base, naps).me().id == 1
    assert naps == [7.0]


def test_a_read_waits_twenty_seconds_in_all_and_then_says_busy():
    naps: list[float] = []
    with scripted(http(429, b"", "Retry-After: 9")) as server, pytest.raises(Busy) as caught:
        client(server.base, naps).me()
    assert naps == [9.0, 9.0]
    assert caught.value.retry_after == 9.0


@pytest.mark.parametrize("header", ["", "Retry-After: soon", "Retry-After: -1", "Retry-After: inf"])
def test_a_busy_system_that_does_not_say_until_when_is_left_alone_for_half_a_minute(header):
    with scripted(http(429, b"", *filter(None, [header]))) as server, pytest.raises(Busy) as caught:
        client(server.base).me()
    assert caught.value.retry_after == 30.0
    assert len(server.requests) == 1


def test_a_write_says_busy_at_once_and_is_sent_once():
    naps: list[float] = []
    with scripted(http(429, b"", "Retry-After: 1"), NOTE) as server, pytest.raises(Busy) as caught:
        client(server.base, naps).add_note(1, "x")
    assert (caught.value.retry_after, naps, len(server.requests)) == (1.0, [], 1)


@pytest.mark.parametrize(
    ("answer", "code", "field", "words"),
    [
        (
            b'{"description": "Validation failed", "errors": '
            b'[{"field": "email", "message": "not\\nvalid", "code": "invalid_value"}]}',
            "invalid_value",
            "email",
            "not valid",
        ),
        (b'{"code": "access_denied", "message": "You may not."}', "access_denied", "", "You may not."),
        (b"<html><body>Forbidden by the gateway</body></html>", "", "", "it refused (HTTP 400)"),
        (b"", "", "", "it refused (HTTP 400)"),
        (b'{"errors": "odd"}', "", "", "it refused (HTTP 400)"),
        (b'[{"code": 7}]', "", "", "it refused (HTTP 400)"),
    ],
)
def test_a_refusal_has_status_code_field_and_words(answer, code, field, words):
    with scripted(http(400, answer)) as server, pytest.raises(Refused) as caught:
        client(server.base).add_note(1, "x")
    refused = caught.value
    assert (refused.status, refused.code, refused.field) == (400, code, field)
    assert words in str(refused)
    assert "html" not in str(refused)


def test_a_redirected_call_is_refused_and_its_key_goes_nowhere_else():
    with scripted(ME) as elsewhere, scripted(http(301, b"", f"Location: {elsewhere.base}/x")) as server:
        with pytest.raises(Refused) as caught:
            client(server.base).me()
        assert caught.value.status == 301
        assert elsewhere.requests == []


def test_reads_slow_down_when_little_of_the_quota_is_left():
    naps: list[float] = []
    body = ME.partition(b"\r\n\r\n")[2]
    with scripted(http(200, body, "X-RateLimit-Remaining: 2"), ME) as server:
        freshdesk = client(server.base, naps)
        freshdesk.me()
        assert naps == []
        freshdesk.me()
    assert naps == [1.0]


def test_no_call_is_made_while_the_quota_is_known_to_be_empty():
    user = json.dumps({"resource": {"uri": "u"}}).encode()
    with scripted(http(200, user, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 50")) as server:
        calendly = Calendly(server.base, KEY)
        calendly.user()
        with pytest.raises(Busy) as caught:
            calendly.event_types()
        assert 45 < caught.value.retry_after <= 50
        assert len(server.requests) == 1


def test_calendly_says_in_its_own_header_when_to_come_back():
    naps: list[float] = []
    user = http(200, json.dumps({"resource": {"uri": "u"}}).encode())
    with scripted(http(429, b"{}", "X-RateLimit-Reset: 12"), user) as server:
        assert Calendly(server.base, KEY, sleep=naps.append).user() == "u"
    assert naps == [12.0]


def test_a_key_is_in_no_message_and_no_traceback():
    with scripted(http(401, json.dumps({"code": "invalid_credentials", "message": "no"}).encode())) as server:
        freshdesk, calendly = client(server.base), Calendly(server.base, KEY)
        seen = repr(freshdesk) + repr(calendly)
        for call in (freshdesk.me, calendly.user):
            try:
                call()
            except ServiceError as error:
                seen += "".join(traceback.format_exception(error)) + repr(error)
        assert KEY.encode() in server.requests[1]  # Calendly's goes as it is, so the test can see it
    assert KEY not in seen


@pytest.mark.parametrize("key", ["", " ", "with space", "line\nbreak", "schlüssel", "tab\t"])
def test_a_key_that_cannot_be_one_is_not_accepted_nor_quoted(key):
    for make in (Freshdesk, Calendly):
        with pytest.raises(ValueError) as caught:
            make("https://example.org", key)
        assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize(
    "base",
    ["", "example.org", "ftp://example.org", "https://", "http://example.org", "https://me:pw@example.org"],
)
def test_a_base_url_that_cannot_be_one_is_not_accepted(base):
    with pytest.raises(ValueError):
        Freshdesk(base, KEY)


def attachment(url: str, size: int = 4) -> AttachmentInfo:
    return AttachmentInfo(1, "a.pdf", "application/pdf", size, url)


def test_a_file_elsewhere_is_fetched_without_the_key():
    with scripted(http(200, b"%PDF", kind="application/pdf")) as elsewhere, scripted(ME) as server:
        assert client(server.base).download(attachment(f"{elsewhere.base}/file")) == b"%PDF"
        assert b"authorization" not in elsewhere.requests[0].lower()


def test_a_file_of_ours_that_is_redirected_elsewhere_takes_no_key_along():
    with scripted(http(200, b"%PDF")) as elsewhere:
        with scripted(http(302, b"", f"Location: {elsewhere.base}/file")) as server:
            assert client(server.base).download(attachment(f"{server.base}/attachments/1")) == b"%PDF"
            assert b"authorization" in server.requests[0].lower()
        assert b"authorization" not in elsewhere.requests[0].lower()


def test_a_file_that_is_redirected_in_circles_is_refused():
    with scripted(http(302, b"", "Location: /again")) as server, pytest.raises(Refused):
        client(server.base).download(attachment(f"{server.base}/attachments/1"))
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "http://example.org/x", "https://a:b@example.org/x", "//"]
)
def test_a_file_without_a_safe_address_is_refused(url):
    with pytest.raises(Refused):
        client("http://127.0.0.1:1").download(attachment(url))


def test_a_file_of_more_than_15_mb_is_refused_whatever_it_says_of_itself():
    big = http(200, b"x" * (15 * 1024 * 1024 + 1))
    with scripted(big) as server:
        with pytest.raises(Refused) as caught:
            client(server.base).download(attachment(f"{server.base}/big"))
        assert caught.value.code == "too_large"
        with pytest.raises(Refused):
            client(server.base).download(attachment(f"{server.base}/big", size=16 * 1024 * 1024))
        assert len(server.requests) == 1


def test_a_file_that_breaks_off_is_fetched_again():
    whole = http(200, b"%PDF-1.4")
    with scripted(whole[:-3], whole) as server:
        assert client(server.base).download(attachment(f"{server.base}/f")) == b"%PDF-1.4"
        assert len(server.requests) == 2


def test_a_silent_system_is_given_up_in_time():
    started = time.monotonic()
    with scripted(None) as server, pytest.raises(Unreachable):
        client(server.base, read_timeout=0.1).me()
    assert server.heard(3) == 3
    assert time.monotonic() - started < 10
