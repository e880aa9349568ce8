"""Text as Docs counts it: one character for each UTF-16 unit, and marks for what is not text.

The marks are control characters that Docs strips from whatever is inserted, so no text can contain them.
"""

from __future__ import annotations

import re

SECTION = "\x0e"
TABLE, ROW, CELL, TABLE_END = "\x10", "\x12", "\x1c", "\x11"
CONTENTS, CONTENTS_END = "\x14", "\x15"
CHIP = "\x17"
STRUCTURE = frozenset({SECTION, TABLE, ROW, CELL, TABLE_END, CONTENTS, CONTENTS_END})
"""Where no text can go: the marks take one index each, like Docs' own."""

_STRIPPED = re.compile("[\x00-\x08\x0c-\x1f\ue000-\uf8ff]")
_LONE = re.compile("[\ud800-\udfff]")


def to_units(text: str) -> str:
    """One character for each UTF-16 unit: an emoji becomes two."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(raw).cast("H"))) if raw else ""


def to_text(units: str) -> str:
    """Units as ordinary text again; half an emoji becomes U+FFFD."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def stripped(text: str) -> str:
    """Text without what Docs strips: U+0000–0008, U+000C–001F, U+E000–F8FF."""
    return _STRIPPED.sub("", _LONE.sub("\ufffd", text))


def splits_letter(units: str, index: int) -> bool:
    """Whether an index lies inside one visible letter: a surrogate pair, or before a joiner or variation mark."""
    if not 0 < index < len(units):
        return False
    before, after = units[index - 1], units[index]
    if "\udc00" <= after <= "\udfff" and "\ud800" <= before <= "\udbff":
        return True
    return after in "\u200d\ufe0f" or before == "\u200d"


def is_paragraph_start(units: str, index: int) -> bool:
    return index > 0 and (units[index - 1] == "\n" or units[index - 1] in STRUCTURE)
