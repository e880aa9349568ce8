"""Making the plan of a reply: what is on the ticket, the mail, the checks, saved before it is shown."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from services.errors import Refused
from services.freshdesk import bare_address
from services.freshdesk_records import Conversation, Mailbox, Ticket
from sops import brakes
from sops.blocks import cut, escape
from sops.context import Context
from sops.hail_checks import brake_checks, mailbox_check
from sops.hail_plan import Check
from sops.mail_line import quoted, sender_words
from sops.mail_text import line
from sops.reply_plan import NAME, ReplyPlan, to_content
from store.lead import Lead
from store.lifecycle import Phase
from store.plan import Plan, new_plan

_SUBJECT = 250


@dataclass(frozen=True)
class Correspondence:
    """The ticket, and everything public that was said on it after its first mail, oldest first."""

    ticket: Ticket
    said: tuple[Conversation, ...]


@dataclass(frozen=True)
class ReplyAsked:
    """What a person asks for. `read` are the ids of what they had read; `by_address` is where the mail goes instead
    while practising."""

    lead: Lead
    text: str
    cc: tuple[str, ...]
    read: int
    by: str
    by_address: str = ""


def fetch(context: Context, lead: Lead) -> Correspondence:
    """What is on the lead's ticket now (two calls to Freshdesk). Raises the errors of `services.errors`."""
    freshdesk = context.services.freshdesk
    if freshdesk is None or lead.ticket_id is None:
        raise Refused("Freshdesk", "it is not connected" if freshdesk is None else "the lead has no ticket")
    ticket = freshdesk.ticket(lead.ticket_id)
    said = (one for one in freshdesk.conversations(lead.ticket_id) if is_mail(context, one))
    return Correspondence(ticket, tuple(said))


def is_mail(context: Context, said: Conversation) -> bool:
    """Whether people outside wrote or got it; a copy of our own mail that came back is none."""
    ours = bare_address(said.from_address).casefold() == context.team.mailbox.casefold()
    return not said.private and not (said.incoming and ours)


def proposed_cc(lead: Lead, mails: Correspondence) -> tuple[str, ...]:
    """The lead's other contacts, and who wrote last where that is nobody of these: a reply goes to the requester."""
    to = mails.ticket.requester_address.casefold()
    wrote = [bare_address(one.from_address) for one in mails.said if one.incoming][-1:]
    found = {each.casefold(): each for each in (*(one.address for one in lead.contacts), *wrote) if each}
    return tuple(each for key, each in found.items() if key != to)


def prepare(context: Context, asked: ReplyAsked, mails: Correspondence) -> Plan:
    """Save and return the plan. Checks that block are part of it."""
    lead, team = asked.lead, context.team
    assert context.services.freshdesk is not None and lead.ticket_id is not None
    box = context.services.freshdesk.mailbox(team.mailbox)
    to, cc = mails.ticket.requester_address, asked.cc
    if not team.live:
        to, cc = asked.by_address, ()
    subject = line(mails.ticket.subject, _SUBJECT) or "your question"
    reply = ReplyPlan(
        lead_id=lead.id,
        organisation=lead.organisation,
        ticket_id=lead.ticket_id,
        from_address=team.mailbox,
        mailbox_id=box.id if box else 0,
        to=to,
        cc=tuple(each for each in cc if each.casefold() != to.casefold()),
        subject=subject if subject.casefold().startswith("re:") else f"Re: {subject}",
        text=asked.text,
        body_html=as_html(asked.text),
        known=tuple(one.id for one in mails.said),
        outsiders=_outsiders(context, (to, *cc)) if team.live else 0,
        practice=not team.live,
        checks=tuple(_checks(context, asked, mails, box, (to, *cc))),
    )
    about = cut(f"{to} (practice)" if reply.practice else ", ".join((to, *reply.cc)), 200)
    plan = new_plan(NAME, lead.id, asked.by, context.clock.now(), to_content(reply), about)
    context.store.save_plan(plan)
    return plan


def as_html(text: str) -> str:
    """What was typed as a mail: an empty line begins a paragraph."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    lines = ("<br>".join(html.escape(each) for each in one.splitlines()) for one in paragraphs)
    return "".join(f"<p>{one}</p>" for one in lines)


def newer(mails: Correspondence, read: int) -> tuple[Conversation, ...]:
    """What came after the newest that somebody had read."""
    return tuple(one for one in mails.said if one.id > read)


def newest(mails: Correspondence) -> int:
    return max((one.id for one in mails.said), default=0)


def _outsiders(context: Context, addresses: tuple[str, ...]) -> int:
    own = context.team.mailbox.rpartition("@")[2].casefold()
    return len({each.casefold() for each in addresses if each.rpartition("@")[2].casefold() != own})


def _checks(
    context: Context,
    asked: ReplyAsked,
    mails: Correspondence,
    box: Mailbox | None,
    addresses: tuple[str, ...],
) -> list[Check]:
    lead = asked.lead
    checks = [*brake_checks(context), mailbox_check(context.team.mailbox, box)]
    if not addresses[0]:
        words = "Practice mode sends to your own address, and Slack does not tell me yours."
        if context.team.live:
            words = f"Freshdesk knows no address of who asked on ticket {lead.ticket_id}. Set it there first."
        checks.append(Check("to", "block", words))
    for domain in sorted({each.casefold().rpartition("@")[2] for each in addresses if each}):
        if context.team.live and not brakes.domain_allowed(context, domain):
            words = (
                f"Mail to {escape(domain)} is not allowed by the team's settings (allowed recipient domains)."
            )
            checks.append(Check("domain", "block", words))
    if context.team.live and all(each.key != addresses[0].casefold() for each in lead.contacts):
        words = (
            f"Replies go to who asked on the ticket, {escape(addresses[0])}: not one of this lead's contacts."
        )
        checks.append(Check("requester", "remark", words))
    if lead.phase is Phase.CLOSED:
        checks.append(Check("closed", "remark", "This lead is closed; the mail goes out all the same."))
    for said in newer(mails, asked.read)[-2:]:
        who = sender_words(lead, said) if said.incoming else "A colleague"
        checks.append(Check("newer", "remark", f"{who} wrote while you were writing:\n{quoted(said)}"))
    return checks
