"""Owner on a lead: whose it is, from now on."""

from __future__ import annotations

from dataclasses import replace

from commands import views
from commands.act import Act, View
from commands.lead_modal import refresh_under, under
from commands.registry import action, submission
from sops import blocks, owners
from sops.blocks import Block, escape
from store.lead import Event, Lead

FORM = "lead_owner_form"


class _TakenMeanwhile(Exception):
    """Somebody else changed the owner after the person was shown it."""


@action("lead_owner")
def owner(act: Act) -> None:
    act.ack()
    lead = act.context.store.get(act.value)
    views.open_over(act, _form(act, lead, lead.owner, under(act)))


@submission(FORM)
def chosen(act: Act) -> None:
    """The person is looked up before the answer, since an error belongs at the field."""
    user, lead_id = act.typed("owner"), str(act.metadata["lead_id"])
    problem = owners.why_not(act.context, user)
    if problem:
        act.ack(response_action="errors", errors={"owner": problem})
        return
    try:
        _assign(act, lead_id, user)
    except _TakenMeanwhile:
        lead = act.context.store.get(lead_id)
        told = f":warning: Meanwhile somebody else made <@{lead.owner}> the owner. Save makes it <@{user}>."
        act.ack(response_action="update", view=_form(act, lead, user, str(act.metadata["under"]), told))
        return
    act.ack()
    refresh_under(act, lead_id)


def _assign(act: Act, lead_id: str, user: str) -> None:
    """Raises _TakenMeanwhile."""
    shown = str(act.metadata["owner"])
    now = act.context.clock.now()

    def change(lead: Lead) -> Lead:
        if lead.owner not in (shown, user):
            raise _TakenMeanwhile
        return replace(lead, owner=user)

    def telling(before: Lead, after: Lead) -> Event | None:
        event = Event(f"owner:{now.isoformat()}", now, "change", words, act.user)
        return event if before.owner != after.owner else None

    words = f"The owner is {act.context.services.slack.member(user).name} now"
    act.context.store.update(lead_id, change, telling=telling)
    act.context.progress.card(lead_id)
    act.context.progress.home(shown)


def _form(act: Act, lead: Lead, choice: str, under_it: str, told: str = "") -> View:
    who: Block = {"type": "users_select", "action_id": "value"}
    if choice:
        who["initial_user"] = choice
    shown = [blocks.section(told)] if told else []
    shown += [
        blocks.section(f"*{escape(blocks.cut(lead.organisation, 200))}* belongs to <@{lead.owner}>."),
        blocks.input_block(
            "Owner", "owner", who, hint="They get the agendas and reminders, and see it on their Home tab."
        ),
    ]
    kept = {"channel": act.channel, "lead_id": lead.id, "owner": lead.owner, "under": under_it}
    return views.modal("Owner", shown, callback_id=FORM, submit="Save", close="Cancel", metadata=kept)
