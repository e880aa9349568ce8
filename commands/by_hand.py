"""What somebody needs who does a stopped step in place of the assistant: the words, the people, and the places."""

from __future__ import annotations

from commands.lead_update_views import exact
from sops import blocks, meeting_plan, running_notes_plan, status_update_plan, status_update_retraction
from sops.blocks import Block, escape
from sops.context import Context
from sops.progress_message import BY_HAND
from sops.running_notes_by_hand import MAKE
from sops.running_notes_plan import NotesPlan
from store.lead import DriveItem
from store.plan import Plan, Run


def _notes(context: Context, run: Run, plan: Plan) -> list[Block]:
    """For a step of Create running notes."""
    notes, lead = running_notes_plan.of(plan), context.store.get(run.lead_id)
    step = run.steps[-1].step
    document = _document(lead.notes or notes.notes)
    if step == MAKE:
        return _everything(context, document, notes)
    if step == "rename_folder_and_document":
        return blocks.sections("\n".join(_renames(notes)))
    if step == "replace_placeholder":
        return blocks.sections(_filled(context, document, notes))
    if step == "write_first_line":
        return _entry(context, document, notes.lines)
    return _shares(context, document, notes) if step == "share_notes" else []


def _everything(context: Context, document: str, notes: NotesPlan) -> list[Block]:
    """All six steps of the procedure, those that are not done yet."""
    team = context.team
    steps = []
    if notes.notes is None and notes.fills:
        where = escape(team.agreements_path)
        steps.append(f"In {where}, make a folder named “{escape(notes.organisation)}”.")
        template, name = escape(team.notes_template), escape(notes.notes_name)
        steps.append(f"Copy the document “{template}” into it, without its comments; name the copy “{name}”.")
        document = "the copy"
    steps += _renames(notes)
    if notes.fills:
        steps.append(_filled(context, document, notes))
    shown = [*blocks.sections("\n".join(f"• {words}" for words in steps))] if steps else []
    if notes.lines:
        shown += _entry(context, document, notes.lines)
    if notes.shares:
        shown += _shares(context, document, notes)
    if notes.notes is None:
        shown.append(blocks.section("Paste the document's link below, so that the card has it."))
    return shown


def _filled(context: Context, document: str, notes: NotesPlan) -> str:
    before, after = escape(context.team.placeholder), escape(notes.organisation)
    return f"In {document}, put “{after}” in the place of “{before}”, in the title and wherever it stands."


def _renames(notes: NotesPlan) -> list[str]:
    lines = []
    if notes.rename_folder and notes.folder is not None:
        lines.append(f"Rename the folder {_document(notes.folder)} to “{escape(notes.organisation)}”.")
    if notes.rename_notes and notes.notes is not None:
        name = escape(notes.notes_name)
        lines.append(f"Rename the document {_document(notes.notes)} to “{name}”, and its title within.")
    return lines


def _shares(context: Context, document: str, notes: NotesPlan) -> list[Block]:
    """Whom to let in still, and the text for Google's mail."""
    effects = [(share, context.store.effect(notes.lead_id, share.key)) for share in notes.shares]
    missing = [share for share, known in effects if known is None or known.receipt is None]
    path = escape(f"{context.team.agreements_path} >> {notes.organisation}")
    named = "\n".join(f"• {escape(share.address)}" for share in missing)
    head = f"Share {document}, in the folder {path}, as Editor with:\n{named}"
    return [*blocks.sections(head), *exact((notes.message,))]


def _read_entry(context: Context, run: Run, plan: Plan) -> list[Block]:
    """For an update or the lines of a meeting, and who reads them."""
    entry = status_update_retraction.written_by(context, plan)
    readers = f":outbox_tray: *{escape(blocks.cut(entry.reader_words, 500))}* can read it there."
    document = _document(context.store.get(run.lead_id).notes)
    return [*_entry(context, document, entry.lines), blocks.section(readers)]


def _retraction(context: Context, run: Run, plan: Plan) -> list[Block]:
    """For taking an entry back."""
    taken = status_update_retraction.updated(context, plan)
    if taken is None:
        return []
    document = _document(context.store.get(run.lead_id).notes)
    lines = status_update_retraction.written_by(context, taken).lines
    return [blocks.section(f"Take this out of {document}:"), *exact(lines)]


def _entry(context: Context, document: str, lines: tuple[str, ...]) -> list[Block]:
    heading = escape(context.team.notes_heading)
    return [
        blocks.section(f"Under “{heading}” in {document}, above what is there, exactly so:"),
        *exact(lines),
    ]


def _document(item: DriveItem | None) -> str:
    return blocks.link(item.link, item.name) if item is not None else "the running notes"


BY_HAND[running_notes_plan.NAME] = _notes
BY_HAND[meeting_plan.NAME] = _read_entry
BY_HAND[status_update_plan.NAME] = _read_entry
BY_HAND[status_update_retraction.NAME] = _retraction
