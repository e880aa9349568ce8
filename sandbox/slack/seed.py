"""What a newcomer finds in the pretended workspace: four people, three channels, one welcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.slack.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Channel, Message, User, Workspace

GUIDE_USER = "U08GUIDE"
GUIDE_BOT = "B08GUIDE"

PEOPLE = (
    User("U01DAMIAN", "damian", "Damian", "damian@2i2c.org", "Partnerships lead"),
    User("U02JIM", "jim", "Jim", "jim@2i2c.org", "Partnerships"),
    User("U03BEA", "bea", "Bea", "bea@2i2c.org", "Engineering"),
    User("U04GUS", "gus", "Gus", "gus@contractor.example", "Contractor", is_restricted=True),
    User(BOT_USER, "partnerships", "Partnerships Assistant", is_bot=True),
    User(GUIDE_USER, "sandboxguide", "Sandbox guide", is_bot=True),
)
WELCOME = "Welcome! A new mail came in: ada@uni.example is interested in a hub for her research group."


def fill(workspace: Workspace, now: datetime) -> None:
    """Put people, channels and the welcome into an empty workspace."""
    workspace.users = {person.id: User(**person.__dict__) for person in PEOPLE}
    damian, jim, bea, gus, assistant, guide = (person.id for person in PEOPLE)
    born = int(now.timestamp())
    for channel in (
        Channel("C01PARTNERS", "partnerships", born, purpose="Leads, from first contact to signed partner"),
        Channel("G02SENDERS", "partnerships-senders", born, is_private=True, purpose="Who may send"),
        Channel("C03ENGINEERING", "engineering", born, purpose="Hubs and infrastructure"),
    ):
        workspace.channels[channel.id] = channel
    workspace.channels["C01PARTNERS"].members = [damian, jim, bea, gus, assistant, guide]
    workspace.channels["G02SENDERS"].members = [damian, jim, gus, assistant]
    workspace.channels["C03ENGINEERING"].members = [bea, assistant]
    welcome = _welcome(workspace.next_ts(now))
    workspace.channels["C01PARTNERS"].messages[welcome["ts"]] = welcome


def bot_profile(user: User, app_id: str, bot_id: str) -> dict[str, Any]:
    """The `bot_profile` of a message an app wrote."""
    icons = {f"image_{size}": f"https://sandbox.invalid/{bot_id}_{size}.png" for size in (36, 48, 72)}
    return {
        "id": bot_id,
        "app_id": app_id,
        "user_id": user.id,
        "name": user.real_name,
        "icons": icons,
        "deleted": False,
        "updated": 1700000000,
        "team_id": TEAM_ID,
    }


def assistant_profile(workspace: Workspace) -> dict[str, Any]:
    """The assistant's `bot_profile`."""
    return bot_profile(workspace.users[BOT_USER], APP_ID, BOT_ID)


def _welcome(ts: str) -> Message:
    guide = next(person for person in PEOPLE if person.id == GUIDE_USER)
    return {
        "type": "message",
        "user": GUIDE_USER,
        "bot_id": GUIDE_BOT,
        "app_id": "A08GUIDE",
        "team": TEAM_ID,
        "ts": ts,
        "text": WELCOME,
        "bot_profile": bot_profile(guide, "A08GUIDE", GUIDE_BOT),
        "blocks": [
            {
                "type": "section",
                "block_id": "welcome",
                "text": {
                    "type": "mrkdwn",
                    "text": ":wave: *Welcome!* A new mail came in: *ada@uni.example* is interested in a hub "
                    "for her research group.\nHail her with `/hail-lead ada@uni.example`.",
                },
            },
        ],
    }
