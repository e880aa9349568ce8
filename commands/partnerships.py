"""/partnerships: find a lead and what can be done for it; the launcher for everything else."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime

from commands import left_open, views
from commands.act import Act, View
from commands.hail_forms import form_view
from commands.hail_planning import first_asked
from commands.known_leads import permalink_of
from commands.launcher import CALLBACK, TITLE, launcher
from commands.registry import action, closing, command, options
from sops import blocks
from sops.blocks import Block, escape
from sops.links import ticket_words
from store.lead import Event, Lead, LeadSummary
from store.lifecycle import Phase, transition

_EVENTS = 15
_WHOLE_TIMELINE = 10_000


@command("/partnerships", "Find a lead, start a procedure, pause all sending", "[lead]")
def partnerships(act: Act) -> None:
    """With a name, address, domain or ticket number: that lead; else the launcher."""
    act.ack()
    wanted = html.unescape(act.text)
    found = act.context.store.search(wanted, 1) if wanted else []
    act.open(lead_view(act, found[0].id) if found else launcher(act, not_found=wanted))


@action("lead_more")
def more(act: Act) -> None:
    """The card's More… button."""
    act.ack()
    act.open(lead_view(act, act.value))


@action("find_lead")
def find(act: Act) -> None:
    """A lead was chosen in the launcher."""
    act.ack()
    act.stay()
    act.show(lead_view(act, str(act.body["actions"][0]["selected_option"]["value"])))


@options("find_lead")
def leads(act: Act) -> list[dict[str, object]]:
    """Leads whose organisation, address, domain or ticket has what was typed."""
    found = act.context.store.search(str(act.body.get("value") or ""), 20)
    return [_choice(lead) for lead in found]


@action("start_hail")
def start_hail(act: Act) -> None:
    act.ack()
    views.open_over(act, form_view(first_asked(act, ()), act.channel))


@action("lead_reopen")
def reopen(act: Act) -> None:
    """A closed lead goes back to the phase it left."""
    act.ack()
    act.stay()
    before = act.context.store.get(act.value)
    if before.phase is Phase.CLOSED:
        now = act.context.clock.now()
        event = Event(f"reopened:{len(before.phases)}", now, "phase", "Reopened", act.user)
        act.context.store.update(act.value, lambda lead: _reopened(lead, now, act.user), event)
        act.context.progress.card(act.value)
    act.show(lead_view(act, act.value))


def _reopened(lead: Lead, now: datetime, by: str) -> Lead:
    left = lead.phases[-1].before
    if lead.phase is not Phase.CLOSED or left is None:
        return lead
    return replace(lead, phases=transition(lead.phases, left, at=now, by=by, why="reopened"))


@action("open_thread")
def open_thread(act: Act) -> None:
    """A link button: Slack opens it, and only wants to hear that we know."""
    act.ack()


@closing(CALLBACK)
def closed(act: Act) -> None:
    """With the plan that lay on it, if one did."""
    left_open.offer(act)


def lead_view(act: Act, lead_id: str) -> View:
    """The lead and everything that can be done for it now."""
    lead = act.context.store.get(lead_id)
    permalink = permalink_of(act.context, lead)
    lines = [
        f"*{escape(lead.organisation)}*",
        f"*Phase*  {lead.phase} since {lead.phase_since:%Y-%m-%d}   *Owner*  <@{lead.owner}>",
        f"*Contacts*  {escape(', '.join(contact.address for contact in lead.contacts))}",
        f"*Source*  {escape(lead.source) or 'not said'}",
        f"*Ticket*  {ticket_words(lead.ticket_id, '') if lead.ticket_id else 'none yet'}",
        f"*Next step*  {escape(lead.next_step) or 'hail them'}",
    ]
    shown = [*blocks.sections("\n".join(lines)), *_ways_on(lead, permalink), *_history(act, lead.id)]
    return views.modal(
        TITLE,
        shown,
        callback_id=CALLBACK,
        metadata={"channel": act.channel, "lead_id": lead.id},
        notify_on_close=True,
    )


def _ways_on(lead: Lead, permalink: str) -> list[Block]:
    ways = [blocks.button("Open its thread", "open_thread", lead.id, url=permalink)] if permalink else []
    if lead.phase is Phase.CLOSED:
        ways.append(blocks.button("Reopen", "lead_reopen", lead.id, style="primary"))
    elif lead.phase is Phase.LEAD:
        label = "Hail again" if lead.hailed_at else "Hail"
        ways.append(blocks.button(label, "lead_hail", lead.id, style="" if lead.hailed_at else "primary"))
    return [blocks.actions(*ways)] if ways else []


def _history(act: Act, lead_id: str) -> list[Block]:
    """What happened last, newest first."""
    events = act.context.store.timeline(lead_id, limit=_WHOLE_TIMELINE)[-_EVENTS:]
    told = "\n".join(f"{event.at:%Y-%m-%d %H:%M} {escape(event.text)}" for event in reversed(events))
    return [blocks.context(told)] if told else []


def _choice(lead: LeadSummary) -> dict[str, object]:
    return blocks.option(lead.organisation or lead.id, lead.id, ", ".join(lead.addresses) or str(lead.phase))
