"""Google Docs: names filled in, dated entries in the running notes, and what people discuss in a document.

Source of the rules marked "Docs:" is https://developers.google.com/workspace/docs/api/reference/rest
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from services import google_docs_edits as edits
from services.errors import Busy, OutcomeUnknown, Refused, ServiceError, Unreachable
from services.google_client import GoogleClient, Page
from services.google_docs_edits import Removal, Request
from services.google_docs_remarks import Discussion, Remark, discussion, drive_comment, plain_text
from services.google_docs_structure import NAMES, STRUCTURE, Snapshot, docs_lines, snapshot
from services.google_errors import DOCS, DRIVE
from services.http import BUSY_PATIENCE

if TYPE_CHECKING:
    from services.google_wire import Api

TRIES = 5
"""How often an edit is made anew because somebody else was quicker, or its answer was lost."""
KEPT_CHANGING_SECONDS = 2.0
INLINE = "SUGGESTIONS_INLINE"
"""Docs: edits have to be based on this view, the only one whose indices hold."""
_REMARKS = (
    "comments(commentId,status,plainTextQuote,headPost,replies(postId)),"
    "suggestions(suggestionId,status,summaryText,headPost)"
)
_DRIVE_COMMENTS = (
    "nextPageToken,comments(id,content,createdTime,resolved,author(displayName),quotedFileContent(value),"
    "replies(id))"
)
_TEXT = (
    "tabs(childTabs,documentTab(body(content(paragraph(elements(textRun(content),"
    "person(personProperties(name,email)))),table(tableRows(tableCells(content)))))))"
)

T = TypeVar("T")
Decide = Callable[[Snapshot], list[Request] | None]


class GoogleDocs:
    """Documents of one Google account. Safe to use from several threads.

    `document` is always a file id. Reads raise Refused, Busy or Unreachable; edits also OutcomeUnknown, and
    may be repeated by whoever gets it: each one is made once, whatever happens to its answer.
    """

    def __init__(self, client: GoogleClient) -> None:
        self._client = client

    def replace_all(
        self, document: str, replacements: Mapping[str, str], marker: str, *, fresh: bool = False
    ) -> bool:
        """Replace each key by its value in all tabs, once; False when `marker` says it was done before.

        `fresh` promises that the document was copied a moment ago and nothing of this was tried on it: then
        one call is enough.
        """
        failure: ServiceError | None = None
        if fresh:
            blind = edits.replacement_requests(replacements, marker, None) or []
            failure = self._tried(document, blind, "")
            if failure is None:
                return True
        return self._edit(
            document, lambda now: edits.replacement_requests(replacements, marker, now), failure
        )

    def add_entry(self, document: str, heading: str, entry_id: str, lines: Sequence[str]) -> bool:
        """Write `lines` as plain paragraphs right under the heading, above older entries; False when the entry
        is there already.

        What people wrote is never touched. A heading that is not there is made at the end of the first tab.
        Raises Busy when people type so fast that five tries were overtaken, ValueError when there is nothing
        to write.
        """
        text = docs_lines(lines)
        return self._edit(document, lambda now: edits.entry_requests(now, heading, entry_id, text))

    def remove_entry(self, document: str, entry_id: str) -> Removal:
        """Take the entry away again: exactly its own text, and only when nobody has changed it."""
        outcome = Removal.ABSENT

        def decide(now: Snapshot) -> list[Request] | None:
            nonlocal outcome
            requests = edits.removal_requests(now, entry_id)
            outcome = requests if isinstance(requests, Removal) else Removal.REMOVED
            return None if isinstance(requests, Removal) else requests

        done = self._edit(document, decide)
        return Removal.REMOVED if done and outcome is not Removal.CHANGED else outcome

    def has_entry(self, document: str, entry_id: str) -> bool:
        """Whether the entry was written, and not deleted by somebody since."""
        return edits.has_entry(self._snapshot(document, NAMES), entry_id)

    def comments_and_suggestions(self, document: str) -> Discussion:
        """Comments and suggestions, oldest first; only the comments where Docs does not give both yet."""
        ask = {"commentsViewMode": "COMMENTS_VIEW_MODE_INCLUDED", "includeTabsContent": True}
        try:
            return self._read(document, discussion, fields=_REMARKS, suggestionsViewMode=INLINE, **ask)
        except Refused as refused:
            if refused.status not in (400, 403, 501):
                raise
        return Discussion(tuple(self._drive_comments(document)), None)

    def text(self, document: str) -> str:
        """The document's text as it stands, no suggestion accepted: all tabs, tables row by row."""
        view = "PREVIEW_WITHOUT_SUGGESTIONS"
        return self._read(
            document, plain_text, fields=_TEXT, suggestionsViewMode=view, includeTabsContent=True
        )

    def _edit(self, document: str, decide: Decide, failure: ServiceError | None = None) -> bool:
        """Apply what `decide` makes of the newest revision; False when it finds nothing to do. `failure` is what
        became of an earlier try, as `_tried` gives it.

        Docs: an edit names the revision it was made for, and is refused (400) once there is a newer one; so
        even a request that arrives late, or twice, changes nothing. A 400 for a revision that is still the
        newest is meant as such.
        """
        lost = failure if isinstance(failure, OutcomeUnknown) else None
        revision, patience = "", BUSY_PATIENCE
        try:
            for tried in range(TRIES + 1):
                now = self._snapshot(document, STRUCTURE)
                requests = decide(now)
                if requests is None:
                    return lost is not None
                if isinstance(failure, Refused) and now.revision == revision:
                    raise failure
                if tried == TRIES:
                    break
                patience -= self._pause(tried, failure, patience)
                revision = _editable(now)
                failure = self._tried(document, requests, revision)
                if failure is None:
                    return True
                lost = failure if isinstance(failure, OutcomeUnknown) else lost
            raise Busy(DOCS, KEPT_CHANGING_SECONDS, "people are writing in the document")
        except (Busy, Refused, Unreachable):
            if lost is not None:
                raise lost from None
            raise

    def _tried(self, document: str, requests: list[Request], revision: str) -> ServiceError | None:
        """What another try may mend; None when it is done. Raises the rest."""
        try:
            self._batch(document, requests, revision)
        except (OutcomeUnknown, Busy) as error:
            return error
        except Refused as refused:
            if refused.status != 400:
                raise
            return refused
        return None

    def _pause(self, tried: int, failure: ServiceError | None, patience: float) -> float:
        """Wait before another try, as Google asked, or a while that differs for each writer; the seconds
        waited for Google."""
        if isinstance(failure, Busy):
            if failure.retry_after > patience:
                raise failure
            self._client.sleep(failure.retry_after)
            return failure.retry_after
        if tried:
            self._client.sleep(random.uniform(0.0, 0.02 * 2**tried))
        return 0.0

    def _batch(self, document: str, requests: list[Request], revision: str) -> None:
        """One atomic edit: all requests or none. With `revision` empty it applies to whatever there is."""
        body: dict[str, Any] = {"requests": requests}
        if revision:
            body["writeControl"] = {"requiredRevisionId": revision}
        self._client.write(
            DOCS, lambda api: api.documents.batchUpdate(documentId=document, body=body), lambda answer: None
        )

    def _snapshot(self, document: str, fields: str) -> Snapshot:
        return self._read(
            document, snapshot, fields=fields, suggestionsViewMode=INLINE, includeTabsContent=True
        )

    def _read(self, document: str, parse: Callable[[Any], T], **asked: Any) -> T:
        return self._client.read(DOCS, lambda api: api.documents.get(documentId=document, **asked), parse)

    def _drive_comments(self, document: str) -> list[Remark]:
        def ask(api: Api, page: Page) -> Any:
            return api.comments.list(fileId=document, pageSize=100, fields=_DRIVE_COMMENTS, **page)

        return self._client.pages(DRIVE, ask, "comments", drive_comment)


def _editable(now: Snapshot) -> str:
    """Docs: only those who may edit are told the revision."""
    if not now.revision:
        words = "the assistant's Google account may read the document, but not write in it"
        raise Refused(DOCS, words, status=403, code="PERMISSION_DENIED")
    return now.revision
