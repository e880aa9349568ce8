"""Plans that are closed without a word: each is offered again, because nothing was sent and nothing is to be lost.

Closing a whole stack of modals tells only of the one at the bottom (Slack: view_closed), so what lay on it is
remembered.
"""

from __future__ import annotations

from commands.act import Act, View
from commands.confirming import offer_again
from commands.registry import closing
from store.plan import Plan


def follows(plan: str, *forms: str) -> None:
    """Register what follows when the modal `plan` is closed, or one of the `forms` that it can lie on (all by their
    callback_id; Slack tells it of modals with `notify_on_close`)."""
    closing(plan)(plan_closed)
    for form in forms:
        closing(form)(offer)


def show(act: Act, view: View, plans: list[Plan]) -> None:
    """Show the modal of `plans`, in the one that is open."""
    if bottom(act) and view.get("notify_on_close"):
        remember(act, plans)
    act.show(view)


def plan_closed(act: Act) -> None:
    """Back to the form says nothing; a plan that is gone is offered again."""
    if act.metadata.get("over_form") and not act.body.get("is_cleared"):
        act.ack()
    else:
        offer_again(act)
    forget(act)


def bottom(act: Act) -> str:
    """The id of the modal under the one that shows the answer; empty when that is itself the bottom."""
    root = str(act.view.get("root_view_id") or "") if act.view.get("type") == "modal" else ""
    return "" if root == act.modal else root


def remember(act: Act, plans: list[Plan]) -> None:
    """These plans are in front of the person now, on another modal. One such stack a person is kept."""
    value = {"root": bottom(act), "plans": [[plan.id, plan.digest] for plan in plans]}
    act.context.store.set_value(_name(act), value)


def _name(act: Act) -> str:
    return f"plan_on_top:{act.user}"


def forget(act: Act) -> None:
    """The plans in front of the person went back, or became a form."""
    if act.context.store.value(_name(act)) is not None:
        act.context.store.set_value(_name(act), None)


def offer(act: Act) -> None:
    """A modal was closed with all that lay on it: a plan among that is offered again."""
    on_top = act.context.store.value(_name(act)) or {}
    if not act.body.get("is_cleared") or on_top.get("root") != act.view.get("id"):
        act.ack()
        return
    forget(act)
    act.metadata["plans"] = on_top["plans"]
    offer_again(act)
