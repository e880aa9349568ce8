"""Slack's rich_text block to HTML: sections, lists, quotes, preformatted text and their inline elements."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from sandbox.page.emoji import emoji
from sandbox.page.mrkdwn import (
    Directory,
    broadcast,
    date_text,
    link,
    mention_of_channel,
    mention_of_person,
)

Json = Mapping[str, Any]
_STYLES = {"bold": "strong", "italic": "em", "strike": "del", "underline": "u", "code": "code"}
_BULLETS = "•◦▪"


def rich_text(block: Json, directory: Directory) -> Markup:
    """Safe HTML of one rich_text block; an element of a type we do not know shows its text, if it has one."""
    return Markup("").join(_element(element, directory) for element in block.get("elements", []))


def _element(element: Json, directory: Directory) -> Markup:
    kind = element.get("type")
    if kind == "rich_text_list":
        return _list(element, directory)
    inside = Markup("").join(_inline(child, directory) for child in element.get("elements", []))
    if kind == "rich_text_preformatted":
        return Markup("<pre>{}</pre>").format(inside)
    if kind == "rich_text_quote":
        return Markup("<blockquote>{}</blockquote>").format(inside)
    return Markup('<div class="rich-section">{}</div>').format(inside)


def _list(element: Json, directory: Directory) -> Markup:
    """Slack numbers ordered lists from `offset` and nests by `indent`, not by nesting elements."""
    indent = min(int(element.get("indent") or 0), 3)
    first = int(element.get("offset") or 0) + 1
    out = Markup("")
    for number, item in enumerate(element.get("elements", []), first):
        bullet = f"{number}." if element.get("style") == "ordered" else _BULLETS[min(indent, 2)]
        inside = Markup("").join(_inline(child, directory) for child in item.get("elements", []))
        out += Markup('<span class="item depth-{}"><span class="bullet">{}</span> {}</span>').format(
            indent, bullet, inside
        )
    return out


def _inline(element: Json, directory: Directory) -> Markup:
    render = _INLINE.get(str(element.get("type")))
    words = render(element, directory) if render else _lines(str(element.get("text", "")))
    style = element.get("style")
    for name, on in style.items() if isinstance(style, Mapping) else ():
        if on and name in _STYLES:
            words = Markup("<{0}>{1}</{0}>").format(Markup(_STYLES[name]), words)
    return words


def _emoji(element: Json, directory: Directory) -> Markup:
    return escape(emoji(str(element.get("name", ""))))


def _date(element: Json, directory: Directory) -> Markup:
    words = date_text(
        int(element.get("timestamp") or 0),
        str(element.get("format", "")),
        str(element.get("fallback", "")),
        directory.zone,
    )
    return link(str(element["url"]), words) if element.get("url") else escape(words)


def _color(element: Json, directory: Directory) -> Markup:
    return escape(str(element.get("value", "")))


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


_INLINE: dict[str, Callable[[Json, Directory], Markup]] = {
    "text": lambda element, directory: _lines(str(element.get("text", ""))),
    "link": lambda element, directory: link(str(element.get("url", "")), element.get("text")),
    "user": lambda element, directory: mention_of_person(str(element.get("user_id", "")), directory),
    "channel": lambda element, directory: mention_of_channel(str(element.get("channel_id", "")), directory),
    "usergroup": lambda element, directory: Markup('<span class="mention">@group</span>'),
    "broadcast": lambda element, directory: broadcast(str(element.get("range", ""))),
    "emoji": _emoji,
    "date": _date,
    "color": _color,
}
