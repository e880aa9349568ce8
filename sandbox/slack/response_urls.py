"""response_url: answering an interaction later, up to five times in thirty minutes.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
The codes of a used-up address (`used_url`, `expired_url`) and their status 404 are ours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import guarded
from sandbox.slack import messages
from sandbox.slack.content import checked, need_something
from sandbox.slack.errors import SlackError
from sandbox.slack.live import ResponseUrl
from sandbox.slack.webapi import plain_ok
from sandbox.slack.workspace import BOT_USER, Channel, Message

if TYPE_CHECKING:
    from sandbox.world import World

KNOWN = frozenset(
    {
        "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
        "mrkdwn", "unfurl_links", "unfurl_media", "metadata",
    }
)  # fmt: skip


def routes(world: World) -> list[BaseRoute]:
    """`/slack/response/{id}`."""

    async def respond(request: Request) -> Response:
        url = world.slack.response_urls.get(request.path_params["id"])
        try:
            if url is None or url.left <= 0:
                raise SlackError("used_url")
            if world.clock.now().timestamp() > url.until:
                raise SlackError("expired_url")
            body = _body(await request.body())
            answer(world, url, body)
            url.left -= 1
        except SlackError as refusal:
            status = 404 if refusal.code in ("used_url", "expired_url") else 400
            return JSONResponse(refusal.to_json(), status_code=status)
        return plain_ok()

    return [Route("/slack/response/{id}", guarded(world, "slack", respond), methods=["POST"])]


def answer(world: World, url: ResponseUrl, body: dict[str, Any]) -> None:
    """Do what an answer says: delete, replace, or say something (to one person unless in_channel).

    Also what the payload of a command's ack does. Raises SlackError for a malformed answer.
    """
    unknown = sorted(set(body) - KNOWN)
    if unknown:
        raise SlackError("invalid_payload", detail=f"unknown field {unknown[0]}")
    channel = world.workspace.channels[url.channel]
    original, _ = messages.find_visible(channel, url.user, url.original)
    if body.get("delete_original") and original is not None:
        _remove(world, channel, url, original)
        return
    content = checked(body)
    need_something(content)
    if body.get("replace_original") and original is not None:
        if "text" in content and "blocks" not in content:
            content["blocks"] = []
        if url.ephemeral:
            _replace(world, channel, original, content)
        else:
            messages.edit(world, channel, original, content, "" if content.get("blocks") else BOT_USER)
        return
    _say(world, channel, url, body, content)


def _say(
    world: World, channel: Channel, url: ResponseUrl, body: dict[str, Any], content: dict[str, Any]
) -> None:
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_payload", detail="response_type")
    thread_ts = str(body.get("thread_ts") or url.thread_ts)
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("invalid_thread_ts")
    message = messages.from_assistant(world, **content, thread_ts=thread_ts)
    if kind == "in_channel":
        messages.post(world, channel, message)
    else:
        messages.post_ephemeral(world, channel, url.user, message)


def _replace(world: World, channel: Channel, original: Message, content: dict[str, Any]) -> None:
    """An ephemeral message stays one, whatever response_type says; nobody hears an event of it."""
    if content.get("blocks"):
        content = content | {"blocks": messages.with_ids(content["blocks"])}
    original.update(content)
    if not original.get("blocks"):
        original.pop("blocks", None)
    messages.woken(world, channel, original)


def _remove(world: World, channel: Channel, url: ResponseUrl, original: Message) -> None:
    if url.ephemeral:
        channel.ephemerals[url.user].remove(original)
        messages.woken(world, channel, original)
    else:
        messages.delete(world, channel, original)


def _body(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError as problem:
        raise SlackError("invalid_payload") from problem
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
