"""The helpdesk as a newcomer finds it: three agents, one mailbox, and the canned response "Hail the Lead"."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

from sandbox.freshdesk.records import Agent, CannedResponse, File, Folder, Mailbox, State
from sandbox.freshdesk.service_description import service_description

DAMIAN, JIM, BEA = 101, 102, 103
PARTNERSHIPS_MAILBOX = 1001
PERSONAL_FOLDER, PARTNERSHIPS_FOLDER = 501, 502
HAIL_THE_LEAD = 601
SERVICE_DESCRIPTION = 701

HAIL_TEXT = (
    "<p>Hello!</p>"
    "<p>Thank you for your interest in learning more about 2i2c. Please find a service description with "
    "pricing information attached to this email. If you have questions or wish to connect for a conversation, "
    "reach out to us by email using partnerships@2i2c.org or "
    '<a href="https://calendly.com/colliand/25-minute-zoom-meeting">schedule a virtual meeting by clicking '
    "here</a>. </p>"
    "<p>Best regards, <br>2i2c's Partnerships Team</p>"
)
"""The procedure's canned response, word for word (SOP "Hail the Lead", step 1)."""


def seeded_state(now: datetime) -> State:
    """Everything older than `now`."""
    before = now - timedelta(days=90)
    state = State(secret=secrets.token_hex(16))
    for id, address, name in (
        (DAMIAN, "damian@2i2c.org", "Damian"),
        (JIM, "jim@2i2c.org", "Jim"),
        (BEA, "bea@2i2c.org", "Bea"),
    ):
        state.agents[id] = Agent(id, address, name)
    name = "2i2c Partnerships"
    state.mailboxes[PARTNERSHIPS_MAILBOX] = Mailbox(
        PARTNERSHIPS_MAILBOX, "partnerships@2i2c.org", name, active=True, default=True, created_at=before
    )
    state.folders[PERSONAL_FOLDER] = Folder(PERSONAL_FOLDER, "Personal", personal=True)
    state.folders[PARTNERSHIPS_FOLDER] = Folder(PARTNERSHIPS_FOLDER, "Partnerships", personal=False)
    pdf = _kept(state, "2i2c-service-description.pdf", service_description(), before)
    state.canned[HAIL_THE_LEAD] = CannedResponse(
        HAIL_THE_LEAD, PARTNERSHIPS_FOLDER, "Hail the Lead", HAIL_TEXT, (pdf,), before, before
    )
    state.inboxes.append("ada@uni.example")
    return state


def _kept(state: State, name: str, data: bytes, at: datetime) -> File:
    digest = hashlib.sha256(data).hexdigest()
    state.blobs[digest] = base64.b64encode(data).decode()
    return File(SERVICE_DESCRIPTION, name, "application/pdf", len(data), digest, at)
