"""Chromium for tests: ask for `window`, which opens the sandbox's page as somebody, or for an empty `page`.

Playwright's sync API keeps the thread's event loop to itself while it runs, so it lives for one module of tests.
Without Chromium these tests are skipped and say so. A picture of what a failed test saw is kept.
"""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
_PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""The headless shell takes half the processor time of a whole Chromium (measured: 21 s, not 44, for 33 tests)."""
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FAILED = pytest.StashKey[bool]()

NewPage = Callable[..., Page]
"""`new_page(width=1280, height=800, theme="light")`; the theme may be "dark"."""
Window = Callable[..., Page]
"""`window(base, who="U01DAMIAN", at="slack", **looks)` gives a page that is ready; `looks` as for `new_page`.

Each call is a browser of its own (nothing shared), so two people can act at once.
"""


def chromium_program() -> str | None:
    """Where this computer has a Chromium; None where it has none."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@dataclass
class Browsers:
    """One Chromium and its windows, each with a profile of its own; those that are idle are used again, emptied."""

    chromium: Browser
    idle: list[Page] = field(default_factory=list)

    def open(self, width: int, height: int, theme: str) -> Page:
        """An empty page in a profile of its own."""
        page = self.idle.pop() if self.idle else self.chromium.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        return page

    def close(self, page: Page, *, again: bool) -> None:
        """Close a window; its profile is emptied to be used `again`, or thrown away."""
        if not again:
            page.context.close()
            return
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto("about:blank")
        self.idle.append(page)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browsers]:
    """A headless Chromium for the tests of one module."""
    program = chromium_program()
    if program is None:
        pytest.skip("no Chromium here (apt-get install chromium-headless-shell): browser tests are left out")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield Browsers(running)
        running.close()


@pytest.fixture
def new_page(browser: Browsers, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Opens empty pages, as often as asked; a script error on any of them fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def opened(width: int = 1280, height: int = 800, theme: str = "light") -> Page:
        page = browser.open(width, height, theme)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        return page

    yield opened
    failed = request.node.stash.get(_FAILED, False)
    if failed:
        _keep_pictures(pages, request.config.rootpath, request.node.nodeid)
    for page in pages:
        browser.close(page, again=not failed)
    assert not errors, "the page's script failed: " + "; ".join(errors)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One empty page of 1280 by 800."""
    return new_page()


@pytest.fixture
def window(new_page: NewPage) -> Window:
    """Opens the sandbox's page, as often as asked, and waits until it is ready."""

    def opened(base: str, who: str = "U01DAMIAN", at: str = "slack", **looks: Any) -> Page:
        page = new_page(**looks)
        page.goto(f"{base.rstrip('/')}/?as={who}#{at}")
        page.wait_for_selector("body[data-ready]")
        return page

    return opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the picture."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    return report


def _keep_pictures(pages: list[Page], root: Path, test: str) -> None:
    folder = root / ".pytest_cache" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages, 1):
        path = folder / f"{re.sub(r'[^A-Za-z0-9_]+', '-', test)}-{number}.png"
        page.screenshot(path=str(path))
        print(f"What the failed test saw: {path}")
