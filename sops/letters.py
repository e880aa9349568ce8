"""A letter written in Freshdesk: its placeholders, its links, and its text as a person reads it in Slack."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser

from sops.blocks import escape, link

_PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_BLOCK_TAGS = frozenset({"p", "div", "br", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote"})


def fill(body_html: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders we know by escaped values; unknown ones stay, for a check to find."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return html.escape(values[name]) if name in values else match[0]

    return _PLACEHOLDER.sub(value, body_html)


def unfilled(body_html: str) -> list[str]:
    """What still looks like a placeholder or a template tag."""
    return re.findall(r"\{\{.*?\}\}|\{%.*?%\}|\{\{", body_html)


def links(body_html: str) -> list[str]:
    """Targets of the links and addresses written out in the text, each once, in their order."""
    reader = _Reader()
    reader.feed(body_html)
    written = re.findall(r"https?://[^\s<>\"']+", reader.plain_text())
    return list(dict.fromkeys([*reader.targets, *(one.rstrip(".,;)") for one in written)]))


def as_mrkdwn(body_html: str) -> str:
    """The letter in Slack's mrkdwn: paragraphs, line breaks and links kept, everything else as text."""
    reader = _Reader()
    reader.feed(body_html)
    return reader.mrkdwn()


def as_text(body_html: str) -> str:
    """The words alone, for looking something up in them."""
    reader = _Reader()
    reader.feed(body_html)
    return reader.plain_text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.targets: list[str] = []
        self._pieces: list[tuple[str, str]] = []
        self._target = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "a":
            self._target = dict(attrs).get("href") or ""
            if self._target:
                self.targets.append(self._target)
        elif tag == "li":
            self._pieces.append(("\n• ", ""))
        elif tag in _BLOCK_TAGS:
            self._pieces.append(("\n" if tag in ("br", "tr", "div") else "\n\n", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag == "a":
            self._target = ""
        elif tag in _BLOCK_TAGS and tag != "br":
            self._pieces.append(("\n", ""))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append((re.sub(r"\s+", " ", data), self._target))

    def plain_text(self) -> str:
        return _tidy("".join(text for text, _ in self._pieces))

    def mrkdwn(self) -> str:
        return _tidy("".join(_piece(text, target) for text, target in self._pieces))


def _piece(text: str, target: str) -> str:
    if target.startswith(("http://", "https://", "mailto:")) and not re.search(r"[|<>\s]", target):
        return link(target, text)
    return escape(text)


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", text)).strip()
