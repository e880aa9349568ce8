"""Every request of the assistant to Drive and Docs is valid by Google's own description of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.traffic import Exchange
from tests.discovery_oracle import complaints


def exchange(called: str, /, **request: Any) -> Exchange:
    return Exchange(datetime.now(UTC), "google", "in", called, request, 200, "", 1.0)


FOLDER = "application/vnd.google-apps.folder"
CREATE = "POST /drive/v3/files"
EDIT = "POST /docs/v1/documents/1Doc:batchUpdate"
SHARE = "POST /drive/v3/files/1Doc/permissions"


@pytest.mark.parametrize(
    "right",
    [
        exchange(CREATE, fields="id", supportsAllDrives="true", name="X", mimeType=FOLDER, parents=["1A"]),
        exchange(EDIT, requests=[{"insertText": {"text": "a", "location": {"index": 1, "tabId": "t.0"}}}]),
        exchange(SHARE, supportsAllDrives="true", role="writer", type="user", emailAddress="ada@a.example"),
        exchange("GET /docs/v1/documents/1Doc", includeTabsContent="true", fields="revisionId"),
    ],
)
def test_a_valid_request_has_no_complaints(right: Exchange) -> None:
    assert complaints(right) == []


@pytest.mark.parametrize(
    "wrong",
    [
        exchange("POST /drive/v3/file"),
        exchange(CREATE, fields="id", name="X"),
        exchange(CREATE, supportsAllDrives="true", title="X"),
        exchange(CREATE, supportsAllDrives="true", id="1", size="3"),
        exchange(CREATE, supportsAllDrives="true", parents="1A"),
        exchange(CREATE, supportsAllDrives="yes"),
        exchange(SHARE, supportsAllDrives="true", type="user", emailAddress="ada@a.example"),
        exchange(EDIT, requests=[{"insertText": {"text": "a", "location": {"index": "1"}}}]),
        exchange(EDIT, requests=[{"insertTexts": {}}]),
        exchange(EDIT, requiredRevisionId="1", requests=[]),
        exchange("GET /docs/v1/documents/1Doc", suggestionsViewMode="INLINE"),
        exchange("GET /drive/v3/files/1Doc/export", alt="media"),
    ],
)
def test_a_wrong_request_is_found(wrong: Exchange) -> None:
    assert complaints(wrong)
