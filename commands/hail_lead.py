"""/hail-lead: from addresses to a confirmed plan."""

from __future__ import annotations

from commands import hail_views, views
from commands.act import Act
from commands.confirming import carry_out, offer_again, plans_of, replan
from commands.hail_planning import (
    LAST_SOURCE,
    by_domain,
    empty_form,
    form_of,
    form_with,
    from_addresses,
    new_request,
    problem_with,
    request_for,
    request_of,
    show_plans,
    without_known,
)
from commands.registry import action, closing, command, shortcut, submission
from sops import addresses, blocks, brakes, engine
from sops.blocks import escape
from sops.hail_copy import send_copy
from sops.hail_plan import NAME, of
from sops.hail_prepare import prepare_without_mail
from store.plan import Plan

_READING = "Reading the mail from Freshdesk and checking the meeting link…"


@command("/hail-lead", "Send the first mail to new contacts", "ada@uni.example [more addresses]")
def hail_lead(act: Act) -> None:
    """Opens at the plan when the addresses are given, else at the form."""
    act.ack()
    parsed = addresses.parse(act.text)
    if not act.text:
        act.open(empty_form(act))
        return
    if parsed.problems or not parsed.lines:
        act.open(form_with(act, act.text, " ".join(parsed.problems)))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    from_addresses(act, parsed.lines)


@shortcut("hail_this_lead", "Hail this lead", "Send the first mail to the addresses in this message")
def hail_this_lead(act: Act) -> None:
    """Take the addresses found in a message, and the message as the source."""
    act.ack()
    contacts = addresses.found_in(str(act.body["message"].get("text") or ""))
    if not contacts:
        act.open(form_with(act, "", "There is no e-mail address in that message. Type it here."))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    from_addresses(act, (contacts,), source="a message in Slack")


@action("lead_hail")
def hail_existing(act: Act) -> None:
    """The Hail button of a lead that was created without mail."""
    act.ack()
    act.open(views.loading(hail_views.TITLE, _READING))
    lead = act.context.store.get(act.value)
    request = request_for(act, lead.contacts, lead.organisation, lead.owner, lead.source, lead_id=lead.id)
    show_plans(act, [request])


@action("hail_separately")
def hail_separately(act: Act) -> None:
    """Another lead at a domain that is known."""
    act.ack()
    act.stay()
    act.show(views.loading(hail_views.TITLE, _READING))
    lines = addresses.parse(str(act.metadata["contacts"])).lines
    show_plans(act, [new_request(act, line, str(act.metadata["source"])) for line in lines])


@submission(hail_views.FORM)
def form(act: Act) -> None:
    """Check the syntax, then push the plan; Back keeps what was typed."""
    parsed = addresses.parse(act.typed("contacts"))
    problem = problem_with(act, parsed)
    if problem:
        act.ack(response_action="errors", errors={"contacts": blocks.cut(problem, 2000)})
        return
    act.ack(response_action="push", view=act.named(views.loading(hail_views.TITLE, _READING)))
    source, owner = act.typed("source"), act.typed("owner")
    act.context.store.set_value(LAST_SOURCE, source)
    lead_id = str(act.metadata.get("lead_id") or "")
    if lead_id or act.typed("organisation"):
        name = act.typed("organisation") or addresses.guess_organisation(parsed.contacts)
        requests = [request_for(act, parsed.lines[0], name, owner, source, lead_id=lead_id)]
        requests += [new_request(act, line, source, owner) for line in parsed.lines[1:]]
        without_known(act, requests)
    else:
        from_addresses(act, parsed.lines, source=source, owner=owner)


@submission(hail_views.SPLIT)
def split(act: Act) -> None:
    """One lead or several, for addresses of several organisations."""
    parsed = addresses.parse(str(act.metadata["contacts"]))
    act.ack(response_action="push", view=act.named(views.loading(hail_views.TITLE, _READING)))
    lines = parsed.lines
    if act.typed("split") == "several":
        lines = by_domain(parsed.contacts)
    source = str(act.metadata["source"])
    without_known(act, [new_request(act, line, source) for line in lines])


@action("hail_change")
def change(act: Act) -> None:
    """Back from the plan to the form, with everything filled in."""
    act.ack()
    act.stay()
    hails = [of(plan) for plan in plans_of(act, act.value.split(","))]
    if not hails:
        act.show(empty_form(act))
        return
    act.show(form_of(act, hails))


@action("hail_copy")
def copy(act: Act) -> None:
    """Mail the person exactly what the lead would get."""
    act.ack()
    act.stay()
    member = act.context.services.slack.member(act.user)
    address, ours = member.email, act.context.team.mailbox.partition("@")[2]
    if member.guest or not address.casefold().endswith(f"@{ours}"):
        act.whisper([blocks.section(f":lock: Copies go to addresses at {ours} only. Nothing was sent.")])
        return
    for plan in plans_of(act, [act.value]):
        brakes.may_leave(act.context)
        send_copy(act.context, of(plan), address)
    act.whisper(
        [blocks.section(f":inbox_tray: A copy is on its way to {escape(address)}. Nothing went to the lead.")]
    )


@action("hail_no_mail")
def no_mail(act: Act) -> None:
    """Only the lead, its card and its thread."""
    act.ack()
    act.stay()
    names = []
    for old in plans_of(act, act.value.split(",")):
        hail = of(old)
        request = request_for(act, hail.contacts, hail.organisation, hail.owner, hail.source)
        plan = prepare_without_mail(act.context, request)
        engine.enqueue(plan, act.user, act.channel)
        names.append(escape(hail.organisation))
    words = (
        f":white_check_mark: New lead: *{', '.join(names)}*. Its card appears in #{act.context.team.channel}."
    )
    act.show(views.message(hail_views.TITLE, blocks.section(words), blocks.context("No mail was sent.")))


@submission(hail_views.CONFIRM)
def confirm(act: Act) -> None:
    """Send: the run carries out exactly the plan that was shown."""
    carry_out(act)


@closing(hail_views.CONFIRM)
def plan_closed(act: Act) -> None:
    offer_again(act)


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    """The same leads, with the mail as it is now."""
    show_plans(act, [request_of(act, of(plan)) for plan in plans])
