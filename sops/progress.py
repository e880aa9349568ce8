"""What people see of a run: one message in the lead's thread, edited in place; and the lead's card.

Best effort and coalesced: a thread of its own shows the latest state, so Slack never slows or fails a run.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from services.errors import Busy, Refused, ServiceError
from sops import card, home, in_thread, meetings, pause_post, progress_message
from sops.context import Context, here
from sops.ends import Stop
from sops.in_thread import Mark
from store.lead import Lead
from store.plan import End, Run, StepLine
from store.ports import NoSuchLead

log = logging.getLogger(__name__)

PROGRESS = "assistant_progress"
"""The metadata by which a progress message is found again."""
_PAUSE_SECONDS = 1.0
"""At most one edit of one message in this time (Slack allows about one post a second in a channel)."""


class Progress:
    """Thread-safe. `begin`, `step` and `finish` are called by the engine, the others by anyone."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, StepLine]] = {}
        self._due: dict[tuple[str, str], float] = {}
        self._wake = threading.Condition()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def start(self, context: Context) -> None:
        """Begin to show; what a crash left unshown is shown now."""
        for run in context.store.open_runs():
            if run.shown < run.changes:
                self.show(run.plan_id)
        if pause_post.is_due(context):
            self.brakes()
        self._thread = threading.Thread(target=self._loop, name="progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def begin(self, plan_id: str) -> bool:
        """The run starts or goes on; False when it was cancelled."""
        self._lines[plan_id] = {}
        run = here().store.update_run(
            plan_id, lambda run: run if run.end is End.CANCELLED else replace(run, end=End.RUNNING)
        )
        return run.end is End.RUNNING

    def step(self, plan_id: str, name: str, title: str, state: str, note: str = "") -> None:
        self._lines.setdefault(plan_id, {})[name] = StepLine(name, title, state, note)
        self.show(plan_id)

    def finish(self, plan_id: str, end: End, *, words: str = "", stopped: Stop | None = None) -> Run:
        """Keep how the run ended, and show it, also on the lead's card."""
        lines = tuple(self._lines.pop(plan_id, {}).values())

        def change(run: Run) -> Run:
            return replace(
                run,
                end=end,
                steps=lines,
                words=stopped.words if stopped else words,
                outside=stopped.outside if stopped else "",
                not_outside=stopped.not_outside if stopped else "",
                reason=stopped.reason if stopped else "",
                changes=run.changes + 1,
            )

        run = here().store.update_run(plan_id, change)
        self.show(plan_id)
        return run

    def show(self, plan_id: str) -> None:
        """The progress message of this plan is to be shown again."""
        self._mark(("run", plan_id))

    def card(self, lead_id: str) -> None:
        """The card of this lead is to be rendered again from its state."""
        self._mark(("card", lead_id))

    def home(self, *users: str) -> None:
        """The Home tabs of these people are to be rendered again, where they have ever opened one."""
        for user in home.shown_to(here(), users):
            self._mark(("home", user))

    def brakes(self) -> None:
        """Sending was paused or resumed: the channel and the Home tabs are to say so."""
        self._mark(("brakes", ""))

    def _mark(self, what: tuple[str, str], delay: float = 0.0) -> None:
        with self._wake:
            self._due.setdefault(what, time.monotonic() + delay)
            self._wake.notify_all()

    def _loop(self) -> None:
        last: dict[tuple[str, str], float] = {}
        while True:
            with self._wake:
                what = self._next(last)
                if self._stopped:
                    return
                if what is None:
                    continue
                del self._due[what]
            now = time.monotonic()
            last = {one: at for one, at in last.items() if now - at < _PAUSE_SECONDS} | {what: now}
            self._show_one(what)

    def _next(self, last: dict[tuple[str, str], float]) -> tuple[str, str] | None:
        """What may be shown now; waits when that is nothing."""
        now = time.monotonic()
        soonest: tuple[float, tuple[str, str]] | None = None
        for what, due in self._due.items():
            at = max(due, last.get(what, 0.0) + _PAUSE_SECONDS)
            if soonest is None or at < soonest[0]:
                soonest = (at, what)
        if soonest is not None and soonest[0] <= now:
            return soonest[1]
        self._wake.wait(None if soonest is None else soonest[0] - now)
        return None

    def _show_one(self, what: tuple[str, str]) -> None:
        kind, name = what
        try:
            if kind == "run":
                self._show_run(name)
            elif kind == "home":
                home.publish(here(), name)
            elif kind == "brakes":
                self._show_brakes()
            else:
                self._show_card(name)
        except Busy as busy:
            self._mark(what, busy.retry_after)
        except Refused as error:
            log.warning("Slack will not show %s %s, and will not later: %s", kind, name, error)
        except ServiceError as error:
            log.warning("Could not show %s %s: %s", kind, name, error)
            self._mark(what, 10.0)
        except Exception:
            log.exception("Could not show %s %s", kind, name)

    def _show_run(self, plan_id: str) -> None:
        run = here().store.run(plan_id)
        if run is None:
            return
        if run.end is End.RUNNING:
            run = replace(run, steps=tuple(self._lines.get(plan_id, {}).values()))
        lead = _lead(run.lead_id)
        if lead is not None and lead.thread is not None:
            mark = Mark(PROGRESS, run.plan_id, f"{run.plan_id}:progress")
            shown = progress_message.render(here(), run)
            in_thread.show(lead.id, lead.thread, mark, progress_message.summary(run), shown)
        elif run.end not in {End.QUEUED, End.RUNNING, End.DONE, End.CANCELLED}:
            blocks = progress_message.render(here(), run)
            here().services.slack.whisper(run.channel, run.by, progress_message.summary(run), blocks)
        elif run.end in {End.QUEUED, End.RUNNING}:
            return
        if run.shown < run.changes:
            self._show_card(run.lead_id)
            self.home(run.by)
            here().store.update_run(plan_id, lambda now: replace(now, shown=max(now.shown, run.changes)))

    def _show_brakes(self) -> None:
        pause_post.show(here())
        self.home(*here().services.slack.members(here().services.slack.channel_id(here().team.channel)))

    def _show_card(self, lead_id: str) -> None:
        """With it the Home tab of its owner, which shows the lead too, and what its meetings still ask."""
        card.refresh(here(), lead_id)
        lead = _lead(lead_id)
        if lead is not None:
            self.home(lead.owner)
            meetings.show_logged(lead)


def _lead(lead_id: str) -> Lead | None:
    try:
        return here().store.get(lead_id)
    except NoSuchLead:
        return None
