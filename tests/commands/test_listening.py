"""What people write where the assistant listens: replies recorded, 📝 offered, mentions answered."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from commands.act import Act
from commands.lead_update_messages import reaction_added
from commands.listening import heard
from sandbox.slack.workspace import User
from services.slack_messages import posted
from services.slack_threads import web_client
from sops import said
from sops.status_update_offer import making, offer_of, offered
from sops.status_update_plan import Source
from sops.timeline_text import happened
from tests.commands.test_lead_update import assistant_may_only_read
from tests.lead_with_notes import Known, known_lead
from tests.office import CHANNEL, Office, is_loaded
from tests.workspace import Message, Person

WITHDRAWN = "was taken away, so this was withdrawn"


@pytest.fixture
def damian(office: Office) -> Person:
    return office.person()


def react(person: Person, ts: str, *, remove: bool = False) -> None:
    assert person.do("react", channel=CHANNEL, ts=ts, name="memo", remove=remove)["outcome"] == "ok"


def offer(person: Person, words: str) -> Message:
    def fits(one: Message) -> bool:
        return (
            bool(one.get("is_ephemeral")) and words in person.text_of(one) and "Go on" in person.buttons(one)
        )

    return person.wait_for(CHANNEL, fits)


def waits(person: Person, one: Message, known: Known) -> bool:
    """Whether it is the progress message, in the lead's thread, of an update that can still be cancelled."""
    fits = one.get("thread_ts") == known.thread.ts and known.organisation in person.text_of(one)
    return fits and "Do it now" in person.buttons(one) and not one.get("is_ephemeral")


def replayed(office: Office, kind: str) -> None:
    """Slack tells of the newest event of this type again."""
    told = [each for each in office.sandbox.world.slack.events if each["event"]["type"] == kind]
    asked = {"event_id": told[-1]["event_id"]}
    answer = office.person().http.post(office.sandbox.url("/dev/replay_event"), json=asked)
    assert answer.json() == {"replayed": True}


def told(office: Office, known: Known, lines: list[str]) -> None:
    office.sandbox.wait_until(lambda: known.timeline == lines)


def test_replies_are_team_only_updates_that_follow_what_becomes_of_them(
    office: Office, damian: Person
) -> None:
    known, gus = known_lead(office), office.person("U04GUS")
    first = known.say(damian, "Ada <called> @Jim, see https://uni.example/a?b=1&c=2")
    told(office, known, ["Ada <called> @Jim, see https://uni.example/a?b=1&c=2"])
    second = known.say(gus, "So did Bo")
    damian.say(CHANNEL, "Not in the thread")
    damian.do("edit", channel=CHANNEL, ts=first, text="Ada wrote")
    told(office, known, ["Ada wrote", "So did Bo"])
    gus.do("delete", channel=CHANNEL, ts=second)
    told(office, known, ["Ada wrote"])
    mine = [one for one in office.store.timeline(known.id) if not one.revises]
    assert next((one.by, one.audience, one.key) for one in mine) == (
        "U01DAMIAN",
        "team",
        f"said:{CHANNEL}:{first}",
    )
    assert known.notes == "Notes of old\n"
    assert [one["ts"] for one in damian.thread(CHANNEL, known.thread.ts)] == [known.thread.ts, first]


def test_what_is_said_is_recorded_before_slack_hears_that_we_have_it(office: Office) -> None:
    known, then = known_lead(office, notes=False), []
    reply = {"ts": "1763850020.000100", "thread_ts": known.thread.ts, "user": "U02JIM", "text": "first"}
    later = {"ts": "1763850021.000100", "subtype": "message_changed", "channel": CHANNEL, "type": "message"}
    changed = later | {"message": reply | {"text": "second"}, "previous_message": reply}
    gone = later | {"subtype": "message_deleted", "previous_message": reply, "ts": "1763850022.000100"}
    for event in (reply | {"type": "message", "channel": CHANNEL}, changed, gone):
        body = {"type": "event_callback", "event": event}
        client = web_client("xoxb-sandbox", office.sandbox.slack_api)
        heard(Act(office.assistant.context, client, body, lambda: then.append(known.timeline)))
    assert then == [["first"], ["second"], []]


