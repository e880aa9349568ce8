"""The form and the plan of Create running notes as modals."""

from __future__ import annotations

import hashlib
from datetime import datetime

from commands import views
from commands.act import View
from commands.confirming import kept
from commands.lead_update_views import show_label
from commands.senders import may_send, senders_words
from sops import addresses, blocks
from sops.blocks import Block, escape
from sops.context import Context
from sops.running_notes_look import GONE
from sops.running_notes_plan import NotesAsked, NotesPlan, of
from sops.running_notes_prepare import invited, message_for, when
from store.lead import Contact, DriveItem, Lead
from store.plan import Plan

TITLE = "Create running notes"
FORM = "running_notes_form"
FOLDER = "running_notes_folder"
CONFIRM = "running_notes_confirm"
MOST_BOXES = 10
"""Slack: options of a group of checkboxes."""
LONGEST_NAME = 200
LONGEST_FIELD = 3000
"""Slack: characters of a text input."""
LONGEST_MESSAGE = 2000


def form_view(context: Context, lead: Lead, asked: NotesAsked, channel: str) -> View:
    """What the procedure asks for, filled in as far as it is known."""
    return views.modal(
        TITLE,
        [*_there(lead), *_names(asked), *_people(lead, asked, invited(context, lead)), _message(asked)],
        callback_id=FORM,
        submit="Show the plan",
        close="Cancel",
        metadata={
            "lead_id": lead.id,
            "channel": channel,
            "proposed": digest(message_for(context, asked.organisation, asked.meeting)),
        },
        notify_on_close=True,
    )


