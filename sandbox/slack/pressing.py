"""What a human can do with buttons, menus and modals: click, choose, search, submit, close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.slack import messages, modals
from sandbox.slack.errors import SlackError
from sandbox.slack.forms import KEYS, State, WrongInput, field_errors, initial_state, state_values
from sandbox.slack.interactions import head, new_response_url, place
from sandbox.slack.person import (
    NOT_INTERACTIVE,
    TROUBLE,
    NotPossible,
    Outcome,
    noticed,
    outcome_of,
    refused,
    seen,
    someone,
    somewhere,
)
from sandbox.slack.rules import options_problems
from sandbox.slack.rules.checks import elements_of
from sandbox.slack.rules.objects import options_of
from sandbox.slack.sockets import Delivery, deliver
from sandbox.slack.workspace import BOT_ID, Blocks, Channel, Message, User, View

if TYPE_CHECKING:
    from sandbox.world import World

Element = dict[str, Any]
NOT_CONNECTED = "This app is not connected here."


@dataclass(frozen=True)
class Spot:
    """Where a person acts: in a view of theirs, or in a message of a channel."""

    blocks: Blocks
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None
    ephemeral: bool = False


async def click(
    world: World,
    user: str,
    where: Mapping[str, Any],
    block_id: str,
    action_id: str,
    given: Any = None,
    values: Mapping[str, Any] | None = None,
) -> Outcome:
    """Press a button, or choose in a menu or picker.

    `where` has view_id, or channel and ts. `given` is what was chosen or typed (see `state_values`); `values`
    is what stands in the other inputs of the view right now. An input without dispatch_action keeps what was
    given and tells the app nothing.
    """
    person = someone(world, user)
    spot = _spot(world, person, where)
    block, element = _element(spot.blocks, block_id, action_id)
    if spot.message is not None and spot.message.get("bot_id") != BOT_ID:
        return refused(NOT_CONNECTED)
    state = _state_after(world, person, spot, element, block_id, given, values or {})
    if block["type"] == "input" and not block.get("dispatch_action"):
        return Outcome()
    if not world.slack.manifest.interactive:
        return noticed(world, person, spot.channel, refused(NOT_INTERACTIVE))
    action = _action(world, block_id, element, state, given)
    payload = head(person) | {"type": "block_actions"} | _container(world, person, spot, state)
    payload |= {"trigger_id": _trigger(world, person, spot), "actions": [action]}
    delivery = await deliver(world, "block_actions", "interactive", payload)
    return noticed(world, person, spot.channel, outcome_of(delivery))


async def options(
    world: World, user: str, where: Mapping[str, Any], block_id: str, action_id: str, typed: str
) -> Outcome:
    """Search in an external select; `more` has options or option_groups."""
    person = someone(world, user)
    spot = _spot(world, person, where)
    _, element = _element(spot.blocks, block_id, action_id)
    if element["type"] not in ("external_select", "multi_external_select"):
        raise NotPossible(f"{action_id} does not search.")
    if len(typed) < element.get("min_query_length", 3):
        return Outcome(more={"options": []})
    payload = head(person) | {"type": "block_suggestion"} | _container(world, person, spot, None)
    payload |= {"action_id": action_id, "block_id": block_id, "value": typed}
    delivery = await deliver(world, "block_suggestion", "interactive", payload)
    if delivery.outcome != "acked":
        return outcome_of(delivery)
    problems = options_problems(delivery.payload or {})
    if problems:
        lines = [problem.line for problem in problems]
        return Outcome(
            "invalid_response", "Results could not be loaded.", more={"options": [], "problem": lines}
        )
    if spot.view is not None:
        kept = spot.view.offered.setdefault(f"{block_id}|{action_id}", [])
        kept += [option for option in options_of(delivery.payload) if option not in kept]
    return Outcome(more=dict(delivery.payload))


async def submit(
    world: World, user: str, view_id: str, values: Mapping[str, Any], force: bool = False
) -> Outcome:
    """Fill in and submit the top modal.

    Slack's client checks first (required, lengths, formats). While an earlier submission is being answered
    the button is greyed: "busy", unless `force` (a double click that was faster).
    """
    person = someone(world, user)
    view = world.workspace.top_view(person.id)
    if view is None or view.id != view_id:
        raise NotPossible("That modal is not on top.")
    if not view.body.get("submit") or view.body.get("submit_disabled"):
        raise NotPossible("That modal has no button to submit it.")
    if view.busy and not force:
        return Outcome("busy")
    view.state = _filled(view, values)
    view.errors = field_errors(view.body, view.state)
    if view.errors:
        world.changed(f"modal:{person.id}")
        return Outcome("refused", errors=view.errors)
    view.busy = True
    world.changed(f"modal:{person.id}")
    try:
        delivery = await deliver(world, "view_submission", "interactive", _submission(world, person, view))
    finally:
        view.busy = False
        world.changed(f"modal:{person.id}")
    return noticed(world, person, None, _answered(world, person, view, delivery))


async def close(world: World, user: str, view_id: str = "", everything: bool = False) -> Outcome:
    """Cancel the top modal, or with `everything` the whole stack (the ✕)."""
    person = someone(world, user)
    stack = world.workspace.stacks.get(person.id) or []
    if not stack or (view_id and view_id not in stack):
        raise NotPossible("That modal is not open.")
    top, root = world.workspace.views[stack[-1]], world.workspace.views[stack[0]]
    cleared = everything or bool(top.body.get("clear_on_close"))
    told = root if cleared else top
    payload = head(person) | {"type": "view_closed", "view": modals.as_slack(told), "is_cleared": cleared}
    if cleared:
        modals.close_all(world, person.id)
    else:
        modals.close_top(world, person.id)
    if told.body.get("notify_on_close") and world.slack.manifest.interactive:
        world.slack.spawn(_tell_closed(world, payload))
    return Outcome()


async def _tell_closed(world: World, payload: dict[str, Any]) -> None:
    await deliver(world, "view_closed", "interactive", payload)


def _spot(world: World, person: User, where: Mapping[str, Any]) -> Spot:
    if where.get("view_id"):
        view = world.workspace.views.get(str(where["view_id"]))
        top = world.workspace.top_view(person.id)
        home = world.workspace.home_of(person.id)
        if view is None or (view is not top and view is not home):
            raise NotPossible("That view is not in front of this person.")
        return Spot(view.blocks, view=view)
    channel = somewhere(world, person.id, str(where.get("channel")))
    message, ephemeral = seen(channel, person, str(where.get("ts")))
    return Spot(message.get("blocks") or [], channel=channel, message=message, ephemeral=ephemeral)


def _element(blocks: Blocks, block_id: str, action_id: str) -> tuple[dict[str, Any], Element]:
    for block in blocks:
        if block.get("block_id") == block_id:
            for _, element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise NotPossible(f"There is nothing {block_id}/{action_id} to press.")


def _state_after(
    world: World,
    person: User,
    spot: Spot,
    element: Element,
    block_id: str,
    given: Any,
    values: Mapping[str, Any],
) -> State:
    """The state once the person has acted; kept in the view, or for a message per person."""
    chosen = {f"{block_id}|{element['action_id']}": given} if element["type"] in KEYS else {}
    try:
        if spot.view is not None:
            spot.view.state = state_values(
                spot.view.body, {**values, **chosen}, spot.view.state, spot.view.offered
            )
            return spot.view.state
        assert spot.message is not None
        key = f"{person.id}:{spot.message['ts']}"
        before = world.slack.message_state.get(key)
        state = state_values({"blocks": spot.blocks}, {**values, **chosen}, before)
        world.slack.keep_message_state(key, state)
        return state
    except WrongInput as problem:
        raise NotPossible(str(problem)) from problem


def _action(world: World, block_id: str, element: Element, state: State, given: Any) -> dict[str, Any]:
    """One entry of `actions`; Slack: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    kind = element["type"]
    action: dict[str, Any] = {"type": kind, "action_id": element["action_id"], "block_id": block_id}
    shown = (
        ("text", "value", "style", "url", "placeholder", "confirm") if kind == "button" else ("placeholder",)
    )
    action |= {key: element[key] for key in shown if key in element}
    if kind == "overflow":
        chosen = next((each for each in element["options"] if each["value"] == given), None)
        if chosen is None:
            raise NotPossible(f"There is no option {given!r}.")
        action["selected_option"] = {key: chosen[key] for key in ("text", "value")}
    elif kind in KEYS:
        key, first = KEYS[kind]
        action[key] = state[block_id][element["action_id"]][key]
        action |= {first: element[first]} if first in element else {}
    return action | {"action_ts": world.workspace.next_ts(world.clock.now())}


