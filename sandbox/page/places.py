"""The page's places: the shell around everything, and one tab for each side of the story."""

from collections.abc import Callable
from urllib.parse import quote

from markupsafe import Markup

from sandbox.page import booking_tab, developers_tab, drive_tab, helpdesk_tab, inbox_tab, slack_tab
from sandbox.page.people import Person
from sandbox.page.templating import render
from sandbox.slack.manifest import Manifest
from sandbox.world import World

Tab = Callable[[World, Person, str], Markup]

TABS: dict[str, tuple[str, Tab, str]] = {
    "slack": ("Slack", slack_tab.place, ""),
    "inbox": ("Ada's inbox", inbox_tab.place, "inbox everything"),
    "helpdesk": ("Helpdesk", helpdesk_tab.place, "helpdesk inbox everything"),
    "drive": ("Team Drive", drive_tab.place, "drive everything"),
    "book": ("Book a meeting", booking_tab.place, "booking everything"),
    "developers": ("For developers", developers_tab.place, ""),
}
"""By the first word of an address: its name, what shows it, and the topics that change it as a whole."""


def shell(world: World, me: Person) -> Markup:
    """The whole page, its place still empty."""
    manifest = Manifest.parse(world.manifest)
    commands = [
        {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
        for each in sorted(manifest.commands.values(), key=lambda each: each.command)
    ]
    return render(
        "shell.html",
        me=me,
        tabs=[(key, name) for key, (name, _, _) in TABS.items()],
        manifest={"commands": commands},
        **_clock(world),
    )


def place(world: World, me: Person, at: str) -> Markup:
    """A tab, with what makes the browser fetch it again."""
    key, _, topics = _tab(at)
    source = f"/page/inside?as={quote(me.id)}&at={quote(at, safe='')}" if topics else ""
    return render("place.html", key=key, source=source, topics=topics, html=inside(world, me, at))


def inside(world: World, me: Person, at: str) -> Markup:
    """What a tab shows."""
    _, show, _ = _tab(at)
    return show(world, me, at.partition("/")[2])


def clock(world: World) -> Markup:
    """The sandbox's time, when it is not the real one."""
    return render("clock.html", **_clock(world))


def badges(world: World) -> Markup:
    """How many mails reached outside people, for the mark on their tab."""
    mails = inbox_tab.outside_mails(world)
    latest = inbox_tab.outside_recipient(world, mails[0]) if mails else ""
    return render("badges.html", mails=len(mails), latest=latest)


def _tab(at: str) -> tuple[str, Tab, str]:
    key = at.partition("/")[0]
    key = key if key in TABS else "slack"
    return key, TABS[key][1], TABS[key][2]


def _clock(world: World) -> dict[str, object]:
    return {"now": world.clock.now(), "offset": world.clock.offset_seconds}
