"""The content of a message an app sends: checked in one place for every way of sending it.

Sources: https://docs.slack.dev/reference/methods/chat.postMessage,
https://docs.slack.dev/messaging/message-metadata; the total over all blocks was observed, not documented.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.rules import Problem, message_problems

MOST_TEXT = 40_000  # longer text is cut
MOST_TEXT_OF_UPDATE = 4_000
MOST_MARKDOWN = 12_000
MOST_BLOCK_TEXT = 13_200
MOST_ATTACHMENTS = 100
MOST_METADATA = 8_000
ATTACHMENT_KEYS = frozenset(
    {
        "author_icon", "author_link", "author_name", "blocks", "color", "fallback", "fields", "footer",
        "footer_icon", "id", "image_url", "mrkdwn_in", "preview", "pretext", "text", "thumb_url", "title",
        "title_link", "ts",
    }
)  # fmt: skip


def checked(args: dict[str, Any], *, updating: bool = False) -> dict[str, Any]:
    """text, blocks, attachments and metadata of a message; raises SlackError as the method pages say.

    Only what was given is returned. `updating` applies chat.update's shorter text.
    """
    content: dict[str, Any] = {}
    text, markdown = args.get("text"), args.get("markdown_text")
    if text is not None and not isinstance(text, str):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] text must be a string"]}
        )
    if markdown is not None:
        content |= _markdown(str(markdown), args)
    elif text is not None:
        if updating and len(text) > MOST_TEXT_OF_UPDATE:
            raise SlackError("msg_too_long")
        content["text"] = text[:MOST_TEXT]
    if args.get("blocks") is not None:
        content["blocks"] = _blocks(args["blocks"], "msg_too_long" if updating else "msg_blocks_too_long")
    if args.get("attachments") is not None:
        content["attachments"] = _attachments(args["attachments"])
    if args.get("metadata") is not None:
        content["metadata"] = _metadata(args["metadata"])
    return content


def need_something(content: dict[str, Any]) -> None:
    """Slack: `no_text` for a message without text, blocks and attachments."""
    if not any(content.get(key) for key in ("text", "blocks", "attachments")):
        raise SlackError("no_text")


def invalid_blocks(problems: list[Problem]) -> SlackError:
    """Slack's recorded form: `errors` with pointers, and the same as [ERROR] lines."""
    lines = [problem.line for problem in problems]
    messages = [f"[ERROR] {line}" for line in lines]
    return SlackError("invalid_blocks", errors=lines, response_metadata={"messages": messages})


def _markdown(markdown: str, args: dict[str, Any]) -> dict[str, Any]:
    if args.get("text") or args.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {"text": markdown, "blocks": [{"type": "markdown", "text": markdown}]}


def _blocks(blocks: Any, too_long: str) -> list[dict[str, Any]]:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = message_problems(blocks)
    if problems:
        raise invalid_blocks(problems)
    if sum(_characters(block) for block in blocks) > MOST_BLOCK_TEXT:
        raise SlackError(too_long)
    return blocks


def _characters(value: Any) -> int:
    """The characters of every "text" in a block."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_characters(item) for item in value.values())
    return sum(_characters(item) for item in value) if isinstance(value, list) else 0


def _attachments(attachments: Any) -> list[dict[str, Any]]:
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for number, attachment in enumerate(attachments):
        unknown = set(attachment) - ATTACHMENT_KEYS
        if unknown:
            raise SlackError("invalid_attachments")
        problems = message_problems(attachment.get("blocks") or [], f"/attachments/{number}/blocks")
        if problems:
            raise invalid_blocks(problems)
    return attachments


def _metadata(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    complete = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not complete or not metadata["event_type"] or set(metadata) - {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata
