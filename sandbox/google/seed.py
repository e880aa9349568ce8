"""The team's drive as a newcomer finds it: Partnerships with its four folders, and the procedure's templates.

Ids are fixed, so that settings can name them.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from sandbox.google.document import COMMENT, Document
from sandbox.google.drafting import Draft
from sandbox.google.records import (
    DOCUMENT,
    FOLDER,
    MY_DRIVE,
    SHORTCUT,
    TEAM_DRIVE,
    Comment,
    File,
    State,
)
from sandbox.google.templates import running_notes, services_agreement

PARTNERSHIPS, AGREEMENTS, TEMPLATES = "1SandboxPartnerships", "1SandboxAgreements", "1SandboxTemplates"
ASSETS, INVOICES, LEGAL = "1SandboxAssets", "1SandboxInvoices", "1SandboxLegal"
NOTES_TEMPLATE = "1SandboxRunningNotesTemplate"
AGREEMENT_SHORTCUT, AGREEMENT_TEMPLATE = "1SandboxAgreementShortcut", "1SandboxAgreementTemplate"
NOTES_NAME, AGREEMENT_NAME = "[Template] Running Notes", "[TEMPLATE] Outbound Services Agreement"

DAMIAN, JIM, BEA = "damian@2i2c.org", "jim@2i2c.org", "bea@2i2c.org"
TREE = (
    (PARTNERSHIPS, "Partnerships", TEAM_DRIVE),
    (AGREEMENTS, "Agreements", PARTNERSHIPS),
    (TEMPLATES, "Templates", PARTNERSHIPS),
    (ASSETS, "Assets", PARTNERSHIPS),
    (INVOICES, "Invoices", PARTNERSHIPS),
    (LEGAL, "Legal (CS&S)", TEAM_DRIVE),
)
_LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><text x="4" y="28">2i2c</text></svg>'


def seeded(now: datetime) -> tuple[State, dict[str, Document]]:
    """Everything older than `now`."""
    before = now - timedelta(days=200)
    state = State(members={DAMIAN: "organizer", JIM: "fileOrganizer", BEA: "writer"})
    documents: dict[str, Document] = {}

    def keep(id: str, name: str, kind: str, parent: str, drive: str = TEAM_DRIVE, **more: Any) -> None:
        state.files[id] = File(id, name, kind, parent, before, before, drive, modified_by=DAMIAN, **more)

    keep(TEAM_DRIVE, "2i2c Team Drive", FOLDER, "")
    keep(MY_DRIVE, "My Drive", FOLDER, "", "")
    for id, name, parent in TREE:
        keep(id, name, FOLDER, parent)
    keep(NOTES_TEMPLATE, NOTES_NAME, DOCUMENT, TEMPLATES)
    keep(AGREEMENT_TEMPLATE, "Outbound Services Agreement (2026)", DOCUMENT, LEGAL)
    target = {"shortcut_to": AGREEMENT_TEMPLATE, "shortcut_type": DOCUMENT}
    keep(AGREEMENT_SHORTCUT, AGREEMENT_NAME, SHORTCUT, TEMPLATES, **target)
    keep("1SandboxHowTo", "How we write agreements", DOCUMENT, AGREEMENTS)
    logo: dict[str, Any] = {"content": base64.b64encode(_LOGO.encode()).decode(), "size": len(_LOGO)}
    keep("1SandboxLogo", "2i2c-logo.svg", "image/svg+xml", ASSETS, **logo)
    documents[NOTES_TEMPLATE] = running_notes()
    documents[AGREEMENT_TEMPLATE] = services_agreement()
    documents["1SandboxHowTo"] = _how_to()
    _comment(state, documents[AGREEMENT_TEMPLATE], before)
    return state, documents


def _how_to() -> Document:
    draft = Draft().line("How we write agreements", "TITLE")
    draft.line(
        "One folder for each partner. Start from the template, never from another partner's agreement."
    )
    return draft.document()


def _comment(state: State, document: Document, at: datetime) -> None:
    """A comment inside the team on the template: a copy for a lead must not carry it."""
    tab, quote = document.tab(), "60 days"
    start = tab.units.index(quote)
    tab.span(COMMENT, start, start + len(quote), "kix.comment.1")
    words = "Our floor is 30 days; do not say so to the partner."
    comment = Comment("1SandboxComment", JIM, words, at, at, quote, "kix.comment.1")
    state.comments[AGREEMENT_TEMPLATE] = [comment]
