"""Field masks (`fields=files(id,name),nextPageToken`): read, checked against a schema, applied to an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.google.problems import Problem

Mask = dict[str, Any]
"""Nested names; an empty mask below a name selects all of it. "*" stands for every name."""

_TOKEN = re.compile(r"[A-Za-z0-9_*$.:-]+|[(),/]")
DEEPEST = 20


def parsed(text: str) -> Mask:
    """Raises Problem 400 for anything but balanced names, commas, slashes and parentheses."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _refused(text)
    return _Parser(tokens, text).whole()


def checked(mask: Mask, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    """Raises Problem 400 for a name that the answer's schema does not have."""
    fields = _object(schema, schemas)
    for name, inner in mask.items():
        if name == "*":
            continue
        found = fields.get("properties", {}).get(name, fields.get("additionalProperties"))
        if found is None:
            raise _refused(name)
        if inner:
            checked(inner, found, schemas)


def projected(value: Any, mask: Mask) -> Any:
    """The part of an answer that a mask selects."""
    if not mask:
        return value
    if isinstance(value, list):
        return [projected(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    every = mask.get("*")
    kept = {}
    for name, each in value.items():
        if name in mask:
            kept[name] = projected(each, mask[name])
        elif every is not None:
            kept[name] = projected(each, every)
    return kept


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"]]
        elif schema.get("type") == "array":
            schema = schema["items"]
        else:
            return schema


def _refused(selection: str) -> Problem:
    return Problem(400, "invalidParameter", f"Invalid field selection {selection[:200]}", "fields")


class _Parser:
    """Recursive descent over `name[/name…][(…)],…`."""

    def __init__(self, tokens: list[str], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0

    def whole(self) -> Mask:
        mask = self._level(0)
        if self._at != len(self._tokens):
            raise _refused(self._text)
        return mask

    def _level(self, depth: int) -> Mask:
        mask: Mask = {}
        while True:
            self._selection(mask, depth)
            if self._next() != ",":
                return mask
            self._at += 1

    def _selection(self, mask: Mask, depth: int) -> None:
        inner = mask.setdefault(self._name(), {})
        while self._next() == "/":
            self._at += 1
            inner = inner.setdefault(self._name(), {})
        if self._next() == "(" and depth < DEEPEST:
            self._at += 1
            inner.update(self._level(depth + 1))
            if self._next() != ")":
                raise _refused(self._text)
            self._at += 1

    def _name(self) -> str:
        token = self._next()
        if token in ("", "(", ")", ",", "/"):
            raise _refused(self._text)
        self._at += 1
        return token

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""
