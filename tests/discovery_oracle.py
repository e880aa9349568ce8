"""What Google's discovery documents say of a request, judged by jsonschema: nothing of the sandbox's own validator.

The documents are those that google-api-python-client ships; their schemas become JSON Schema with every object
closed, so that a misspelt field is wrong.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from sandbox.traffic import Exchange

Json = dict[str, Any]
_SHARED_DRIVES = "supportsAllDrives"
_NEEDED_TO_SHARE = {("Permission", "emailAddress")}
"""Marked read-only, yet what `permissions.create` is about."""


def complaints(exchange: Exchange) -> list[str]:
    """What is wrong with one recorded request to Drive or Docs; empty when nothing."""
    verb, _, path = exchange.name.partition(" ")
    found = _method(verb, path.removeprefix("/google").lstrip("/"))
    if found is None:
        return [f"{exchange.name} is no method of Drive or Docs"]
    document, method = found
    declared = {**document["parameters"], **method.get("parameters", {})}
    given = {name: value for name, value in exchange.request.items() if name in declared}
    body = {name: value for name, value in exchange.request.items() if name not in declared}
    wrong = [*_query_complaints(method, declared, given), *_body_complaints(document, method, body)]
    return [f"{method['id']}: {words}" for words in wrong]


def _query_complaints(method: Json, declared: Json, given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in given.items():
        if not _fits(declared[name], str(value)):
            yield f"{name}={value!r} is no {declared[name]['type']}"
    if _SHARED_DRIVES in method.get("parameters", {}) and str(given.get(_SHARED_DRIVES)).lower() != "true":
        yield f"{_SHARED_DRIVES} is missing"
    needed = (name for name, each in method.get("parameters", {}).items() if each.get("required"))
    for name in needed:
        if declared[name]["location"] == "query" and name not in given:
            yield f"{name} is missing"


def _body_complaints(document: Json, method: Json, body: Json) -> Iterator[str]:
    if "request" not in method:
        if body:
            yield f"it takes no body, and got {sorted(body)}"
        return
    schema = {"$ref": f"#/$defs/{method['request']['$ref']}", "$defs": _definitions(document["name"])}
    for error in Draft202012Validator(schema).iter_errors(body):
        yield f"{error.json_path}: {error.message[:200]}"
    fields = document["schemas"][method["request"]["$ref"]].get("properties", {})
    for name, each in fields.items():
        if method["id"] in each.get("annotations", {}).get("required", ()) and body.get(name) is None:
            yield f"{name} is missing"


def _fits(schema: Json, text: str) -> bool:
    if schema["type"] == "boolean":
        return text.lower() in ("true", "false")
    if schema["type"] == "integer":
        return re.fullmatch(r"-?\d+", text) is not None
    return "enum" not in schema or text in schema["enum"]


@functools.cache
def _documents() -> dict[str, Json]:
    """By the path below the root at which each API lives."""
    folder = importlib.resources.files("googleapiclient") / "discovery_cache" / "documents"
    read = {
        name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("drive.v3", "docs.v1")
    }
    return {"drive/v3/": read["drive.v3"], "docs/": read["docs.v1"]}


def _method(verb: str, path: str) -> tuple[Json, Json] | None:
    for root, document in _documents().items():
        if path.startswith(root):
            below = path.removeprefix(root)
            for method in _methods(document):
                template = str(method.get("flatPath") or method["path"])
                pattern = re.sub(r"\\\{\\?\+?\w+\\\}", r"[^/:]+", re.escape(template))
                if method["httpMethod"] == verb and re.fullmatch(pattern, below):
                    return document, method
    return None


def _methods(node: Json) -> Iterator[Json]:
    yield from node.get("methods", {}).values()
    for resource in node.get("resources", {}).values():
        yield from _methods(resource)


@functools.cache
def _definitions(name: str) -> Json:
    """Every schema of an API as JSON Schema."""
    document = next(each for each in _documents().values() if each["name"] == name)
    return {key: _as_json_schema(key, schema) for key, schema in document["schemas"].items()}


def _as_json_schema(owner: str, schema: Json) -> Json:
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    kind = schema.get("type", "any")
    made: Json = {} if kind == "any" else {"type": kind}
    if "enum" in schema:
        made["enum"] = schema["enum"]
    if kind == "array":
        made["items"] = _as_json_schema("", schema["items"])
    if kind == "object":
        fields = schema.get("properties", {})
        made["properties"] = {
            name: False if _read_only(owner, name, each) else _as_json_schema("", each)
            for name, each in fields.items()
        }
        more = schema.get("additionalProperties")
        made["additionalProperties"] = _as_json_schema("", more) if more else False
    return made


def _read_only(owner: str, name: str, schema: Json) -> bool:
    """Drive flags a few fields, and says of many more only in words that they are output."""
    said = str(schema.get("description", "")).startswith(("Output only", "Deprecated: Output only"))
    return bool((schema.get("readOnly") or said) and (owner, name) not in _NEEDED_TO_SHARE)
