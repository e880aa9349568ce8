"""They did not come: a mail is drafted that asks for a new time."""

from __future__ import annotations

from commands import reply, views
from commands.act import Act
from commands.registry import action
from services.errors import ServiceError
from sops import blocks
from sops.blocks import escape
from sops.context import Context
from store.lead import Lead
from store.meeting import Meeting

TITLE = "Write to them"


@action("meeting_new_time")
def new_time(act: Act) -> None:
    """The value is the lead's id and the meeting's."""
    act.ack()
    act.open(views.loading(TITLE, "Drafting the mail…"))
    lead_id, _, meeting_id = act.value.partition(" ")
    lead = act.context.store.get(lead_id)
    text = letter(act.context, lead, next((one for one in lead.meetings if one.id == meeting_id), None))
    if lead.ticket_id is not None:
        reply.draft(act, lead.id, text)
        return
    quoted = "\n".join(f">{escape(line)}" for line in text.splitlines())
    why = ":information_source: This lead has no ticket to answer on. Send this by mail yourself:"
    act.show(views.message(TITLE, blocks.section(why), *blocks.sections(quoted)))


def letter(context: Context, lead: Lead, meeting: Meeting | None) -> str:
    """The mail's text, with the link to book again where Calendly tells it."""
    day = f"{meeting.starts_at.astimezone(context.clock.zone):%A, %d %B %Y}" if meeting else "that day"
    return context.words.render(
        "meeting/no_show.txt.j2",
        name=_first_name(lead, meeting),
        day=day,
        link=_booking_link(context),
        organisation=context.team.organisation,
    )


def _first_name(lead: Lead, meeting: Meeting | None) -> str:
    name = (meeting.name if meeting else "") or lead.contacts[0].name
    return "" if "@" in name else name.partition(" ")[0]


def _booking_link(context: Context) -> str:
    """The team's own link for a meeting of the usual length; empty where Calendly cannot be asked."""
    if context.services.calendly is None:
        return ""
    try:
        found = context.services.calendly.event_types()
    except ServiceError:
        return ""
    usual = [each for each in found if each.active and not each.deleted]
    usual.sort(key=lambda each: each.minutes != context.team.meeting_minutes)
    return usual[0].scheduling_url if usual else ""
