"""Who the crash tests of the lead phase are played by: Damian, the sandbox, and an assistant that is killed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bot.manifest import manifest
from store.plan import End
from tests.crash_crew import HURRY, NOT_SENT
from tests.held_assistant import HeldAssistant
from tests.lead_phase_outcome import MEETING, MISSED, NOTES, REPLY, RETRACTION, UPDATE, Case, mails, run_of
from tests.office import CHANNEL, is_loaded
from tests.workspace import PATIENCE_SECONDS, Message, Person, Sandbox, View, running_sandbox

ENDED = (End.DONE, End.FAILED, End.UNKNOWN, End.NEEDS_PERSON)
_POLL = 0.1


class Crew:
    """Damian at the screen; the assistant is killed and started again on one data folder."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.damian = Person(sandbox, "U01DAMIAN")
        self._folder = folder
        self.assistant = HeldAssistant(sandbox, folder, HURRY)

    def passed(self, case: Case) -> list[str]:
        """Where the steps of this lead's run ended, in order: `create_folder.acted`, `create_folder.recorded` …"""
        lines = [line.split() for line in (self._folder / "passed").read_text().splitlines()]
        own = [boundary.split(".") for who, boundary in lines if who == case.address]
        steps = [(step, side) for sop, step, side in own if sop == case.sop and step != "enqueue"]
        return [f"{step}.{side}" for step, side in steps if side != "starting"]

    def hold_and_kill(self, cases: list[Case]) -> None:
        """Confirm each case's plan, wait until all stand at their boundaries, and kill the assistant. Calls that
        are held come last: the assistant gives up waiting for their answers after a while."""
        self._hold(cases)
        for case in sorted(cases, key=lambda case: case.call is not None):
            self.confirm(case)
        self._wait_until_none(lambda: [case for case in cases if not self._is_held(case)], "never held")
        self.assistant.kill()
        faults = self.sandbox.world.faults
        self.sandbox.wait_until(lambda: not faults.held())
        for case in cases:
            if case.fault is not None:
                faults.remove(case.fault.id)
        self._hold([])

    def confirm(self, case: Case) -> None:
        """The way to the plan, and its button; the call that is to be held is held from then on."""
        view = WAYS[case.procedure](self, case)
        case.plan = json.loads(view["private_metadata"])["plans"][0][0]
        if case.call is not None:
            name, match = case.told(case.call.name), case.told(case.call.match)
            faults = self.sandbox.world.faults
            case.fault = faults.add(case.call.system, name, f"hold_{case.side}", match=match)
        answer = self.damian.submit(view=view)["outcome"]
        if answer == "operation_timeout":
            # The machine stood still for Slack's three seconds; it is under way.
            self.sandbox.wait_until(lambda: self._end(case) is not None)
            self.damian.close(everything=True)
        else:
            assert answer == "ok"

    def wait_for_end(self, cases: list[Case]) -> None:
        def under_way() -> list[Case]:
            return [case for case in cases if self._end(case) not in ENDED]

        self._wait_until_none(under_way, "still under way")

    def answer(self, cases: list[Case]) -> None:
        """What a person does about those that stopped: say what the inbox shows, or press Retry. What the tick has
        found by itself meanwhile needs nobody."""
        for case in cases:
            self.sandbox.wait_until(partial(self._needs_nobody, case))

    def _needs_nobody(self, case: Case) -> bool:
        """Answered now, or found by itself."""
        if self._end(case) is End.DONE:
            return True
        truth = "Check again" if mails(self.sandbox, case) else NOT_SENT
        button = truth if self._end(case) is End.UNKNOWN else "Retry"
        asking = [one for one in self.damian.messages(CHANNEL) if _asks(one, case, button)]
        if not asking:
            return False
        case.ended = f"after “{button}”"
        self.damian.press(button, asking[-1] | {"channel": CHANNEL})
        return True

    def in_thread(self, case: Case, button: str) -> Message:
        """The message of this lead's thread that has this button."""

        return self.damian.wait_for(CHANNEL, lambda message: _asks(message, case, button))

    def form(self, submit: str) -> View:
        """The modal on the screen, once its button has these words."""
        return self.damian.modal(where=lambda view: (view.get("submit") or {}).get("text") == submit)

    def from_lead(self, case: Case, button: str) -> None:
        """Open the lead, and press one of its buttons."""
        self.damian.command(CHANNEL, f"/partnerships {case.address}")
        self.damian.modal(where=lambda view: button in Person.buttons(view))
        self.damian.press(button)

    def _hold(self, cases: list[Case]) -> None:
        fresh = self._folder / "hold.new"
        fresh.write_text("\n".join(case.address for case in cases if case.call is None))
        fresh.rename(self._folder / "hold")

    def _is_held(self, case: Case) -> bool:
        if case.fault is not None:
            return case.fault in self.sandbox.world.faults.held()
        return (self._folder / "held" / case.address).exists()

    def _end(self, case: Case) -> End | None:
        run = run_of(self.assistant.data, case)
        return run.end if run is not None else None

    def _wait_until_none(self, left: Callable[[], list[Case]], words: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while found := left():
            named = [(case.procedure, case.boundary, self._end(case)) for case in found]
            assert time.monotonic() < until, f"{words}: {named}; {self.assistant.output()}"
            time.sleep(_POLL)


def _asks(message: Message, case: Case, button: str) -> bool:
    return message.get("thread_ts") == case.thread and button in Person.buttons(message)


@contextmanager
def running_crew(folder: Path) -> Iterator[Crew]:
    """The crew while the block runs; the assistant is not started yet."""
    with running_sandbox(manifest(), folder / "sandbox") as sandbox:
        crew = Crew(sandbox, folder / "assistant")
        try:
            yield crew
        finally:
            crew.assistant.close()


def _to_notes(crew: Crew, case: Case) -> View:
    crew.damian.command(CHANNEL, f"/running-notes {case.address}")
    crew.damian.submit(view=crew.form("Show the plan"))
    return crew.form("Let 1 outsider edit")


def _to_update(crew: Crew, case: Case) -> View:
    crew.damian.command(CHANNEL, f"/lead-update {case.address}")
    crew.damian.submit({"What happened?": case.words, "For whom?": "notes"}, view=crew.form("Go on"))
    return crew.form("Show it to 1 outsider")


def _to_retraction(crew: Crew, case: Case) -> View:
    crew.damian.press("Take it back", crew.in_thread(case, "Take it back"))
    return crew.form("Take it back")


def _to_reply(crew: Crew, case: Case) -> View:
    crew.from_lead(case, "Reply")
    crew.damian.submit({"Your reply": case.words}, view=crew.form("Preview"))
    return crew.form("Send to 1 outsider")


def _to_log(crew: Crew, case: Case) -> View:
    crew.from_lead(case, "Log meeting")
    said = {"For the running notes": case.words, "verbal": "Yes"}
    crew.damian.submit(said, view=crew.form("Preview"))
    return crew.damian.modal("Log meeting", where=lambda view: is_loaded(view) and _is_plan(view))


def _to_log_a_missed_one(crew: Crew, case: Case) -> View:
    crew.from_lead(case, "Log meeting")
    said = {"How did it go?": "They did not come", "What happened, for the team": case.words}
    crew.damian.submit(said, view=crew.form("Preview"))
    return crew.damian.modal("Log meeting", where=lambda view: is_loaded(view) and _is_plan(view))


def _is_plan(view: View) -> bool:
    return "plans" in json.loads(view.get("private_metadata") or "{}")


WAYS: Mapping[str, Callable[[Crew, Case], View]] = {
    NOTES: _to_notes,
    UPDATE: _to_update,
    RETRACTION: _to_retraction,
    REPLY: _to_reply,
    MEETING: _to_log,
    MISSED: _to_log_a_missed_one,
}
"""How Damian comes to the plan of each procedure."""
