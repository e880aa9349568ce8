"""Reply: from what the lead wrote to a confirmed mail on the same ticket."""

from __future__ import annotations

import sops.reply  # noqa: F401  (registers what carries it out)
from commands import left_open, views
from commands.act import Act
from commands.confirming import carry_out, plans_or_gone, replan
from commands.procedures import procedure
from commands.registry import action, submission
from commands.reply_views import CONFIRM, FORM, TITLE, form_view, no_ticket_view, plan_view
from sops import addresses, blocks
from sops.reply_plan import NAME, of
from sops.reply_prepare import ReplyAsked, fetch, prepare, proposed_cc
from store.plan import Plan

_READING = "Reading the ticket in Freshdesk…"
_MOST_CC = 10
left_open.follows(CONFIRM, FORM)


@procedure(NAME, TITLE, "Answer the lead's mail on its ticket", fits=lambda lead: lead.ticket_id is not None)
def reply(act: Act, lead_id: str) -> None:
    """The form with what was said so far."""
    _show_form(act, lead_id)


def draft(act: Act, lead_id: str, text: str) -> None:
    """The form with a text that the assistant proposes, in the modal that is open, else in one of its own."""
    if not act.has_modal:
        views.open_over(act, views.loading(TITLE, _READING))
    _show_form(act, lead_id, text)


def _show_form(act: Act, lead_id: str, text: str = "", cc: tuple[str, ...] | None = None) -> None:
    lead = act.context.store.get(lead_id)
    if lead.ticket_id is None:
        act.show(no_ticket_view(lead))
        return
    mails = fetch(act.context, lead)
    cc = proposed_cc(lead, mails) if cc is None else cc
    act.show(form_view(act.context, lead, mails, text, cc, act.channel))


@submission(FORM)
def form(act: Act) -> None:
    """Check the syntax, then push the plan; Back keeps what was typed."""
    text, parsed = act.typed("text").strip(), addresses.parse(act.typed("cc"))
    errors = {}
    if not text:
        errors["text"] = "Type what you want to say."
    if parsed.problems:
        errors["cc"] = blocks.cut(" ".join(parsed.problems), 2000)
    elif len(parsed.contacts) > _MOST_CC:
        errors["cc"] = f"{len(parsed.contacts)} people are too many; {_MOST_CC} is the most."
    if errors:
        act.ack(response_action="errors", errors=errors)
        return
    over_form = views.depth(act.view) < views.DEEPEST
    views.answer_over(act, views.loading(TITLE, _READING))
    cc = tuple(contact.address for contact in parsed.contacts)
    read = int(act.metadata["read"])
    _show_plan(act, str(act.metadata["lead_id"]), text, cc, read, over_form=over_form)


def _show_plan(act: Act, lead_id: str, text: str, cc: tuple[str, ...], read: int, *, over_form: bool) -> None:
    context = act.context
    lead = context.store.get(lead_id)
    own = "" if context.team.live else context.services.slack.member(act.user).email
    plan = prepare(context, ReplyAsked(lead, text, cc, read, act.user, own), fetch(context, lead))
    view = plan_view(context, plan, act.user, act.channel, over_form=over_form)
    left_open.show(act, view, [plan])


@action("reply_check_again")
def check_again(act: Act) -> None:
    """What stood in the way was mended elsewhere: the same words, checked anew."""
    act.ack()
    act.stay()
    act.show(views.loading(TITLE, _READING))
    for plan in plans_or_gone(act, [act.value]):
        asked, over_form = of(plan), bool(act.metadata.get("over_form"))
        read = max(asked.known, default=0)
        _show_plan(act, plan.lead_id, asked.text, asked.cc, read, over_form=over_form)


@submission(CONFIRM)
def confirm(act: Act) -> None:
    """Send: the run carries out exactly the plan that was shown."""
    carry_out(act)


@replan(NAME)
def write_again(act: Act, plans: list[Plan]) -> None:
    """Back to the form with what was typed, under what is on the ticket now: somebody may have written meanwhile."""
    before = of(plans[0])
    _show_form(act, before.lead_id, before.text, None if before.practice else before.cc)
