"""What a person does to one line of a document: write below it, change it, delete it, comment on it.

A line is named by a key that stays the same while others write elsewhere: its tab, what it says, and which of the
lines that say so it is. When its words were changed meanwhile, the key finds nothing, and nothing is done.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from sandbox.google.document import COMMENT, Document, Tab
from sandbox.google.drive import TeamDrive, new_id
from sandbox.google.reading import Line, lines_of
from sandbox.google.records import Comment, File
from sandbox.google.units import CHIP, STRUCTURE, splits_letter, stripped, to_text, to_units
from sandbox.google.writing import Asked, NotPossible, Write

CHANGED = "That line was changed meanwhile. Nothing was written; what you typed is still here."
LONGEST_COMMENT = 2_048


def keyed(tab: Tab) -> list[tuple[str, Line]]:
    """The lines of a tab from top to bottom, each with its key."""
    seen: Counter[str] = Counter()
    keys: list[tuple[str, Line]] = []
    for line in lines_of(tab):
        words = hashlib.sha256(line.text.encode()).hexdigest()[:10]
        keys.append((f"{tab.id}/{words}/{seen[words]}", line))
        seen[words] += 1
    return keys


def add_line(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, line?}`: a paragraph of its own below a line; without one, at the end of the first tab."""
    text = asked.words("text")
    tab, line = _line(document, asked) if asked.text("line", "") else _last(document)
    end = _end(tab, line)
    tab.insert(end, f"\n{text}")
    if line.style != "NORMAL_TEXT":  # Docs: Enter at the end of a heading goes on in normal text
        first = tab.units.count("\n", 0, end) + 1
        for number in range(first, first + 1 + stripped(text).count("\n")):
            tab.paragraphs[number] = replace(tab.paragraphs[number], style="NORMAL_TEXT", heading="")
    return ""


def change_line(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{line, text}`: only what differs is replaced, so the rest keeps its style."""
    tab, line = _line(document, asked)
    old, new = tab.units[line.start : _end(tab, line)], to_units(stripped(asked.words("text")))
    if CHIP in old:
        raise NotPossible("A line with somebody's name tag cannot be changed here; write below it.")
    first, last = _same(old, new), 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    while splits_letter(old, len(old) - last) or splits_letter(new, len(new) - last):
        last -= 1
    if len(old) - last > first:
        tab.delete(line.start + first, line.start + len(old) - last)
    if len(new) - last > first:
        tab.insert(line.start + first, to_text(new[first : len(new) - last]))
    return ""


def remove_line(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{line}`: with its newline, where the structure allows it; else its words."""
    tab, line = _line(document, asked)
    end = _end(tab, line)
    if tab.units[end + 1 : end + 2] not in ("", *STRUCTURE):
        tab.delete(line.start, end + 1)
    elif end > line.start:
        tab.delete(line.start, end)
    return ""


def comment_line(drive: TeamDrive, file: File, document: Document, asked: Asked) -> str:
    """`{text, line?}`: on a line, or on the whole document."""
    text, quote, anchor = asked.words("text", LONGEST_COMMENT), "", ""
    if asked.text("line", ""):
        tab, line = _line(document, asked)
        if not line.text:
            raise NotPossible("There is nothing on that line to comment on.")
        quote, anchor = line.text, document.mint("kix.comment")
        tab.span(COMMENT, line.start, _end(tab, line), anchor)
    made = Comment(new_id(), asked.person, text, asked.now, asked.now, quote, anchor)
    return drive.put_comment(file.id, made).id


LINE_ACTIONS: dict[str, tuple[str, Write]] = {
    "add-line": ("writer", add_line),
    "change-line": ("writer", change_line),
    "remove-line": ("writer", remove_line),
    "comment-line": ("commenter", comment_line),
}
"""By name: the role it takes, and what it does."""


def _same(old: str, new: str) -> int:
    """How many units both begin with, never half a letter."""
    count = 0
    while count < min(len(old), len(new)) and old[count] == new[count]:
        count += 1
    while splits_letter(old, count) or splits_letter(new, count):
        count -= 1
    return count


def _line(document: Document, asked: Asked) -> tuple[Tab, Line]:
    wanted = asked.words("line", 200)
    for tab in document.tabs:
        for key, line in keyed(tab):
            if key == wanted:
                return tab, line
    raise NotPossible(CHANGED, 409)


def _last(document: Document) -> tuple[Tab, Line]:
    tab = document.tab()
    return tab, lines_of(tab)[-1]


def _end(tab: Tab, line: Line) -> int:
    """Where its newline is; not its text's length, for a name tag is one unit and reads as a name."""
    return tab.units.index("\n", line.start)
