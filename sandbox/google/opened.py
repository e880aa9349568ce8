"""What somebody sees who follows the link of Google's mail: the document as they may read it, and who they are."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.google.document import Document
from sandbox.google.drive import TeamDrive
from sandbox.google.reading import Line, Run, lines
from sandbox.google.records import DOCUMENT

if TYPE_CHECKING:
    from sandbox.world import World

TAGS = {"TITLE": "h1", "SUBTITLE": "h2", "HEADING_1": "h2", "HEADING_2": "h3", "HEADING_3": "h4"}
CAN = {"reader": "You can view", "commenter": "You can comment"}
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2430}"
    "table{border-collapse:collapse}td{border:1px solid #ccc;padding:4px 12px}ins{color:#0b5d57}"
    "header{color:#555;border-bottom:1px solid #ddd;padding-bottom:8px}"
)


def opened_routes(world: World) -> list[BaseRoute]:
    """`/google/document/d/{id}/edit?as=<address>`; a folder's link leads to the page."""

    async def document(request: Request) -> Response:
        drive: TeamDrive = world.drive
        file = drive.state.files.get(request.path_params["id"])
        address = request.query_params.get("as", "damian@2i2c.org")
        if file is None or file.mime_type != DOCUMENT:
            return _page("Not found", "<p>Sorry, the file you have requested does not exist.</p>", 404)
        role = drive.role_of(address, file)
        if not role:
            words = f"<p>You need access. You are signed in as {html.escape(address)}.</p>"
            return _page("You need access", words, 403)
        trashed = " · in the trash" if drive.is_trashed(file) else ""
        who = f"{html.escape(address)} · {CAN.get(role, 'You can edit')}{trashed}"
        body = document_html(drive.documents[file.id])
        return _page(file.name, f"<header>{html.escape(file.name)} · {who}</header>{body}")

    async def folder(request: Request) -> Response:
        return RedirectResponse(f"/?tab=drive&doc={quote(request.path_params['id'])}")

    return [
        Route("/google/document/d/{id}/edit", document),
        Route("/google/drive/folders/{id}", folder),
        Route("/google/file/d/{id}/view", folder),
    ]


def document_html(document: Document) -> str:
    """All tabs as HTML, everything escaped; suggestions as `ins` and `del`."""
    parts: list[str] = []
    cell: tuple[int, int, int] | None = None
    for line in lines(document):
        parts.append(_between(cell, line.cell) + _paragraph(line))
        cell = line.cell
    return "".join(parts) + _between(cell, None)


def _between(before: tuple[int, int, int] | None, here: tuple[int, int, int] | None) -> str:
    """The tags that lead from one paragraph's table cell to the next one's."""
    if before == here:
        return ""
    if before is None:
        return "<table><tr><td>"
    if here is None:
        return "</td></tr></table>"
    if before[0] != here[0]:
        return "</td></tr></table><table><tr><td>"
    return "</td></tr><tr><td>" if before[1] != here[1] else "</td><td>"


def _paragraph(line: Line) -> str:
    tag = TAGS.get(line.style, "p")
    bullet = f"{'&emsp;' * line.depth}{line.bullet} " if line.bullet else ""
    return f"<{tag}>{bullet}{''.join(_run(run) for run in line.runs)}</{tag}>"


def _run(run: Run) -> str:
    words = html.escape(run.text).replace("\x0b", "<br>")
    for tag, on in (("b", run.bold), ("i", run.italic), ("ins", run.inserted), ("del", run.deleted)):
        words = f"<{tag}>{words}</{tag}>" if on else words
    return words


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style>'
    policy = {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "cache-control": "no-store",
    }
    return HTMLResponse(f"<!doctype html>{head}{body}", status, policy)