def test_events_that_come_twice_and_in_any_order_end_the_same(office: Office) -> None:
    known, here = known_lead(office, notes=False), office.assistant.context

    def message(text: str, edited: str = "", **more: object) -> dict[str, object]:
        thread = {"ts": "1763850000.000100", "thread_ts": known.thread.ts, "user": "U02JIM", "text": text}
        return thread | ({"edited": {"ts": edited}} if edited else {}) | more

    newest = posted(CHANNEL, message("third", "1763850003.000100"))
    said.edited(here, known.id, newest, "1763850003.000200")
    said.edited(here, known.id, posted(CHANNEL, message("second", "1763850002.000100")), "1763850002.000200")
    for _ in range(2):
        said.record(here, known.id, posted(CHANNEL, message("first")))
        said.edited(here, known.id, newest, "1763850003.000200")
    assert known.timeline == ["third"]
    said.deleted(here, known.id, newest)
    said.edited(here, known.id, posted(CHANNEL, message("fourth", "1763850004.000100")), "1763850004.000200")
    assert known.timeline == []
    files = message("look", subtype="file_share", files=[{"name": "plan <1>.pdf"}], ts="1763850009.000100")
    said.record(here, known.id, posted(CHANNEL, files))
    assert known.timeline == ["look\n[plan <1>.pdf]"]
    for other in ("channel_join", "bot_message"):
        assert not posted(CHANNEL, message("x", subtype=other)).by_person
    assert posted(CHANNEL, message("x", subtype="thread_broadcast")).by_person
    assert not posted(CHANNEL, message("x", bot_id="B1")).by_person


def test_a_reaction_only_offers_and_its_removal_withdraws(office: Office, damian: Person) -> None:
    known, jim = known_lead(office), office.person("U02JIM")
    ts = known.say(jim, f"Workshop of {known.organisation} is in May")
    react(damian, ts)
    shown = offer(damian, f"Workshop of {known.organisation}")
    words = damian.text_of(shown)
    assert "nothing is written until you confirm it." in words
    assert f"where *{known.reader}* can read it" in words and "(Jim)" in words
    assert shown["thread_ts"] == known.thread.ts
    react(damian, ts, remove=True)
    source = Source(CHANNEL, ts, "U01DAMIAN")
    here = office.assistant.context

    def state() -> str:
        found = offer_of(here, known.id, source)
        return found.state if found else ""

    office.sandbox.wait_until(lambda: state() == "withdrawn")
    damian.press("Go on", shown)
    damian.wait_for(CHANNEL, WITHDRAWN)
    assert known.notes == "Notes of old\n"
    for confirmed in (1, 2):
        react(damian, ts)
        shown = offer(damian, f"Workshop of {known.organisation}")
        damian.press("Go on", shown)
        damian.submit(view=damian.modal(where=lambda view: "exactly so" in damian.text_of(view)))
        damian.no_modal()
        notice = damian.wait_for(CHANNEL, lambda one: waits(damian, one, known))
        if confirmed == 1:
            react(damian, ts, remove=True)
            known.said(damian, "was cancelled")
            damian.do("delete", channel=CHANNEL, ts=shown["ts"])
    damian.press("Do it now", notice)
    known.said(damian, "Written into the")
    assert f"Workshop of {known.organisation} is in May" in known.notes
    office.sandbox.wait_until(lambda: lines_of(known, "Workshop") == [("notes", "U02JIM")])
    react(damian, ts, remove=True)
    back = damian.wait_for(CHANNEL, lambda one: "You took your 📝 away" in damian.text_of(one))
    assert damian.buttons(back) == ["Take it back"]
    assert f"Workshop of {known.organisation} is in May" in known.notes, "a removal alone takes nothing back"
    damian.press("Take it back", back)
    damian.submit(view=damian.modal("Take it back", where=is_loaded))
    office.sandbox.wait_until(lambda: lines_of(known, "Workshop") == [("team", "U02JIM")])


