"""Visitors of the sandbox's page, and everything they turned put back in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sops import brakes
from tests.browser import Window
from tests.desk import helpdesk_restored, meeting
from tests.journeys.visitor import DAMIAN, Visitor
from tests.office import Office

Visit = Callable[..., Visitor]
"""`visit(who="U01DAMIAN", at="slack", *, width=1280, height=800, theme="light")`: one person, one window."""


@pytest.fixture
def visit(office: Office, window: Window) -> Iterator[Visit]:
    """Opens the office's page for one person after another; no modal of an earlier test is open."""

    def come(who: str = DAMIAN, at: str = "slack", **how: Any) -> Visitor:
        person = office.person(who)
        if person.look()["modal"] is not None:
            person.close(everything=True)
        return Visitor(window(office.sandbox.base, who, at, **how))

    with helpdesk_restored(office.sandbox), meeting(office.sandbox, duration=30):
        yield come
    office.sandbox.world.faults.clear()
    brakes.resume(office.assistant.context, "U01DAMIAN")
