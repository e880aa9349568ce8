"""What a person does inside a document: type, delete, comment, suggest, change headings, add tables and tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.freshdesk.parameters import is_address
from sandbox.google.comments import answered
from sandbox.google.document import COMMENT, DELETION, INSERTION, Document, Suggestion, Tab
from sandbox.google.document_json import without_marked
from sandbox.google.drafting import Draft, splice
from sandbox.google.drive import TeamDrive, new_id
from sandbox.google.reading import Line, lines_of
from sandbox.google.records import Comment, File, Reply
from sandbox.google.seed import DAMIAN
from sandbox.google.units import STRUCTURE, to_units

LONGEST_TEXT = 1_000_000


class NotPossible(Exception):
    """What a person asked for cannot be done; `status` is HTTP's, the words are for them."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """What a person's request said, and when."""

    said: dict[str, Any]
    now: datetime

    @property
    def person(self) -> str:
        """Who acts: an address."""
        address = self.said.get("as", DAMIAN)
        if not isinstance(address, str) or not is_address(address):
            raise NotPossible("as: an address is needed.")
        return address

    def text(self, name: str, default: str | None = None) -> str:
        """Any text. Raises NotPossible."""
        value = self.said.get(name, default)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise NotPossible(f"{name}: a text is needed.")
        return value

    def words(self, name: str, limit: int = LONGEST_TEXT) -> str:
        """A text with something in it. Raises NotPossible."""
        value = self.text(name, "")
        if not value.strip() or len(value) > limit:
            raise NotPossible(f"{name}: a text of 1 to {limit} characters is needed.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.said.get(name, default)
        if not isinstance(value, bool):
            raise NotPossible(f"{name}: true or false is needed.")
        return value


Write = Callable[[TeamDrive, File, Document, Asked], str]
"""Changes a document; gives the id of what was made, or "". Raises NotPossible or Problem."""


def type_text(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, at | after | nothing, tab?}`: at an index, after the first such words, or at the end."""
    tab = _tab(document, asked)
    tab.insert(_place(tab, asked), asked.text("text"))
    return ""


def delete_text(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, tab?}`: the first such words."""
    tab = _tab(document, asked)
    tab.delete(*_found(tab, asked.words("text")))
    return ""


def comment(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, quote?, tab?}`: on the first such words, or on the whole document."""
    text, quote, anchor = asked.words("text", 2_048), asked.text("quote", ""), ""
    if quote:
        tab = _tab(document, asked)
        anchor = document.mint("kix.comment")
        tab.span(COMMENT, *_found(tab, quote), anchor)
    made = Comment(new_id(), asked.person, text, asked.now, asked.now, quote, anchor)
    return drive.put_comment(file.id, made).id


def reply(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{comment, text?, action?}`: action "resolve" or "reopen"."""
    thread = next((c for c in drive.comments(file.id) if c.id == asked.words("comment")), None)
    action = asked.text("action", "")
    if thread is None or action not in ("", "resolve", "reopen"):
        raise NotPossible("There is no such comment or action.", 404)
    text = asked.text("text", "") if action else asked.words("text", 2_048)
    said = Reply(new_id(), asked.person, text, asked.now, asked.now, action)
    drive.put_comment(file.id, answered(thread, said))
    return said.id


def suggest(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, at | after | nothing}` suggests to insert, `{delete: words}` to delete; within one paragraph."""
    tab, id = _tab(document, asked), document.mint("suggest")
    if "delete" in asked.said:
        words = asked.words("delete").splitlines()[0]
        tab.span(DELETION, *_found(tab, words), id)
        summary = f"Delete: “{words}”"
    else:
        words = asked.words("text").splitlines()[0]
        place = _place(tab, asked)
        tab.span(INSERTION, place, place + tab.insert(place, words), id)
        summary = f"Add: “{words}”"
    document.suggestions[id] = Suggestion(id, asked.person, asked.now.isoformat(), summary)
    return id


def accept(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{suggestion}`."""
    return _decided(document, asked, "ACCEPTED", DELETION)


def reject(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{suggestion}`."""
    return _decided(document, asked, "REJECTED", INSERTION)


