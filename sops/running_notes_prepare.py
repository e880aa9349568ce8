"""Making the plan of Create running notes: what is found and what is missing, saved before it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sops import addresses, brakes, notes_entry
from sops.blocks import cut, escape
from sops.context import Context
from sops.hail_checks import brake_checks
from sops.hail_plan import Check
from sops.running_notes_look import InDrive, look
from sops.running_notes_plan import (
    NAME,
    NotesAsked,
    NotesPlan,
    Share,
    entry_key,
    numbered,
    replaced_key,
    to_content,
)
from store.lead import Contact, DriveItem, Lead
from store.lifecycle import Phase
from store.plan import Plan, new_plan

_ABOUT = 200


def prepare(context: Context, asked: NotesAsked) -> Plan:
    """Save and return the plan. Raises NoSuchLead."""
    lead = context.store.get(asked.lead_id)
    name = notes_name(context, asked.organisation)
    found = look(context, lead, asked.organisation, name, asked.folder)
    notes = _assembled(context, lead, asked, found, name)
    notes = replace(notes, checks=(*_checks(context, lead, asked, notes), *found.checks))
    whom = ", ".join(share.address for share in notes.shares) or "nobody yet"
    practice = ", practice" if notes.practice and notes.shares else ""
    about = cut(f"{asked.organisation} ({whom}{practice})", _ABOUT)
    plan = new_plan(NAME, lead.id, asked.by, context.clock.now(), to_content(notes), about)
    context.store.save_plan(plan)
    return plan


def _assembled(context: Context, lead: Lead, asked: NotesAsked, found: InDrive, name: str) -> NotesPlan:
    lines = _first_lines(context, lead, asked, entry_key(found.notes_key))
    shares, added = _shares(context, lead, asked, found), _added(context, lead, asked)
    renames = (_renames(lead, asked, found.folder, lead.folder, asked.organisation, known=found.known),
               _renames(lead, asked, found.notes, lead.notes, name, known=lead.notes is not None))  # fmt: skip
    filled = _is_filled(context, lead, found)
    gaps = bool(lines or shares or added) or any(renames) or lead.organisation != asked.organisation
    gaps = gaps or (found.manual and found.notes is None)
    return NotesPlan(
        lead_id=lead.id,
        organisation=asked.organisation,
        before=lead.organisation,
        meeting=asked.meeting,
        participants=asked.participants,
        added=added,
        message=asked.message,
        shares=shares,
        present=found.editors,
        folder=found.folder,
        folder_key=found.folder_key,
        chosen=asked.folder,
        choices=found.choices,
        template=found.template,
        notes=found.notes,
        notes_key=found.notes_key,
        notes_name=name,
        rename_folder=renames[0],
        rename_notes=renames[1],
        lines=lines,
        practice=not context.team.live,
        idle=filled and not gaps,
        checks=(),
        readers=found.audience.addresses,
        reader_words=found.audience.words,
        everybody=found.audience.everybody,
        fills=not filled,
        manual=found.manual,
    )


def _is_filled(context: Context, lead: Lead, found: InDrive) -> bool:
    """Whether an earlier attempt got as far as the name in the document that is there."""
    filled = context.store.effect(lead.id, replaced_key(found.notes_key))
    there = found.manual or (found.folder is not None and found.notes is not None)
    return there and filled is not None and filled.receipt is not None


def notes_name(context: Context, organisation: str) -> str:
    """What the document of this organisation is called (step 4 of the procedure)."""
    return context.team.notes_name.format(partner=organisation, organisation=context.team.organisation)


def when(context: Context, meeting: datetime | None) -> str:
    """A meeting's time in the team's zone, in words; empty for none."""
    return f"{meeting.astimezone(context.clock.zone):%A, %-d %B %Y, %H:%M %Z}" if meeting else ""


def message_for(context: Context, organisation: str, meeting: datetime | None) -> str:
    """The text Google mails, unless a person writes another."""
    return context.words.render(
        "running_notes/share_message.txt.j2",
        partner=organisation,
        organisation=context.team.organisation,
        meeting=when(context, meeting),
    )


def is_own(context: Context, address: str) -> bool:
    """Whether the address is one of our own organisation's."""
    domain = context.team.mailbox.rpartition("@")[2].casefold()
    return address.strip().casefold().rpartition("@")[2] == domain


