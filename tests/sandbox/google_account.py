"""The sandbox's Google for tests: Google's own Python client, raw requests, and people in the team's drive."""

from __future__ import annotations

import importlib.resources
import json
from dataclasses import dataclass, field
from typing import Any

import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2  # type: ignore[import-untyped]
import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient import discovery
from googleapiclient.errors import HttpError

from tests.workspace import Sandbox

SCOPE = "https://www.googleapis.com/auth/drive"
TEAM_DRIVE = "0ASandboxTeamDrivePVA"
AGREEMENTS, TEMPLATES, ASSETS = "1SandboxAgreements", "1SandboxTemplates", "1SandboxAssets"
NOTES, AGREEMENT = "1SandboxRunningNotesTemplate", "1SandboxAgreementTemplate"
SHORTCUT = "1SandboxAgreementShortcut"
G = "application/vnd.google-apps."
ALL = {"supportsAllDrives": True}
SEARCH = {"corpora": "drive", "driveId": TEAM_DRIVE, "includeItemsFromAllDrives": True, **ALL}


@dataclass
class Account:
    """One account's Drive and Docs, made as the assistant makes them."""

    sandbox: Sandbox
    web: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False))
    _https: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        root = self.sandbox.url("/google/")
        self.drive = self._service("drive", "v3", root)
        self.docs = self._service("docs", "v1", f"{root}docs/").documents()
        self.files, self.permissions = self.drive.files(), self.drive.permissions()

    def _service(self, name: str, version: str, root: str) -> Any:
        documents = importlib.resources.files("googleapiclient") / "discovery_cache" / "documents"
        document = json.loads((documents / f"{name}.{version}.json").read_text("utf-8"))
        if name == "docs":
            document["schemas"] = {key: {"id": key, "type": "object"} for key in document["schemas"]}
        document["rootUrl"] = root
        self._https.append(httplib2.Http(timeout=10))
        http = google_auth_httplib2.AuthorizedHttp(self.credentials(), http=self._https[-1])
        return discovery.build_from_document(document, http=http)

    def hang_up(self) -> None:
        """Forget open connections: a server closes idle ones, and httplib2 only notices when it writes."""
        for http in self._https:
            http.close()

    def credentials(self) -> Credentials:
        return Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token="sandbox-google-refresh",
            token_uri=self.sandbox.url("/google/token"),
            client_id="sandbox-google-client",
            client_secret="sandbox-google-secret",
            scopes=[SCOPE],
        )

    def token(self, **form: str) -> httpx.Response:
        """Ask for an access token; `form` replaces fields of the right request."""
        right = {
            "grant_type": "refresh_token",
            "refresh_token": "sandbox-google-refresh",
            "client_id": "sandbox-google-client",
            "client_secret": "sandbox-google-secret",
        }
        return self.web.post(self.sandbox.url("/google/token"), data=right | form)

    def raw(self, verb: str, path: str, **more: Any) -> httpx.Response:
        """A request of any shape below /google/, signed in."""
        headers = {"authorization": f"Bearer {self.token().json()['access_token']}"} | more.pop("headers", {})
        return self.web.request(verb, self.sandbox.url(f"/google/{path}"), headers=headers, **more)

    def names(self, q: str, **more: Any) -> list[str]:
        """The names a query finds on the team's drive."""
        found = self.files.list(q=q, fields="files(name)", **SEARCH | more).execute()
        return [each["name"] for each in found["files"]]

    def folder(self, name: str, parent: str = AGREEMENTS, **more: Any) -> str:
        """Make a folder; its id."""
        body = {"name": name, "mimeType": f"{G}folder", "parents": [parent], **more}
        return str(self.files.create(body=body, fields="id", **ALL).execute()["id"])

    def notes(self, name: str = "Running notes -- Uni + 2i2c", parent: str = AGREEMENTS) -> str:
        """Copy the running notes' template; the copy's id."""
        body = {"name": name, "parents": [parent]}
        return str(self.files.copy(fileId=NOTES, body=body, fields="id", **ALL).execute()["id"])

    def blank(self, text: str = "", name: str = "Blank") -> str:
        """A document with just this text, made by a person; its id."""
        return str(self.person("documents", name=name, parent=AGREEMENTS, text=text)["id"])

    def share(self, file: str, address: str, role: str = "writer", **more: Any) -> Any:
        body = {"type": "user", "role": role, "emailAddress": address}
        return self.permissions.create(fileId=file, body=body, **ALL | more).execute()

    def edit(self, document: str, *requests: dict[str, Any], **control: str) -> Any:
        """One batchUpdate."""
        body: dict[str, Any] = {"requests": list(requests)} | ({"writeControl": control} if control else {})
        return self.docs.batchUpdate(documentId=document, body=body).execute()

    def read(self, document: str, **more: Any) -> Any:
        """documents.get with its tabs and inline suggestions."""
        asked = {"includeTabsContent": True, "suggestionsViewMode": "SUGGESTIONS_INLINE"} | more
        return self.docs.get(documentId=document, **asked).execute()

    def person(self, path: str, **said: Any) -> Any:
        """Something a person does in the team's drive; it must be possible."""
        answer = self.web.post(self.sandbox.url(f"/team-drive/{path}"), json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def inbox(self, address: str) -> Any:
        """The mails somebody got, newest first."""
        return self.web.get(self.sandbox.url(f"/inbox/{address}")).json()["mails"]

    def view(self, document: str) -> Any:
        """A document as people see it."""
        return self.web.get(self.sandbox.url(f"/team-drive/docs/{document}")).json()


def reason(error: HttpError) -> tuple[int, str]:
    """The HTTP status and Drive's reason, or Docs' status, of a refusal."""
    said = json.loads(error.content)["error"]
    first = (said.get("errors") or [{}])[0]
    return said["code"], first.get("reason") or said["status"]


def at(index: int, **more: Any) -> dict[str, Any]:
    """A location of the Docs API."""
    return {"index": index, **more}


def span(start: int, end: int, **more: Any) -> dict[str, Any]:
    """A range of the Docs API."""
    return {"startIndex": start, "endIndex": end, **more}


def insert(index: int, text: str, **more: Any) -> dict[str, Any]:
    return {"insertText": {"location": at(index, **more), "text": text}}


def content(document: Any, tab: int = 0) -> Any:
    """The structural elements of a tab of documents.get."""
    return document["tabs"][tab]["documentTab"]["body"]["content"]


def words(element: Any) -> str:
    """The text of a paragraph, its newline too."""
    return "".join(each.get("textRun", {}).get("content", "") for each in element["paragraph"]["elements"])


def check_indexes(elements: list[Any], start: int) -> int:
    """Assert that elements follow each other without a gap; the index after the last."""
    for element in elements:
        assert element.get("startIndex", 0) == start
        if "paragraph" in element:
            for run in element["paragraph"]["elements"]:
                assert run["startIndex"] == start
                text = run["textRun"]["content"] if "textRun" in run else "@"
                start += len(text.encode("utf-16-le")) // 2
                assert run["endIndex"] == start
            assert words(element).endswith("\n")
        elif "table" in element:
            start = check_table(element["table"], start + 1) + 1
        elif "tableOfContents" in element:
            start = check_indexes(element["tableOfContents"]["content"], start + 1) + 1
        else:
            start += 1
        assert element["endIndex"] == start
    return start


def check_table(table: Any, start: int) -> int:
    assert len(table["tableRows"]) == table["rows"]
    for row in table["tableRows"]:
        assert row["startIndex"] == start
        assert len(row["tableCells"]) == table["columns"]
        start += 1
        for cell in row["tableCells"]:
            assert cell["startIndex"] == start
            start = check_indexes(cell["content"], start + 1)
            assert cell["endIndex"] == start
        assert row["endIndex"] == start
    return start


def refusal(google: Account, document: str, *requests: dict[str, Any], **control: str) -> str:
    """The words of a 400, after which the document is as it was."""
    before = google.view(document)
    with pytest.raises(HttpError) as refused:
        google.edit(document, *requests, **control)
    assert reason(refused.value)[0] == 400
    assert google.view(document) == before
    return str(refused.value)
