"""blocks.validate: Slack's own validator, without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import SlackError, invalid_arguments
from sandbox.slack.rules import Problem, message_problems, view_problems
from sandbox.slack.webapi import Args, method

if TYPE_CHECKING:
    from sandbox.world import World


@method("blocks.validate", tier=0, token="")
def validate(world: World, args: Args) -> dict[str, Any]:
    """Slack: https://docs.slack.dev/reference/methods/blocks.validate

    Exactly one of blocks, message and view. Problems come as objects {pointer, code, message}; pointers start
    at what was given, e.g. /0/text/type for blocks.
    """
    given = [name for name in ("blocks", "message", "view") if args.get(name) is not None]
    if len(given) != 1:
        raise invalid_arguments("must provide exactly one of blocks, message, view")
    kind, value = given[0], args[given[0]]
    if kind == "view":
        problems = view_problems(value, "")
    elif kind == "blocks":
        problems = message_problems(value, "")
    elif isinstance(value, dict):
        problems = message_problems(value.get("blocks") or [])
    else:
        problems = [Problem("", "must provide an object")]
    if problems:
        listed = [{"pointer": each.pointer, "code": each.code, "message": each.message} for each in problems]
        raise SlackError(f"invalid_{kind}", errors=listed)
    return {}
