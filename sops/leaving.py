"""Whether a plan lets something leave the organisation, so that a sender has to confirm it, try it again or do it by
hand. Every procedure does, except where it says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from store.plan import Plan

_decides: dict[str, Callable[[Plan], bool]] = {}


def decides(sop: str, whether: Callable[[Plan], bool]) -> None:
    """Say by which of its plans the procedure `sop` lets something out."""
    _decides[sop] = whether


def leaves(plan: Plan) -> bool:
    whether = _decides.get(plan.sop)
    return whether is None or whether(plan)
