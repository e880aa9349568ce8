"""Running notes that people outside can read before anybody is let in: what is written there, or renamed, leaves the
organisation, so the brakes and the readers are looked at before, as for a status update."""

from __future__ import annotations

from sops import brakes, connected, notes_entry
from sops.blocks import escape
from sops.context import here
from sops.ends import NeedsPerson, Standing
from sops.running_notes_plan import NotesPlan
from store.lead import Lead
from store.plan import Plan


def may_be_read(plan: Plan, notes: NotesPlan) -> None:
    """Within a step, just before something is written or renamed. Raises NeedsPerson, and the errors of
    `services.errors`."""
    if not plan.is_fresh(here().clock.now()):
        _refuse_new_readers(notes)
    if notes.shows:
        may_leave(plan)


def may_leave(plan: Plan, *, outside: bool = True) -> None:
    """The brakes; `outside` is False for practice. Nothing leaves by a plan that is too old."""
    try:
        brakes.may_leave(here(), outside=outside)
    except NeedsPerson as stop:
        # The brakes know of mails only; the procedure's standing says what is outside by now.
        raise NeedsPerson(stop.words, reason=stop.reason) from None
    if plan.expires_at <= here().clock.now():
        raise NeedsPerson("This plan is more than a day old. Look at the new plan.", reason="changed")


def _refuse_new_readers(notes: NotesPlan) -> None:
    """Nobody reads it who was not named in the plan, or is to be let in by it."""
    drive, lead = connected.drive(), here().store.get(notes.lead_id)
    now = notes_entry.seen_by(here(), lead, drive, drive.permissions(_place(notes)))
    known = {each.casefold() for each in (*notes.readers, *(share.address for share in notes.shares))}
    new = [each for each in now.addresses if each.casefold() not in known]
    if new or (now.everybody and not notes.everybody):
        who = now.words if now.everybody else ", ".join(new)
        words = f"Since you saw the plan, {escape(who)} can read the document too. Look at the new plan."
        raise NeedsPerson(words, reason="changed")


def _place(notes: NotesPlan) -> str:
    """The document; or while it is not made the folder above it, whose readers it inherits (Drive)."""
    for key, there in ((notes.notes_key, notes.notes), (notes.folder_key, notes.folder)):
        made = here().store.effect(notes.lead_id, key)
        if made is not None and made.receipt is not None:
            return made.receipt
        if there is not None:
            return there.id
    return here().team.agreements_folder


def shown_standing(notes: NotesPlan, shares: Standing) -> Standing:
    """What people outside can read by now, besides who was let in."""
    if not notes.shows:
        return shares
    written = _written(notes, here().store.get(notes.lead_id))
    if written:
        return Standing(outside=f"{written} {shares.outside}".strip())
    if shares.outside:
        return shares
    return Standing(not_outside="Nobody new was let in, and nothing was written into the document.")


def _written(notes: NotesPlan, lead: Lead) -> str:
    """That it is there, or may be; empty while nothing was begun."""
    keys = [notes.folder_key] if notes.folder is None else []
    keys += [notes.notes_key] if notes.notes is None else []
    keys += [notes.replaced_key] if notes.fills else []
    keys += [notes.entry_key] if notes.lines else []
    begun = [known for key in keys if (known := here().store.effect(notes.lead_id, key)) is not None]
    renamed = notes.rename_notes and lead.notes is not None and lead.notes.name == notes.notes_name
    readers = escape(notes.reader_words)
    if renamed or any(known.receipt is not None for known in begun):
        return f"What was made, written or renamed is there, where {readers} can read it."
    if begun:
        return (
            f"What is to be written may be there, where {readers} can read it. Retry looks before it writes."
        )
    return ""
