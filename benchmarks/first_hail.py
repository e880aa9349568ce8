"""The calls that the first hail of a fresh assistant makes, against the least that do the job.

Counted from the command to the result line in the lead's thread; connecting to Slack is not part of it.
"""

from __future__ import annotations

import time
from collections import Counter
from fnmatch import fnmatchcase

from benchmarks.office import CHANNEL, Office
from benchmarks.table import Row, compared
from sandbox.traffic import Exchange
from tests.workspace import Person

LEAST: dict[str, tuple[tuple[str, str], ...]] = {
    "slack": (
        (
            "views.open",
            "the plan: a trigger id lives 3 s, the look-ups may take longer, so a modal opens first",
        ),
        ("views.update", "the plan: puts the plan into that modal"),
        ("conversations.list", "the plan: channels are named in the settings; Slack wants ids"),
        ("conversations.members", "the plan: whether the person may press Send: the senders' channel"),
        ("users.info", "the plan: and is a full member there; the same answer names the approver later"),
        ("chat.postEphemeral", "Send: the time to cancel, with its buttons"),
        ("chat.postMessage", "the run: the lead's card"),
        ("chat.getPermalink", "the run: the thread's address for the note on the ticket"),
        ("chat.postMessage", "the run: the progress message; a run of less than a second posts its result"),
        ("chat.update", "the run: the card, with its ticket and what comes next"),
    ),
    "freshdesk": (
        ("GET canned_response_folders", "the plan: canned responses cannot be searched by title"),
        ("GET canned_response_folders/{id}", "the plan: the titles of the one folder that is not empty"),
        ("GET canned_responses/{id}", "the plan: text and attachments; the folder has neither"),
        ("GET the attachment", "the plan: its bytes, which the mail must carry itself"),
        ("GET email/mailboxes", "the plan: From is a mailbox, by id"),
        ("GET email/settings", "the plan: whether agents may begin a conversation at all"),
        ("GET agents", "the plan: nobody of the recipients is one of our own"),
        ("GET tickets", "the plan: not hailed before"),
        ("GET canned_responses/{id}", "the run: unchanged since the person saw it"),
        ("POST tickets/outbound_email", "the run: the mail, its ticket, tags and attachment in one"),
        ("GET tickets/{id}", "the run: read back; the answer to the mail has neither cc nor attachments"),
        ("POST tickets/{id}/notes", "the run: who approved it"),
    ),
    "calendly": (
        ("GET users/me", "the plan: event types are listed by the owner's address"),
        ("GET event_types", "the plan: the length of the meeting behind the link"),
    ),
}
"""The least calls, one by one, and why none of them can be left out."""


def measure(office: Office) -> list[Row]:
    """Hail somebody with a fresh assistant, and count."""
    made = _calls_of_a_hail(office, "ada@first-hail.example")
    rows = [
        compared(f"outside calls of a first hail: {system}", made[system], "calls", len(least), 1.0)
        for system, least in LEAST.items()
    ]
    total = sum(len(least) for least in LEAST.values())
    return [*rows, compared("outside calls of a first hail", sum(made.values()), "calls", total, 1.0)]


def _calls_of_a_hail(office: Office, address: str) -> Counter[str]:
    person = Person(office.workspace, "U01DAMIAN")
    mark = office.latest
    person.command(CHANNEL, f"/hail-lead {address}")
    person.modal(where=lambda view: ":hourglass" not in Person.text_of(view), timeout=20)
    person.submit()
    person.wait_for(
        CHANNEL,
        lambda message: ":white_check_mark: Hailed" in Person.text_of(message) and "thread_ts" in message,
        30,
    )
    time.sleep(1.5)  # the card follows the result line
    made = [one for one in office.since(mark) if one.system != "socket" and not _is_a_look(one)]
    return Counter(one.system for one in made)


def _is_a_look(exchange: Exchange) -> bool:
    """The minute's look for answers and bookings, which may fall into the same seconds; a hail reads neither."""
    of_everybody = exchange.name == "GET /api/v2/tickets" and "email" not in exchange.request
    of_a_ticket = fnmatchcase(exchange.name, "GET */conversations")
    return of_everybody or of_a_ticket or exchange.name == "GET /scheduled_events"
