"""SOP: Create running notes for the lead.

Source: "SOP: Create running notes for the lead" of the procedure, its six steps: specify the organisation, create
its folder under Agreements, copy the template into it, under the new name, replace PartnerX by the organisation's
name, and share the document with the participants, to whom Google mails a message. Every step finds what an earlier
attempt, or a person, made before: carried out again it only fills gaps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from services.errors import Refused
from services.google_drive import DriveFile, GoogleDrive
from sops import connected, folder_ids, leaving, next_steps, notes_entry
from sops.blocks import escape, link
from sops.context import here
from sops.effects import NOTHING_HAPPENED, Following, made_by_hand, once, receive
from sops.ends import Failed, NeedsPerson, Standing
from sops.engine import Json, sop, step
from sops.running_notes_by_hand import make_by_hand
from sops.running_notes_look import OWNER, PROPERTY, item, look
from sops.running_notes_plan import NAME, NotesPlan, of
from sops.running_notes_sharing import (
    remember_readers,
    result_words,
    share_with_all,
    shared_by_hand,
    shares_standing,
)
from sops.running_notes_shown import may_be_read, shown_standing
from store.lead import DriveItem, Effect, Event, Lead
from store.lifecycle import Phase
from store.meeting import Meeting
from store.plan import Plan
from store.ports import AddressTaken

_TRIES = 3


def standing(plan_id: str) -> Standing:
    """Who was let in by now, and what people outside can read. A step that stops leaves it to this to say so."""
    notes = _of(plan_id)
    return shown_standing(notes, shares_standing(notes, _nothing_left()))


leaving.decides(NAME, lambda plan: of(plan).leaves)


@sop(NAME, standing)
def create_running_notes(plan_id: str) -> str:
    """Carry out a confirmed plan; the line of the result."""
    notes = _of(plan_id)
    specify_organisation(plan_id)
    by_hand = False
    if notes.manual:
        make_by_hand(plan_id)
    else:
        by_hand = _made_in_drive(plan_id, notes)
    note_on_lead(plan_id)
    document = here().store.get(notes.lead_id).notes
    shown = link(document.link, document.name) if document is not None else escape(notes.notes_name)
    how = "made by hand" if notes.manual else result_words(notes, by_hand=by_hand)
    return f"*{escape(notes.organisation)}*: {shown} · {how}"


def _made_in_drive(plan_id: str, notes: NotesPlan) -> bool:
    """Steps 2 to 6; whether a person shared it."""
    create_folder(plan_id)
    copy_template(plan_id)
    if notes.renames:
        rename_folder_and_document(plan_id)
    replace_placeholder(plan_id)
    write_first_line(plan_id)
    return bool(notes.shares) and share_notes(plan_id)["state"] == "by hand"


@step("Specify the organisation")
def specify_organisation(plan_id: str) -> Json:
    """The lead is tracked under this name from now on; its participants become contacts, the meeting is kept."""
    plan, notes = _plan(plan_id), _of(plan_id)
    lead = here().store.get(notes.lead_id)
    if lead.organisation not in (notes.before, notes.organisation):
        raise _changed(f"the organisation was renamed to {escape(lead.organisation)}")
    if lead.phase is Phase.CLOSED:
        raise _changed("the lead was closed")
    if not plan.is_fresh(here().clock.now()):
        _look_again(plan, notes, lead)
    by = _by(plan_id)
    added = tuple(one for one in notes.added if one.key not in {each.key for each in lead.contacts})
    meeting = _new_meeting(plan_id, notes, lead)
    if lead.organisation == notes.organisation and not added and meeting is None:
        return {"state": "found"}

    def change(lead: Lead) -> Lead:
        meetings = lead.meetings if meeting is None else (*lead.meetings, meeting)
        return replace(
            lead, organisation=notes.organisation, contacts=(*lead.contacts, *added), meetings=meetings
        )

    told = _told(notes, lead, [one.address for one in added])
    events = [_event(f"{plan_id}:specified", "change", told, by)] if told else []
    try:
        here().store.update(notes.lead_id, change, *events)
    except AddressTaken as taken:
        other = here().store.get(taken.lead_id)
        words = f"{escape(taken.address)} belongs to another lead by now, {escape(other.organisation)}."
        raise NeedsPerson(words, reason="changed") from None
    here().progress.card(notes.lead_id)
    return {"state": "done"}


@step("Create the folder")
def create_folder(plan_id: str) -> Json:
    """Under an id written down before, so that asked for twice it is there once; or the one that is there."""
    notes, drive = _of(plan_id), connected.drive()
    known = here().store.effect(notes.lead_id, notes.folder_key)
    if notes.folder is not None:
        receive(notes.lead_id, notes.folder_key, notes.folder.id, Following(_with(folder=notes.folder)))
        return {"state": "found"}
    if known is not None and known.receipt is not None:
        _remember(notes.lead_id, folder=item(_usable(drive.file(known.receipt), "folder")))
        return {"state": "found"}
    _guard(plan_id)()
    made = _made_folder(notes, drive, known.detail if known is not None else "")
    folder = item(_usable(made, "folder"))
    receive(notes.lead_id, notes.folder_key, made.id, Following(_with(folder=folder)))
    return {"state": "done"}


@step("Copy the template under its new name")
def copy_template(plan_id: str) -> Json:
    """One copy, whatever happens to Google's answer; or the document that is there."""
    notes, drive = _of(plan_id), connected.drive()
    lead, template = here().store.get(notes.lead_id), notes.template
    assert lead.folder is not None
    folder = lead.folder.id
    if notes.notes is not None:
        receive(notes.lead_id, notes.notes_key, notes.notes.id, Following(_with(notes=notes.notes)))
        return {"state": "found"}
    if template is None:
        raise _changed("the document that was there is gone")
    copied: list[DriveFile] = []

    def copy() -> str:
        copied.append(drive.copy(template.id, folder, notes.notes_name, {PROPERTY: notes.notes_key}))
        return copied[0].id

    def find() -> str | None:
        found = drive.find_by_property_in(folder, PROPERTY, notes.notes_key)
        return found[0].id if found else None

    try:
        state, receipt = once(notes.lead_id, notes.notes_key, copy, find, before_act=_guard(plan_id))
    except Refused as refused:
        if refused.status != 404 and refused.code not in ("cannotCopyFile", "parentIsTrashed"):
            raise
        raise _changed("the template or the folder is not there any more") from None
    file = _usable(copied[0] if copied and copied[0].id == receipt else drive.file(receipt), "document")
    event = _event(f"{notes.notes_key}:made", "notes", f"Running notes created: {file.name}", _by(plan_id))
    _remember(notes.lead_id, event, notes=item(file))
    return {"state": state}


