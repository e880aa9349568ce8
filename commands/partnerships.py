"""/partnerships: the launcher for everything that exists, for a lead or for the team."""

from __future__ import annotations

from dataclasses import replace

from commands import views
from commands.act import Act, View
from commands.hail_views import form_view
from commands.known_leads import permalink_of
from commands.registry import action, command, options
from sops import blocks, brakes, progress_message
from sops.blocks import Block, escape
from sops.links import ticket_words
from sops.progress_message import TITLES
from store.lead import Event, Lead, LeadSummary
from store.lifecycle import Phase, transition
from store.plan import End

TITLE = "Partnerships"
_WAITING_BLOCKS = 60


@command("/partnerships", "Find a lead, start a procedure, pause all sending", "[lead]")
def partnerships(act: Act) -> None:
    """With a name, address, domain or ticket number: that lead; else the launcher."""
    act.ack()
    found = act.context.store.search(act.text, 1) if act.text else []
    act.open(lead_view(act, found[0].id) if found else launcher(act))


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
    act.open(form_view(owner=act.user, channel=act.channel))


@action("lead_reopen")
def reopen(act: Act) -> None:
    """A closed lead goes back to the phase it left."""
    act.ack()
    act.stay()
    now = act.context.clock.now()

    def change(lead: Lead) -> Lead:
        left = lead.phases[-1].before
        if lead.phase is not Phase.CLOSED or left is None:
            return lead
        return replace(lead, phases=transition(lead.phases, left, at=now, by=act.user, why="reopened"))

    event = Event(f"reopened:{now.isoformat()}", now, "phase", "Reopened", act.user)
    act.context.store.update(act.value, change, event)
    act.context.progress.card(act.value)
    act.show(lead_view(act, act.value))


@action("open_thread")
def open_thread(act: Act) -> None:
    """A link button: Slack opens it, and only wants to hear that we know."""
    act.ack()


def launcher(act: Act) -> View:
    """Find a lead; start a procedure; what waits; the brake."""
    search: Block = {
        "type": "external_select",
        "action_id": "find_lead",
        "placeholder": blocks.plain("Name, address or ticket", 150),
        "min_query_length": 1,
    }
    shown: list[Block] = [
        blocks.section("*Find a lead*", accessory=search),
        blocks.section(
            f"*{TITLES['hail']}*\nSend the first mail to new contacts. Also: `/hail-lead ada@uni.example`",
            accessory=blocks.button("Start", "start_hail", "new"),
        ),
        blocks.divider(),
        _brake(act),
        *_waiting(act),
    ]
    return views.modal(TITLE, shown, metadata={"channel": act.channel})


def _brake(act: Act) -> Block:
    stopped = brakes.paused(act.context)
    if stopped is not None:
        text = f":octagonal_sign: *All sending is paused* {stopped.words}."
        return blocks.section(text, accessory=blocks.button("Resume sending", "sending_resume", "yes"))
    sent = brakes.sent_today(act.context)
    text = f"*Sending is on.* {sent} of at most {act.context.team.daily_cap} mails today."
    pause = blocks.button("Pause all sending", "sending_pause", "yes", style="danger")
    return blocks.section(text, accessory=pause)


def _waiting(act: Act) -> list[Block]:
    """Attempts that wait for their time or for a person, with the same buttons as in their threads."""
    shown: list[Block] = []
    for run in act.context.store.open_runs():
        if run.end not in (End.RUNNING, End.DONE, End.CANCELLED) and len(shown) < _WAITING_BLOCKS:
            shown += progress_message.render(act.context, run)
    return shown


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
    ways = [blocks.button("Open its thread", "open_thread", lead.id, url=permalink)] if permalink else []
    if lead.phase is Phase.CLOSED:
        ways.append(blocks.button("Reopen", "lead_reopen", lead.id, style="primary"))
    elif lead.phase is Phase.LEAD:
        label = "Hail again" if lead.hailed_at else "Hail"
        ways.append(blocks.button(label, "lead_hail", lead.id, style="" if lead.hailed_at else "primary"))
    shown: list[Block] = [*blocks.sections("\n".join(lines))]
    if ways:
        shown.append(blocks.actions(*ways))
    history = act.context.store.timeline(lead_id, limit=15)
    if history:
        told = "\n".join(f"{event.at:%Y-%m-%d %H:%M} {escape(event.text)}" for event in history)
        shown.append(blocks.context(told))
    return views.modal(TITLE, shown, metadata={"channel": act.channel, "lead_id": lead.id})


def _choice(lead: LeadSummary) -> dict[str, object]:
    return blocks.option(lead.organisation or lead.id, lead.id, ", ".join(lead.addresses) or str(lead.phase))
