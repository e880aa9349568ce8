"""What may be written into the running notes, and what is left of Slack's markup there."""

from __future__ import annotations

from dataclasses import replace

from commands.lead_update_views import exact, plan_view
from sops import said
from sops.status_update_plan import Saying, of, prepare
from tests.lead_with_notes import known_lead
from tests.office import CHANNEL, Office
from tests.oracles import complaints


def test_practice_mode_writes_nothing_where_people_outside_read(office: Office) -> None:
    known, here = known_lead(office), office.assistant.context
    practising = replace(here, team=replace(here.team, live=False))
    plan = prepare(practising, known.lead, Saying("Kick-off", "U01DAMIAN"), "U01DAMIAN")
    assert "Practice mode is on, and Ada can read the running notes." in of(plan).blocked[0].words
    assert "submit" not in plan_view(practising, plan, "U01DAMIAN", CHANNEL)


def test_the_longest_hostile_update_is_shown_whole_within_slacks_limits(office: Office) -> None:
    known, here = known_lead(office, name="<&>" * 60), office.assistant.context
    for text in ("&" * 3000, "<!channel>\n" * 270, "```" * 1000):
        plan = prepare(here, known.lead, Saying(text, "U01DAMIAN"), "U01DAMIAN")
        view = plan_view(here, plan, "U01DAMIAN", CHANNEL)
        assert not complaints({"view": view})
        shown = "".join(block["text"]["text"] for block in exact(of(plan).lines))
        assert shown.count("&amp;") == text.count("&") and shown.count("&lt;!channel") == text.count(
            "<!channel"
        )
    assert len(exact(("&" * 9000,), most=3)) == 4, "what does not fit is said"


def test_slacks_markup_becomes_words(office: Office) -> None:
    here = office.assistant.context
    told = {
        "<@U02JIM> &amp; <@U0NOBODY>": "@Jim & @U0NOBODY",
        "<#C01PARTNERS|partnerships> <!here> <!date^1^x|noon>": "#partnerships @here noon",
        "<mailto:ada@uni.example|ada@uni.example> <https://a.example/?x=1&amp;y=2|see>": (
            "ada@uni.example see (https://a.example/?x=1&y=2)"
        ),
        "a &lt;b&gt; c": "a <b> c",
    }
    assert {text: said.plain_text(here, text) for text in told} == told
