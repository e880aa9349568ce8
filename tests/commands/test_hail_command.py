"""/hail-lead in Slack: the form, the fields, known leads, several leads, who may send."""

from __future__ import annotations

import pytest

from tests import desk
from tests.office import CHANNEL, Office
from tests.workspace import Person, View

HOSTILE = '<!channel> "O\'Reilly" \\ 🎉'


def form(office: Office, damian: Person) -> View:
    return office.plan(damian, "")


def filled(contacts: str, **more: str) -> dict[str, str | None]:
    return {"Contacts": contacts, "Organisation": None, "Source": None, "Owner": "U01DAMIAN"} | more


def test_called_with_nothing_it_asks(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    view = form(office, damian)
    assert view["submit"]["text"] == "Show the plan"
    damian.submit(filled(address, Organisation="Ada's Lab", Source="a conference"), view=view)
    plan = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    assert "Ada's Lab" in damian.text_of(plan)
    damian.close()
    back = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Show the plan")
    typed = back["state"]["values"]["contacts"]["value"]["value"]
    assert typed == address
    damian.close(everything=True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ada", "“ada” is not an e-mail address"),
        ("ada@uni.example, @@", "“@@” is not an e-mail address"),
        ("zoë@uni.example", "no accented letters"),
        (
            " ".join(f"a{n}@big.example" for n in range(50)),
            "50 addresses are too many at once; 10 is the most",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field(office: Office, typed: str, said: str) -> None:
    damian = office.person()
    view = form(office, damian)
    refused = damian.submit(filled(typed), view=view)
    assert said in refused["errors"]["contacts"]
    kept = damian.modal()
    assert kept["state"]["values"]["contacts"]["value"]["value"] == typed
    damian.close(everything=True)


@pytest.mark.parametrize("typed", ["ada", "ada@uni", " ".join(f"a{n}@big.example" for n in range(50))])
def test_a_command_with_bad_addresses_opens_the_form_with_what_was_typed(office: Office, typed: str) -> None:
    damian = office.person()
    view = office.plan(damian, typed)
    words = damian.text_of(view)
    assert "not an e-mail address" in words or "too many" in words
    initial = next(one for one in view["blocks"] if one["block_id"] == "contacts")["element"]["initial_value"]
    assert initial.replace(", ", " ") == typed
    damian.close(everything=True)


def test_3001_characters_do_not_fit_and_slack_says_so(office: Office) -> None:
    damian = office.person()
    view = form(office, damian)
    refused = damian.submit(filled("a" * 3001), view=view)
    assert refused["errors"]
    damian.close(everything=True)


def test_a_hostile_organisation_pings_nobody_and_breaks_nothing(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    view = form(office, damian)
    damian.submit(filled(address, Organisation=HOSTILE, Source="<script>alert(1)</script>"), view=view)
    damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.submit()
    office.send_now(damian, address)
    card = office.card_of(damian, address)
    assert "&lt;!channel&gt;" in damian.text_of(card)
    assert "<!channel>" not in damian.text_of(card)
    lead = office.lead_of(address)
    assert lead is not None
    assert lead.organisation == HOSTILE
    assert len(office.mails_to(address)) == 1


def test_a_known_address_shows_that_lead_instead(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    view = office.plan(damian, address.upper())
    words = damian.text_of(view)
    assert "is a lead already" in words
    assert "Open its thread" in damian.buttons(view)
    assert not view["submit"]
    damian.close(everything=True)
    assert len(office.mails_to(address)) == 1


def test_a_known_organisation_shows_that_lead_or_makes_another(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.hail(damian, address)
    second = f"bo@cs.{address.partition('@')[2]}"
    view = office.plan(damian, second)
    assert "is known" in damian.text_of(view)
    damian.press("It is another lead", view)
    damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.submit()
    office.send_now(damian, second)
    assert office.lead_of(second) != office.lead_of(address)


def test_public_mail_providers_never_match_by_domain(office: Office) -> None:
    damian = office.person()
    office.hail(damian, "ada.lovelace.1815@gmail.com")
    view = office.plan(damian, "bo.1815@gmail.com")
    assert view["submit"]["text"] == "Send to 1 outsider"
    damian.close(everything=True)


def test_colleagues_of_one_organisation_get_one_mail(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    bo = f"bo@{address.partition('@')[2]}"
    view = office.plan(damian, f"{address} {bo}")
    assert view["submit"]["text"] == "Send to 2 outsiders"
    damian.submit()
    office.send_now(damian, address)
    (mail,) = office.mails_to(address)
    assert mail["to"] == [address]
    assert set(mail["cc"]) == {bo, "partnerships@2i2c.org"}
    assert len(office.tickets_of(address)) == 1
    assert office.tickets_of(bo) == []


@pytest.mark.parametrize(("answer", "leads"), [("2 leads", 2), ("One lead", 1)])
def test_addresses_of_two_organisations_are_asked_about(office: Office, answer: str, leads: int) -> None:
    damian, ada, bo = office.person(), office.new_address(), office.new_address("bo")
    view = office.plan(damian, f"{ada} {bo}")
    assert "How many leads are they?" in damian.text_of(view)
    damian.submit({"How many leads are they?": answer}, view=view)
    damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 2 outsiders")
    damian.submit()
    for address in (ada, bo)[:leads]:
        office.press_send_now(damian, address)
    office.sandbox.wait_until(lambda: office.mails_to(ada) and office.mails_to(bo))
    found = {lead.id for lead in (office.lead_of(ada), office.lead_of(bo)) if lead}
    assert len(found) == leads


def test_five_leads_take_one_command_and_one_send(office: Office) -> None:
    damian = office.person()
    addresses = [office.new_address(f"lead{n}") for n in range(5)]
    view = office.plan(damian, "\n".join(addresses))
    assert view["submit"]["text"] == "Send to 5 outsiders"
    damian.submit()
    for address in addresses:
        office.press_send_now(damian, address)
        office.wait_for_end(damian, address)
    assert [len(office.mails_to(address)) for address in addresses] == [1] * 5


def test_a_new_lead_without_mail_can_be_hailed_from_its_card(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.press("New lead, no mail")
    damian.modal(where=lambda one: "No mail was sent" in damian.text_of(one))
    damian.close(everything=True)
    card = damian.wait_for(CHANNEL, f"{address} · not hailed yet")
    assert office.mails_to(address) == []
    damian.press("Hail", card)
    damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.submit()
    office.send_now(damian, address)
    assert len(office.mails_to(address)) == 1
    assert len([one for one in damian.messages(CHANNEL) if one["ts"] == card["ts"]]) == 1


@pytest.mark.parametrize("user", ["U03BEA", "U04GUS"])
def test_only_senders_may_send_and_others_see_who_can(office: Office, user: str) -> None:
    someone, address = office.person(user), office.new_address()
    view = office.plan(someone, address)
    assert not view["submit"]
    assert "Only senders can do this: <@U01DAMIAN>, <@U02JIM>" in someone.text_of(view)
    someone.close(everything=True)


def test_send_me_a_copy_first_reaches_only_me(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.press("Send me a copy first")
    damian.wait_for(CHANNEL, "A copy is on its way to damian@2i2c.org")
    copies = [mail for mail in office.mails_to("damian@2i2c.org") if mail["subject"].startswith("[Copy]")]
    assert copies
    assert office.mails_to(address) == []
    damian.close(everything=True)


def test_change_goes_back_to_the_form_filled_in(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.press("Change")
    view = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Show the plan")
    contacts = next(one for one in view["blocks"] if one["block_id"] == "contacts")
    assert contacts["element"]["initial_value"] == address
    damian.submit(filled(address, Organisation="Another Name"), view=view)
    plan = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    assert "Another Name" in damian.text_of(plan)
    damian.close(everything=True)


def test_a_closed_plan_is_offered_again(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    office.plan(damian, address)
    damian.close()
    told = damian.wait_for(CHANNEL, f"You closed the plan of Hail the Lead ({address}). Nothing was sent.")
    damian.press("Open it again", told)
    assert damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.close(everything=True)


def test_a_plan_of_yesterday_is_made_anew(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    view = office.plan(damian, address)
    office.sandbox.world.clock.advance(25 * 3600)
    damian.submit(view=view)
    told = damian.modal(where=lambda one: "plans hold for a day" in damian.text_of(one))
    assert "Nothing was sent" in damian.text_of(told)
    damian.press("Make a new plan", told)
    damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    damian.submit()
    office.send_now(damian, address)
    assert len(office.mails_to(address)) == 1


def test_a_form_that_came_too_late_is_said_privately(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    with desk.fault(office.sandbox, "slack", "views.open", "delay", match="Hail the Lead", seconds=3.2):
        damian.command(CHANNEL, f"/hail-lead {address}")
        told = damian.wait_for(CHANNEL, "Slack waited too long for the form")
    assert "Nothing was done" in damian.text_of(told)


def test_a_slack_that_drops_the_connection_is_named_and_can_be_asked_again(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    with desk.fault(office.sandbox, "slack", "views.open", "lost_before"):
        damian.command(CHANNEL, f"/hail-lead {address}")
        damian.wait_for(CHANNEL, "Slack gave no answer. Nothing was sent.")
        assert damian.look()["modal"] is None
    assert office.plan(damian, address)["submit"]["text"] == "Send to 1 outsider"
    damian.close(everything=True)


def test_the_message_shortcut_takes_the_address_from_the_message(office: Office) -> None:
    damian, address = office.person(), office.new_address()
    said = damian.say(CHANNEL, f"Met somebody nice: {address}. Shall we?")
    damian.shortcut("hail_this_lead", CHANNEL, said["ts"])
    view = damian.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Send to 1 outsider")
    assert address in damian.text_of(view)
    damian.close(everything=True)


def test_a_message_without_an_address_opens_the_form(office: Office) -> None:
    damian = office.person()
    said = damian.say(CHANNEL, "nothing to see here")
    damian.shortcut("hail_this_lead", CHANNEL, said["ts"])
    view = damian.modal(where=lambda one: "no e-mail address in that message" in damian.text_of(one))
    assert view["submit"]["text"] == "Show the plan"
    damian.close(everything=True)
