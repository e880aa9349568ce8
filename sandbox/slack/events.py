"""Events: which the app hears, their envelope, and their redelivery.

Source: https://docs.slack.dev/apis/events-api (retries at once, after one minute, after five)
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.slack.sockets import deliver
from sandbox.slack.workspace import APP_ID, BOT_USER, TEAM_ID, Channel

if TYPE_CHECKING:
    from sandbox.world import World

RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds on the sandbox's clock, after the attempt before
LOOK_EVERY = 0.2  # seconds of real time between two looks at a clock that may be moved

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def emit(world: World, subscription: str, event: dict[str, Any]) -> None:
    """Tell the app, if its manifest subscribes to `subscription` and holds a scope for it."""
    if not world.slack.manifest.hears(subscription):
        return
    payload = {
        "token": "sandbox-verification",
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(world.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(8)}",
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
    }
    world.slack.events.append(payload)
    world.slack.spawn(_deliver(world, payload))


def emit_message(world: World, channel: Channel, event: dict[str, Any]) -> None:
    """A message event, where the assistant is a member; `event` without channel and its type."""
    if BOT_USER in channel.members:
        placed = event | {"channel": channel.id, "channel_type": channel.kind}
        emit(world, MESSAGE_EVENTS[channel.kind], placed)


async def replay(world: World, event_id: str = "") -> bool:
    """Deliver an event again with the same event_id, as Slack does after a late ack; the newest by default."""
    for payload in reversed(world.slack.events):
        if event_id in ("", payload["event_id"]):
            retry = {"retry_attempt": 1, "retry_reason": "timeout"}
            await deliver(world, _name(payload), "events_api", payload, accepts=False, retry=retry)
            return True
    return False


async def _deliver(world: World, payload: dict[str, Any]) -> None:
    """The first attempt and up to three more; retry_attempt counts from 1, the first attempt has 0."""
    retry: dict[str, Any] = {"retry_attempt": 0, "retry_reason": ""}
    result = await deliver(world, _name(payload), "events_api", payload, accepts=False, retry=retry)
    for attempt, seconds in enumerate(RETRY_AFTER, start=1):
        if result.outcome == "acked":
            return
        await _until(world, world.clock.now() + timedelta(seconds=seconds))
        retry = {"retry_attempt": attempt, "retry_reason": "timeout"}
        result = await deliver(world, _name(payload), "events_api", payload, accepts=False, retry=retry)


async def _until(world: World, due: datetime) -> None:
    while (left := (due - world.clock.now()).total_seconds()) > 0:
        await asyncio.sleep(min(left, LOOK_EVERY))


def _name(payload: dict[str, Any]) -> str:
    return f"event:{payload['event']['type']}"
