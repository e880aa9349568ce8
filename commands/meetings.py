"""Log meeting: from the form over the exact lines to the confirmed plan; and the mail to those who did not come."""

from __future__ import annotations

from dataclasses import replace

from commands import left_open, views
from commands.act import Act
from commands.confirming import carry_out, plans_or_gone, replan, shown_plans
from commands.meetings_forms import FORM, TITLE, form_view, read_form
from commands.meetings_views import CONFIRM, FOLLOW, plan_view
from commands.procedures import procedure
from commands.registry import action, submission
from sops import meeting_log  # noqa: F401  (registers the procedure)
from sops.meeting_plan import NAME, Said, of, prepare
from store.lead import Lead
from store.lifecycle import Phase
from store.plan import Plan

_LOOKING = "Looking who reads the running notes…"
left_open.follows(CONFIRM, FORM)


@procedure(
    "meeting",
    TITLE,
    "Write down how a meeting went, for the team and for the running notes",
    fits=lambda lead: lead.phase is not Phase.CLOSED,
)
def start(act: Act, lead_id: str) -> None:
    """The form, with the latest meeting that has begun filled in."""
    lead = act.context.store.get(lead_id)
    closed = lead.phase is Phase.CLOSED
    act.show(views.closed_lead(TITLE, lead) if closed else form_view(act, lead))


@submission(FORM)
def form(act: Act) -> None:
    """Check what was typed, then show the plan over the form; Back keeps everything."""
    lead = act.context.store.get(str(act.metadata["lead_id"]))
    said, errors = read_form(act, lead)
    if said is None:
        act.ack(response_action="errors", errors=errors)
        return
    views.answer_over(act, views.loading(TITLE, _LOOKING))
    _show(act, lead, said, over_form=views.depth(act.view) < views.DEEPEST)


@action(FOLLOW)
def propose(act: Act) -> None:
    """The box of the preview was ticked or cleared: another plan, and the button confirms exactly that one."""
    act.ack()
    act.stay()
    _follow(act, wanted=bool(act.body["actions"][0]["selected_options"]))


def _follow(act: Act, *, wanted: bool) -> None:
    over_form = bool(act.metadata.get("over_form"))
    for plan in plans_or_gone(act, [plan_id for plan_id, _ in act.metadata["plans"]]):
        lead = act.context.store.get(plan.lead_id)
        _show(act, lead, replace(of(plan).said, follow=wanted), over_form=over_form)


@submission(CONFIRM)
def confirm(act: Act) -> None:
    """Confirmed: the lines for the notes leave the organisation, everything else stays. A box that was changed a
    moment before makes another plan first, which the person sees."""
    plans, ticked = shown_plans(act), act.typed(FOLLOW) == "yes"
    has_box = FOLLOW in act.view["state"]["values"]
    if has_box and any(of(plan).said.follow != ticked for plan in plans):
        act.ack(response_action="update", view=act.named(views.loading(TITLE, _LOOKING)))
        _follow(act, wanted=ticked)
    else:
        carry_out(act, leaves=any(of(plan).leaves_at_once for plan in plans))


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    """What was said stays; who reads the notes and whether it is logged already is looked at again."""
    _show(act, act.context.store.get(plans[0].lead_id), of(plans[0]).said)


def _show(act: Act, lead: Lead, said: Said, *, over_form: bool = False) -> None:
    plan = prepare(act.context, lead, said, act.user)
    view = plan_view(act.context, plan, act.user, act.channel, over_form=over_form)
    left_open.show(act, view, [plan])
