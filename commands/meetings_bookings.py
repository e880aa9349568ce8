"""Bookings: one that belongs to no lead we know, the name of a contact, a time that the running notes say wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from commands import hail_views, lead_update_views, views
from commands.act import Act
from commands.hail_planning import first_asked, from_addresses
from commands.lead_update_messages import show_entry
from commands.procedures import leads
from commands.registry import action, options, submission
from sops import addresses, blocks, bookings, bookings_said, bookings_unmatched
from sops.blocks import Block, escape
from sops.bookings_unmatched import Unmatched
from sops.running_notes_prepare import when
from sops.status_update_plan import Saying
from store.lead import Contact, Event, Lead, as_it_stands
from store.meeting import MeetingState
from store.ports import AddressTaken

Contacts = tuple[Contact, ...]

TITLE = "Whose booking is it?"
FORM = "booking_form"
SEARCH = "booking_lead"
_GONE = "This booking was cancelled, or has a lead by now."
_READING = "Reading the mail from Freshdesk and checking the meeting link…"


@action("booking_new_lead")
def new_lead(act: Act) -> None:
    """The plan of Hail the Lead for who booked; it offers "New lead, no mail" too."""
    act.ack()
    one = _unmatched(act, act.value)
    if one is None:
        act.whisper([blocks.section(_GONE)])
        return
    read = _who_booked(one)
    if isinstance(read, str):
        act.whisper([blocks.section(f":warning: {escape(read)}")])
        return
    act.open(views.loading(hail_views.TITLE, _READING))
    from_addresses(act, first_asked(act, ((read,),), "a booking at Calendly"))


@action("booking_assign")
def assign(act: Act) -> None:
    """Ask which lead it belongs to."""
    act.ack()
    one = _unmatched(act, act.value)
    if one is None:
        act.whisper([blocks.section(_GONE)])
        return
    search: Block = {
        "type": "external_select",
        "action_id": SEARCH,
        "placeholder": blocks.plain("Name, address or ticket", 150),
        "min_query_length": 1,
    }
    add = blocks.option(f"Add {one.address} to its contacts", "yes")
    boxes: Block = {"type": "checkboxes", "action_id": "value", "options": [add], "initial_options": [add]}
    shown = [
        blocks.section(f"*{escape(blocks.cut(one.name, 200))}* ({escape(one.address)}) booked a meeting."),
        blocks.input_block("It belongs to", "lead", search),
        blocks.input_block("So that later ones are known", "add", boxes, optional=True),
    ]
    metadata = {"channel": act.channel, "uri": one.uri}
    act.open(views.modal(TITLE, shown, callback_id=FORM, submit="It is theirs", metadata=metadata))


@options(SEARCH)
def found_leads(act: Act) -> list[dict[str, object]]:
    """The same leads as every other form finds."""
    return leads(act)


@submission(FORM)
def assigned(act: Act) -> None:
    """The lead's thread says the rest."""
    uri, lead_id = str(act.metadata["uri"]), act.typed("lead")
    one = _unmatched(act, uri)
    if one is None:
        gone = blocks.section(_GONE)
        act.ack(response_action="update", view=views.message(TITLE, gone))
        return
    if act.typed("add") == "yes" and (problem := _add_contact(act, lead_id, one)):
        act.ack(response_action="errors", errors={"lead": problem})
        return
    act.ack()
    lead = bookings.attach(lead_id, uri)
    if lead.id != lead_id:
        words = f"This booking belongs to *{escape(blocks.cut(lead.organisation, 200))}* already."
        act.whisper([blocks.section(words)])


@action(bookings_said.NAME_CONTACT)
def name_contact(act: Act) -> None:
    """The contact is called as they called themselves when they booked; one who has a name by now keeps it."""
    act.ack()
    lead_id, _, meeting_id = act.value.partition(" ")
    lead = act.context.store.get(lead_id)
    meeting = next(each for each in lead.meetings if each.id == meeting_id)
    contact = bookings_said.unnamed(lead, meeting)
    read = _read(contact.address, meeting.name) if contact is not None else ""
    if isinstance(read, Contact):
        _change_contacts(
            act,
            lead_id,
            lambda known: tuple(read if one.key == read.key and not one.name else one for one in known),
            f"Contact named: {addresses.as_typed(read)}, as in their booking",
        )
    bookings_said.say(act.context.store.get(lead_id), meeting_id)


@action(bookings_said.NOTE_CHANGE)
def note_change(act: Act) -> None:
    """The running notes name a time that is no more: prepared words, as an update for the notes."""
    act.ack()
    lead_id, _, meeting_id = act.value.partition(" ")
    act.open(views.loading(lead_update_views.TITLE, "Looking who reads the running notes…"))
    lead = act.context.store.get(lead_id)
    meeting = next(each for each in lead.meetings if each.id == meeting_id)
    moved = meeting.state is not MeetingState.CANCELLED
    words = act.context.words.render(
        "meeting/changed.txt.j2",
        before=when(act.context, meeting.noted),
        now=when(act.context, meeting.starts_at) if moved else "",
    )
    there = (
        line.text for line in as_it_stands(act.context.store.timeline(lead.id)) if line.audience == "notes"
    )
    if not bookings_said.is_noted_wrong(meeting):
        _tell(act, "The running notes do not say another time any more.")
    elif words in there:
        _tell(act, "The running notes say so already.")
    else:
        show_entry(act, lead, Saying(words, act.user))


def _tell(act: Act, words: str) -> None:
    act.show(views.message(lead_update_views.TITLE, blocks.section(words)))


def _add_contact(act: Act, lead_id: str, one: Unmatched) -> str:
    """Why not, where the address cannot be mailed or another lead has it."""
    read = _who_booked(one)
    if isinstance(read, str):
        return read
    contact = read

    def added(known: Contacts) -> Contacts:
        return known if any(each.key == contact.key for each in known) else (*known, contact)

    try:
        _change_contacts(act, lead_id, added, f"Contact added: {contact.address}, who booked a meeting")
    except AddressTaken as taken:
        other = act.context.store.get(taken.lead_id).organisation
        return f"{taken.address} belongs to another lead, {blocks.cut(other, 200)}."
    return ""


def _change_contacts(act: Act, lead_id: str, change: Callable[[Contacts], Contacts], words: str) -> None:
    """Told in the timeline where anything changes. Raises AddressTaken."""
    now = act.context.clock.now()

    def telling(before: Lead, after: Lead) -> Event | None:
        event = Event(f"edited:{now.isoformat()}", now, "change", words, act.user)
        return event if before.contacts != after.contacts else None

    act.context.store.update(
        lead_id, lambda lead: replace(lead, contacts=change(lead.contacts)), telling=telling
    )
    act.context.progress.card(lead_id)


def _who_booked(one: Unmatched) -> Contact | str:
    return _read(one.address, one.name)


def _read(address: str, name: str) -> Contact | str:
    """Read like any address that a stranger gives; in words, what is wrong with it."""
    parsed = addresses.parse(addresses.as_typed(Contact(address, blocks.cut(name, 200))))
    if len(parsed.contacts) == 1 and not parsed.problems:
        return parsed.contacts[0]
    return blocks.cut(" ".join(parsed.problems) or "This is not one e-mail address.", 200)


def _unmatched(act: Act, uri: str) -> Unmatched | None:
    """None where it was cancelled, or is a lead's by now (a crash may have kept the message from saying so)."""
    if act.context.store.find_by_booking(uri) is not None:
        return None
    return next((each for each in bookings_unmatched.all_of(act.context) if each.uri == uri), None)
