"""Makes the README's pictures of the page: `python -m tests.journeys.pictures` writes them to docs/pictures/."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import chromium_program
from tests.journeys.newcomer import ROOT, fresh_start
from tests.journeys.visitor import SEND, Visitor

FOLDER = ROOT / "docs" / "pictures"
ADA = "ada@uni.example"
LARGEST_BYTES = 200_000


def make_pictures(folder: Path) -> list[Path]:
    """plan.png, thread.png and inbox.png of one hail on a fresh sandbox; each of at most 200 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        fresh_start(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        made = _hail_ada(Visitor(page), folder)
        browser.close()
    for path in made:
        assert path.stat().st_size <= LARGEST_BYTES, f"{path} is too large for a README"
    return made


def _hail_ada(damian: Visitor, folder: Path) -> list[Path]:
    page = damian.page
    page.get_by_role("button", name="Hail Ada").click()
    page.keyboard.press("Enter")
    damian.sees_plan()
    made = [_picture(page, folder / "plan.png")]
    damian.press(SEND)
    damian.press("Send now", damian.notice(ADA))
    expect(damian.thread(ADA)).to_contain_text(f"Hailed {ADA}")
    damian.said("Only visible to you").get_by_role("button", name="Dismiss").click()
    expect(damian.said("Only visible to you")).to_have_count(0)
    expect(page.get_by_role("status")).to_be_empty()
    made.append(_picture(page, folder / "thread.png"))
    damian.page.get_by_role("link", name="See it in the inbox →").click()
    expect(page.get_by_label(f"Answer as {ADA}")).to_be_visible()
    made.append(_picture(page, folder / "inbox.png"))
    return made


def _picture(page: Page, path: Path) -> Path:
    page.mouse.move(640, 5)
    page.screenshot(path=str(path), animations="disabled", caret="hide")
    return path


if __name__ == "__main__":
    if chromium_program() is None:
        sys.exit("No Chromium on this computer (apt-get install chromium).")
    for picture in make_pictures(FOLDER):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size / 1000:.0f} kB")
