"""Which fields a call takes and of what kind: unknown ones, wrong types and missing ones are refused.

Freshdesk: any undocumented field is an `invalid_field`; a wrong type is a `datatype_mismatch`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.freshdesk.helpdesk import Upload
from sandbox.freshdesk.problems import FieldError, Invalid, Problem

ATTACHMENTS_LIMIT = 20 * 1024 * 1024
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TYPES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("String", lambda value: isinstance(value, str)),
    "number": ("Positive Integer", lambda value: type(value) is int and value >= 0),
    "flag": ("Boolean", lambda value: isinstance(value, bool)),
    "texts": (
        "Array",
        lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    ),
    "object": ("key/value pair", lambda value: isinstance(value, dict)),
    "time": ("combined date and time ISO8601", lambda value: isinstance(value, str)),
}


@dataclass(frozen=True)
class Rule:
    """One field: its kind ("text", "number", "flag", "texts", "object", "time", "files"), whether it must be
    there, and what else its value must satisfy, with the words for when it does not."""

    kind: str
    required: bool = False
    check: Callable[[Any], bool] | None = None
    words: str = "It is not a valid value"


def one_of(*values: Any) -> tuple[Callable[[Any], bool], str]:
    listed = ",".join(str(value) for value in values)
    return (lambda value: value in values), f"It should be one of these values: '{listed}'"


def text(required: bool = False, limit: int | None = None) -> Rule:
    if limit is None:
        return Rule("text", required)
    return Rule(
        "text",
        required,
        lambda value: len(value) <= limit,
        f"Has {limit}+ characters, it can have at most {limit}",
    )


def address(required: bool = False) -> Rule:
    """Freshdesk: accented addresses are refused too (seen in public clients)."""
    return Rule("text", required, is_address, "It should be in the 'valid email address' format")


def addresses() -> Rule:
    words = "It should contain elements that are in the 'valid email address' format"
    return Rule("texts", False, lambda values: all(is_address(value) for value in values), words)


def tags() -> Rule:
    """At most 32 letters each and no comma (not in the documentation; seen in public code)."""
    words = "It should contain elements that have maximum of 32 characters"
    return Rule("texts", False, lambda values: all(0 < len(v) <= 32 and "," not in v for v in values), words)


def is_address(value: str) -> bool:
    return len(value) <= 254 and _ADDRESS.fullmatch(value) is not None


def moment(value: str) -> datetime:
    """An ISO 8601 date or time as aware UTC. Raises ValueError."""
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def checked(rules: Mapping[str, Rule], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that have a value. Raises Invalid naming every field that is wrong."""
    errors = [
        FieldError(name, "Unexpected/invalid field in request", "invalid_field")
        for name in given
        if name not in rules
    ]
    for name, rule in rules.items():
        error = _error(name, rule, given.get(name))
        errors += [error] if error else []
    if errors:
        raise Invalid(errors)
    return {name: value for name, value in given.items() if value is not None}


def _error(name: str, rule: Rule, value: Any) -> FieldError | None:
    if value is None:
        words = f"It should be a/an {_TYPES[rule.kind][0]}" if rule.kind in _TYPES else "It is missing"
        return FieldError(name, words, "missing_field") if rule.required else None
    if rule.kind == "files":
        return _files_error(name, value)
    kind, fits = _TYPES[rule.kind]
    if not fits(value):
        return FieldError(
            name, f"Value set is of type {_type_name(value)}.It should be a/an {kind}", "datatype_mismatch"
        )
    if rule.required and value == "":
        return FieldError(name, "It should not be blank as this is a mandatory field", "invalid_value")
    if rule.kind == "time" and not _is_moment(value):
        return FieldError(name, f"It should be in the '{kind}' format", "invalid_value")
    if rule.check and not rule.check(value):
        return FieldError(name, rule.words, "invalid_value")
    return None


def _files_error(name: str, value: Any) -> FieldError | None:
    """Freshdesk: a part that is no file is a mismatch, a blank one and more than 20 MB are invalid."""
    if not isinstance(value, list) or any(each != "" and not isinstance(each, Upload) for each in value):
        return FieldError(
            name, "It should contain elements of type valid file format only", "datatype_mismatch"
        )
    if any(each == "" or not each.data or not each.name for each in value):
        return FieldError(name, "It should not be blank", "invalid_value")
    if any(not each.content_type for each in value):
        return FieldError(
            name, "It should contain elements of type valid file format only", "datatype_mismatch"
        )
    if sum(len(each.data) for each in value) > ATTACHMENTS_LIMIT:
        return FieldError(name, "The total size of the attachments exceeds 20 MB", "invalid_value")
    return None


def custom_fields(given: Mapping[str, Any]) -> None:
    """The account has no custom fields. Raises Invalid for any, and Freshdesk's 500 for what is no mapping
    (seen in public clients)."""
    value = given.get("custom_fields")
    if value is None:
        return
    if not isinstance(value, dict):
        words = "We're sorry, but something went wrong."
        raise Problem(500, {"code": "internal_error", "message": words})
    if value:
        raise Invalid(
            [FieldError(name, "Unexpected/invalid field in request", "invalid_field") for name in value]
        )


def _is_moment(value: str) -> bool:
    try:
        moment(value)
    except ValueError:
        return False
    return True


def _type_name(value: Any) -> str:
    names = {
        bool: "Boolean",
        int: "Integer",
        float: "Number",
        str: "String",
        list: "Array",
        dict: "key/value pair",
    }
    return names.get(type(value), "Null")
