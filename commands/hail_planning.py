"""From addresses to the plan of Hail the Lead: known leads, the question one or several, the form."""

from __future__ import annotations

from dataclasses import dataclass

from commands import hail_views
from commands.act import Act, View
from commands.known_leads import find_known, permalink_of
from sops import addresses
from sops.blocks import escape
from sops.hail_letter import fetch
from sops.hail_plan import HailPlan
from sops.hail_prepare import HailRequest, prepare
from store.lead import Contact, Lead
from store.ports import NoSuchLead

LAST_SOURCE = "last_source"


@dataclass(frozen=True)
class _Sorted:
    requests: list[HailRequest]
    known: list[tuple[Lead, HailRequest, bool]]


def from_addresses(
    act: Act, lines: tuple[tuple[Contact, ...], ...], *, source: str | None = None, owner: str = ""
) -> None:
    """From addresses to the plan, or first to the question whether they are one lead or several."""
    problem = problem_with(act, addresses.Parsed(lines, ()))
    if problem:
        act.show(form_with(act, "\n".join(_typed(line) for line in lines), problem))
        return
    said = source if source is not None else str(act.context.store.value(LAST_SOURCE) or "")
    for line in lines:
        if len(lines) == 1 and len(by_domain(line)) > 1:
            act.show(hail_views.split_view(line, said, act.channel))
            return
    without_known(act, [new_request(act, line, said, owner) for line in lines])


def without_known(act: Act, requests: list[HailRequest]) -> None:
    """Show a lead that is known instead of a second one; of several, leave the known ones out."""
    found = _sort(act, requests)
    if found.requests:
        show_plans(act, found.requests, [lead for lead, _, _ in found.known])
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


def show_plans(act: Act, requests: list[HailRequest], known: list[Lead] | None = None) -> None:
    letter = fetch(act.context)
    plans = [prepare(act.context, request, letter) for request in requests]
    over_form = bool(act.external_id)
    act.show(
        hail_views.plan_view(act.context, plans, act.user, act.channel, known or [], over_form=over_form)
    )


def problem_with(act: Act, parsed: addresses.Parsed) -> str:
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


def by_domain(contacts: tuple[Contact, ...]) -> tuple[tuple[Contact, ...], ...]:
    """One group for each organisation; everybody at a public provider stands alone."""
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        own = addresses.related_domains(contact.domain)
        groups.setdefault(own[-1] if own else contact.key, []).append(contact)
    return tuple(tuple(group) for group in groups.values())


def request_for(
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


def new_request(act: Act, contacts: tuple[Contact, ...], source: str, owner: str = "") -> HailRequest:
    return request_for(act, contacts, addresses.guess_organisation(contacts), owner, source)


def request_of(act: Act, hail: HailPlan) -> HailRequest:
    """The same again, for the lead as it is now if it was created meanwhile."""
    try:
        lead = act.context.store.get(hail.lead_id)
    except NoSuchLead:
        return request_for(act, hail.contacts, hail.organisation, hail.owner, hail.source)
    return request_for(act, lead.contacts, lead.organisation, lead.owner, lead.source, lead_id=lead.id)


def empty_form(act: Act) -> View:
    source = str(act.context.store.value(LAST_SOURCE) or "")
    return hail_views.form_view(owner=act.user, source=source, channel=act.channel)


def form_with(act: Act, typed: str, problem: str) -> View:
    source = str(act.context.store.value(LAST_SOURCE) or "")
    return hail_views.form_view(
        contacts=typed, owner=act.user, source=source, channel=act.channel, problem=escape(problem)
    )


def form_of(act: Act, hails: list[HailPlan]) -> View:
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
