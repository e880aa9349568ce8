"""The kinds of field the table of rules is made of, and how each one is checked.

Messages are worded as Slack's recorded ones where a record exists ("must be less than 3001 characters",
"no more than 50 items allowed", "missing required field: text"); other wordings are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where (a JSON pointer)."""

    pointer: str
    message: str
    code: str = "failed_constraint"

    @property
    def line(self) -> str:
        """Slack's one-line form, e.g. "must be more than 0 characters [json-pointer:/blocks/0/text/text]"."""
        return f"{self.message} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]


class Field(Protocol):
    """Something a value can be checked against."""

    def check(self, value: Any, pointer: str) -> Problems:
        """Every problem of `value`, which sits at `pointer`."""
        ...


@dataclass(frozen=True)
class Text:
    """A string of `least` to `most` characters, of certain words or of a pattern."""

    most: int
    least: int = 1
    choices: tuple[str, ...] = ()
    pattern: str = ""
    wanted: str = ""

    def check(self, value: Any, pointer: str) -> Problems:
        """Length, then words, then pattern."""
        if not isinstance(value, str):
            yield Problem(pointer, "must provide a string")
        elif len(value) > self.most:
            yield Problem(pointer, f"must be less than {self.most + 1} characters")
        elif len(value) < self.least:
            yield Problem(pointer, f"must be more than {self.least - 1} characters")
        elif self.choices and value not in self.choices:
            yield Problem(pointer, f"must be a valid enum value: {', '.join(self.choices)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Problem(pointer, f"must be {self.wanted}")


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def check(self, value: Any, pointer: str) -> Problems:
        """Only real booleans: Slack refuses "true"."""
        if not isinstance(value, bool):
            yield Problem(pointer, "must provide a boolean")


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = 10**10

    def check(self, value: Any, pointer: str) -> Problems:
        """Type and range."""
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(pointer, "must provide a number")
        elif value < self.least:
            yield Problem(pointer, f"must be more than {self.least - 1}")
        elif value > self.most:
            yield Problem(pointer, f"must be less than {self.most + 1}")


@dataclass(frozen=True)
class Link:
    """A URL; "javascript:" and friends are refused."""

    schemes: tuple[str, ...] = ("http", "https")
    most: int = 3000

    def check(self, value: Any, pointer: str) -> Problems:
        """Length and scheme."""
        yield from Text(self.most).check(value, pointer)
        if isinstance(value, str) and 0 < len(value) <= self.most and not _is_link(value, self.schemes):
            yield Problem(pointer, "must be a valid URL")


@dataclass(frozen=True)
class Words:
    """A text object: {"type": "plain_text" | "mrkdwn", "text": …}."""

    most: int
    plain_only: bool = True

    def check(self, value: Any, pointer: str) -> Problems:
        """Type, length, and the fields each type has."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        allowed = ("plain_text",) if self.plain_only else ("plain_text", "mrkdwn")
        kind = value.get("type")
        if kind not in allowed:
            yield Problem(f"{pointer}/type", f"must be a valid enum value: {', '.join(allowed)}")
            return
        extra: Mapping[str, Field] = {"emoji": Flag()} if kind == "plain_text" else {"verbatim": Flag()}
        fields: dict[str, Field] = {"type": Text(20), "text": Text(self.most), **extra}
        yield from Shape(fields, ("type", "text")).check(value, pointer)


@dataclass(frozen=True)
class Many:
    """An array of `least` to `most` items."""

    of: Field
    most: int
    least: int = 1

    def check(self, value: Any, pointer: str) -> Problems:
        """How many, then each one."""
        if not isinstance(value, list):
            yield Problem(pointer, "must provide an array")
            return
        if len(value) > self.most:
            yield Problem(pointer, f"no more than {self.most} items allowed")
            return
        if len(value) < self.least:
            yield Problem(pointer, f"no fewer than {self.least} items allowed")
        for number, item in enumerate(value):
            yield from self.of.check(item, f"{pointer}/{number}")


Rule = Callable[[dict[str, Any], str], Problems]


@dataclass(frozen=True)
class Shape:
    """An object: its fields, which of them it needs, and rules between them. Other fields are refused."""

    fields: Mapping[str, Field]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    source: str = ""

    def check(self, value: Any, pointer: str) -> Problems:
        """Missing and unknown fields, then every field, then the rules between them."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        for name in self.required:
            if value.get(name) is None:
                yield Problem(pointer, f"missing required field: {name}")
        for name, item in value.items():
            known = self.fields.get(name)
            if known is None:
                yield Problem(pointer, f"invalid additional property: {name}")
            elif item is not None:
                yield from known.check(item, f"{pointer}/{name}")
        for rule in self.rules:
            yield from rule(value, pointer)


@dataclass(frozen=True)
class Typed:
    """An object whose "type" says which shape it has; only the named types are allowed here."""

    table: Mapping[str, Shape]
    allowed: frozenset[str] = field(default_factory=frozenset)

    def check(self, value: Any, pointer: str) -> Problems:
        """The type, then the shape."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in self.table or (self.allowed and kind not in self.allowed):
            yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
            return
        yield from self.table[kind].check(value, pointer)


@dataclass(frozen=True)
class Anything:
    """Accepted unread."""

    def check(self, value: Any, pointer: str) -> Problems:
        """No problem."""
        yield from ()


def _is_link(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme.lower() not in schemes or any(mark in value for mark in " \n\r\t<>"):
        return False
    return bool(parts.netloc or parts.scheme == "mailto")
