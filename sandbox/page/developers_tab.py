"""For developers: what goes over the wire, things that go wrong on purpose, the clock, the connections."""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sandbox.freshdesk import FAULT_KINDS
from sandbox.page.people import Person
from sandbox.page.templating import render
from sandbox.traffic import Exchange
from sandbox.world import World

SYSTEMS = ("slack", "socket", "freshdesk", "calendly", "google")
SHOWN_AT_MOST = 120
STEPS = (("+1 minute", 60), ("+1 hour", 3_600), ("+1 day", 86_400), ("+30 days", 30 * 86_400))
KINDS: dict[str, str] = {
    "429": "429, too many requests",
    "500": "500, internal error",
    "502": "502, bad gateway",
    "lost_before": "connection lost before anything happened",
    "lost_after": "it happened, but the answer is lost",
    "delay": "slow answer",
    "hold_before": "held before it happens",
    "hold_after": "held after it happened",
    **FAULT_KINDS,
}


@dataclass(frozen=True)
class Preset:
    """A fault one press away."""

    words: str
    body: dict[str, Any]


_MAIL = {"system": "freshdesk", "name": "POST */outbound_email", "times": 1}
PRESETS = (
    Preset("The next mail's answer is lost", _MAIL | {"kind": "lost_after"}),
    Preset("The next mail never arrives at the helpdesk", _MAIL | {"kind": "lost_before"}),
    Preset("The helpdesk is busy for the next mail", _MAIL | {"kind": "429", "seconds": 5}),
    Preset("The helpdesk is down", {"system": "freshdesk", "name": "*", "kind": "502", "times": 0}),
    Preset(
        "Slack refuses the next 3 posts",
        {"system": "slack", "name": "chat.postMessage", "kind": "429", "times": 3, "seconds": 1},
    ),
)


@dataclass(frozen=True)
class Line:
    """One exchange in the table."""

    exchange: Exchange
    detail: str


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab; `rest` is the system whose traffic is shown, "" for all."""
    context = _traffic(world, rest) | _faults(world) | _clock(world) | _connections(world)
    return render("developers.html", me=me, systems=SYSTEMS, kinds=KINDS, presets=PRESETS, **context)


def traffic_fragment(world: World, system: str) -> Markup:
    """The table of exchanges, newest first."""
    return render("traffic.html", **_traffic(world, system))


def faults_fragment(world: World) -> Markup:
    """The faults that are on."""
    return render("faults.html", **_faults(world))


def clock_fragment(world: World) -> Markup:
    """What time it is in the sandbox."""
    return render("dev_clock.html", **_clock(world))


def connections_fragment(world: World) -> Markup:
    """How many Socket Mode connections the assistant holds."""
    return render("connections.html", **_connections(world))


def _traffic(world: World, system: str) -> dict[str, Any]:
    system = system if system in SYSTEMS else ""
    recent = world.traffic.recent(SHOWN_AT_MOST, system or None)
    lines = [
        Line(each, json.dumps(each.request, indent=1, ensure_ascii=False, default=str))
        for each in reversed(recent)
    ]
    return {"lines": lines, "system": system}


def _faults(world: World) -> dict[str, Any]:
    held = {each.id for each in world.faults.held()}
    return {"faults": world.faults.all(), "held": held, "words": KINDS}


def _connections(world: World) -> dict[str, Any]:
    return {"connections": len(world.slack.connections)}


def _clock(world: World) -> dict[str, Any]:
    return {"now": world.clock.now(), "offset": world.clock.offset_seconds, "steps": STEPS}
