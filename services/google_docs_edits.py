"""The requests that change a document: a dated entry, its retraction, words replaced. Pure functions.

Each edit names what it made by a named range in the same atomic batch, so it is found again and never made
twice. Source of the rules marked "Docs:" is the reference of the Docs API
(https://developers.google.com/workspace/docs/api/reference/rest/v1/documents/request).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.google_docs_structure import NamedRange, Snapshot, Tab, docs_lines, docs_text, heading_in, units

NAME_LIMIT = 256
"""Docs: UTF-16 units of a named range's name."""
HEADING_STYLE = "HEADING_2"
"""Of a heading that was not there and is made."""
_TAIL = re.compile(r"([0-9]+):([0-9a-f]{16})")
_PARAGRAPH_RESET = "namedStyleType,alignment,indentStart,indentEnd,indentFirstLine"
_TEXT_RESET = (
    "backgroundColor,baselineOffset,bold,fontSize,foregroundColor,italic,link,smallCaps,strikethrough,"
    "underline,weightedFontFamily"
)

Request = dict[str, Any]


class Removal(StrEnum):
    """What became of an entry that was to be removed."""

    REMOVED = "removed"
    ABSENT = "absent"
    """It is not there (any more), or was moved, which takes its name away."""
    CHANGED = "changed"
    """Somebody wrote in it: it stays as it is, for a person to decide."""


@dataclass(frozen=True)
class _Entry:
    tab: Tab
    named: NamedRange
    units: int
    digest: str


def entry_requests(snapshot: Snapshot, heading: str, entry_id: str, text: str) -> list[Request] | None:
    """What puts `text` (see `docs_lines`) right under the heading, newest first; None when it is there.

    Without the heading (or with one inside a table) a new one is made at the end of the first tab.
    """
    if has_entry(snapshot, entry_id):
        return None
    name = _name(entry_id, text)
    place = heading_in(snapshot.tabs, heading)
    if place is None:
        return _under_new_heading(snapshot.tabs[0], heading, text, name)
    tab, position = place
    head, following = tab.blocks[position], tab.blocks[position + 1 : position + 2]
    if following and following[0].is_paragraph:
        insert = _insert(head.end, text + "\n", tab)
    else:
        # Docs: text cannot be inserted at a table's start, only into the paragraph before it.
        insert = _insert(head.end - 1, "\n" + text, tab)
    return [insert, *_as_entry(head.end, text, name, tab)]


def removal_requests(snapshot: Snapshot, entry_id: str) -> list[Request] | Removal:
    """What takes exactly the entry's own text away, or why nothing is to be done."""
    entry = _found(snapshot, entry_id)
    if entry is None:
        return Removal.ABSENT
    span = _unchanged_span(entry)
    if span is None:
        return Removal.CHANGED
    forget = {"deleteNamedRange": {"namedRangeId": entry.named.id}}
    return [forget, *_deletion(entry.tab, *span)]


def replacement_requests(
    replacements: Mapping[str, str], marker: str, snapshot: Snapshot | None
) -> list[Request] | None:
    """What replaces each key by its value throughout the document, and marks it done; None when it is.

    A value is never searched for another's key. `snapshot` None is a document not looked at: its mark goes to
    its very beginning. Raises ValueError for an empty key or marker.
    """
    if snapshot is not None and snapshot.has_range(marker):
        return None
    if not 0 < units(marker) <= NAME_LIMIT or not all(replacements):
        raise ValueError("a replacement needs a marker and words to look for")
    mark = {"name": marker, "range": _first_unit(snapshot)}
    steps = _in_order({old: docs_text(new) for old, new in replacements.items()}, marker)
    return [*(_replace(old, new) for old, new in steps), {"createNamedRange": mark}]


def has_entry(snapshot: Snapshot, entry_id: str) -> bool:
    """Whether the entry was written here. People may take its name away by deleting all of its text."""
    return _found(snapshot, entry_id) is not None


def _name(entry_id: str, text: str) -> str:
    """Docs: a range's boundaries move as people write beside it, so its name says how long the text was and
    what it was. Raises ValueError for an id that does not fit."""
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    name = f"pa:entry:{entry_id}:{units(text)}:{digest}"
    if not entry_id or units(name) > NAME_LIMIT:
        raise ValueError("an entry's id has 1 to some 200 characters")
    return name


def _found(snapshot: Snapshot, entry_id: str) -> _Entry | None:
    prefix = f"pa:entry:{entry_id}:"
    for tab, named in snapshot.ranges():
        if named.name.startswith(prefix) and (tail := _TAIL.fullmatch(named.name[len(prefix) :])):
            return _Entry(tab, named, int(tail[1]), tail[2])
    return None


