"""*Take it back*: a shared update, a meeting's lines, or the first dated line go from the running notes, after one
look at what goes."""

from __future__ import annotations

from commands import views
from commands.act import Act, View
from commands.confirming import carry_out, kept, replan
from commands.lead_update_views import exact
from commands.registry import action, submission
from sops import blocks
from sops.blocks import escape
from sops.status_update_retraction import NAME, TAKE_BACK, is_taken_back, prepare, updated, written_by
from store.plan import Plan

TITLE = "Take it back"
CONFIRM = "retraction_confirm"


@action(TAKE_BACK)
def take_back(act: Act) -> None:
    """Shows what goes, and who could read it until now."""
    act.ack()
    views.open_over(act, views.loading(TITLE, "One moment…"))
    update = act.context.store.plan(act.value)
    if update is None or is_taken_back(act.context, update.lead_id, update.id):
        words = ":heavy_check_mark: It has been taken back already."
    elif act.context.services.slack.member(act.user).guest:
        words = ":lock: Guests cannot take an update back. Ask somebody of the team."
    else:
        act.show(_view(act, update, prepare(act.context, update, act.user)))
        return
    act.show(views.message(TITLE, blocks.section(words)))


def _view(act: Act, update_plan: Plan, plan: Plan) -> View:
    update = written_by(act.context, update_plan)
    where = blocks.link(update.link, "running notes") if update.link else "running notes"
    told = (
        f"This goes from the {where} of *{escape(blocks.cut(update.organisation, 500))}*, unless somebody has "
        "written in it:"
    )
    honest = (
        f":eyes: Until now {escape(update.reader_words)} could read it. Google keeps older versions of a document, "
        "which its editors can open."
    )
    return views.modal(
        TITLE,
        [blocks.section(told), *exact(update.lines), blocks.context(honest)],
        callback_id=CONFIRM,
        submit=TITLE,
        close="Leave it",
        metadata=kept([plan], act.channel),
    )


@submission(CONFIRM)
def confirm(act: Act) -> None:
    """Nothing new reaches anybody, so it goes at once and needs no sender."""
    carry_out(act, leaves=False)


@replan(NAME)
def plan_anew(act: Act, plans: list[Plan]) -> None:
    for old in plans:
        update = updated(act.context, old)
        if update is not None:
            act.show(_view(act, update, prepare(act.context, update, act.user)))