def lines_of(known: Known, begins: str) -> list[tuple[str, str]]:
    """For whom and by whom, of the timeline's lines that begin so."""
    lines = happened(known.office.assistant.context, known.id)
    return [(line.audience, line.by) for line in lines if line.text.startswith(begins)]


def test_a_removal_after_google_refused_drops_the_attempt_and_claims_nothing(
    office: Office, damian: Person
) -> None:
    known = known_lead(office)
    ts = known.say(damian, f"{known.organisation} has a dean")
    react(damian, ts)
    damian.press("Go on", offer(damian, f"{known.organisation} has a dean"))
    view = damian.modal(where=lambda view: "exactly so" in damian.text_of(view))
    with assistant_may_only_read(office):
        damian.submit(view=view)
        damian.no_modal()
        damian.press("Do it now", damian.wait_for(CHANNEL, lambda one: waits(damian, one, known)))
        known.said(damian, "Nothing was written into the running notes.")
    react(damian, ts, remove=True)
    known.said(damian, "was cancelled")
    damian.wait_for(
        CHANNEL, lambda one: WITHDRAWN in damian.text_of(one) and one["thread_ts"] == known.thread.ts
    )
    assert known.notes == "Notes of old\n"


def test_reactions_told_twice_or_on_other_messages_offer_once_or_not(office: Office, damian: Person) -> None:
    known = known_lead(office)
    outside = damian.say(CHANNEL, f"{known.organisation} outside of threads")["ts"]
    ts = known.say(damian, f"{known.organisation} inside")
    for each in (known.thread.ts, outside, ts):
        react(damian, each)
    offer(damian, f"{known.organisation} inside")
    replayed(office, "reaction_added")
    answered = damian.say("dm", "hello")["ts"]
    damian.wait_for("dm", lambda one: one["ts"] > answered and "I look after leads." in damian.text_of(one))
    offers = [one for one in damian.messages(CHANNEL) if known.organisation in damian.text_of(one)]
    assert len([one for one in offers if one.get("is_ephemeral")]) == 1


def test_an_offer_that_a_crash_left_half_made_is_made_when_slack_tells_again(
    office: Office, damian: Person
) -> None:
    known, context = known_lead(office), office.assistant.context
    words, at, then = f"{known.organisation} starts in May", "9763850030.000100", []
    source = Source(CHANNEL, known.say(damian, words), "U01DAMIAN")
    react(damian, source.ts)
    offer(damian, words)

    def offers() -> int:
        shown = damian.messages(CHANNEL)
        return sum(words in damian.text_of(one) and "Go on" in damian.buttons(one) for one in shown)

    with contextlib.suppress(SystemExit), making(context, known.id, source, at) as mine:
        assert mine and offered(context, known.id, source, at, "pNOBODYSAWIT")
        raise SystemExit("between the record and what is shown")
    item = {"type": "message", "channel": CHANNEL, "ts": source.ts}
    event = {
        "type": "reaction_added",
        "user": source.asked_by,
        "reaction": "memo",
        "item": item,
        "event_ts": at,
    }
    client = web_client("xoxb-sandbox", office.sandbox.slack_api)
    for _ in range(2):
        reaction_added(Act(context, client, {"event": event}, lambda: then.append(offers())))
    assert then == [2, 2]


def test_a_mention_in_a_leads_thread_is_answered_once_and_recorded(office: Office, damian: Person) -> None:
    known = known_lead(office)
    known.say(damian, "@Partnerships Assistant what now?")
    answer = known.said(damian, known.address)
    assert "More…" in damian.buttons(answer) and "Status update" in damian.buttons(answer)
    replayed(office, "app_mention")
    told(office, known, ["@Partnerships Assistant what now?"])
    damian.press("Status update", answer)
    assert known.organisation in damian.text_of(damian.modal("Status update", where=is_loaded))
    damian.close(everything=True)
    assert len(damian.thread(CHANNEL, known.thread.ts)) == 3


