"""/qualify-lead: the seven questions saved half-filled, two people in one form, and the decision at the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from sops import phases
from sops.maniact_answers import Given, save, sheet
from store.lead import Contact, Event, Lead, new_lead, new_lead_id
from store.lifecycle import Phase
from store.qualification import Answer, Judgement, Letter, Mark, Verdict, current, judged
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Person, View

CANDIDATE, QUALIFIED = "Good candidate", "Qualified"
BOTH_YES = {CANDIDATE: "Yes", QUALIFIED: "Yes"}


def new(office: Office, *answers: Answer, **changed: object) -> Lead:
    """A lead that exists, with these answers."""
    address = office.new_address()
    organisation = f"{address.partition('@')[2]} <!channel> & Sons"
    lead = new_lead(new_lead_id(), organisation, (Contact(address),), at=datetime.now(UTC), by="U01DAMIAN")
    return office.store.create(replace(lead, answers=answers, **changed))  # type: ignore[arg-type]


def opened(person: Person, lead: Lead) -> View:
    """Type the command; the form, once it is filled."""
    assert person.command(CHANNEL, f"/qualify-lead {lead.contacts[0].address}")["outcome"] == "ok"
    return person.modal("Qualify (MANIAC-T)", where=is_loaded)


def saved(person: Person, values: dict[str, str | None]) -> None:
    """Press Save, after which the form is gone."""
    assert person.submit(values)["outcome"] == "ok"
    person.no_modal()


def held(view: View, label: str) -> str | None:
    """What the input of this label is filled with."""
    (element,) = (
        block["element"]
        for block in view["blocks"]
        if block["type"] == "input" and block["label"]["text"] == label
    )
    chosen = element.get("initial_option")
    return str(chosen["value"]) if chosen else element.get("initial_value")


def plain_texts(view: View) -> list[str]:
    """The sections in which nothing can mention anybody."""
    sections = [block for block in view["blocks"] if block["type"] == "section"]
    return [block["text"]["text"] for block in sections if block["text"]["type"] == "plain_text"]


def last_line(office: Office, lead: Lead) -> Event:
    return office.store.timeline(lead.id)[-1]


def test_a_half_filled_form_is_saved_and_prefilled_the_next_time(office: Office) -> None:
    damian, lead = office.person(), new(office)
    form = opened(damian, lead)
    words = damian.text_of(form)
    assert "Is there a specific amount of money set aside for the project?" in words
    assert "What does the buying process look like for this prospect?" in words
    assert "&lt;!channel&gt; &amp; Sons" in words
    evidence = "<!channel> 50 & 60 k " + "x" * 2979
    saved(
        damian,
        {
            "Money: how it looks": ":white_check_mark: good",
            "Money: evidence": evidence,
            "Need: evidence": " ",
        },
    )
    (answer,) = office.store.get(lead.id).answers
    assert (answer.letter, answer.mark, answer.evidence, answer.by) == (
        Letter.MONEY,
        Mark.GOOD,
        evidence,
        "U01DAMIAN",
    )
    line = last_line(office, lead)
    assert line.text.startswith("MANIAC-T: Money good (was unknown): <!channel> 50 & 60 k xxx")
    assert line.audience == "team"
    form = opened(damian, lead)
    assert held(form, "Money: evidence") == evidence
    assert (held(form, "Money: how it looks"), held(form, "Need: how it looks")) == ("good", "unknown")
    assert "<@U01DAMIAN>, <!date^" in damian.text_of(form)
    saved(damian, {})
    assert office.store.get(lead.id).answers == (answer,), "untouched fields store nothing"
    assert last_line(office, lead) == line


def test_a_replaced_answer_stays_in_the_history_which_back_leaves_as_typed(office: Office) -> None:
    damian = office.person()
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    lead = new(office, Answer(Letter.NEED, Mark.WEAK, "no *pain* <!here>", "U0GONE", at))
    opened(damian, lead)
    saved(damian, {"Need: how it looks": "good", "Need: evidence": "two outages"})
    assert [answer.mark for answer in office.store.get(lead.id).answers] == [Mark.WEAK, Mark.GOOD]
    assert "Need good (was weak): two outages" in last_line(office, lead).text
    opened(damian, lead)
    typed = damian.modal()
    need = next(block["block_id"] for block in typed["blocks"] if "NEED.text" in block["block_id"])
    damian.press("Earlier answers (1)", values={need: "three outages"})
    history = damian.text_of(damian.modal("Need"))
    assert history.index("two outages") < history.index("no *pain* <!here>")
    assert "<@U0GONE>" in history
    damian.close()
    saved(damian, {})
    assert current(office.store.get(lead.id).answers)[Letter.NEED].evidence == "three outages"


def test_of_a_long_history_the_newest_answers_are_shown(office: Office) -> None:
    damian, at = office.person(), datetime(2026, 1, 5, 9, tzinfo=UTC)
    marks = [Mark.WEAK, Mark.GOOD] * 60
    lead = new(office, *(Answer(Letter.NEED, mark, f"no. {n}", "U02JIM", at) for n, mark in enumerate(marks)))
    opened(damian, lead)
    assert damian.press("Earlier answers (119)")["outcome"] == "ok"
    history = damian.text_of(damian.modal("Need"))
    assert "no. 119" in history
    assert "76 older ones are in the lead's timeline." in history
    damian.close(everything=True)


def test_what_two_people_write_at_different_fields_is_merged(office: Office) -> None:
    damian, jim, lead = office.person(), office.person("U02JIM"), new(office)
    opened(damian, lead)
    opened(jim, lead)
    saved(jim, {"Money: how it looks": "bad", "Money: evidence": "none"})
    saved(damian, {"Timeline: how it looks": "weak", "Timeline: evidence": "a sub-award"})
    answers = current(office.store.get(lead.id).answers)
    assert {letter: (one.mark, one.by) for letter, one in answers.items()} == {
        Letter.MONEY: (Mark.BAD, "U02JIM"),
        Letter.TIMELINE: (Mark.WEAK, "U01DAMIAN"),
    }


def test_at_the_same_field_the_others_answer_is_shown_and_nothing_typed_is_lost(office: Office) -> None:
    damian, jim, lead = office.person(), office.person("U02JIM"), new(office)
    opened(damian, lead)
    opened(jim, lead)
    saved(jim, {"Money: evidence": "Jim heard of <!channel> 10 k", "Authority: evidence": "the dean"})
    assert (
        damian.submit({"Money: evidence": "50 k", "Need: evidence": "outages"} | BOTH_YES)["outcome"] == "ok"
    )
    form = damian.modal(where=lambda one: "Meanwhile" in damian.text_of(one))
    words = damian.text_of(form)
    assert "Somebody else wrote at *Money* while you did" in words
    assert "Meanwhile <@U02JIM> wrote" in words
    assert "Jim heard of <!channel> 10 k" in plain_texts(form)
    assert (held(form, "Money: evidence"), held(form, "Authority: evidence")) == ("50 k", "the dean")
    assert (held(form, CANDIDATE), held(form, QUALIFIED)) == ("yes", "yes")
    now = office.store.get(lead.id)
    assert current(now.answers)[Letter.NEED].evidence == "outages", (
        "fields nobody else touched are stored at once"
    )
    assert not now.verdicts, "nobody decides on answers not seen"
    damian.submit({})
    damian.modal(where=lambda one: "Both answers are yes" in damian.text_of(one))
    damian.close()
    history = [one.evidence for one in office.store.get(lead.id).answers if one.letter is Letter.MONEY]
    assert history == ["Jim heard of <!channel> 10 k", "50 k"]


def test_yes_and_yes_proposes_qualified_lead_which_a_person_confirms(office: Office) -> None:
    damian, lead = office.person(), new(office)
    opened(damian, lead)
    refused = damian.submit(BOTH_YES | {QUALIFIED: None, "Qualified: reason": "they have a legal team"})
    assert "Yes or no?" in str(refused["errors"])
    damian.submit(BOTH_YES | {"Qualified: reason": "they have a legal team"})
    proposal = damian.modal(where=lambda one: "Lead → Qualified Lead" in damian.text_of(one))
    assert proposal["submit"]["text"] == "Make Qualified Lead"
    assert office.store.get(lead.id).phase is Phase.LEAD
    damian.close()
    assert "Propose Qualified Lead" in damian.buttons(opened(damian, lead)), (
        "also later, for who did not take it"
    )
    damian.submit({"Good candidate: reason": "a climate lab"})
    damian.modal(where=lambda one: "Lead → Qualified Lead" in damian.text_of(one))
    assert damian.submit()["outcome"] == "ok"
    damian.no_modal()
    now = office.store.get(lead.id)
    assert (now.phase, now.phases[-1].by) == (Phase.QUALIFIED, "U01DAMIAN")
    assert last_line(office, lead).text == "Lead → Qualified Lead: a climate lab; they have a legal team"
    assert "Propose Qualified Lead" not in damian.buttons(opened(damian, now))
    damian.close()


def test_a_proposal_that_somebody_else_answered_no_meanwhile_changes_nothing(office: Office) -> None:
    damian, lead = office.person(), new(office)
    opened(damian, lead)
    damian.submit(BOTH_YES)
    damian.modal(where=lambda one: "Lead → Qualified Lead" in damian.text_of(one))
    no = Verdict(Judgement.QUALIFIED, False, "no budget", "U02JIM", datetime.now(UTC))
    office.store.update(lead.id, lambda one: replace(one, verdicts=(*one.verdicts, no)))
    damian.submit()
    damian.modal(where=lambda one: "Nothing was changed" in damian.text_of(one))
    damian.close()
    assert office.store.get(lead.id).phase is Phase.LEAD


def test_a_no_needs_a_reason_and_offers_to_close(office: Office) -> None:
    damian, lead = office.person(), new(office)
    opened(damian, lead)
    refused = damian.submit({QUALIFIED: "No"})
    assert "Say why not" in str(refused["errors"])
    damian.submit({QUALIFIED: "No", "Qualified: reason": "<!channel> sanctions"})
    offer = damian.modal(where=lambda one: "can be closed now" in damian.text_of(one))
    assert "&lt;!channel&gt; sanctions" in damian.text_of(offer)
    now = office.store.get(lead.id)
    assert judged(now.verdicts)[Judgement.QUALIFIED].reason == "<!channel> sanctions"
    assert now.phase is Phase.LEAD
    damian.press("Close the lead…", offer)
    assert damian.submit({"reason": "not a fit"}, view=damian.modal("Close lead"))["outcome"] == "ok"
    damian.modal("Partnerships", where=lambda one: "Reopen" in damian.buttons(one))
    damian.close(everything=True)
    assert office.store.get(lead.id).phase is Phase.CLOSED


def test_a_lead_closed_meanwhile_keeps_what_was_typed_until_it_is_reopened(office: Office) -> None:
    damian, lead = office.person(), new(office)
    opened(damian, lead)
    phases.move(office.assistant.context, lead.id, Phase.CLOSED, "U02JIM", "silent")
    damian.submit({"Need: evidence": "outages"})
    form = damian.modal(where=lambda one: "was closed by <@U02JIM>" in damian.text_of(one))
    assert "silent. Nothing was saved" in damian.text_of(form)
    assert not office.store.get(lead.id).answers
    damian.press("Reopen")
    damian.modal(where=lambda one: "closed by" not in damian.text_of(one))
    saved(damian, {})
    now = office.store.get(lead.id)
    assert (now.phase, current(now.answers)[Letter.NEED].evidence) == (Phase.LEAD, "outages")


def test_a_closed_lead_says_so_and_reopens_into_the_form(office: Office) -> None:
    damian, lead = office.person(), new(office)
    phases.move(office.assistant.context, lead.id, Phase.CLOSED, "U02JIM", "declined")
    assert "was closed by <@U02JIM>" in damian.text_of(opened(damian, lead))
    damian.press("Reopen")
    form = damian.modal(where=lambda one: "Is there a specific amount" in damian.text_of(one))
    assert "· Lead" in damian.text_of(form)
    damian.close()


def test_seven_people_who_save_at_once_each_leave_their_answer_and_line(office: Office) -> None:
    lead = new(office)
    empty = sheet(lead)

    def save_one(letter: Letter) -> None:
        typed = replace(empty, given={**empty.given, letter: Given(Mark.WEAK, f"about {letter}")})
        assert not save(office.assistant.context, lead.id, typed, "U02JIM").clashes

    with ThreadPoolExecutor(len(Letter)) as people:
        list(people.map(save_one, Letter))
    assert {one.letter for one in office.store.get(lead.id).answers} == set(Letter)
    assert len([event for event in office.store.timeline(lead.id) if event.kind == "maniact"]) == len(Letter)
