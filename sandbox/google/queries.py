"""Drive's search language: the `q` of files.list, parsed into a test of one file.

Google: values in single quotes with \\' and \\\\ escaped; `and` and `or` from left to right, `not` binds tighter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.google.problems import Problem, not_built
from sandbox.google.records import MY_DRIVE, File

Test = Callable[[File], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\['\\]|[^'\\])*')|(?P<sign><=|>=|!=|[=<>(){}])|(?P<word>[A-Za-z][A-Za-z.]*))"
)
_WORDS = re.compile(r"\w+")
DATES = {"modifiedTime": "modified", "createdTime": "created"}
INDEXED = frozenset({"name", "appProperties", "properties"})
"""Terms answered from the search index, which lags behind; parents and types are read where they are kept."""
NOT_BUILT = frozenset({
    "fullText", "owners", "writers", "readers", "labels", "visibility", "sharedWithMe", "starred",
    "viewedByMeTime", "memberCount",
})  # fmt: skip
DEEPEST = 50
LONGEST = 20_000


@dataclass(frozen=True)
class Query:
    """A parsed `q`; `is_indexed` says that new files may not be found yet."""

    test: Test
    is_indexed: bool


def parsed(text: str) -> Query:
    """Raises Problem 400 for anything outside the grammar, 501 for terms that are not built."""
    parser = _Parser(_tokens(text))
    return Query(parser.whole(), parser.is_indexed)


def starts_words(name: str, wanted: str) -> bool:
    """Drive: `name contains` finds words by their beginning, so 'World' is not in "HelloWorld"."""
    words = [word.casefold() for word in _WORDS.findall(name)]
    asked = [word.casefold() for word in _WORDS.findall(wanted)]
    if not asked:
        return False
    *whole, last = asked
    for start in range(len(words) - len(asked) + 1):
        found = words[start : start + len(asked)]
        if found[:-1] == whole and found[-1].startswith(last):
            return True
    return False


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.strip()
    if len(text) > LONGEST:
        raise _invalid()
    while at < len(text):
        fits = _TOKEN.match(text, at)
        if fits is None or fits.lastgroup is None:
            raise _invalid()
        found.append((fits.lastgroup, fits[fits.lastgroup]))
        at = fits.end()
    if not found:
        raise _invalid()
    return found


def _invalid() -> Problem:
    return Problem(400, "invalid", "Invalid Value", "q")


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self.is_indexed = False

    def whole(self) -> Test:
        test = self._expression(0)
        if self._at != len(self._tokens):
            raise _invalid()
        return test

    def _expression(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise _invalid()
        test = self._term(depth)
        while self._peek() in ("and", "or"):
            joined = self._word("and", "or")
            test = _joined(joined, test, self._term(depth))
        return test

    def _term(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise _invalid()
        if self._peek() == "not":
            self._word("not")
            denied = self._term(depth + 1)
            return lambda file: not denied(file)
        if self._peek() == "(":
            self._sign("(")
            inner = self._expression(depth + 1)
            self._sign(")")
            return inner
        if self._kind() == "text":
            return self._membership()
        return self._comparison()

    def _membership(self) -> Test:
        value = self._text()
        self._word("in")
        collection = self._word()
        if collection in NOT_BUILT:
            raise not_built(f"{collection} in a query")
        if collection != "parents":
            raise _invalid()
        folder = MY_DRIVE if value == "root" else value
        return lambda file: file.parent == folder

    def _comparison(self) -> Test:
        term = self._word()
        if term in NOT_BUILT:
            raise not_built(f"{term} in a query")
        self.is_indexed |= term in INDEXED
        if term in ("appProperties", "properties"):
            return self._property(term)
        if term == "trashed":
            return self._boolean()
        if term in DATES:
            return self._date(DATES[term])
        return self._string(term)

    def _property(self, term: str) -> Test:
        self._word("has")
        self._sign("{")
        self._word("key")
        self._sign("=")
        key = self._text()
        self._word("and")
        self._word("value")
        self._sign("=")
        value = self._text()
        self._sign("}")
        if term == "properties":
            return lambda file: file.properties.get(key) == value
        return lambda file: file.app_properties.get(key) == value

    def _boolean(self) -> Test:
        sign = self._sign("=", "!=")
        wanted = (self._word("true", "false") == "true") == (sign == "=")
        return lambda file: file.trashed == wanted

    def _date(self, attribute: str) -> Test:
        sign = self._sign("=", "!=", "<", "<=", ">", ">=")
        moment = _moment(self._text())
        return lambda file: _compared(sign, getattr(file, attribute), moment)

    def _string(self, term: str) -> Test:
        if term not in ("name", "mimeType", "shortcutDetails.targetId"):
            raise _invalid()
        if self._peek() == "contains" and term != "shortcutDetails.targetId":
            self._word("contains")
            value = self._text()
            if term == "name":
                return lambda file: starts_words(file.name, value)
            return lambda file: file.mime_type.startswith(value)
        sign, value = self._sign("=", "!="), self._text()
        is_same = sign == "="
        if term == "name":  # observed: the whole name, in any case
            return lambda file: (file.name.casefold() == value.casefold()) == is_same
        if term == "mimeType":
            return lambda file: (file.mime_type == value) == is_same
        return lambda file: (file.shortcut_to == value) == is_same

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _text(self) -> str:
        if self._kind() != "text":
            raise _invalid()
        self._at += 1
        return re.sub(r"\\(.)", r"\1", self._tokens[self._at - 1][1][1:-1])

    def _word(self, *wanted: str) -> str:
        return self._taken("word", wanted)

    def _sign(self, *wanted: str) -> str:
        return self._taken("sign", wanted)

    def _taken(self, kind: str, wanted: tuple[str, ...]) -> str:
        if self._kind() != kind or (wanted and self._peek() not in wanted):
            raise _invalid()
        self._at += 1
        return self._tokens[self._at - 1][1]


def _joined(how: str, left: Test, right: Test) -> Test:
    if how == "and":
        return lambda file: left(file) and right(file)
    return lambda file: left(file) or right(file)


def _moment(text: str) -> datetime:
    """Drive: RFC 3339, in UTC unless said otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _invalid() from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _compared(sign: str, left: datetime, right: datetime) -> bool:
    results = {"=": left == right, "!=": left != right, "<": left < right, ">": left > right}
    results |= {"<=": left <= right, ">=": left >= right}
    return results[sign]
