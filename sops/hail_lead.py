"""SOP: Hail the Lead.

Source: "SOP: Hail the Lead" of the procedure: send the canned response "Hail the Lead" from Freshdesk to the
contacts, From and cc partnerships@2i2c.org, with the service description attached and a link to a meeting of
30 minutes; the ticket tracks the lead from then on. The checks of those points are made when the plan is
prepared (`sops.hail_checks`); here the plan is carried out, and what was sent is read back.
"""

from __future__ import annotations

from dataclasses import replace

from services.errors import Refused, ServiceError
from services.freshdesk_records import Attachment, OutboundEmail, Ticket
from sops import brakes, card, connected, letters, mail_outcome
from sops.blocks import escape
from sops.card_words import listed
from sops.context import here
from sops.effects import at_most_once, once
from sops.ends import Failed, NeedsPerson, Standing, Unknown
from sops.engine import Json, sop, step
from sops.hail_checks import HAILED
from sops.hail_letter import differences, digest
from sops.hail_plan import NAME, HailPlan, Mail, of
from sops.hail_prepare import placeholders
from sops.in_words import in_words
from sops.links import see_mail, ticket_words
from sops.mail_outcome import Letter, Sending, nothing_left
from store.lead import Event, Lead, new_lead
from store.plan import Plan
from store.ports import AddressTaken, NoSuchLead

_OPEN = 2
_OUTBOUND = 10


def standing(plan_id: str) -> Standing:
    """What has left by now: only the mail ever does."""
    hail = _hail(plan_id)
    return mail_outcome.standing(plan_id, escape(hail.mail.to) if hail.mail else "", _where)


def _where(receipt: str) -> str:
    return ticket_words(int(receipt) if receipt.isdecimal() else None)


