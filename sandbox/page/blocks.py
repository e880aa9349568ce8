"""Block Kit JSON to HTML: one way for messages, modals and App Homes, with fields named `block_id|action_id`."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from markupsafe import Markup

from sandbox.page.addresses import followed
from sandbox.page.emoji import with_emoji
from sandbox.page.mrkdwn import Directory, mrkdwn, plain
from sandbox.page.rich_text import rich_text
from sandbox.page.templating import render

Json = Mapping[str, Any]
SurfaceKind = Literal["message", "modal", "home"]
Option = dict[str, Any]

_KINDS = {
    "button": "button",
    "workflow_button": "button",
    "image": "image",
    "overflow": "overflow",
    "plain_text_input": "text",
    "email_text_input": "text",
    "url_text_input": "text",
    "number_input": "text",
    "rich_text_input": "text",
    "static_select": "select",
    "users_select": "select",
    "channels_select": "select",
    "conversations_select": "select",
    "external_select": "external",
    "multi_external_select": "external",
    "multi_static_select": "choices",
    "multi_users_select": "choices",
    "multi_channels_select": "choices",
    "multi_conversations_select": "choices",
    "radio_buttons": "choices",
    "checkboxes": "choices",
    "datepicker": "date",
    "timepicker": "date",
    "datetimepicker": "date",
}
_INPUT_TYPES = {
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
}


def blocks_html(blocks: Iterable[Json], surface: "Surface") -> Markup:
    """Safe HTML of a list of blocks; a block of a type this page does not know says so in its place."""
    return render("blocks.html", blocks=list(blocks), s=surface)


@dataclass(frozen=True)
class Surface:
    """Where blocks are shown: what kind of place, its key (unique in the page), and what ids stand for.

    Its methods are what the templates need; every one gives escaped HTML or plain words.
    """

    kind: SurfaceKind
    key: str
    directory: Directory

    def text(self, text: Json | None) -> Markup:
        """HTML of a text object, plain_text or mrkdwn."""
        if not text:
            return Markup("")
        words = str(text.get("text", ""))
        return mrkdwn(words, self.directory) if text.get("type") == "mrkdwn" else plain(words)

    def words(self, text: Json | None) -> str:
        """The bare words of a text object, for a placeholder, an option or a name read aloud."""
        return with_emoji(str(text.get("text", ""))) if text else ""

    def rich(self, block: Json) -> Markup:
        """HTML of a rich_text block."""
        return rich_text(block, self.directory)

    def dom_id(self, *parts: object) -> str:
        """An id no other element of the page has: two messages may use one block_id."""
        path = "\x1f".join([self.kind, self.key, *map(str, parts)])
        return "k" + hashlib.sha256(path.encode()).hexdigest()[:14]

    def field(self, block: Json, element: Json) -> str:
        """The name of a form field."""
        return f"{block.get('block_id', '')}|{element.get('action_id', '')}"

    def element_kind(self, element: Json) -> str:
        """Which macro renders the element; "" for a type this page does not know."""
        return _KINDS.get(str(element.get("type")), "")

    def input_type(self, element: Json) -> str:
        """The HTML type of a one-line input."""
        return _INPUT_TYPES.get(str(element.get("type")), "text")

    def href(self, url: object) -> str:
        """Where a button's address leads, when a browser may follow it; else ""."""
        return (followed(url) if isinstance(url, str) else None) or ""

    def image(self, image: Json) -> str:
        """An image's address, when it is http(s); else ""."""
        url = str(image.get("image_url") or image.get("slack_file", {}).get("url") or "")
        return url if url.startswith(("http://", "https://")) else ""

    def confirmation(self, confirm: Json) -> dict[str, str]:
        """What a confirm dialog says, ready to show."""
        return {
            "title": self.words(confirm.get("title")),
            "html": str(self.text(confirm.get("text"))),
            "confirm": self.words(confirm.get("confirm")) or "Yes",
            "deny": self.words(confirm.get("deny")) or "Cancel",
            "style": "danger" if confirm.get("style") == "danger" else "primary",
        }

    def option_groups(self, element: Json) -> list[tuple[str, list[Option]]]:
        """A select's options as (group label or "", options); people and channels are options too."""
        kind = str(element.get("type"))
        if kind.endswith("users_select"):
            return [("", _named(self.directory.people, "@"))]
        if kind.endswith("channels_select"):
            return [("", _named(self.directory.channels, "#"))]
        if kind.endswith("conversations_select"):
            return [("", _named(self.directory.channels, "#") + _named(self.directory.people, "@"))]
        groups: Sequence[Json] = element.get("option_groups") or ()
        if groups:
            return [(self.words(group.get("label")), list(group.get("options", []))) for group in groups]
        return [("", list(element.get("options") or ()))]

    def initial(self, element: Json) -> frozenset[str]:
        """The values chosen at the start."""
        values = {str(option.get("value")) for option in self.initial_options(element)}
        for key in ("initial_user", "initial_channel", "initial_conversation"):
            values |= {str(element[key])} if element.get(key) else set()
            values |= set(map(str, element.get(key + "s") or ()))
        return frozenset(values)

    def initial_options(self, element: Json) -> list[Option]:
        """The options chosen at the start, one or several."""
        one = element.get("initial_option")
        return [one] if one else list(element.get("initial_options") or ())

    def initial_date(self, element: Json) -> str:
        """What a date, time or date-and-time input starts with, as HTML wants it."""
        moment = element.get("initial_date_time")
        if isinstance(moment, int):
            return (
                datetime.fromtimestamp(moment, UTC).astimezone(self.directory.zone).strftime("%Y-%m-%dT%H:%M")
            )
        return str(element.get("initial_date") or element.get("initial_time") or "")


def _named(names: Mapping[str, str], mark: str) -> list[Option]:
    return [
        {"value": id_, "text": {"type": "plain_text", "text": mark + name}} for id_, name in names.items()
    ]
