"""Slack's mrkdwn to HTML: formatting, links, mentions, emoji; everything else is text and stays text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from markupsafe import Markup, escape

from sandbox.page.addresses import followed
from sandbox.page.emoji import with_emoji

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_ATOM = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>")
_STYLED = re.compile(
    r"(?<![\w*_~])(?:\*(?P<strong>(?=\S)[^*\n]*?(?<=\S))\*|_(?P<em>(?=\S)[^_\n]*?(?<=\S))_|~(?P<del>(?=\S)[^~\n]*?(?<=\S))~)(?![\w*])"
)
_QUOTE = re.compile(r"^(?:&gt;|>) ?(.*)$")
_ITEM = re.compile(r"^(\s*)([•◦▪-]|\d{1,3}\.) +(.*)$")
_SLOT = re.compile("\ue000(\\d+)\ue001")
_BROADCASTS = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}


@dataclass(frozen=True)
class Directory:
    """What ids stand for, and whose eyes we look through.

    `people` and `channels` map Slack ids to display names; `viewer` is the id of the person looking, whose own
    mentions are highlighted; `zone` is where dates are shown (None: this computer's).
    """

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    viewer: str = ""
    zone: tzinfo | None = None

    def __hash__(self) -> int:
        return hash((tuple(self.people.items()), tuple(self.channels.items()), self.viewer, self.zone))


def mrkdwn(text: str, directory: Directory) -> Markup:
    """Safe HTML of one mrkdwn text, which comes escaped as Slack wants it (`&amp;`, `&lt;`, `&gt;`).

    Slack: only `<...>` written with real angle brackets is a link or a mention, so an escaped `&lt;!channel&gt;`
    shows as text and pings nobody. Links of other schemes than http, https, mailto and tel show as text.
    """
    text = text.replace("\ue000", "").replace("\ue001", "").replace("\r\n", "\n")
    parts = _FENCE.split(text)
    out = Markup("")
    for index, part in enumerate(parts):
        if index % 2:
            out += Markup("<pre>{}</pre>").format(_plain(part))
        elif part.strip("\n") or len(parts) == 1:
            out += _paragraphs(part.strip("\n") if len(parts) > 1 else part, directory)
    return out


def plain(text: str) -> Markup:
    """Safe HTML of a plain_text: emoji short names become emoji, line breaks stay, nothing else is special."""
    return Markup("<br>").join(escape(with_emoji(line)) for line in text.split("\n"))


def link(url: str, label: str | None = None) -> Markup:
    """A link: inside the page where it leads there, else in a new tab; of an unsafe scheme, only its text."""
    href = followed(url)
    words = escape(with_emoji(label or url.removeprefix("mailto:")))
    if href is None:
        return words
    if href.startswith("#"):
        return Markup('<a href="{}">{}</a>').format(href, words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(href, words)


def mention_of_person(user: str, directory: Directory) -> Markup:
    """The chip of `<@U…>`; a person nobody knows shows as an unknown user."""
    own = " own" if user == directory.viewer else ""
    return Markup('<span class="mention{}">@{}</span>').format(
        own, directory.people.get(user, "unknown-user")
    )


def mention_of_channel(channel: str, directory: Directory) -> Markup:
    """The chip of `<#C…>`, which leads to the channel; one we do not know shows as private."""
    name = directory.channels.get(channel)
    if name is None:
        return Markup('<span class="mention">#private-channel</span>')
    return Markup('<a class="mention" href="#slack/{}">#{}</a>').format(channel, name)


def broadcast(range_: str) -> Markup:
    """The chip of `<!channel>`, `<!here>` or `<!everyone>`: only a real one gets it."""
    return Markup('<span class="mention broadcast">{}</span>').format(_BROADCASTS.get(range_, "@" + range_))


def date_text(timestamp: int, template: str, fallback: str, zone: tzinfo | None) -> str:
    """Slack: the words of `<!date^timestamp^template|fallback>`; a template we cannot fill gives the fallback."""
    try:
        at = datetime.fromtimestamp(timestamp, UTC).astimezone(zone)
    except (OverflowError, OSError, ValueError):
        return fallback
    day = f"{at:%B} {at.day}, {at:%Y}"
    tokens = {
        "date_num": f"{at:%Y-%m-%d}",
        "date": day,
        "date_pretty": day,
        "date_short": f"{at:%b} {at.day}, {at:%Y}",
        "date_short_pretty": f"{at:%b} {at.day}, {at:%Y}",
        "date_long": f"{at:%A}, {day}",
        "date_long_pretty": f"{at:%A}, {day}",
        "time": f"{at:%H:%M}",
        "time_secs": f"{at:%H:%M:%S}",
    }
    words = re.sub(r"\{(\w+)\}", lambda found: tokens.get(found[1], found[0]), template)
    return fallback if "{" in words else words


def _paragraphs(text: str, directory: Directory) -> Markup:
    """Lines, with runs of quoted lines in a blockquote and list lines hanging from their bullet."""
    out, quoted = Markup(""), list[str]()
    pending_break = False
    for line in [*text.split("\n"), None]:
        quote = _QUOTE.match(line) if line is not None else None
        if quote:
            quoted.append(quote[1])
            continue
        if quoted:
            out += Markup("<blockquote>{}</blockquote>").format(_paragraphs("\n".join(quoted), directory))
            quoted, pending_break = [], False
        if line is None:
            break
        if item := _ITEM.match(line):
            out += Markup('<span class="item depth-{}"><span class="bullet">{}</span> {}</span>').format(
                min(len(item[1]) // 2, 3), "•" if item[2] == "-" else item[2], _inline(item[3], directory)
            )
            pending_break = False
        else:
            out += (Markup("<br>") if pending_break else Markup("")) + _inline(line, directory)
            pending_break = True
    return out


def _inline(line: str, directory: Directory) -> Markup:
    """One line: code and `<...>` are taken out whole first, so nothing inside them is formatting."""
    atoms: list[Markup] = []

    def keep(found: re.Match[str]) -> str:
        atoms.append(
            Markup("<code>{}</code>").format(_plain(found[1]))
            if found[1] is not None
            else _control(found[2], directory)
        )
        return f"\ue000{len(atoms) - 1}\ue001"

    styled = _style(_ATOM.sub(keep, line))
    return Markup(_SLOT.sub(lambda found: str(atoms[int(found[1])]), str(styled)))


def _style(text: str) -> Markup:
    """Bold, italic and strike, properly nested; the rest escaped."""
    out, at = Markup(""), 0
    for found in _STYLED.finditer(text):
        tag = str(found.lastgroup)
        out += escape(with_emoji(_decoded(text[at : found.start()])))
        out += Markup(f"<{tag}>") + _style(found[tag]) + Markup(f"</{tag}>")
        at = found.end()
    return out + escape(with_emoji(_decoded(text[at:])))


def _control(inside: str, directory: Directory) -> Markup:
    """Slack: what stands between real angle brackets: a person, a channel, a broadcast, a date or a link."""
    body, _, label = inside.partition("|")
    if body.startswith("@"):
        return mention_of_person(body[1:], directory)
    if body.startswith("#"):
        return mention_of_channel(body[1:], directory)
    if body.startswith("!date^"):
        return _date(body, label, directory)
    if body.startswith("!subteam^"):
        return Markup('<span class="mention">{}</span>').format(_decoded(label) or "@group")
    if body.startswith("!") and body[1:] in _BROADCASTS:
        return broadcast(body[1:])
    if followed(_decoded(body)):
        return link(_decoded(body), _decoded(label) or None)
    return escape(f"<{_decoded(inside)}>")


def _date(body: str, fallback: str, directory: Directory) -> Markup:
    _, timestamp, template, *url = [*body.split("^"), ""][:4]
    if not timestamp.lstrip("-").isdigit() or len(timestamp) > 12:
        return escape(_decoded(fallback))
    words = date_text(int(timestamp), _decoded(template), _decoded(fallback), directory.zone)
    return link(_decoded(url[0]), words) if url and url[0] else escape(words)


def _plain(text: str) -> Markup:
    """Inside code: links lose their brackets, as Slack shows them; everything else is literal."""
    bare = re.sub(
        r"<((?:https?|mailto):[^<>|\n]+)(?:\|([^<>\n]*))?>", lambda found: found[2] or found[1], text
    )
    return escape(_decoded(bare))


def _decoded(text: str) -> str:
    """Slack escapes exactly three characters; undone once, `&amp;` last."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