def digest(text: str) -> str:
    """By which a text is known that nobody has edited."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def box(contact: Contact) -> str:
    """The value of a contact's box (Slack: an option's value is short, an address may not be)."""
    return hashlib.sha256(contact.key.encode()).hexdigest()[:16]


def _there(lead: Lead) -> list[Block]:
    """Lines in the thread keep their button when somebody else was faster."""
    if lead.notes is None:
        return []
    notes = blocks.link(lead.notes.link, "running notes") if lead.notes.link else "running notes"
    words = f"There are {notes} already. This only fills what is missing there, and lets in whom you tick."
    return [blocks.section(f":information_source: {words}")]


def _names(asked: NotesAsked) -> list[Block]:
    moment: Block = {"type": "datetimepicker", "action_id": "value"}
    if asked.meeting is not None:
        moment["initial_date_time"] = int(asked.meeting.timestamp())
    hint = "The name of their folder and document, as they will read it. The lead is called so from now on."
    return [
        blocks.text_input(
            "Organisation",
            "organisation",
            initial=asked.organisation,
            max_length=LONGEST_NAME,
            hint=hint,
        ),
        blocks.input_block("Meeting", "meeting", moment, optional=True),
    ]


def _people(lead: Lead, asked: NotesAsked, guests: tuple[Contact, ...]) -> list[Block]:
    """Contacts as boxes; guests of the booking as boxes that a person has to tick; everybody else who takes part, and
    those beyond what Slack shows, as text."""
    rest = len(guests) - MOST_BOXES
    contacts, guests = lead.contacts[:MOST_BOXES], guests[:MOST_BOXES]
    chosen = {one.key for one in asked.participants}
    shown = {one.key for one in (*contacts, *guests)}
    more = [one for one in asked.participants if one.key not in shown]
    fields = []
    if contacts:
        options = [(one, _option(one)) for one in contacts]
        fields.append(_boxes("Who may edit", "people", options, chosen))
    if guests:
        words = "Added by whoever booked"
        options = [(one, blocks.option(one.address, box(one), words)) for one in guests]
        hint = "They become contacts of this lead. Tick only whom you know to belong to it."
        if rest > 0:
            hint += f" {rest} more are in the booking itself."
        fields.append(_boxes("In the booking, but not a contact so far", "guests", options, chosen, hint))
    fields.append(
        blocks.text_input(
            "More addresses",
            "more",
            initial=addresses.in_a_field(more, LONGEST_FIELD),
            optional=True,
            multiline=True,
            hint="Others who take part. They become contacts of this lead.",
        )
    )
    return fields


def _option(one: Contact) -> Block:
    if not one.name:
        return blocks.option(one.address, box(one))
    return blocks.option(one.name, box(one), one.address)


def _boxes(
    label: str, block_id: str, options: list[tuple[Contact, Block]], chosen: set[str], hint: str = ""
) -> Block:
    element: Block = {
        "type": "checkboxes",
        "action_id": "value",
        "options": [option for _, option in options],
    }
    if ticked := [option for one, option in options if one.key in chosen]:
        element["initial_options"] = ticked
    return blocks.input_block(label, block_id, element, hint=hint, optional=True)


def _message(asked: NotesAsked) -> Block:
    return blocks.text_input(
        "What Google mails them",
        "message",
        initial=asked.message,
        multiline=True,
        optional=True,
        max_length=LONGEST_MESSAGE,
    )


def folder_view(plan: Plan, channel: str, *, over_form: bool) -> View:
    """Several folders have this name: which one is theirs? Never guessed."""
    notes = of(plan)
    lines = [f"• {blocks.link(one.link, one.name)} ({_tail(one)})" for one in notes.choices]
    options = [blocks.option(f"{one.name} ({_tail(one)})", one.id) for one in notes.choices[:10]]
    radio: Block = {"type": "radio_buttons", "action_id": "value", "options": options}
    words = f"Agreements has {len(notes.choices)} folders named “{escape(notes.organisation)}”:"
    return views.modal(
        TITLE,
        [
            blocks.section(f"{words}\n" + "\n".join(lines[:10])),
            blocks.input_block("Which one is theirs?", "folder", radio),
            blocks.context("Nothing was done yet."),
        ],
        callback_id=FOLDER,
        submit="Show the plan",
        close="Back" if over_form else "Cancel",
        metadata=kept([plan], channel, over_form=over_form),
    )


def _tail(folder: DriveItem) -> str:
    return f"…{folder.id[-6:]}"


def plan_view(context: Context, plan: Plan, user: str, channel: str, *, over_form: bool = False) -> View:
    """What will be found, made and shared, to the letter. The button is there when nothing blocks, there is
    something to do and the person may press it."""
    notes = of(plan)
    allowed = not notes.leaves_at_once or may_send(context, user)
    goes = allowed and not notes.blocked and not notes.idle
    shown = [blocks.section(f":no_entry: *Cannot be done.* {check.words}") for check in notes.blocked]
    shown += [*_leaves(notes), *_made(context, notes)]
    remarks = [check.words for check in notes.checks if check.state == "remark"]
    shown += [blocks.section(f":information_source: {words}") for words in remarks]
    oks = [check.words for check in notes.checks if check.state == "ok"]
    if oks:
        shown.append(blocks.context(" · ".join(f"✓ {words}" for words in oks)))
    if not allowed:
        shown.append(blocks.context(f":lock: {senders_words(context)}"))
    if not notes.idle:
        shown.append(blocks.context(_after(context, notes)))
    ways = [] if over_form else [blocks.button("Change", "running_notes_change", plan.id)]
    if notes.blocked or any(check.name == GONE for check in notes.checks):
        ways.insert(0, blocks.button("Check again", "plan_anew", plan.id, style="primary"))
    return views.modal(
        TITLE,
        [*shown, blocks.actions(*ways)] if ways else shown,
        callback_id=CONFIRM,
        submit=_label(notes) if goes else "",
        close="Back" if over_form else "Cancel",
        metadata=kept([plan], channel, over_form=over_form),
        notify_on_close=goes,
    )


def _label(notes: NotesPlan) -> str:
    if notes.manual:
        return "Prepare the steps"
    if notes.practice and notes.shares:
        return "Share with me (practice)"
    if notes.outsiders:
        return f"Let {notes.outsiders} outsider{'s' if notes.outsiders != 1 else ''} edit"
    if notes.shows:
        return show_label(notes.readers, everybody=notes.everybody)
    return "Create" if notes.notes is None else "Fill the gaps"


def _leaves(notes: NotesPlan) -> list[Block]:
    """Who is let in, who reads it without that, and the text they get; nobody is left out, however many they are."""
    if not notes.shares:
        return [*_shown(notes), *blocks.sections(f":lock: {_nobody_new(notes)}{_present(notes)}")]
    named = "\n".join(f"• {_who(share.name, share.address)}" for share in notes.shares)
    if notes.practice:
        head = ":test_tube: *Practice mode*: the document is shared with you, not with them:"
    else:
        head = ":outbox_tray: *Leaves the organisation*: these people may edit the document, and Google mails them:"
    shown = [*blocks.sections(f"{head}\n{named}{_present(notes)}"), *_shown(notes)]
    if notes.message:
        quoted = "\n".join(f"> {line}" for line in escape(notes.message).splitlines())
        return [*shown, *blocks.sections(quoted)]
    return [*shown, blocks.context("The mail is Google's own, without a text of ours.")]


def _shown(notes: NotesPlan) -> list[Block]:
    """Who reads what is written and renamed, whoever is let in."""
    if not notes.shows:
        return []
    already = "already" if notes.notes is not None else "as soon as it is in its folder"
    words = f"*{escape(notes.reader_words)}* can read the document {already}, with what is written and renamed here."
    return blocks.sections(f":outbox_tray: *Leaves the organisation*: {words}")


def _nobody_new(notes: NotesPlan) -> str:
    return "Everything is there already; there is nothing to do." if notes.idle else "Nobody new is let in."


def _present(notes: NotesPlan) -> str:
    present = {address.casefold() for address in notes.present}
    there = [escape(one.address) for one in notes.participants if one.key in present]
    return f"\nCan edit already: {', '.join(there)}" if there else ""


def _who(name: str, address: str) -> str:
    return f"{escape(blocks.cut(name, 100))} ({escape(address)})" if name else escape(address)


def _made(context: Context, notes: NotesPlan) -> list[Block]:
    path = escape(f"{context.team.agreements_path} >> {notes.organisation}")
    unknown = notes.manual and notes.notes is not None and notes.folder is None
    folder = "not looked at" if unknown else _state(notes.folder, notes.rename_folder)
    lines = [
        f"*Folder*  {path} ({folder})",
        f"*Document*  {escape(notes.notes_name)} ({_state(notes.notes, notes.rename_notes)})",
    ]
    if notes.template is not None:
        lines.append(f"*Copied from*  {escape(notes.template.name)}")
    if notes.lines:
        lines.append("*First lines*\n" + "\n".join(f"> {escape(line)}" for line in notes.lines))
    if notes.meeting is not None and not notes.lines:
        lines.append(f"*Meeting*  {when(context, notes.meeting)}")
    if notes.added:
        lines.append(f"*New contacts*  {escape(', '.join(one.address for one in notes.added))}")
    return blocks.sections("\n".join(lines))


def _state(there: DriveItem | None, renamed: bool) -> str:
    if there is None:
        return "will be made"
    link = blocks.link(there.link, there.name if renamed else "open it")
    return f"renamed from {link}" if renamed else f"is there: {link}"


def _after(context: Context, notes: NotesPlan) -> str:
    if notes.manual:
        return "Then the lead's thread offers the steps, with all names and texts, and a button to say they are done."
    if notes.leaves:
        return f"After the click there are {context.team.cancel_seconds:.0f} seconds to cancel."
    return "Nothing leaves the organisation."


def asked_again(notes: NotesPlan, by: str, by_address: str) -> NotesAsked:
    """What a plan was made from."""
    meeting: datetime | None = notes.meeting
    return NotesAsked(
        notes.lead_id,
        notes.organisation,
        meeting,
        notes.participants,
        notes.message,
        by,
        by_address,
        notes.chosen,
    )
