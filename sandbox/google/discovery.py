"""Requests checked against the discovery documents that google-api-python-client ships.

Stricter than Google about unknown names in a body, which Drive drops silently: a misspelt field must not pass.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.google import masks
from sandbox.google.problems import Problem

Schema = Mapping[str, Any]

WRITABLE = frozenset({("Permission", "emailAddress"), ("Permission", "domain")})
"""Marked read-only in Drive's document, yet what sharing needs."""
_OUTPUT_ONLY = re.compile(r"(Deprecated: )?Output only\b")
_DEEPEST = 40


@dataclass(frozen=True)
class Method:
    """One method of an API; `description` is its part of the discovery document."""

    id: str
    verb: str
    path: re.Pattern[str]
    placeholders: int
    description: Schema

    @property
    def parameters(self) -> Mapping[str, Schema]:
        found: Mapping[str, Schema] = self.description.get("parameters", {})
        return found

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.description.get("scopes", ()))


@dataclass(frozen=True)
class Matched:
    """A method and the values in its path."""

    method: Method
    path: dict[str, str]


class Api:
    """One API as its discovery document describes it."""

    def __init__(self, document: Schema) -> None:
        self.name: str = document["name"]
        self.schemas: Mapping[str, Schema] = document["schemas"]
        self._common: Mapping[str, Schema] = document["parameters"]
        found = _methods(document, document["servicePath"])
        self._methods = sorted(found, key=lambda each: each.placeholders)

    def match(self, verb: str, path: str) -> Matched:
        """The method for a path below the root URL. Raises Problem 404 or 405."""
        verbs = []
        for method in self._methods:
            if fits := method.path.fullmatch(path):
                if method.verb == verb:
                    return Matched(method, {name: unquote(value) for name, value in fits.groupdict().items()})
                verbs.append(method.verb)
        if verbs:
            raise Problem(
                405, "httpMethodNotAllowed", f"{path} allows {', '.join(sorted(verbs))}, not {verb}."
            )
        raise Problem(404, "notFound", f"{self.name} has nothing at {path}.")

    def query(self, method: Method, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The query's values with their types. Raises Problem 400 for what the method does not declare."""
        declared = {**self._common, **method.parameters}
        given: dict[str, Any] = {}
        for name, text in pairs:
            schema = declared.get(name)
            if schema is None or schema["location"] != "query":
                raise _unknown_parameter(method, name)
            if name in given:
                raise Problem(400, "invalidParameter", f"{method.id}: {name} is given twice.", name)
            given[name] = _scalar(schema, _from_query(schema, text, name), name)
        for name, schema in method.parameters.items():
            if schema.get("required") and schema["location"] == "query" and name not in given:
                raise Problem(400, "required", f"Required parameter: {name}", name)
        return given

    def defaults(self, method: Method) -> dict[str, Any]:
        """The values of the query parameters that have a default."""
        return {
            name: _from_query(schema, schema["default"], name)
            for name, schema in method.parameters.items()
            if schema["location"] == "query" and "default" in schema
        }

    def mask(self, method: Method, text: str) -> masks.Mask:
        """A checked `fields` mask. Raises Problem 400."""
        mask = masks.parsed(text)
        if "response" in method.description:
            masks.checked(mask, method.description["response"], self.schemas)
        return mask

    def body(self, method: Method, body: Any) -> dict[str, Any]:
        """The body, its fields and types checked. Raises Problem 400 or 403."""
        schema = method.description.get("request")
        if schema is None:
            if body not in (None, {}):
                raise Problem(400, "parseError", f"{method.id} takes no body.", "body", "other")
            return {}
        given = {} if body is None else body
        _Body(self.schemas, method.id).check(schema, given, "", 0)
        assert isinstance(given, dict)
        return given


@functools.cache
def api(name: str, version: str) -> Api:
    """The API of a shipped document, e.g. api("drive", "v3"); read once."""
    documents = importlib.resources.files("googleapiclient") / "discovery_cache" / "documents"
    return Api(json.loads((documents / f"{name}.{version}.json").read_text("utf-8")))


def _methods(node: Schema, prefix: str) -> Iterator[Method]:
    for each in node.get("methods", {}).values():
        path = prefix + (each.get("flatPath") or each["path"])
        parts = re.split(r"\{\+?(\w+)\}", path)
        pattern = "".join(
            re.escape(part) if number % 2 == 0 else rf"(?P<{part}>[^/:]+)"
            for number, part in enumerate(parts)
        )
        yield Method(each["id"], each["httpMethod"], re.compile(pattern), len(parts) // 2, each)
    for resource in node.get("resources", {}).values():
        yield from _methods(resource, prefix)


class _Body:
    """One body being checked, value by value."""

    def __init__(self, schemas: Mapping[str, Schema], method: str) -> None:
        self._schemas = schemas
        self._method = method

    def check(self, schema: Schema, value: Any, where: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise Problem(400, "parseError", "The body is nested too deeply.", where, "other")
        owner = schema.get("$ref", "")
        fields = self._schemas[owner] if owner else schema
        if value is None and where:
            return  # null means unset, as a recorded copy with "name": null shows
        kind = fields.get("type", "any")
        if kind == "object":
            self._object(fields, owner, value, where, depth)
        elif kind == "array":
            if not isinstance(value, list):
                raise _invalid_value(where, "list", value)
            for number, each in enumerate(value):
                self.check(fields["items"], each, f"{where}[{number}]", depth + 1)
        elif kind != "any":
            _scalar(fields, value, where)

    def _object(self, fields: Schema, owner: str, value: Any, where: str, depth: int) -> None:
        if not isinstance(value, dict):
            raise _invalid_value(where or "the body", "object", value)
        declared = fields.get("properties", {})
        for name, each in value.items():
            schema = declared.get(name, fields.get("additionalProperties"))
            if schema is None:
                at = f" at '{where}'" if where else ""
                words = f'Invalid JSON payload received. Unknown name "{name[:100]}"{at}: Cannot find field.'
                raise Problem(400, "invalid", words, where or name, "other")
            if _is_output_only(schema) and (owner, name) not in WRITABLE:
                words = "The resource body includes fields which are not directly writable."
                raise Problem(403, "fieldNotWritable", f"{words} ({name})", name, "other")
            self.check(schema, each, f"{where}.{name}" if where else name, depth + 1)
        for name, schema in declared.items():
            needed = self._method in schema.get("annotations", {}).get("required", ())
            if needed and value.get(name) is None:
                raise Problem(400, "required", f"Required field: {name}", name, "other")


def _is_output_only(schema: Schema) -> bool:
    """Drive flags few fields and says it of many more in words only."""
    return bool(schema.get("readOnly") or _OUTPUT_ONLY.match(schema.get("description", "")))


def _from_query(schema: Schema, text: str, name: str) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        if text not in ("true", "false", "True", "False"):  # recorded traffic has both spellings
            raise _invalid_value(name, "boolean", text)
        return text in ("true", "True")
    if kind == "integer":
        if not re.fullmatch(r"-?[0-9]{1,19}", text):
            raise _invalid_value(name, "integer", text)
        return int(text)
    return text


def _scalar(schema: Schema, value: Any, where: str) -> Any:
    kind = schema["type"]
    if kind == "string":
        if schema.get("format") in ("int64", "uint64") and isinstance(value, int) and value is not True:
            return str(value)
        if not isinstance(value, str):
            raise _invalid_value(where, kind, value)
        if "enum" in schema and value not in schema["enum"]:
            raise Problem(400, "invalid", f"Invalid value at '{where}': \"{value[:100]}\"", where)
        return value
    types: dict[str, Any] = {"boolean": bool, "integer": int, "number": (int, float)}
    if not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise _invalid_value(where, kind, value)
    if kind == "integer":
        return _bounded(schema, value, where)
    return value


def _bounded(schema: Schema, value: int, where: str) -> int:
    """Google: below the minimum is refused, above the maximum is taken down to it."""
    if value < int(schema.get("minimum", value)) or abs(value) >= 2**63:
        raise _invalid_value(where, "integer in its range", value)
    return min(value, int(schema.get("maximum", value)))


def _invalid_value(where: str, wanted: str, value: Any) -> Problem:
    shown = json.dumps(value, ensure_ascii=False, default=str)[:100]
    return Problem(400, "invalid", f"Invalid value at '{where}': {shown} is not of type {wanted}.", where)


def _unknown_parameter(method: Method, name: str) -> Problem:
    words = f'Invalid JSON payload received. Unknown name "{name[:100]}": Cannot bind query parameter.'
    return Problem(400, "invalidParameter", f"{words} ({method.id})", name[:100])
