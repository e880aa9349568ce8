"""GET /search/tickets: Freshdesk's query language, as far as tickets have the fields, and its lag."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from starlette.responses import JSONResponse, Response

from sandbox.freshdesk.call import Call
from sandbox.freshdesk.problems import invalid_value
from sandbox.freshdesk.records import Ticket

LAG = timedelta(minutes=5)
"""Freshdesk: updates take "a few minutes" to be found. Here always five."""
LONGEST_QUERY, PER_PAGE, LAST_PAGE = 512, 30, 10
_TOKEN = re.compile(r"\s*(?:(\()|(\))|(AND|OR)\b|(\w+):([<>]?)(?:'([^']*)'|([\w-]+)))")
_FIELDS: dict[str, Callable[[Ticket], list[str]]] = {
    "status": lambda ticket: [str(ticket.status)],
    "priority": lambda ticket: [str(ticket.priority)],
    "agent_id": lambda ticket: [str(ticket.responder_id)] if ticket.responder_id else [],
    "group_id": lambda ticket: [],
    "type": lambda ticket: [ticket.type] if ticket.type else [],
    "tag": lambda ticket: list(ticket.tags),
    "created_at": lambda ticket: [ticket.created_at.date().isoformat()],
    "updated_at": lambda ticket: [ticket.updated_at.date().isoformat()],
}
Test = Callable[[Ticket], bool]


async def search_tickets(call: Call) -> Response:
    """30 a page, ten pages, the query in double quotes and at most 512 letters long."""
    call.only("query", "page")
    found = [] if call.takes("search_lag") else _found(call, parsed(call.query.get("query", "")))
    page = call.query.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page[:4]) <= LAST_PAGE:
        raise invalid_value("page", f"It should be a Positive Integer less than or equal to {LAST_PAGE}")
    first = (int(page) - 1) * PER_PAGE
    answers = call.answers
    shown = [
        answers.row(each) | answers.included(each, ["description"])
        for each in found[first : first + PER_PAGE]
    ]
    return JSONResponse({"total": len(found), "results": shown})


def _found(call: Call, test: Test) -> list[Ticket]:
    indexed = call.now - LAG
    tickets = call.desk.state.tickets.values()
    return [each for each in tickets if not each.deleted and each.updated_at <= indexed and test(each)]


def parsed(query: str) -> Test:
    """Whether a ticket matches. Raises Invalid for a query that is not one; AND and OR bind from the left,
    round brackets group."""
    if len(query) < 3 or query[0] != '"' or query[-1] != '"' or len(query) - 2 > LONGEST_QUERY:
        raise invalid_value("query", "Given query is invalid. It should be enclosed in double quotes.")
    parser = _Parser(query[1:-1])
    test = parser.expression()
    if parser.rest():
        raise parser.wrong()
    return test


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def rest(self) -> str:
        return self._text[self._at :].strip()

    def wrong(self) -> Exception:
        return invalid_value("query", f"Given query is invalid near {self.rest()[:40]!r}")

    def expression(self) -> Test:
        test = self._term()
        while (match := _TOKEN.match(self._text, self._at)) and match[3]:
            self._at = match.end()
            test = _joined(match[3], test, self._term())
        return test

    def _term(self) -> Test:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match[2] or match[3]:
            raise self.wrong()
        self._at = match.end()
        if match[4]:
            return self._comparison(match)
        inner = self.expression()
        closing = _TOKEN.match(self._text, self._at)
        if closing is None or not closing[2]:
            raise self.wrong()
        self._at = closing.end()
        return inner

    def _comparison(self, match: re.Match[str]) -> Test:
        read = _FIELDS.get(match[4])
        if read is None:
            raise invalid_value(match[4], "Unexpected/invalid field in query")
        value = match[6] if match[6] is not None else match[7]
        if match[5] == ">":
            return lambda ticket: any(each >= value for each in read(ticket))
        if match[5] == "<":
            return lambda ticket: any(each <= value for each in read(ticket))
        if match[6] is None and value == "null":
            return lambda ticket: not read(ticket)
        return lambda ticket: value in read(ticket)


def _joined(word: str, left: Test, right: Test) -> Test:
    if word == "AND":
        return lambda ticket: left(ticket) and right(ticket)
    return lambda ticket: left(ticket) or right(ticket)
