"""The sandbox's page: Slack, the lead's inbox, the helpdesk, the booking page and the developers' switches."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page import developers_tab, places, slack_tab
from sandbox.page.addresses import place_asked
from sandbox.page.events import stream
from sandbox.page.people import person
from sandbox.page.templating import STATIC
from sandbox.world import World

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}
"""Nothing leaves this computer: the page loads nothing, not even an image, from anywhere else."""


def routes(world: World) -> list[BaseRoute]:
    """`/`, `/static/…`, `/events` and the HTML fragments under `/page/…`; `?as=` says who is looking."""

    async def page(request: Request) -> Response:
        me = person(world.workspace, request.query_params.get("as"))
        if asked := place_asked(request.query_params):
            return RedirectResponse(f"/?as={me.id}{asked}")
        return _html(places.shell(world, me))

    async def fragment(request: Request) -> Response:
        me = person(world.workspace, request.query_params.get("as"))
        at = request.query_params.get("at", "")
        match request.path_params["what"].split("/"):
            case ["at"]:
                return _html(places.place(world, me, at))
            case ["inside"]:
                return _html(places.inside(world, me, at))
            case ["sidebar"]:
                return _html(slack_tab.sidebar(world, me, at.removeprefix("slack/")))
            case ["channel", id]:
                return _html(slack_tab.channel_fragment(world, me, id))
            case ["thread", id, ts]:
                return _html(slack_tab.thread_fragment(world, me, id, ts))
            case ["modal"]:
                return _html(slack_tab.modal_fragment(world, me))
            case ["home"]:
                return _html(slack_tab.home_fragment(world, me))
            case ["clock"]:
                return _html(places.clock(world))
            case ["traffic"]:
                return _html(developers_tab.traffic_fragment(world, at))
            case ["faults"]:
                return _html(developers_tab.faults_fragment(world))
            case ["connections"]:
                return _html(developers_tab.connections_fragment(world))
            case ["dev-clock"]:
                return _html(developers_tab.clock_fragment(world))
            case ["badges"]:
                return _html(places.badges(world))
        return Response("No such fragment", 404)

    async def events(request: Request) -> Response:
        return stream(world)

    return [
        Route("/", page),
        Route("/page/{what:path}", fragment),
        Route("/events", events),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _html(body: str) -> HTMLResponse:
    return HTMLResponse(body, headers=HEADERS)
