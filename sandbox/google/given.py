"""What a request gave, remembering what a handler read: the rest was not built and must not pass as done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Given(Mapping[str, Any]):
    """Values by name; objects inside are `Given` too, lists of objects lists of `Given`.

    A null counts as not given. `defaults` are found by reading but are nothing the request gave.
    """

    def __init__(self, values: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> None:
        self._raw = {name: value for name, value in values.items() if value is not None}
        self._defaults = dict(defaults or {})
        self._values = {name: _wrapped(value) for name, value in self._raw.items()}
        self._read: set[str] = set()
        self._plain: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return self._values[name] if name in self._values else self._defaults[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def plain(self, name: str, default: Any = None) -> Any:
        """A value as it was sent, with everything inside it counted as read."""
        self._read.add(name)
        self._plain.add(name)
        return self._raw.get(name, default)

    def inside(self, name: str) -> Given:
        """An object inside; an empty one when not given."""
        found: Given = self[name] if name in self._values else Given({})
        return found

    def told(self) -> list[tuple[str, Any]]:
        """Names and values in order of the names; counts as reading nothing."""
        return sorted(self._raw.items())

    def unread(self, where: str = "") -> list[str]:
        """The names of what was given and never read, e.g. ["writeControl.writeMode", "requests[0].text"]."""
        left: list[str] = []
        for name, value in self._values.items():
            path = f"{where}{name}"
            if name not in self._read:
                left.append(path)
            elif name not in self._plain:
                left += _unread_inside(value, path)
        return left


def _wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Given(value)
    if isinstance(value, list):
        return [_wrapped(each) for each in value]
    return value


def _unread_inside(value: Any, path: str) -> list[str]:
    if isinstance(value, Given):
        return value.unread(f"{path}.")
    if isinstance(value, list):
        return [
            name for number, each in enumerate(value) for name in _unread_inside(each, f"{path}[{number}]")
        ]
    return []
