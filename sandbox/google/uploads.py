"""Uploads to Drive: the bytes alone, or together with the file's fields (multipart/related)."""

from __future__ import annotations

import email
import json
from email.message import Message
from typing import Any

from sandbox.google.call import Media
from sandbox.google.problems import Problem, not_built

LARGEST = 20_000_000


def media_and_body(how: str, content_type: str, body: bytes) -> tuple[Media, Any]:
    """The bytes and the JSON of an upload; `how` is its `uploadType`. Raises Problem 400 or 501."""
    if len(body) > LARGEST:
        raise not_built("uploads of more than 20 MB")
    if how == "media":
        return Media(content_type or "application/octet-stream", body), None
    if how != "multipart":
        raise not_built(f"uploadType {how or '(none)'}")
    parts = parts_of(content_type, body)
    if len(parts) != 2:
        raise Problem(400, "badContent", "Malformed multipart body.")
    fields, media = parts
    try:
        said = json.loads(_bytes(fields))
    except ValueError as error:
        raise Problem(400, "parseError", "Parse Error") from error
    return Media(media.get_content_type(), _bytes(media)), said


def parts_of(content_type: str, body: bytes) -> list[Message]:
    """The parts of a multipart body; none when it is not one."""
    message = email.message_from_bytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + body)
    payload = message.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
