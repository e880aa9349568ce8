"""One step being tried: repeated where nothing had happened, done by a person instead, and its failures as data.

Knows nothing of the engine that remembers what came of it (`sops.engine`).
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from services.errors import Busy, ServiceError, Unreachable
from sops.context import here
from sops.ends import Failed, Standing, Stop, Unknown
from sops.in_words import in_words
from store.lead import Effect
from store.plan import Plan
from store.ports import NoSuchLead

log = logging.getLogger(__name__)

Json = dict[str, Any]
STANDINGS: dict[str, Callable[[str], Standing]] = {}
"""By procedure: what has left the organisation by now, from receipts and intentions alone."""
BY_HAND: set[str] = set()
"""The names of the steps that a person can do instead."""
_running = threading.local()


def of(plan: Plan) -> None:
    """The steps of this thread belong to `plan` from now on."""
    _running.sop, _running.lead = plan.sop, plan.lead_id


def attempt(
    body: Callable[[str], Json], plan_id: str, name: str, remember: Callable[[str], None] | None
) -> Json:
    """What the step `name` gave, or {"stop": …} where it ended the run. `remember` keeps what a person did."""
    done = _done_by_hand(plan_id, name)
    try:
        if done is not None:
            if remember is not None:
                remember(plan_id)
            return done
        return _repeated(lambda: body(plan_id))
    except Stop as stopped:
        return {"stop": standing_told(stopped, plan_id).to_json()}
    except ServiceError as error:
        return {"stop": standing_told(Failed(in_words(error)), plan_id).to_json()}
    except Exception:
        return {"stop": standing_told(unexpected(), plan_id).to_json()}


def _repeated(act: Callable[[], Json]) -> Json:
    team = here().team
    for tried in range(1, team.repeats + 1):
        try:
            return act()
        except Busy as busy:
            if tried == team.repeats or busy.retry_after > team.longest_wait_seconds:
                raise
            time.sleep(busy.retry_after)
        except Unreachable:
            if tried == team.repeats:
                raise
            time.sleep(min(0.5 * 2**tried, team.longest_wait_seconds))
    raise AssertionError("unreachable")


def unexpected() -> Failed:
    """The error being handled, for a person: it carries a token that is also in the log."""
    token = secrets.token_hex(3)
    log.exception("Unexpected error %s", token)
    return Failed(f"Something went wrong that should not have (reference {token}, also in the log).")


def standing_told(stop: Stop, plan_id: str) -> Stop:
    """`stop` with what left and what did not, where the step could not say it. A failure while it is not known
    whether something left is no failure but unknown: a failed run may be planned again."""
    if stop.outside or stop.not_outside:
        return stop
    standing = STANDINGS[_running.sop](plan_id)
    kind = Unknown if standing.unsettled else type(stop)
    return kind(stop.words, outside=standing.outside, not_outside=standing.not_outside, reason=stop.reason)


def may_be_done_by_hand(step_name: str) -> bool:
    """Whether a person can do this step in place of the assistant."""
    return step_name in BY_HAND


def settle_by_hand(plan_id: str, step_name: str, by: str, note: str) -> None:
    """Record that a person did (or accepted) this step; `retry` then goes on with the next one."""
    run = here().store.run(plan_id)
    if run is None:
        raise KeyError(plan_id)
    now = here().clock.now()
    key = _hand_key(plan_id, step_name)
    here().store.receive(run.lead_id, Effect(key, now, detail=by, receipt=note or "-", received_at=now))


def by_hand(plan_id: str, step_name: str) -> Effect | None:
    """Within a run: who did this step in place of the assistant (`detail`), and what they said (`receipt`)."""
    try:
        known = here().store.effect(_running.lead, _hand_key(plan_id, step_name))
    except NoSuchLead:
        return None
    return known if known is not None and known.receipt is not None else None


def _done_by_hand(plan_id: str, step_name: str) -> Json | None:
    known = by_hand(plan_id, step_name)
    if known is None:
        return None
    return {"state": "by hand", "note": f"by <@{known.detail}>"}


def _hand_key(plan_id: str, step_name: str) -> str:
    return f"{plan_id}:{step_name}:by-hand"
