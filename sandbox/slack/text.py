"""What happens to what a person types: escaping, mentions, links, and the rich_text block Slack makes of it.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from sandbox.slack.workspace import Blocks, Workspace, block_id

SPECIAL = ("channel", "here", "everyone")
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+")
URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|edu|example|gov|info|net|org|[a-z]{2})"
    r"(?:/[^\s<>|]*[^\s<>|.,;:!?)\]'\"])?(?![\w@-])",
    re.IGNORECASE,
)
"""What Slack takes for a link without https:// before it. It knows all top-level domains; these are the ones of the
sandbox (ours)."""
MARKUP = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def escaped(text: str) -> str:
    """&, < and > as Slack sends them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed_message(workspace: Workspace, typed: str) -> tuple[str, Blocks]:
    """The `text` and the `blocks` of a message a person typed."""
    text = _with_mentions(workspace, _with_links(escaped(typed)), named=False)
    return text, [{"type": "rich_text", "block_id": block_id(), "elements": [_section(text)]}]


def typed_command(workspace: Workspace, typed: str, *, should_escape: bool) -> str:
    """The `text` of a slash command; users, channels and links are marked up only with `should_escape`.

    Whether &, < and > arrive escaped in commands is not documented. Here they do (ours): an app must be ready
    for both.
    """
    text = escaped(typed)
    return _with_mentions(workspace, _with_links(text), named=True) if should_escape else text


def _with_links(text: str) -> str:
    text = URL.sub(lambda found: f"<{found[0]}>", text)
    text = _outside(text, ADDRESS, lambda found: f"<mailto:{found[0]}|{found[0]}>")
    return _outside(text, DOMAIN, lambda found: f"<http://{found[0]}|{found[0]}>")


def _outside(text: str, pattern: re.Pattern[str], linked: Callable[[re.Match[str]], str]) -> str:
    """Links for what a pattern finds outside of <…>."""
    pieces = re.split(r"(<[^>]*>)", text)
    return "".join(piece if piece.startswith("<") else pattern.sub(linked, piece) for piece in pieces)


def _with_mentions(workspace: Workspace, text: str, *, named: bool) -> str:
    """@name and #channel outside of links; `named` adds the |name that commands carry."""
    pieces = re.split(r"(<[^>]*>)", text)
    return "".join(piece if piece.startswith("<") else _mentions(workspace, piece, named) for piece in pieces)


def _mentions(workspace: Workspace, text: str, named: bool) -> str:
    people = {name: user for user in workspace.users.values() for name in (user.name, user.real_name)}
    for name in sorted(people, key=len, reverse=True):
        label = f"|{people[name].name}" if named else ""
        text = _replace("@", name, f"<@{people[name].id}{label}>", text)
    for word in SPECIAL:
        text = _replace("@", word, f"<!{word}>", text)
    for channel in workspace.channels.values():
        if channel.name:
            text = _replace("#", channel.name, f"<#{channel.id}|{channel.name if named else ''}>", text)
    return text


def _replace(mark: str, name: str, markup: str, text: str) -> str:
    pattern = rf"(?<![\w<]){mark}{re.escape(name)}(?![\w-])"
    return re.sub(pattern, lambda _: markup, text, flags=re.IGNORECASE)


def _section(text: str) -> dict[str, Any]:
    elements: list[dict[str, Any]] = []
    at = 0
    for found in MARKUP.finditer(text):
        if found.start() > at:
            elements.append({"type": "text", "text": html.unescape(text[at : found.start()])})
        elements.append(_element(found[1], found[2], found[3]))
        at = found.end()
    if at < len(text):
        elements.append({"type": "text", "text": html.unescape(text[at:])})
    return {"type": "rich_text_section", "elements": elements}


def _element(mark: str, target: str, label: str | None) -> dict[str, Any]:
    if mark == "@":
        return {"type": "user", "user_id": target}
    if mark == "#":
        return {"type": "channel", "channel_id": target}
    if mark == "!":
        return {"type": "broadcast", "range": target}
    link = {"type": "link", "url": html.unescape(target)}
    return link | ({"text": html.unescape(label)} if label else {})
