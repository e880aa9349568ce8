"""A document: tabs of paragraphs, with spans (styles, named ranges, suggestions, comments) that move with the text.

Indexes are Docs' own: UTF-16 units, 0 is the section break, a paragraph ends after its newline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from sandbox.google.problems import Problem
from sandbox.google.units import (
    CELL,
    CONTENTS,
    CONTENTS_END,
    ROW,
    SECTION,
    STRUCTURE,
    TABLE,
    TABLE_END,
    is_paragraph_start,
    splits_letter,
    stripped,
    to_text,
    to_units,
)

NAMED, COMMENT, INSERTION, DELETION, STYLE, PERSON = (
    "named", "comment", "insertion", "deletion", "style", "person",
)  # fmt: skip
FIRST_TAB = "t.0"
_OPENED = {TABLE: TABLE_END, CONTENTS: CONTENTS_END}


@dataclass(frozen=True)
class Paragraph:
    """How one paragraph looks; `list_id` is the id of its list, `more` are other settings such as alignment."""

    style: str = "NORMAL_TEXT"
    heading: str = ""
    list_id: str = ""
    nesting: int = 0
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """Something that holds from `start` to before `end`. `value`: a name, a style ("bold", "link https://…"),
    or a person's address."""

    kind: str
    id: str
    start: int
    end: int
    value: str = ""


@dataclass(frozen=True)
class Suggestion:
    """Somebody's suggestion to insert or delete text; `status` is OPEN, ACCEPTED or REJECTED."""

    id: str
    author: str
    at: str
    summary: str
    status: str = "OPEN"


@dataclass
class Tab:
    """One tab. Every newline in `units` ends a paragraph, in the order of `paragraphs`."""

    id: str
    title: str
    units: str = SECTION + "\n"
    paragraphs: list[Paragraph] = field(default_factory=lambda: [Paragraph()])
    spans: list[Span] = field(default_factory=list)
    lists: dict[str, str] = field(default_factory=dict)
    parent: str = ""

    def copy(self) -> Self:
        """One that can be edited for itself; paragraphs and spans never change, they are replaced."""
        return replace(self, paragraphs=[*self.paragraphs], spans=[*self.spans], lists={**self.lists})

    def insert(self, at: int, text: str) -> int:
        """Insert text inside a paragraph; the number of units inserted. Raises Problem 400.

        Google: new paragraphs take the style of the one at the index; text takes the style before it.
        """
        new = to_units(stripped(text))
        if not new:
            raise refused("The text to insert cannot be empty.")
        self._check_place(at)
        number = self.units.count("\n", 0, at)
        here = self.paragraphs[number]
        further = [replace(here, heading="")] * new.count("\n")
        self.paragraphs[number : number + 1] = [here, *further]
        at_start = is_paragraph_start(self.units, at)
        self.units = self.units[:at] + new + self.units[at:]
        self.spans = [kept for span in self.spans for kept in _after_insert(span, at, len(new), at_start)]
        return len(new)

    def delete(self, start: int, end: int) -> None:
        """Delete from `start` to before `end`. Raises Problem 400 when the structure would break."""
        self._check_deletion(start, end)
        first, gone = self.units.count("\n", 0, start), self.units.count("\n", start, end)
        if is_paragraph_start(self.units, start):
            del self.paragraphs[first : first + gone]
        else:  # the paragraphs merge, and the first one's style stays
            del self.paragraphs[first + 1 : first + 1 + gone]
        self.units = self.units[:start] + self.units[end:]
        self.spans = [kept for span in self.spans if (kept := _after_delete(span, start, end))]

    def span(self, kind: str, start: int, end: int, id: str, value: str = "") -> None:
        """Lay a span over existing text. Raises Problem 400 for a range outside."""
        self.check_range(start, end)
        self.spans.append(Span(kind, id, start, end, value))

    def style_text(self, start: int, end: int, name: str, value: str | None) -> None:
        """Set a text style such as "bold" or "link" (`value`: its address), or take it away (None).

        Half a letter cannot be bold: the range grows to whole ones.
        """
        self.check_range(start, end)
        while splits_letter(self.units, start):
            start -= 1
        while splits_letter(self.units, end):
            end += 1
        kept = []
        for span in self.spans:
            if span.kind == STYLE and span.value.partition(" ")[0] == name:
                kept += _without(span, start, end)
            else:
                kept.append(span)
        new = [] if value is None else [Span(STYLE, "", start, end, f"{name} {value}".strip())]
        self.spans = kept + new

    def numbers(self, start: int, end: int) -> range:
        """The numbers of the paragraphs that overlap a range. Raises Problem 400."""
        self.check_range(start, end)
        first = self.units.count("\n", 0, start)
        return range(first, self.units.count("\n", 0, end - 1) + 1)

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a paragraph starts, and where it ends after its newline."""
        end = -1
        for _ in range(number + 1):
            end = self.units.index("\n", end + 1)
        start = end
        while not is_paragraph_start(self.units, start):
            start -= 1
        return start, end + 1

    def check_range(self, start: int, end: int) -> None:
        """Raises Problem 400 for an empty range or one outside the text."""
        if end > len(self.units) or start < 0:
            raise self._outside(end)
        if start == 0:
            raise refused("The range must not include the first section break.")
        if start >= end:
            raise refused("The range should not be empty.")

    def _check_place(self, at: int) -> None:
        if at >= len(self.units):
            raise self._outside(at)
        if at < 1 or self.units[at] in STRUCTURE:
            words = "The insertion index must be inside the bounds of an existing paragraph."
            raise refused(f"{words} You can still create new paragraphs by inserting newlines.")
        if splits_letter(self.units, at):
            raise refused("The insertion index cannot be within a grapheme cluster.")

    def _check_deletion(self, start: int, end: int) -> None:
        self.check_range(start, end)
        if end == len(self.units):
            raise refused("The range cannot include the newline character at the end of the segment.")
        if splits_letter(self.units, start) or splits_letter(self.units, end):
            raise refused("The range should not split a grapheme cluster.")
        if not _is_whole(self.units[start:end]):
            raise refused("Invalid deletion range. Cannot delete the requested range.")
        if self.units[end] in STRUCTURE and (self.units[end - 1] == "\n" or self.units[start - 1] != "\n"):
            raise refused("The range cannot include the newline before a table, or at the end of a cell.")

    def _outside(self, index: int) -> Problem:
        limit = len(self.units)
        return refused(f"Index {index} must be less than the end index of the referenced segment, {limit}.")

    def to_json(self) -> dict[str, Any]:
        """Everything, with the text as ordinary text."""
        return asdict(self) | {"units": to_text(self.units)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when `kept` is not what `to_json` gave."""
        paragraphs = [Paragraph(**each) for each in kept["paragraphs"]]
        spans = [Span(**each) for each in kept["spans"]]
        return cls(**kept | {"units": to_units(kept["units"]), "paragraphs": paragraphs, "spans": spans})


