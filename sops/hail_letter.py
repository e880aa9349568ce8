"""What every hail of one command shares: the canned response, its file, the mailbox, the meeting link.

The look-ups run beside each other. One that fails is a check that says so, never a silent pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from services.calendly_records import EventType
from services.errors import ServiceError
from services.freshdesk import Freshdesk
from services.freshdesk_records import CannedResponse, Mailbox
from sops import letters
from sops.blocks import escape
from sops.context import Context
from sops.hail_checks import letter_checks, mailbox_check, meeting_check
from sops.hail_plan import Check, File
from sops.in_words import in_words

T = TypeVar("T")


@dataclass(frozen=True)
class Letter:
    """`response` and `mailbox` are None where a check of `checks` says why; `agents` are our own people."""

    response: CannedResponse | None
    mailbox: Mailbox | None
    files: tuple[File, ...]
    agents: frozenset[str]
    checks: tuple[Check, ...]


def fetch(context: Context) -> Letter:
    """Read everything from Freshdesk and Calendly and check it. Bytes of attachments are kept in the store."""
    freshdesk = context.services.freshdesk
    if freshdesk is None:
        words = "Freshdesk is not connected, so there is no mail to send. Put its address and key in the settings."
        return Letter(None, None, (), frozenset(), (Check("freshdesk", "block", words),))
    with ThreadPoolExecutor(4) as beside:
        response = beside.submit(_attempt, "canned response", lambda: _response(context, freshdesk))
        mailbox = beside.submit(_attempt, "mailbox", lambda: freshdesk.mailbox(context.team.mailbox))
        allowed = beside.submit(_attempt, "conversations", freshdesk.may_start_conversations)
        agents = beside.submit(_attempt, "agents", freshdesk.agent_addresses)
        meetings = beside.submit(_attempt, "meeting link", lambda: _event_types(context))
    found, problem = response.result()
    letter, files = found if found else (None, ())
    box, box_problem = mailbox.result()
    people, people_problem = agents.result()
    events, events_problem = meetings.result()
    problems = (problem, box_problem, people_problem, allowed.result()[1])
    checks = [one for one in problems if one is not None]
    if box_problem is None:
        checks.append(mailbox_check(context.team.mailbox, box))
    if allowed.result()[0] is False:
        words = (
            "Freshdesk does not let agents start a conversation. An administrator can allow it in Freshdesk's "
            "e-mail settings."
        )
        checks.append(Check("conversations", "block", words))
    if letter is not None:
        checks += letter_checks(context, letter, files)
        checks.append(events_problem or meeting_check(context, letter, events or []))
    return Letter(letter, box, files, people or frozenset(), tuple(checks))


def _attempt(name: str, look_up: Callable[[], T]) -> tuple[T | None, Check | None]:
    try:
        return look_up(), None
    except _Blocked as blocked:
        return None, Check(name, "block", blocked.words)
    except ServiceError as error:
        return None, Check(name, "block", f"The {name} could not be checked: {in_words(error)}")


class _Blocked(Exception):
    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def _response(context: Context, freshdesk: Freshdesk) -> tuple[CannedResponse, tuple[File, ...]]:
    title = context.team.canned_response
    found = freshdesk.canned_responses(title)
    if not found:
        raise _Blocked(
            f"Freshdesk has no canned response titled “{title}”. Create it there, or change the title in the "
            "settings."
        )
    if len(found) > 1:
        where = ", ".join(f"“{escape(one.folder)}”" for one in found)
        raise _Blocked(
            f"Freshdesk has {len(found)} canned responses titled “{title}” (in {where}). Rename or delete "
            "all but the right one."
        )
    return found[0], tuple(_kept(context, freshdesk, found[0]))


def _kept(context: Context, freshdesk: Freshdesk, response: CannedResponse) -> list[File]:
    files = []
    for info in response.attachments:
        sha256 = context.store.save_blob(freshdesk.download(info))
        files.append(File(info.id, info.name, info.content_type, info.size, sha256, info.url))
    return files


def digest(response: CannedResponse) -> str:
    """Names the words and the files of a canned response (Freshdesk: a replaced file has a new id)."""
    files = [[one.id, one.name, one.size] for one in response.attachments]
    return hashlib.sha256(json.dumps([response.title, response.content_html, files]).encode()).hexdigest()


def differences(planned_text: str, planned_files: tuple[File, ...], now: CannedResponse) -> list[str]:
    """What changed in the canned response since the plan, in words."""
    found = []
    if letters.as_text(now.content_html) != planned_text:
        found.append("its text was edited")
    before = {(one.id, one.name) for one in planned_files}
    after = {(one.id, one.name) for one in now.attachments}
    found += [f"the attachment {name} was removed" for id_, name in sorted(before - after)]
    found += [f"the attachment {name} was added" for id_, name in sorted(after - before)]
    return found or ["it was saved again with other formatting"]


def _event_types(context: Context) -> list[EventType]:
    calendly = context.services.calendly
    if calendly is None:
        raise _Blocked(
            "Calendly is not connected, so the length of the meeting behind the link is not known. Put "
            "Calendly's token in the settings."
        )
    return calendly.event_types()
