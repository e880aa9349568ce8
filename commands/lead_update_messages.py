"""A message that becomes a status update: the shortcut "Add to running notes", and the 📝 that only offers it."""

from __future__ import annotations

import json
from typing import Any

from commands import views
from commands.access import may_use
from commands.act import Act
from commands.lead_update import WITHDRAWN, show_plan
from commands.lead_update_views import TITLE, Filled, exact, form_view, head, metadata_of
from commands.procedures import PROCEDURES, ask_for_lead, lead_of_thread
from commands.registry import action, event, shortcut
from services.slack_messages import Posted, posted
from sops import blocks, engine, said
from sops import status_update_offer as offers
from sops.blocks import Block
from sops.starting import start_button
from sops.status_update_plan import LONGEST, NAME, Saying, Source, entry_key, of, prepare
from sops.status_update_retraction import is_taken_back, take_back_button
from store.lead import Lead
from store.plan import End, Plan

MEMO = "memo"
"""Slack's name of 📝."""
_KEPT = 2000
"""Bytes of text in a modal's private_metadata (Slack: 3000 in all)."""
_BLOCKS = 3
"""A private message has room for some 13,200 characters (seen with Slack: msg_blocks_too_long)."""


@shortcut("add_to_running_notes", "Add to running notes", "Write this message into the lead's running notes")
def add_to_running_notes(act: Act) -> None:
    """In a lead's thread straight to the preview; elsewhere the lead is asked for, then the form opens."""
    act.ack()
    message = posted(act.channel, act.body["message"])
    act.open(views.loading(TITLE, "Reading the message…"))
    words = said.words_of(act.context, message)
    lead = lead_of_thread(act, message.channel, message.thread_ts or message.ts)
    if lead is None:
        act.show(_which_lead(act, message, words))
        return
    show_entry(act, lead, _saying(act, message, words), _cannot(words))


def show_entry(act: Act, lead: Lead, saying: Saying, remark: str = "") -> None:
    """The preview of an entry for the notes, in the open modal; the form where it cannot be written as it is, which
    says why: `remark`, or what stands against it."""
    if not remark:
        plan = prepare(act.context, lead, saying, act.user)
        blocked = of(plan).blocked
        if not blocked:
            show_plan(act, plan)
            return
        remark = blocked[0].words
    act.show(form_view(act.context, lead, act.channel, _filled(saying, remark)))


def _which_lead(act: Act, message: Posted, words: str) -> dict[str, Any]:
    view = ask_for_lead(act, PROCEDURES[NAME])
    kept = metadata_of(_filled(_saying(act, message, _fitting(words)), ""))
    return view | {"private_metadata": json.dumps(json.loads(view["private_metadata"]) | kept)}


