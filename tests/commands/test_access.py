"""Who the assistant works for: others learn nothing of any lead, on none of the ways in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from commands.senders import may_send, senders
from sandbox.slack.workspace import User
from services.slack_threads import SlackThreads, web_client
from tests.lead_with_notes import known_lead
from tests.office import Office
from tests.workspace import Message, Person

TURNED_AWAY = "It works for full members of this Slack"
GUEST = User("U80GUEST", "gail", "Gail", "gail@elsewhere.example", is_restricted=True)
STRANGER = User("U81CONNECT", "sten", "Sten", "sten@elsewhere.example", team="T81ELSEWHERE")
WAYS: dict[str, Callable[[Person, str, Message], object]] = {
    "direct message": lambda person, name, _: person.say("dm", name),
    "mention": lambda person, name, _: person.say("C03ENGINEERING", f"@Partnerships Assistant {name}"),
    "command": lambda person, name, _: person.command("dm", f"/partnerships {name}"),
    "shortcut": lambda person, _, about: person.shortcut("lead_actions", "C03ENGINEERING", about["ts"]),
    "button": lambda person, _, about: person.press("More…", about),
}


@pytest.mark.parametrize("who", [GUEST, STRANGER], ids=lambda who: who.real_name)
def test_outsiders_in_our_slack_learn_nothing_of_a_lead(office: Office, who: User) -> None:
    workspace, slack = office.sandbox.world.workspace, office.assistant.context.services.slack
    workspace.users[who.id] = User(**who.__dict__)
    members = workspace.channels["C03ENGINEERING"].members
    members.append(who.id)
    known, person = known_lead(office, notes=False), office.person(who.id)
    words = f"news of {known.organisation}"
    button = {"type": "button", "action_id": "lead_more", "value": known.id}
    row = {"type": "actions", "elements": [button | {"text": {"type": "plain_text", "text": "More…"}}]}
    slack.post("C03ENGINEERING", words, [row])
    about = person.wait_for("C03ENGINEERING", lambda one: "More…" in person.buttons(one))
    try:
        for number, go in enumerate(WAYS.values(), 1):
            go(person, known.organisation, about)
            office.sandbox.wait_until(partial(_told, person, number))
        assert TURNED_AWAY in person.text_of(person.home(where=lambda view: view["blocks"]))
        seen = [*person.messages("dm"), *person.messages("C03ENGINEERING")]
        assert known.address not in "".join(person.text_of(one) for one in seen)
        assert person.look()["modal"] is None
    finally:
        members.remove(who.id)


def _told(person: Person, times: int) -> bool:
    """Whether this person was turned away so often by now."""
    seen = [*person.messages("dm"), *person.messages("C03ENGINEERING")]
    return sum(TURNED_AWAY in person.text_of(one) for one in seen) == times


def test_a_guest_in_the_teams_channel_is_answered(office: Office) -> None:
    known, gus = known_lead(office, notes=False), office.person("U04GUS")
    ts = gus.say("dm", f"news of {known.organisation}")["ts"]
    answer = gus.wait_for("dm", lambda one: one["ts"] > ts and known.address in gus.text_of(one))
    assert "More…" in gus.buttons(answer)


def test_somebody_of_another_workspace_is_no_sender(office: Office) -> None:
    workspace, context = office.sandbox.world.workspace, office.assistant.context
    workspace.users["U82CONNECT"] = User("U82CONNECT", "siv", "Siv", team="T81ELSEWHERE")
    members = workspace.channels["G02SENDERS"].members
    members.append("U82CONNECT")
    try:
        slack = SlackThreads(web_client("xoxb-sandbox", office.sandbox.slack_api))
        fresh = replace(context, services=replace(context.services, slack=slack))
        assert [may_send(fresh, user) for user in ("U82CONNECT", "U04GUS", "U02JIM")] == [False, False, True]
        assert "U82CONNECT" not in senders(fresh)
    finally:
        members.remove("U82CONNECT")


def test_a_guest_names_somebody_else_as_the_owner_of_a_new_lead(office: Office) -> None:
    gus, address = office.person("U04GUS"), office.new_address()
    plan = office.plan(gus, address)
    assert "Gus is a guest. Owners are full members. Change the owner." in gus.text_of(plan)
    gus.press("New lead, no mail", plan)
    form = gus.modal(where=lambda one: (one.get("submit") or {}).get("text") == "Show the plan")
    assert "Gus is a guest." in gus.text_of(form) and office.lead_of(address) is None
    assert gus.submit({"Owner": "U01DAMIAN"}, view=form)["outcome"] == "ok"
    again = gus.modal(where=lambda one: one["id"] != form["id"] and "New lead, no mail" in gus.buttons(one))
    assert "is a guest" not in gus.text_of(again)
    gus.press("New lead, no mail", again)
    lead = office.sandbox.wait_until(lambda: office.lead_of(address))
    assert lead.owner == "U01DAMIAN"
    gus.close(everything=True)
