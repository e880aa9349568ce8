"""The modals of Hail the Lead: the plan with the exact mail, the form, a lead that is known already."""

from __future__ import annotations

from typing import Any

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.senders import may_send, senders_words
from sops import blocks, letters
from sops.blocks import Block, escape
from sops.context import Context
from sops.hail_plan import Check, HailPlan, Mail, of
from sops.links import ticket_words
from store.lead import Contact, Lead
from store.lifecycle import Phase
from store.plan import Plan

TITLE = "Hail the Lead"
CONFIRM = "hail_confirm"
FORM = "hail_form"
SPLIT = "hail_split"
_BODY_SECTIONS = 8


def plan_view(
    context: Context,
    plans: list[Plan],
    user: str,
    channel: str,
    known: list[Lead],
    *,
    over_form: bool = False,
) -> View:
    """What will happen, to the letter. Send is there when nothing blocks and the person is a sender.

    `over_form`: it lies on the form it was made from, to which Back returns.
    """
    hails = [of(plan) for plan in plans]
    shown: list[Block] = []
    if any(hail.practice for hail in hails):
        shown.append(blocks.section(":test_tube: *Practice mode*: the mail goes to you, not to the lead."))
    shown += [_problem(check) for check in _unique(hails, "block")]
    shown += [_left_out(lead) for lead in known]
    for hail in hails:
        shown += _mail_head(hail)
    shown += _letter(hails)
    shown.append(blocks.divider())
    shown += [_remark(check) for check in _unique(hails, "remark")]
    shown.append(_what_happens(context, hails))
    shown += _oks(hails)
    shown += [_ask(check) for check in _unique(hails, "ask")]
    blocked = any(hail.blocked for hail in hails)
    allowed = may_send(context, user)
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    shown.append(_ways_on(plans, hails, blocked))
    return views.modal(
        TITLE,
        shown,
        callback_id=CONFIRM,
        submit=_send_label(hails) if allowed and not blocked else "",
        close="Back" if over_form else "Cancel",
        metadata=kept(plans, channel),
        notify_on_close=allowed and not blocked and not over_form,
    )


def _send_label(hails: list[HailPlan]) -> str:
    outsiders = sum(hail.outsiders for hail in hails)
    if any(hail.practice for hail in hails):
        return "Send to me (practice)"
    return f"Send to {outsiders} outsider" + ("s" if outsiders != 1 else "")


def _unique(hails: list[HailPlan], state: str) -> list[Check]:
    return list(dict.fromkeys(check for hail in hails for check in hail.checks if check.state == state))


def _problem(check: Check) -> Block:
    return blocks.section(f":no_entry: *Cannot be sent.* {check.words}")


def _remark(check: Check) -> Block:
    return blocks.section(f":information_source: {check.words}")


def _left_out(lead: Lead) -> Block:
    return blocks.section(
        f":leftwards_arrow_with_hook: *{escape(lead.organisation)}* is a lead already; left out."
    )


def _mail_head(hail: HailPlan) -> list[Block]:
    name = escape(hail.organisation)
    if hail.mail is None:
        people = ", ".join(escape(contact.address) for contact in hail.contacts)
        return [blocks.section(f"*{name}* · {people}")]
    mail = hail.mail
    lines = [
        f":outbox_tray: *{name}* · this mail leaves the organisation:",
        f"*From*  {escape(mail.from_address)}",
        f"*To*  {escape(mail.to)}",
        f"*Cc*  {escape(', '.join(mail.cc)) or 'nobody'}",
        f"*Subject*  {escape(mail.subject)}",
        f"*Attached*  {_attachments(mail)}",
    ]
    return [blocks.section("\n".join(lines))]


def _attachments(mail: Mail) -> str:
    named = [f"{blocks.link(file.url, file.name)} ({max(1, file.size // 1024)} kB)" for file in mail.files]
    return ", ".join(named) or "nothing"


def _letter(hails: list[HailPlan]) -> list[Block]:
    """The body once where all get the same words, else under each organisation's name."""
    bodies: dict[str, list[str]] = {}
    for hail in hails:
        if hail.mail is not None:
            bodies.setdefault(letters.as_mrkdwn(hail.mail.body_html), []).append(hail.organisation)
    shown: list[Block] = []
    for body, names in bodies.items():
        shown.append(blocks.divider())
        if len(bodies) > 1:
            shown.append(blocks.context(f"To {escape(', '.join(names))}:"))
        parts = blocks.sections(body)
        shown += parts[:_BODY_SECTIONS]
        if len(parts) > _BODY_SECTIONS:
            shown.append(blocks.context("The mail goes on; “Send me a copy first” shows all of it."))
    return shown


def _what_happens(context: Context, hails: list[HailPlan]) -> Block:
    leads = "a lead" if len(hails) == 1 else f"{len(hails)} leads, each"
    seconds = f"{context.team.cancel_seconds:.0f} seconds"
    made = f"{leads} with a card and a thread in #{escape(context.team.channel)}, then the mail"
    if all(not hail.new for hail in hails):
        made = "the mail"
    return blocks.context(
        f"After Send there are {seconds} to cancel. Then come {made}, and an open ticket in Freshdesk that tracks "
        "the lead, with a private note that you approved."
    )


