"""The questions of Hail the Lead: whom to hail, one lead or several, and leads that are known already."""

from __future__ import annotations

from typing import Any

from commands import views
from commands.act import View
from commands.hail_asked import Asked, by_domain
from commands.hail_views import TITLE
from commands.known_leads import Known
from sops import blocks
from sops.blocks import Block, escape
from sops.links import ticket_words
from store.lifecycle import Phase

FORM = "hail_form"
SPLIT = "hail_split"
KNOWN = "hail_known"


def form_view(asked: Asked, channel: str, *, problem: str = "") -> View:
    """Whom to hail. One lead per line; what was typed survives errors at the fields."""
    shown = [blocks.section(f":warning: {problem}")] if problem else []
    shown += _fields(asked.typed, asked)
    return _form(shown, asked, channel)


def form_as_typed(typed: str, asked: Asked, channel: str, problem: str) -> View:
    """The form with contacts that could not be read, word for word."""
    return _form([blocks.section(f":warning: {problem}"), *_fields(typed, asked)], asked, channel)


def _form(shown: list[Block], asked: Asked, channel: str) -> View:
    return views.modal(
        TITLE,
        shown,
        callback_id=FORM,
        submit="Show the plan",
        close="Cancel",
        metadata={"lead_id": asked.lead_id, "channel": channel},
        notify_on_close=True,
    )


def _fields(contacts: str, asked: Asked) -> list[Block]:
    who: dict[str, Any] = {"type": "users_select", "action_id": "value"}
    if asked.owner:
        who["initial_user"] = asked.owner
    return [
        blocks.text_input(
            "Contacts",
            "contacts",
            initial=contacts,
            multiline=True,
            hint="E-mail addresses; those on one line get one mail. A new line is a new lead.",
            placeholder="ada@uni.example",
        ),
        blocks.text_input(
            "Organisation",
            "organisation",
            initial=asked.organisation,
            optional=True,
            max_length=200,
            hint="A working name, of the first line's lead. Left empty it is guessed from the address.",
        ),
        blocks.text_input(
            "Source",
            "source",
            initial=asked.source,
            optional=True,
            max_length=200,
            hint="How they came to us.",
        ),
        blocks.input_block("Owner", "owner", who),
    ]


def split_view(asked: Asked, channel: str) -> View:
    """Addresses of several organisations on one line: one lead or several? One question for all such lines."""
    mixed = asked.mixed
    several = sum(len(by_domain(line)) for line in mixed)
    listed = "\n".join(f"• {', '.join(contact.address for contact in line)}" for line in mixed)
    one = blocks.option("One lead", "one", "One mail to the first, the others in cc")
    if len(mixed) > 1:
        one = blocks.option("One lead a line", "one", "One mail to the first, the others of its line in cc")
    choice = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": [
            one,
            blocks.option(f"{several} leads", "several", "One for each organisation, a mail to each"),
        ],
    }
    words = "These addresses belong to different organisations, and stand on one line:"
    shown = [
        blocks.section(f"{words}\n{escape(blocks.cut(listed, 2000))}"),
        blocks.input_block("How many leads are they?", "split", choice),
    ]
    return views.modal(
        TITLE,
        shown,
        callback_id=SPLIT,
        submit="Show the plan",
        close="Cancel",
        metadata=asked.kept(channel),
        notify_on_close=True,
    )


def known_view(found: list[tuple[Known, str]], another: Asked, channel: str) -> View:
    """Leads that exist already, each with the address of its thread, instead of second ones. `another`: those
    known by their organisation only, who may be other leads."""
    shown: list[Block] = []
    for known, permalink in found:
        shown += _known(known, permalink)
    if another.lines:
        label = "It is another lead" if len(another.lines) == 1 else "They are other leads"
        shown.append(blocks.actions(blocks.button(label, "hail_separately", "yes")))
    shown.append(blocks.context("Nothing was sent."))
    return views.modal(TITLE, shown, callback_id=KNOWN, metadata=another.kept(channel), notify_on_close=True)


def _known(known: Known, permalink: str) -> list[Block]:
    lead = known.lead
    asked = ", ".join(escape(contact.address) for contact in known.asked)
    why = f"{escape(known.asked[0].domain)} is known" if known.by_domain else f"{asked} is known"
    people = ", ".join(escape(contact.address) for contact in lead.contacts[:10])
    lines = [
        f"{why}: *{escape(lead.organisation)}* is a lead already.",
        f"*Phase*  {lead.phase}   *Owner*  <@{lead.owner}>",
        f"*Contacts*  {people}",
        f"*Ticket*  {ticket_words(lead.ticket_id, '')}" if lead.ticket_id else "Not hailed yet",
    ]
    ways = [blocks.button("Open its thread", "open_thread", lead.id, url=permalink)] if permalink else []
    if lead.phase is Phase.CLOSED:
        ways.append(blocks.button("Reopen", "lead_reopen", lead.id, style="primary"))
    elif lead.hailed_at is None:
        ways.append(blocks.button("Hail this lead", "lead_hail", lead.id, style="primary"))
    shown = [blocks.section("\n".join(lines))]
    return [*shown, blocks.actions(*ways)] if ways else shown
