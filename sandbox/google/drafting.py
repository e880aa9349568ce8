"""Writing a whole document at once: titles, headings, lists, tables, a table of contents, people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from sandbox.google.document import FIRST_TAB, PERSON, STYLE, Document, Paragraph, Span, Tab
from sandbox.google.units import (
    CELL,
    CHIP,
    CONTENTS,
    CONTENTS_END,
    ROW,
    SECTION,
    TABLE,
    TABLE_END,
    stripped,
    to_units,
)

BULLETS = "BULLET_DISC_CIRCLE_SQUARE"


@dataclass
class Draft:
    """One tab being written from top to bottom; every method gives the draft back."""

    id: str = FIRST_TAB
    title: str = "Tab 1"
    _units: str = SECTION
    _paragraphs: list[Paragraph] = field(default_factory=list)
    _spans: list[Span] = field(default_factory=list)
    _lists: dict[str, str] = field(default_factory=dict)

    def line(self, text: str, style: str = "NORMAL_TEXT", *, bold: bool = False) -> Self:
        """One paragraph."""
        heading = f"h.{self.id}.{len(self._paragraphs)}" if style.startswith("HEADING") else ""
        return self._paragraph(text, Paragraph(style, heading), bold=bold)

    def heading(self, text: str, level: int = 1) -> Self:
        return self.line(text, f"HEADING_{level}")

    def bullets(self, texts: Sequence[str]) -> Self:
        """A list, one bullet for each text."""
        id = f"kix.list.{self.id}.{len(self._lists)}"
        self._lists[id] = BULLETS
        for text in texts:
            self._paragraph(text, Paragraph(list_id=id))
        return self

    def table(self, rows: Sequence[Sequence[str]]) -> Self:
        """A table; its first row is bold."""
        self._units += TABLE
        for number, row in enumerate(rows):
            self._units += ROW
            for text in row:
                self._units += CELL
                self.line(text, bold=number == 0)
        self._units += TABLE_END
        return self

    def contents(self, headings: Sequence[str]) -> Self:
        """A table of contents, which repeats headings as linked lines."""
        self._units += CONTENTS
        for text in headings:
            start = len(self._units)
            self.line(text)
            self._spans.append(Span(STYLE, "", start, len(self._units) - 1, "link #heading"))
        self._units += CONTENTS_END
        return self

    def person(self, before: str, address: str) -> Self:
        """A line that ends with a person's chip."""
        self.line(before + "?")
        place = len(self._units) - 2
        self._units = f"{self._units[:place]}{CHIP}\n"
        self._spans.append(Span(PERSON, f"kix.person.{place}", place, place + 1, address))
        return self

    def tab(self) -> Tab:
        """The tab; a last empty line where text could otherwise not be written."""
        if not self._paragraphs or self._units[-1] != "\n":
            self.line("")
        return Tab(self.id, self.title, self._units, self._paragraphs, self._spans, self._lists)

    def document(self) -> Document:
        """A document of this tab alone."""
        return Document([self.tab()])

    def _paragraph(self, text: str, paragraph: Paragraph, *, bold: bool = False) -> Self:
        start = len(self._units)
        self._units += to_units(stripped(text).replace("\n", " ")) + "\n"
        self._paragraphs.append(paragraph)
        if bold and text:
            self._spans.append(Span(STYLE, "", start, len(self._units) - 1, "bold"))
        return self


def splice(tab: Tab, at: int, draft: Draft) -> None:
    """Put what a draft wrote in front of the paragraph that starts at `at`; spans behind move along."""
    if at == len(tab.units):  # nothing but text can end a document
        draft = draft.line("")
    units = draft._units[1:]
    number = tab.units.count("\n", 0, at)
    shift = len(units)
    moved = [
        replace(
            span,
            start=span.start + (shift if span.start >= at else 0),
            end=span.end + (shift if span.end > at else 0),
        )
        for span in tab.spans
    ]
    new = [replace(span, start=span.start + at - 1, end=span.end + at - 1) for span in draft._spans]
    tab.units = tab.units[:at] + units + tab.units[at:]
    tab.paragraphs[number:number] = draft._paragraphs
    tab.spans = moved + new
    tab.lists |= draft._lists
