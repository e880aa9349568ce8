"""/partnerships: find a lead and what can be done for it; the launcher for everything else."""

from __future__ import annotations

import html

from commands import left_open, procedures, views
from commands.act import Act
from commands.hail_forms import form_view
from commands.hail_planning import first_asked
from commands.launcher import launcher
from commands.lead_modal import CALLBACK, lead_view, open_lead
from commands.procedures import Procedure
from commands.registry import action, closing, command, options
from sops import starting
from store.index import searchable

_HAIL = frozenset({"hail", "hail lead", "hail the lead"})
_FOUND = 6


@command("/partnerships", "Find a lead, start a procedure, pause all sending", "[lead | procedure]")
def partnerships(act: Act) -> None:
    """With a name, address, domain or ticket number: that lead. With a procedure's name: that procedure. Else, and
    where several leads fit, the launcher."""
    act.ack()
    wanted = html.unescape(act.text)
    if searchable(wanted) in _HAIL:
        act.open(form_view(first_asked(act, ()), act.channel))
        return
    found = act.context.store.search(wanted, _FOUND) if wanted else []
    made = _procedure(wanted, among_leads=bool(found))
    if made is not None:
        act.open(procedures.ask_for_lead(act, made))
    elif procedures.is_the_one(found, wanted):
        open_lead(act, found[0].id)
    else:
        act.open(launcher(act, wanted=wanted, found=found))


def _procedure(wanted: str, *, among_leads: bool) -> Procedure | None:
    """The procedure of this name, title or slash command; or by a word of its title, where no lead fits that."""
    asked = searchable(wanted.lstrip("/").replace("-", " ").replace("_", " "))
    made = procedures.in_order()
    for each in made:
        if asked in (each.key.replace("_", " "), searchable(each.title), each.slash[1:].replace("-", " ")):
            return each if asked else None
    by_word = [each for each in made if asked in searchable(each.title).split()]
    return by_word[0] if len(by_word) == 1 and not among_leads else None


@action("lead_more")
def more(act: Act) -> None:
    """The card's More… button, and every button that opens a lead."""
    act.ack()
    open_lead(act, act.value)


@action("find_lead")
def find(act: Act) -> None:
    """A lead was chosen in the launcher."""
    act.ack()
    act.stay()
    act.show(lead_view(act, str(act.body["actions"][0]["selected_option"]["value"])))


@options("find_lead")
def leads(act: Act) -> list[dict[str, object]]:
    """Leads whose organisation, address, domain or ticket has what was typed."""
    return procedures.leads(act)


@action(starting.start_action("hail"))
def start_hail(act: Act) -> None:
    act.ack()
    views.open_over(act, form_view(first_asked(act, ()), act.channel))


@action("open_launcher")
def open_launcher(act: Act) -> None:
    """From the Home tab."""
    act.ack()
    views.open_over(act, launcher(act))


@action("open_thread")
def open_thread(act: Act) -> None:
    """A link button: Slack opens it, and only wants to hear that we know."""
    act.ack()


@closing(CALLBACK)
def closed(act: Act) -> None:
    """With the plan that lay on it, if one did."""
    left_open.offer(act)