@step("Rename folder and document", by_hand=True)
def rename_folder_and_document(plan_id: str) -> Json:
    """What is named after the working name, and the title that we gave inside the document: what people wrote there,
    and a title of theirs, stays."""
    notes, drive = _of(plan_id), connected.drive()
    _guard(plan_id)()
    if notes.rename_folder and notes.folder is not None:
        _remember(notes.lead_id, folder=item(drive.rename(notes.folder.id, notes.organisation)))
    if notes.rename_notes and notes.notes is not None:
        remembered = here().store.get(notes.lead_id).notes
        title = remembered.name if remembered is not None else notes.notes.name
        renamed = drive.rename(notes.notes.id, notes.notes_name)
        marker = f"{notes.notes_key}:renamed:{plan_id}"
        connected.docs().replace_all(renamed.id, {title: notes.notes_name}, marker)
        _remember(notes.lead_id, notes=item(renamed))
    return {"state": "done"}


@step("Fill in the organisation's name", by_hand=lambda plan_id: _by_hand(plan_id, _of(plan_id).replaced_key))
def replace_placeholder(plan_id: str) -> Json:
    """In the title and throughout the document, once."""
    notes, docs = _of(plan_id), connected.docs()
    known = here().store.effect(notes.lead_id, notes.replaced_key)
    if known is not None and known.receipt is not None:
        return {"state": "found"}
    document = here().store.get(notes.lead_id).notes
    assert document is not None
    _guard(plan_id)()
    now = here().clock.now()
    here().store.intend(notes.lead_id, Effect(notes.replaced_key, now))
    fresh = known is None and notes.notes is None
    replacements = {here().team.placeholder: notes.organisation}
    try:
        replaced = docs.replace_all(document.id, replacements, notes.replaced_key, fresh=fresh)
    except NOTHING_HAPPENED:
        if known is None:
            here().store.forget(notes.lead_id, notes.replaced_key)
        raise
    receive(notes.lead_id, notes.replaced_key, document.id)
    return {"state": "done" if replaced else "found"}


