"""A mail of the lead as a line in the lead's thread: who wrote, the first words, and what can be done about it."""

from __future__ import annotations

from services.freshdesk import bare_address
from services.freshdesk_records import Conversation
from sops import blocks, mail_text
from sops.blocks import Block, escape
from sops.links import ticket_words
from sops.starting import start_button
from store.lead import Lead
from store.lifecycle import Phase

SHOWN = 300
"""Characters of a mail in its line."""
_NAME = 80
_SOMEBODY = "Somebody"
"""Who wrote a mail that names no sender."""
_LINE = 30
"""Characters of a mail for which a line of its quotation is allowed."""


def sender(lead: Lead, said: Conversation) -> str:
    """Who wrote, in plain words: the contact's name, else the address."""
    address = mail_text.line(bare_address(said.from_address), _NAME)
    known = next((each for each in lead.contacts if each.key == address.casefold()), None)
    return (known.name if known else "") or address or _SOMEBODY


def sender_words(lead: Lead, said: Conversation) -> str:
    """Who wrote, for mrkdwn: by name and address, and whether that is one of the lead's contacts."""
    address = mail_text.line(bare_address(said.from_address), _NAME)
    name = sender(lead, said)
    words = f"*{escape(name)}*" + (f" ({escape(address)})" if name != address else "")
    if all(each.key != address.casefold() for each in lead.contacts):
        words += ", who is not among this lead's contacts,"
    return words


def quoted(said: Conversation, limit: int = SHOWN) -> str:
    """The first words as a quotation in mrkdwn, of a few lines however short these are."""
    lines = mail_text.words_of(said, limit).split("\n")
    most = limit // _LINE
    if len(lines) > most:
        written = [each for each in lines if each]
        lines = [*written[:most], "…"]
    return "\n".join(f"> {escape(each)}" for each in lines)


def render(lead: Lead, said: Conversation) -> list[Block]:
    """The message. Team only, like everything in the thread."""
    shown = [blocks.section(f":incoming_envelope: {sender_words(lead, said)} wrote:\n{quoted(said)}")]
    told = [ticket_words(lead.ticket_id)]
    if said.attachments:
        count = len(said.attachments)
        told.append(f"{count} attachment{'s' if count > 1 else ''}, to be opened in Freshdesk")
    if lead.phase is Phase.CLOSED:
        told.append("this lead is closed; *More…* on its card reopens it")
    ways = [start_button("reply", "Reply", lead.id, style="primary")]
    if lead.notes is None:
        ways.append(start_button("running_notes", "Create running notes", lead.id))
    if lead.phase is Phase.QUALIFIED:
        ways.append(start_button("decided", "They decided", lead.id))
    return [*shown, blocks.context(" · ".join(told)), blocks.actions(*ways)]
