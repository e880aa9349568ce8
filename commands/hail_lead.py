"""/hail-lead: from addresses to a confirmed plan."""

from __future__ import annotations

from dataclasses import dataclass

from commands import hail_views, views
from commands.act import Act, View
from commands.known_leads import find_known, permalink_of
from commands.registry import action, closing, command, shortcut, submission
from commands.senders import may_send, senders_words
from sops import addresses, blocks, engine
from sops.blocks import escape
from sops.hail_copy import send_copy
from sops.hail_letter import fetch
from sops.hail_plan import NAME, HailPlan, of
from sops.hail_prepare import HailRequest, prepare, prepare_without_mail
from sops.progress_message import waiting_notice
from store.lead import Contact, Lead
from store.plan import Plan
from store.ports import NoSuchLead

LAST_SOURCE = "last_source"
_READING = "Reading the mail from Freshdesk and checking the meeting link…"


@command("/hail-lead", "Send the first mail to new contacts", "ada@uni.example [more addresses]")
def hail_lead(act: Act) -> None:
    """Opens at the plan when the addresses are given, else at the form."""
    act.ack()
    parsed = addresses.parse(act.text)
    if not act.text:
        act.open(_empty_form(act))
        return
    if parsed.problems or not parsed.lines:
        act.open(_form_with(act, act.text, " ".join(parsed.problems)))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    _go_on(act, parsed.lines)


@shortcut("hail_this_lead", "Hail this lead", "Send the first mail to the addresses in this message")
def hail_this_lead(act: Act) -> None:
    """Take the addresses found in a message, and the message as the source."""
    act.ack()
    contacts = addresses.found_in(str(act.body["message"].get("text") or ""))
    if not contacts:
        act.open(_form_with(act, "", "There is no e-mail address in that message. Type it here."))
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    _go_on(act, (contacts,), source="a message in Slack")


@action("lead_hail")
def hail_existing(act: Act) -> None:
    """The Hail button of a lead that was created without mail."""
    act.ack()
    act.open(views.loading(hail_views.TITLE, _READING))
    lead = act.context.store.get(act.value)
    request = _request(act, lead.contacts, lead.organisation, lead.owner, lead.source, lead_id=lead.id)
    _show_plans(act, [request])


@action("hail_separately")
def hail_separately(act: Act) -> None:
    """Another lead at a domain that is known."""
    act.ack()
    act.stay()
    act.show(views.loading(hail_views.TITLE, _READING))
    lines = addresses.parse(str(act.metadata["contacts"])).lines
    _show_plans(act, [_new_request(act, line, str(act.metadata["source"])) for line in lines])


@submission(hail_views.FORM)
def form(act: Act) -> None:
    """Check the syntax, then push the plan; Back keeps what was typed."""
    parsed = addresses.parse(act.typed("contacts"))
    problem = _problem_with(act, parsed)
    if problem:
        act.ack(response_action="errors", errors={"contacts": blocks.cut(problem, 2000)})
        return
    act.ack(response_action="push", view=act.named(views.loading(hail_views.TITLE, _READING)))
    source, owner = act.typed("source"), act.typed("owner")
    act.context.store.set_value(LAST_SOURCE, source)
    lead_id = str(act.metadata.get("lead_id") or "")
    if lead_id or act.typed("organisation"):
        name = act.typed("organisation") or addresses.guess_organisation(parsed.contacts)
        requests = [_request(act, parsed.lines[0], name, owner, source, lead_id=lead_id)]
        requests += [_new_request(act, line, source, owner) for line in parsed.lines[1:]]
        _without_known(act, requests)
    else:
        _go_on(act, parsed.lines, source=source, owner=owner)


@submission(hail_views.SPLIT)
def split(act: Act) -> None:
    """One lead or several, for addresses of several organisations."""
    parsed = addresses.parse(str(act.metadata["contacts"]))
    act.ack(response_action="push", view=act.named(views.loading(hail_views.TITLE, _READING)))
    lines = parsed.lines
    if act.typed("split") == "several":
        lines = _by_domain(parsed.contacts)
    source = str(act.metadata["source"])
    _without_known(act, [_new_request(act, line, source) for line in lines])


@action("hail_change")
def change(act: Act) -> None:
    """Back from the plan to the form, with everything filled in."""
    act.ack()
    act.stay()
    hails = [of(plan) for plan in _plans(act, act.value.split(","))]
    if not hails:
        act.show(_empty_form(act))
        return
    act.show(_form_of(act, hails))


