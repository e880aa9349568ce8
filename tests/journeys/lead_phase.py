"""The lead phase as people go through it on the sandbox's page: each step ends when its effect is seen."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect

from tests.journeys.visitor import SEND, Visitor

ADA = "ada@uni.example"
NOTES = "Running notes -- Uni + 2i2c"
ANSWER = "Yes please! Could we see the hub next week?"
REPLY = "Gladly. Choose a time that suits you."
HER_LINE = "We teach 200 students each spring."
HER_COMMENT = "What does this mean for us?"
_DAMIAN_S_LINE, _REPLICATE = "Partnerships lead at 2i2c", "Right to replicate"
SAID = "They also want GPUs in autumn."
UPDATE = "2i2c sends the pricing table."
NEEDS = ("Money", "Authority", "Need", "Impending Event", "Application", "Competition", "Timeline")
_MEETING_LASTS = timedelta(minutes=30)
_AHEAD = timedelta(minutes=10)
"""Within the quarter of an hour ahead of a meeting."""


def hails(damian: Visitor) -> None:
    """From the welcome's button to the line that says it is done."""
    damian.page.get_by_role("button", name="Hail Ada").click()
    damian.page.keyboard.press("Enter")
    damian.sees_plan()
    damian.send(ADA)
    expect(damian.thread(ADA)).to_contain_text(f"Hailed {ADA}")


def ada_answers(damian: Visitor) -> Locator:
    """Her mail, and a minute; the line about it in the thread."""
    damian.go("Ada's inbox")
    damian.page.get_by_label(f"Answer as {ADA}").fill(ANSWER)
    damian.press("Answer", damian.page.get_by_role("form", name="Answer"))
    return _after_a_minute(damian, "wrote:")


def replies(damian: Visitor, line: Locator) -> None:
    damian.press("Reply", line)
    form = damian.dialog("Reply")
    form.get_by_label("Your reply").fill(REPLY)
    damian.press("Preview", form)
    expect(form.get_by_role("button", name=SEND)).to_be_visible()
    for words in ("From  partnerships@2i2c.org", f"To  {ADA}", REPLY):
        expect(form).to_contain_text(words)
    damian.press(SEND, form)
    _goes_now(damian, "Reply")


def ada_books(damian: Visitor) -> tuple[Locator, datetime]:
    """A booking, and a minute; the line about it in the thread, and when the meeting begins."""
    damian.go("Book a meeting")
    form = damian.page.get_by_role("form", name="Book").first
    starts = datetime.fromisoformat(form.get_by_label("When").input_value())
    damian.press("Book", form)
    return _after_a_minute(damian, "booked a meeting"), starts


def plans_running_notes(damian: Visitor, line: Locator) -> Locator:
    """From the button below the booking, over the form, to the plan."""
    damian.press("Create running notes", line)
    form = damian.dialog("Create running notes")
    expect(form.get_by_label("Organisation")).to_have_value("Uni")
    damian.press("Show the plan", form)
    expect(form.get_by_role("button", name="Let 1 outsider edit")).to_be_visible()
    return form


def creates_running_notes(damian: Visitor, plan: Locator) -> None:
    damian.press("Let 1 outsider edit", plan)
    _goes_now(damian, "Create running notes")
    expect(card(damian)).to_contain_text(f"{ADA} reads the notes")


def ada_opens_google_s_mail(damian: Visitor) -> Locator:
    """The newest mail of her inbox; the document as she sees it."""
    damian.go("Ada's inbox")
    mails = damian.page.get_by_role("navigation", name="Mailboxes")
    mails.get_by_role("link", name=NOTES).first.click()
    mail = damian.page.get_by_role("region", name="Mail")
    mail.frame_locator("iframe").get_by_role("link", name="Open").click()
    expect(document(damian)).to_be_visible()
    return document(damian)