def _container(world: World, person: User, spot: Spot, state: State | None) -> dict[str, Any]:
    """Where it happened: the view, or channel and message (Slack leaves out messages only one person sees)."""
    if spot.view is not None:
        inside = {"type": "view", "view_id": spot.view.id}
        return {"container": inside, "view": modals.as_slack(spot.view)}
    assert spot.channel is not None and spot.message is not None
    ts, thread = spot.message["ts"], spot.message.get("thread_ts", "")
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": ts,
        "channel_id": spot.channel.id,
        "is_ephemeral": spot.ephemeral,
    }
    payload: dict[str, Any] = {"container": container, "channel": place(spot.channel)}
    if thread:
        container["thread_ts"] = thread
    if not spot.ephemeral:
        payload["message"] = messages.public(spot.message)
    if state is not None:
        payload["state"] = {"values": state}
        payload["response_url"] = new_response_url(
            world,
            spot.channel,
            person,
            original=ts,
            ephemeral=spot.ephemeral,
            thread_ts=thread if thread != ts else "",
        )
    return payload


def _trigger(world: World, person: User, spot: Spot) -> str:
    in_modal = spot.view is not None and spot.view.body["type"] == "modal"
    return world.slack.new_trigger(person.id, spot.view.id if in_modal and spot.view else None)