def rename_heading(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{heading, to}`."""
    tab, line = _heading(document, asked)
    start, end = line.start, line.start + len(to_units(line.text))
    tab.insert(end, asked.words("to").splitlines()[0])
    tab.delete(start, end)
    return ""


def remove_heading(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{heading}`: the whole line."""
    tab, line = _heading(document, asked)
    end = line.start + len(to_units(line.text))
    if tab.units[end + 1 : end + 2] in ("", *STRUCTURE):
        tab.delete(line.start, end)
    else:
        tab.delete(line.start, end + 1)
    return ""


def heading_into_table(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{heading}`: the heading moves into a table of one cell, where it stood."""
    tab, line = _heading(document, asked)
    remove_heading(drive, file, document, asked)
    splice(tab, line.start, Draft(tab.id).table([[""]]))
    place = line.start + 3
    tab.insert(place, line.text)
    number = tab.units.count("\n", 0, place)
    tab.paragraphs[number] = replace(tab.paragraphs[number], style=line.style, heading=document.mint("h"))
    return ""


def add_table(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{rows, under}`: a table right below a heading."""
    rows = asked.said.get("rows")
    fits = isinstance(rows, list) and rows and all(isinstance(row, list) and row for row in rows)
    if not fits or not all(isinstance(text, str) for row in rows for text in row):  # type: ignore[union-attr]
        raise NotPossible("rows: a list of rows of texts is needed.")
    tab, line = _heading(document, asked, "under")
    splice(tab, line.start + len(to_units(line.text)) + 1, Draft(tab.id).table(rows))  # type: ignore[arg-type]
    return ""


def add_contents(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """A table of contents below the first line."""
    tab = _tab(document, asked)
    headings = [
        line.text for line in lines_of(tab) if line.style.startswith("HEADING") and not line.in_contents
    ]
    splice(tab, tab.units.index("\n") + 1, Draft(tab.id).contents(headings or [""]))
    return ""


def add_tab(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{title, text?, headings?, parent?, first?}`: one more tab, perhaps in front of or below another."""
    id, parent = document.mint("t"), asked.text("parent", "")
    draft = Draft(id, asked.words("title", 50))
    for text in asked.said.get("headings", []):
        draft.heading(str(text))
    for text in asked.text("text", "").splitlines():
        draft.line(text)
    tab = draft.tab()
    tab.parent = document.tab(parent).id if parent else ""
    document.tabs.insert(0 if asked.flag("first", False) else len(document.tabs), tab)
    return id


ACTIONS: dict[str, tuple[str, Write]] = {
    "type": ("writer", type_text),
    "delete-text": ("writer", delete_text),
    "comment": ("commenter", comment),
    "reply": ("commenter", reply),
    "suggest": ("commenter", suggest),
    "accept": ("writer", accept),
    "reject": ("writer", reject),
    "rename-heading": ("writer", rename_heading),
    "remove-heading": ("writer", remove_heading),
    "heading-into-table": ("writer", heading_into_table),
    "table": ("writer", add_table),
    "contents": ("writer", add_contents),
    "tab": ("writer", add_tab),
}
"""By name: the role it takes, and what it does."""


def _tab(document: Document, asked: Asked) -> Tab:
    return document.tab(asked.text("tab", ""))


def _found(tab: Tab, words: str) -> tuple[int, int]:
    wanted = to_units(words)
    start = tab.units.find(wanted)
    if start < 0:
        raise NotPossible(f"“{words[:80]}” is not in the document.", 409)
    return start, start + len(wanted)


def _place(tab: Tab, asked: Asked) -> int:
    at = asked.said.get("at")
    if at is not None:
        if not isinstance(at, int) or isinstance(at, bool):
            raise NotPossible("at: an index is needed.")
        return at
    if "after" in asked.said:
        return _found(tab, asked.words("after"))[1]
    return len(tab.units) - 1


def _heading(document: Document, asked: Asked, name: str = "heading") -> tuple[Tab, Line]:
    wanted = asked.words(name).strip().casefold()
    for tab in document.tabs:
        for line in lines_of(tab):
            is_heading = line.style.startswith("HEADING") and line.cell is None and not line.in_contents
            if is_heading and line.text.strip().casefold() == wanted:
                return tab, line
    raise NotPossible(f"There is no heading “{wanted[:80]}”.", 409)


def _decided(document: Document, asked: Asked, status: str, removed: str) -> str:
    id = asked.words("suggestion")
    found = document.suggestions.get(id)
    if found is None or found.status != "OPEN":
        raise NotPossible("There is no such open suggestion.", 404)
    document.suggestions[id] = replace(found, status=status)
    for tab in document.tabs:
        without_marked(tab, removed, id)
        tab.spans = [s for s in tab.spans if s.kind not in (INSERTION, DELETION) or s.id != id]
    return id
