"""Drive's files.list: which files a query reaches, in which order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.google.answers import Answers
from sandbox.google.call import Call
from sandbox.google.drive import is_drive_root
from sandbox.google.problems import Problem, file_not_found, invalid, not_built
from sandbox.google.queries import parsed
from sandbox.google.records import ASSISTANT, FOLDER, MY_DRIVE, TEAM_DRIVE, File

ORDERS = frozenset(
    {"createdTime", "folder", "modifiedTime", "modifiedByMeTime", "name", "name_natural", "recency"}
)


def list_files(call: Call) -> dict[str, Any]:
    """Drive: shared drives are searched only when both flags are set; new files may be missing for a while."""
    query = call.query
    if query["spaces"] != "drive":
        raise not_built("spaces other than drive")
    reached = _reached(call)
    if "q" in query:
        asked = parsed(query["q"])
        known_before = call.now - timedelta(seconds=call.drive.state.switches.lag_seconds)
        if asked.is_indexed:
            reached = [file for file in reached if file.created <= known_before]
        reached = [file for file in reached if asked.test(replace(file, trashed=call.drive.is_trashed(file)))]
    found = _ordered(call, reached)
    answers = Answers(call.drive, call.world.base)
    page = call.page(found, answers.file, "files", query["pageSize"])
    return {"kind": "drive#fileList", "incompleteSearch": False, **page}


def _reached(call: Call) -> list[File]:
    """The files of the corpora asked for that the assistant can see, newest first."""
    query = call.query
    corpora, drive_id = query.get("corpora", "user"), query.get("driveId")
    shared = query["includeItemsFromAllDrives"] and query["supportsAllDrives"]
    if corpora not in ("user", "drive", "allDrives", "domain"):
        raise invalid("Invalid Value", "corpora")
    if corpora == "domain":
        raise not_built("corpora=domain")
    if (corpora == "drive") != (drive_id is not None):
        words = "The driveId parameter must be specified if and only if corpora is set to drive."
        raise Problem(400, "teamDriveIdRequired" if drive_id is None else "invalid", words, "driveId")
    if corpora in ("drive", "allDrives") and not shared:
        words = "The includeItemsFromAllDrives and supportsAllDrives parameters must be set to true."
        raise Problem(403, "teamDrivesNotSupported", words, "includeItemsFromAllDrives")
    if drive_id not in (None, TEAM_DRIVE) or (drive_id and not call.drive.members().get(ASSISTANT)):
        raise Problem(404, "notFound", f"Shared drive not found: {drive_id}", "driveId")
    found = [
        file
        for file in reversed(call.drive.state.files.values())
        if not is_drive_root(file)
        and (not file.drive_id or shared)
        and drive_id in (None, file.drive_id)
        and call.drive.may(ASSISTANT, "reader", file)
    ]
    _check_parent(call)
    return found


def _check_parent(call: Call) -> None:
    """Drive: a query for what lies in a folder that does not exist is refused, not answered with nothing."""
    for id in re.findall(r"'([^'\\]+)'\s+in\s+parents", call.query.get("q", "")):
        folder = call.drive.state.files.get(MY_DRIVE if id == "root" else id)
        if folder is None or not call.drive.may(ASSISTANT, "reader", folder):
            raise file_not_found("")


def _ordered(call: Call, files: list[File]) -> list[File]:
    found = list(files)
    for asked in reversed(call.query.get("orderBy", "").split(",")):
        name, _, way = asked.strip().partition(" ")
        if not name and not call.query.get("orderBy"):
            break
        if name not in ORDERS or way not in ("", "desc"):
            raise invalid("Invalid Value", "orderBy")
        found.sort(key=lambda file: _sort_key(name, file), reverse=way == "desc")
    return found


def _sort_key(name: str, file: File) -> Any:
    if name == "folder":
        return (file.mime_type != FOLDER, file.name.casefold())
    if name == "name":
        return file.name.casefold()
    if name == "name_natural":
        return [
            (int(part), "") if part.isdecimal() else (-1, part)
            for part in re.split(r"(\d+)", file.name.casefold())
        ]
    return file.created if name == "createdTime" else file.modified
