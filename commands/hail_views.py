"""The plan of Hail the Lead as a modal: the exact mail, the checks, what happens after Send."""

from __future__ import annotations

import html

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.copy_first import copy_button
from commands.senders import may_send, senders_words
from sops import blocks, letters
from sops.blocks import Block, escape
from sops.context import Context
from sops.hail_plan import Check, HailPlan, Mail, of
from store.lead import Lead
from store.plan import Plan

TITLE = "Hail the Lead"
CONFIRM = "hail_confirm"
_BODY_SECTIONS = 8
_BODY_SECTIONS_EACH = 2
"""Where each lead's letter differs (Slack: 100 blocks in a modal)."""


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
    allowed = may_send(context, user)
    sendable = allowed and not any(hail.blocked for hail in hails)
    shown = [*_first(hails, known), *_letter(hails), blocks.divider(), *_whose(hails)]
    shown += [_remark(check.words) for check in _unique(hails, "remark")]
    shown.append(_what_happens(context, hails))
    shown += _oks(hails)
    shown += [_ask(*asked) if sendable else _remark(escape(asked[1])) for asked in questions(hails).items()]
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    shown.append(_ways_on(plans, hails))
    return views.modal(
        TITLE,
        shown,
        callback_id=CONFIRM,
        submit=_send_label(hails) if sendable else "",
        close="Back" if over_form else "Cancel",
        metadata=kept(plans, channel, over_form=over_form),
        notify_on_close=sendable,
    )


def _first(hails: list[HailPlan], known: list[Lead]) -> list[Block]:
    """What has to be seen before anything else: practice, what blocks, who gets the mail."""
    shown: list[Block] = []
    if any(hail.practice for hail in hails):
        shown.append(blocks.section(":test_tube: *Practice mode*: the mail goes to you, not to the lead."))
    shown += [_problem(check) for check in _unique(hails, "block")]
    shown += [_left_out(lead) for lead in known]
    for hail in hails:
        shown += _mail_head(hail)
    return shown


def questions(hails: list[HailPlan]) -> dict[str, str]:
    """What a person has to say yes to before these are sent: the words by the block_id of the box."""
    asked = (_about(hail, check) for hail in hails for check in hail.asked)
    return {f"again{number}": words for number, words in enumerate(dict.fromkeys(asked))}


def _about(hail: HailPlan, check: Check) -> str:
    """A check's words, with whom they are about."""
    words = html.unescape(check.words)
    named = hail.organisation in words or any(one.address in words for one in hail.contacts)
    return words if named else f"{hail.organisation} ({hail.contacts[0].address}): {words}"


def _send_label(hails: list[HailPlan]) -> str:
    outsiders = sum(hail.outsiders for hail in hails)
    if any(hail.practice for hail in hails):
        return "Send to me (practice)"
    return f"Send to {outsiders} outsider" + ("s" if outsiders != 1 else "")


def _unique(hails: list[HailPlan], state: str) -> list[Check]:
    return list(dict.fromkeys(check for hail in hails for check in hail.checks if check.state == state))


def _problem(check: Check) -> Block:
    return blocks.section(f":no_entry: *Cannot be sent.* {check.words}")


def _remark(words: str) -> Block:
    return blocks.section(f":information_source: {words}")


def _left_out(lead: Lead) -> Block:
    return blocks.section(
        f":leftwards_arrow_with_hook: *{escape(lead.organisation)}* is a lead already; left out."
    )


def _mail_head(hail: HailPlan) -> list[Block]:
    name = escape(hail.organisation)
    if hail.mail is None:
        people = ", ".join(escape(contact.address) for contact in hail.contacts)
        return blocks.sections(f"*{name}* · {people}")
    mail = hail.mail
    way = "practice: this mail goes to you" if hail.practice else "this mail leaves the organisation"
    lines = [
        f":outbox_tray: *{name}* · {way}:",
        f"*From*  {escape(mail.from_address)}",
        f"*To*  {escape(mail.to)}",
        f"*Cc*  {escape(', '.join(mail.cc)) or 'nobody'}",
        f"*Subject*  {escape(mail.subject)}",
        f"*Attached*  {_attachments(mail)}",
    ]
    return blocks.sections("\n".join(lines))


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
        most = _BODY_SECTIONS if len(bodies) == 1 else _BODY_SECTIONS_EACH
        shown += parts[:most]
        if len(parts) > most:
            shown.append(blocks.context("The mail goes on; “Send me a copy first” shows all of it."))
    return shown


def _whose(hails: list[HailPlan]) -> list[Block]:
    """Owner and source, once where they are the same for all."""
    leads: dict[str, list[str]] = {}
    for hail in hails:
        words = f"*Owner*  <@{hail.owner}>   *Source*  {escape(hail.source) or 'not said'}"
        leads.setdefault(words, []).append(escape(hail.organisation))
    if len(leads) == 1:
        return [blocks.context(next(iter(leads)))]
    return [blocks.context(f"{', '.join(names)}:  {words}") for words, names in leads.items()]


def _what_happens(context: Context, hails: list[HailPlan]) -> Block:
    leads = "a lead" if len(hails) == 1 else f"{len(hails)} leads, each"
    seconds = f"{context.team.cancel_seconds:.0f} seconds"
    made = f"{leads} with a card and a thread in #{escape(context.team.channel)}, then the mail"
    if all(not hail.new for hail in hails):
        made = "the mail"
    ticket = "an open ticket in Freshdesk that tracks the lead, with a private note that you approved"
    if any(hail.practice for hail in hails):
        ticket = "a ticket of yours in Freshdesk; the lead stays without one, and counts as not hailed"
    return blocks.context(f"After Send there are {seconds} to cancel. Then come {made}, and {ticket}.")


def _oks(hails: list[HailPlan]) -> list[Block]:
    done = [check.words for check in _unique(hails, "ok")]
    return [blocks.context(" · ".join(f"✓ {words}" for words in done))] if done else []


def _ask(block_id: str, words: str) -> Block:
    boxes = {
        "type": "checkboxes",
        "action_id": "value",
        "options": [blocks.option("Yes, send it again", "yes")],
    }
    return blocks.input_block(words, block_id, boxes)


def _ways_on(plans: list[Plan], hails: list[HailPlan]) -> Block:
    ids = ",".join(plan.id for plan in plans)
    ways = [blocks.button("Change", "hail_change", ids)]
    if any(hail.blocked for hail in hails):
        ways.insert(0, blocks.button("Check again", "plan_anew", ids, style="primary"))
    elif hails[0].mail is not None:
        ways.append(copy_button(plans[0]))
    if all(hail.new for hail in hails):
        ways.append(blocks.button("New lead, no mail", "hail_no_mail", ids))
    return blocks.actions(*ways)
