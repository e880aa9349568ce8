"""A Google document as data: tabs, paragraphs, headings and named ranges, in Docs' own UTF-16 indices.

Pure functions. Source of the rules marked "Docs:" is the reference of the Docs API
(https://developers.google.com/workspace/docs/api/reference/rest/v1/documents).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STRUCTURE = (
    "revisionId,tabs(tabProperties(tabId,title),childTabs,documentTab(namedRanges,body(content(startIndex,"
    "endIndex,paragraph(paragraphStyle(namedStyleType),elements(startIndex,endIndex,"
    "textRun(content,suggestedDeletionIds)))))))"
)
"""The `fields` that `snapshot` reads."""
NAMES = "revisionId,tabs(tabProperties(tabId,title),childTabs,documentTab(namedRanges))"
"""The `fields` for a snapshot of the named ranges alone."""
NOT_TEXT = "\ufffc"
"""Stands for one UTF-16 unit of something that is no text: a picture, a person chip, a footnote mark."""
_STRIPPED = re.compile("[\x00-\x08\x0c-\x1f\ue000-\uf8ff]")
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Block:
    """One structural element of a body, from index `start` to before `end`.

    A paragraph has its named `style`, its `words` (without what somebody suggests to delete) and `content`,
    everything in it as UTF-16-LE, two bytes per index, ending with its line break. Tables, tables of
    contents and section breaks have empty ones.
    """

    start: int
    end: int
    style: str = ""
    words: str = ""
    content: bytes = b""

    @property
    def is_paragraph(self) -> bool:
        return bool(self.content)

    @property
    def is_heading(self) -> bool:
        return self.style.startswith("HEADING")


@dataclass(frozen=True)
class NamedRange:
    """A name over parts of a tab; one that people took apart has several spans."""

    id: str
    name: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Tab:
    """One tab's body. Indices start at 1 in each tab."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    ranges: tuple[NamedRange, ...]

    def block_at(self, index: int) -> int | None:
        """The position in `blocks` of the paragraph that holds `index`."""
        for position, block in enumerate(self.blocks):
            if block.start <= index < block.end:
                return position if block.is_paragraph else None
        return None

    def content(self, start: int, end: int) -> str | None:
        """The text from `start` to before `end`; None where that leaves the body's top-level paragraphs."""
        found = bytearray()
        at = start
        while at < end:
            position = self.block_at(at)
            if position is None:
                return None
            block = self.blocks[position]
            upto = min(end, block.end)
            found += block.content[2 * (at - block.start) : 2 * (upto - block.start)]
            at = upto
        return found.decode("utf-16-le", "replace")


@dataclass(frozen=True)
class Snapshot:
    """A document at one revision; tabs in reading order, children after their parent."""

    revision: str
    tabs: tuple[Tab, ...]

    def ranges(self) -> Iterator[tuple[Tab, NamedRange]]:
        """Every named range, with its tab."""
        return ((tab, each) for tab in self.tabs for each in tab.ranges)

    def has_range(self, name: str) -> bool:
        return any(each.name == name for _, each in self.ranges())


def snapshot(data: Mapping[str, Any]) -> Snapshot:
    """The answer of documents.get with tabs. Raises ValueError for one without any, KeyError for odd ones."""
    tabs = tuple(_tabs(data["tabs"]))
    if not tabs:
        raise ValueError("a document without tabs")
    return Snapshot(str(data.get("revisionId") or ""), tabs)


def heading_in(tabs: Sequence[Tab], heading: str) -> tuple[Tab, int] | None:
    """Where the first heading of these words is: its tab and position in `blocks`; None without one.

    Only headings of the body itself count: a table of contents repeats them, and one inside a table is no
    place for entries. Case and space around do not matter.
    """
    wanted = _folded(heading)
    for tab in tabs:
        for position, block in enumerate(tab.blocks):
            if block.is_heading and _folded(block.words) == wanted:
                return tab, position
    return None


def docs_lines(lines: Sequence[str]) -> str:
    """Lines as Docs keeps them, joined by line breaks; a break inside a line begins another one.

    Empty lines before and after are dropped. Raises ValueError when nothing is left.
    """
    text = "\n".join(docs_text(part) for line in lines for part in _BREAKS.split(line))
    text = text.strip("\n")
    if not text.strip():
        raise ValueError("there is nothing to write")
    return text


def docs_text(text: str) -> str:
    """What is left of `text` in a document. Docs: it strips U+0000-0008, 000C-001F and E000-F8FF; half a
    surrogate pair, which cannot be sent, becomes U+FFFD."""
    return _STRIPPED.sub("", _SURROGATES.sub("\ufffd", text))


def units(text: str) -> int:
    """How many indices `text` takes. Docs: indices count UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _tabs(rows: Any) -> Iterator[Tab]:
    for row in rows:
        properties, content = row["tabProperties"], row.get("documentTab") or {}
        blocks = tuple(_block(each) for each in (content.get("body") or {}).get("content", ()))
        ranges = tuple(_ranges(content.get("namedRanges") or {}))
        yield Tab(str(properties["tabId"]), str(properties.get("title") or ""), blocks, ranges)
        yield from _tabs(row.get("childTabs") or ())


def _ranges(named: Mapping[str, Any]) -> Iterator[NamedRange]:
    """Docs: the ranges are keyed by name, and a name may be given several times."""
    for name, group in named.items():
        for each in group.get("namedRanges", ()):
            spans = ((int(part.get("startIndex") or 0), int(part["endIndex"])) for part in each["ranges"])
            yield NamedRange(str(each["namedRangeId"]), str(name), tuple(spans))


def _block(row: Mapping[str, Any]) -> Block:
    start, end = int(row.get("startIndex") or 0), int(row["endIndex"])
    paragraph = row.get("paragraph")
    if paragraph is None:
        return Block(start, end)
    style = str((paragraph.get("paragraphStyle") or {}).get("namedStyleType") or "")
    words, content = "", b""
    for element in paragraph.get("elements", ()):
        run = element.get("textRun")
        if run is None:
            content += (NOT_TEXT * (int(element["endIndex"]) - int(element["startIndex"]))).encode(
                "utf-16-le"
            )
            continue
        text = str(run.get("content") or "")
        content += text.encode("utf-16-le", "surrogatepass")
        if not run.get("suggestedDeletionIds"):
            words += text
    if len(content) != 2 * (end - start):
        raise ValueError("a paragraph that is longer or shorter than its indices say")
    return Block(start, end, style, words, content)


def _folded(text: str) -> str:
    return docs_text(text).strip().casefold()
