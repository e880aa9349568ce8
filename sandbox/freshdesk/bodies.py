"""What a call brings along, read as strictly as Freshdesk reads it: JSON, or multipart with files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.freshdesk.helpdesk import Upload
from sandbox.freshdesk.parameters import Rule
from sandbox.freshdesk.problems import Problem

_NESTED = re.compile(r"(\w+)\[(\w+)\]")


async def fields_of(request: Request, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The given fields by name. Raises Problem 415 for another content type, 400 for unreadable content.

    Multipart is understood only where `rules` have files: `x[]` are lists, `x[y]` an object, numbers and
    flags come as text.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    takes_files = any(rule.kind == "files" for rule in rules.values())
    if kind == "multipart/form-data" and takes_files:
        return await _multipart(request, rules)
    if kind != "application/json":
        raise Problem(
            415, {"code": "invalid_content_type", "message": "Content-Type header is not supported."}
        )
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise _unreadable("json") from error
    if not isinstance(body, dict):
        raise _unreadable("json")
    return body


async def _multipart(request: Request, rules: Mapping[str, Rule]) -> dict[str, Any]:
    try:
        form = await request.form(max_part_size=ATTACHED_TEXT_LIMIT)
    except Exception as error:  # python-multipart and Starlette raise several kinds, all the client's fault
        raise _unreadable("multipart") from error
    given: dict[str, Any] = {}
    for name, value in form.multi_items():
        if name.endswith("[]"):
            given.setdefault(name[:-2], []).append(await _element(name[:-2], value, rules))
        elif nested := _NESTED.fullmatch(name):
            given.setdefault(nested[1], {})[nested[2]] = value if isinstance(value, str) else None
        elif isinstance(value, str):
            given[name] = _from_text(value, rules.get(name))
        elif name in rules and rules[name].kind == "files":
            given[name] = "a file that is not in a list"
        # A text field sent with a file name counts as missing (seen in public clients).
    return {name: value for name, value in given.items() if value != [None]}


ATTACHED_TEXT_LIMIT = 5 * 1024 * 1024


async def _element(name: str, value: UploadFile | str, rules: Mapping[str, Rule]) -> Any:
    is_file = name in rules and rules[name].kind == "files"
    if isinstance(value, str) or not is_file:
        return value if isinstance(value, str) else None
    name = (value.filename or "").replace("%22", '"')  # browsers and HTTP clients write a quote like this
    return Upload(name, value.content_type or "", await value.read())


def _from_text(value: str, rule: Rule | None) -> Any:
    if rule and rule.kind == "number" and re.fullmatch(r"\d{1,18}", value):
        return int(value)
    if rule and rule.kind == "flag" and value in ("true", "false"):
        return value == "true"
    return value


def _unreadable(kind: str) -> Problem:
    return Problem(400, {"code": f"invalid_{kind}", "message": f"Request body has invalid {kind} format"})


def accepts_json(request: Request) -> bool:
    """Freshdesk answers JSON only; an Accept header that allows none is refused with 406."""
    accept = request.headers.get("accept", "*/*").lower()
    ranges = {part.partition(";")[0].strip() for part in accept.split(",")}
    return bool(ranges & {"", "*/*", "application/*", "application/json"})


def html_page(status: int) -> Response:
    """What a gateway in front of Freshdesk answers."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>nginx</body></html>"
    return Response(page, status, media_type="text/html")
