"""What a stranger wrote in a mail, as a few plain words: invisible letters and quoted history left out, cut to what a
person reads at a glance. Works on the first part only, so a huge body costs nothing."""

from __future__ import annotations

import re
import unicodedata

from services.freshdesk_records import Conversation
from sops import letters
from sops.blocks import cut

_READ = 20_000
"""Characters of a mail that are looked at at all."""
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories: control and format characters (zero width, right-to-left overrides), private use."""
_HISTORY = re.compile(
    r"^(?:On [^\n]{0,200}(?:\n[^\n]{0,200})?wrote:|-{2,} ?(?:Original|Forwarded) [Mm]essage|_{10,}|From: [^\n]*@)",
    re.MULTILINE,
)
"""Where the earlier mails begin that most mail programs quote below an answer."""


def words_of(said: Conversation, limit: int) -> str:
    """At most `limit` characters of what was written newly; plain text, still to be escaped for mrkdwn."""
    text = clean(said.body_text[:_READ] or letters.as_text(said.body_html[:_READ]))
    return cut(_without_history(text), limit) or "(no text)"


def line(text: str, limit: int) -> str:
    """A name or a subject of theirs as one clean line."""
    return cut(" ".join(clean(text[:_READ]).split()), limit)


def clean(text: str) -> str:
    """Without anything that a person cannot see; runs of spaces and empty lines become one."""
    seen = "".join(
        letter
        for letter in text.replace("\r\n", "\n").replace("\xa0", " ")
        if letter in "\n\t" or unicodedata.category(letter) not in _INVISIBLE
    )
    lines = (" ".join(each.split()) for each in seen.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_history(text: str) -> str:
    found = _HISTORY.search(text)
    new = text[: found.start()] if found else text
    unquoted = "\n".join(each for each in new.split("\n") if not each.startswith(">")).strip()
    return unquoted or text
