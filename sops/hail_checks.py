"""The checks of Hail the Lead, step by step as the procedure names them; each gives its result in words."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from services.calendly import normal_link
from services.calendly_records import EventType
from services.errors import ServiceError
from services.freshdesk_records import CannedResponse, Mailbox, Ticket
from sops import brakes, letters
from sops.blocks import escape
from sops.context import Context
from sops.hail_plan import Check, File
from sops.in_words import in_words
from store.lead import Contact

HAILED = "hail-the-lead"
"""The tag of a ticket that began with this procedure."""
_LOOK_BACK = timedelta(days=730)


def mailbox_check(address: str, box: Mailbox | None) -> Check:
    if box is None:
        return Check(
            "mailbox", "block", f"Freshdesk has no mailbox {address}. Add it there as a support e-mail."
        )
    if not box.active:
        return Check(
            "mailbox",
            "block",
            f"The mailbox {address} is switched off in Freshdesk. Activate it there first.",
        )
    return Check("mailbox", "ok", f"Goes out from {address}")


def letter_checks(context: Context, letter: CannedResponse, files: tuple[File, ...]) -> list[Check]:
    checks = []
    text = letters.as_text(letter.content_html)
    promised = re.search(r"\battach", text, re.IGNORECASE) is not None
    if not text:
        checks.append(Check("text", "block", f"The canned response “{escape(letter.title)}” is empty."))
    if (promised or context.team.attachment_required) and not files:
        words = (
            "The service description is not attached: the canned response "
            + ("says “attached” but has no file" if promised else "has no file")
            + ". Attach the PDF to it in Freshdesk."
        )
        checks.append(Check("attachment", "block", words))
    for file in files:
        checks.append(_file_check(context, file))
    return checks


def _file_check(context: Context, file: File) -> Check:
    data = context.store.blob(file.sha256)
    if file.content_type != "application/pdf" or not data.startswith(b"%PDF-"):
        return Check(
            "attachment",
            "block",
            f"The attachment {escape(file.name)} is not a PDF. Replace it in Freshdesk.",
        )
    return Check("attachment", "ok", f"{escape(file.name)} is attached")


def meeting_check(context: Context, letter: CannedResponse, events: list[EventType]) -> Check:
    wanted = context.team.meeting_minutes
    found = [one for one in letters.links(letter.content_html) if _is_meeting(one, context.team.meeting_host)]
    if len(found) != 1:
        words = (
            f"The canned response has {len(found)} meeting links, and exactly one of {wanted} minutes is "
            "needed. Edit it in Freshdesk."
        )
        return Check("meeting link", "block", words)
    event = _event_behind(found[0], events)
    if event is None or event.deleted or not event.active:
        state = (
            "leads to no event of ours"
            if event is None or event.deleted
            else "leads to an event that is switched off"
        )
        return Check(
            "meeting link",
            "block",
            f"The meeting link {escape(found[0])} {state} in Calendly. {wanted} minutes are needed.",
        )
    if event.minutes != wanted:
        words = (
            f"The meeting link leads to an event of {event.minutes} minutes, {wanted} are needed. Change the "
            "event's length in Calendly, or the link in the canned response."
        )
        return Check("meeting link", "block", words)
    named = re.search(r"(\d+)[-_ ]?min", found[0])
    if named and int(named[1]) != wanted:
        words = f"The link's name says {named[1]} minutes; the event itself lasts {wanted}, as it should."
        return Check("meeting link", "remark", words)
    return Check("meeting link", "ok", f"The meeting link leads to an event of {wanted} minutes")


def _event_behind(target: str, events: list[EventType]) -> EventType | None:
    matching = [one for one in events if normal_link(one.scheduling_url) == normal_link(target)]
    usable = [one for one in matching if one.active and not one.deleted]
    return next(iter(usable or matching), None)


def _is_meeting(target: str, host: str) -> bool:
    found = (urlsplit(target).hostname or "").removeprefix("www.")
    return found == host or found.endswith("." + host)


def recipient_checks(context: Context, contacts: tuple[Contact, ...], agents: frozenset[str]) -> list[Check]:
    """Nobody is one of our own; every domain is allowed; nothing was sent to them from Freshdesk before."""
    checks = []
    ours = [one for one in contacts if one.key in agents or one.key == context.team.mailbox.casefold()]
    for contact in ours:
        words = f"{escape(contact.address)} is one of our own agents, not a lead. Take it out with Change."
        checks.append(Check("own agent", "block", words))
    for contact in contacts:
        if not brakes.domain_allowed(context, contact.domain):
            words = (
                f"Mail to {contact.domain} is not allowed by the team's settings (allowed recipient domains)."
            )
            checks.append(Check("domain", "block", words))
    if not ours:
        checks.append(Check("own agent", "ok", "None of them is one of us"))
        checks.append(_hailed_before(context, contacts))
    return checks


def brake_checks(context: Context) -> list[Check]:
    """Pause all sending, and the daily cap."""
    checks = []
    stopped = brakes.paused(context)
    if stopped is not None:
        words = f"All sending is paused {stopped.words}. A sender can resume it from /partnerships."
        checks.append(Check("paused", "block", words))
    if brakes.sent_today(context) >= context.team.daily_cap:
        words = (
            f"Today's limit of {context.team.daily_cap} mails is reached. Send tomorrow, or raise the limit."
        )
        checks.append(Check("cap", "block", words))
    return checks


def _hailed_before(context: Context, contacts: tuple[Contact, ...]) -> Check:
    freshdesk = context.services.freshdesk
    if freshdesk is None:
        return Check(
            "hailed before", "block", "Without Freshdesk nobody can say whether they were hailed before."
        )
    earlier: list[Ticket] = []
    since = context.clock.now() - _LOOK_BACK
    try:
        for contact in contacts:
            tickets = freshdesk.tickets_of(contact.address, since)
            earlier += [one for one in tickets if HAILED in one.tags]
    except ServiceError as error:
        words = f"Whether they were hailed before could not be checked: {in_words(error)}"
        return Check("hailed before", "block", words)
    if earlier:
        first = earlier[0]
        words = f"They were hailed before: ticket {first.id} of {first.created_at:%Y-%m-%d}. Send it again?"
        return Check("hailed before", "ask", words)
    return Check("hailed before", "ok", "Not hailed before")
