"""What a human can do in Slack: write, command, react, use shortcuts, look at the Home tab.

The page, the tests and the headless driver all come through here and `sandbox.slack.pressing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack import messages
from sandbox.slack.errors import SlackError
from sandbox.slack.events import emit
from sandbox.slack.interactions import command_payload, head, new_response_url, place
from sandbox.slack.live import Notice
from sandbox.slack.methods.conversations import add_member
from sandbox.slack.methods.reactions import react as add_reaction
from sandbox.slack.methods.reactions import unreact as remove_reaction
from sandbox.slack.modals import as_slack
from sandbox.slack.response_urls import answer
from sandbox.slack.sockets import Delivery, deliver
from sandbox.slack.text import typed_command, typed_message
from sandbox.slack.workspace import BOT_USER, Channel, Message, User

if TYPE_CHECKING:
    from sandbox.world import World

NO_COMMAND = (
    '{command} is not a valid command. In Slack, all messages that start with the "/" character are '
    "interpreted as commands. If you are trying to send a message and not run a command, try preceding the "
    '"/" with an empty space.'
)
NOT_IN_THREADS = "{command} is not supported in threads. Sorry!"
FAILED = '{command} failed with the error "{error}"'
TROUBLE = "We had some trouble connecting. Try again?"
TURNED_OFF = "Sending messages to this app has been turned off."
NOT_INTERACTIVE = "This app is not configured to handle interactive responses."
KEPT_NOTICES = 20


class NotPossible(Exception):
    """Something a person cannot do in Slack's client: no such channel, button, message."""


@dataclass(frozen=True)
class Outcome:
    """What a person sees of what they did.

    `outcome` is "ok", "refused" (Slack or its client says no), "busy", "operation_timeout",
    "dispatch_failed" (nobody connected) or "invalid_response" (the app answered nonsense). `notice` are the
    words Slack shows, `errors` what stands under fields, by block_id. `more` goes into the JSON as it is.
    """

    outcome: str = "ok"
    notice: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the person's API answers it."""
        return {"outcome": self.outcome, "notice": self.notice, "errors": self.errors, **self.more}


async def message(world: World, user: str, channel: str, text: str, thread_ts: str = "") -> Outcome:
    """Write a message, or a command when it begins with "/"; `more` has the new message's ts."""
    if text.startswith("/"):
        return await command(world, user, channel, text, thread_ts)
    person, where = someone(world, user), somewhere(world, user, channel)
    if not text.strip():
        return refused("")
    if where.kind == "im" and (
        not world.slack.manifest.messages_tab or world.slack.manifest.messages_read_only
    ):
        return refused(TURNED_OFF)
    if thread_ts and thread_ts not in where.messages:
        raise NotPossible(f"There is no message {thread_ts}.")
    root = where.messages[thread_ts].get("thread_ts", thread_ts) if thread_ts else ""
    written, blocks = typed_message(world.workspace, text)
    posted = messages.post(world, where, messages.from_person(world, person.id, written, blocks, root))
    return Outcome(more={"ts": posted["ts"]})


async def command(world: World, user: str, channel: str, text: str, thread_ts: str = "") -> Outcome:
    """Send a slash command and wait for its ack."""
    person, where = someone(world, user), somewhere(world, user, channel)
    name, _, rest = _split(text)
    known = world.slack.manifest.commands.get(name)
    if known is None or "commands" not in world.slack.manifest.scopes:
        return noticed(world, person, where, refused(NO_COMMAND.format(command=name)))
    if thread_ts:
        return noticed(world, person, where, refused(NOT_IN_THREADS.format(command=name)))
    written = typed_command(world.workspace, rest, should_escape=known.should_escape)
    payload = command_payload(world, person, where, name, written)
    delivery = await deliver(world, "slash_commands", "slash_commands", payload)
    outcome = _command_outcome(world, name, payload["response_url"], delivery)
    return noticed(world, person, where, outcome)


async def message_shortcut(world: World, user: str, callback_id: str, channel: str, ts: str) -> Outcome:
    """Use a message shortcut from a message's menu."""
    person, where = someone(world, user), somewhere(world, user, channel)
    _declared(world, callback_id, "message")
    found, ephemeral = seen(where, person, ts)
    if ephemeral:
        return refused("Shortcuts do not work on messages that only you can see.")
    payload = head(person) | {
        "type": "message_action",
        "action_ts": _now(world),
        "channel": place(where),
        "callback_id": callback_id,
        "trigger_id": world.slack.new_trigger(person.id),
        "response_url": new_response_url(world, where, person, original=ts),
        "message_ts": ts,
        "message": messages.public(found),
    }
    payload["user"].pop("username")  # as recorded: this payload has only the name
    payload.pop("api_app_id")
    delivery = await deliver(world, "message_action", "interactive", payload)
    return noticed(world, person, where, outcome_of(delivery))


async def global_shortcut(world: World, user: str, callback_id: str) -> Outcome:
    """Use a global shortcut."""
    person = someone(world, user)
    _declared(world, callback_id, "global")
    payload = head(person) | {
        "type": "shortcut",
        "action_ts": _now(world),
        "callback_id": callback_id,
        "trigger_id": world.slack.new_trigger(person.id),
    }
    payload["user"].pop("name")  # and this one only the username
    payload.pop("api_app_id")
    delivery = await deliver(world, "shortcut", "interactive", payload)
    return noticed(world, person, None, outcome_of(delivery))


