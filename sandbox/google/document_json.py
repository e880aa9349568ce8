"""A document as Docs' API tells it: structural elements, runs, lists, named ranges, comments and suggestions."""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable
from typing import Any

from sandbox.google.document import (
    COMMENT,
    DELETION,
    INSERTION,
    NAMED,
    PERSON,
    STYLE,
    Document,
    Paragraph,
    Span,
    Suggestion,
    Tab,
)
from sandbox.google.drive import TeamDrive, name_of, permission_id
from sandbox.google.records import ASSISTANT, Comment, File, Reply
from sandbox.google.units import (
    CELL,
    CHIP,
    CONTENTS,
    CONTENTS_END,
    ROW,
    SECTION,
    TABLE,
    TABLE_END,
    to_text,
)

INLINE = "SUGGESTIONS_INLINE"
VIEWS = {"PREVIEW_SUGGESTIONS_ACCEPTED": DELETION, "PREVIEW_WITHOUT_SUGGESTIONS": INSERTION}
"""The views without suggestions, and the spans that are not there in them."""
NUMBERED, BULLETED = "NUMBERED", ("●", "○", "■")


def tabs_as_json(document: Document, view: str) -> list[dict[str, Any]]:
    """`Document.tabs`: the top tabs in order, each with its child tabs."""

    def below(parent: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for tab in (each for each in document.tabs if each.parent == parent):
            properties: dict[str, Any] = {"tabId": tab.id, "title": tab.title, "index": len(found)}
            if parent:
                properties |= {"parentTabId": parent, "nestingLevel": 1}
            one = {"tabProperties": properties, "documentTab": tab_as_json(tab, view)}
            found.append(one | ({"childTabs": inner} if (inner := below(tab.id)) else {}))
        return found

    return below("")


def tab_as_json(tab: Tab, view: str) -> dict[str, Any]:
    """`DocumentTab`, in a `suggestionsViewMode`."""
    seen = _without_suggestions(tab, VIEWS[view]) if view in VIEWS else tab
    told: dict[str, Any] = {"body": {"content": _Reader(seen).content()}, "documentStyle": {}}
    if named := _named_ranges(seen):
        told["namedRanges"] = named
    if tab.lists:
        told["lists"] = {id: _list(preset) for id, preset in tab.lists.items()}
    return told


def anchors_as_json(tab: Tab) -> dict[str, Any]:
    """`DocumentTab.commentAnchors`: the places comments point to."""
    anchors: dict[str, Any] = {}
    for span in tab.spans:
        if span.kind == COMMENT:
            anchor = anchors.setdefault(span.id, {"anchorId": span.id, "ranges": []})
            anchor["ranges"].append(_range(span, tab))
    return anchors


def comment_as_json(comment: Comment) -> dict[str, Any]:
    """A `CommentThread` of the Docs API."""
    return {
        "commentId": comment.id,
        "status": "RESOLVED" if comment.resolved else "OPEN",
        **({"anchorId": comment.anchor} if comment.anchor else {}),
        **({"plainTextQuote": comment.quote} if comment.quote else {}),
        "headPost": _post(comment),
        "replies": [_post(each) for each in comment.replies],
    }


def suggestion_as_json(suggestion: Suggestion) -> dict[str, Any]:
    """A `SuggestionThread` of the Docs API."""
    post = {
        "postId": suggestion.id,
        "author": author_as_json(suggestion.author),
        "createTime": suggestion.at,
        "updateTime": suggestion.at,
    }
    return {
        "suggestionId": suggestion.id,
        "status": suggestion.status,
        "summaryText": suggestion.summary,
        "summaryHtml": html.escape(suggestion.summary),
        "headPost": post,
        "replies": [],
    }


def author_as_json(address: str) -> dict[str, Any]:
    """A `PostAuthor`."""
    told: dict[str, Any] = {"displayName": name_of(address), "user": f"people/{permission_id(address)}"}
    return told | ({"me": True} if address == ASSISTANT else {})


def comments_as_json(drive: TeamDrive, file: File) -> list[dict[str, Any]]:
    """`Document.comments`: all threads, resolved ones too."""
    return [comment_as_json(each) for each in drive.comments(file.id)]


def without_marked(tab: Tab, kind: str, id: str = "") -> None:
    """Delete from a tab what spans of a kind mark (of one suggestion, or of all)."""
    while True:
        span = next((s for s in tab.spans if s.kind == kind and id in ("", s.id)), None)
        if span is None:
            return
        tab.delete(span.start, span.end)


def _post(said: Comment | Reply) -> dict[str, Any]:
    actions = {"resolve": "RESOLVE", "reopen": "REOPEN"}
    action = said.action if isinstance(said, Reply) else ""
    return {
        "postId": said.id,
        "author": author_as_json(said.author),
        "content": said.content,
        "contentHtml": html.escape(said.content),
        "createTime": said.created.isoformat(),
        "updateTime": said.modified.isoformat(),
        **({"commentAction": actions[action]} if action else {}),
    }


def _without_suggestions(tab: Tab, kind: str) -> Tab:
    seen = tab.copy()
    without_marked(seen, kind)
    seen.spans = [span for span in seen.spans if span.kind not in (INSERTION, DELETION)]
    return seen


def _named_ranges(tab: Tab) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for span in tab.spans:
        if span.kind == NAMED:
            group = named.setdefault(span.value, {"name": span.value, "namedRanges": []})
            one = {"namedRangeId": span.id, "name": span.value, "ranges": [_range(span, tab)]}
            group["namedRanges"].append(one)
    return named


def _range(span: Span, tab: Tab) -> dict[str, Any]:
    return {"startIndex": span.start, "endIndex": span.end, "tabId": tab.id}


def _list(preset: str) -> dict[str, Any]:
    if preset.startswith(NUMBERED):
        levels = [{"glyphType": "DECIMAL", "glyphFormat": f"%{level}."} for level in range(9)]
    else:
        levels = [{"glyphSymbol": BULLETED[n % 3], "glyphFormat": f"%{n}"} for n in range(9)]
    return {"listProperties": {"nestingLevels": levels}}


class _Reader:
    """Walks the units of one tab from left to right."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._shown = [span for span in tab.spans if span.kind in (STYLE, INSERTION, DELETION, PERSON)]
        self._at = 0
        self._paragraph = 0

    def content(self, *stops: str) -> list[dict[str, Any]]:
        """The structural elements up to one of the marks that end them."""
        readers: dict[str, Callable[[], dict[str, Any]]] = {
            SECTION: self._section,
            TABLE: self._table,
            CONTENTS: self._table_of_contents,
        }
        units, found = self._tab.units, []
        while self._at < len(units) and units[self._at] not in stops:
            found.append(readers.get(units[self._at], self._text)())
        return found

    def _section(self) -> dict[str, Any]:
        self._at += 1
        return {"endIndex": self._at, "sectionBreak": {"sectionStyle": {"sectionType": "CONTINUOUS"}}}

    def _table(self) -> dict[str, Any]:
        start = self._entered()
        rows: list[dict[str, Any]] = []
        while self._tab.units[self._at] == ROW:
            row_start = self._entered()
            cells: list[dict[str, Any]] = []
            while self._tab.units[self._at] == CELL:
                cell = {"startIndex": self._entered(), "content": self.content(CELL, ROW, TABLE_END)}
                cells.append(cell | {"endIndex": self._at, "tableCellStyle": {}})
            rows.append({"startIndex": row_start, "endIndex": self._at, "tableCells": cells})
        self._at += 1
        columns = max((len(row["tableCells"]) for row in rows), default=0)
        table = {"rows": len(rows), "columns": columns, "tableRows": rows, "tableStyle": {}}
        return {"startIndex": start, "endIndex": self._at, "table": table}

    def _table_of_contents(self) -> dict[str, Any]:
        start = self._entered()
        inside = self.content(CONTENTS_END)
        self._at += 1
        return {"startIndex": start, "endIndex": self._at, "tableOfContents": {"content": inside}}

    def _entered(self) -> int:
        self._at += 1
        return self._at - 1

    def _text(self) -> dict[str, Any]:
        start = self._at
        self._at = self._tab.units.index("\n", start) + 1
        paragraph = self._tab.paragraphs[self._paragraph]
        self._paragraph += 1
        told: dict[str, Any] = {
            "elements": _runs(self._tab.units, self._shown, start, self._at),
            "paragraphStyle": _paragraph_style(paragraph, start),
        }
        if paragraph.list_id:
            told["bullet"] = {"listId": paragraph.list_id, "textStyle": {}}
            if paragraph.nesting:
                told["bullet"]["nestingLevel"] = paragraph.nesting
        return {"startIndex": start, "endIndex": self._at, "paragraph": told}


def _paragraph_style(paragraph: Paragraph, start: int) -> dict[str, Any]:
    style: dict[str, Any] = {"namedStyleType": paragraph.style, "direction": "LEFT_TO_RIGHT"}
    if paragraph.style.startswith("HEADING"):
        style["headingId"] = paragraph.heading or f"h.{start}"
    return style | paragraph.more


def _runs(units: str, shown: list[Span], start: int, end: int) -> list[dict[str, Any]]:
    """The paragraph's elements: a new one wherever a style, suggestion or chip begins or ends."""
    spans = [s for s in shown if s.start < end and s.end > start]
    cuts = {start, end} | {cut for s in spans for cut in (s.start, s.end) if start < cut < end}
    places = sorted(cuts)
    return [
        {
            "startIndex": a,
            "endIndex": b,
            **_run(units[a:b], [s for s in spans if s.start <= a and s.end >= b]),
        }
        for a, b in itertools.pairwise(places)
    ]


def _run(units: str, spans: list[Span]) -> dict[str, Any]:
    told: dict[str, Any] = {"textStyle": _text_style(spans)}
    if inserted := [s.id for s in spans if s.kind == INSERTION]:
        told["suggestedInsertionIds"] = inserted
    if deleted := [s.id for s in spans if s.kind == DELETION]:
        told["suggestedDeletionIds"] = deleted
    person = next((s for s in spans if s.kind == PERSON), None)
    if units == CHIP and person:
        properties = {"name": name_of(person.value), "email": person.value}
        return {"person": {"personId": person.id, "personProperties": properties, **told}}
    return {"textRun": {"content": to_text(units), **told}}


def _text_style(spans: list[Span]) -> dict[str, Any]:
    style: dict[str, Any] = {}
    for span in spans:
        if span.kind == STYLE:
            name, _, value = span.value.partition(" ")
            style[name] = {"url": value} if name == "link" else True
    return style
