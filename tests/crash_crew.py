"""Who the crash tests are played by: a person, the sandbox, and an assistant that is killed and started again."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.faults import Fault
from tests.hail_outcome import Desk, Outcome, outcomes
from tests.held_assistant import HeldAssistant
from tests.office import CHANNEL, is_loaded
from tests.processes import TEAM
from tests.workspace import PATIENCE_SECONDS, Message, Person, Sandbox, View

NOT_SENT, CHECK = "It was not, send now", "Check again"
HURRY = {**TEAM, "cancel_seconds": 0.1}
POLL_SECONDS = 0.1
SLOW_SECONDS = 1.5
MAIL, NOTE = "POST */outbound_email", "POST */notes"


@dataclass(frozen=True)
class Write:
    """A kind of outside write: how its call is named, and words that only its request for this lead has.
    `alone`: made by the one thread that shows progress, so only one can be held at a time. `slow`: the calls
    that have to take long for this one to be made (progress is shown once a second)."""

    words: str
    system: str
    name: str
    match: str
    alone: bool = False
    slow: tuple[str, ...] = ()


WRITES = (
    Write("the private notice", "slack", "chat.postEphemeral", "{address}"),
    Write("the card", "slack", "chat.postMessage", "{organisation}: Lead"),
    Write("the mail", "freshdesk", MAIL, "{address}"),
    Write("the private note", "freshdesk", NOTE, "{address}"),
    Write("the progress message", "slack", "chat.postMessage", "{plan}", alone=True),
    Write("its edit under way", "slack", "chat.update", "to {address}", alone=True, slow=(MAIL, NOTE)),
    Write("its result line", "slack", "chat.update", "Hailed {address}", alone=True, slow=(MAIL,)),
    Write("the card's edit", "slack", "chat.update", "{organisation}: Lead", alone=True),
)


@dataclass
class Case:
    """A lead that is held at one boundary."""

    boundary: str
    address: str
    plan: str = ""
    write: Write | None = None
    side: str = ""
    faults: list[Fault] = field(default_factory=list)
    ended: str = "by itself"

    @property
    def organisation(self) -> str:
        return self.address.partition("@")[2].partition(".")[0].upper()

    def match(self, write: Write) -> str:
        """The words by which this lead's call is known."""
        return write.match.format(address=self.address, organisation=self.organisation, plan=self.plan)


class AssistantGone(Exception):
    """The assistant was killed while somebody waited for it."""


