"""The whole lead phase in Chromium, from the first mail to the verbal yes, with the presses it takes counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Window
from tests.journeys import lead_phase as story
from tests.journeys.lead_phase import ADA, HER_LINE, NOTES, REPLY, SAID, UPDATE
from tests.journeys.newcomer import fresh_start
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser


def test_from_the_first_mail_to_the_verbal_yes(window: Window, tmp_path: Path) -> None:
    with fresh_start(tmp_path) as address:
        damian = Visitor(window(address))
        story.hails(damian)
        story.replies(damian, story.ada_answers(damian))
        _ada_has_the_reply(damian)
        booking, starts = story.ada_books(damian)
        _notes_are_made(damian, booking)
        story.ada_opens_google_s_mail(damian)
        story.ada_writes_and_comments(damian)
        story.says_in_the_thread(damian)
        assert damian.presses() == 1
        assert story.updates_the_notes(damian) == 3
        _the_update_comes_and_goes(damian)
        _a_reaction_only_offers(damian)
        story.qualifies(damian, story.fills_in_maniac_t(damian))
        agenda = story.gets_the_agenda(damian, starts)
        expect(agenda).to_contain_text("right to replicate")
        _nothing_offers_notes_that_there_are(damian)
        asked = story.is_asked_how_it_was(damian, starts)
        form = story.opens_log_meeting(damian, asked)
        damian.counts_presses()
        assert story.confirms_the_log(damian, story.logs_a_yes(damian, form)) <= 5
        _they_are_a_prospect(damian)


def _ada_has_the_reply(damian: Visitor) -> None:
    damian.go("Ada's inbox")
    mail = damian.page.get_by_role("article", name="Re: Learning more about 2i2c")
    expect(mail.frame_locator("iframe").get_by_text(REPLY)).to_be_visible()


def _notes_are_made(damian: Visitor, booking: Locator) -> None:
    plan = story.plans_running_notes(damian, booking)
    for words in (
        "Leaves the organisation",
        f"• {ADA}",
        "Agreements >> Uni (will be made)",
        f"{NOTES} (will be made)",
    ):
        expect(plan).to_contain_text(words)
    story.creates_running_notes(damian, plan)


def _the_update_comes_and_goes(damian: Visitor) -> None:
    """Ada reads it once; taken back, she reads it no more, and her own line is still there."""
    story.ada_opens_google_s_mail(damian)
    expect(story.lines(damian, UPDATE)).to_have_count(1)
    story.goes_to_thread(damian)
    story.takes_it_back(damian)
    story.ada_opens_google_s_mail(damian)
    expect(story.lines(damian, UPDATE)).to_have_count(0)
    expect(story.lines(damian, HER_LINE)).to_have_count(1)
    expect(story.lines(damian, SAID)).to_have_count(0)


def _a_reaction_only_offers(damian: Visitor) -> None:
    story.goes_to_thread(damian)
    offer = story.reacts(damian, story.in_thread(damian, SAID).first)
    expect(offer).to_contain_text(SAID)
    expect(offer).to_contain_text("can read it")


def _nothing_offers_notes_that_there_are(damian: Visitor) -> None:
    story.goes_to_thread(damian)
    booked = story.in_thread(damian, "booked a meeting")
    expect(booked).to_be_visible()
    expect(booked.get_by_role("button", name="Create running notes")).to_have_count(0)


def _they_are_a_prospect(damian: Visitor) -> None:
    story.goes_to_thread(damian)
    expect(story.card(damian)).to_contain_text("Uni · Prospect (today)")
    expect(story.card(damian)).to_contain_text("next: send the draft agreement")
    home = story.opens_home(damian)
    expect(home).to_contain_text("Prospect (2)")
    expect(home).to_contain_text("Uni · today · next: send the draft agreement")
