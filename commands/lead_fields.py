"""All fields of a lead as blocks, for its own modal."""

from __future__ import annotations

from sops import blocks, card_words, maniact, questions, unanswered
from sops.blocks import Block, escape
from sops.context import Context
from sops.links import ticket_words
from store.lead import Lead
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState

_LISTED = 10
"""Of contacts, readers, meetings and questions so many are listed, and the others counted."""
_LENGTH = 200
_ENDS_A_LINK = set("<>| ")


def fields(context: Context, lead: Lead) -> list[Block]:
    """A section for who and where it stands, one for the meetings, one for what the team thinks, each that has
    something in it; and one for each question that we owe an answer to."""
    return [
        *_sections(_who(context, lead), _papers(lead), _ahead(context, lead)),
        *_owed(context, lead),
        *_sections(_thoughts(lead)),
    ]


def _sections(*parts: list[str]) -> list[Block]:
    return [block for lines in parts if lines for block in blocks.sections("\n".join(lines))]


def _who(context: Context, lead: Lead) -> list[str]:
    since = card_words.days(lead.phase_since, context.clock.now())
    why = lead.phases[-1].why if lead.phases[-1].before else ""
    return [
        f"*{_cut(lead.organisation)}*",
        f"*Phase*  {lead.phase} since {lead.phase_since:%Y-%m-%d} ({since}){f': {_cut(why)}' if why else ''}",
        f"*Owner*  <@{lead.owner}>",
        f"*Contacts*  {_contacts(lead)}",
        f"*Source*  {_cut(lead.source) or 'not said'}",
        f"*Ticket*  {ticket_words(lead.ticket_id, '') if lead.ticket_id else 'none yet'}",
        *_next_step(context, lead),
    ]


def _next_step(context: Context, lead: Lead) -> list[str]:
    """A closed lead has none but a mail that waits; the one it had comes back when it is reopened."""
    if lead.phase is Phase.CLOSED:
        step = card_words.to_answer(lead)
    else:
        step = card_words.ahead(lead, context.clock.today()) or ("none" if lead.hailed_at else "hail them")
    return [f"*Next step*  {step}"] if step else []


def _contacts(lead: Lead) -> str:
    shown = [
        escape(f"{blocks.cut(each.name, 100)} <{each.address}>" if each.name else each.address)
        for each in lead.contacts
    ]
    return _some(shown, ", ")


def _papers(lead: Lead) -> list[str]:
    """Folder and notes, and who can read these: for each person how the sharing went."""
    found = card_words.links(lead)
    lines = [f"*In Drive*  {' · '.join(found)}"] if found else []
    readers = [
        f"{escape(reader.address)} {'can read them' if reader.can_open else 'cannot read them'}"
        + (f" ({_cut(reader.words)})" if reader.words else "")
        for reader in lead.readers
    ]
    if readers:
        lines.append(f"*Shared with*  {_some(readers, '; ')}")
    return lines


def _ahead(context: Context, lead: Lead) -> list[str]:
    lines = [f"*Meeting*  {_meeting(context, meeting)}" for meeting in lead.planned[:_LISTED]]
    over = [one for one in lead.meetings if one.state in (MeetingState.HELD, MeetingState.NO_SHOW)]
    if over:
        zone = context.clock.zone
        said = [f"{one.starts_at.astimezone(zone):%Y-%m-%d} {one.state}" for one in reversed(over)]
        lines.append(f"*Meetings so far*  {_some(said, ', ')}")
    return lines


def _owed(context: Context, lead: Lead) -> list[Block]:
    """Their mails that wait, and each question, with the button that ends it."""
    if not lead.owed and not lead.unanswered:
        return []
    today, rows = context.clock.today(), []
    if lead.unanswered:
        button = unanswered.none_needed_button(lead)
        rows = [blocks.section(f"• to the mail of {card_words.writers(lead)}", accessory=button)]
    rows += [
        blocks.section(
            f"• {card_words.next_step(one.text, one.due, today)}",
            accessory=questions.answered_button(lead.id, one),
        )
        for one in lead.owed[:_LISTED]
    ]
    rest = len(lead.owed) - _LISTED
    more = [blocks.context(f"and {rest} more")] if rest > 0 else []
    return [blocks.section("*We owe an answer*"), *rows, *more]


def _meeting(context: Context, meeting: Meeting) -> str:
    words = blocks.moment(meeting.starts_at)
    if meeting.ends_at <= context.clock.now():
        words += " (over, not logged)"
    if meeting.link.startswith("https://") and not set(meeting.link) & _ENDS_A_LINK:
        words += f" · {blocks.link(meeting.link, 'join')}"
    return words


def _thoughts(lead: Lead) -> list[str]:
    """What only the team reads."""
    lines = []
    if lead.answers:
        lines.append(maniact.marks_line(lead))
    if lead.decision is not None:
        said = f": {_cut(lead.decision.words)}" if lead.decision.words else ""
        lines.append(f"*They decided*  {lead.decision.verbal} on {lead.decision.at:%Y-%m-%d}{said}")
    ahead = lead.forecast
    forecasts = [
        f"{name} {_cut(words)}"
        for name, words in (
            ("procurement:", ahead.procurement),
            ("technical:", ahead.technical),
            ("signature expected", ahead.signature),
            ("start expected", ahead.start),
        )
        if words
    ]
    if forecasts:
        lines.append(f"*Forecast*  {' · '.join(forecasts)}")
    return lines


def _some(shown: list[str], between: str) -> str:
    rest = len(shown) - _LISTED
    return between.join(shown[:_LISTED]) + (f"{between}and {rest} more" if rest > 0 else "")


def _cut(text: str) -> str:
    return escape(blocks.cut(" ".join(text.split()), _LENGTH))
