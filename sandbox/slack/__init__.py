"""A strict local Slack: Web API, Socket Mode and what a person can do, as Slack's pages document them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """`/slack/...` for the app and `/person/...` for the humans."""
    from sandbox.slack.person_routes import routes as of_people
    from sandbox.slack.response_urls import routes as of_responses
    from sandbox.slack.sockets import routes as of_sockets
    from sandbox.slack.webapi import routes as of_methods

    return [*of_methods(world), *of_sockets(world), *of_responses(world), *of_people(world)]
