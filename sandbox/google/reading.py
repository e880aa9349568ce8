"""A document as a reader sees it: plain lines with their runs, for pages, exports and people's JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.google.document import COMMENT, DELETION, INSERTION, PERSON, STYLE, Document, Paragraph, Tab
from sandbox.google.drive import name_of
from sandbox.google.units import CELL, CHIP, CONTENTS, CONTENTS_END, ROW, STRUCTURE, TABLE, TABLE_END, to_text


@dataclass(frozen=True)
class Run:
    """Words of one look. `inserted` and `deleted` are suggestions; `comments` are anchors of comments."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    inserted: bool = False
    deleted: bool = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One paragraph. `style` is Docs' name (TITLE, HEADING_1 … NORMAL_TEXT); `bullet` is "", "•" or "1.".

    `cell` is its table's number in the tab, its row and its column, from 0; None outside tables. `start` is
    its index.
    """

    tab: str
    start: int
    style: str
    runs: tuple[Run, ...]
    bullet: str = ""
    depth: int = 0
    cell: tuple[int, int, int] | None = None
    in_contents: bool = False

    @property
    def text(self) -> str:
        """The words, suggestions to insert included."""
        return "".join(run.text for run in self.runs)


def lines(document: Document) -> list[Line]:
    """All paragraphs, tab by tab."""
    return [line for tab in document.tabs for line in lines_of(tab)]


def lines_of(tab: Tab) -> list[Line]:
    """The paragraphs of one tab, from top to bottom."""
    return list(_walked(tab))


def text_of(document: Document) -> str:
    """The words of all tabs, one paragraph a line."""
    return "\n".join(line.text for line in lines(document))


def _walked(tab: Tab) -> Iterator[Line]:
    tables, row, column, in_table, in_contents, number, at = -1, 0, 0, False, False, 0, 0
    while at < len(tab.units):
        mark = tab.units[at]
        if mark in STRUCTURE:
            if mark == TABLE:
                tables, row, in_table = tables + 1, -1, True
            elif mark == ROW:
                row, column = row + 1, -1
            elif mark == CELL:
                column += 1
            elif mark == TABLE_END:
                in_table = False
            in_contents = mark == CONTENTS or (in_contents and mark != CONTENTS_END)
            at += 1
            continue
        end = tab.units.index("\n", at)
        cell = (tables, row, column) if in_table else None
        yield _line(tab, tab.paragraphs[number], at, end, cell, in_contents)
        number, at = number + 1, end + 1


def _line(
    tab: Tab, paragraph: Paragraph, start: int, end: int, cell: tuple[int, int, int] | None, in_contents: bool
) -> Line:
    preset = tab.lists.get(paragraph.list_id, "")
    bullet = ("1." if preset.startswith("NUMBERED") else "•") if paragraph.list_id else ""
    runs = tuple(_runs(tab, start, end))
    return Line(tab.id, start, paragraph.style, runs, bullet, paragraph.nesting, cell, in_contents)


def _runs(tab: Tab, start: int, end: int) -> Iterator[Run]:
    kinds = (STYLE, INSERTION, DELETION, COMMENT, PERSON)
    spans = [s for s in tab.spans if s.kind in kinds and s.start < end and s.end > start]
    cuts = {start, end} | {cut for s in spans for cut in (s.start, s.end) if start < cut < end}
    places = sorted(cuts)
    for a, b in itertools.pairwise(places):
        here = [s for s in spans if s.start <= a and s.end >= b]
        looks = {s.value.partition(" ")[0]: s.value.partition(" ")[2] for s in here if s.kind == STYLE}
        person = next((s.value for s in here if s.kind == PERSON), "")
        text = tab.units[a:b].replace(CHIP, f"@{name_of(person)}" if person else "")
        yield Run(
            to_text(text),
            bold="bold" in looks,
            italic="italic" in looks,
            link=looks.get("link", ""),
            inserted=any(s.kind == INSERTION for s in here),
            deleted=any(s.kind == DELETION for s in here),
            comments=tuple(s.id for s in here if s.kind == COMMENT),
        )
