"""A strict local Freshdesk: its API version 2, and what leads and colleagues do around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from sandbox.freshdesk.api import api_routes
from sandbox.freshdesk.people import people_routes

if TYPE_CHECKING:
    from sandbox.world import World

FAULT_KINDS = {
    "drop_cc": "the mail leaves, but without its cc",
    "drop_attachment": "the mail leaves, but without its attachments",
    "wrong_from": "the mail leaves from the account's global address",
    "outbound_off": "a first mail is refused: not in the plan",
    "loop_back": "the cc to our own mailbox comes back as a new ticket",
    "search_lag": "a search finds nothing yet",
    "gone": "the link of an attachment leads nowhere",
    "429_plain": "too many requests, said in plain text",
    "502_after": "done, then a gateway's error page instead of the answer",
    "html_after": "done, then a web page instead of the answer",
}
"""What can go wrong besides the kinds every system has; each in words."""


def routes(world: World) -> list[BaseRoute]:
    """`/freshdesk/...` for the API; `/inbox/...` and `/helpdesk/...` for people."""
    return [*people_routes(world), *api_routes(world)]
