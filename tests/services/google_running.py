"""A pretended Google over real HTTP, and the assistant's clients of it."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from sandbox.google import drafting, oauth, records, seed
from sandbox.google.document import Document
from sandbox.google.reading import lines
from services.google_client import GoogleClient, UserAccount
from services.google_docs import GoogleDocs
from services.google_drive import GoogleDrive
from tests.workspace import Sandbox, running_sandbox

_NUMBERS = itertools.count(1)


@dataclass
class Google:
    """The pretended Google, and one account's clients; `naps` is how long they wanted to sleep (none does)."""

    sandbox: Sandbox
    client: GoogleClient
    naps: list[float] = field(default_factory=list)

    @property
    def drive(self) -> GoogleDrive:
        return GoogleDrive(self.client, records.TEAM_DRIVE)

    @property
    def docs(self) -> GoogleDocs:
        return GoogleDocs(self.client)

    def another_client(self, sleep: Callable[[float], None]) -> GoogleClient:
        return _client(self.sandbox, sleep)

    def calls(self) -> list[str]:
        """Every call that arrived since the start of the test, oldest first, ids left out."""
        recent = self.sandbox.world.traffic.recent(5000, "google")
        return [each.name for each in recent if each.name != "POST /token"]

    def fault(self, name: str, kind: str, times: int = 1, seconds: float = 0.0) -> None:
        self.sandbox.world.faults.add("google", name, kind, times=times, seconds=seconds)

    def switch(self, **what: Any) -> None:
        """What an administrator sets."""

        def work() -> None:
            state = self.sandbox.world.drive.state
            state.switches = replace(state.switches, **what)

        self.sandbox.world.on_loop(work)

    def write(self, draft: drafting.Draft, *others: drafting.Draft) -> str:
        """A document somebody wrote in Agreements; its id."""
        id = f"1Written{next(_NUMBERS)}"
        tabs = [draft.tab(), *(each.tab() for each in others)]

        def work() -> None:
            world = self.sandbox.world
            now = world.clock.now()
            made = records.File(id, "Notes", records.DOCUMENT, seed.AGREEMENTS, now, now, records.TEAM_DRIVE)
            world.drive.state.files[id] = made
            world.drive.documents[id] = Document(tabs)

        self.sandbox.world.on_loop(work)
        return id

    def document(self, id: str) -> Document:
        found: Document = self.sandbox.world.drive.documents[id]
        return found

    def read(self, id: str) -> list[tuple[str, str]]:
        """The document's lines as a person sees them: style and words."""
        return [(line.style, "".join(run.text for run in line.runs)) for line in lines(self.document(id))]

    def words(self, id: str) -> list[str]:
        return [words for _, words in self.read(id)]

    def person(self, path: str, **what: Any) -> Any:
        """Somebody does something in the team's drive."""
        answer = httpx.post(self.sandbox.url(f"/team-drive{path}"), json=what)
        answer.raise_for_status()
        return answer.json()


@contextlib.contextmanager
def running_google() -> Iterator[Google]:
    with running_sandbox({}) as sandbox:
        naps: list[float] = []
        client = _client(sandbox, naps.append)
        yield Google(sandbox, client, naps)
        client.close()


def _client(sandbox: Sandbox, sleep: Callable[[float], None]) -> GoogleClient:
    token_url = sandbox.url("/google/token")
    account = UserAccount(oauth.CLIENT_ID, oauth.CLIENT_SECRET, oauth.REFRESH_TOKEN, token_url)
    return GoogleClient(account, root_url=sandbox.url("/google/"), sleep=sleep)
