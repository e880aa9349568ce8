"""Modals in Chromium: fields by label, errors at fields, Back, searches; what was typed is never lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.browser import Window
from tests.workspace import PATIENCE_SECONDS, Sandbox

pytestmark = pytest.mark.browser

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def field(label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": label.lower(),
        "label": plain(label),
        "element": {"action_id": "a"} | element,
    } | more


def modal(title: str, *blocks: Json, submit: str = "Save", **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain(submit), "blocks": list(blocks)} | more


NAME = field("Name", {"type": "plain_text_input"})
NOTE = field(
    "Note", {"type": "plain_text_input", "multiline": True}, optional=True, hint=plain("A word or two")
)


class Answers:
    """What the app was told, and when."""

    def __init__(self) -> None:
        self.submitted: list[Json] = []
        self.arrived = threading.Event()
        self.go_on = threading.Event()

    def value(self, block: str, key: str = "value") -> Any:
        return self.submitted[-1][block]["a"][key]


def opens(bolt: App, view: Json) -> None:
    """/hello opens this view."""

    @bolt.command("/hello")
    def hello(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)


def answers(bolt: App, callback_id: str, **response: Any) -> Answers:
    """Submissions of this view are answered so, and kept."""
    kept = Answers()

    @bolt.view(callback_id)
    def submitted(ack: Ack, view: Json) -> None:
        kept.submitted.append(view["state"]["values"])
        ack(**response)

    return kept


def open_modal(page: Page, title: str) -> Locator:
    box = page.get_by_role("textbox", name="Message #partnerships")
    box.fill("/hello")
    box.press("Enter")
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def test_a_modal_is_a_dialog_named_by_its_title_with_the_focus_in_it(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("New lead", NAME, NOTE))
    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    expect(dialog.get_by_text("A word or two")).to_be_visible()
    expect(dialog.get_by_text("(optional)")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("textbox", name="Message #partnerships")).to_be_focused()


def test_an_error_stands_under_its_field_and_what_was_typed_stays(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("New lead", NAME, NOTE, callback_id="new"))
    answers(bolt, "new", response_action="errors", errors={"name": "Nobody is called that."})
    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    name = dialog.get_by_label("Name", exact=True)
    dialog.get_by_role("button", name="Save").click()
    expect(
        dialog.get_by_role("alert").filter(has_text="Please complete this required field.")
    ).to_be_visible()
    name.fill("<b>x</b>")
    dialog.get_by_label("Note").fill("kept")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert").filter(has_text="Nobody is called that.")).to_be_visible()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Nobody is called that.")
    expect(name).to_be_focused()
    expect(name).to_have_value("<b>x</b>")
    expect(dialog.get_by_label("Note")).to_have_value("kept")


def test_every_kind_of_input_arrives_as_slack_sends_it(sandbox: Sandbox, window: Window, bolt: App) -> None:
    options = [{"text": plain(words), "value": words.lower()} for words in ("One", "Two", "Three")]
    opens(
        bolt,
        modal(
            "Everything",
            NAME,
            field("Mail", {"type": "email_text_input"}),
            field("Count", {"type": "number_input", "is_decimal_allowed": False}),
            field("Pick", {"type": "static_select", "options": options}),
            field("Choose", {"type": "radio_buttons", "options": options}),
            field("Tick", {"type": "checkboxes", "options": options}),
            field("Many", {"type": "multi_static_select", "options": options}),
            field("Day", {"type": "datepicker"}),
            field("Owner", {"type": "users_select"}),
            NOTE,
            callback_id="all",
        ),
    )
    told = answers(bolt, "all")
    page = window(sandbox.base)
    dialog = open_modal(page, "Everything")
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_label("Mail").fill("ada@uni.example")
    dialog.get_by_label("Count").fill("3")
    dialog.get_by_label("Pick").select_option("Two")
    dialog.get_by_role("radiogroup", name="Choose").get_by_label("Three").check()
    dialog.get_by_role("group", name="Tick").get_by_label("One").check()
    dialog.get_by_role("group", name="Tick").get_by_label("Two").check()
    dialog.get_by_role("group", name="Many").get_by_label("Three").check()
    dialog.get_by_label("Day").fill("2026-03-02")
    dialog.get_by_label("Owner").select_option("@Jim")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert told.value("name") == "Ada"
    assert told.value("mail") == "ada@uni.example"
    assert told.value("count") == "3"
    assert told.value("pick", "selected_option")["value"] == "two"
    assert told.value("choose", "selected_option")["value"] == "three"
    assert [each["value"] for each in told.value("tick", "selected_options")] == ["one", "two"]
    assert [each["value"] for each in told.value("many", "selected_options")] == ["three"]
    assert told.value("day", "selected_date") == "2026-03-02"
    assert told.value("owner", "selected_user") == "U02JIM"
    assert told.value("note") is None


def test_a_search_asks_the_app_and_the_choice_is_submitted(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(
        bolt,
        modal("Find", field("Lead", {"type": "external_select", "min_query_length": 1}), callback_id="find"),
    )
    told = answers(bolt, "find")

    @bolt.options("a")
    def found(ack: Ack, payload: Json) -> None:
        leads = ("Uni <b>", "Union", "Unrelated")  # The last only for what is typed on the way.
        ack(
            options=[
                {"text": plain(each), "value": each}
                for each in leads
                if payload["value"].lower() in each.lower()
            ]
        )

    page = window(sandbox.base)
    dialog = open_modal(page, "Find")
    search = dialog.get_by_role("combobox", name="Lead")
    search.press_sequentially("uni")
    expect(dialog.get_by_role("option")).to_have_text(["Uni <b>", "Union"])
    page.evaluate("import('/static/page.js').then((page) => page.refresh(page.modal))")
    expect(search).to_have_value("uni")
    search.press("ArrowDown")
    search.press("ArrowUp")
    search.press("Enter")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Remove Uni <b>")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert told.value("lead", "selected_option")["value"] == "Uni <b>"


def test_escape_closes_the_list_of_a_search_before_the_modal(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("Find", field("Lead", {"type": "external_select", "min_query_length": 0})))

    @bolt.options("a")
    def found(ack: Ack) -> None:
        ack(options=[{"text": plain("Uni"), "value": "u"}])

    page = window(sandbox.base)
    dialog = open_modal(page, "Find")
    expect(dialog.get_by_role("option", name="Uni")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_was_typed_survives_an_update_of_the_view(sandbox: Sandbox, window: Window, bolt: App) -> None:
    look = {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "look", "text": plain("Look up")}],
    }
    opens(bolt, modal("New lead", NAME, NOTE, look, callback_id="new"))
    told = answers(bolt, "new")

    @bolt.action("look")
    def look_up(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        seen = body["view"]["state"]["values"]["name"]["a"]["value"]
        words = {"type": "section", "text": plain(f"Found {seen}")}
        view = modal("New lead", words, NAME, NOTE, callback_id="new")
        client.views_update(view_id=body["view"]["id"], view=view)

    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_label("Note").fill("typed")
    dialog.get_by_role("button", name="Look up").click()
    expect(dialog.get_by_text("Found Ada")).to_be_visible()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert (told.value("name"), told.value("note")) == ("Ada", "typed")


def test_back_returns_to_what_was_typed_and_the_cross_closes_everything(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("New lead", NAME, NOTE, submit="Next", callback_id="first"))
    second = modal("Check", field("Why", {"type": "plain_text_input"}), submit="Send", close=plain("Back"))
    answers(bolt, "first", response_action="push", view=second)
    page = window(sandbox.base)
    first = open_modal(page, "New lead")
    first.get_by_label("Name", exact=True).fill("Ada")
    first.get_by_role("button", name="Next").click()
    check = page.get_by_role("dialog", name="Check")
    expect(check.get_by_label("Why")).to_be_focused()
    check.get_by_role("button", name="Back").click()
    expect(first.get_by_label("Name", exact=True)).to_have_value("Ada")
    first.get_by_role("button", name="Next").click()
    expect(check).to_be_visible()
    check.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.usefixtures("patient_slack")
def test_a_second_click_while_the_first_is_answered_sends_nothing(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("New lead", NAME, callback_id="slow"))
    told = Answers()

    @bolt.view("slow")
    def slow(ack: Ack, view: Json) -> None:
        told.submitted.append(view["state"]["values"])
        told.arrived.set()
        told.go_on.wait(PATIENCE_SECONDS)
        ack()

    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_role("button", name="Save").click()
    assert told.arrived.wait(PATIENCE_SECONDS)
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    page.keyboard.press("Enter")
    told.go_on.set()
    expect(dialog).to_have_count(0)
    assert len(told.submitted) == 1


def test_a_submission_nobody_answers_says_so_in_the_modal(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    opens(bolt, modal("New lead", NAME, callback_id="odd"))
    answers(bolt, "odd", response_action="errors", errors={"no such block": "?"})
    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_role("button", name="Save").click()
    trouble = dialog.get_by_role("alert").filter(has_text="We had some trouble connecting. Try again?")
    expect(trouble).to_be_visible()
    for _ in range(2):
        with page.expect_response(lambda response: "/page/modal" in response.url):
            sandbox.world.on_loop(lambda: sandbox.world.changed("modal:U01DAMIAN"))
    expect(trouble).to_be_visible()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada")


def test_a_field_that_dispatches_tells_the_app_at_once(sandbox: Sandbox, window: Window, bolt: App) -> None:
    options = [{"text": plain(words), "value": words.lower()} for words in ("Yes", "No")]
    choice = field(
        "Sure", {"type": "radio_buttons", "action_id": "sure", "options": options}, dispatch_action=True
    )
    opens(bolt, modal("Ask", choice))

    @bolt.action("sure")
    def chosen(ack: Ack, body: Json, action: Json, client: WebClient) -> None:
        ack()
        words = {"type": "section", "text": plain(f"You said {action['selected_option']['value']}")}
        client.views_update(view_id=body["view"]["id"], view=modal("Ask", choice, words))

    page = window(sandbox.base)
    dialog = open_modal(page, "Ask")
    dialog.get_by_label("Yes").check()
    expect(dialog.get_by_text("You said yes")).to_be_visible()
    expect(dialog.get_by_label("Yes")).to_be_checked()


def test_a_loading_view_becomes_a_form_with_the_focus_in_it(
    sandbox: Sandbox, window: Window, bolt: App
) -> None:
    @bolt.command("/hello")
    def hello(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        waiting = {"type": "section", "text": plain("Looking…")}
        shown = {"type": "modal", "title": plain("Plan"), "blocks": [waiting]}
        opened = client.views_open(trigger_id=body["trigger_id"], view=shown)
        client.views_update(view_id=opened["view"]["id"], view=modal("Plan", NAME))

    page = window(sandbox.base)
    dialog = open_modal(page, "Plan")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()


def test_two_people_have_modals_of_their_own(sandbox: Sandbox, window: Window, bolt: App) -> None:
    opens(bolt, modal("New lead", NAME))
    damian, jim = window(sandbox.base), window(sandbox.base, "U02JIM")
    open_modal(damian, "New lead")
    expect(jim.get_by_role("dialog")).to_have_count(0)


def test_a_modal_waits_while_another_tab_is_looked_at(sandbox: Sandbox, window: Window, bolt: App) -> None:
    linked = {"type": "mrkdwn", "text": "See <http://127.0.0.1:8484/?tab=helpdesk&amp;ticket=1|the ticket>"}
    opens(bolt, modal("New lead", NAME, {"type": "section", "text": linked}))
    page = window(sandbox.base)
    dialog = open_modal(page, "New lead")
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_role("link", name="the ticket").click()
    expect(page.get_by_role("heading", name="Helpdesk")).to_be_visible()
    expect(dialog).to_have_count(0)
    page.get_by_role("link", name="Slack", exact=True).click()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada")
