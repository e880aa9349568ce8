"""A lead in a modal of its own (More…): all that is known of it, and everything that can be done for it now."""

from __future__ import annotations

import threading

from commands import views
from commands.act import Act, View
from commands.known_leads import permalink_of
from commands.lead_fields import fields
from commands.procedures import offered
from sops import blocks, phases, starting
from sops.blocks import Block, escape
from sops.starting import start_action
from store.lead import Lead, as_it_stands
from store.lifecycle import Phase

TITLE = "Partnerships"
CALLBACK = "partnerships"
_EVENTS = 12
_EVENT_LENGTH = 130
_SHARED = "In the running notes: "
_turns: dict[str, threading.Lock] = {}
"""One for each person: what shows a lead anew in their modal waits its turn and shows it as it is then, so that an
older state, on a slower way to Slack, never takes the place of a newer one."""


def open_lead(act: Act, lead_id: str) -> None:
    """Open it, over the modal of the click if there is one. The link to its thread, which Slack has to be asked
    for, comes a moment later: a trigger id lives 3 s."""
    views.open_over(act, lead_view(act, lead_id, with_thread=False))
    if act.context.store.get(lead_id).thread is not None:
        _show(act, lead_id)


def lead_view(act: Act, lead_id: str, *, with_thread: bool = True) -> View:
    """`with_thread`: with a button to its thread, for which Slack is asked. Raises NoSuchLead."""
    lead = act.context.store.get(lead_id)
    permalink = permalink_of(act.context, lead) if with_thread else ""
    shown = [
        *fields(act.context, lead),
        *_procedures(act, lead),
        *_ways_on(lead, permalink),
        *_history(act, lead.id),
    ]
    return views.modal(
        TITLE,
        shown,
        callback_id=CALLBACK,
        metadata={"channel": act.channel, "lead_id": lead.id},
        notify_on_close=True,
    )


def under(act: Act) -> str:
    """The id of the lead's modal in which the person clicked; empty when it was anything else."""
    is_lead = act.view.get("callback_id") == CALLBACK and "lead_id" in act.metadata
    return str(act.view["id"]) if is_lead and act.view.get("type") == "modal" else ""


def refresh_under(act: Act, lead_id: str) -> None:
    """After a form over a lead's modal: what lies under it shows the lead as it is now."""
    below = str(act.metadata.get("under") or "")
    if below:
        act.modal, act.external_id = below, ""
        _show(act, lead_id)


def show_where_pressed(act: Act, lead_id: str) -> None:
    """After a button in a modal: the lead as it is now in its place. On a card or the Home tab, which are rendered
    from state by themselves, nothing."""
    if act.view.get("type") == "modal":
        act.stay()
        _show(act, lead_id)


def _show(act: Act, lead_id: str) -> None:
    with _turns.setdefault(act.user, threading.Lock()):
        act.show(lead_view(act, lead_id))


def _procedures(act: Act, lead: Lead) -> list[Block]:
    """What comes next first, then everything else that fits. Rows have names that stay, so that a click is never lost
    while the modal is filled."""
    step = starting.next_procedure(lead, act.context.clock.now())
    buttons = [blocks.button(step.label, step.action, lead.id, style="primary")] if step else []
    first = step.action if step else ""
    hail = lead.phase is Phase.LEAD and first != "lead_hail"
    if hail and lead.hailed_at is None:
        buttons.append(blocks.button("Hail", "lead_hail", lead.id))
    for made in offered(lead):
        if start_action(made.key) != first:
            buttons.append(starting.start_button(made.key, made.title, lead.id))
    if hail and lead.hailed_at is not None:
        buttons.append(blocks.button("Hail again", "lead_hail", lead.id))
    return [blocks.actions(*buttons, block_id="procedures")] if buttons else []


def _ways_on(lead: Lead, permalink: str) -> list[Block]:
    buttons = [
        blocks.button("Edit", "lead_edit", lead.id),
        blocks.button("Owner", "lead_owner", lead.id),
        *(blocks.button(f"Move to {to}", "lead_move", f"{lead.id} {to}") for to in phases.moves(lead)[:1]),
    ]
    if lead.phase is not Phase.CLOSED:
        buttons.append(blocks.button("Close the lead…", "lead_close", lead.id))
    buttons.append(blocks.button("Timeline", "lead_timeline", lead.id))
    if permalink:
        buttons.append(blocks.button("Open its thread", "open_thread", lead.id, url=permalink))
    return [blocks.divider(), blocks.actions(*buttons, block_id="ways")]


def _history(act: Act, lead_id: str) -> list[Block]:
    """What happened last, newest first."""
    lines = as_it_stands(act.context.store.timeline(lead_id))[-_EVENTS:]
    told = [
        f"{blocks.moment(line.at, '{date_num} {time}')} {_SHARED if line.audience == 'notes' else ''}"
        f"{escape(blocks.cut(line.text, _EVENT_LENGTH))}"
        for line in reversed(lines)
    ]
    return [blocks.context("\n".join(told))] if told else []