def _oks(hails: list[HailPlan]) -> list[Block]:
    done = [check.words for check in _unique(hails, "ok")]
    return [blocks.context(" · ".join(f"✓ {escape(words)}" for words in done))] if done else []


def _ask(check: Check) -> Block:
    boxes = {
        "type": "checkboxes",
        "action_id": "value",
        "options": [blocks.option("Yes, send it again", "yes")],
    }
    return blocks.input_block(check.words, "again", boxes)


def _ways_on(plans: list[Plan], hails: list[HailPlan], blocked: bool) -> Block:
    ids = ",".join(plan.id for plan in plans)
    ways = [blocks.button("Change", "hail_change", ids)]
    if blocked:
        ways.insert(0, blocks.button("Check again", "plan_anew", ids, style="primary"))
    elif hails[0].mail is not None:
        ways.append(blocks.button("Send me a copy first", "hail_copy", plans[0].id))
    if all(hail.new for hail in hails):
        ways.append(blocks.button("New lead, no mail", "hail_no_mail", ids))
    return blocks.actions(*ways)


def form_view(
    *,
    contacts: str = "",
    organisation: str = "",
    source: str = "",
    owner: str = "",
    lead_id: str = "",
    channel: str = "",
    problem: str = "",
) -> View:
    """Whom to hail. One lead per line; what was typed survives errors at the fields."""
    who: dict[str, Any] = {"type": "users_select", "action_id": "value"}
    if owner:
        who["initial_user"] = owner
    shown = [blocks.section(f":warning: {problem}")] if problem else []
    shown += [
        blocks.text_input(
            "Contacts",
            "contacts",
            initial=contacts,
            multiline=True,
            hint="E-mail addresses; those on one line get one mail. A new line is a new lead.",
            placeholder="ada@uni.example",
        ),
        blocks.text_input(
            "Organisation",
            "organisation",
            initial=organisation,
            optional=True,
            max_length=200,
            hint="A working name. Left empty it is guessed from the address.",
        ),
        blocks.text_input(
            "Source", "source", initial=source, optional=True, max_length=200, hint="How they came to us."
        ),
        blocks.input_block("Owner", "owner", who),
    ]
    return views.modal(
        TITLE,
        shown,
        callback_id=FORM,
        submit="Show the plan",
        close="Cancel",
        metadata={"lead_id": lead_id, "channel": channel},
    )


def split_view(contacts: tuple[Contact, ...], source: str, channel: str) -> View:
    """Addresses of several organisations on one line: one lead or several?"""
    listed = ", ".join(contact.address for contact in contacts)
    several = len({contact.domain for contact in contacts})
    choice = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": [
            blocks.option("One lead", "one", "One mail to the first, the others in cc"),
            blocks.option(f"{several} leads", "several", "One for each organisation, a mail to each"),
        ],
    }
    shown = [
        blocks.section(
            f"These addresses belong to different organisations: {escape(blocks.cut(listed, 2000))}"
        ),
        blocks.input_block("How many leads are they?", "split", choice),
    ]
    return views.modal(
        TITLE,
        shown,
        callback_id=SPLIT,
        submit="Show the plan",
        close="Cancel",
        metadata={"contacts": listed, "source": source, "channel": channel},
    )


def known_view(
    lead: Lead, asked: tuple[Contact, ...], by_domain: bool, permalink: str, source: str, channel: str
) -> View:
    """A lead that exists already, instead of a second one."""
    address = ", ".join(escape(contact.address) for contact in asked)
    why = f"{escape(asked[0].domain)} is known" if by_domain else f"{address} is known"
    people = ", ".join(escape(contact.address) for contact in lead.contacts[:10])
    lines = [
        f"{why}: *{escape(lead.organisation)}* is a lead already.",
        f"*Phase*  {lead.phase}   *Owner*  <@{lead.owner}>",
        f"*Contacts*  {people}",
        f"*Ticket*  {ticket_words(lead.ticket_id, '')}" if lead.ticket_id else "Not hailed yet",
    ]
    ways = [blocks.button("Open its thread", "open_thread", lead.id, url=permalink)] if permalink else []
    if lead.phase is Phase.CLOSED:
        ways.append(blocks.button("Reopen", "lead_reopen", lead.id, style="primary"))
    elif lead.hailed_at is None:
        ways.append(blocks.button("Hail this lead", "lead_hail", lead.id, style="primary"))
    if by_domain:
        ways.append(blocks.button("It is another lead", "hail_separately", "yes"))
    shown = [blocks.section("\n".join(lines)), blocks.context("Nothing was sent.")]
    if ways:
        shown.insert(1, blocks.actions(*ways))
    listed = ", ".join(contact.address for contact in asked)
    return views.modal(
        TITLE, shown, metadata={"contacts": listed, "source": source, "channel": channel, "lead_id": lead.id}
    )
