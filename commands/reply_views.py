"""Reply as modals: the form with what was said so far, and the plan with the exact mail."""

from __future__ import annotations

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.copy_first import copy_button
from commands.senders import may_send, senders_words
from services.freshdesk_records import Conversation
from sops import addresses, blocks, letters, mail_text
from sops.blocks import Block, escape
from sops.context import Context
from sops.links import ticket_words
from sops.mail_line import quoted, sender_words
from sops.reply_plan import of
from sops.reply_prepare import Correspondence, newest
from store.lead import Contact, Lead
from store.plan import Plan

TITLE = "Reply"
FORM = "reply_form"
CONFIRM = "reply_confirm"
LONGEST = 3000
_CC = 3000
"""Slack: characters of a text input."""
_MAILS = 5
_MAIL = 600


def no_ticket_view(lead: Lead) -> View:
    """A lead that nobody has written to yet."""
    words = f"*{escape(lead.organisation)}* has no ticket in Freshdesk, so there is nothing to reply to yet."
    hail = blocks.button("Hail", "lead_hail", lead.id, style="primary")
    return views.message(
        TITLE, blocks.section(words), blocks.context("The first mail makes the ticket."), blocks.actions(hail)
    )


def form_view(
    context: Context, lead: Lead, mails: Correspondence, text: str, cc: tuple[str, ...], channel: str
) -> View:
    """The last mails, oldest first, and the place to write."""
    shown = [*_first_mail(context, mails), *(_mail(lead, one) for one in mails.said)]
    left_out = len(shown) - _MAILS
    earlier = (
        [blocks.context(f"{left_out} earlier: {ticket_words(lead.ticket_id)} has all.")]
        if left_out > 0
        else []
    )
    filled = addresses.in_a_field((Contact(each) for each in cc), _CC)
    asked = [
        blocks.text_input("Your reply", "text", initial=text, multiline=True, max_length=LONGEST),
        blocks.text_input("Cc", "cc", initial=filled, optional=True, max_length=_CC),
    ]
    return views.modal(
        TITLE,
        [*earlier, *shown[-_MAILS:], blocks.divider(), *asked],
        callback_id=FORM,
        submit="Preview",
        close="Cancel",
        metadata={"lead_id": lead.id, "channel": channel, "read": newest(mails)},
        notify_on_close=True,
    )


def _first_mail(context: Context, mails: Correspondence) -> list[Block]:
    """The mail that opened the ticket, which is ours where we hailed the lead."""
    text = mail_text.clean(letters.as_text(mails.ticket.description_html[:20_000]))
    who = f"*{escape(context.team.organisation)}*, “{escape(mail_text.line(mails.ticket.subject, 100))}”"
    lines = "\n".join(f"> {escape(each)}" for each in blocks.cut(text, _MAIL // 2).split("\n"))
    return [blocks.section(f"{who}:\n{lines}")] if text else []


def _mail(lead: Lead, said: Conversation) -> Block:
    who = sender_words(lead, said) if said.incoming else "*We*"
    return blocks.section(f"{who} · {blocks.moment(said.created_at)}:\n{quoted(said, _MAIL)}")


def plan_view(context: Context, plan: Plan, user: str, channel: str, *, over_form: bool) -> View:
    """The mail to the letter. Send is there when nothing blocks and the person is a sender."""
    reply = of(plan)
    allowed = may_send(context, user)
    sendable = allowed and not reply.blocked
    shown = [blocks.section(f":no_entry: *Cannot be sent.* {check.words}") for check in reply.blocked]
    if reply.practice:
        shown.insert(0, blocks.section(":test_tube: *Practice mode*: the mail goes to you, not to the lead."))
    shown += [*_head(plan), blocks.divider(), *blocks.sections(letters.as_mrkdwn(reply.body_html))[:8]]
    shown.append(blocks.divider())
    remarks = [check for check in reply.checks if check.state == "remark"]
    shown += [blocks.section(f":information_source: {check.words}") for check in remarks]
    where = "by itself, not on the lead's ticket" if reply.practice else f"on {ticket_words(reply.ticket_id)}"
    after = (
        f"After Send there are {context.team.cancel_seconds:.0f} seconds to cancel. Then it goes out {where}."
    )
    shown.append(blocks.context(after))
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    if reply.blocked:
        shown.append(
            blocks.actions(blocks.button("Check again", "reply_check_again", plan.id, style="primary"))
        )
    elif not reply.practice:
        shown.append(blocks.actions(copy_button(plan)))
    outsiders = f"Send to {reply.outsiders} outsider" + ("" if reply.outsiders == 1 else "s")
    return views.modal(
        TITLE,
        shown,
        callback_id=CONFIRM,
        submit=("Send to me (practice)" if reply.practice else outsiders) if sendable else "",
        close="Back" if over_form else "Cancel",
        metadata=kept([plan], channel, over_form=over_form),
        notify_on_close=sendable,
    )


def _head(plan: Plan) -> list[Block]:
    """Everybody it goes to, however many they are."""
    reply = of(plan)
    way = "practice: this mail goes to you" if reply.practice else "this mail leaves the organisation"
    lines = [
        f":outbox_tray: *{escape(reply.organisation)}* · {way}:",
        f"*From*  {escape(reply.from_address)}",
        f"*To*  {escape(reply.to)}",
        f"*Cc*  {escape(', '.join(reply.cc)) or 'nobody'}",
        f"*Subject*  {escape(reply.subject)}",
    ]
    return blocks.sections("\n".join(lines))