@sop(NAME, standing)
def hail_lead(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    hail = _hail(plan_id)
    if hail.mail is None:
        create_lead(plan_id)
        post_card(plan_id)
        return f"New lead {escape(hail.organisation)}; no mail was sent."
    check_nothing_changed(plan_id)
    create_lead(plan_id)
    post_card(plan_id)
    ticket = send_mail(plan_id).get("ticket")
    read_back(plan_id)
    note_approval(plan_id)
    done = "Practice mail sent to" if hail.practice else "Hailed"
    return f"{done} {_reached(hail)} · {ticket_words(ticket)}{see_mail(hail.mail.to)}"


def _reached(hail: HailPlan) -> str:
    """Everybody outside whom the mail went to, in To or in cc."""
    assert hail.mail is not None
    to, cc = hail.mail.to, {address.casefold() for address in hail.mail.cc}
    return listed([to, *(one.address for one in hail.contacts if one.key in cc and one.key != to.casefold())])


@step("Compare with Freshdesk")
def check_nothing_changed(plan_id: str) -> Json:
    """The canned response and its file are still those of the plan."""
    hail = _hail(plan_id)
    assert hail.mail is not None and hail.response is not None
    if mail_outcome.effect_of(plan_id) is not None:
        return {"state": "skipped", "note": "the mail was begun before"}
    try:
        now = connected.freshdesk().canned_response(hail.response.id)
    except Refused as refused:
        if refused.status != 404:
            raise
        raise _changed(["it was deleted"]) from None
    if digest(now) != hail.response.digest:
        filled = replace(now, content_html=letters.fill(now.content_html, placeholders(hail.contacts[0])))
        raise _changed(differences(letters.as_text(hail.mail.body_html), hail.mail.files, filled))
    return {"state": "done"}


@step("Create the lead")
def create_lead(plan_id: str) -> Json:
    """Remember the lead; "not hailed before" is checked again, now that nobody else can be first."""
    plan = here().store.plan(plan_id)
    assert plan is not None
    hail = of(plan)
    run = here().store.run(plan_id)
    by = run.by if run else plan.by
    if _exists(hail.lead_id):
        _refuse_second_hail(plan_id, hail)
        return {"state": "found"}
    lead = new_lead(
        hail.lead_id,
        hail.organisation,
        hail.contacts,
        at=here().clock.now(),
        by=by,
        owner=hail.owner,
        source=hail.source,
    )
    try:
        here().store.create(lead, _event(f"{plan_id}:created", "created", "Lead created", by))
    except AddressTaken as taken:
        other = here().store.get(taken.lead_id)
        raise NeedsPerson(
            f"{escape(taken.address)} already belongs to the lead {escape(other.organisation)}.",
            not_outside=nothing_left(),
            reason="taken",
        ) from None
    return {"state": "done"}


@step("Post the card")
def post_card(plan_id: str) -> Json:
    """One card in the team's channel; its thread is the lead's."""
    hail = _hail(plan_id)
    lead = here().store.get(hail.lead_id)
    if lead.thread is not None:
        return {"state": "found"}
    return {"state": card.post(here(), lead)}


@step("Send the mail", by_hand=True)
def send_mail(plan_id: str) -> Json:
    """At most once: the intention first, then one request; an unknown outcome is looked up, never repeated."""
    hail = _hail(plan_id)
    assert hail.mail is not None
    mail = hail.mail
    lead = here().store.get(hail.lead_id)

    def send() -> str:
        return str(connected.freshdesk().send_outbound_email(outbound).id)

    def look() -> str | None:
        found = _find_ticket(mail, plan_id)
        return str(found.id) if found else None

    def unknown() -> Unknown:
        words = "Freshdesk gave no clear answer, and looking there did not find the mail."
        return Unknown(words, outside=standing(plan_id).outside, reason="mail")

    if mail_outcome.effect_of(plan_id) is None:
        _refuse_second_hail(plan_id, hail)
        mail_outcome.refuse_old_plan(plan_id)
        brakes.may_leave(here(), outside=not hail.practice)
    outbound = _outbound(mail, plan_id, hail.practice)
    try:
        state, receipt = at_most_once(lead.id, mail_outcome.key(plan_id), send, look, unknown)
    except Refused as refused:
        raise Failed(f"Freshdesk refused the mail: {escape(refused.message)}.", reason="mail") from None
    brakes.count(here(), mail_outcome.key(plan_id))
    ticket_id = int(receipt) if receipt.isdecimal() else None
    _remember_hail(plan_id, hail, mail, ticket_id)
    return {"state": state, "ticket": ticket_id}


@step("Read it back", by_hand=True)
def read_back(plan_id: str) -> Json:
    """Compare what Freshdesk says it sent with the plan; a difference is reported, never sent again."""
    hail = _hail(plan_id)
    assert hail.mail is not None
    lead = here().store.get(hail.lead_id)
    if lead.ticket_id is None or hail.practice:
        return {"state": "skipped", "note": "no ticket of this lead"}
    wrong = _mismatches(hail.mail, connected.freshdesk().ticket(lead.ticket_id))
    if wrong:
        raise NeedsPerson(
            f"The mail was sent, but not as planned: {'; '.join(wrong)}.",
            outside=f"The mail to {escape(hail.mail.to)} left ({ticket_words(lead.ticket_id)}). It is not repeated.",
            reason="mismatch",
        )
    return {"state": "done", "note": "From, cc and attachment are as planned"}


@step("Note who approved", by_hand=True)
def note_approval(plan_id: str) -> Json:
    """A private note on the ticket: who approved what, and where the thread is."""
    hail = _hail(plan_id)
    lead = here().store.get(hail.lead_id)
    if lead.ticket_id is None or hail.practice:
        return {"state": "skipped", "note": "no ticket of this lead"}
    ticket_id = lead.ticket_id
    body = _approval_note(plan_id, hail, lead)

    def look() -> str | None:
        notes = connected.freshdesk().conversations(ticket_id)
        found = [one for one in notes if one.private and f"Reference {plan_id}" in one.body_text]
        return str(found[0].id) if found else None

    state, _ = once(
        lead.id, f"{plan_id}:approval", lambda: str(connected.freshdesk().add_note(ticket_id, body).id), look
    )
    return {"state": state}


def why_not_its_ticket(plan_id: str, ticket_id: int) -> str:
    """Why a ticket named by a person cannot be the mail's, empty when it can be."""
    hail = _hail(plan_id)
    try:
        ticket = connected.freshdesk().ticket(ticket_id)
    except Refused as refused:
        if refused.status == 404:
            return f"Freshdesk has no ticket {ticket_id}."
        return in_words(refused)
    except ServiceError as error:
        return f"Ticket {ticket_id} could not be looked at. {in_words(error)}"
    if hail.mail is not None and ticket.requester_address.casefold() != hail.mail.to.casefold():
        return f"Ticket {ticket_id} is {escape(ticket.requester_address)}'s, not {escape(hail.mail.to)}'s."
    return ""


def _letter(plan: Plan) -> Letter | None:
    mail = of(plan).mail
    if mail is None:
        return None
    files = tuple(file.name for file in mail.files)
    how = "Send this yourself from Freshdesk, then press Done:"
    return Letter(how, mail.from_address, mail.to, mail.cc, mail.subject, mail.body_html, files)


mail_outcome.sends(NAME, Sending("send_mail", _letter, why_not_its_ticket))


def _hail(plan_id: str) -> HailPlan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=nothing_left())
    return of(plan)


def _exists(lead_id: str) -> bool:
    try:
        here().store.get(lead_id)
    except NoSuchLead:
        return False
    return True