@pytest.mark.parametrize("by", ["name", "address", "domain", "colleague", "ticket"])
def test_a_direct_message_finds_the_lead_by_what_it_names(office: Office, damian: Person, by: str) -> None:
    known_lead(office, notes=False, name="Anything New")  # Words of the question are a name, too.
    name = f"Institut Évolution {office.new_address().partition('@')[2].partition('.')[0]}"
    known = known_lead(office, notes=False, name=name)
    domain = known.address.partition("@")[2]
    asked = {
        "name": f"how is the {name.replace('É', 'e').lower()} doing?",
        "address": f"What about {known.address}?",
        "domain": f"anything new at {domain}?",
        "colleague": f"dan@{domain} asked",
        "ticket": "ticket #4711",
    }[by]
    if by == "ticket":
        office.store.update(known.id, lambda lead: replace(lead, ticket_id=4711))
    ts = damian.say("dm", asked)["ts"]
    answer = damian.wait_for("dm", lambda one: one["ts"] > ts and known.address in damian.text_of(one))
    assert name in damian.text_of(answer) and "More…" in damian.buttons(answer)


def test_an_unknown_address_can_be_hailed_and_hostile_words_stay_words(
    office: Office, damian: Person
) -> None:
    address = office.new_address()
    damian.say(CHANNEL, f"@Partnerships Assistant <!channel> {address} is interested")
    answer = damian.wait_for(CHANNEL, f"No lead has the address {address}")
    assert answer["thread_ts"] != answer["ts"]
    damian.press("Hail them", answer)
    assert address in damian.text_of(damian.modal("Hail the Lead", where=is_loaded))
    damian.close(everything=True)
    one, two = (known_lead(office, notes=False, name=f"Zweig <!here> {n} {address}") for n in (1, 2))
    ts = damian.say("dm", "zweig")["ts"]
    several = damian.wait_for("dm", lambda it: it["ts"] > ts and "Several leads fit" in damian.text_of(it))
    assert "Zweig &lt;!here&gt; 1" in damian.text_of(several)
    assert one.address in damian.text_of(several) and two.address in damian.text_of(several)


def test_lead_actions_opens_the_lead_of_the_thread_or_of_the_text(office: Office, damian: Person) -> None:
    known = known_lead(office, notes=False)
    for ts in (known.thread.ts, damian.say(CHANNEL, f"any news of {known.address}?")["ts"]):
        damian.shortcut("lead_actions", CHANNEL, ts)
        assert known.organisation in damian.text_of(damian.modal())
        damian.close(everything=True)


@pytest.mark.parametrize(
    ("callback_id", "words", "asked"),
    [
        ("lead_actions", "Open its thread", "chat.getPermalink"),
        ("add_to_running_notes", "For which lead?", "users.info U83NINA"),
    ],
)
def test_a_shortcut_opens_its_modal_before_it_asks_slack_about_the_lead(
    office: Office, damian: Person, callback_id: str, words: str, asked: str
) -> None:
    known, nina = known_lead(office, notes=False), User("U83NINA", "nina", "Nina")
    office.sandbox.world.workspace.users[nina.id] = nina
    ts = damian.say(CHANNEL, f"@Nina asks for news of {known.address}")["ts"]
    damian.shortcut(callback_id, CHANNEL, ts)
    damian.modal(where=lambda view: words in damian.text_of(view))
    damian.close(everything=True)
    calls = [
        f"{one.name} {one.request['user']}" if one.name == "users.info" else one.name
        for one in office.sandbox.world.traffic.recent(5000, "slack")
    ]
    latest = {name: number for number, name in enumerate(calls)}
    assert latest["views.open"] < latest[asked]
