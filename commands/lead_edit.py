"""Edit on a lead: who they are, how they came, and the next step."""

from __future__ import annotations

from datetime import date

from commands import running_notes, views
from commands.act import Act, View
from commands.lead_modal import refresh_under, under
from commands.registry import action, submission
from sops import addresses, blocks, lead_edit
from sops.blocks import Block, escape
from sops.context import Context
from sops.lead_edit import FIELDS, Clash, Saved, Values, marks, values_of
from store.lead import Lead
from store.lifecycle import Phase
from store.ports import AddressTaken

FORM = "lead_edit_form"
_TITLE = "Edit lead"
_CONTACTS_LENGTH = 3000
_NAME_LENGTH = 200


@action("lead_edit")
def edit(act: Act) -> None:
    act.ack()
    lead = act.context.store.get(act.value)
    views.open_over(act, _form(act, lead, values_of(lead), under(act)))


@submission(FORM)
def edited(act: Act) -> None:
    """Saved before the answer: it is one write, and what is wrong with it is said at the fields."""
    shown: dict[str, str] = act.metadata["shown"]
    typed = {field: _typed(act, field) for field in shown}
    changed = {field for field, mark in marks(typed).items() if mark != shown[field]}
    problems = _problems(act.context, typed, changed)
    if not problems:
        try:
            saved = lead_edit.save(act.context, str(act.metadata["lead_id"]), shown, typed, act.user)
        except AddressTaken as taken:
            other = blocks.cut(act.context.store.get(taken.lead_id).organisation, _NAME_LENGTH)
            problems = {"contacts": f"{taken.address} belongs to another lead, {other}."}
        except Clash as clash:
            act.ack(response_action="update", view=_clashed(act, clash, typed, changed))
            return
    if problems:
        errors = {_input(act, field): blocks.cut(words, 2000) for field, words in problems.items()}
        act.ack(response_action="errors", errors=errors)
        return
    _answer(act, saved)


def _typed(act: Act, field: str) -> str:
    text = act.typed(_input(act, field)).strip()
    return text if field == "contacts" else " ".join(text.split())


def _input(act: Act, field: str) -> str:
    """The block of a field. It carries the lead's version: Slack keeps what was typed where a block stays the same,
    and a form that is shown again has to show what it is filled with."""
    return f"{field}_{act.metadata['version']}"


def _problems(context: Context, typed: Values, changed: set[str]) -> dict[str, str]:
    """What cannot be saved, by field; only what the person changed is looked at."""
    found = {}
    if "contacts" in changed:
        parsed = addresses.parse(typed["contacts"])
        if parsed.problems or not parsed.contacts:
            found["contacts"] = " ".join(parsed.problems) or "A lead has at least one contact."
    if "organisation" in changed:
        if not typed["organisation"]:
            found["organisation"] = "A lead has a name; a working name will do."
        elif typed["organisation"].casefold() == context.team.placeholder.casefold():
            found["organisation"] = "That is what the templates say in place of a name. Type the name itself."
    due, today = typed["next_step_due"], context.clock.today()
    if "next_step_due" in changed and due and date.fromisoformat(due) < today:
        found["next_step_due"] = f"{due} is over: today is {today}."
    if due and not typed["next_step"]:
        found["next_step"] = "Say what is to be done by that date."
    return found


def _clashed(act: Act, clash: Clash, typed: Values, changed: set[str]) -> View:
    """The form again, with what the person typed, and beside it what somebody else wrote there meanwhile."""
    now = values_of(clash.lead)
    values = {field: typed[field] if field in changed else now[field] for field in typed}
    told: list[Block] = []
    for field in (field for field in FIELDS if field in clash.fields):
        words = escape(blocks.cut(now[field], 500)) or "nothing"
        told.append(
            blocks.section(
                f":warning: *{FIELDS[field]}* was changed by somebody else meanwhile. It says now:\n{words}\n"
                "Yours is below, and replaces it when you press Save."
            )
        )
    return _form(act, clash.lead, values, str(act.metadata["under"]), told)


def _form(act: Act, lead: Lead, values: Values, under_it: str, told: list[Block] | None = None) -> View:
    """`values`: what it is filled with; what it is compared with later is the lead."""
    held = values_of(lead)
    fields = {field: _field(field, f"{field}_{lead.version}", values[field]) for field in FIELDS}
    shown = list(told or [])
    if max(len(held["contacts"]), len(values["contacts"])) > _CONTACTS_LENGTH:
        del fields["contacts"]
        shown.append(
            blocks.context(f"The {len(lead.contacts)} contacts are too many to be edited in a form.")
        )
    kept = {
        "channel": act.channel,
        "lead_id": lead.id,
        "version": lead.version,
        "under": under_it,
        "shown": marks({field: held[field] for field in fields}),
    }
    return views.modal(
        _TITLE, [*shown, *fields.values()], callback_id=FORM, submit="Save", close="Cancel", metadata=kept
    )


def _field(field: str, block_id: str, value: str) -> Block:
    name = FIELDS[field]
    if field == "contacts":
        hint = "One a line, as in: Ada Lovelace <ada@uni.example>"
        return blocks.text_input(
            name, block_id, initial=value, multiline=True, hint=hint, max_length=_CONTACTS_LENGTH
        )
    if field == "next_step_due":
        picker: Block = {"type": "datepicker", "action_id": "value"}
        if value:
            picker["initial_date"] = value
        return blocks.input_block(name, block_id, picker, optional=True)
    longest = 500 if field == "next_step" else _NAME_LENGTH
    needed = field == "organisation"
    return blocks.text_input(name, block_id, initial=value, optional=not needed, max_length=longest)


def _answer(act: Act, saved: Saved) -> None:
    """Back to where the person came from, unless there is something that they have to know, or to rename in Drive."""
    told, renamed = _remarks(saved), _needs_renaming(saved)
    if told or renamed:
        done = [blocks.section(":white_check_mark: Saved."), *told]
        view = views.loading(_TITLE, "Looking at Google Drive…") if renamed else views.message(_TITLE, *done)
        act.ack(response_action="update", view=act.named(view))
        if renamed:
            running_notes.show_renaming(act, saved.after, done)
    else:
        act.ack()
    refresh_under(act, saved.after.id)


def _needs_renaming(saved: Saved) -> bool:
    """A closed lead's papers stay as they are until somebody reopens it."""
    before, after = saved.before, saved.after
    there = after.folder is not None or after.notes is not None
    return there and before.organisation != after.organisation and after.phase is not Phase.CLOSED


def _remarks(saved: Saved) -> list[Block]:
    """Who can still read the notes although no contact any more: nothing is unshared by a change of ours."""
    before, after = saved.before, saved.after
    kept = {contact.key for contact in after.contacts}
    gone = {contact.key for contact in before.contacts} - kept
    reading = [
        reader.address
        for reader in after.readers
        if reader.can_open and reader.address.strip().casefold() in gone
    ]
    if not reading or after.notes is None:
        return []
    where = blocks.link(after.notes.link, "running notes") if after.notes.link else "running notes"
    words = escape(blocks.cut(", ".join(reading), 1000))
    told = f":warning: {words} can still read the {where}. Nothing is unshared by itself: take them out in Google "
    return [blocks.section(f"{told}Drive if they should not.")]