class Crew:
    """A person, the sandbox, and the assistant that is killed and started again on one data folder."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.damian = Person(sandbox, "U01DAMIAN")
        self.assistant = HeldAssistant(sandbox, folder, HURRY)
        self._numbers = itertools.count(1)

    def new_case(self, boundary: str, local: str = "", **given: Any) -> Case:
        return Case(boundary, f"{local or boundary}@h{next(self._numbers)}.example", **given)

    def passed(self, address: str) -> list[str]:
        """The boundaries this lead has passed, in order, each once."""
        lines = [line.split() for line in (self.folder / "passed").read_text().splitlines()]
        return list(dict.fromkeys(boundary for who, boundary in lines if who == address))

    def hold(self, cases: list[Case]) -> None:
        """Have the assistant hold these leads, at the boundaries their addresses name."""
        fresh = self.folder / "hold.new"
        fresh.write_text("\n".join(case.address for case in cases))
        fresh.rename(self.folder / "hold")

    def plan(self, cases: list[Case]) -> View:
        """Type the command, and wait for the plan. Raises AssistantGone when it was killed meanwhile."""
        self.put_away()
        lines = "\n".join(case.address for case in cases)
        self.damian.command(CHANNEL, f"/hail-lead {lines}")
        self.sandbox.wait_until(lambda: self._plan_on_screen() or not self.assistant.alive)
        view = self._plan_on_screen()
        if view is None:
            raise AssistantGone
        for case, (plan_id, _) in zip(cases, json.loads(view["private_metadata"])["plans"], strict=True):
            case.plan = plan_id
        return view

    def _plan_on_screen(self) -> View | None:
        view: View | None = self.damian.look()["modal"]
        return view if view is not None and view["submit"] and is_loaded(view) else None

    def put_away(self) -> None:
        """Close what an earlier kill left open."""
        if self.damian.look()["modal"] is not None:
            self.damian.close(everything=True)

    def hold_write(self, case: Case) -> None:
        """Have the sandbox hold this lead's call, on one side of its effect."""
        write = case.write
        assert write is not None
        faults = self.sandbox.world.faults
        self.slow_down(case, write.slow)
        kind = f"hold_{case.side}"
        case.faults.append(faults.add(write.system, write.name, kind, match=case.match(write)))

    def slow_down(self, case: Case, calls: tuple[str, ...]) -> None:
        """Have these calls of Freshdesk take long for this lead."""
        for name in calls:
            case.faults.append(
                self.sandbox.world.faults.add(
                    "freshdesk", name, "delay", match=case.address, seconds=SLOW_SECONDS
                )
            )

    def is_held(self, case: Case) -> bool:
        if case.write is None:
            return (self.folder / "held" / case.address).exists()
        return case.faults[-1] in self.sandbox.world.faults.held()

    def wait_until_held(self, cases: list[Case]) -> None:
        def missing() -> list[str]:
            return [case.boundary for case in cases if not self.is_held(case)]

        self._wait_until_none(missing, "never held", PATIENCE_SECONDS)

    def kill(self, cases: list[Case]) -> None:
        """Kill the assistant; what the sandbox holds then never takes effect, or has had it."""
        self.assistant.kill()
        self.sandbox.wait_until(lambda: not self.sandbox.world.faults.held())
        for fault in [fault for case in cases for fault in case.faults]:
            self.sandbox.world.faults.remove(fault.id)
        self.hold([])

    def wait_for_end(self, cases: list[Case], timeout: float = PATIENCE_SECONDS) -> None:
        """Until each lead's thread says how it ended: hailed, or a question to a person."""

        def under_way() -> list[str]:
            desk = Desk(self.damian)
            return [case.address for case in cases if not _has_ended(desk.progress(case.address))]

        self._wait_until_none(under_way, "still under way", timeout)

    def asked(self, cases: list[Case]) -> list[Case]:
        """Those about which a person is asked."""
        desk = Desk(self.damian)
        return [
            case
            for case in cases
            if any(CHECK in Person.buttons(each) for each in desk.progress(case.address))
        ]

    def press(self, button: str, case: Case) -> None:
        """Once it is there: while the tick looks again, it is not."""

        def asking() -> list[Message]:
            shown = Desk(self.damian).progress(case.address)
            return [each for each in shown if button in Person.buttons(each)]

        found: list[Message] = self.sandbox.wait_until(asking)
        self.damian.press(button, found[-1] | {"channel": CHANNEL})

    def answer_truthfully(self, cases: list[Case]) -> list[Case]:
        """Say what the lead's inbox shows; the cases about which a person was asked. What ended well, or the tick has
        found by itself meanwhile, needs nobody."""
        return [case for case in cases if self.sandbox.wait_until(partial(self._answer, case)) == CHECK]

    def _answer(self, case: Case) -> str:
        """Answered now, or hailed; empty while the tick looks, when there is neither a button nor a result."""
        desk = Desk(self.damian)
        shown = desk.progress(case.address)
        asking = [each for each in shown if CHECK in Person.buttons(each)]
        if not asking:
            hailed = f"Hailed {case.address}"
            return hailed if any(hailed in Person.text_of(each) for each in shown) else ""
        answer = CHECK if desk.mails(case.address) else NOT_SENT
        case.ended = f"after “{answer}”"
        self.damian.press(answer, asking[-1] | {"channel": CHANNEL})
        return CHECK

    def settle(self, cases: list[Case], timeout: float = PATIENCE_SECONDS) -> list[Outcome]:
        """What the leads have come to, once that is what it should be, or after `timeout` seconds."""
        until = time.monotonic() + timeout
        while True:
            found = self.outcomes(cases)
            if not any(one.duplicates or one.lost for one in found) or time.monotonic() > until:
                return found
            time.sleep(POLL_SECONDS)

    def outcomes(self, cases: list[Case]) -> list[Outcome]:
        return outcomes(self.damian, self.assistant.data, [case.address for case in cases])

    def _wait_until_none(self, left: Callable[[], list[str]], words: str, timeout: float) -> None:
        until = time.monotonic() + timeout
        while found := left():
            assert time.monotonic() < until, f"{words}: {found}; {self.assistant.output()}"
            time.sleep(POLL_SECONDS)


def _has_ended(progress: list[Message]) -> bool:
    words = "\n".join(Person.text_of(each) for each in progress)
    return bool(words) and ":gear:" not in words and ":hourglass" not in words
