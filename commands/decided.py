"""They decided: the lead's yes or no that came outside of a meeting, most often by mail.

Source: "Service partnership lifecycle" of the procedure: "If they verbally decide yes, then the lead becomes a
Prospect. If they decide no, we close the lead." Either is only proposed here; a person confirms it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from commands import lead_modal, views
from commands.act import Act, View
from commands.phases import asked_first
from commands.procedures import procedure
from commands.registry import submission
from sops import blocks, next_steps, phases
from sops.blocks import Block, escape
from store.lead import Decision, Event, Lead
from store.lifecycle import Phase, TransitionRefused
from store.meeting import Verbal

TITLE = "They decided"
FORM = "decided_form"
PROSPECT = "decided_prospect"
_DECIDING = (Phase.LEAD, Phase.QUALIFIED)


@procedure(
    "decided",
    TITLE,
    "Record the lead's yes or no that came by mail or in passing",
    fits=lambda lead: lead.phase in _DECIDING,
)
def start(act: Act, lead_id: str) -> None:
    """Yes or no, in which words, and when."""
    lead = act.context.store.get(lead_id)
    act.show(_form(act, lead) if lead.phase in _DECIDING else _too_late(lead))


@submission(FORM)
def decided(act: Act) -> None:
    """Recorded at once; what follows from it is proposed in the same modal."""
    lead = act.context.store.get(str(act.metadata["lead_id"]))
    verbal, words = Verbal(act.typed("verbal")), " ".join(act.typed("words").split())
    day = act.typed("day") or act.context.clock.today().isoformat()
    if day > act.context.clock.today().isoformat():
        act.ack(response_action="errors", errors={"day": f"{day} is in the future."})
        return
    if lead.phase not in _DECIDING:
        act.ack(response_action="update", view=_too_late(lead))
        return
    try:
        _record(act, lead, verbal, words, day)
    except phases.MovedMeanwhile:
        act.ack(response_action="update", view=_too_late(act.context.store.get(lead.id)))
    else:
        act.ack(response_action="update", view=_proposal(act, lead, verbal))


@submission(PROSPECT)
def make_prospect(act: Act) -> None:
    """The yes was confirmed to make them a Prospect; somebody may have changed the phase meanwhile."""
    lead_id, seen = str(act.metadata["lead_id"]), int(act.metadata["seen"])
    decision = act.context.store.get(lead_id).decision
    why = "verbal yes" + (f": {decision.words}" if decision and decision.words else "")
    try:
        phases.move(act.context, lead_id, Phase.PROSPECT, act.user, why, seen=seen)
    except TransitionRefused:
        act.ack(response_action="update", view=_too_late(act.context.store.get(lead_id)))
    else:
        act.ack(response_action="clear")


def _record(act: Act, lead: Lead, verbal: Verbal, words: str, day: str) -> None:
    """Raises MovedMeanwhile where there is nothing to decide any more."""
    now, zone = act.context.clock.now(), act.context.clock.zone
    noon = datetime.combine(datetime.fromisoformat(day), time(12), zone).astimezone(UTC)
    decision = Decision(verbal, act.user, min(noon, now), words)
    text = f"They decided on {day}: {verbal}" + (f" ({words})" if words else "")
    step = next_steps.CONTRACT if verbal is Verbal.YES else next_steps.CLOSE
    event = Event(f"decided:{act.view['id']}", now, "decision", text, act.user)

    def change(lead: Lead) -> Lead:
        if lead.phase not in _DECIDING:
            raise phases.MovedMeanwhile(f"The lead is {lead.phase}.")
        return replace(lead, decision=decision, next_step=step, next_step_due="")

    act.context.store.update(lead.id, change, event)
    act.context.progress.card(lead.id)


def _form(act: Act, lead: Lead) -> View:
    options = [blocks.option("Yes, they want to partner", "yes"), blocks.option("No", "no")]
    radio: Block = {"type": "radio_buttons", "action_id": "value", "options": options}
    picker: Block = {"type": "datepicker", "action_id": "value"}
    picker["initial_date"] = act.context.clock.today().isoformat()
    shown = [
        blocks.section(f"*{escape(lead.organisation)}* · {lead.phase}"),
        blocks.input_block("What did they decide?", "verbal", radio),
        blocks.text_input(
            "How do you know?",
            "words",
            placeholder="by mail",
            optional=True,
            max_length=500,
            hint="For the team.",
        ),
        blocks.input_block("When?", "day", picker),
    ]
    metadata = {"channel": act.channel, "lead_id": lead.id}
    return views.modal(TITLE, shown, callback_id=FORM, submit="Record it", close="Cancel", metadata=metadata)


def _proposal(act: Act, lead: Lead, verbal: Verbal) -> View:
    """Recorded; the change of phase that follows from it waits for a person's word."""
    name = f"*{escape(lead.organisation)}*"
    if verbal is Verbal.NO:
        close = blocks.button("Close the lead…", "lead_close", lead.id, style="danger")
        words = f":white_check_mark: Recorded: {name} said no."
        # It counts as the lead's modal, which takes its place once the lead is closed.
        kept = {"channel": act.channel, "lead_id": lead.id}
        shown = [blocks.section(words), blocks.actions(close)]
        return views.modal(TITLE, shown, callback_id=lead_modal.CALLBACK, metadata=kept)
    words = f":white_check_mark: Recorded: {name} said yes.\n{lead.phase}  →  *{Phase.PROSPECT}*?"
    missing = phases.missing(lead, Phase.PROSPECT, said_yes=True)
    shown = [blocks.section(words), *asked_first(missing)]
    metadata = {"channel": act.channel, "lead_id": lead.id, "seen": len(lead.phases)}
    return views.modal(
        TITLE, shown, callback_id=PROSPECT, submit="Make them a Prospect", close="Not now", metadata=metadata
    )


def _too_late(lead: Lead) -> View:
    """A Prospect has decided, and a closed lead is reopened first."""
    last = lead.phases[-1]
    words = f":information_source: *{escape(lead.organisation)}* is *{lead.phase}* since {last.at:%Y-%m-%d}"
    shown = [blocks.section(f"{words} ({escape(last.why)}). Nothing was changed by you.")]
    if lead.phase is Phase.CLOSED:
        shown.append(blocks.actions(blocks.button("Reopen", "lead_reopen", lead.id, style="primary")))
    return views.message(TITLE, *shown)
