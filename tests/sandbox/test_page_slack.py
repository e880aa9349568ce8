"""The page's Slack tab in Chromium: what a person does, sees and reaches by role and label."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from tests.browser import Window
from tests.workspace import Person, Sandbox

pytestmark = pytest.mark.browser

CHANNEL = "C01PARTNERS"


def composer(page: Page) -> Any:
    return page.get_by_role("textbox", name="Message #partnerships")


def say(page: Page, words: str) -> None:
    composer(page).fill(words)
    composer(page).press("Enter")


def in_channel(page: Page, words: str) -> Any:
    return page.get_by_role("log").get_by_role("article").filter(has_text=words)


def chooses(message: Locator, what: str) -> None:
    """Open a message's menu and choose this in it."""
    message.hover()
    message.get_by_role("button", name="More actions").click()
    message.page.get_by_role("menuitem", name=what).click()


def test_a_newcomer_is_led_to_the_first_command(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    expect(page.get_by_role("banner")).to_contain_text(
        "Nothing leaves this computer. You are Damian, partnerships lead."
    )
    page.get_by_role("button", name="Hail Ada").click()
    expect(composer(page)).to_have_value("/hail-lead ada@uni.example")
    expect(composer(page)).to_be_focused()
    expect(page.get_by_text("press Enter")).to_be_visible()


def test_enter_sends_and_shift_enter_breaks_the_line(
    sandbox: Sandbox, window: Window, damian: Person
) -> None:
    page = window(sandbox.base)
    composer(page).click()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(in_channel(page, "two")).to_be_visible()
    expect(composer(page)).to_have_value("")
    assert damian.messages("partnerships")[-1]["text"] == "one\ntwo"


def test_commands_complete_with_arrows_and_tab(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    composer(page).press_sequentially("/")
    commands = page.get_by_role("listbox", name="Commands")
    expect(commands.get_by_role("option")).to_have_count(2)
    expect(commands).to_contain_text("Says hello")
    composer(page).press("ArrowDown")
    composer(page).press("Tab")
    expect(composer(page)).to_have_value("/hello ")
    expect(commands).to_be_hidden()
    expect(page.get_by_text("[whom]")).to_be_visible()


def test_a_command_nobody_answers_says_so_in_slacks_words(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    say(page, "/hello world")
    expect(page.get_by_role("status").filter(has_text="dispatch_failed")).to_be_visible()
    say(page, "/nosuch")
    expect(page.get_by_role("status").filter(has_text="/nosuch is not a valid command")).to_be_visible()
    expect(composer(page)).to_have_value("/nosuch")


def test_what_strangers_type_stays_text(sandbox: Sandbox, window: Window, damian: Person) -> None:
    page = window(sandbox.base)
    damian.say(
        "partnerships", "<script>document.title='owned'</script> <!channel> <img src=x onerror=alert(1)>"
    )
    message = in_channel(page, "<script>")
    expect(message).to_contain_text("<!channel>")
    assert message.locator(".content script, .content img, .mention").count() == 0
    assert page.title() != "owned"


def test_an_image_from_elsewhere_is_not_fetched(sandbox: Sandbox, window: Window, client: WebClient) -> None:
    page = window(sandbox.base)
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    elsewhere = sandbox.base.replace("127.0.0.1", "localhost") + "/static/page.css?elsewhere"
    image = {"type": "image", "image_url": elsewhere, "alt_text": "A plot of leads"}
    client.chat_postMessage(channel=CHANNEL, text="x", blocks=[image])
    expect(page.get_by_role("img", name="A plot of leads")).to_be_attached()
    assert not [url for url in asked if "elsewhere" in url]


def test_a_draft_survives_what_others_write(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    composer(page).press_sequentially("half a thou")
    Person(sandbox, "U02JIM").say("partnerships", "hello there")
    expect(in_channel(page, "hello there")).to_be_visible()
    page.get_by_role("link", name="engineering").click()
    expect(page.get_by_text("You are not in this channel")).to_be_visible()
    page.get_by_role("link", name="partnerships", exact=True).click()
    expect(composer(page)).to_have_value("half a thou")


def test_a_thread_opens_beside_the_channel_and_takes_replies(
    sandbox: Sandbox, window: Window, damian: Person
) -> None:
    ts = damian.say("partnerships", "A question")["ts"]
    damian.say("partnerships", "An answer", thread_ts=ts)
    page = window(sandbox.base)
    expect(in_channel(page, "An answer")).to_have_count(0)
    page.get_by_role("link", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("An answer")).to_be_visible()
    thread.get_by_role("textbox", name="Reply in thread").fill("Another")
    page.keyboard.press("Enter")
    expect(thread.get_by_role("article").filter(has_text="Another")).to_be_visible()
    expect(page.get_by_role("link", name="2 replies")).to_be_visible()
    thread.get_by_role("link", name="Close thread").click()
    expect(thread).to_have_count(0)


def test_what_only_one_person_sees_is_marked_and_seen_by_nobody_else(
    sandbox: Sandbox, window: Window, client: WebClient
) -> None:
    damian, jim = window(sandbox.base), window(sandbox.base, "U02JIM")
    client.chat_postEphemeral(channel=CHANNEL, user="U01DAMIAN", text="Between us")
    expect(in_channel(damian, "Between us")).to_contain_text("Only visible to you")
    expect(in_channel(jim, "Between us")).to_have_count(0)
    in_channel(damian, "Between us").get_by_role("button", name="Dismiss").click()
    expect(in_channel(damian, "Between us")).to_have_count(0)


def test_ones_own_message_can_be_edited_and_deleted(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    say(page, "Teh mail & more")
    message = in_channel(page, "Teh mail")
    chooses(message, "Edit message")
    box = page.get_by_role("textbox", name="Edit message")
    expect(box).to_have_value("Teh mail & more")
    box.fill("The mail & more")
    box.press("Enter")
    message = in_channel(page, "The mail & more")
    expect(message).to_contain_text("(edited)")
    chooses(message, "Delete message")
    page.get_by_role("alertdialog", name="Delete message?").get_by_role("button", name="Delete").click()
    expect(message).to_have_count(0)


def test_what_changed_beside_an_edit_shows_when_it_is_left(
    sandbox: Sandbox, window: Window, damian: Person
) -> None:
    page = window(sandbox.base)
    say(page, "First words")
    chooses(in_channel(page, "First words"), "Edit message")
    ts = damian.messages("partnerships")[-1]["ts"]
    damian.do("edit", channel=CHANNEL, ts=ts, text="Words from the phone")
    damian.say("partnerships", "The channel was fetched since")
    expect(in_channel(page, "The channel was fetched since")).to_be_visible()
    page.get_by_role("textbox", name="Edit message").press("Escape")
    expect(in_channel(page, "Words from the phone")).to_be_visible()


def test_a_reaction_is_added_counted_and_taken_back(sandbox: Sandbox, window: Window, damian: Person) -> None:
    damian.say("partnerships", "Note this")
    page = window(sandbox.base)
    message = in_channel(page, "Note this")
    message.hover()
    message.get_by_role("button", name="React with memo").click()
    count = message.get_by_role("button", name="memo, 1")
    expect(count).to_have_attribute("aria-pressed", "true")
    count.click()
    expect(count).to_have_count(0)


def test_a_message_shortcut_is_in_the_messages_menu(
    sandbox: Sandbox, window: Window, damian: Person, bolt: App, client: WebClient
) -> None:
    @bolt.shortcut("take")
    def take(ack: Ack, payload: dict[str, Any]) -> None:
        ack()
        client.chat_postMessage(channel=CHANNEL, text=f"Taken: {payload['message']['text']}")

    damian.say("partnerships", "This one")
    page = window(sandbox.base)
    chooses(in_channel(page, "This one"), "Take this")
    expect(in_channel(page, "Taken: This one")).to_be_visible()


def test_a_button_with_a_confirm_dialog_acts_only_when_confirmed(
    sandbox: Sandbox, window: Window, bolt: App, client: WebClient
) -> None:
    pressed: list[str] = []

    @bolt.action("stop")
    def stop(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
        ack()
        pressed.append(action["value"])
        respond("Stopped.", replace_original=False)

    plain = {"type": "plain_text"}
    confirm = {
        "title": plain | {"text": "Stop everything?"},
        "text": {"type": "mrkdwn", "text": "Even *this*"},
        "confirm": plain | {"text": "Stop it"},
        "deny": plain | {"text": "Not now"},
    }
    button = {
        "type": "button",
        "action_id": "stop",
        "value": "7",
        "text": plain | {"text": "Stop"},
        "confirm": confirm,
    }
    client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "actions", "elements": [button]}])
    page = window(sandbox.base)
    page.get_by_role("button", name="Stop", exact=True).click()
    ask = page.get_by_role("alertdialog", name="Stop everything?")
    expect(ask.locator("strong")).to_have_text("this")
    ask.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    ask.get_by_role("button", name="Stop it").click()
    expect(in_channel(page, "Stopped.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    assert pressed == ["7"]


def test_choosing_in_a_menu_of_a_message_tells_the_app(
    sandbox: Sandbox, window: Window, bolt: App, client: WebClient
) -> None:
    chosen: list[str] = []

    @bolt.action(re.compile("pick|more"))
    def picked(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
        ack()
        chosen.append(action["selected_option"]["value"])
        respond(f"You chose {chosen[-1]}.", replace_original=False)

    options = [
        {"text": {"type": "plain_text", "text": words}, "value": words.lower()} for words in ("Red", "Blue")
    ]
    elements = [
        {
            "type": "static_select",
            "action_id": "pick",
            "options": options,
            "placeholder": {"type": "plain_text", "text": "A colour"},
        },
        {"type": "overflow", "action_id": "more", "options": options},
    ]
    client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "actions", "elements": elements}])
    page = window(sandbox.base)
    page.get_by_label("A colour").select_option("Blue")
    expect(in_channel(page, "You chose blue.")).to_be_visible()
    page.get_by_role("button", name="More options").click()
    page.get_by_role("menuitem", name="Red").click()
    expect(in_channel(page, "You chose red.")).to_be_visible()


def test_the_home_tab_shows_what_the_app_publishes(sandbox: Sandbox, window: Window, bolt: App) -> None:
    @bolt.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        block = {"type": "header", "text": {"type": "plain_text", "text": "Your leads"}}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})

    page = window(sandbox.base)
    page.get_by_role("navigation", name="Channels").get_by_role("link", name="Partnerships Assistant").click()
    page.get_by_role("navigation", name="App").get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Your leads")).to_be_visible()


def test_a_direct_message_reaches_the_app(sandbox: Sandbox, window: Window, bolt: App) -> None:
    @bolt.event("message")
    def heard(event: dict[str, Any], client: WebClient) -> None:
        if event.get("channel_type") == "im" and not event.get("bot_id"):
            client.chat_postMessage(channel=event["channel"], text=f"You said {event['text']}")

    page = window(sandbox.base)
    page.get_by_role("navigation", name="Channels").get_by_role("link", name="Partnerships Assistant").click()
    box = page.get_by_role("textbox", name="Message Partnerships Assistant")
    box.fill("hello")
    box.press("Enter")
    expect(in_channel(page, "You said hello")).to_be_visible()


def test_unread_channels_stand_out_until_they_are_read(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    Person(sandbox, "U02JIM").say("partnerships-senders", "psst")
    row = page.get_by_role("link", name="partnerships-senders")
    expect(row).to_have_class(re.compile("unread"))
    row.click()
    expect(row).not_to_have_class(re.compile("unread"))


def test_one_can_be_somebody_else_and_see_only_what_they_may(sandbox: Sandbox, window: Window) -> None:
    page = window(sandbox.base)
    expect(page.get_by_role("link", name="engineering")).to_be_visible()
    page.get_by_label("You are").select_option(label="Gus, guest")
    expect(page.get_by_role("banner")).to_contain_text("You are Gus, guest.")
    expect(page.get_by_role("link", name="partnerships", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="engineering")).to_have_count(0)


def test_a_permalink_leads_to_the_thread(
    sandbox: Sandbox, window: Window, damian: Person, client: WebClient
) -> None:
    ts = damian.say("partnerships", "The first word")["ts"]
    link = client.chat_getPermalink(channel=CHANNEL, message_ts=ts)["permalink"]
    client.chat_postMessage(channel=CHANNEL, text=f"See <{link}|there>")
    page = window(sandbox.base)
    page.get_by_role("link", name="there").click()
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text("The first word")


def test_starting_over_asks_first_and_then_forgets(sandbox: Sandbox, window: Window, damian: Person) -> None:
    damian.say("partnerships", "Remember me")
    page = window(sandbox.base)
    page.get_by_role("button", name="Start over").click()
    ask = page.get_by_role("alertdialog", name="Start over?")
    ask.get_by_role("button", name="Keep it").click()
    expect(in_channel(page, "Remember me")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    ask.get_by_role("button", name="Start over").click()
    expect(in_channel(page, "Remember me")).to_have_count(0)
    expect(page.get_by_role("button", name="Hail Ada")).to_be_visible()
