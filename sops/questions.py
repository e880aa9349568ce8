"""What the lead asked and we owe an answer to: said to be answered with one press, wherever it is shown."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sops import blocks, next_steps
from sops.blocks import Block
from sops.context import Context
from store.lead import Event, Lead
from store.meeting import Question

ANSWERED = "question_answered"
"""The action id of the button; its value is the lead's id and the question's sign."""


def sign(question: Question) -> str:
    """What names a question in a button or a box: its words, for the list may be another one when it is pressed."""
    return hashlib.sha256(question.text.encode()).hexdigest()[:16]


def answered_button(lead_id: str, question: Question) -> Block:
    return blocks.button("Answered", ANSWERED, f"{lead_id} {sign(question)}")


def settle(context: Context, lead_id: str, signed: str, by: str) -> Lead:
    """Nothing is owed any more to the question of this sign; told once, to the team. One that was answered before is
    left as it is. Raises NoSuchLead."""
    now = context.clock.now()

    def change(lead: Lead) -> Lead:
        asked = (replace(one, owed=one.owed and sign(one) != signed) for one in lead.questions)
        return next_steps.owing_less(replace(lead, questions=tuple(asked)))

    def telling(before: Lead, after: Lead) -> Event | None:
        text = next((one.text for one in before.owed if sign(one) == signed), "")
        return Event(f"answered:{now.isoformat()}", now, "meeting", f"Answered: {text}", by) if text else None

    lead = context.store.update(lead_id, change, telling=telling)
    context.progress.card(lead_id)
    return lead
