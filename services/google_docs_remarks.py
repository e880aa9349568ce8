"""What people say in a document: comments, suggestions, and its plain text. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Remark:
    """A comment or a suggestion. `text` is what was said or suggested, `quote` what it is about; `at` is
    aware, None where it is not told. `is_open` is false once resolved, accepted or rejected."""

    id: str
    author: str
    text: str
    quote: str
    at: datetime | None
    is_open: bool
    replies: int


@dataclass(frozen=True)
class Discussion:
    """`suggestions` is None where they could not be read: then a check of them was not made."""

    comments: tuple[Remark, ...]
    suggestions: tuple[Remark, ...] | None

    @property
    def open_comments(self) -> tuple[Remark, ...]:
        return tuple(each for each in self.comments if each.is_open)

    @property
    def open_suggestions(self) -> tuple[Remark, ...] | None:
        if self.suggestions is None:
            return None
        return tuple(each for each in self.suggestions if each.is_open)


def discussion(answer: Mapping[str, Any]) -> Discussion:
    """The answer of documents.get with comments. Docs: deleted posts stay, without text and author."""
    comments = [_thread(row, "commentId", "") for row in answer.get("comments", ())]
    suggestions = [_thread(row, "suggestionId", "summaryText") for row in answer.get("suggestions", ())]
    return Discussion(_oldest_first(comments), _oldest_first(suggestions))


def drive_comment(row: Mapping[str, Any]) -> Remark:
    """A comment as Drive's comments.list gives it."""
    return Remark(
        id=str(row["id"]),
        author=str((row.get("author") or {}).get("displayName") or ""),
        text=str(row.get("content") or ""),
        quote=str((row.get("quotedFileContent") or {}).get("value") or ""),
        at=_time(row.get("createdTime")),
        is_open=row.get("resolved") is not True,
        replies=len(row.get("replies", ())),
    )


def plain_text(answer: Mapping[str, Any]) -> str:
    """The text of all tabs, each ending with a line break."""
    return "".join(_tab_texts(answer["tabs"]))


def _thread(row: Mapping[str, Any], id_field: str, text_field: str) -> Remark:
    head = row.get("headPost") or {}
    return Remark(
        id=str(row[id_field]),
        author=str((head.get("author") or {}).get("displayName") or ""),
        text=str(row.get(text_field) or head.get("content") or ""),
        quote=str(row.get("plainTextQuote") or ""),
        at=_time(head.get("createTime")),
        is_open=row.get("status") == "OPEN",
        replies=len(row.get("replies", ())),
    )


def _oldest_first(remarks: list[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda each: (each.at is None, each.at or datetime.min)))


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


def _tab_texts(tabs: Any) -> Iterator[str]:
    for tab in tabs:
        yield from _texts(((tab.get("documentTab") or {}).get("body") or {}).get("content", ()))
        yield from _tab_texts(tab.get("childTabs") or ())


def _texts(blocks: Any) -> Iterator[str]:
    for block in blocks:
        for element in (block.get("paragraph") or {}).get("elements", ()):
            yield _words(element)
        for row in (block.get("table") or {}).get("tableRows", ()):
            for cell in row.get("tableCells", ()):
                yield from _texts(cell.get("content", ()))


def _words(element: Mapping[str, Any]) -> str:
    """Text as it is, a person's chip as their name."""
    who = (element.get("person") or {}).get("personProperties") or {}
    return str((element.get("textRun") or {}).get("content") or who.get("name") or who.get("email") or "")