def _unchanged_span(entry: _Entry) -> tuple[int, int] | None:
    """Where the entry's text is, whole and alone in its paragraphs; None when somebody wrote in it."""
    if len(entry.named.spans) != 1:
        return None
    start, end = entry.named.spans[0]
    for first, last in ((start, end), (start, start + entry.units), (end - entry.units, end)):
        text = entry.tab.content(first, last)
        if text is None or last - first != entry.units or not _is(text, entry.digest):
            continue
        alone = _begins_paragraph(entry.tab, first) and entry.tab.content(last, last + 1) == "\n"
        return (first, last) if alone else None
    return None


def _is(text: str, digest: str) -> bool:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16] == digest


def _begins_paragraph(tab: Tab, index: int) -> bool:
    position = tab.block_at(index)
    return position is not None and tab.blocks[position].start == index


def _deletion(tab: Tab, start: int, end: int) -> list[Request]:
    """Docs: the line break before a table, a table of contents or a section break, and the body's last one,
    cannot be deleted; there the break before the entry goes, and the paragraph before keeps its style."""
    first, last = tab.block_at(start), tab.block_at(end)
    assert first is not None and last is not None
    if any(block.is_paragraph for block in tab.blocks[last + 1 : last + 2]):
        return [_delete(start, end + 1, tab)]
    before = tab.blocks[first - 1] if first else None
    if before is None or not before.is_paragraph:
        return [_delete(start, end, tab)]
    return [
        _delete(start - 1, end, tab),
        _style(before.start, before.end, before.style, "namedStyleType", tab),
    ]


def _under_new_heading(tab: Tab, heading: str, text: str, name: str) -> list[Request]:
    heading = docs_lines([heading]).split("\n")[0]
    last = tab.blocks[-1]
    fresh = last.is_paragraph and last.end - last.start == 1
    at = last.end - 1 if fresh else last.end
    start = at + units(heading) + 1
    insert = _insert(last.end - 1, f"{'' if fresh else chr(10)}{heading}\n{text}", tab)
    return [insert, *_styled(at, start - 1, HEADING_STYLE, tab), *_as_entry(start, text, name, tab)]


def _as_entry(start: int, text: str, name: str, tab: Tab) -> list[Request]:
    end = start + units(text)
    named = {"name": name, "range": _range(start, end, tab)}
    return [*_styled(start, end, "NORMAL_TEXT", tab), {"createNamedRange": named}]


def _styled(start: int, end: int, style: str, tab: Tab) -> list[Request]:
    """Plain paragraphs of that style. Docs: new ones take after their neighbours, bullets and all; bullets
    that are taken away leave an indent behind."""
    area = _range(start, end, tab)
    return [
        {"deleteParagraphBullets": {"range": area}},
        _style(start, end, style, _PARAGRAPH_RESET, tab),
        {"updateTextStyle": {"range": area, "textStyle": {}, "fields": _TEXT_RESET}},
    ]


def _style(start: int, end: int, style: str, fields: str, tab: Tab) -> Request:
    update = {"range": _range(start, end, tab), "paragraphStyle": {"namedStyleType": style}, "fields": fields}
    return {"updateParagraphStyle": update}


def _insert(index: int, text: str, tab: Tab) -> Request:
    return {"insertText": {"location": {"index": index, "tabId": tab.id}, "text": text}}


def _delete(start: int, end: int, tab: Tab) -> Request:
    return {"deleteContentRange": {"range": _range(start, end, tab)}}


def _range(start: int, end: int, tab: Tab) -> dict[str, Any]:
    return {"startIndex": start, "endIndex": end, "tabId": tab.id}


def _replace(old: str, new: str) -> Request:
    return {"replaceAllText": {"containsText": {"text": old, "matchCase": True}, "replaceText": new}}


def _in_order(replacements: Mapping[str, str], marker: str) -> list[tuple[str, str]]:
    """Longer keys first; by way of words that nobody writes where a value holds another's key."""
    steps = sorted(replacements.items(), key=lambda step: -len(step[0]))
    numbered = list(enumerate(steps))
    if not any(old in new for at, (old, _) in numbered for other, (_, new) in numbered if at != other):
        return steps
    places = [f"⟦{marker}/{number}⟧" for number in range(len(steps))]
    there = [(old, place) for (old, _), place in zip(steps, places, strict=True)]
    return there + [(place, new) for (_, new), place in zip(steps, places, strict=True)]


def _first_unit(snapshot: Snapshot | None) -> dict[str, Any]:
    """Docs: without a tab's id a range is in the first tab."""
    if snapshot is None:
        return {"startIndex": 1, "endIndex": 2}
    tab = snapshot.tabs[0]
    start = next(block.start for block in tab.blocks if block.is_paragraph)
    return _range(start, start + 1, tab)
