"""The mail Google sends when something is shared: it lands in the recipient's inbox, with a link that opens it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.freshdesk.helpdesk import Helpdesk, Letter
from sandbox.google.answers import link
from sandbox.google.drive import name_of
from sandbox.google.records import ASSISTANT, FOLDER, File, Notice, Permission

if TYPE_CHECKING:
    from sandbox.world import World

SENDER, SENDER_NAME = "drive-shares-noreply@google.example", "Google Drive"
INVITED = {"reader": "view", "commenter": "comment on", "writer": "edit", "fileOrganizer": "edit"}


def notify(world: World, file: File, permission: Permission, message: str) -> None:
    """Mail one person about a file; `message` is the sender's own words, as plain text."""
    desk: Helpdesk = world.helpdesk
    what = "Folder" if file.mime_type == FOLDER else "Document"
    subject = " ".join(f'{what} shared with you: "{file.name}"'.split())
    body = _body(world.base, file, permission, message)
    letter = Letter(SENDER, (permission.address,), subject, body, sender_name=SENDER_NAME)
    mail = desk.deliver(letter, world.clock.now())
    notice = Notice(file.id, permission.address, permission.role, message, world.clock.now(), mail.id)
    world.drive.state.notices.append(notice)
    world.changed("inbox")


def _body(base: str, file: File, permission: Permission, message: str) -> str:
    address = f"{link(base, file)}?as={quote(permission.address)}"
    who = html.escape(f"{name_of(ASSISTANT)} ({ASSISTANT})")
    verb = INVITED.get(permission.role, "view")
    said = "<br>".join(html.escape(message).splitlines())
    quoted = f"<blockquote>{said}</blockquote>" if message else ""
    visitor = "<p>You have no Google account: you will be asked for a code sent to this address.</p>"
    return (
        f"<p>{who} has invited you to <b>{verb}</b> the following:</p>{quoted}"
        f'<p><a href="{html.escape(address)}">{html.escape(file.name)}</a></p>'
        f'<p><a href="{html.escape(address)}">Open</a></p>{visitor if permission.is_visitor else ""}'
    )
