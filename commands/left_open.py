"""Plans that lie on another modal: closing the whole stack tells only of the modal at the bottom (Slack:
view_closed), so what lay on it is remembered for offering it again."""

from __future__ import annotations

from commands.act import Act
from commands.confirming import offer_again
from store.plan import Plan


def _name(act: Act) -> str:
    return f"plan_on_top:{act.user}"


def bottom(act: Act) -> str:
    """The id of the modal under the one that shows the answer; empty when that is itself the bottom."""
    root = str(act.view.get("root_view_id") or "") if act.view.get("type") == "modal" else ""
    return "" if root == act.modal else root


def remember(act: Act, plans: list[Plan]) -> None:
    """These plans are in front of the person now, on another modal. One such stack a person is kept."""
    value = {"root": bottom(act), "plans": [[plan.id, plan.digest] for plan in plans]}
    act.context.store.set_value(_name(act), value)


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