@step("Write the first dated line", by_hand=lambda plan_id: _by_hand(plan_id, _of(plan_id).entry_key))
def write_first_line(plan_id: str) -> Json:
    """Under the heading of the notes, newest first."""
    notes = _of(plan_id)
    if not notes.lines:
        return {"state": "found"}
    key, guard = notes.entry_key, _guard(plan_id)
    return {"state": notes_entry.write(notes.lead_id, key, notes.lines, before_act=guard)}


@step("Share it with the participants", by_hand=lambda plan_id: shared_by_hand(_of(plan_id), _by(plan_id)))
def share_notes(plan_id: str) -> Json:
    """One after the other; a refusal that concerns one person keeps nobody else out."""
    plan, notes, drive = _plan(plan_id), _of(plan_id), connected.drive()
    document = here().store.get(notes.lead_id).notes
    assert document is not None
    if notes.notes is not None or not plan.is_fresh(here().clock.now()):
        _usable(drive.file(document.id), "document")
    share_with_all(plan, notes, drive, document.id, _by(plan_id))
    return {"state": "done", "note": result_words(notes)}


@step("Note it on the lead")
def note_on_lead(plan_id: str) -> Json:
    """Who can read the notes, which meeting their first line names, and what comes next. The engine notes the result
    on the ticket."""
    notes = _of(plan_id)
    remember_readers(notes)
    if notes.meeting is not None:
        here().store.update(notes.lead_id, partial(_with_meeting, notes=notes, at=notes.meeting))
    here().progress.card(notes.lead_id)
    return {"state": "done"}


def _with_meeting(lead: Lead, notes: NotesPlan, at: datetime) -> Lead:
    """`at` is the meeting of the form, whose times have no part of a second."""
    if notes.notes is None and lead.phase is Phase.LEAD:
        lead = next_steps.to_meet(lead, at.astimezone(here().clock.zone).date().isoformat())
    if not notes.lines:
        return lead
    meetings = (
        replace(one, noted=one.starts_at) if abs(one.starts_at - at) < timedelta(seconds=1) else one
        for one in lead.meetings
    )
    return replace(lead, meetings=tuple(meetings))


def _made_folder(notes: NotesPlan, drive: GoogleDrive, begun: str) -> DriveFile:
    """`begun` is the id of an attempt whose answer is not known. An id that turns out to be another's is passed
    over (two processes took it)."""
    folder_id = begun
    for _ in range(_TRIES):
        folder_id = folder_id or folder_ids.take(here(), drive)
        effect = Effect(notes.folder_key, here().clock.now(), detail=folder_id)
        here().store.intend(notes.lead_id, effect)
        parent = here().team.agreements_folder
        made = drive.create_folder(parent, notes.organisation, folder_id, {OWNER: notes.lead_id})
        if made.properties.get(OWNER) == notes.lead_id:
            return made
        folder_id = ""
    raise Failed("Google Drive gave no id that is free.")


