"""/qualify-lead: MANIAC-T as a form, saved half-filled at any time, and the decision that follows from it.

Sources: "When to decide to work with a lead" and "Service partnership lifecycle" of the procedure.
"""

from __future__ import annotations

import contextlib

from commands import qualify_views, views
from commands.act import Act, View
from commands.procedures import procedure
from commands.registry import action, submission
from sops import blocks, maniact_answers, phases, ticket_notes
from sops.maniact_answers import Field, Given, Ruling, Saved, Sheet, brought_up_to_date, sheet
from store.lead import Lead
from store.lifecycle import Phase, TransitionRefused
from store.qualification import Judgement, Letter, Mark, judged

_PHASES = (Phase.LEAD, Phase.QUALIFIED, Phase.PROSPECT)
_WHY = 500
"""Characters of the reasons kept with the change of phase; the verdicts have them whole."""


@procedure(
    "qualify",
    qualify_views.TITLE,
    "Are they a lead for us? Seven questions and two decisions",
    slash="/qualify-lead",
    fits=lambda lead: lead.phase in _PHASES,
)
def qualify(act: Act, lead_id: str) -> None:
    """The form with the answers so far."""
    lead = act.context.store.get(lead_id)
    if lead.phase is Phase.CLOSED:
        act.show(qualify_views.closed_view(lead, act.channel))
    else:
        act.show(qualify_views.form_view(lead, sheet(lead), act.channel))


@submission(qualify_views.FORM)
def save(act: Act) -> None:
    """Save what was changed; then propose what the verdicts lead to, or show what somebody else wrote meanwhile."""
    typed = _typed(act)
    errors = _errors(typed)
    if errors:
        act.ack(response_action="errors", errors=errors)
        return
    saved = maniact_answers.save(act.context, str(act.metadata["lead_id"]), typed, act.user)
    view = _after(act, typed, saved)
    if view is None:
        act.ack()
    else:
        act.ack(response_action="update", view=view)


def _after(act: Act, typed: Sheet, saved: Saved) -> View | None:
    lead = saved.lead
    if saved.clashes or lead.phase is Phase.CLOSED:
        held = brought_up_to_date(lead, typed)
        return qualify_views.form_view(lead, held, act.channel, clashes=saved.clashes)
    if saved.judged and qualify_views.proposes(lead):
        return qualify_views.proposal_view(lead, act.channel, noted=ticket_notes.follow(act.context, lead))
    if saved.judged and qualify_views.refuses(lead):
        return qualify_views.refusal_view(lead, act.channel)
    return None


def _typed(act: Act) -> Sheet:
    """The form as the person left it; spaces around a text do not count."""
    seen = Sheet(int(act.metadata["answers"]), int(act.metadata["verdicts"]), {}, {})
    given = {
        letter: Given(Mark(_mark(act, letter, seen) or Mark.UNKNOWN), _text(act, letter, seen))
        for letter in Letter
    }
    rulings = {
        judgement: Ruling(_yes(_mark(act, judgement, seen)), _text(act, judgement, seen))
        for judgement in Judgement
    }
    return Sheet(seen.answers_seen, seen.verdicts_seen, given, rulings)


def _mark(act: Act, field: Field, seen: Sheet) -> str:
    return act.typed(qualify_views.mark_id(field, seen))


def _text(act: Act, field: Field, seen: Sheet) -> str:
    return act.typed(qualify_views.text_id(field, seen)).strip()


def _yes(chosen: str) -> bool | None:
    return None if chosen == "" else chosen == "yes"


def _errors(typed: Sheet) -> dict[str, str]:
    """By block_id (Slack: response_action errors): a no without a reason, a reason without a yes or no."""
    errors = {}
    for judgement, ruling in typed.rulings.items():
        if ruling.yes is False and not ruling.reason:
            errors[qualify_views.text_id(judgement, typed)] = "Say why not: whoever reads it later will ask."
        if ruling.yes is None and ruling.reason:
            errors[qualify_views.mark_id(judgement, typed)] = "Yes or no? Or empty the reason until you know."
    return errors


@action(qualify_views.EARLIER)
def earlier(act: Act) -> None:
    """The history of one question, over the form, which keeps what was typed."""
    act.ack()
    lead_id, name = act.value.split()
    field: Field = Letter[name] if name in Letter.__members__ else Judgement[name]
    views.open_over(act, qualify_views.earlier_view(act.context.store.get(lead_id), field))


@action(qualify_views.REOPEN)
def reopen(act: Act) -> None:
    """Back to the phase it left, and on with the form; what was typed in it stays."""
    act.ack()
    act.stay()
    lead = act.context.store.get(act.value)
    left = lead.phases[-1].before
    if lead.phase is Phase.CLOSED and left is not None:
        with contextlib.suppress(TransitionRefused):  # Somebody else reopened it in this moment.
            phases.move(act.context, lead.id, left, act.user, "reopened", seen=len(lead.phases))
        lead = act.context.store.get(lead.id)
    held = brought_up_to_date(lead, _typed(act)) if "answers" in act.metadata else sheet(lead)
    act.show(qualify_views.form_view(lead, held, act.channel))


@submission(qualify_views.PROPOSAL)
def confirmed(act: Act) -> None:
    """The person says that they are a Qualified Lead, and they still are to be one."""
    lead = act.context.store.get(str(act.metadata["lead_id"]))
    if not qualify_views.proposes(lead):
        act.ack(response_action="update", view=_not_moved(lead))
        return
    reasons = "; ".join(verdict.reason for verdict in judged(lead.verdicts).values() if verdict.reason)
    why = blocks.cut(" ".join(reasons.split()), _WHY) or "both questions answered yes"
    try:
        phases.move(act.context, lead.id, Phase.QUALIFIED, act.user, why, seen=len(lead.phases))
    except TransitionRefused:
        act.ack(response_action="update", view=_not_moved(act.context.store.get(lead.id)))
        return
    act.ack(response_action="clear")


def _not_moved(lead: Lead) -> View:
    words = f"Nothing was changed: meanwhile somebody else changed the lead. It is {lead.phase} now"
    words += ", and not both questions are answered yes." if lead.phase is Phase.LEAD else "."
    return views.message(qualify_views.TITLE, blocks.section(words))
