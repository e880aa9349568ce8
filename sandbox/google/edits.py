"""The requests of documents.batchUpdate, each an edit of a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.google import masks
from sandbox.google.discovery import api
from sandbox.google.document import NAMED, Document, Tab, refused
from sandbox.google.given import Given
from sandbox.google.problems import Problem, not_built
from sandbox.google.units import to_units

LONGEST_NAME = 256
LONGEST_TEXT = 1_000_000
TEXT_STYLES = frozenset({"bold", "italic", "underline", "strikethrough"})
PARAGRAPH_SETTINGS = frozenset({"alignment", "direction"})

Edit = Callable[[Document, Given], dict[str, Any]]


def applied(document: Document, requests: list[Given]) -> list[dict[str, Any]]:
    """Carry out all requests in order; the replies. Raises Problem: then `document` is spoilt, so give a copy.

    Docs: an error names the request's number and kind.
    """
    if not requests:
        raise refused("Must specify at least one request.")
    replies, answering = [], api("docs", "v1").schemas["Response"]["properties"]
    for number, request in enumerate(requests):
        kinds = list(request)
        if not kinds:
            raise refused(f"Invalid requests[{number}]: No request set.")
        if len(kinds) > 1:
            raise refused(
                f"Invalid value at 'requests[{number}]' (oneof), oneof field 'request' is already set."
            )
        kind = kinds[0]
        if kind not in EDITS:
            raise not_built(f"requests[{number}].{kind}")
        try:
            reply = EDITS[kind](document, request[kind])
        except Problem as problem:
            words = f"Invalid requests[{number}].{kind}: {problem.message}"
            raise Problem(problem.status, problem.reason, words) from None
        replies.append({kind: reply} if kind in answering else {})
    return replies


def insert_text(document: Document, asked: Given) -> dict[str, Any]:
    if ("location" in asked) == ("endOfSegmentLocation" in asked):
        raise refused("Exactly one insertion location is needed.")
    text = asked.get("text", "")
    if len(text) > LONGEST_TEXT:
        raise refused("The text to insert is too long.")
    if "location" in asked:
        tab = _tab(document, asked["location"])
        tab.insert(asked["location"].get("index", 0), text)
    else:
        tab = _tab(document, asked["endOfSegmentLocation"])
        tab.insert(len(tab.units) - 1, text)
    return {}


def delete_content_range(document: Document, asked: Given) -> dict[str, Any]:
    tab, start, end = _range(document, asked)
    tab.delete(start, end)
    return {}


def replace_all_text(document: Document, asked: Given) -> dict[str, Any]:
    """Every occurrence, also in tables and in a table of contents, in all tabs or those named."""
    criteria = asked.inside("containsText")
    wanted = to_units(criteria.get("text", ""))
    if not wanted:
        raise refused("The text to find cannot be empty.")
    if criteria.get("searchByRegex"):
        raise not_built("searchByRegex")
    flags = 0 if criteria.get("matchCase") else re.IGNORECASE
    pattern = re.compile(re.escape(wanted), flags)
    text, changed = asked.get("replaceText", ""), 0
    for tab in _tabs(document, asked):
        found = list(pattern.finditer(tab.units))
        for match in reversed(found):
            if text:
                tab.insert(match.end(), text)
            tab.delete(match.start(), match.end())
        changed += len(found)
    return {"occurrencesChanged": changed} if changed else {}


def create_named_range(document: Document, asked: Given) -> dict[str, Any]:
    tab, start, end = _range(document, asked)
    name = asked.get("name", "")
    if not 1 <= len(to_units(name)) <= LONGEST_NAME:
        raise refused("The name must have between 1 and 256 UTF-16 code units.")
    id = document.mint("kix")
    tab.span(NAMED, start, end, id, name)
    return {"namedRangeId": id}


def delete_named_range(document: Document, asked: Given) -> dict[str, Any]:
    """By id, which must exist, or by name."""
    if ("namedRangeId" in asked) == ("name" in asked):
        raise refused("Exactly one of namedRangeId and name is needed.")
    id, name = asked.get("namedRangeId"), asked.get("name")
    tabs, found = _tabs(document, asked), 0
    for tab in tabs:
        kept = [s for s in tab.spans if s.kind != NAMED or (s.id != id and s.value != name)]
        found += len(tab.spans) - len(kept)
        tab.spans = kept
    if id is not None and not found:
        raise refused(f"There is no named range with the ID {id[:50]}.")
    return {}


def update_paragraph_style(document: Document, asked: Given) -> dict[str, Any]:
    """`fields` says what changes; what it names and the style lacks goes back to normal.

    What is not built can never be set, so it is normal already.
    """
    tab, start, end = _range(document, asked)
    style = asked.inside("paragraphStyle")
    for name in _fields(asked, "ParagraphStyle"):
        if name == "namedStyleType":
            _set_named_style(document, tab, tab.numbers(start, end), style.get(name, "NORMAL_TEXT"))
        elif name in PARAGRAPH_SETTINGS:
            for number in tab.numbers(start, end):
                here = tab.paragraphs[number]
                more = {key: value for key, value in here.more.items() if key != name}
                more |= {name: style[name]} if name in style else {}
                tab.paragraphs[number] = replace(here, more=more)
        elif name in style:
            raise not_built(f"paragraphStyle.{name}")
    return {}


def update_text_style(document: Document, asked: Given) -> dict[str, Any]:
    tab, start, end = _range(document, asked)
    style = asked.inside("textStyle")
    for name in _fields(asked, "TextStyle"):
        if name in TEXT_STYLES:
            tab.style_text(start, end, name, "" if style.get(name) else None)
        elif name == "link":
            link = style.plain("link") or {}
            if set(link) - {"url"}:
                raise not_built("links to places in a document")
            url = link.get("url")
            tab.style_text(start, end, name, "".join(url.split()) if url else None)
        elif name in style:
            raise not_built(f"textStyle.{name}")
    return {}


def create_paragraph_bullets(document: Document, asked: Given) -> dict[str, Any]:
    """Docs: leading tabs set the level and go away; a matching list just above is continued."""
    tab, start, end = _range(document, asked)
    preset = asked.get("bulletPreset", "BULLET_GLYPH_PRESET_UNSPECIFIED")
    if preset == "BULLET_GLYPH_PRESET_UNSPECIFIED":
        raise refused("A bullet preset is needed.")
    numbers = tab.numbers(start, end)
    above = tab.paragraphs[numbers[0] - 1].list_id if numbers[0] > 0 else ""
    id = above if above and tab.lists.get(above) == preset else document.mint("kix.list")
    tab.lists[id] = preset
    for number in numbers:
        first, last = tab.bounds(number)
        line = tab.units[first:last]
        level = len(line) - len(line.lstrip("\t"))
        if level:
            tab.delete(first, first + level)
        tab.paragraphs[number] = replace(tab.paragraphs[number], list_id=id, nesting=min(level, 8))
    return {}


def delete_paragraph_bullets(document: Document, asked: Given) -> dict[str, Any]:
    tab, start, end = _range(document, asked)
    for number in tab.numbers(start, end):
        tab.paragraphs[number] = replace(tab.paragraphs[number], list_id="", nesting=0)
    return {}


EDITS: dict[str, Edit] = {
    "insertText": insert_text,
    "deleteContentRange": delete_content_range,
    "replaceAllText": replace_all_text,
    "createNamedRange": create_named_range,
    "deleteNamedRange": delete_named_range,
    "updateParagraphStyle": update_paragraph_style,
    "updateTextStyle": update_text_style,
    "createParagraphBullets": create_paragraph_bullets,
    "deleteParagraphBullets": delete_paragraph_bullets,
}


def _set_named_style(document: Document, tab: Tab, numbers: range, style: str) -> None:
    if style == "NAMED_STYLE_TYPE_UNSPECIFIED":
        raise refused("The named style type must be specified.")
    for number in numbers:
        here = tab.paragraphs[number]
        is_heading = style.startswith("HEADING")
        heading = (here.heading or document.mint("h")) if is_heading else ""
        tab.paragraphs[number] = replace(here, style=style, heading=heading)


def _fields(asked: Given, schema: str) -> list[str]:
    """The names in `fields`. Docs: at least one; only names of the style itself."""
    text = asked.get("fields", "")
    if not text:
        raise refused("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = masks.parsed(text)
    if "*" in mask:
        raise not_built("'*' for all fields of a style")
    known = api("docs", "v1").schemas[schema]["properties"]
    for name in mask:
        if name not in known:
            raise refused(f"Invalid field: {name[:50]}")
    return list(mask)


def _tab(document: Document, place: Given) -> Tab:
    if place.get("segmentId"):
        raise not_built("headers, footers and footnotes")
    return document.tab(place.get("tabId", ""))


def _tabs(document: Document, asked: Given) -> list[Tab]:
    wanted = asked.inside("tabsCriteria").plain("tabIds")
    return [document.tab(id) for id in wanted] if wanted else document.tabs


def _range(document: Document, asked: Given) -> tuple[Tab, int, int]:
    if "range" not in asked:
        raise refused("A range is needed.")
    where = asked["range"]
    if "endIndex" not in where:
        raise refused("The range's end index is needed.")
    tab = _tab(document, where)
    start, end = where.get("startIndex", 0), where["endIndex"]
    tab.check_range(start, end)
    return tab, start, end
