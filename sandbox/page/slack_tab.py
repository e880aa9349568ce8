"""The Slack tab: sidebar, one channel or the App Home, a thread beside it, and the modal on top."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sandbox.page.blocks import Surface, blocks_html
from sandbox.page.emoji import PICKER, emoji
from sandbox.page.messages import directory_of, in_channel, in_thread
from sandbox.page.people import Person, everyone
from sandbox.page.templating import render
from sandbox.slack.manifest import Manifest
from sandbox.slack.workspace import TEAM_NAME, Channel
from sandbox.world import World


@dataclass(frozen=True)
class Row:
    """A channel in the sidebar; `latest` is the ts of its newest message, "" when it has none."""

    id: str
    name: str
    private: bool
    latest: str


@dataclass(frozen=True)
class Heading:
    """The channel that is open: its title as people say it; whether the viewer is in it, and alone with the app."""

    id: str
    title: str
    about: str
    member: bool
    direct: bool


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab at `rest`: "", "home", "<channel>" or "<channel>/<thread ts>"."""
    where, _, thread = rest.partition("/")
    if where == "home":
        around = _sidebar(world, me, "home")
        return render("slack.html", **around, home=True, dm=_dm_id(me), **_home(world, me))
    channel = _channel(world, me, where)
    context = _sidebar(world, me, channel.id) | _conversation(world, me, channel) | {"thread": thread}
    if thread:
        context["thread_messages"] = in_thread(world.workspace, channel, thread, me.id)
    return render("slack.html", **context)


def sidebar(world: World, me: Person, rest: str) -> Markup:
    """The sidebar alone."""
    return render("sidebar.html", **_sidebar(world, me, rest.partition("/")[0]))


def channel_fragment(world: World, me: Person, id: str) -> Markup:
    """The messages of a channel."""
    return render("messages.html", **_conversation(world, me, _channel(world, me, id)))


def thread_fragment(world: World, me: Person, id: str, ts: str) -> Markup:
    """The messages of a thread."""
    channel = _channel(world, me, id)
    context = _conversation(world, me, channel) | {"messages": []}
    return render("thread.html", **context, thread_messages=in_thread(world.workspace, channel, ts, me.id))


def modal_fragment(world: World, me: Person) -> Markup:
    """The view on top of the person's stack; "" when none is open."""
    view = world.workspace.top_view(me.id)
    if view is None:
        return Markup("")
    surface = Surface("modal", view.id, directory_of(world.workspace, me.id))
    return render(
        "modal.html",
        view=view.body | {"id": view.id, "hash": view.hash},
        s=surface,
        html=blocks_html(view.blocks, surface),
    )


def home_fragment(world: World, me: Person) -> Markup:
    """The App Home published for the person."""
    return render("home.html", **_home(world, me))


def _home(world: World, me: Person) -> dict[str, Any]:
    view = world.workspace.home_of(me.id)
    if view is None:
        return {"html": Markup(""), "view": None}
    surface = Surface("home", view.id, directory_of(world.workspace, me.id))
    return {"html": blocks_html(view.blocks, surface), "view": view}


def _conversation(world: World, me: Person, channel: Channel) -> dict[str, Any]:
    manifest = Manifest.parse(world.manifest)
    return {
        "me": me,
        "channel": _heading(me, channel),
        "messages": in_channel(world.workspace, channel, me.id),
        "picker": [(name, emoji(name)) for name in PICKER[:3]],
        "shortcuts": [each for each in manifest.shortcuts.values() if each.type == "message"],
    }


def _sidebar(world: World, me: Person, here: str) -> dict[str, Any]:
    channels = world.workspace.channels.values()
    own = next((each for each in channels if each.im_user == me.id), None)
    return {
        "me": me,
        "here": here,
        "team": TEAM_NAME,
        "people": everyone(world.workspace),
        "channels": [_row(each, each.name) for each in channels if not each.im_user and _visible(each, me)],
        "dms": [
            _row(own, "Partnerships Assistant")
            if own
            else Row(_dm_id(me), "Partnerships Assistant", True, "")
        ],
        "connected": bool(world.slack.connections),
        "at": f"slack/{here}",
    }


def _row(channel: Channel, name: str) -> Row:
    return Row(channel.id, name, channel.is_private, max(channel.messages, default=""))


def _heading(me: Person, channel: Channel) -> Heading:
    title = "Partnerships Assistant" if channel.im_user else f"#{channel.name}"
    about = channel.topic or channel.purpose
    return Heading(channel.id, title, about, me.id in channel.members, bool(channel.im_user))


def _visible(channel: Channel, me: Person) -> bool:
    """Slack: a private channel is known to its members only; a public one to every full member."""
    return me.id in channel.members or (not channel.is_private and me.role != "guest")


def _channel(world: World, me: Person, id: str) -> Channel:
    """The channel asked for, where the person may read it; else the first one they are in."""
    if id == _dm_id(me) and id not in world.workspace.channels:
        return world.workspace.direct_message(me.id, world.clock.now())
    found = world.workspace.channels.get(id)
    if found is not None and _visible(found, me):
        return found
    return world.workspace.channels[_first_channel(world, me)]


def _first_channel(world: World, me: Person) -> str:
    channels = world.workspace.channels.values()
    return next(each.id for each in channels if me.id in each.members and not each.im_user)


def _dm_id(me: Person) -> str:
    return f"D{me.id[1:]}"
