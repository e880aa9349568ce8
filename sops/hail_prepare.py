"""Making the plan of Hail the Lead: the letter, the recipients and the checks, saved before it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from sops import letters, owners
from sops.blocks import cut, escape
from sops.context import Context
from sops.hail_checks import brake_checks, recipient_checks
from sops.hail_letter import Letter, digest
from sops.hail_plan import NAME, Check, HailPlan, Mail, Source, to_content
from store.lead import Contact, new_lead_id
from store.plan import Plan, new_plan
from store.ports import NoSuchLead


@dataclass(frozen=True)
class HailRequest:
    """What a person asks for. `lead_id` is empty for an organisation that is no lead yet; `by_address` is
    where mail goes instead while practising."""

    contacts: tuple[Contact, ...]
    organisation: str
    owner: str
    source: str
    by: str
    by_address: str = ""
    lead_id: str = ""


def prepare(context: Context, request: HailRequest, letter: Letter) -> Plan:
    """Save and return the plan for one lead. Checks that block or ask are part of it."""
    again = _hailed_already(context, request)
    recipients = recipient_checks(context, request.contacts, letter.agents)
    known = {check.name for check in again}
    checks = [
        *again,
        *_owner_checks(context, request),
        *brake_checks(context),
        *letter.checks,
        *(check for check in recipients if check.name not in known),
    ]
    mail = _mail(context, request, letter)
    if mail is not None:
        left = letters.unfilled(mail.body_html)
        if left:
            what = escape(left[0][:60])
            words = f"The canned response still has {what}, which I cannot fill in. Edit it in Freshdesk."
            checks.append(Check("placeholders", "block", words))
    if not context.team.live and not request.by_address:
        words = "Practice mode sends to your own address, and Slack does not tell me yours."
        checks.append(Check("practice", "block", words))
    hail = HailPlan(
        lead_id=request.lead_id or new_lead_id(),
        organisation=request.organisation,
        contacts=request.contacts,
        owner=request.owner,
        source=request.source,
        new=not request.lead_id,
        again=any(check.state == "ask" for check in checks),
        practice=not context.team.live,
        mail=mail,
        response=Source(letter.response.id, digest(letter.response)) if letter.response else None,
        checks=tuple(checks),
    )
    return _saved(context, hail, request.by)


def prepare_without_mail(context: Context, request: HailRequest) -> Plan:
    """The plan of "New lead, no mail": the lead, its card and its thread only."""
    hail = HailPlan(
        lead_id=request.lead_id or new_lead_id(),
        organisation=request.organisation,
        contacts=request.contacts,
        owner=request.owner,
        source=request.source,
        new=not request.lead_id,
        again=False,
        practice=False,
        mail=None,
        response=None,
        checks=tuple(_owner_checks(context, request)),
    )
    return _saved(context, hail, request.by)


def _saved(context: Context, hail: HailPlan, by: str) -> Plan:
    about = cut(", ".join(contact.address for contact in hail.contacts), 200)
    if hail.practice and hail.mail is not None:
        about = f"{hail.mail.to} (practice)"
    plan = new_plan(NAME, hail.lead_id, by, context.clock.now(), to_content(hail), about)
    context.store.save_plan(plan)
    return plan


def placeholders(contact: Contact) -> dict[str, str]:
    """The placeholders of Freshdesk that can be filled before there is a ticket, for the first contact."""
    name = contact.name or contact.address.partition("@")[0]
    return {
        "ticket.requester.name": name,
        "ticket.requester.firstname": name.split()[0],
        "ticket.requester.email": contact.address,
    }


def _owner_checks(context: Context, request: HailRequest) -> list[Check]:
    """Whoever starts is the owner of a new lead, unless they choose another; an owner a lead has stays."""
    why_not = "" if request.lead_id else owners.why_not(context, request.owner)
    return [Check("owner", "block", f"{escape(why_not)} Change the owner.")] if why_not else []


def _hailed_already(context: Context, request: HailRequest) -> list[Check]:
    if not request.lead_id:
        return []
    try:
        lead = context.store.get(request.lead_id)
    except NoSuchLead:
        return []
    if lead.hailed_at is None:
        return []
    where = f", ticket {lead.ticket_id}" if lead.ticket_id else ""
    words = f"{escape(lead.organisation)} was hailed on {lead.hailed_at:%Y-%m-%d}{where}. Send it again?"
    return [Check("hailed before", "ask", words)]


def _mail(context: Context, request: HailRequest, letter: Letter) -> Mail | None:
    if letter.response is None or letter.mailbox is None:
        return None
    first, *others = request.contacts
    to, name, cc = first.address, first.name, (*(one.address for one in others), context.team.mailbox)
    if not context.team.live:
        # Freshdesk would give the person's own contact there the lead's name.
        to, name, cc = request.by_address, "", ()
    subject = context.words.render("hail_the_lead/subject.txt.j2", organisation=request.organisation)
    return Mail(
        from_address=letter.mailbox.address,
        mailbox_id=letter.mailbox.id,
        to=to,
        to_name=name,
        cc=cc,
        subject=" ".join(subject.split()),
        body_html=letters.fill(letter.response.content_html, placeholders(first)),
        files=letter.files,
    )
