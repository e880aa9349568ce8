"""Somebody at the sandbox's page, for stories in Chromium: everything goes by the words and roles they see."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser import PATIENCE_MS

DAMIAN, JIM, BEA, GUS = "U01DAMIAN", "U02JIM", "U03BEA", "U04GUS"
PLAN = "Hail the Lead"
SEND = re.compile(r"^Send to \d+ outsiders?$")
OUTBOUND = "POST */outbound_email"
TICKETS_LISTED = "GET /api/v2/tickets"

_COUNT_PRESSES = """() => {
  if (window.presses === undefined) {
    addEventListener("click", (event) => { if (event.isTrusted) window.presses += 1; }, true);
    addEventListener("keydown", (event) => {
      if (event.isTrusted && event.key === "Enter" && event.target.matches("[data-composer] textarea"))
        window.presses += 1;
    }, true);
  }
  window.presses = 0;
}"""


@dataclass(frozen=True)
class Visitor:
    """One person in one browser window."""

    page: Page

    def go(self, tab: str) -> None:
        """Press one of the page's tabs."""
        self.page.get_by_role("navigation", name="Places").get_by_role("link", name=tab).click()
        expect(self.page.locator(f"nav [aria-current=page]:has-text({tab!r})").first).to_be_visible()

    def type(self, *lines: str) -> None:
        """Type into the channel's composer, Shift+Enter between lines, Enter after the last."""
        composer = self.page.get_by_role("textbox", name="Message #partnerships")
        composer.fill(lines[0])
        for line in lines[1:]:
            composer.press("Shift+Enter")
            self.page.keyboard.insert_text(line)
        composer.press("Enter")

    def dialog(self, title: str = PLAN) -> Locator:
        return self.page.get_by_role("dialog", name=title, exact=True)

    def press(self, button: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Press the newest button with these words, in `within` or the open modal."""
        (within or self.dialog()).get_by_role(
            "button", name=button, exact=isinstance(button, str)
        ).last.click()

    def answers(self, button: str, asked: Locator, until: Locator) -> None:
        """Press what a message asks until this is to be seen: while the minute's tick looks again the question is
        gone for a moment, and a press just then takes nothing.
        """
        pressed = asked.get_by_role("button", name=button, exact=True).last
        for _ in range(3):
            with contextlib.suppress(TimeoutError):  # What the look found by itself is not asked any more.
                pressed.click(timeout=PATIENCE_MS / 3)
            with contextlib.suppress(AssertionError):
                expect(until).to_be_visible(timeout=PATIENCE_MS / 3)
                return
        expect(until).to_be_visible()

    def plan(self, *lines: str) -> Locator:
        """/hail-lead with these lines; the modal once it shows the plan."""
        self.type(f"/hail-lead {lines[0]}", *lines[1:])
        return self.sees_plan()

    def sees_plan(self) -> Locator:
        plan = self.dialog()
        expect(plan.get_by_role("button", name="Change", exact=True)).to_be_visible()
        return plan

    def closes(self) -> None:
        """Close the modal with everything under it, by its cross."""
        self.page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).first.click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def said(self, words: str, about: str = "") -> Locator:
        """Messages of the channel that contain both texts."""
        messages = self.page.get_by_role("log").get_by_role("article")
        return messages.filter(has_text=words).filter(has_text=about)

    def notice(self, address: str) -> Locator:
        """The private notice with Cancel and Send now."""
        return self.said("goes at", address).last

    def send(self, address: str) -> None:
        """Press Send on the plan, then Send now on the private notice."""
        self.press(SEND)
        expect(self.dialog()).to_have_count(0)
        self.press("Send now", self.notice(address))

    def thread(self, address: str) -> Locator:
        """Open the lead's thread from its card; the thread's last message."""
        card = self.said("More…", address).last
        card.get_by_role("link", name=re.compile(r"^\d+ repl")).click()
        aside = self.page.get_by_role("complementary", name="Thread")
        expect(aside).to_contain_text(address)
        return aside.get_by_role("article").last

    def goes_wrong(self, call: str, what: str, address: str, *, times: int = 1) -> None:
        """Switch a fault on, for requests about one address (`times` 0: until removed)."""
        self.go("For developers")
        form = self.page.get_by_role("form", name="Switch on a fault")
        form.get_by_label("Call").fill(call)
        form.get_by_label("What goes wrong").select_option(label=what)
        form.get_by_label("How often").fill(str(times))
        form.get_by_label("Only when the request contains").fill(address)
        form.get_by_role("button", name="Switch on").click()
        expect(self.faults().filter(has_text=call).filter(has_text=address)).to_have_count(1)

    def faults(self) -> Locator:
        """The faults that are on."""
        return self.page.get_by_role("region", name="Faults").locator(".fault")

    def mends(self) -> None:
        """Remove every fault that is on."""
        self.go("For developers")
        expect(self.faults().first).to_be_visible()
        for _ in range(self.faults().count()):
            left = self.faults().count()
            self.faults().first.get_by_role("button", name="Remove").click()
            expect(self.faults()).to_have_count(left - 1)

    def counts_presses(self) -> None:
        """From now on every real press in this window counts: each click, and Enter where a message is written."""
        self.page.evaluate(_COUNT_PRESSES)

    def presses(self) -> int:
        """Since they are counted; 0 where nobody counts."""
        return int(self.page.evaluate("window.presses ?? 0"))

    def scrolls_sideways(self) -> bool:
        """Whether anything that is to fit the window does not."""
        wide = """() => [document.documentElement, ...document.querySelectorAll("main, .modal-body, .messages")]
            .some((box) => box.scrollWidth > box.clientWidth + 1)"""
        return bool(self.page.evaluate(wide))
