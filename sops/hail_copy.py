"""“Send me a copy first”: the mail of a plan, exactly, to the colleague who asks."""

from __future__ import annotations

from services.errors import Refused
from services.freshdesk_records import Attachment, OutboundEmail
from sops.context import Context
from sops.hail_plan import HailPlan

_CLOSED = 5


def send_copy(context: Context, hail: HailPlan, address: str) -> None:
    """Mail the plan's words and files to `address`, on a closed ticket of its own tagged `copy`. Raises the
    errors of `services.errors`."""
    freshdesk = context.services.freshdesk
    if freshdesk is None or hail.mail is None:
        raise Refused("Freshdesk", "it is not connected")
    if not address:
        raise Refused("Slack", "it does not tell me your e-mail address")
    freshdesk.send_outbound_email(
        OutboundEmail(
            to=address,
            name="",
            subject=f"[Copy] {hail.mail.subject}",
            body_html=hail.mail.body_html,
            mailbox_id=hail.mail.mailbox_id,
            tags=("copy",),
            attachments=tuple(
                Attachment(file.name, file.content_type, context.store.blob(file.sha256))
                for file in hail.mail.files
            ),
            status=_CLOSED,
        )
    )
