"""Turning the helpdesk's and Calendly's knobs in tests, each back in its place afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import httpx

from sandbox.faults import Fault
from tests.workspace import Sandbox

PDF = b"%PDF-1.4\n% another service description\n%%EOF\n"
SLUG = "25-minute-zoom-meeting"


def _http() -> httpx.Client:
    return httpx.Client(timeout=30, trust_env=False)


def canned(sandbox: Sandbox) -> dict[str, Any]:
    """The canned response "Hail the Lead"."""
    found = _http().get(sandbox.url("/helpdesk")).json()["canned_responses"]
    return next(one for one in found if one["title"] == "Hail the Lead")


@contextlib.contextmanager
def helpdesk_restored(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    """The canned response, for the block to change; it and all switches are put back afterwards."""
    kept = sandbox.world.helpdesk.state
    before = (dict(kept.canned), dict(kept.mailboxes), kept.switches)
    try:
        yield canned(sandbox)
    finally:
        kept.canned, kept.mailboxes, kept.switches = before


def edit_canned(sandbox: Sandbox, response: dict[str, Any], **changed: str) -> None:
    _ok(_http().post(sandbox.url(f"/helpdesk/canned_responses/{response['id']}"), json=changed))


def replace_pdf(
    sandbox: Sandbox, response: dict[str, Any], name: str, data: bytes, kind: str = "application/pdf"
) -> None:
    where = sandbox.url(f"/helpdesk/canned_responses/{response['id']}/attachments")
    _ok(_http().put(where, files={"file": (name, data, kind)}))


def remove_pdf(sandbox: Sandbox, response: dict[str, Any]) -> None:
    _ok(_http().delete(sandbox.url(f"/helpdesk/canned_responses/{response['id']}/attachments")))


def delete_canned(sandbox: Sandbox, response: dict[str, Any]) -> None:
    _ok(_http().delete(sandbox.url(f"/helpdesk/canned_responses/{response['id']}")))


def duplicate_canned(sandbox: Sandbox, response: dict[str, Any]) -> None:
    _ok(_http().post(sandbox.url(f"/helpdesk/canned_responses/{response['id']}/duplicate")))


def settings(sandbox: Sandbox, **changed: Any) -> None:
    _ok(_http().post(sandbox.url("/helpdesk/settings"), json=changed))


def mailbox(sandbox: Sandbox, active: bool) -> None:
    _ok(_http().post(sandbox.url("/helpdesk/mailboxes/1001"), json={"active": active}))


@contextlib.contextmanager
def meeting(sandbox: Sandbox, **changed: Any) -> Iterator[None]:
    """The event behind the meeting link, changed for the block."""
    where = sandbox.url(f"/booking/event_types/{SLUG}")
    _ok(_http().post(where, json=changed))
    try:
        yield
    finally:
        _ok(_http().post(where, json={"duration": 30, "active": True, "deleted": False}))


@contextlib.contextmanager
def fault(sandbox: Sandbox, system: str, name: str, kind: str, **more: Any) -> Iterator[Fault]:
    """A fault that holds for the block."""
    added = sandbox.world.faults.add(system=system, name=name, kind=kind, **more)
    try:
        yield added
    finally:
        with contextlib.suppress(KeyError):
            sandbox.world.faults.remove(added.id)


def _ok(answer: httpx.Response) -> None:
    assert answer.status_code < 300, answer.text
