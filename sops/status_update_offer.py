"""A 📝 on a message only offers: what became of each offer, so that a reaction told twice offers once.

Kept as an effect of the lead (`detail`: state and when the reaction was given or taken away; the receipt: the plan).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sops.context import Context
from sops.status_update_plan import Source, UpdatePlan
from store.lead import Effect

MAKING, OFFERED, WITHDRAWN, WRITTEN = "making", "offered", "withdrawn", "written"
_NO_PLAN = "-"
_changing = threading.Lock()
_in_hand: set[tuple[str, str]] = set()
"""Offers that this process is making, by their key and time."""


@dataclass(frozen=True)
class Offer:
    """`at` is the event's `ts`: later ones count (Slack delivers events again, and in any order)."""

    state: str
    at: str
    plan_id: str


def offer_of(context: Context, lead_id: str, source: Source) -> Offer | None:
    """The newest offer for this message and person."""
    known = context.store.effect(lead_id, _key(source))
    if known is None or known.receipt is None:
        return None
    state, _, at = known.detail.partition(" ")
    return Offer(state, at, "" if known.receipt == _NO_PLAN else known.receipt)


@contextmanager
def making(context: Context, lead_id: str, source: Source, at: str) -> Iterator[bool]:
    """Somebody reacted: whether an offer is to be made and shown in this block. Not where this was told before, or is
    an older story; what a crash left half made, or not shown, is made when it is told again."""
    this = (_key(source), at)
    with _changing:
        known = offer_of(context, lead_id, source)
        mine = this not in _in_hand and (known is None or _is_news(known, at))
        if mine:
            _in_hand.add(this)
            _keep(context, lead_id, source, Offer(MAKING, at, ""))
    try:
        yield mine
        if mine:
            _shown(context, lead_id, source, at)
    finally:
        if mine:
            _in_hand.discard(this)


def _is_news(known: Offer, at: str) -> bool:
    return known.state != WRITTEN and (at > known.at or (known.state, known.at) == (MAKING, at))


def offered(context: Context, lead_id: str, source: Source, at: str, plan_id: str) -> bool:
    """The plan is ready to be shown; False when the reaction was taken away meanwhile."""
    with _changing:
        known = offer_of(context, lead_id, source)
        if known is None or (known.state, known.at) != (MAKING, at):
            return False
        _keep(context, lead_id, source, Offer(MAKING, at, plan_id))
        return True


def _shown(context: Context, lead_id: str, source: Source, at: str) -> None:
    """The person has been told, unless more became of it already."""
    with _changing:
        known = offer_of(context, lead_id, source)
        if known is not None and (known.state, known.at) == (MAKING, at):
            _keep(context, lead_id, source, Offer(OFFERED, at, known.plan_id))


def withdraw(context: Context, lead_id: str, source: Source, at: str) -> Offer | None:
    """The reaction was taken away: the offer as it stood before; None when there was none, or this is old."""
    with _changing:
        known = offer_of(context, lead_id, source)
        if known is None or at <= known.at or known.state == WITHDRAWN:
            return None
        state = WRITTEN if known.state == WRITTEN else WITHDRAWN
        _keep(context, lead_id, source, Offer(state, at, known.plan_id))
        return known


def renewed(context: Context, update: UpdatePlan, old_plan: str, new_plan: str) -> None:
    """A fresh plan takes the place of the one that was offered, unless that was withdrawn."""
    source = update.saying.source
    if source is None or not source.asked_by:
        return
    with _changing:
        known = offer_of(context, update.lead_id, source)
        if known is not None and known.state in (MAKING, OFFERED) and known.plan_id == old_plan:
            _keep(context, update.lead_id, source, Offer(known.state, known.at, new_plan))


def written(context: Context, update: UpdatePlan, plan_id: str, *, taken_back: bool = False) -> None:
    """The entry of the offered plan is in the notes, or was `taken_back`: then another 📝 offers anew."""
    source = update.saying.source
    if source is None or not source.asked_by:
        return
    with _changing:
        known = offer_of(context, update.lead_id, source)
        at = known.at if known is not None else source.ts
        state = WITHDRAWN if taken_back else WRITTEN
        _keep(context, update.lead_id, source, Offer(state, at, plan_id))


def is_withdrawn(context: Context, update: UpdatePlan, plan_id: str) -> bool:
    """Whether the plan was made for a reaction that is gone."""
    source = update.saying.source
    if source is None or not source.asked_by:
        return False
    known = offer_of(context, update.lead_id, source)
    return known is None or known.state == WITHDRAWN or known.plan_id != plan_id


def _key(source: Source) -> str:
    return f"memo:{source.channel}:{source.ts}:{source.asked_by}"


def _keep(context: Context, lead_id: str, source: Source, offer: Offer) -> None:
    now = context.clock.now()
    detail, receipt = f"{offer.state} {offer.at}", offer.plan_id or _NO_PLAN
    context.store.receive(lead_id, Effect(_key(source), now, detail=detail, receipt=receipt, received_at=now))