@action("hail_check_again")
def check_again(act: Act) -> None:
    """Make the plan anew after something was mended elsewhere."""
    act.ack()
    act.stay()
    _plan_anew(act, act.value.split(","))


@submission(hail_views.EXPIRED)
def make_new_plan(act: Act) -> None:
    act.ack(response_action="update", view=act.named(views.loading(hail_views.TITLE, _READING)))
    _plan_anew(act, [plan_id for plan_id, _ in act.metadata["plans"]])


@action("hail_copy")
def copy(act: Act) -> None:
    """Mail the person exactly what the lead would get."""
    act.ack()
    act.stay()
    plan = act.context.store.plan(act.value)
    if plan is None:
        act.show(hail_views.expired_view({"plans": [], "channel": act.channel}, "This plan is too old."))
        return
    address = act.context.services.slack.member(act.user).email
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
    for old in _plans(act, act.value.split(",")):
        hail = of(old)
        request = _request(act, hail.contacts, hail.organisation, hail.owner, hail.source)
        plan = prepare_without_mail(act.context, request)
        engine.enqueue(plan, act.user, act.channel)
        names.append(escape(hail.organisation))
    words = (
        f":white_check_mark: New lead: *{', '.join(names)}*. Its card appears in #{act.context.team.channel}."
    )
    act.show(views.message(hail_views.TITLE, blocks.section(words), blocks.context("No mail was sent.")))


@submission(hail_views.CONFIRM)
def confirm(act: Act) -> None:
    """Send: one durable thing, then the answer. The run carries out exactly the plan that was shown."""
    plans = _plans(act, [plan_id for plan_id, _ in act.metadata["plans"]])
    problem = _why_not(act, plans)
    if problem:
        act.ack(response_action="update", view=hail_views.expired_view(act.metadata, problem))
        return
    delay = act.context.team.cancel_seconds
    runs = [engine.enqueue(plan, act.user, act.channel, delay=delay) for plan in plans]
    act.ack(response_action="clear")
    for plan in plans:
        act.context.progress.show(plan.id)
    act.whisper(waiting_notice(runs))


@closing(hail_views.CONFIRM)
def plan_closed(act: Act) -> None:
    """A closed plan is offered again: nothing was sent, and nothing is lost."""
    act.ack()
    plans = _plans(act, [plan_id for plan_id, _ in act.metadata["plans"]])
    if not plans or any(act.context.store.run(plan.id) for plan in plans):
        return
    names = ", ".join(escape(of(plan).organisation) for plan in plans)
    again = blocks.button("Open it again", "hail_reopen", ",".join(plan.id for plan in plans))
    act.whisper([blocks.section(f"You closed the plan for {names}. Nothing was sent.", accessory=again)])


@action("hail_reopen")
@action("attempt_change")
def plan_again(act: Act) -> None:
    """A fresh plan for what an earlier one was about."""
    act.ack()
    act.open(views.loading(hail_views.TITLE, _READING))
    _plan_anew(act, act.value.split(","))


@dataclass(frozen=True)
class _Sorted:
    requests: list[HailRequest]
    known: list[tuple[Lead, HailRequest, bool]]


def _go_on(
    act: Act, lines: tuple[tuple[Contact, ...], ...], *, source: str | None = None, owner: str = ""
) -> None:
    """From addresses to the plan, or first to the question whether they are one lead or several."""
    problem = _problem_with(act, addresses.Parsed(lines, ()))
    if problem:
        act.show(_form_with(act, "\n".join(_typed(line) for line in lines), problem))
        return
    said = source if source is not None else str(act.context.store.value(LAST_SOURCE) or "")
    for line in lines:
        if len(lines) == 1 and len(_by_domain(line)) > 1:
            act.show(hail_views.split_view(line, said, act.channel))
            return
    _without_known(act, [_new_request(act, line, said, owner) for line in lines])


def _without_known(act: Act, requests: list[HailRequest]) -> None:
    """Show a lead that is known instead of a second one; of several, leave the known ones out."""
    found = _sort(act, requests)
    if found.requests:
        _show_plans(act, found.requests, [lead for lead, _, _ in found.known])
        return
    lead, request, by_domain = found.known[0]
    permalink = permalink_of(act.context, lead)
    act.show(hail_views.known_view(lead, request.contacts, by_domain, permalink, request.source, act.channel))


