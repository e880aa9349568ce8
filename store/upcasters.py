"""Leads written by earlier versions of the assistant, brought to the shape of today when they are read.

An upcaster is a pure function from a stored lead of schema n (a plain dict) to one of schema n + 1. The new
form reaches the disk at the lead's next change. A new field with a default needs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from store.lead import SCHEMA

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def _with_the_lead_phase(lead: dict[str, Any]) -> dict[str, Any]:
    """2 brought MANIAC-T, meetings and the running notes: all fields with defaults, nothing to change. The number
    keeps an older version from reading such a lead and losing them."""
    return lead


def _with_mails_that_wait(lead: dict[str, Any]) -> dict[str, Any]:
    """3 keeps the mails that wait for us beside the next step, which "answer Ada" was until then. Which mail that was
    is not known; its number here is older than any."""
    verb, _, who = lead.get("next_step", "").partition(" ")
    names = {"Somebody", *(name for each in lead["contacts"] for name in (each["name"], each["address"]))}
    if verb != "answer" or (who not in names and not _ADDRESS.fullmatch(who)) or lead.get("next_step_due"):
        return lead
    return {**lead, "next_step": "", "unanswered": [{"number": 0, "who": who}]}


UPCASTERS: Mapping[int, Upcaster] = {1: _with_the_lead_phase, 2: _with_mails_that_wait}
"""By the schema number they start from."""


class WrittenByNewer(ValueError):
    """The lead was written by a later version of the assistant; this one would lose what it does not know."""


def upcast(document: Mapping[str, Any], upcasters: Mapping[int, Upcaster] = UPCASTERS) -> dict[str, Any]:
    """The lead `document` in today's schema. Raises `WrittenByNewer`; KeyError for a gap in `upcasters`."""
    now = dict(document)
    if now["schema"] > SCHEMA:
        raise WrittenByNewer(f"schema {now['schema']}, and this version of the assistant knows {SCHEMA}")
    while now["schema"] < SCHEMA:
        number = now["schema"]
        now = {**upcasters[number](now), "schema": number + 1}
    return now