def ada_writes_and_comments(damian: Visitor) -> None:
    page = damian.page
    expect(page.get_by_label("You are, in this document")).to_contain_text(f"{ADA}: can edit")
    field = page.get_by_role("textbox", name="Add a line")
    field.fill(HER_LINE)
    _chooses_line(page.get_by_role("combobox", name="Below"), _DAMIAN_S_LINE)
    field.press("Enter")
    expect(lines(damian, HER_LINE)).to_be_visible()
    page.get_by_role("textbox", name="Comment").fill(HER_COMMENT)
    comment = page.get_by_role("form", name="Comment")
    _chooses_line(comment.get_by_role("combobox"), _REPLICATE)
    damian.press("Comment", comment)
    expect(page.get_by_role("region", name="Comments")).to_contain_text(HER_COMMENT)


def document(damian: Visitor) -> Locator:
    return damian.page.get_by_role("article", name=NOTES)


def lines(damian: Visitor, words: str) -> Locator:
    return document(damian).locator(".line").filter(has_text=words)


def says_in_the_thread(damian: Visitor) -> Locator:
    """A plain reply, which is an update for the team."""
    goes_to_thread(damian)
    damian.counts_presses()
    composer = damian.page.get_by_role("textbox", name="Reply in thread")
    composer.fill(SAID)
    composer.press("Enter")
    said = in_thread(damian, SAID).last
    expect(said).to_be_visible()
    return said


def updates_the_notes(damian: Visitor) -> int:
    """/lead-update into the notes; how many presses it took after the command."""
    damian.type(f"/lead-update {ADA}")
    form = damian.dialog("Status update")
    damian.counts_presses()
    form.get_by_label("What happened?").fill(UPDATE)
    form.get_by_label("Also in the running notes").check()
    damian.press("Go on", form)
    plan = form.filter(has_text="exactly so:")
    expect(plan).to_contain_text(UPDATE)
    damian.press("Show it to 1 outsider", plan)
    expect(form).to_have_count(0)
    taken = damian.presses()
    _goes_now(damian, "Status update")
    return taken


def takes_it_back(damian: Visitor) -> None:
    damian.press("Take it back", in_thread(damian, UPDATE).last)
    form = damian.dialog("Take it back")
    expect(form).to_contain_text(UPDATE)
    damian.press("Take it back", form)
    expect(in_thread(damian, "Taken back out of the running notes").last).to_be_visible()


def reacts(damian: Visitor, said: Locator) -> Locator:
    """📝 on what was said; the private offer."""
    memo = said.get_by_role("button", name="React with memo")
    memo.focus()
    memo.click()
    offer = in_thread(damian, "nothing is written until you confirm it.").last
    expect(offer).to_contain_text("Only visible to you")
    return offer


def fills_in_maniac_t(damian: Visitor) -> Locator:
    """/qualify-lead with something said about each of the seven, and both questions answered yes."""
    damian.type(f"/qualify-lead {ADA}")
    form = damian.dialog("Qualify (MANIAC-T)")
    expect(form.get_by_role("button", name="Save")).to_be_visible()
    for name in NEEDS:
        form.get_by_role("radiogroup", name=f"{name}: how it looks").get_by_label("good").check()
    form.get_by_label("Money: evidence").fill("The dean has set aside $20k.")
    for name in ("Good candidate", "Qualified"):
        form.get_by_role("radiogroup", name=name).get_by_label("Yes").check()
    return form


def qualifies(damian: Visitor, form: Locator) -> None:
    damian.press("Save", form)
    expect(form).to_contain_text("Lead → Qualified Lead")
    damian.press("Make Qualified Lead", form)
    expect(form).to_have_count(0)
    expect(card(damian)).to_contain_text("Qualified Lead (today)")


def gets_the_agenda(damian: Visitor, starts: datetime) -> Locator:
    """Shortly ahead of the meeting; the assistant's message to the owner."""
    time_passes_until(damian, starts - _AHEAD)
    opens_direct_messages(damian)
    agenda = damian.said("Join the meeting").last
    expect(agenda).to_be_visible()
    return agenda


