"""“Send me a copy first”: the mail of a plan, exactly, to the colleague who asks."""

from __future__ import annotations

from collections.abc import Sequence

from services.errors import Refused
from services.freshdesk_records import Attachment, OutboundEmail
from sops.context import Context
from sops.hail_plan import File

_CLOSED = 5


def send_copy(
    context: Context,
    subject: str,
    body_html: str,
    *,
    mailbox_id: int,
    address: str,
    files: Sequence[File] = (),
) -> None:
    """Mail these words and files to `address`, on a closed ticket of its own tagged `copy`. Raises the errors of
    `services.errors`."""
    freshdesk = context.services.freshdesk
    if freshdesk is None:
        raise Refused("Freshdesk", "it is not connected")
    if not address:
        raise Refused("Slack", "it does not tell me your e-mail address")
    attached = (Attachment(file.name, file.content_type, context.store.blob(file.sha256)) for file in files)
    freshdesk.send_outbound_email(
        OutboundEmail(
            to=address,
            name="",
            subject=f"[Copy] {subject}",
            body_html=body_html,
            mailbox_id=mailbox_id,
            tags=("copy",),
            attachments=tuple(attached),
            status=_CLOSED,
        )
    )
