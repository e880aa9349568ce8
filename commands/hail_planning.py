"""From what was asked to the plan of Hail the Lead: leads that are known, one or several, a changed lead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands import hail_forms, hail_views, left_open
from commands.act import Act, View
from commands.hail_asked import Asked, Line, are_together, too_long
from commands.known_leads import Known, find_known, permalink_of
from sops import addresses
from sops.blocks import escape
from sops.hail_letter import fetch
from sops.hail_plan import HailPlan
from sops.hail_prepare import HailRequest, prepare
from store.lead import Event, Lead
from store.ports import NoSuchLead

LAST_SOURCE = "last_source"


@dataclass(frozen=True)
class _Sorted:
    requests: list[HailRequest]
    known: list[tuple[Known, HailRequest]]


def first_asked(act: Act, lines: tuple[Line, ...], source: str = "") -> Asked:
    """Contacts from a command or a message, with the person as owner and the last source remembered."""
    return Asked(lines, owner=act.user, source=source or str(act.context.store.value(LAST_SOURCE) or ""))


def from_addresses(act: Act, asked: Asked) -> None:
    """To the plan, or back to the form when there are too many."""
    problem = problem_with(act, addresses.Parsed(asked.lines, ()))
    if problem:
        act.show(hail_forms.form_view(asked, act.channel, problem=escape(problem)))
        return
    ask_or_plan(act, asked)


def ask_or_plan(act: Act, asked: Asked) -> None:
    """Addresses of different organisations on one line are asked about first: strangers would see each
    other in one mail."""
    if to_be_split(act, asked):
        act.show(hail_forms.split_view(asked, act.channel))
    else:
        without_known(act, asked)


def to_be_split(act: Act, asked: Asked) -> bool:
    """Whether somebody has to say if a line is one lead; for the contacts of a lead somebody has."""
    before = act.context.store.get(asked.lead_id).contacts if asked.lead_id else ()
    return any(line != asked.lines[0] or not are_together(line, before) for line in asked.mixed)


def change_lead(act: Act, asked: Asked) -> None:
    """A lead that exists gets what the form says now; an emptied name stays as it was. Raises AddressTaken,
    NoSuchLead."""
    if not asked.lead_id:
        return

    def change(lead: Lead) -> Lead:
        return replace(
            lead,
            contacts=asked.lines[0],
            organisation=asked.organisation or lead.organisation,
            owner=asked.owner or lead.owner,
            source=asked.source,
        )

    now = act.context.clock.now()

    def telling(before: Lead, after: Lead) -> Event | None:
        words = ", ".join(_differences(before, after))
        return (
            Event(f"changed:{now.isoformat()}", now, "change", f"Changed: {words}", act.user)
            if words
            else None
        )

    act.context.store.update(asked.lead_id, change, telling=telling)
    act.context.progress.card(asked.lead_id)


def _differences(before: Lead, after: Lead) -> list[str]:
    names = ("contacts", "organisation", "owner", "source")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def without_known(act: Act, asked: Asked) -> None:
    """Show leads that are known instead of second ones; of several, leave the known ones out."""
    found = _sort(act, requests_of(act, asked))
    if found.requests:
        show_plans(act, found.requests, [known.lead for known, _ in found.known])
        return
    others = [request for known, request in found.known if known.by_domain]
    another = replace(
        asked,
        lines=tuple(request.contacts for request in others),
        organisation=others[0].organisation if others else "",
    )
    threads = {known.lead.id: permalink_of(act.context, known.lead) for known, _ in found.known}
    shown = [(known, threads[known.lead.id]) for known, _ in found.known]
    act.show(hail_forms.known_view(shown, another, act.channel))


def _sort(act: Act, requests: list[HailRequest]) -> _Sorted:
    found = _Sorted([], [])
    for request in requests:
        known = None if request.lead_id else find_known(act.context, request.contacts)
        if known is None:
            found.requests.append(request)
        else:
            found.known.append((known, request))
    return found


def show_plans(act: Act, requests: list[HailRequest], known: list[Lead] | None = None) -> None:
    letter = fetch(act.context)
    plans = [prepare(act.context, request, letter) for request in requests]
    over_form = bool(left_open.bottom(act)) and bool(act.external_id or act.metadata.get("over_form"))
    view = hail_views.plan_view(act.context, plans, act.user, act.channel, known or [], over_form=over_form)
    left_open.show(act, view, plans)


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
    if too_long(parsed.lines):
        return "These addresses and names are too long together. Send them in parts."
    return ""


def requests_of(act: Act, asked: Asked) -> list[HailRequest]:
    """One request for each line; the name and the lead's id are the first one's."""
    requests = [_request(act, asked, line) for line in asked.lines]
    if asked.lead_id:
        lead = act.context.store.get(asked.lead_id)
        requests[0] = replace(requests[0], organisation=lead.organisation, lead_id=lead.id)
    elif asked.organisation:
        requests[0] = replace(requests[0], organisation=asked.organisation)
    return requests


def _request(act: Act, asked: Asked, line: Line) -> HailRequest:
    return HailRequest(
        contacts=line,
        organisation=addresses.guess_organisation(line),
        owner=asked.owner or act.user,
        source=asked.source,
        by=act.user,
        by_address="" if act.context.team.live else act.context.services.slack.member(act.user).email,
    )


def request_for_lead(act: Act, lead: Lead) -> HailRequest:
    """A lead that exists, as it is now."""
    asked = Asked((lead.contacts,), lead.organisation, lead.owner, lead.source, lead.id)
    return requests_of(act, asked)[0]


def request_of(act: Act, hail: HailPlan) -> HailRequest:
    """The same again, for the lead as it is now if it was created meanwhile."""
    try:
        return request_for_lead(act, act.context.store.get(hail.lead_id))
    except NoSuchLead:
        return requests_of(act, Asked((hail.contacts,), hail.organisation, hail.owner, hail.source))[0]


def form_of(act: Act, hails: list[HailPlan], *, problem: str = "") -> View:
    """The form with what the plans were made from, and a `problem` with it in mrkdwn. A guessed name of the first of
    several is left out."""
    first = hails[0]
    guessed = first.organisation == addresses.guess_organisation(first.contacts)
    asked = Asked(
        tuple(hail.contacts for hail in hails),
        organisation="" if guessed and len(hails) > 1 else first.organisation,
        owner=first.owner,
        source=first.source,
        lead_id="" if first.new else first.lead_id,
    )
    return hail_forms.form_view(asked, act.channel, problem=problem)
