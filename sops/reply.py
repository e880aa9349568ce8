"""SOP: Reply, on the ticket that tracks the lead.

Source: "questions … reach out to us by email" of the procedure's first mail, and "Answer questions" of its meetings.
One mail, at most once like every mail: Freshdesk has no key for a reply, so after an answer that got lost it is
recognised on the ticket by being new there and having exactly the planned words.
"""

from __future__ import annotations

from services.errors import Refused, ServiceError
from services.freshdesk import bare_address
from services.freshdesk_records import Conversation, OutboundEmail
from sops import brakes, connected, letters, mail_outcome, unanswered
from sops.blocks import escape
from sops.context import here
from sops.effects import at_most_once
from sops.ends import Failed, NeedsPerson, Standing, Unknown
from sops.engine import Json, sop, step
from sops.links import see_mail, ticket_words
from sops.mail_line import quoted, sender_words
from sops.mail_outcome import Letter, Sending, nothing_left
from sops.mail_text import line
from sops.reply_plan import NAME, ReplyPlan, of
from sops.reply_prepare import is_mail
from store.lead import Event
from store.plan import Plan

_CLOSED = 5
_PRACTICE = "practice"


def standing(plan_id: str) -> Standing:
    """What has left by now: only the mail ever does."""
    reply = _reply(plan_id)

    def where(receipt: str) -> str:
        return "for practice" if reply.practice else ticket_words(reply.ticket_id)

    return mail_outcome.standing(plan_id, escape(reply.to), where)


@sop(NAME, standing)
def reply_to_lead(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    look_for_newer_mail(plan_id)
    send_reply(plan_id)
    read_reply_back(plan_id)
    reply = _reply(plan_id)
    if reply.practice:
        return f"Practice reply sent to {escape(reply.to)}{see_mail(reply.to)}"
    return f"Replied to {escape(reply.to)} · {ticket_words(reply.ticket_id)}{see_mail(reply.to)}"


@step("Look for newer mail")
def look_for_newer_mail(plan_id: str) -> Json:
    """Nobody has written since the plan was shown: neither they nor a colleague."""
    reply = _reply(plan_id)
    if mail_outcome.effect_of(plan_id) is not None:
        return {"state": "skipped", "note": "the mail was begun before"}
    came = [one for one in _public(reply) if one.id not in reply.known]
    if came:
        lead, newest = here().store.get(reply.lead_id), came[-1]
        who = sender_words(lead, newest) if newest.incoming else "A colleague"
        raise NeedsPerson(
            f"{who} wrote after you saw the plan:\n{quoted(newest)}",
            not_outside=nothing_left(),
            reason="newer mail",
        )
    return {"state": "done"}


@step("Send the reply", by_hand=True)
def send_reply(plan_id: str) -> Json:
    """At most once: the intention first, then one request; an unknown outcome is looked up, never repeated."""
    reply = _reply(plan_id)

    def unknown() -> Unknown:
        words = "Freshdesk gave no clear answer, and looking there did not find the mail."
        return Unknown(words, outside=standing(plan_id).outside, reason="mail")

    if mail_outcome.effect_of(plan_id) is None:
        mail_outcome.refuse_old_plan(plan_id)
        mail_outcome.refuse_before_settled(plan_id, reply.lead_id)
        brakes.may_leave(here(), outside=not reply.practice)
    try:
        state, receipt = at_most_once(
            reply.lead_id,
            mail_outcome.key(plan_id),
            lambda: _send(reply, plan_id),
            lambda: _look(reply, plan_id),
            unknown,
        )
    except Refused as refused:
        raise Failed(f"Freshdesk refused the mail: {escape(refused.message)}.", reason="mail") from None
    brakes.count(here(), mail_outcome.key(plan_id))
    _remember(plan_id, reply, receipt)
    return {"state": state}


@step("Read it back", by_hand=True)
def read_reply_back(plan_id: str) -> Json:
    """Compare what Freshdesk says it sent with the plan; a difference is reported, never sent again."""
    reply = _reply(plan_id)
    known = mail_outcome.effect_of(plan_id)
    receipt = (known.receipt if known else None) or ""
    if reply.practice or not receipt.isdecimal():
        return {"state": "skipped", "note": "not on the lead's ticket" if reply.practice else "sent by hand"}
    found = next((one for one in _public(reply) if one.id == int(receipt)), None)
    wrong = _mismatches(reply, found) if found else ["the ticket does not show it"]
    if wrong:
        raise NeedsPerson(
            f"The mail was sent, but not as planned: {'; '.join(wrong)}.",
            outside=standing(plan_id).outside,
            reason="mismatch",
        )
    return {"state": "done", "note": "recipients and words are as planned"}


def _reply(plan_id: str) -> ReplyPlan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=nothing_left())
    return of(plan)