def invited(context: Context, lead: Lead) -> tuple[Contact, ...]:
    """Who takes part in the next meeting by its booking, and is no contact: whoever booked could add anybody."""
    ahead = next((one for one in lead.planned if one.starts_at > context.clock.now()), None)
    known = {contact.key for contact in lead.contacts}
    found = addresses.parse("\n".join(ahead.participants)).contacts if ahead is not None else ()
    return tuple(one for one in found if one.key not in known and not is_own(context, one.address))


def _shares(context: Context, lead: Lead, asked: NotesAsked, found: InDrive) -> tuple[Share, ...]:
    """Who is to be let in: none of those who can edit already, nor of us. While practising only the asker."""
    can = {address.casefold() for address in found.editors}
    wanted = [one for one in asked.participants if not is_own(context, one.address)]
    base = f"{found.notes_key}:share"
    if not context.team.live:
        wanted = [Contact(asked.by_address)] if wanted and asked.by_address else []
        base = f"{found.notes_key}:practice"
    missing = [one for one in wanted if one.key not in can]
    return tuple(
        Share(one.address, one.name, _share_key(context, lead, f"{base}:{one.key}")) for one in missing
    )


def _share_key(context: Context, lead: Lead, base: str) -> str:
    """The first key without a receipt: who was let in once and cannot edit now is let in again."""
    number = 1
    while (known := context.store.effect(lead.id, numbered(base, number))) and known.receipt is not None:
        number += 1
    return numbered(base, number)


def _first_lines(context: Context, lead: Lead, asked: NotesAsked, key: str) -> tuple[str, ...]:
    known = context.store.effect(lead.id, key)
    if known is not None and known.receipt is not None:
        return ()
    text = context.words.render("running_notes/first_entry.txt.j2", meeting=when(context, asked.meeting))
    return notes_entry.dated(context, text, asked.by)


def _added(context: Context, lead: Lead, asked: NotesAsked) -> tuple[Contact, ...]:
    there = {contact.key for contact in lead.contacts}
    return tuple(
        one for one in asked.participants if one.key not in there and not is_own(context, one.address)
    )


def _renames(
    lead: Lead,
    asked: NotesAsked,
    there: DriveItem | None,
    remembered: DriveItem | None,
    name: str,
    *,
    known: bool,
) -> bool:
    """Whether to rename it: with the organisation, or where an earlier rename was not finished. A name that people
    gave it stays, and so does the spelling of a folder that people made."""
    if there is None or there.name == name:
        return False
    if there.name.casefold() == name.casefold() and not known:
        return False
    changed = lead.organisation != asked.organisation
    return changed or (
        remembered is not None and remembered.name == there.name and name.casefold() != there.name.casefold()
    )


def _checks(context: Context, lead: Lead, asked: NotesAsked, notes: NotesPlan) -> list[Check]:
    checks = []
    if lead.phase is Phase.CLOSED:
        checks.append(Check("closed", "block", "This lead is closed. Reopen it first."))
    if lead.organisation != asked.organisation:
        before, after = escape(lead.organisation), escape(asked.organisation)
        rest = ", the folder and the document" if lead.notes else ""
        words = f"“{before}” is called “{after}” from now on: the lead, its card{rest}."
        checks.append(Check("renamed", "remark", words))
    strangers = {one.key for one in invited(context, lead)}
    for one in (one for one in notes.added if one.key in strangers):
        words = (
            f"{escape(one.address)} is not a contact so far: whoever booked the meeting gave this address."
        )
        checks.append(Check("invited", "remark", words))
    for one in asked.participants:
        if is_own(context, one.address):
            words = (
                f"{escape(one.address)} is one of us and finds the document in the team's drive: not shared."
            )
            checks.append(Check("own", "remark", words))
        elif context.team.live and not brakes.domain_allowed(context, one.domain):
            where = escape(one.domain)
            words = f"The team's settings do not allow to share with {where} (allowed recipient domains)."
            checks.append(Check("domain", "block", words))
    if notes.leaves:
        checks += brake_checks(context)
    if not context.team.live and notes.shows:
        readers = escape(notes.reader_words)
        words = f"Practice mode is on, and {readers} can read the document. Nothing real is written there."
        checks.append(Check("practice", "block", words))
    if not context.team.live and not asked.by_address:
        words = "Practice mode shares with your own address, and Slack does not tell me yours."
        checks.append(Check("practice", "block", words))
    return checks
