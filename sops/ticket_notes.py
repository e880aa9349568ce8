"""Private notes on the lead's ticket: the ticket tracks the lead too, so each change of phase and each finished
procedure is noted there. A note never leaves the organisation, and Freshdesk being away delays it only.
"""

from __future__ import annotations

from sops.context import Context


def owe(context: Context, lead_id: str, key: str, words: str) -> None:
    """Have `words` noted on the lead's ticket, once for each `key`. Durable when it returns; the note follows.

    Nothing happens for a lead without a ticket.
    """
