"""Who is looking: the people one can be in the sandbox, and how each is introduced."""

from dataclasses import dataclass

from sandbox.slack.workspace import User, Workspace


@dataclass(frozen=True)
class Person:
    """Somebody one can be: `role` as in "You are Damian, partnerships lead"."""

    id: str
    name: str
    role: str


def everyone(workspace: Workspace) -> list[Person]:
    """The humans, in the order they were made."""
    return [_person(user) for user in workspace.users.values() if not user.is_bot]


def person(workspace: Workspace, asked: str | None) -> Person:
    """The one with that id or handle; without, or for a stranger, the first."""
    people = everyone(workspace)
    found = workspace.user_named(asked) if asked else None
    return next((each for each in people if found and each.id == found.id), people[0])


def _person(user: User) -> Person:
    title = user.title[:1].lower() + user.title[1:] if user.title else "member"
    return Person(user.id, user.real_name, "guest" if user.is_restricted else title)
