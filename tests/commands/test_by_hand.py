"""Steps done by a person: everything prepared, remembered as made, and for senders only where something leaves."""

from __future__ import annotations

from dataclasses import replace

from commands import lead_update_views, meetings_views
from commands.running_notes_views import plan_view
from services.google_drive import Shared
from sops import engine
from sops.meeting_log import OFFER
from sops.meeting_plan import prepare as prepare_log
from sops.running_notes_plan import NotesAsked, of
from sops.running_notes_prepare import prepare
from sops.status_update_plan import Saying
from sops.status_update_plan import prepare as prepare_update
from store.lead import Lead, Reader
from store.meeting import Verbal
from store.plan import End, Plan
from tests import desk
from tests.commands.test_lead_update import assistant_may_only_read
from tests.lead_with_notes import known_lead
from tests.notes_office import AGREEMENTS, a_lead, in_drive, over
from tests.office import CHANNEL, Office
from tests.oracles import complaints
from tests.sops.test_entry_checks import said
from tests.workspace import Message, Person


def done_by_hand(damian: Person, stopped: Message) -> str:
    """Press Do by hand and Done; the words of the form."""
    damian.press("Do by hand", stopped)
    form = damian.modal("Do by hand")
    assert damian.submit(view=form)["outcome"] == "ok"
    damian.no_modal()
    return damian.text_of(form)


def notes_plan(office: Office, lead: Lead) -> Plan:
    asked = NotesAsked(lead.id, lead.organisation, None, lead.contacts, "Hello <Ada>!", "U01DAMIAN")
    return prepare(office.assistant.context, asked)


def test_running_notes_that_google_refuses_are_filled_and_shared_by_hand_and_not_again(
    office: Office,
) -> None:
    damian, lead = office.person(), a_lead(office)
    folder = in_drive(office, "folders", name=lead.organisation, parent=AGREEMENTS)["id"]
    name = f"Running notes -- {lead.organisation} + 2i2c"
    in_drive(office, "documents", name=name, parent=folder, text="About PartnerX\n")
    plan = notes_plan(office, lead)

    def stopped_at(title: str) -> Message:
        def fits() -> Message | None:
            shown: Message = over(office, damian, lead)
            return shown if f"✗ {title}" in damian.text_of(shown) else None

        found: Message = office.sandbox.wait_until(fits)
        return found

    too_many = desk.fault(office.sandbox, "google", "POST *permissions", "sharingRateLimitExceeded", times=0)
    with too_many:
        with assistant_may_only_read(office):
            engine.enqueue(plan, "U01DAMIAN", CHANNEL)
            words = done_by_hand(damian, stopped_at("Fill in the organisation's name"))
            assert f"put “{lead.organisation}” in the place of “PartnerX”" in words and name in words
            second = stopped_at("Write the first dated line")
        assert "(Damian)\nRunning notes created." in done_by_hand(damian, second)
        words = done_by_hand(damian, stopped_at("Share it with the participants"))
        assert f"as Editor with:\n• {lead.contacts[0].address}" in words and "Hello &lt;Ada&gt;!" in words
    office.sandbox.wait_until(lambda: "shared by hand" in damian.text_of(over(office, damian, lead)))
    again = of(notes_plan(office, lead))
    assert not again.lines and not again.fills
    (ada,) = office.store.get(lead.id).readers
    assert ada.can_open and ada.words == "let in by hand"


def test_lines_of_a_meeting_are_shown_to_whoever_writes_them_by_hand(office: Office) -> None:
    damian, known = office.person(), known_lead(office)
    plan = prepare_log(
        office.assistant.context, known.lead, said(office, notes="Ada asked for a demo"), "U01DAMIAN"
    )
    with assistant_may_only_read(office):
        run = office.carries_out(plan)
        assert run.end is End.FAILED
        words = done_by_hand(damian, known.said(damian, "✗ Write into the running notes"))
    assert (
        "Meeting (Damian)\nAda asked for a demo" in words and f"*{known.reader}* can read it there." in words
    )
    known.said(damian, "logged: held")
    assert len(known.lead.meetings) == 1


def test_what_stays_inside_is_tried_again_by_anybody_and_what_leaves_by_senders(office: Office) -> None:
    bea, known = office.person("U03BEA"), known_lead(office, notes=False)
    declined = replace(said(office, verbal=Verbal.NO), follow=False)
    inside = prepare_log(office.assistant.context, known.lead, declined, "U01DAMIAN")
    with desk.fault(office.sandbox, "slack", "chat.postMessage", "500", match=OFFER, times=0):
        assert office.carries_out(inside).end is End.FAILED
    bea.press("Retry", known.said(bea, "✗ Offer what follows"))
    known.said(bea, "said no.")
    other = a_lead(office)
    with assistant_may_only_read(office):
        assert office.carries_out(notes_plan(office, other)).end is End.FAILED
    bea.press("Retry", over(office, bea, other))
    bea.wait_for(
        CHANNEL, lambda one: one.get("is_ephemeral") and "Only senders can do this" in bea.text_of(one)
    )


