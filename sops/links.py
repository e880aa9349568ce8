"""Links into the systems where a person looks something up."""

from __future__ import annotations

from urllib.parse import quote

from sops.context import here


def ticket_words(ticket_id: int | None, before: str = "ticket ") -> str:
    """`ticket 123`, as a link where the helpdesk's address is known."""
    if ticket_id is None:
        return "no ticket number"
    where = here().team.ticket_link
    return f"<{where.format(ticket=ticket_id)}|{before}{ticket_id}>" if where else f"{before}{ticket_id}"


def see_mail(address: str) -> str:
    """Where the recipient's side can be seen, which is so in the sandbox only."""
    where = here().team.mail_link
    return f" · <{where.format(address=quote(address))}|See it in the inbox →>" if where else ""
