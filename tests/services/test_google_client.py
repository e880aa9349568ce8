"""What Google's lost, broken and refusing answers become, that no write is repeated, and how we sign in."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from services.google_client import GoogleClient, ServiceAccount, UserAccount
from services.google_docs import GoogleDocs
from services.google_drive import GoogleDrive, Role, Shared
from tests.services.running import http, scripted

SECRETS = ("a-client-secret", "a-refresh-token", "ya29.an-access-token")
TOKEN = http(200, json.dumps({"access_token": SECRETS[2], "expires_in": 3599}).encode())
FILE = http(200, b'{"id": "f1", "name": "Uni", "mimeType": "application/vnd.google-apps.folder"}')
GATEWAY = http(502, b"<html>Bad Gateway</html>", kind="text/html")
LOST = b""


def error(status: int, reason: str, words: str = "Google's own words", *headers: str) -> bytes:
    body = {"error": {"code": status, "message": words, "errors": [{"reason": reason, "message": words}]}}
    return http(status, json.dumps(body).encode(), *headers)


def docs_error(status: int, name: str, words: str = "Google's own words") -> bytes:
    return http(status, json.dumps({"error": {"code": status, "message": words, "status": name}}).encode())


def client(base: str, naps: list[float] | None = None, timeout: float = 5.0, root: str = "") -> GoogleClient:
    account = UserAccount("a-client", SECRETS[0], SECRETS[1], f"{base}/token")
    sleep = (naps if naps is not None else []).append
    return GoogleClient(account, root_url=f"{root or base}/", sleep=sleep, timeout=timeout)


def drive(base: str, naps: list[float] | None = None, timeout: float = 5.0) -> GoogleDrive:
    return GoogleDrive(client(base, naps, timeout), "0ADRIVE")


def lines(requests: list[bytes]) -> list[str]:
    """Method and path of each request but the first, which is for a token."""
    return [each.split(b" HTTP/")[0].decode().partition("?")[0] for each in requests[1:]]


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_request_is_signed_and_says_what_it_wants():
    with scripted(TOKEN, FILE) as server:
        found = drive(server.base).file("f1")
    assert (found.id, found.name) == ("f1", "Uni")
    token, request = server.requests
    assert b"grant_type=refresh_token" in token and b"scope=https" in token
    assert request.startswith(b"GET /drive/v3/files/f1?")
    assert b"supportsAllDrives=true" in request and b"fields=id" in request
    assert b"ya29.an-access-token" in request


@pytest.mark.parametrize(
    "lost", [LOST, GATEWAY, error(500, "backendError"), http(200, b"{"), http(200, b"[1]")]
)
def test_a_lost_answer_to_a_read_is_asked_for_again(lost):
    naps: list[float] = []
    with scripted(TOKEN, lost, lost, FILE) as server:
        assert drive(server.base, naps).file("f1").id == "f1"
    assert naps == [0.5, 1.0]
    with scripted(TOKEN, lost) as server, pytest.raises(Unreachable):
        drive(server.base).file("f1")
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "lost", [LOST, GATEWAY, error(503, "backendError"), http(200, b"{"), http(200, b"{}")]
)
def test_a_lost_answer_to_a_copy_is_an_unknown_outcome_and_nothing_is_sent_again(lost):
    with scripted(TOKEN, lost, FILE) as server:
        with pytest.raises(OutcomeUnknown):
            drive(server.base).copy("t1", "p1", "Notes", {})
        time.sleep(0.05)
    assert lines(server.requests) == ["POST /drive/v3/files/t1/copy"]


@pytest.mark.parametrize("lost", [LOST, GATEWAY])
def test_a_lost_answer_to_a_share_is_an_unknown_outcome_and_nobody_is_mailed_again(lost):
    with scripted(TOKEN, lost, http(200, b'{"id": "1"}')) as server:
        with pytest.raises(OutcomeUnknown):
            drive(server.base).share("f1", "ada@uni.example", Role.WRITER, "Hello")
        time.sleep(0.05)
    assert lines(server.requests) == ["POST /drive/v3/files/f1/permissions"]


def test_no_answer_in_time_is_an_unknown_outcome():
    with scripted(TOKEN, None) as server, pytest.raises(OutcomeUnknown, match="in time"):
        drive(server.base, timeout=1.0).copy("t1", "p1", "Notes", {})
    assert len(server.requests) == 2


def test_half_an_answer_is_an_unknown_outcome():
    with scripted(TOKEN, FILE[:-10]) as server, pytest.raises(OutcomeUnknown, match="broke"):
        drive(server.base).copy("t1", "p1", "Notes", {})


def test_a_write_never_uses_a_connection_that_was_closed_meanwhile():
    kept = FILE.replace(b"Connection: close\r\n", b"")
    with scripted(TOKEN, kept) as server:
        here = drive(server.base)
        for _ in range(3):
            assert here.copy("t1", "p1", "Notes", {}).id == "f1"
            time.sleep(0.05)
    assert len(server.requests) == 4


def test_nobody_listening_means_that_nothing_happened():
    nobody = closed_port()
    with pytest.raises(Unreachable, match="sign-in"):
        drive(nobody).copy("t1", "p1", "Notes", {})
    with scripted(TOKEN) as server, pytest.raises(Unreachable, match="Google Drive: no connection"):
        GoogleDrive(client(server.base, root=nobody), "0A").copy("t1", "p1", "Notes", {})


def test_a_folder_of_our_own_id_is_asked_for_again_and_found():
    with scripted(TOKEN, LOST, error(409, "fileIdInUse"), FILE) as server:
        assert drive(server.base).create_folder("p1", "Uni", "f1", {"pa.lead": "l1"}).id == "f1"
    assert lines(server.requests) == [
        "POST /drive/v3/files",
        "POST /drive/v3/files",
        "GET /drive/v3/files/f1",
    ]
    with scripted(TOKEN, LOST) as server, pytest.raises(OutcomeUnknown):
        drive(server.base).create_folder("p1", "Uni", "f1", {})


@pytest.mark.parametrize(
    "busy",
    [http(429), error(403, "userRateLimitExceeded"), error(403, "rateLimitExceeded"), docs_error(429, "X")],
)
def test_too_many_requests_are_waited_for_by_reads_and_told_by_writes(busy):
    naps: list[float] = []
    with scripted(TOKEN, busy, FILE) as server:
        assert drive(server.base, naps).file("f1").id == "f1"
    assert naps == [5.0]
    with scripted(TOKEN, busy) as server, pytest.raises(Busy) as caught:
        drive(server.base).copy("t1", "p1", "Notes", {})
    assert caught.value.retry_after == 5.0
    assert len(server.requests) == 2


def test_a_wait_that_google_names_is_kept_and_a_long_one_is_told():
    naps: list[float] = []
    slow = error(429, "rateLimitExceeded", "Slow", "Retry-After: 7")
    with scripted(TOKEN, slow) as server, pytest.raises(Busy) as caught:
        drive(server.base, naps).file("f1")
    assert caught.value.retry_after == 7.0
    assert naps == [7.0, 7.0]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (error(404, "notFound"), "notFound", "it is not there"),
        (error(403, "sharingRateLimitExceeded"), "sharingRateLimitExceeded", "some hours"),
        (error(403, "storageQuotaExceeded"), "storageQuotaExceeded", "storage is full"),
        (error(403, "dailyLimitExceeded"), "dailyLimitExceeded", "tomorrow"),
        (error(403, "somethingNew"), "somethingNew", "Google's own words"),
        (http(403, b"no"), "", "it refused"),
        (http(302, b"", "Location: https://evil.example/"), "", "answers elsewhere"),
    ],
)
def test_a_refusal_says_why_and_is_not_repeated(answer, code, words):
    with scripted(TOKEN, answer) as server, pytest.raises(Refused, match=words) as caught:
        drive(server.base).file("f1")
    assert caught.value.code == code
    assert len(server.requests) == 2


def test_docs_refuses_in_its_own_way():
    missing = docs_error(404, "NOT_FOUND")
    with scripted(TOKEN, missing) as server, pytest.raises(Refused, match="cannot see it") as caught:
        GoogleDocs(client(server.base)).text("d1")
    assert (caught.value.status, caught.value.code) == (404, "NOT_FOUND")
    assert lines(server.requests) == ["GET /docs/v1/documents/d1"]


INVITE = (
    'Bad Request. User message: "You are trying to invite {0}. Since there is no Google account associated '
    'with this email address, you must check the "Notify people" box to invite this recipient."'
)
NOT_MAILED = (
    'Bad Request. User message: "Sorry, the items were successfully shared '
    'but emails could not be sent to {0}."'
)
STRANGE = 'Bad Request. User message: "Something new."'
NOT_ALLOWED = 'Bad Request. User message: "ACL change not allowed."'


@pytest.mark.parametrize(
    ("status", "reason", "said", "outcome", "words"),
    [
        (400, "invalidSharingRequest", NOT_MAILED, Shared.SHARED_WITHOUT_MAIL, "tell them yourself"),
        (400, "invalidSharingRequest", INVITE, Shared.NO_GOOGLE_ACCOUNT, "no Google account"),
        (400, "invalidSharingRequest", NOT_ALLOWED, Shared.REFUSED_BY_POLICY, "administrator"),
        (400, "invalidSharingRequest", STRANGE, Shared.REFUSED_BY_POLICY, "Something new"),
        (403, "domainPolicy", "x", Shared.REFUSED_BY_POLICY, "administrator"),
        (403, "insufficientFilePermissions", "x", Shared.REFUSED_BY_POLICY, "content manager"),
        (
            403,
            "cannotShareTeamDriveWithNonGoogleAccounts",
            "x",
            Shared.NO_GOOGLE_ACCOUNT,
            "no Google account",
        ),
    ],
)
def test_what_became_of_sharing_is_said_for_the_address(status, reason, said, outcome, words):
    address = f"{'a' * 60}@{'successfully-shared.' * 8}example"
    with scripted(TOKEN, error(status, reason, said.format(address))) as server:
        result = drive(server.base).share("f1", address, Role.WRITER)
    assert (result.outcome, result.code, result.address) == (outcome, reason, address)
    assert words in result.words
    assert result.can_open == (outcome is Shared.SHARED_WITHOUT_MAIL)


def test_sharing_refused_for_everybody_is_an_error():
    for answer in (error(403, "sharingRateLimitExceeded"), error(404, "notFound")):
        with scripted(TOKEN, answer) as server, pytest.raises(Refused):
            drive(server.base).share("f1", "ada@uni.example", Role.WRITER)


GRANT = http(400, b'{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}')


def test_a_revoked_token_says_that_somebody_has_to_let_us_in_again():
    with scripted(GRANT) as server, pytest.raises(Refused, match="grant it again") as caught:
        drive(server.base).copy("t1", "p1", "Notes", {})
    assert (caught.value.status, caught.value.code) == (401, "revoked")
    assert len(server.requests) == 1


def test_a_token_that_ran_out_early_is_renewed_and_the_request_sent_again():
    ran_out = error(401, "authError")
    with scripted(TOKEN, ran_out, TOKEN, FILE) as server:
        assert drive(server.base).copy("t1", "p1", "Notes", {}).id == "f1"
    with scripted(TOKEN, ran_out, TOKEN, ran_out) as server, pytest.raises(Refused) as caught:
        drive(server.base).copy("t1", "p1", "Notes", {})
    assert (caught.value.status, caught.value.code) == (401, "revoked")
    assert len(server.requests) == 4


@pytest.mark.parametrize("broken", [LOST, GATEWAY, http(200, b"{"), http(200, b"{}"), http(400, b"<html>")])
def test_a_sign_in_out_of_order_means_that_nothing_happened(broken):
    with scripted(broken) as server, pytest.raises(Unreachable, match="sign-in"):
        drive(server.base).copy("t1", "p1", "Notes", {})
    assert all(b"/token" in each for each in server.requests)


def test_a_wrong_client_secret_is_named_as_such():
    wrong = http(401, b'{"error": "invalid_client"}')
    with scripted(wrong) as server, pytest.raises(Refused, match="client id and secret") as caught:
        drive(server.base).file("f1")
    assert caught.value.code == "invalid_client"


def test_no_secret_shows_in_an_error_or_in_a_repr():
    broken = [
        [GRANT],
        [http(401, b'{"error": "invalid_client"}')],
        [GATEWAY],
        [TOKEN, LOST],
        [TOKEN, error(403, "domainPolicy")],
        [TOKEN, http(200, b"{")],
    ]
    for answers in broken:
        with scripted(*answers) as server:
            here = client(server.base)
            with pytest.raises(ServiceError) as caught:
                GoogleDrive(here, "0A").copy("t1", "p1", "Notes", {})
        shown = "".join(traceback.format_exception(caught.value)) + repr(here) + repr(here._account)
        assert not [secret for secret in SECRETS if secret in shown]


def key_file(folder: Path, token_url: str) -> Path:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    told = {
        "type": "service_account",
        "client_email": "bot@project.example",
        "private_key": pem.decode(),
        "private_key_id": "1",
        "token_uri": token_url,
    }
    path = folder / "key.json"
    path.write_text(json.dumps(told))
    return path


def test_a_service_account_signs_in_with_its_key_file(tmp_path):
    with scripted(TOKEN, FILE) as server:
        account = ServiceAccount(key_file(tmp_path, f"{server.base}/token"))
        assert GoogleDrive(GoogleClient(account, root_url=server.base), "0A").file("f1").id == "f1"
    assert b"jwt-bearer" in server.requests[0]


def test_a_key_file_that_is_none_is_named(tmp_path):
    (tmp_path / "key.json").write_text('{"private_key": "secret"}')
    for path in (tmp_path / "key.json", tmp_path / "none.json"):
        with pytest.raises(Refused, match=path.name) as caught:
            GoogleClient(ServiceAccount(path)).warm_up()
        assert caught.value.code == "bad_key"


@pytest.mark.parametrize(
    "root", ["ftp://x/", "http://google.example/", "https://me@google.example/", "nonsense"]
)
def test_an_address_that_would_show_the_token_is_refused(root):
    with pytest.raises(ValueError, match="Google"):
        GoogleClient(UserAccount("c", "s", "r"), root_url=root)


def test_threads_get_a_connection_each_and_one_token():
    with scripted(TOKEN, FILE) as server:
        here, failed = drive(server.base), []

        def work() -> None:
            try:
                for _ in range(5):
                    here.file("f1")
            except Exception as problem:
                failed.append(problem)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert not failed
    assert sum(b"/token" in each for each in server.requests) == 1
    assert len(server.requests) == 41


def test_googles_library_is_loaded_at_the_first_call_only():
    code = (
        "import sys; from services.google_client import GoogleClient, UserAccount;"
        "from services.google_drive import GoogleDrive; from services.google_docs import GoogleDocs;"
        "here = GoogleClient(UserAccount('c', 's', 'r')); GoogleDrive(here, 'd'); GoogleDocs(here);"
        "print('googleapiclient' in sys.modules, 'google.auth' in sys.modules, 'httplib2' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "False"]
