"""Two people with the same form open: what differs merges, the same field shows what the other wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Merged(Generic[K, V]):
    """`changed`: the fields to write. `clashes`: fields that somebody else changed meanwhile to something other
    than what was typed, with what they hold now."""

    changed: dict[K, V]
    clashes: dict[K, V]


def merge(shown: Mapping[K, V], typed: Mapping[K, V], now: Mapping[K, V]) -> Merged[K, V]:
    """What a form changes: `shown` is what it was filled with, `typed` what it holds, `now` what is stored."""
    changed: dict[K, V] = {}
    clashes: dict[K, V] = {}
    for field, value in typed.items():
        if value in (shown[field], now[field]):
            continue
        if now[field] == shown[field]:
            changed[field] = value
        else:
            clashes[field] = now[field]
    return Merged(changed, clashes)
