"""files.*: uploading in three steps: ask for an address, send the bytes, share.

Source: https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.slack import messages
from sandbox.slack.content import checked
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.chat import member_channel, thread_of
from sandbox.slack.webapi import Args, method
from sandbox.slack.workspace import BOT_USER, fresh_id

if TYPE_CHECKING:
    from sandbox.world import World


@method("files.getUploadURLExternal", "files:write", tier=4, required=("filename", "length"))
def get_upload_url(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    id = fresh_id("F")
    name = str(args["filename"])
    world.workspace.files[id] = {
        "id": id,
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "size": int(args["length"]),
        "user": BOT_USER,
        "created": int(world.clock.now().timestamp()),
        "received": -1,
    }
    return {"upload_url": f"{world.base}/slack/upload/{id}", "file_id": id}


@method("files.completeUploadExternal", "files:write", tier=4, required=("files",))
def complete_upload(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/files.completeUploadExternal"""
    files = args["files"]
    if not isinstance(files, list):
        raise SlackError("file_not_found")
    done = [_complete(world, item) for item in files]
    where = str(args.get("channel_id") or args.get("channels") or "")
    if where:
        channel = member_channel(world, where)
        if BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        text = {"text": args.get("initial_comment"), "blocks": args.get("blocks")}
        message = messages.from_assistant(world, **checked(text), **thread_of(channel, args), files=done)
        messages.post(world, channel, message)
    return {"files": done}


async def receive(world: World, request: Request) -> Response:
    """The bytes of a file, raw or as a multipart form."""
    file = world.workspace.files.get(request.path_params["id"])
    if file is None:
        return PlainTextResponse("File not found", status_code=404)
    size = len(await request.body())
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        parts = [part for part in (await request.form()).values() if isinstance(part, UploadFile)]
        size = sum(part.size or 0 for part in parts)
    if size != file["size"]:
        return PlainTextResponse("The length is not the one announced", status_code=400)
    file["received"] = size
    return PlainTextResponse(f"OK - {size}")


def _complete(world: World, item: Any) -> dict[str, Any]:
    file = world.workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
    if file is None or file["received"] != file["size"]:
        raise SlackError("file_not_found")
    file["title"] = str(item.get("title") or file["name"])
    return {key: value for key, value in file.items() if key != "received"}
