"""/running-notes: from the lead to a confirmed plan."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sops.running_notes  # noqa: F401  (registers how it is carried out)
from commands import left_open, views
from commands.act import Act
from commands.confirming import carry_out, plans_of, replan, shown_plans
from commands.procedures import procedure
from commands.registry import action, submission
from commands.running_notes_views import (
    CONFIRM,
    FOLDER,
    FORM,
    LONGEST_MESSAGE,
    TITLE,
    asked_again,
    box,
    digest,
    folder_view,
    form_view,
    plan_view,
)
from sops import addresses, blocks
from sops.blocks import Block
from sops.running_notes_plan import NAME, NotesAsked, of
from sops.running_notes_prepare import invited, message_for, prepare
from store.lead import Contact, Lead
from store.lifecycle import Phase
from store.plan import Plan

_LOOKING = "Looking at Google Drive…"
_MOST = 20
"""People in one plan: each is shared with by a call of its own."""
left_open.follows(CONFIRM, FORM)


@procedure(
    NAME,
    TITLE,
    "Make the lead's folder and shared notes, and let them in",
    slash="/running-notes",
    fits=lambda lead: lead.phase is not Phase.CLOSED,
)
def running_notes(act: Act, lead_id: str) -> None:
    """The form, filled in from the lead and its next meeting."""
    lead = act.context.store.get(lead_id)
    if lead.phase is Phase.CLOSED:
        act.show(views.closed_lead(TITLE, lead))
        return
    act.show(form_view(act.context, lead, _first_asked(act, lead), act.channel))


def _first_asked(act: Act, lead: Lead) -> NotesAsked:
    ahead = [one for one in lead.planned if one.starts_at > act.context.clock.now()]
    meeting = ahead[0].starts_at if ahead else None
    participants = lead.contacts
    if ahead and ahead[0].participants:
        booked = {Contact(address).key for address in ahead[0].participants}
        participants = tuple(one for one in lead.contacts if one.key in booked)
    message = message_for(act.context, lead.organisation, meeting)
    message = blocks.cut(message, LONGEST_MESSAGE)
    return NotesAsked(lead.id, lead.organisation, meeting, participants, message, act.user)


@submission(FORM)
def form(act: Act) -> None:
    """Check what can be checked without asking anybody; errors at the fields, else the plan over the form."""
    asked, errors = _asked(act)
    if errors:
        act.ack(
            response_action="errors", errors={key: blocks.cut(words, 2000) for key, words in errors.items()}
        )
        return
    over_form = views.depth(act.view) < views.DEEPEST
    views.answer_over(act, views.loading(TITLE, _LOOKING))
    _show_plan(act, replace(asked, by_address=_own_address(act)), over_form=over_form)


def _asked(act: Act) -> tuple[NotesAsked, dict[str, str]]:
    """What the form holds, and what is wrong with it by field."""
    lead = act.context.store.get(str(act.metadata["lead_id"]))
    errors: dict[str, str] = {}
    organisation = _clean(act.typed("organisation"))
    placeholder = act.context.team.placeholder
    if not organisation:
        errors["organisation"] = "Type the organisation's name."
    elif organisation.casefold() == placeholder.casefold():
        errors["organisation"] = (
            f"“{placeholder}” is what the templates have in its place. Type the real name."
        )
    meeting = _meeting(act)
    if meeting is not None and meeting <= act.context.clock.now():
        errors["meeting"] = "That time is in the past. Choose one to come, or leave it empty."
    participants, problem = _participants(act, lead)
    if problem:
        errors["more"] = problem
    message = act.typed("message").strip()
    if digest(message) == act.metadata["proposed"] and organisation:
        message = blocks.cut(message_for(act.context, organisation, meeting), LONGEST_MESSAGE)
    return NotesAsked(lead.id, organisation, meeting, participants, message, act.user), errors


def _clean(name: str) -> str:
    """One line without characters that nobody sees: control characters, and those that Docs drops (private use)."""
    seen = "".join(" " if one.isspace() else one for one in name)
    return " ".join(
        "".join(one for one in seen if unicodedata.category(one) not in ("Cc", "Co", "Cs")).split()
    )


def _meeting(act: Act) -> datetime | None:
    typed = act.typed("meeting")
    return datetime.fromtimestamp(int(typed), UTC) if typed else None


def _participants(act: Act, lead: Lead) -> tuple[tuple[Contact, ...], str]:
    """Ticked contacts, ticked guests and typed addresses, each once; and what is wrong with them."""
    ticked = set(filter(None, (act.typed("people") + "," + act.typed("guests")).split(",")))
    guests = [one for one in invited(act.context, lead) if box(one) in ticked]
    chosen = {one.key: one for one in lead.contacts if box(one) in ticked}
    if ticked - {box(one) for one in (*lead.contacts, *guests)}:
        return (), "The contacts or the booking of this lead changed meanwhile. Close this and start again."
    known = {one.key: one for one in lead.contacts}
    parsed = addresses.parse(act.typed("more"))
    if parsed.problems:
        return (), " ".join(parsed.problems)
    for one in (*guests, *parsed.contacts):
        other = act.context.store.find_by_address(one.address)
        if other is not None and other.id != lead.id:
            name = blocks.cut(other.organisation, 200)
            return (), f"{one.address} belongs to another lead, {name}. Nobody can be a contact of two."
        chosen.setdefault(one.key, known.get(one.key, one))
    if len(chosen) > _MOST:
        return (), f"{len(chosen)} people are too many at once; {_MOST} is the most. Do it in parts."
    return tuple(chosen.values()), ""


def _own_address(act: Act) -> str:
    """Where things go while practising."""
    return "" if act.context.team.live else act.context.services.slack.member(act.user).email


def show_renaming(act: Act, lead: Lead, told: list[Block]) -> None:
    """In the open modal, below what is `told`: the plan that names folder and document after the lead as it is called
    now, and lets nobody in."""
    asked = NotesAsked(lead.id, lead.organisation, None, (), "", act.user, _own_address(act))
    plan = prepare(act.context, asked)
    notes = of(plan)
    if notes.renames or notes.blocked:
        words = "The folder and the running notes still have their old names. This is how they are renamed:"
        _show(act, plan, over_form=False, told=[*told, blocks.section(words)])
    else:
        words = "The folder and the running notes keep the names that people gave them in Drive."
        act.show(views.message(TITLE, *told, blocks.section(words)))


def _show_plan(act: Act, asked: NotesAsked, *, over_form: bool) -> None:
    _show(act, prepare(act.context, asked), over_form=over_form)


def _show(act: Act, plan: Plan, *, over_form: bool, told: Sequence[Block] = ()) -> None:
    if of(plan).choices:
        act.show(folder_view(plan, act.channel, over_form=over_form))
        return
    view = plan_view(act.context, plan, act.user, act.channel, over_form=over_form)
    view |= {"blocks": [*told, *view["blocks"]]}
    left_open.show(act, view, [plan])


@submission(FOLDER)
def folder_chosen(act: Act) -> None:
    """One of several folders of one name."""
    plans, chosen = shown_plans(act), act.typed("folder")
    act.ack(response_action="update", view=act.named(views.loading(TITLE, _LOOKING)))
    over_form = bool(act.metadata.get("over_form"))
    if not plans:
        act.show(views.message(TITLE, blocks.section(":hourglass: This is too old. Start again.")))
        return
    asked = asked_again(of(plans[0]), act.user, _own_address(act))
    _show_plan(act, replace(asked, folder=chosen), over_form=over_form)


@action("running_notes_change")
def change(act: Act) -> None:
    """Back from the plan to a form, with everything filled in."""
    act.ack()
    act.stay()
    left_open.forget(act)
    plans = plans_of(act, [act.value])
    if not plans:
        act.show(views.message(TITLE, blocks.section(":hourglass: This plan is too old. Start again.")))
        return
    asked = asked_again(of(plans[0]), act.user, "")
    lead = act.context.store.get(asked.lead_id)
    act.show(form_view(act.context, lead, asked, act.channel))


@submission(CONFIRM)
def confirm(act: Act) -> None:
    """Exactly the plan that was shown is carried out."""
    carry_out(act, leaves=any(of(plan).leaves_at_once for plan in shown_plans(act)))


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    """The same wishes, with Drive as it is now."""
    asked = asked_again(of(plans[0]), act.user, _own_address(act))
    _show_plan(act, asked, over_form=bool(act.metadata.get("over_form")))
