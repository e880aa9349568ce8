"""Doing a thing outside once: the intention before, the receipt after, and a look before any repeat.

A key names the effect, not the run, so any later attempt adopts what an earlier one made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from sops.context import here
from sops.ends import Unknown
from store.lead import Effect, Event, Lead

Look = Callable[[], str | None]
"""Looks for the effect over there; its receipt, or None when it is not there."""
BY_HAND = "by hand"
"""The receipt of an effect that a person made in place of the assistant."""
NOTHING_HAPPENED = (Refused, Busy, Unreachable)
"""The errors after which the effect is certainly not there."""


@dataclass(frozen=True)
class Following:
    """What follows from a receipt for the lead, and is written down with it."""

    change: Callable[[Lead], Lead] = lambda lead: lead
    events: tuple[Event, ...] = ()


Follow = Callable[[str], Following]
"""Receipt in."""


def _nothing() -> None:
    """Nothing stands in the way."""


def once(
    lead_id: str,
    key: str,
    act: Callable[[], str],
    look: Look,
    *,
    before_act: Callable[[], None] = _nothing,
    follow: Follow | None = None,
) -> tuple[str, str]:
    """Make sure of an effect that may safely be repeated when a look does not find it.

    Gives ("done" | "found", receipt). The look is made only where the effect may exist: after an intention
    without a receipt, or an answer that got lost. `before_act` may raise what forbids the act; it is asked right
    before each act, so never about an effect that exists. An intention outlives an error only while it is not known
    what became of it: a look that could not be made leaves it, a definite refusal of the act takes it away.
    """

    def acted() -> str:
        before_act()
        return _acted(lead_id, key, act, follow)

    receipt = _adopt(lead_id, key, look, follow)
    if receipt is not None:
        return "found", receipt
    try:
        return "done", acted()
    except OutcomeUnknown:
        receipt = _adopt(lead_id, key, look, follow)
    return "done", receipt if receipt is not None else acted()


def _acted(lead_id: str, key: str, act: Callable[[], str], follow: Follow | None) -> str:
    _intend(lead_id, key)
    try:
        receipt = act()
    except NOTHING_HAPPENED:
        here().store.forget(lead_id, key)
        raise
    receive(lead_id, key, receipt, follow(receipt) if follow else None)
    return receipt


def at_most_once(
    lead_id: str, key: str, act: Callable[[], str], look: Look, unknown: Callable[[], Unknown]
) -> tuple[str, str]:
    """Make sure of an effect that must never happen twice: an e-mail.

    After an unknown outcome it is looked for; when the looks do not find it, or cannot be made, raises
    `unknown()` and nothing is repeated until a person clears the intention.
    """
    known = here().store.effect(lead_id, key)
    if known is not None and known.receipt is not None:
        return "found", known.receipt
    if known is None:
        _intend(lead_id, key)
        try:
            receipt = act()
        except OutcomeUnknown:
            return _look_patiently(lead_id, key, look, unknown, here().team.look_again_seconds)
        except NOTHING_HAPPENED:
            here().store.forget(lead_id, key)
            raise
        receive(lead_id, key, receipt)
        return "done", receipt
    return _look_patiently(lead_id, key, look, unknown, pauses=(0.0,))


def made_by_hand(lead_id: str, key: str) -> None:
    """A person made this effect: nothing does so again. A receipt already there is kept."""
    known = here().store.effect(lead_id, key)
    if known is None or known.receipt is None:
        receive(lead_id, key, BY_HAND)


def _look_patiently(
    lead_id: str, key: str, look: Look, unknown: Callable[[], Unknown], pauses: Iterable[float]
) -> tuple[str, str]:
    """Look after each of `pauses` (seconds); a look that fails is as undecided as one that finds nothing."""
    failed: ServiceError | None = None
    for pause in pauses:
        time.sleep(pause)
        try:
            receipt = look()
        except ServiceError as error:
            failed = error
            continue
        if receipt is not None:
            receive(lead_id, key, receipt)
            return "found", receipt
    raise unknown() from failed


def _adopt(lead_id: str, key: str, look: Look, follow: Follow | None) -> str | None:
    """The receipt of what may exist, by our record or a look over there. None when it does not: then there is no
    intention any more either."""
    known = here().store.effect(lead_id, key)
    if known is None:
        return None
    if known.receipt is not None:
        return known.receipt
    receipt = look()
    if receipt is None and _still_on_its_way(known):
        receipt = look()
    if receipt is None:
        here().store.forget(lead_id, key)
    else:
        receive(lead_id, key, receipt, follow(receipt) if follow else None)
    return receipt


def _still_on_its_way(known: Effect) -> bool:
    """A request that a crash, or a lost connection, left in the air may still arrive: wait until it would have."""
    age = (here().clock.now() - known.intended_at).total_seconds()
    left = here().team.settle_seconds - age
    if not 0 < left <= here().team.settle_seconds:
        return False
    time.sleep(left)
    return True


def _intend(lead_id: str, key: str) -> None:
    here().store.intend(lead_id, Effect(key, here().clock.now()))


def receive(lead_id: str, key: str, receipt: str, following: Following | None = None) -> None:
    """Write the receipt down, and in the same write what follows from it."""
    now = here().clock.now()
    effect = Effect(key, now, receipt=receipt, received_at=now)
    if following is None:
        here().store.receive(lead_id, effect)
    else:
        here().store.update(lead_id, following.change, *following.events, receipt=effect)
