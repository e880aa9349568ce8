"""Addresses: which a browser may follow, and which lead to a place inside this page."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from sandbox.slack.workspace import TEAM_DOMAIN

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_PERMALINK = re.compile(r"/archives/(\w+)/p(\d+)(\d{6})$")
_FILE = re.compile(r"/google/(?:document/d|drive/folders|file/d)/([\w-]+)(?:/(?:edit|view))?$")
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def followed(url: str) -> str | None:
    """Where following `url` leads: a place in this page ("#inbox/…"), else the address itself.

    None when a browser must not follow it: only http, https, mailto and tel are safe.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in SAFE_SCHEMES:
            return None
        host = parts.hostname or ""
    except ValueError:
        return None
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if host in _LOOPBACK and parts.path in ("", "/"):
        return place_asked(query) or (f"#{parts.fragment}" if parts.fragment else url)
    if host in _LOOPBACK and (file := _FILE.match(parts.path)):
        return _file_place(file[1], query.get("as", ""))
    if host == f"{TEAM_DOMAIN}.slack.com" and (found := _PERMALINK.search(parts.path)):
        return f"#slack/{found[1]}/{query.get('thread_ts') or f'{found[2]}.{found[3]}'}"
    if host == "calendly.com":
        return f"#book/{quote(parts.path.rstrip('/').rpartition('/')[2])}"
    return url


def place_asked(query: Mapping[str, str]) -> str:
    """The place a deep link asks for: `?tab=inbox&address=…`, `?tab=helpdesk&ticket=…`,
    `?tab=drive&doc=…[&reader=<address>]`; "" for none."""
    tab = query.get("tab", "")
    if tab == "inbox":
        return f"#inbox/{quote(query.get('address', ''))}"
    if tab == "helpdesk" and query.get("ticket"):
        return f"#helpdesk/ticket/{quote(query['ticket'])}"
    if tab == "drive" and query.get("doc"):
        return _file_place(query["doc"], query.get("reader", ""))
    return f"#{quote(tab)}" if tab else ""


def _file_place(id: str, reader: str) -> str:
    """A file in the team's drive, as the person with that address sees it; without one, as oneself."""
    return f"#drive/{quote(id)}" + (f"/{quote(reader)}" if reader else "")
