"""What people see and do in the team's drive, as JSON: the tree, documents, sharing, and an administrator's switches.

`GET /team-drive` and `GET /team-drive/docs/{id}` show; `POST /team-drive/docs/{id}/{action}` acts as the person in
`as` (an address; Damian when not given). What can be done inside a document is in `sandbox.google.writing`, and to
one of its lines in `sandbox.google.lines`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.freshdesk.parameters import is_address
from sandbox.google.drive import TeamDrive, is_drive_root, is_folder, permission_id
from sandbox.google.lines import LINE_ACTIONS
from sandbox.google.problems import Problem
from sandbox.google.records import DOCUMENT, FOLDER, POLICIES, ROLES, SHORTCUT, File, Permission, Switches
from sandbox.google.views import document_view, overview
from sandbox.google.writing import ACTIONS, Asked, NotPossible

if TYPE_CHECKING:
    from sandbox.world import World

_SWITCHES = TypeAdapter(Switches)
LONGEST_NAME = 1_000


class Visit:
    """One request of a person."""

    def __init__(self, world: World, request: Request, said: dict[str, Any]) -> None:
        self.world = world
        self.drive: TeamDrive = world.drive
        self.path = request.path_params
        self.asked = Asked(said, world.clock.now())

    def file(self, id: str = "", role: str = "writer") -> File:
        """A file this person may change. Raises NotPossible."""
        found = self.drive.state.files.get(id or self.path["id"])
        if found is None:
            raise NotPossible("There is no such file.", 404)
        if not self.drive.may(self.asked.person, role, found):
            raise NotPossible(f"{self.asked.person} may not do that here.", 403)
        return found

    def folder(self) -> File:
        """The folder named in `parent`. Raises NotPossible."""
        found = self.file(self.asked.words("parent"))
        if not is_folder(found):
            raise NotPossible("parent: a folder is needed.")
        return found

    def name(self) -> str:
        return self.asked.words("name", LONGEST_NAME)

    def view(self, file: File) -> Any:
        """A document as it is now; of other files just the id."""
        if file.mime_type != DOCUMENT:
            return {"id": file.id}
        return document_view(self.world, file)


Action = Callable[[Visit], Any]


def people_routes(world: World) -> list[BaseRoute]:
    def route(method: str, path: str, action: Action) -> Route:
        return Route(path, _spoken(world, action), methods=[method])

    return [
        route("GET", "/team-drive", lambda visit: overview(visit.world)),
        route("GET", "/team-drive/docs/{id}", show_document),
        route("POST", "/team-drive/switches", change_switches),
        route("POST", "/team-drive/folders", make_folder),
        route("POST", "/team-drive/documents", make_document),
        route("POST", "/team-drive/shortcuts", make_shortcut),
        route("POST", "/team-drive/docs/{id}/{action}", act),
    ]


def _spoken(world: World, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            answered = action(Visit(world, request, _json(await request.body())))
        except NotPossible as problem:
            return JSONResponse({"error": str(problem)}, problem.status)
        except Problem as problem:
            return JSONResponse({"error": problem.message}, 400)
        if request.method != "GET":
            world.changed("drive")
        return JSONResponse(answered)

    return answer


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise NotPossible("That is not JSON.") from error
    if not isinstance(said, dict):
        raise NotPossible("A JSON object is expected.")
    return said


def show_document(visit: Visit) -> Any:
    file = visit.drive.state.files.get(visit.path["id"])
    if file is None or file.mime_type != DOCUMENT:
        raise NotPossible("There is no such document.", 404)
    return document_view(visit.world, file)


def change_switches(visit: Visit) -> Any:
    """Any field of `Switches`: policy, visitors, domain_users_only, members_only, assistant_role, revoked,
    lag_seconds."""
    before = visit.drive.state.switches
    asked = {**before.__dict__, **visit.asked.said}
    asked.pop("as", None)
    unknown = set(asked) - set(before.__dict__)
    if unknown or asked["policy"] not in POLICIES or asked["assistant_role"] not in ("", *ROLES):
        raise NotPossible("There is no such switch, or it cannot be set so.")
    try:
        switches = _SWITCHES.validate_python(asked, strict=False)
    except ValidationError as problem:
        raise NotPossible("A switch cannot be set so.") from problem
    if not 0 <= switches.lag_seconds <= 86_400:
        raise NotPossible("lag_seconds: between 0 and a day.")
    visit.drive.state.switches = switches
    visit.drive.state.times_revoked += switches.revoked and not before.revoked
    return dict(switches.__dict__)


def make_folder(visit: Visit) -> Any:
    """`{name, parent}`; Drive takes two of one name."""
    return _made(visit, FOLDER)


def make_document(visit: Visit) -> Any:
    """`{name, parent, text?}`: an empty document, or one with some text."""
    text = visit.asked.text("text", "")
    made = _made(visit, DOCUMENT)
    if text:
        visit.drive.documents[made["id"]].tab().insert(1, text)
    return made


def make_shortcut(visit: Visit) -> Any:
    """`{name, parent, target}`."""
    target = visit.file(visit.asked.words("target"), "reader")
    return _made(visit, SHORTCUT, shortcut_to=target.id, shortcut_type=target.mime_type)


def _made(visit: Visit, kind: str, **more: Any) -> dict[str, Any]:
    by = visit.asked.person
    file = visit.drive.new_file(visit.name(), kind, visit.folder(), visit.asked.now, modified_by=by, **more)
    return {"id": visit.drive.add(file).id}


def act(visit: Visit) -> Any:
    """An action on a file, or one inside a document (then all of it or nothing happens)."""
    action = visit.path["action"]
    if action in FILE_ACTIONS:
        file = FILE_ACTIONS[action](visit)
        return visit.view(file) if file.id in visit.drive.state.files else {"id": file.id}
    if action not in (inside := ACTIONS | LINE_ACTIONS):
        raise NotPossible("There is no such action.", 404)
    role, write = inside[action]
    file = visit.file(role=role)
    if file.mime_type != DOCUMENT:
        raise NotPossible("That is not a document.")
    if visit.drive.is_trashed(file):
        raise NotPossible("The document is in the trash.", 409)
    edited = visit.drive.documents[file.id].copy()
    made = write(visit.drive, file, edited, visit.asked)
    edited.revision += 1
    visit.drive.documents[file.id] = edited
    file = visit.drive.change(file.id, visit.asked.now, visit.asked.person)
    return visit.view(file) | {"made": made}


def trash(visit: Visit) -> File:
    return _changed(visit, "fileOrganizer", trashed=True)


def restore(visit: Visit) -> File:
    return _changed(visit, "fileOrganizer", trashed=False)


def rename(visit: Visit) -> File:
    """`{name}`."""
    return _changed(visit, "writer", name=visit.name())


def move(visit: Visit) -> File:
    """`{parent}`."""
    folder = visit.folder()
    return _changed(visit, "fileOrganizer", parent=folder.id, drive_id=folder.drive_id)


def limit(visit: Visit) -> File:
    """`{limited}`: only managers and who it is shared with can see it; not the assistant."""
    return _changed(visit, "organizer", is_limited=visit.asked.flag("limited", True))


def delete(visit: Visit) -> File:
    file = visit.file(role="organizer")
    if is_drive_root(file):
        raise NotPossible("Not the whole drive.")
    visit.drive.remove(file)
    return file


def share(visit: Visit) -> File:
    """`{address, role}`: without a mail. With `{kind: "domain"}` the address is a domain, whose people can all open
    it; with `{kind: "anyone"}` there is none, and the link is enough."""
    file, role, kind = visit.file(), visit.asked.words("role"), visit.asked.text("kind", "user")
    address = "" if kind == "anyone" else visit.asked.words("address", 254)
    fits = {"user": is_address(address), "domain": is_address(f"any@{address}"), "anyone": True}
    if not fits.get(kind) or role not in ROLES[:3]:
        raise NotPossible("An address and the role reader, commenter or writer are needed.")
    visit.drive.share(file, Permission(permission_id(address), kind, role, address))
    return file


def unshare(visit: Visit) -> File:
    """`{address}`: take away what was given on this very file."""
    file = visit.file()
    visit.drive.state.permissions.get(file.id, {}).pop(visit.asked.words("address", 254).casefold(), None)
    return file


FILE_ACTIONS: dict[str, Callable[[Visit], File]] = {
    "trash": trash,
    "restore": restore,
    "rename": rename,
    "move": move,
    "limit": limit,
    "delete": delete,
    "share": share,
    "unshare": unshare,
}


def _changed(visit: Visit, role: str, **changes: Any) -> File:
    file = visit.file(role=role)
    if is_drive_root(file):
        raise NotPossible("Not the whole drive.")
    return visit.drive.change(file.id, visit.asked.now, visit.asked.person, **changes)
