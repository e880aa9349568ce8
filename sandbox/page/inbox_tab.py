"""Ada's inbox: the mailboxes of everyone outside who got mail, each mail as its recipient sees it."""

from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from sandbox.freshdesk.helpdesk import Helpdesk
from sandbox.freshdesk.records import File, Mail
from sandbox.page.mail_html import framed
from sandbox.page.people import Person
from sandbox.page.templating import render
from sandbox.world import World

ADA = "ada@uni.example"


@dataclass(frozen=True)
class Attachment:
    """A file one can open; `url` works without a key."""

    name: str
    size: str
    url: str


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab at `rest`: "", "<address>" or "<address>/<mail id>"; without a mail, the newest."""
    desk: Helpdesk = world.helpdesk
    owners = inbox_owners(desk)
    asked, _, number = rest.partition("/")
    address = next((each for each in owners if each.casefold() == asked.casefold()), owners[0])
    mails = desk.inbox(address)
    sent = desk.sent_by(address)
    everything = sorted([*mails, *sent], key=lambda mail: mail.id, reverse=True)
    mail = next((each for each in everything if str(each.id) == number), next(iter(mails), None))
    return render(
        "inbox.html",
        owners=[(each, len(desk.inbox(each))) for each in owners],
        address=address,
        mails=everything,
        mail=mail,
        can_answer=bool(mail and mail not in sent and desk.mailbox_at(mail.from_address)),
        body=framed(mail.html, "The mail") if mail else "",
        attachments=attachments(desk, mail.files) if mail else [],
        answer_to=f"/inbox/{quote(address)}/{mail.id}/answer" if mail else "",
    )


def inbox_owners(desk: Helpdesk) -> list[str]:
    """The addresses of outside people who have mail; Ada first, also before she has any."""
    others = [address for address in desk.state.inboxes if address.casefold() != ADA]
    return [ADA, *others]


def attachments(desk: Helpdesk, files: tuple[File, ...]) -> list[Attachment]:
    """What one sees of files under a mail, a conversation or a canned response."""
    return [
        Attachment(
            file.name,
            f"{file.size / 1024:.0f} kB" if file.size >= 1024 else f"{file.size} bytes",
            f"/freshdesk/attachments/{file.id}?signature={desk.signature(file)}",
        )
        for file in files
    ]


def outside_mails(world: World) -> list[Mail]:
    """Every mail that reached somebody outside, newest first."""
    desk: Helpdesk = world.helpdesk
    outside = {address.casefold() for address in inbox_owners(desk)}
    return [mail for mail in reversed(desk.outbox) if outside & mail.recipients]


def outside_recipient(world: World, mail: Mail) -> str:
    """The first recipient of a mail who is outside."""
    outside = {address.casefold() for address in inbox_owners(world.helpdesk)}
    return next(address for address in (*mail.to, *mail.cc, *mail.bcc) if address.casefold() in outside)
