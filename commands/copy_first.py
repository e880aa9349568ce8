"""“Send me a copy first”, below the plan of a mail: the person gets exactly what the lead would get."""

from __future__ import annotations

from commands.act import Act
from commands.confirming import GONE, plans_of
from commands.registry import action
from sops import blocks, brakes, hail_plan, reply_plan
from sops.blocks import Block, escape
from sops.ends import Stop
from sops.mail_copy import send_copy
from sops.reply_plan import ReplyPlan
from store.plan import Plan

COPY = "mail_copy"


def copy_button(plan: Plan) -> Block:
    return blocks.button("Send me a copy first", COPY, plan.id)


@action(COPY)
def copy(act: Act) -> None:
    """The plan stays as it is."""
    act.ack()
    member = act.context.services.slack.member(act.user)
    address, ours = member.email, act.context.team.mailbox.partition("@")[2]
    if member.guest or not address.casefold().endswith(f"@{ours}"):
        act.whisper([blocks.section(f":lock: Copies go to addresses at {ours} only. Nothing was sent.")])
        return
    try:
        plans = plans_of(act, [act.value])
        for plan in plans:
            brakes.may_leave(act.context, outside=False)
            _send(act, plan, address)
    except Stop as stop:
        act.whisper([blocks.section(f":octagonal_sign: No copy was sent. {stop.words}")])
        return
    if not plans:
        act.whisper([blocks.section(GONE)])
        return
    act.whisper(
        [blocks.section(f":inbox_tray: A copy is on its way to {escape(address)}. Nothing went to the lead.")]
    )


def _send(act: Act, plan: Plan, address: str) -> None:
    reply = reply_plan.of(plan) if plan.sop == reply_plan.NAME else None
    mail = reply or hail_plan.of(plan).mail
    if mail is None:
        return
    files = () if isinstance(mail, ReplyPlan) else mail.files
    box = mail.mailbox_id
    send_copy(act.context, mail.subject, mail.body_html, mailbox_id=box, address=address, files=files)