def _by_hand(plan_id: str, key: str) -> None:
    made_by_hand(_of(plan_id).lead_id, key)


def _guard(plan_id: str) -> Callable[[], None]:
    """What stands before whatever people outside could read."""
    return lambda: may_be_read(_plan(plan_id), _of(plan_id))


def _usable(file: DriveFile, what: str) -> DriveFile:
    """Nothing is written into the trash."""
    if file.trashed:
        raise _changed(f"the {what} is in Drive's trash")
    return file


def _look_again(plan: Plan, notes: NotesPlan, lead: Lead) -> None:
    """A plan that waited: is it still what a person would confirm? Raises NeedsPerson."""
    if plan.expires_at <= here().clock.now():
        words = "This plan is more than a day old. Look at the new plan."
        raise NeedsPerson(words, reason="changed")
    now = look(here(), lead, notes.organisation, notes.notes_name, notes.chosen)
    for what, before, after in (
        ("folder", notes.folder, now.folder),
        ("document", notes.notes, now.notes),
        ("template", notes.template, now.template),
    ):
        by_us = before is None and after is not None and _made_by_us(notes, after)
        gone = what == "template" and now.notes is not None
        if (before and before.id) != (after and after.id) and not by_us and not gone:
            raise _changed(f"the {what} is another one, or gone")
    if now.folder_key != notes.folder_key or now.notes_key != notes.notes_key:
        raise _changed("the folder or the document was deleted")


def _made_by_us(notes: NotesPlan, found: DriveItem) -> bool:
    effects = (here().store.effect(notes.lead_id, key) for key in (notes.folder_key, notes.notes_key))
    return any(known is not None and known.receipt == found.id for known in effects)


def _new_meeting(plan_id: str, notes: NotesPlan, lead: Lead) -> Meeting | None:
    """The meeting as a person entered it, where none is planned; a booking of Calendly is known already."""
    starts, now = notes.meeting, here().clock.now()
    if starts is None or starts <= now or any(each.starts_at > now for each in lead.planned):
        return None
    participants = tuple(one.address for one in notes.participants)
    ends = starts + timedelta(minutes=here().team.meeting_minutes)
    return Meeting(
        f"m{plan_id[-8:]}", _utc(starts), _utc(ends), name="First meeting", participants=participants
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _told(notes: NotesPlan, lead: Lead, added: list[str]) -> str:
    parts = []
    if lead.organisation != notes.organisation:
        parts.append(f"{lead.organisation} is called {notes.organisation} from now on")
    if added:
        parts.append(f"new contacts: {', '.join(added)}")
    return "; ".join(parts)


def _remember(
    lead_id: str, *events: Event, folder: DriveItem | None = None, notes: DriveItem | None = None
) -> None:
    here().store.update(lead_id, _with(folder=folder, notes=notes), *events)


def _with(*, folder: DriveItem | None = None, notes: DriveItem | None = None) -> Callable[[Lead], Lead]:
    return lambda lead: replace(lead, folder=folder or lead.folder, notes=notes or lead.notes)


def _event(key: str, kind: str, text: str, by: str) -> Event:
    return Event(key, here().clock.now(), kind, text, by)


def _by(plan_id: str) -> str:
    run = here().store.run(plan_id)
    return run.by if run is not None else _plan(plan_id).by


def _plan(plan_id: str) -> Plan:
    plan = here().store.plan(plan_id)
    if plan is None:
        raise Failed("The plan is gone.", not_outside=_nothing_left())
    return plan


def _of(plan_id: str) -> NotesPlan:
    return of(_plan(plan_id))


def _nothing_left() -> str:
    return f"Nothing left {escape(here().team.organisation)}."


def _changed(what: str) -> NeedsPerson:
    words = f"Something changed after you saw the plan: {what}. Look at the new plan."
    return NeedsPerson(words, reason="changed")
