"""The whole office for tests: the sandbox, and the real assistant connected to it, in one process."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.manifest import manifest
from bot.settings import Settings
from sops import engine
from sops.team import Team
from store.lead import Lead
from store.plan import End, Plan, Run
from store.tinydb_store import TinyDBLeadStore
from tests.store.disks import SmallDisk
from tests.workspace import PATIENCE_SECONDS, Message, Person, Sandbox, View, running_sandbox

CHANNEL = "C01PARTNERS"
TEAM = Team(
    live=True,
    senders_channel="partnerships-senders",
    cancel_seconds=30.0,
    daily_cap=10_000,
    look_again_seconds=(0.0, 0.1),
    longest_wait_seconds=2.0,
    repeats=3,
    settle_seconds=0.2,
    working_hours=(0, 24),
    working_days=(1, 2, 3, 4, 5, 6, 7),
)
"""Time to cancel is long, and tests press Send now: what they see does not depend on the machine's speed."""

ENOUGH = 10**15
"""Free bytes on the assistant's disk, until a test fills it."""

_numbers = itertools.count(1)


def settings_for(sandbox: Sandbox, folder: Path, team: Team = TEAM, **changed: Any) -> Settings:
    """Settings of an assistant whose every system is the sandbox."""
    where = sandbox.base
    given: dict[str, Any] = {
        "slack_bot_token": "xoxb-sandbox",
        "slack_app_token": "xapp-1-sandbox",
        "slack_api_url": f"{where}/slack/api/",
        "freshdesk_url": f"{where}/freshdesk",
        "freshdesk_api_key": "sandbox-admin-key",
        "calendly_url": f"{where}/calendly",
        "calendly_token": "sandbox-calendly-token",
        "google_client_id": "sandbox-google-client",
        "google_client_secret": "sandbox-google-secret",
        "google_refresh_token": "sandbox-google-refresh",
        "google_token_url": f"{where}/google/token",
        "google_drive_id": "0ASandboxTeamDrivePVA",
        "google_api_url": f"{where}/google/",
        "data_folder": folder,
        "clock_file": folder.parent / "sandbox" / "clock.json",
        "team": replace(
            team,
            ticket_link=f"{where}/?tab=helpdesk&ticket={{ticket}}",
            mail_link=f"{where}/?tab=inbox&address={{address}}",
            agreements_folder="1SandboxAgreements",
            templates_folder="1SandboxTemplates",
        ),
    }
    return Settings(**(given | changed))


