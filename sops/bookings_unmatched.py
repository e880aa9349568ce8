"""Bookings that belong to no lead we know: one message in the team's channel each, until somebody says whose it is.

They are remembered as a workspace value, for there is no lead to remember them at.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from services.calendly_records import Invitee, ScheduledEvent
from sops import blocks
from sops.blocks import Block, escape
from sops.bookings_said import moment
from sops.context import Context, here

KEPT = "unmatched_bookings"
"""The workspace value."""
MESSAGE = "unmatched_booking"
"""The metadata by which the message is found again."""
_FORGOTTEN_AFTER = timedelta(days=7)
_changing = threading.RLock()


@dataclass(frozen=True)
class Unmatched:
    """`starts_at` is ISO 8601 in UTC; `ts` the message's, empty until it is known to be there. `uri` is Calendly's of
    the event."""

    uri: str
    name: str
    address: str
    starts_at: str
    ts: str = ""


def all_of(context: Context) -> list[Unmatched]:
    return [Unmatched(**each) for each in context.store.value(KEPT) or []]


def knows(uri: str) -> bool:
    """Whether the team was told of it (and the message is certainly there)."""
    return any(each.uri == uri and each.ts for each in all_of(here()))


def say(event: ScheduledEvent, invitees: Sequence[Invitee]) -> None:
    """Tell the team's channel, once: the intention before, and a look before any repeat."""
    if not invitees:
        return
    first = invitees[0]
    with _changing:
        known = next((each for each in all_of(here()) if each.uri == event.uri), None)
        one = known or Unmatched(event.uri, first.name, first.address, event.starts_at.isoformat())
        if known is None:
            _keep(one)
        slack = here().services.slack
        channel = slack.channel_id(here().team.channel)
        ts = slack.find(channel, MESSAGE, event.uri) if known is not None else None
        if ts is None:
            text = f"{escape(first.address)} booked a meeting"
            ts = slack.post(channel, text, render(one), kind=MESSAGE, key=event.uri)
        _keep(replace(one, ts=ts))


def cancelled(uri: str) -> None:
    """Say so in the message, where there is one."""
    _close(uri, "cancelled it")


def settle(uri: str, organisation: str) -> None:
    """It belongs to a lead now; the lead's thread says the rest."""
    _close(uri, f"belongs to *{escape(organisation)}*")


def render(one: Unmatched) -> list[Block]:
    """Who booked and when, and the two ways on."""
    words = f":calendar: {_who(one)} booked a meeting: *{_when(one)}*\nNo lead has this address."
    ways = blocks.actions(
        blocks.button("New lead", "booking_new_lead", one.uri, style="primary"),
        blocks.button("It belongs to a lead…", "booking_assign", one.uri),
    )
    return [blocks.section(words), ways]


def _close(uri: str, how: str) -> None:
    with _changing:
        one = next((each for each in all_of(here()) if each.uri == uri), None)
        if one is None:
            return
        slack = here().services.slack
        words = f":calendar: {_who(one)} booked a meeting: {_when(one)} · {how}"
        if one.ts:
            channel = slack.channel_id(here().team.channel)
            slack.update(channel, one.ts, f"{escape(one.address)} {how}", [blocks.section(words)])
        _drop(uri)


def _who(one: Unmatched) -> str:
    return f"*{escape(blocks.cut(one.name or one.address, 200))}* ({escape(one.address)})"


def _when(one: Unmatched) -> str:
    return moment(datetime.fromisoformat(one.starts_at))


def _keep(one: Unmatched) -> None:
    """Add or replace it; those long over are forgotten."""
    oldest = (here().clock.now() - _FORGOTTEN_AFTER).isoformat()
    others = [each for each in all_of(here()) if each.uri != one.uri and each.starts_at > oldest]
    here().store.set_value(KEPT, [asdict(each) for each in (*others, one)])


def _drop(uri: str) -> None:
    here().store.set_value(KEPT, [asdict(each) for each in all_of(here()) if each.uri != uri])
