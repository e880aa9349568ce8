"""Mentions, direct messages and the shortcut "Lead actions": the lead's card, and the buttons that fit."""

from __future__ import annotations

import threading
from collections import OrderedDict

from commands import views
from commands.act import Act
from commands.hail_planning import first_asked, from_addresses
from commands.launcher import launcher
from commands.lead_modal import open_lead
from commands.mentions_meant import Meant, meant_in
from commands.procedures import in_order, lead_of_thread, offered
from commands.registry import action, event, shortcut
from services.slack_messages import Posted, posted
from sops import addresses, blocks, card
from sops.blocks import Block, escape
from sops.progress_message import TITLES
from sops.starting import start_button
from store.lead import Contact, Lead

_BUTTONS = 5
_NAMED = 10
_REMEMBERED = 500
_answering = threading.Lock()
_answered: OrderedDict[tuple[str, str], None] = OrderedDict()
"""Messages answered lately. Memory is enough: Slack tells again only of what was not acknowledged, and that is done
before anything else."""


@event("app_mention")
def mentioned(act: Act) -> None:
    """Answered in that message's thread; in channels other than the team's only to who asked. In a lead's thread the
    message is recorded too, by `commands.listening`."""
    act.ack()
    message = posted(act.channel, act.event)
    if not message.by_person or not _first_time(message):
        return
    shown = answer(act, message)
    slack = act.context.services.slack
    ours = message.channel == slack.channel_id(act.context.team.channel)
    if ours or lead_of_thread(act, message.channel, message.thread_ts) is not None:
        thread = message.thread_ts or message.ts
        slack.post(message.channel, blocks.flat_text(shown), shown, thread_ts=thread)
    else:
        act.whisper(shown)


def answer_direct(act: Act) -> None:
    """A direct message: answered there. The event has been acknowledged."""
    message = posted(act.channel, act.event)
    if not message.by_person or not _first_time(message):
        return
    shown = answer(act, message)
    slack = act.context.services.slack
    slack.post(message.channel, blocks.flat_text(shown), shown, thread_ts=message.thread_ts or None)


@shortcut("lead_actions", "Lead actions", "Everything that can be done for the lead of this message")
def lead_actions(act: Act) -> None:
    """The lead of that thread, or the one named in the text; else the launcher."""
    act.ack()
    message = posted(act.channel, act.body["message"])
    lead = lead_of_thread(act, message.channel, message.thread_ts or message.ts)
    leads = (lead.id,) if lead is not None else meant_in(act.context, message.text).leads
    if len(leads) == 1:
        open_lead(act, leads[0])
    else:
        act.open(launcher(act))


@action("hail_found")
def hail_found(act: Act) -> None:
    """The Hail button under an address that no lead has."""
    act.ack()
    act.open(views.loading(TITLES["hail"], "One moment…"))
    from_addresses(act, first_asked(act, (addresses.parse(act.value).contacts,), "a message in Slack"))


def answer(act: Act, message: Posted) -> list[Block]:
    """The lead of that thread, else what the text means, else what can be asked."""
    lead = lead_of_thread(act, message.channel, message.thread_ts) if message.is_reply else None
    if lead is not None:
        return _about(act, lead)
    meant = meant_in(act.context, message.text)
    if len(meant.leads) == 1:
        return [*_by_domain(meant), *_about(act, act.context.store.get(meant.leads[0]))]
    return _several(act, meant) if meant.leads else _what_it_understands(meant.unknown)


def _first_time(message: Posted) -> bool:
    with _answering:
        known = (message.channel, message.ts) in _answered
        _answered[(message.channel, message.ts)] = None
        while len(_answered) > _REMEMBERED:
            _answered.popitem(last=False)
        return not known


def _about(act: Act, lead: Lead) -> list[Block]:
    """Its card as it is now, and the procedures that fit and are not on it."""
    shown = card.render(act.context, lead)
    there = {element.get("action_id") for block in shown for element in block.get("elements", [])}
    fitting = [start_button(each.key, each.title, lead.id) for each in offered(lead)]
    more = [one for one in fitting if one["action_id"] not in there][:_BUTTONS]
    if not any(block.get("accessory", {}).get("action_id") == "lead_more" for block in shown):
        more.append(blocks.button("More…", "lead_more", lead.id))
    return [*shown, blocks.actions(*more)] if more else shown


def _by_domain(meant: Meant) -> list[Block]:
    words = ":information_source: That address is new; a lead of the same organisation is this one."
    return [blocks.section(words)] if meant.by_domain else []


def _several(act: Act, meant: Meant) -> list[Block]:
    shown = [blocks.section("Several leads fit. Which one?")]
    for lead_id in meant.leads:
        lead = act.context.store.get(lead_id)
        people = ", ".join(contact.address for contact in lead.contacts)
        words = f"*{escape(blocks.cut(lead.organisation, 300))}* · {lead.phase} · {escape(blocks.cut(people, 300))}"
        shown.append(blocks.section(words, accessory=blocks.button("More…", "lead_more", lead.id)))
    return shown


def _what_it_understands(unknown: tuple[Contact, ...]) -> list[Block]:
    starts = [start_button(each.key, each.title, "new") for each in in_order() if each.slash]
    hail = blocks.button(TITLES["hail"], "start_hail", "new")
    told = (
        "I look after leads. Write me an organisation, an address or a ticket's number, and I show that lead with "
        "what can be done for it. Or start here:"
    )
    if unknown:
        named = ", ".join(contact.address for contact in unknown[:_NAMED])
        hail = blocks.button("Hail them", "hail_found", named, style="primary")
        told = f"No lead has the address {escape(named)}. Or start here:"
    listed = "`/partnerships` has everything else."
    return [blocks.section(told), blocks.actions(hail, *starts[: _BUTTONS - 1]), blocks.context(listed)]
