"""Makes the README's pictures of the page: `python -m tests.journeys.pictures` writes them to docs/pictures/."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import chromium_program
from tests.journeys import lead_phase as story
from tests.journeys.lead_phase import ADA
from tests.journeys.newcomer import ROOT, fresh_start
from tests.journeys.visitor import SEND, Visitor

FOLDER = ROOT / "docs" / "pictures"
LARGEST_BYTES = 200_000


def make_pictures(folder: Path) -> list[Path]:
    """Each name of `_story` as a .png of 1280 by 800, at most 200 kB, on a fresh sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with (
        tempfile.TemporaryDirectory() as data,
        fresh_start(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        for name in _story(Visitor(page)):
            made.append(_picture(page, folder / f"{name}.png"))
        browser.close()
    for path in made:
        assert path.stat().st_size <= LARGEST_BYTES, f"{path} is too large for a README"
    return made


def _story(damian: Visitor) -> Iterator[str]:
    """The lead phase, halted at each picture, whose name is given."""
    yield from _hail(damian)
    story.replies(damian, story.ada_answers(damian))
    _, starts = story.ada_books(damian)
    _is_tidy(damian)
    damian.page.get_by_role("link", name="Close thread").click()
    plan = story.plans_running_notes(damian, story.card(damian))
    yield "running-notes"
    story.creates_running_notes(damian, plan)
    story.ada_opens_google_s_mail(damian)
    story.ada_writes_and_comments(damian)
    yield "document"
    damian.go("Slack")
    _is_tidy(damian)
    form = story.fills_in_maniac_t(damian)
    form.get_by_text("For the team only").scroll_into_view_if_needed()
    yield "qualify"
    story.qualifies(damian, form)
    story.gets_the_agenda(damian, starts)
    asked = story.is_asked_how_it_was(damian, starts)
    story.opens_home(damian)
    yield "home"
    story.opens_direct_messages(damian)
    story.logs_a_yes(damian, story.opens_log_meeting(damian, asked))
    yield "meeting"


def _hail(damian: Visitor) -> Iterator[str]:
    page = damian.page
    page.get_by_role("button", name="Hail Ada").click()
    page.keyboard.press("Enter")
    damian.sees_plan()
    yield "plan"
    damian.press(SEND)
    damian.press("Send now", damian.notice(ADA))
    expect(damian.thread(ADA)).to_contain_text(f"Hailed {ADA}")
    _is_tidy(damian)
    yield "thread"


def _is_tidy(damian: Visitor) -> None:
    """Nothing private is left in the channel, and no notice lies on it."""
    private = damian.said("Only visible to you")
    for _ in range(private.count()):
        left = private.count()
        private.last.get_by_role("button", name="Dismiss").click()
        expect(private).to_have_count(left - 1)
    expect(damian.page.get_by_role("status")).to_be_empty()


def _picture(page: Page, path: Path) -> Path:
    page.mouse.move(640, 5)
    page.screenshot(path=str(path), animations="disabled", caret="hide")
    return path


if __name__ == "__main__":
    if chromium_program() is None:
        sys.exit("No Chromium on this computer (apt-get install chromium-headless-shell).")
    for picture in make_pictures(FOLDER):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size / 1000:.0f} kB")