def _public(reply: ReplyPlan) -> list[Conversation]:
    return [one for one in connected.freshdesk().conversations(reply.ticket_id) if is_mail(here(), one)]


def is_under_way(lead_id: str, mail: Conversation) -> bool:
    """Whether this mail on the lead's ticket is of a reply that is not over, which records it itself: sent by us, or
    by a person in our place."""
    for run in here().store.open_runs():
        if (run.lead_id, run.sop) != (lead_id, NAME) or (planned := here().store.plan(run.plan_id)) is None:
            continue
        known = mail_outcome.effect_of(run.plan_id)
        ours = known is not None and known.receipt == str(mail.id)
        if not of(planned).practice and (ours or _has_its_words(of(planned), mail)):
            return True
    return False


def _send(reply: ReplyPlan, plan_id: str) -> str:
    if reply.practice:
        return str(connected.freshdesk().send_outbound_email(_practice_mail(reply, plan_id)).id)
    sent = connected.freshdesk().reply(
        reply.ticket_id, reply.body_html, cc=reply.cc, from_address=reply.from_address
    )
    return str(sent.id)


def _look(reply: ReplyPlan, plan_id: str) -> str | None:
    if reply.practice:
        tickets = connected.freshdesk().tickets_of(reply.to)
        return next((str(one.id) for one in tickets if _tag(plan_id) in one.tags), None)
    return next((str(one.id) for one in _public(reply) if _has_its_words(reply, one)), None)


def _has_its_words(reply: ReplyPlan, mail: Conversation) -> bool:
    """Freshdesk has no key for a reply: it is known by being new, ours, and exactly the planned words."""
    if mail.id in reply.known or mail.incoming:
        return False
    return _words(mail.body_text) == _words(letters.as_text(reply.body_html))


def _practice_mail(reply: ReplyPlan, plan_id: str) -> OutboundEmail:
    return OutboundEmail(
        to=reply.to,
        name="",
        subject=reply.subject,
        body_html=reply.body_html,
        mailbox_id=reply.mailbox_id,
        tags=(_PRACTICE, _tag(plan_id)),
        status=_CLOSED,
    )


def _tag(plan_id: str) -> str:
    return f"op-{plan_id}"


def _words(text: str) -> str:
    """The words whatever the space between them: Freshdesk keeps a body in HTML of its own."""
    return " ".join(text.split())


def _remember(plan_id: str, reply: ReplyPlan, receipt: str) -> None:
    run = here().store.run(plan_id)
    now, by = here().clock.now(), run.by if run else ""
    if reply.practice:
        text = f"Practice reply sent to {reply.to}"
        here().store.append(reply.lead_id, Event(f"{plan_id}:practised", now, "mail", text, by))
        return
    number = receipt if receipt.isdecimal() else _number_of_a_persons(reply, plan_id)
    key = f"mail:{number}" if number else f"{plan_id}:replied"
    text = f"Replied to {', '.join((reply.to, *reply.cc))}: {line(reply.text, 200)}"
    event, newest = Event(key, now, "mail", text, by), max(reply.known, default=0)
    here().store.update(reply.lead_id, lambda lead: unanswered.answered(lead, newest, here().clock), event)


def _number_of_a_persons(reply: ReplyPlan, plan_id: str) -> str:
    """Freshdesk's number of the mail where a person sent it there, so that the look for mail knows it too; empty
    where it is not there, or Freshdesk, for which the person stood in, is still away."""
    try:
        return _look(reply, plan_id) or ""
    except ServiceError:
        return ""


def _mismatches(reply: ReplyPlan, sent: Conversation) -> list[str]:
    wrong = []
    if bare_address(sent.from_address).casefold() != reply.from_address.casefold():
        wrong.append(f"it did not go out from {escape(reply.from_address)}")
    planned, actual = {reply.to.casefold()}, {bare_address(one).casefold() for one in sent.to}
    if planned != actual:
        wrong.append(f"it went to {escape(', '.join(sorted(actual))) or 'nobody'}")
    planned, actual = ({bare_address(one).casefold() for one in each} for each in (reply.cc, sent.cc))
    wrong += [f"cc {escape(one)} is missing" for one in sorted(planned - actual)]
    wrong += [f"cc {escape(one)} was added" for one in sorted(actual - planned)]
    if _words(sent.body_text) != _words(letters.as_text(reply.body_html)):
        wrong.append("its words are others")
    return wrong


def _letter(plan: Plan) -> Letter:
    reply = of(plan)
    how = f"Send this yourself as a reply on {ticket_words(reply.ticket_id)} in Freshdesk, then press Done:"
    if reply.practice:
        how = "Send this to yourself, then press Done:"
    return Letter(how, reply.from_address, reply.to, reply.cc, reply.subject, reply.body_html)


mail_outcome.sends(NAME, Sending("send_reply", _letter))
