"""How a procedure is started: its slash command, the launcher, the lead's card and *More…* all come here.

A module in `commands/` marks one function with `@procedure`; it gets the lead and fills the open modal.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commands import views
from commands.act import Act, View
from commands.registry import action, command, options
from sops import blocks
from sops.blocks import Block, escape
from sops.starting import start_action
from store.index import searchable
from store.lead import Lead, LeadSummary, Message
from store.ports import NoSuchLead

CHOOSE = "choose_lead"
CHOOSE_FOUND = "choose_found_lead"
_ORDER = ("reply", "running_notes", "qualify", "meeting", "decided", "update")
"""As a lead goes through them; one that is not named here comes after these."""
_FOUND = 20
_OFFERED = 6
_READING = "One moment…"

Show = Callable[[Act, str], None]
"""Takes the click and the lead's id; a modal is open already (loading): `act.show` fills it."""


@dataclass(frozen=True)
class Procedure:
    """Something a person can start for a lead. `fits` says whether it is offered for a lead as it stands."""

    key: str
    title: str
    description: str
    show: Show
    fits: Callable[[Lead], bool]
    slash: str


PROCEDURES: dict[str, Procedure] = {}


def procedure(
    key: str,
    title: str,
    description: str,
    *,
    slash: str = "",
    hint: str = "[lead]",
    fits: Callable[[Lead], bool] = lambda lead: True,
) -> Callable[[Show], Show]:
    """Mark what starts the procedure `key`; `title` is what people call it (24 characters), `slash` its command."""

    def wrap(show: Show) -> Show:
        made = Procedure(key, title, description, show, fits, slash)
        PROCEDURES[key] = made
        action(start_action(key))(lambda act: _pressed(act, made))
        if slash:
            command(slash, description, hint)(lambda act: _typed(act, made))
        return show

    return wrap


def offered(lead: Lead) -> list[Procedure]:
    """What can be started for this lead now."""
    return [each for each in in_order() if each.fits(lead)]


def in_order() -> list[Procedure]:
    """All procedures, as people are shown them."""
    places = {key: place for place, key in enumerate(_ORDER)}
    return sorted(PROCEDURES.values(), key=lambda made: places.get(made.key, len(_ORDER)))


def begin(act: Act, key: str, lead_id: str) -> None:
    """Start it for this lead: the modal opens in its loading state, over the one of the click if there is one."""
    made = PROCEDURES[key]
    views.open_over(act, views.loading(made.title, _READING))
    made.show(act, lead_id)


def _pressed(act: Act, made: Procedure) -> None:
    """A button: of the card, *More…*, a message; or of the launcher, which knows no lead."""
    act.ack()
    if act.value in ("", "new"):
        views.open_over(act, ask_for_lead(act, made))
    else:
        begin(act, made.key, act.value)


def _typed(act: Act, made: Procedure) -> None:
    """The slash command, with or without a lead behind it."""
    act.ack()
    wanted = html.unescape(act.text)
    found = act.context.store.search(wanted, _OFFERED) if wanted else []
    if is_the_one(found, wanted):
        begin(act, made.key, found[0].id)
    else:
        act.open(ask_for_lead(act, made, wanted, found))


def is_the_one(found: list[LeadSummary], wanted: str) -> bool:
    """Whether the best of the leads found is the one that was meant: the only one, or the only one whose name,
    address or ticket is exactly that."""
    exact = [lead for lead in found if searchable(wanted) in _names(lead)]
    return len(found) == 1 or (len(exact) == 1 and exact[0] is found[0])


def _names(lead: LeadSummary) -> tuple[str, ...]:
    return (searchable(lead.organisation), *map(searchable, lead.addresses), str(lead.ticket_id))


def ask_for_lead(act: Act, made: Procedure, wanted: str = "", found: Sequence[LeadSummary] = ()) -> View:
    """The form that asks which lead: those that fit what was typed, and a select that searches on the server."""
    told = []
    if wanted:
        what = "Several leads fit" if found else "No lead was found for"
        told = [blocks.section(f":mag: {what} “{escape(blocks.cut(wanted, 200))}”.")]
    told += [fitting(lead, blocks.button("Choose", CHOOSE_FOUND, lead.id)) for lead in found]
    search: Block = {
        "type": "external_select",
        "action_id": CHOOSE,
        "placeholder": blocks.plain("Name, address or ticket", 150),
        "min_query_length": 1,
    }
    return views.modal(
        made.title,
        [*told, blocks.section("*For which lead?*", accessory=search)],
        metadata={"channel": act.channel, "procedure": made.key},
    )


def fitting(lead: LeadSummary, button: Block) -> Block:
    """A lead that fits what was typed, with the button that takes it."""
    people = ", ".join(lead.addresses[:3])
    words = f"*{escape(blocks.cut(lead.organisation, 200))}* · {lead.phase} · {escape(people)}"
    return blocks.section(words, accessory=button)


@action(CHOOSE)
@action(CHOOSE_FOUND)
def chosen(act: Act) -> None:
    """A lead was chosen in that form: found by the select, or with the button beside it."""
    act.ack()
    act.stay()
    made = PROCEDURES[str(act.metadata["procedure"])]
    act.show(views.loading(made.title, _READING))
    option = act.body["actions"][0].get("selected_option")
    made.show(act, str(option["value"]) if option else act.value)


@options(CHOOSE)
def leads(act: Act) -> list[dict[str, object]]:
    """Leads whose organisation, address, domain or ticket has what was typed."""
    return [choice(lead) for lead in act.context.store.search(str(act.body.get("value") or ""), _FOUND)]


def choice(lead: LeadSummary) -> dict[str, object]:
    """One lead as an option of a select."""
    return blocks.option(lead.organisation or lead.id, lead.id, ", ".join(lead.addresses) or str(lead.phase))


def lead_of_thread(act: Act, channel: str, thread_ts: str) -> Lead | None:
    """The lead whose thread this is; None for any other message."""
    found = act.context.store.find_by_thread(Message(channel, thread_ts))
    if found is None:
        return None
    try:
        return act.context.store.get(found.id)
    except NoSuchLead:
        return None