def is_asked_how_it_was(damian: Visitor, starts: datetime) -> Locator:
    time_passes_until(damian, starts + _MEETING_LASTS + _AHEAD)
    opens_direct_messages(damian)
    asked = damian.said("How was the meeting").last
    expect(asked).to_be_visible()
    return asked


def opens_log_meeting(damian: Visitor, asked: Locator) -> Locator:
    damian.press("Log meeting", asked)
    form = damian.dialog("Log meeting")
    expect(form.get_by_role("button", name="Preview")).to_be_visible()
    return form


def logs_a_yes(damian: Visitor, form: Locator) -> Locator:
    """Everything the procedure asks of a meeting; the preview."""
    form.get_by_label("What happened, for the team").fill("They like the demo; the dean decides on money.")
    form.get_by_label("For the running notes").fill("We showed a hub. 2i2c sends a draft agreement.")
    form.get_by_label("Their questions: we owe an answer").fill("Can we log in with ORCID?")
    form.get_by_label("Demo shown").check()
    form.get_by_role("radiogroup", name="Do they want to partner").get_by_label("Yes").check()
    form.get_by_label("Forecast: procurement and negotiation").fill("Six weeks, through the dean's office.")
    form.get_by_label("Next step", exact=True).fill("send the draft agreement")
    damian.press("Preview", form)
    expect(form.get_by_role("button", name="Log; 1 outsider reads")).to_be_visible()
    return form


def confirms_the_log(damian: Visitor, plan: Locator) -> int:
    """The last press; how many there were since they are counted, 0 where they are not."""
    damian.press("Log; 1 outsider reads", plan)
    expect(plan).to_have_count(0)
    taken = damian.presses()
    _goes_now(damian, "Log meeting")
    return taken


def card(damian: Visitor) -> Locator:
    """The lead's card in the channel, which is open."""
    return damian.said("More…", ADA).last


def goes_to_thread(damian: Visitor) -> None:
    damian.go("Slack")
    _in_the_sidebar(damian, "partnerships")
    damian.thread(ADA)


def opens_direct_messages(damian: Visitor) -> None:
    _in_the_sidebar(damian, "Partnerships Assistant")


def opens_home(damian: Visitor) -> Locator:
    _in_the_sidebar(damian, "App Home")
    home = damian.page.get_by_role("region", name="App Home")
    expect(home.get_by_role("heading", name="My leads")).to_be_visible()
    return home


def in_thread(damian: Visitor, words: str) -> Locator:
    thread = damian.page.get_by_role("complementary", name="Thread")
    return thread.get_by_role("article").filter(has_text=words)


def time_passes_until(damian: Visitor, when: datetime) -> None:
    """The sandbox's clock, for both sides, as the buttons under For developers move it."""
    where = damian.page.url.split("#")[0].split("?")[0] + "dev/clock"
    now = datetime.fromisoformat(damian.page.request.get(where).json()["now"])
    damian.page.request.post(where, data={"advance_seconds": (when - now).total_seconds()})


def _after_a_minute(damian: Visitor, words: str) -> Locator:
    """Press what lets one pass, and find these words in the thread."""
    damian.page.get_by_role("button", name="Let a minute pass").first.click()
    goes_to_thread(damian)
    line = in_thread(damian, words).last
    expect(line).to_be_visible()
    return line


def _chooses_line(select: Locator, words: str) -> None:
    option = select.get_by_role("option").filter(has_text=words).first
    select.select_option(option.get_attribute("value"))


def _goes_now(damian: Visitor, title: str) -> None:
    """End the wait: in the thread where it is open, and wait for the result there; else on the private notice."""
    waiting = damian.page.get_by_role("article").filter(has_text=title).filter(has_text="approved by")
    damian.press(re.compile("^(Send|Do it) now$"), waiting.last)
    expect(in_thread(damian, title).filter(has_text="approved by")).to_have_count(0)


def _in_the_sidebar(damian: Visitor, name: str) -> None:
    channels = damian.page.get_by_role("navigation", name="Channels")
    channels.get_by_role("link", name=name, exact=True).click()
