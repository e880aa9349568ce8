"""/lead-update: what happened with a lead, for the team or also in the running notes."""

from __future__ import annotations

from datetime import date

from commands import left_open, views
from commands.act import Act
from commands.confirming import carry_out, plans_or_gone, replan, shown_plans
from commands.lead_update_views import (
    CONFIRM,
    FORM,
    NOTES,
    TITLE,
    Filled,
    form_view,
    plan_view,
)
from commands.procedures import procedure
from commands.registry import action, closing, submission
from sops import blocks
from sops import status_update_offer as offers
from sops.blocks import escape
from sops.status_update import record_for_team
from sops.status_update_plan import NAME, Saying, Source, UpdatePlan, of, prepare
from store.plan import Plan

WITHDRAWN = (
    ":leftwards_arrow_with_hook: The :memo: was taken away, so this was withdrawn. Nothing was written."
)
_LOOKING = "Looking who reads the running notes…"
closing(FORM)(left_open.offer)


@procedure(
    NAME,
    TITLE,
    "Write what happened, for the team or also in the running notes",
    slash="/lead-update",
)
def lead_update(act: Act, lead_id: str) -> None:
    """The form, filled with the text of the message where one was chosen before the lead was."""
    given = act.metadata
    source = given.get("source")
    filled = Filled(
        text=str(given.get("text") or ""),
        author=str(given.get("author") or ""),
        source=(source[0], source[1]) if source else None,
    )
    act.show(form_view(act.context, act.context.store.get(lead_id), act.channel, filled))


@submission(FORM)
def form(act: Act) -> None:
    """Team only is recorded at once; for the notes the preview comes next."""
    lead_id = str(act.metadata["lead_id"])
    saying = _typed(act)
    problems = _problems(act, lead_id, saying)
    if problems:
        act.ack(response_action="errors", errors=problems)
        return
    if act.typed("whom") == NOTES:
        views.answer_over(act, views.loading(TITLE, _LOOKING))
        show_plan(act, prepare(act.context, act.context.store.get(lead_id), saying, act.user))
        return
    record_for_team(act.context, lead_id, saying, f"update:{act.view['id']}")
    act.committed = True
    act.ack(response_action="clear")
    name = escape(blocks.cut(act.context.store.get(lead_id).organisation, 500))
    act.whisper([blocks.section(f":white_check_mark: Recorded for *{name}*, for the team only.")])


def _typed(act: Act) -> Saying:
    source = act.metadata.get("source")
    return Saying(
        text=act.typed("text").strip(),
        author=str(act.metadata.get("author") or act.user),
        next_step=" ".join(act.typed("next_step").split()),
        due=act.typed("due"),
        source=Source(source[0], source[1]) if source else None,
    )


def _problems(act: Act, lead_id: str, saying: Saying) -> dict[str, str]:
    problems = {}
    if not saying.text:
        problems["text"] = "Write what happened."
    if saying.due and date.fromisoformat(saying.due) < act.context.clock.today():
        problems["due"] = "This date is in the past."
    elif saying.due and not saying.next_step and not act.context.store.get(lead_id).next_step:
        problems["next_step"] = "Write what is to be done by then."
    return problems


def show_plan(act: Act, plan: Plan) -> None:
    """The preview, in the open modal."""
    over_form = bool(left_open.bottom(act)) and bool(act.external_id or act.metadata.get("over_form"))
    view = plan_view(act.context, plan, act.user, act.channel, over_form=over_form)
    left_open.show(act, view, [plan])


@submission(CONFIRM)
def confirm(act: Act) -> None:
    """Write exactly what was shown, unless it was offered for a reaction that is gone."""
    if _withdrawn(act):
        act.ack(response_action="update", view=views.message(TITLE, blocks.section(WITHDRAWN)))
        return
    carry_out(act, leaves=any(of(plan).leaves_at_once for plan in shown_plans(act)))


@action("update_change")
def change(act: Act) -> None:
    """From the preview to the form, with everything filled in."""
    act.ack()
    act.stay()
    act.show(views.loading(TITLE, _LOOKING))
    for plan in plans_or_gone(act, [act.value]):
        lead = act.context.store.get(plan.lead_id)
        act.show(form_view(act.context, lead, act.channel, Filled.of(of(plan).saying)))


@closing(CONFIRM)
def plan_closed(act: Act) -> None:
    """What was withdrawn meanwhile is not offered again."""
    if _withdrawn(act):
        act.ack()
        left_open.forget(act)
    else:
        left_open.plan_closed(act)


def _withdrawn(act: Act) -> bool:
    return any(offers.is_withdrawn(act.context, of(plan), plan.id) for plan in shown_plans(act))


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    """The same words, with the readers and the notes as they are now."""
    for old in plans:
        update: UpdatePlan = of(old)
        plan = prepare(act.context, act.context.store.get(update.lead_id), update.saying, act.user)
        offers.renewed(act.context, update, old.id, plan.id)
        show_plan(act, plan)