async def open_home(world: World, user: str, tab: str = "home") -> Outcome:
    """Open the app's Home tab (or its messages); `more` has the published view, if any."""
    person = someone(world, user)
    where = world.workspace.direct_message(person.id, world.clock.now())
    home = world.workspace.home_of(person.id)
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": where.id,
        "tab": tab,
        "event_ts": _now(world),
    }
    if home is not None and tab == "home":
        event["view"] = as_slack(home)
    emit(world, "app_home_opened", event)
    return Outcome(more={"home": as_slack(home) if home else None, "channel": where.id})


async def react(world: World, user: str, channel: str, ts: str, name: str, remove: bool = False) -> Outcome:
    """Add or take away one's own reaction."""
    person, where = someone(world, user), somewhere(world, user, channel)
    found, ephemeral = seen(where, person, ts)
    if ephemeral:
        return refused("Messages that only you can see take no reactions.")
    try:
        change = remove_reaction if remove else add_reaction
        change(world, where, found, person.id, name.strip(":"))
    except SlackError as refusal:
        return refused(refusal.code)
    return Outcome()


async def edit(world: World, user: str, channel: str, ts: str, text: str) -> Outcome:
    """Change one's own message."""
    person, where = someone(world, user), somewhere(world, user, channel)
    found, _ = seen(where, person, ts)
    if found["user"] != person.id:
        return refused("You can only edit your own messages.")
    written, blocks = typed_message(world.workspace, text)
    messages.edit(world, where, found, {"text": written, "blocks": blocks}, editor=person.id)
    return Outcome()


async def delete(world: World, user: str, channel: str, ts: str) -> Outcome:
    """Delete one's own message, or dismiss one that only this person sees."""
    person, where = someone(world, user), somewhere(world, user, channel)
    found, ephemeral = seen(where, person, ts)
    if ephemeral:
        where.ephemerals[person.id].remove(found)
        messages.woken(world, where, found)
    elif found["user"] != person.id:
        return refused("You can only delete your own messages.")
    else:
        messages.delete(world, where, found)
    return Outcome()


async def join(world: World, user: str, channel: str) -> Outcome:
    """Join a public channel."""
    person = someone(world, user)
    where = world.workspace.channel_named(channel)
    if where is None or where.kind != "channel" or person.is_restricted:
        raise NotPossible(f"There is no channel {channel} to join.")
    if person.id not in where.members:
        add_member(world, where, person.id)
    return Outcome()


def someone(world: World, user: str) -> User:
    """A human by id or name; raises NotPossible."""
    person = world.workspace.user_named(user)
    if person is None or person.is_bot:
        raise NotPossible(f"There is no person {user}.")
    return person


def somewhere(world: World, user: str, channel: str) -> Channel:
    """A channel this person is in, by id or name; "dm" or the assistant's id is their direct message."""
    person = someone(world, user)
    if channel in ("dm", BOT_USER):
        return world.workspace.direct_message(person.id, world.clock.now())
    found = world.workspace.channel_named(channel)
    if found is None or person.id not in found.members:
        raise NotPossible(f"{person.real_name} is not in {channel}.")
    return found


def seen(channel: Channel, person: User, ts: str) -> tuple[Message, bool]:
    """A message this person sees, and whether only they do; raises NotPossible."""
    found, ephemeral = messages.find_visible(channel, person.id, ts)
    if found is None:
        raise NotPossible(f"There is no message {ts}.")
    return found, ephemeral


def refused(words: str) -> Outcome:
    """Slack says no, in these words."""
    return Outcome("refused", words)


def outcome_of(delivery: Delivery) -> Outcome:
    """What a person sees of an interaction's delivery: nothing, or that there was trouble."""
    if delivery.outcome == "acked":
        return Outcome()
    late = delivery.outcome == "late"
    return Outcome("operation_timeout" if late else "dispatch_failed", TROUBLE)


def noticed(world: World, person: User, channel: Channel | None, outcome: Outcome) -> Outcome:
    """Keep the notice for the person's screen; returns the outcome itself."""
    if outcome.notice:
        kept = world.slack.notices.setdefault(person.id, [])
        where = channel.id if channel else ""
        kept.append(Notice(outcome.notice, where, world.clock.now().timestamp()))
        del kept[:-KEPT_NOTICES]
        world.changed(f"notice:{person.id}")
    return outcome


def _command_outcome(world: World, name: str, response_url: str, delivery: Delivery) -> Outcome:
    if delivery.outcome == "late":
        return Outcome("operation_timeout", FAILED.format(command=name, error="operation_timeout"))
    if delivery.outcome == "no_connection":
        return Outcome("dispatch_failed", FAILED.format(command=name, error="dispatch_failed"))
    said = {"text": delivery.payload} if isinstance(delivery.payload, str) else delivery.payload
    if said:
        url = world.slack.response_urls[response_url.rpartition("/")[2]]
        try:
            answer(world, url, said)
        except SlackError as problem:
            words = FAILED.format(command=name, error="invalid_command_response")
            return Outcome("invalid_response", words, more={"problem": problem.to_json()})
    return Outcome()


def _declared(world: World, callback_id: str, kind: str) -> None:
    declared = world.slack.manifest.shortcuts.get(callback_id)
    if declared is None or declared.type != kind or "commands" not in world.slack.manifest.scopes:
        raise NotPossible(f"The manifest declares no {kind} shortcut {callback_id}.")


def _split(text: str) -> tuple[str, str, str]:
    """The command, the space, and all after it, newlines kept."""
    for at, letter in enumerate(text):
        if letter.isspace():
            return text[:at], letter, text[at + 1 :].strip(" ")
    return text, "", ""


def _now(world: World) -> str:
    return world.workspace.next_ts(world.clock.now())