def test_without_google_a_person_makes_the_notes_from_prepared_steps(office: Office) -> None:
    bea, damian, lead = office.person("U03BEA"), office.person(), a_lead(office)
    context, (ada,) = office.assistant.context, lead.contacts
    alone = replace(context, services=replace(context.services, drive=None, docs=None))
    asked = NotesAsked(lead.id, lead.organisation, None, lead.contacts, "Hello <Ada>!", "U01DAMIAN")
    plan = prepare(alone, asked)
    view = plan_view(alone, plan, "U03BEA", CHANNEL)
    assert view["submit"]["text"] == "Prepare the steps" and not of(plan).leaves_at_once
    assert "Google Drive is not connected: the assistant prepares everything" in Person.text_of(view)
    engine.enqueue(plan, "U03BEA", CHANNEL)
    stopped = over(office, damian, lead)
    assert "Nothing left 2i2c." in damian.text_of(stopped)
    bea.press("Do by hand", stopped)
    bea.wait_for(
        CHANNEL, lambda one: one.get("is_ephemeral") and "Only senders can do this" in bea.text_of(one)
    )
    damian.press("Do by hand", stopped)
    form = damian.modal("Do by hand")
    words, name = damian.text_of(form), f"Running notes -- {lead.organisation} + 2i2c"
    path = "2i2c Team Drive &gt;&gt; Partnerships &gt;&gt; Agreements"
    for part in (
        f"In {path}, make a folder named “{lead.organisation}”.",
        f"Copy the document “[Template] Running Notes” into it, without its comments; name the copy “{name}”.",
        f"put “{lead.organisation}” in the place of “PartnerX”",
        "(Damian)\nRunning notes created.",
        f"as Editor with:\n• {ada.address}",
        "Hello &lt;Ada&gt;!",
    ):
        assert part in words
    damian.submit(view=form)
    office.sandbox.wait_until(lambda: "made by hand" in damian.text_of(over(office, damian, lead)))
    engine.enqueue(prepare(alone, asked), "U01DAMIAN", CHANNEL)
    damian.press("Do by hand", over(office, damian, lead, number=2))
    only = damian.modal("Do by hand", where=lambda one: one["id"] != form["id"])
    assert "Paste the document's link" in damian.text_of(only) and "folder" not in damian.text_of(only)
    made = "https://docs.google.com/document/d/1MadeByDamian_abc"
    damian.submit({"What was done": f"{made}/edit#heading=1"}, view=only)
    office.sandbox.wait_until(lambda: "made by hand" in damian.text_of(over(office, damian, lead, number=2)))
    now = office.store.get(lead.id)
    assert now.notes is not None and (now.notes.link, now.notes.name) == (made, name)
    assert [one.address for one in now.readers if one.can_open] == [ada.address]
    assert of(prepare(alone, asked)).idle


def test_without_google_a_person_writes_entries_from_prepared_lines(office: Office) -> None:
    damian, known, context = office.person(), known_lead(office), office.assistant.context
    alone = replace(context, services=replace(context.services, drive=None, docs=None))
    ada = Reader(known.address, Shared.SHARED, True, context.clock.now())
    office.store.update(known.id, lambda lead: replace(lead, readers=(ada,)))
    saying = Saying("Kick-off with <Ada>", "U01DAMIAN", next_step="call Ada")
    update = prepare_update(alone, known.lead, saying, "U01DAMIAN")
    log = prepare_log(alone, known.lead, said(office, notes="Ada asked for a demo"), "U01DAMIAN")
    ends = {"Written into the": "Kick-off with", "logged: held": "Ada asked for a demo"}
    views = (lead_update_views.plan_view, meetings_views.plan_view)
    for plan, view, (end, line) in zip((update, log), views, ends.items(), strict=True):
        shown = view(alone, plan, "U03BEA", CHANNEL)
        assert shown["submit"]["text"] == "Prepare the lines" and not complaints({"view": shown})
        assert "Google is not connected" in Person.text_of(shown) and known.reader in Person.text_of(shown)
        assert office.carries_out(plan).end is End.NEEDS_PERSON
        stopped = known.said(damian, "so a person writes this into the running notes")
        assert "Nothing was written into the running notes." in damian.text_of(stopped)
        words = done_by_hand(damian, stopped)
        assert "Under “Notes” in " in words and line in words and f"*{known.reader}* can read it" in words
        result = known.said(damian, end)
    assert known.notes == "Notes of old\n" and "Kick-off with <Ada>" in known.timeline
    assert len(known.lead.meetings) == 1 and "by <@U01DAMIAN>" in damian.text_of(result)
