"""/hail-lead: from addresses to a confirmed plan."""

from __future__ import annotations

import html

import sops.hail_lead  # noqa: F401  (registers what carries it out)
from commands import hail_forms, hail_views, left_open, views
from commands.act import Act
from commands.confirming import carry_out, plans_of, plans_or_gone, replan, shown_plans
from commands.hail_asked import Asked, again
from commands.hail_planning import (
    LAST_SOURCE,
    ask_or_plan,
    change_lead,
    first_asked,
    form_of,
    from_addresses,
    problem_with,
    request_for_lead,
    request_of,
    requests_of,
    show_plans,
    to_be_split,
    without_known,
)
from commands.registry import action, command, shortcut, submission
from sops import addresses, blocks, engine, owners
from sops.blocks import escape
from sops.hail_plan import NAME, of
from sops.hail_prepare import prepare_without_mail
from store.plan import Plan
from store.ports import AddressTaken

_READING = "Reading the mail from Freshdesk and checking the meeting link…"
left_open.follows(hail_views.CONFIRM, hail_forms.FORM, hail_forms.SPLIT, hail_forms.KNOWN)


@command("/hail-lead", "Send the first mail to new contacts", "ada@uni.example [more addresses]")
def hail_lead(act: Act) -> None:
    """Opens at the plan when the addresses are given, else at the form."""
    act.ack()
    parsed = addresses.parse(act.text)
    if not act.text:
        act.open(hail_forms.form_view(first_asked(act, ()), act.channel))
        return
    if parsed.problems or not parsed.lines:
        problem = escape(" ".join(parsed.problems))
        typed = html.unescape(act.text)
        act.open(hail_forms.form_as_typed(typed, first_asked(act, ()), act.channel, problem))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    from_addresses(act, first_asked(act, parsed.lines))


@shortcut("hail_this_lead", "Hail this lead", "Send the first mail to the addresses in this message")
def hail_this_lead(act: Act) -> None:
    """Take the addresses found in a message, and the message as the source."""
    act.ack()
    contacts = addresses.found_in(str(act.body["message"].get("text") or ""))
    if not contacts:
        problem = "There is no e-mail address in that message. Type it here."
        act.open(hail_forms.form_view(first_asked(act, ()), act.channel, problem=problem))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    from_addresses(act, first_asked(act, (contacts,), "a message in Slack"))


@action("lead_hail")
def hail_existing(act: Act) -> None:
    """The Hail button of a lead that was created without mail."""
    act.ack()
    views.open_over(act, views.loading(hail_views.TITLE, _READING))
    show_plans(act, [request_for_lead(act, act.context.store.get(act.value))])


@action("hail_separately")
def hail_separately(act: Act) -> None:
    """Another lead at a domain that is known."""
    act.ack()
    act.stay()
    act.show(views.loading(hail_views.TITLE, _READING))
    show_plans(act, requests_of(act, again(act.metadata)))


@submission(hail_forms.FORM)
def form(act: Act) -> None:
    """Check syntax and owner, then push the plan; Back keeps what was typed. A lead that exists is changed."""
    parsed = addresses.parse(act.typed("contacts"))
    problem = problem_with(act, parsed)
    asked = Asked(
        parsed.lines,
        organisation=" ".join(act.typed("organisation").split()),
        owner=act.typed("owner"),
        source=act.typed("source"),
        lead_id=str(act.metadata.get("lead_id") or ""),
    )
    errors = {"contacts": problem} if problem else {}
    if why_not := owners.why_not(act.context, asked.owner):
        errors["owner"] = why_not
    if not errors and not to_be_split(act, asked) and (problem := _taken(act, asked)):
        errors["contacts"] = problem
    if errors:
        act.ack(
            response_action="errors",
            errors={field: blocks.cut(words, 2000) for field, words in errors.items()},
        )
        return
    views.answer_over(act, views.loading(hail_views.TITLE, _READING))
    act.context.store.set_value(LAST_SOURCE, asked.source)
    ask_or_plan(act, asked)


@submission(hail_forms.SPLIT)
def split(act: Act) -> None:
    """One lead or several, for addresses of several organisations."""
    asked = again(act.metadata)
    if act.typed("split") == "several":
        asked = asked.split
    problem = _taken(act, asked)
    if problem:
        act.ack(response_action="errors", errors={"split": problem})
        return
    views.answer_over(act, views.loading(hail_views.TITLE, _READING))
    without_known(act, asked)


def _taken(act: Act, asked: Asked) -> str:
    """Change the lead that exists; why not, where another one has an address."""
    try:
        change_lead(act, asked)
    except AddressTaken as taken:
        other = act.context.store.get(taken.lead_id).organisation
        return f"{taken.address} belongs to another lead, {blocks.cut(other, 200)}."
    return ""


@action("hail_change")
def change(act: Act) -> None:
    """Back from the plan to the form, with everything filled in."""
    act.ack()
    act.stay()
    hails = [of(plan) for plan in plans_of(act, act.value.split(","))]
    left_open.forget(act)
    if hails:
        act.show(form_of(act, hails))
    else:
        act.show(hail_forms.form_view(first_asked(act, ()), act.channel))


@action("hail_no_mail")
def no_mail(act: Act) -> None:
    """Only the lead, its card and its thread; to the form where something is still to be said about it."""
    act.ack()
    act.stay()
    shown = [of(plan) for plan in plans_or_gone(act, act.value.split(","))]
    if not shown:
        return
    asked = [Asked((hail.contacts,), hail.organisation, hail.owner, hail.source) for hail in shown]
    plans = [prepare_without_mail(act.context, requests_of(act, one)[0]) for one in asked]
    left_open.forget(act)
    if blocked := [check for plan in plans for check in of(plan).blocked]:
        act.show(form_of(act, shown, problem=blocked[0].words))
        return
    for plan in plans:
        engine.enqueue(plan, act.user, act.channel)
    names = ", ".join(escape(hail.organisation) for hail in shown)
    words = f":white_check_mark: New lead: *{names}*. Its card appears in #{act.context.team.channel}."
    act.show(views.message(hail_views.TITLE, blocks.section(words), blocks.context("No mail was sent.")))


@submission(hail_views.CONFIRM)
def confirm(act: Act) -> None:
    """Send: the run carries out exactly the plan that was shown, once every question has its yes."""
    missing = unanswered(act, shown_plans(act))
    if missing:
        act.ack(response_action="errors", errors=dict.fromkeys(missing, "Tick the box, or take them out."))
        return
    carry_out(act)


def unanswered(act: Act, plans: list[Plan]) -> list[str]:
    """The boxes of the submitted plan that a person has to tick and did not."""
    return [box for box in hail_views.questions([of(plan) for plan in plans]) if act.typed(box) != "yes"]


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    """The same leads, with the mail as it is now."""
    show_plans(act, [request_of(act, of(plan)) for plan in plans])