def _filled(view: View, values: Mapping[str, Any]) -> State:
    try:
        return state_values(view.body, values, view.state or initial_state(view.blocks), view.offered)
    except WrongInput as problem:
        raise NotPossible(str(problem)) from problem


def _submission(world: World, person: User, view: View) -> dict[str, Any]:
    return head(person) | {
        "type": "view_submission",
        "trigger_id": world.slack.new_trigger(person.id, view.id),
        "view": modals.as_slack(view),
        "response_urls": _response_urls(world, person, view),
    }


def _response_urls(world: World, person: User, view: View) -> list[dict[str, Any]]:
    """Slack: one for each channel chosen in an input with `response_url_enabled`."""
    made = []
    for block in view.blocks:
        for _, element in elements_of(block):
            held = view.state.get(block["block_id"], {}).get(element.get("action_id", ""), {})
            id = held.get("selected_conversation") or held.get("selected_channel")
            if element.get("response_url_enabled") and id in world.workspace.channels:
                url = new_response_url(world, world.workspace.channels[id], person)
                where = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": id}
                made.append({**where, "response_url": url})
    return made


def _answered(world: World, person: User, view: View, delivery: Delivery) -> Outcome:
    """What the app's ack does to the modal. A malformed one looks like a lost one to the person."""
    if delivery.outcome != "acked":
        return outcome_of(delivery)
    if view.id not in world.workspace.views:
        return Outcome()  # closed, or popped by the first of two fast submissions
    answer = delivery.payload or {}
    action = answer.get("response_action", "") if isinstance(answer, dict) else "?"
    try:
        if action == "":
            _pop(world, person, view)
        elif action == "clear":
            modals.close_all(world, person.id)
        elif action == "errors":
            return _show_errors(world, person, view, answer.get("errors"))
        elif action == "update":
            modals.update(world, view, modals.checked(world, answer.get("view"), replaces=view))
        elif action == "push":
            modals.push(world, person.id, modals.checked(world, answer.get("view")))
        else:
            raise SlackError("invalid_response_action")
    except SlackError as problem:
        return Outcome("invalid_response", TROUBLE, more={"problem": problem.to_json()})
    return Outcome()


def _pop(world: World, person: User, view: View) -> None:
    stack = world.workspace.stacks.get(person.id) or []
    while stack and view.id in stack:
        world.workspace.views.pop(stack.pop(), None)
    world.changed(f"modal:{person.id}")


def _show_errors(world: World, person: User, view: View, errors: Any) -> Outcome:
    """Slack: errors belong to input blocks of the view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    wrong = not isinstance(errors, dict) or not errors or not set(errors) <= inputs
    if wrong or not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackError("invalid_response_action", errors=errors)
    view.errors = dict(errors)
    world.changed(f"modal:{person.id}")
    return Outcome("refused", errors=view.errors)