def _changed(what: list[str]) -> NeedsPerson:
    return NeedsPerson(
        f"The canned response changed after you saw the plan: {escape('; '.join(what))}. Look at the new plan.",
        not_outside=nothing_left(),
        reason="changed",
    )


def _refuse_second_hail(plan_id: str, hail: HailPlan) -> None:
    lead = here().store.get(hail.lead_id)
    if mail_outcome.effect_of(plan_id) is not None:
        return
    if lead.contacts != hail.contacts and not hail.new:
        words = "The contacts of this lead changed after you saw the plan. Look at the new plan."
        raise NeedsPerson(words, not_outside=nothing_left(), reason="changed")
    plan = here().store.plan(plan_id)
    since = plan is not None and lead.hailed_at is not None and lead.hailed_at > plan.created_at
    if since or (lead.hailed_at is not None and not hail.again):
        words = f"This lead was hailed a moment ago by somebody else ({ticket_words(lead.ticket_id)})."
        raise NeedsPerson(words, not_outside="Nothing more was sent.", reason="hailed")
    mail_outcome.refuse_before_settled(plan_id, lead.id)


def _outbound(mail: Mail, plan_id: str, practice: bool) -> OutboundEmail:
    return OutboundEmail(
        to=mail.to,
        name=mail.to_name,
        subject=mail.subject,
        body_html=mail.body_html,
        mailbox_id=mail.mailbox_id,
        cc=mail.cc,
        tags=("practice" if practice else HAILED, _tag(plan_id)),
        attachments=tuple(
            Attachment(file.name, file.content_type, here().store.blob(file.sha256)) for file in mail.files
        ),
        status=_OPEN,
    )


def _tag(plan_id: str) -> str:
    return f"op-{plan_id}"


def _find_ticket(mail: Mail, plan_id: str) -> Ticket | None:
    for ticket in connected.freshdesk().tickets_of(mail.to):
        if _tag(plan_id) in ticket.tags:
            return ticket
    return None


def _remember_hail(plan_id: str, hail: HailPlan, mail: Mail, ticket_id: int | None) -> None:
    run = here().store.run(plan_id)
    now = here().clock.now()

    def change(lead: Lead) -> Lead:
        return replace(
            lead,
            hailed_at=now,
            ticket_id=ticket_id if ticket_id is not None else lead.ticket_id,
            next_step="wait for an answer",
        )

    to, by = ", ".join((mail.to, *mail.cc)), run.by if run else ""
    if hail.practice:
        event = _event(f"{plan_id}:practised", "mail", f"Practice mail of Hail the Lead to {to}", by)
        here().store.append(hail.lead_id, event)
        return
    event = _event(f"{plan_id}:hailed", "mail", f"Hail the Lead sent to {to}", by)
    here().store.update(hail.lead_id, change, event)


def _event(key: str, kind: str, text: str, by: str) -> Event:
    return Event(key, here().clock.now(), kind, text, by)


def _mismatches(mail: Mail, ticket: Ticket) -> list[str]:
    wrong = []
    if ticket.email_config_id != mail.mailbox_id:
        wrong.append(f"it did not go out from {mail.from_address}")
    if ticket.requester_address.casefold() != mail.to.casefold():
        wrong.append(f"it is addressed to {escape(ticket.requester_address)}")
    planned, actual = ({one.casefold() for one in each} for each in (mail.cc, ticket.cc))
    wrong += [f"cc {escape(one)} is missing" for one in sorted(planned - actual)]
    wrong += [f"cc {escape(one)} was added" for one in sorted(actual - planned)]
    files = {(one.name, one.size) for one in mail.files}
    there = {(one.name, one.size) for one in ticket.attachments}
    wrong += [f"{escape(name)} is not attached" for name, _ in sorted(files - there)]
    wrong += [f"{escape(name)} is attached too" for name, _ in sorted(there - files)]
    if ticket.subject != mail.subject:
        wrong.append(f"its subject is “{escape(ticket.subject)}”")
    if HAILED not in ticket.tags:
        wrong.append("the ticket lacks its tags")
    if ticket.source != _OUTBOUND:
        wrong.append("the ticket is not an outbound mail")
    return wrong


def _approval_note(plan_id: str, hail: HailPlan, lead: Lead) -> str:
    run = here().store.run(plan_id)
    assert hail.mail is not None and run is not None
    slack = here().services.slack
    return here().words.render(
        "hail_the_lead/approval_note.html.j2",
        organisation=hail.organisation,
        approver=slack.member(run.by).name,
        at=run.due_at,
        source=hail.source,
        to=hail.mail.to,
        cc=", ".join(hail.mail.cc) or "nobody",
        attachments=", ".join(file.name for file in hail.mail.files) or "nothing",
        thread=slack.permalink(lead.thread.channel, lead.thread.ts) if lead.thread else "",
        reference=plan_id,
    )