@dataclass(frozen=True)
class Office:
    """A running sandbox and assistant. Each test brings its own organisation and addresses."""

    sandbox: Sandbox
    assistant: Assistant
    disk: SmallDisk

    @property
    def store(self) -> TinyDBLeadStore:
        store = self.assistant.context.store
        assert isinstance(store, TinyDBLeadStore)
        return store

    def file_of(self, lead: Lead) -> Path:
        """Where the assistant keeps a lead."""
        sandbox = self.sandbox.world.data
        assert sandbox is not None
        return sandbox.parent / "data" / "leads" / f"{lead.id}.json"

    def person(self, user: str = "U01DAMIAN") -> Person:
        return Person(self.sandbox, user)

    def new_address(self, who: str = "ada") -> str:
        """An address at an organisation that no other test uses."""
        return f"{who}@org{next(_numbers)}.example"

    def mails_to(self, address: str) -> list[Any]:
        """What lies in somebody's inbox."""
        answer = self.person().http.get(self.sandbox.url(f"/inbox/{address}"))
        return list(answer.json().get("mails", [])) if answer.status_code == 200 else []

    def tickets_of(self, address: str) -> list[Any]:
        """The helpdesk's tickets requested by `address`, as its people see them."""
        found = self.person().http.get(self.sandbox.url("/helpdesk")).json()["tickets"]
        return [ticket for ticket in found if ticket["requester"]["email"] == address]

    def lead_of(self, address: str) -> Lead | None:
        found = self.store.find_by_address(address)
        return self.store.get(found.id) if found else None

    def plan(self, person: Person, text: str) -> View:
        """Type /hail-lead and wait for the plan, the form or whatever replaces "loading"; what another test left on
        the screen is put away."""
        if person.look()["modal"] is not None:
            person.close(everything=True)
        assert person.command(CHANNEL, f"/hail-lead {text}".strip())["outcome"] == "ok"
        return person.modal(where=is_loaded)

    def hail(self, person: Person, text: str) -> Message:
        """The whole way: command, Send, Send now; the result line in the lead's thread."""
        self.plan(person, text)
        assert person.submit()["outcome"] == "ok"
        return self.send_now(person, text.split()[0])

    def send_now(self, person: Person, address: str) -> Message:
        """Press Send now on the private notice, and wait for the end in the lead's thread."""
        self.press_send_now(person, address)
        return self.wait_for_end(person, address)

    def press_send_now(self, person: Person, address: str) -> None:
        """Press it on the private notice, or on the progress message where one is in the lead's thread; both change
        under one's fingers."""

        def waits(message: Message) -> bool:
            return address in person.text_of(message) and "Send now" in person.buttons(message)

        def pressed() -> bool:
            part = part_about(person.wait_for(CHANNEL, waits), address)
            return bool(person.press("Send now", part)["outcome"] == "ok")

        self.sandbox.wait_until(pressed)

    def waiting_notice(self, person: Person, address: str) -> Message:
        def fits(message: Message) -> bool:
            private = bool(message.get("is_ephemeral"))
            return private and address in person.text_of(message) and "Send now" in person.buttons(message)

        return person.wait_for(CHANNEL, fits)

    def wait_for_end(self, person: Person, address: str, timeout: float = PATIENCE_SECONDS) -> Message:
        """The lead's progress message once it is no longer under way."""

        def fits(message: Message) -> bool:
            words = person.text_of(message)
            under_way = ":gear:" in words or ":hourglass" in words
            return (
                address in words
                and "thread_ts" in message
                and not under_way
                and message["ts"] != message["thread_ts"]
            )

        return person.wait_for(CHANNEL, fits, timeout)

    def carries_out(self, plan: Plan) -> Run:
        """Carry the plan out as far as it goes; how it ended."""
        engine.enqueue(plan, "U01DAMIAN", CHANNEL)

        def over() -> Run | None:
            run = self.store.run(plan.id)
            return run if run is not None and run.end not in (End.QUEUED, End.RUNNING) else None

        run: Run = self.sandbox.wait_until(over)
        return run

    def card_of(self, person: Person, address: str) -> Message:
        """The lead's card in the channel."""
        return person.wait_for(
            CHANNEL,
            lambda message: address in person.text_of(message) and "More…" in person.buttons(message),
        )


def part_about(message: Message, address: str) -> Message:
    """Of a notice about several leads, the buttons below the line about one of them."""
    rows = message["blocks"]
    about = next(n for n, block in enumerate(rows) if address in Person.text_of(block))
    return message | {"blocks": [rows[about + 1]]}


def is_loaded(view: View) -> bool:
    return ":hourglass_flowing_sand:" not in Person.text_of(view)


@contextlib.contextmanager
def open_office(
    folder: Path, team: Team = TEAM, prepare: Callable[[Sandbox], None] | None = None
) -> Iterator[Office]:
    """Start both; only one at a time in a process (the engine is one)."""
    with running_sandbox(manifest(), folder / "sandbox") as sandbox:
        if prepare is not None:
            prepare(sandbox)
        settings = settings_for(sandbox, folder / "data", team)
        disk = SmallDisk()
        disk.free = ENOUGH
        assistant = Assistant(settings, TinyDBLeadStore(settings.data_folder, files=disk))
        assistant.start()
        try:
            yield Office(sandbox, assistant, disk)
        finally:
            assistant.stop()