def _sort(act: Act, requests: list[HailRequest]) -> _Sorted:
    found = _Sorted([], [])
    for request in requests:
        known = None if request.lead_id else find_known(act.context, request.contacts)
        if known is None:
            found.requests.append(request)
        else:
            found.known.append((known.lead, request, known.by_domain))
    return found


def _show_plans(act: Act, requests: list[HailRequest], known: list[Lead] | None = None) -> None:
    letter = fetch(act.context)
    plans = [prepare(act.context, request, letter) for request in requests]
    act.show(hail_views.plan_view(act.context, plans, act.user, act.channel, known or []))


def _plan_anew(act: Act, plan_ids: list[str]) -> None:
    hails = [of(plan) for plan in _plans(act, plan_ids)]
    if not hails:
        act.show(_empty_form(act))
        return
    _show_plans(act, [_request_of(act, hail) for hail in hails])


def _plans(act: Act, plan_ids: list[str]) -> list[Plan]:
    found = (act.context.store.plan(plan_id) for plan_id in plan_ids)
    return [plan for plan in found if plan is not None and plan.sop == NAME]


def _why_not(act: Act, plans: list[Plan]) -> str:
    """Why these plans may not be carried out, empty when they may."""
    if len(plans) != len(act.metadata["plans"]):
        return "This plan is too old."
    for plan, (_, digest) in zip(plans, act.metadata["plans"], strict=True):
        if plan.digest != digest:
            return "This is not the plan that was saved."
        if plan.expires_at <= act.context.clock.now():
            return f"This plan was made on {plan.created_at:%Y-%m-%d}, and plans hold for a day."
        if of(plan).blocked:
            return "A check failed."
    if not may_send(act.context, act.user):
        return senders_words(act.context)
    return ""


def _problem_with(act: Act, parsed: addresses.Parsed) -> str:
    most = act.context.team.leads_at_once
    if parsed.problems:
        return " ".join(parsed.problems)
    if not parsed.lines:
        return "Type at least one e-mail address."
    if len(parsed.contacts) > most:
        return (
            f"{len(parsed.contacts)} addresses are too many at once; {most} is the most. Send them in parts."
        )
    return ""


def _by_domain(contacts: tuple[Contact, ...]) -> tuple[tuple[Contact, ...], ...]:
    """One group for each organisation; everybody at a public provider stands alone."""
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        own = addresses.related_domains(contact.domain)
        groups.setdefault(own[-1] if own else contact.key, []).append(contact)
    return tuple(tuple(group) for group in groups.values())


def _request(
    act: Act,
    contacts: tuple[Contact, ...],
    organisation: str,
    owner: str,
    source: str,
    *,
    lead_id: str = "",
) -> HailRequest:
    address = "" if act.context.team.live else act.context.services.slack.member(act.user).email
    return HailRequest(
        contacts, organisation, owner or act.user, source, act.user, by_address=address, lead_id=lead_id
    )


def _new_request(act: Act, contacts: tuple[Contact, ...], source: str, owner: str = "") -> HailRequest:
    return _request(act, contacts, addresses.guess_organisation(contacts), owner, source)


def _request_of(act: Act, hail: HailPlan) -> HailRequest:
    """The same again, for the lead as it is now if it was created meanwhile."""
    try:
        lead = act.context.store.get(hail.lead_id)
    except NoSuchLead:
        return _request(act, hail.contacts, hail.organisation, hail.owner, hail.source)
    return _request(act, lead.contacts, lead.organisation, lead.owner, lead.source, lead_id=lead.id)


def _empty_form(act: Act) -> View:
    source = str(act.context.store.value(LAST_SOURCE) or "")
    return hail_views.form_view(owner=act.user, source=source, channel=act.channel)


def _form_with(act: Act, typed: str, problem: str) -> View:
    source = str(act.context.store.value(LAST_SOURCE) or "")
    return hail_views.form_view(
        contacts=typed, owner=act.user, source=source, channel=act.channel, problem=escape(problem)
    )


def _form_of(act: Act, hails: list[HailPlan]) -> View:
    first = hails[0]
    return hail_views.form_view(
        contacts="\n".join(_typed(hail.contacts) for hail in hails),
        organisation=first.organisation if len(hails) == 1 else "",
        source=first.source,
        owner=first.owner,
        lead_id="" if first.new else first.lead_id,
        channel=act.channel,
    )


def _typed(contacts: tuple[Contact, ...]) -> str:
    named = [f"{one.name} <{one.address}>" if one.name else one.address for one in contacts]
    return ", ".join(named)
