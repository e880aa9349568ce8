"""No answer needed: the button on mails of a lead that wait."""

from __future__ import annotations

from commands.act import Act
from commands.lead_modal import show_where_pressed
from commands.registry import action
from sops import unanswered


@action(unanswered.NONE_NEEDED)
def none_needed(act: Act) -> None:
    """They go from every place that shows them, but for one that came since; a second press finds them gone."""
    act.ack()
    lead_id, _, newest = act.value.partition(" ")
    unanswered.settle(act.context, lead_id, int(newest), act.user)
    show_where_pressed(act, lead_id)