@dataclass
class Document:
    """The tabs in reading order, the first one first; every change counts `revision` up."""

    tabs: list[Tab]
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    revision: int = 1
    minted: int = 0

    @classmethod
    def blank(cls) -> Self:
        return cls([Tab(FIRST_TAB, "Tab 1")])

    def copy(self) -> Self:
        """One that can be edited for itself."""
        return replace(self, tabs=[tab.copy() for tab in self.tabs], suggestions={**self.suggestions})

    def tab(self, id: str = "") -> Tab:
        """A tab; the first where none is named. Raises Problem 400."""
        for tab in self.tabs:
            if id in ("", tab.id):
                return tab
        raise refused(f"The tab {id[:50]} does not exist.")

    def mint(self, prefix: str) -> str:
        """A new id, e.g. "kix.7"."""
        self.minted += 1
        return f"{prefix}.{self.minted:x}"

    def revision_id(self, document_id: str) -> str:
        """Google: an opaque string, not a number one could count."""
        return "A" + hashlib.sha256(f"{document_id}/{self.revision}".encode()).hexdigest()[:40]

    def forget_comments(self) -> None:
        """Drop the places comments point to."""
        for tab in self.tabs:
            tab.spans = [span for span in tab.spans if span.kind != COMMENT]

    def to_json(self) -> dict[str, Any]:
        kept = {"revision": self.revision, "minted": self.minted}
        suggestions = [asdict(each) for each in self.suggestions.values()]
        return kept | {"tabs": [tab.to_json() for tab in self.tabs], "suggestions": suggestions}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when `kept` is not what `to_json` gave."""
        tabs = [Tab.from_json(each) for each in kept["tabs"]]
        suggestions = {each["id"]: Suggestion(**each) for each in kept["suggestions"]}
        return cls(tabs, suggestions, kept["revision"], kept["minted"])


def refused(words: str) -> Problem:
    return Problem(400, "INVALID_ARGUMENT", words)


def _after_insert(span: Span, at: int, length: int, at_paragraph_start: bool) -> Sequence[Span]:
    """Google: what is inserted inside a named range makes it longer; a suggestion is split by what others type."""
    if at <= span.start:
        return [replace(span, start=span.start + length, end=span.end + length)]
    inherits = span.kind == STYLE and at == span.end and not at_paragraph_start
    if at > span.end or (at == span.end and not inherits):
        return [span]
    if span.kind in (INSERTION, DELETION):
        return [replace(span, end=at), replace(span, start=at + length, end=span.end + length)]
    return [replace(span, end=span.end + length)]


def _after_delete(span: Span, start: int, end: int) -> Span | None:
    def moved(index: int) -> int:
        return index - max(0, min(end, index) - start)

    kept = replace(span, start=moved(span.start), end=moved(span.end))
    return kept if kept.start < kept.end else None


def _without(span: Span, start: int, end: int) -> list[Span]:
    parts = [replace(span, end=min(span.end, start)), replace(span, start=max(span.start, end))]
    return [part for part in parts if part.start < part.end]


def _is_whole(units: str) -> bool:
    """Whether a range holds its tables and tables of contents whole."""
    awaited: list[str] = []
    for unit in units:
        if unit in _OPENED:
            awaited.append(_OPENED[unit])
        elif unit in (TABLE_END, CONTENTS_END):
            if not awaited or awaited.pop() != unit:
                return False
        elif unit in (ROW, CELL) and (not awaited or awaited[-1] != TABLE_END):
            return False
    return not awaited