def _fitting(words: str) -> str:
    """As much of `words` as a modal can keep; the form shows it, so that nothing is lost unseen."""
    while len(json.dumps(words)) > _KEPT:
        words = blocks.cut(words, len(words) * 9 // 10)
    return words


def _saying(act: Act, message: Posted, words: str, asked_by: str = "") -> Saying:
    author = message.user if message.by_person else act.user
    return Saying(words, author, source=Source(message.channel, message.ts, asked_by))


def _filled(saying: Saying, remark: str) -> Filled:
    source = saying.source
    place = (source.channel, source.ts) if source else None
    return Filled(blocks.cut(saying.text, LONGEST), author=saying.author, source=place, remark=remark)


def _cannot(words: str) -> str:
    """Why a message is nothing to write as it is, empty when it can be."""
    if not words:
        return "There are no words in that message."
    if len(words) > LONGEST:
        return f"That message has {len(words)} characters, and an update has {LONGEST} at most. Shorten it."
    return ""


@event("reaction_added")
def reaction_added(act: Act) -> None:
    """📝 on a person's message in a lead's thread: offered privately, with the exact lines and their readers.

    Acknowledged when the offer stands: of one that a crash prevents, Slack tells again (Slack: Events API, retries).
    """
    if _is_memo(act) and may_use(act.context, act.user):
        _offer_once(act)
    act.ack()


def _offer_once(act: Act) -> None:
    source, at = _source(act), str(act.event["event_ts"])
    message = act.context.services.slack.message(source.channel, source.ts)
    if message is None or not message.by_person or not message.is_reply:
        return
    lead = lead_of_thread(act, message.channel, message.thread_ts)
    if lead is None:
        return
    with offers.making(act.context, lead.id, source, at) as mine:
        shown = _offer(act, lead, message, source, at) if mine else []
        if mine and MEMO not in message.reactions:
            offers.withdraw(act.context, lead.id, source, f"{at}~")
        elif shown:
            _whisper(act, message.thread_ts, shown)


def _offer(act: Act, lead: Lead, message: Posted, source: Source, at: str) -> list[Block]:
    """What to show; empty when the reaction was taken away while it was made."""
    words = said.words_of(act.context, message)
    problem = _cannot(words)
    if problem:
        return [blocks.section(f":information_source: {problem} Nothing was written. Try `/lead-update`.")]
    plan = prepare(act.context, lead, _saying(act, message, words, source.asked_by), act.user)
    if not offers.offered(act.context, lead.id, source, at, plan.id):
        return []
    update = of(plan)
    if update.blocked:
        shown = [blocks.section(f":information_source: {update.blocked[0].words} Nothing was written.")]
        offered = "running_notes" in PROCEDURES and lead.notes is None
        create = start_button("running_notes", "Create running notes", lead.id)
        return [*shown, blocks.actions(create)] if offered else shown
    confirm = blocks.button("Go on", "update_offered", plan.id, style="primary")
    return [
        blocks.section(f":memo: An offer: nothing is written until you confirm it.\n{head(update)}"),
        *exact(update.lines, _BLOCKS),
        blocks.actions(confirm),
    ]


@action("update_offered")
def go_on(act: Act) -> None:
    """The button of the offer: the same plan as a preview with its button, while the 📝 is still there."""
    act.ack()
    plan = act.context.store.plan(act.value)
    run = act.context.store.run(act.value)
    if plan is None:
        words = ":hourglass: This offer was dropped: it is more than a day old. Nothing was written."
        act.replace_message([blocks.section(words)])
    elif offers.is_withdrawn(act.context, of(plan), plan.id):
        act.replace_message([blocks.section(WITHDRAWN)])
    elif run is not None:
        act.replace_message(
            [blocks.section("It was confirmed already; the lead's thread shows how it goes.")]
        )
    else:
        act.open(views.loading(TITLE, "One moment…"))
        show_plan(act, plan)


@event("reaction_removed")
def reaction_removed(act: Act) -> None:
    """Before it was written: withdrawn. After: offered to be taken back."""
    act.ack()
    if not _is_memo(act):
        return
    source = _source(act)
    message = act.context.services.slack.message(source.channel, source.ts)
    lead = lead_of_thread(act, message.channel, message.thread_ts) if message and message.is_reply else None
    if message is None or lead is None:
        return
    before = offers.withdraw(act.context, lead.id, source, str(act.event["event_ts"]))
    plan = act.context.store.plan(before.plan_id) if before is not None else None
    if plan is not None:
        _after_removal(act, plan, message.thread_ts)


def _after_removal(act: Act, plan: Plan, thread_ts: str) -> None:
    run = act.context.store.run(plan.id)
    if run is None or run.end is End.CANCELLED or is_taken_back(act.context, plan.lead_id, plan.id):
        return
    entry = act.context.store.effect(plan.lead_id, entry_key(plan.id))
    if engine.cancel(plan.id) or (entry is None and engine.drop(plan.id)):
        act.context.progress.show(plan.id)
        _whisper(act, thread_ts, [blocks.section(WITHDRAWN)])
        return
    if run.end in engine.RETRYABLE and (entry is None or entry.receipt is None):
        words = (
            ":memo: You took your 📝 away. Whether the message is in the running notes is not known yet: its "
        )
        words += "attempt is in this thread."
        _whisper(act, thread_ts, [blocks.section(words)])
        return
    words = (
        ":memo: You took your 📝 away. The message stays in the running notes, where "
        f"*{blocks.escape(of(plan).reader_words)}* can read it, until you take it back."
    )
    shown = [blocks.section(words), blocks.actions(take_back_button(plan.id))]
    _whisper(act, thread_ts, shown)


def _is_memo(act: Act) -> bool:
    return act.event.get("reaction") == MEMO and act.event.get("item", {}).get("type") == "message"


def _source(act: Act) -> Source:
    return Source(act.channel, str(act.event["item"]["ts"]), act.user)


def _whisper(act: Act, thread_ts: str, shown: list[Block]) -> None:
    slack = act.context.services.slack
    slack.whisper(act.channel, act.user, blocks.flat_text(shown), shown, thread_ts)
