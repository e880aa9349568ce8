"""The sandbox's page: Slack, the lead's inbox, the helpdesk, the booking page and the developers' switches."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page import developers_tab, places, slack_tab
from sandbox.page.addresses import place_asked
from sandbox.page.events import stream
from sandbox.page.people import Person, person
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
        html = _fragment(world, me, request.path_params["what"].split("/"), at)
        return _html(html) if html is not None else Response("No such fragment", 404)

    async def events(request: Request) -> Response:
        return stream(world)

    return [
        Route("/", page),
        Route("/page/{what:path}", fragment),
        Route("/events", events),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _fragment(world: World, me: Person, what: list[str], at: str) -> Markup | None:
    """One part of the page, as this person sees it; None for a part there is not."""
    match what:
        case ["at"]:
            return places.place(world, me, at)
        case ["inside"]:
            return places.inside(world, me, at)
        case ["clock"]:
            return places.clock(world)
        case ["badges"]:
            return places.badges(world)
        case ["sidebar"]:
            return slack_tab.sidebar(world, me, at.removeprefix("slack/"))
        case ["channel", id]:
            return slack_tab.channel_fragment(world, me, id)
        case ["thread", id, ts]:
            return slack_tab.thread_fragment(world, me, id, ts)
        case ["modal"]:
            return slack_tab.modal_fragment(world, me)
        case ["home"]:
            return slack_tab.home_fragment(world, me)
        case ["traffic"]:
            return developers_tab.traffic_fragment(world, at)
        case ["faults"]:
            return developers_tab.faults_fragment(world)
        case ["connections"]:
            return developers_tab.connections_fragment(world)
        case ["dev-clock"]:
            return developers_tab.clock_fragment(world)
    return None


def _html(body: str) -> HTMLResponse:
    return HTMLResponse(body, headers=HEADERS)
