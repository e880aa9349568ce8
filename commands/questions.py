"""Answered: the button on each question of a lead that we owe an answer to."""

from __future__ import annotations

from commands.act import Act
from commands.lead_modal import show_where_pressed
from commands.registry import action
from sops import questions


@action(questions.ANSWERED)
def answered(act: Act) -> None:
    """The question goes from every place that shows it; a second press finds it gone."""
    act.ack()
    lead_id, _, signed = act.value.partition(" ")
    questions.settle(act.context, lead_id, signed, act.user)
    show_where_pressed(act, lead_id)
