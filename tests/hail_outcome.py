"""What one hailed lead has come to, counted from outside: inbox, helpdesk, Slack, and the lead's own file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.tinydb_store import TinyDBLeadStore
from tests.office import CHANNEL
from tests.workspace import Message, Person

OPEN = 2
TAG = "hail-the-lead"


@dataclass(frozen=True)
class Outcome:
    """How many there are of each thing of which there must be one, and what else is not as it should be."""

    address: str
    counts: dict[str, int]
    wrong: tuple[str, ...]

    @property
    def duplicates(self) -> int:
        return sum(count - 1 for count in self.counts.values() if count > 1)

    @property
    def lost(self) -> int:
        return sum(count == 0 for count in self.counts.values()) + len(self.wrong)

    @property
    def untouched(self) -> bool:
        """Nothing at all happened for this lead."""
        return not any(self.counts.values())


class Desk:
    """Slack's channel, the inboxes and the helpdesk as they are at one moment."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.messages = person.messages(CHANNEL)
        self._cards = [(each, person.text_of(each)) for each in self.messages if _is_card(each)]
        self._tickets = self._get("/helpdesk")["tickets"]

    def mails(self, address: str) -> list[Any]:
        return list(self._get(f"/inbox/{address}").get("mails", []))

    def tickets(self, address: str) -> list[Any]:
        return [ticket for ticket in self._tickets if ticket["requester"]["email"] == address]

    def approvals(self, ticket_id: int) -> list[Any]:
        """The private notes that say who approved."""
        notes = self._get(f"/helpdesk/tickets/{ticket_id}")["conversations"]
        return [note for note in notes if note["private"] and "approved by" in note["body"]]

    def cards(self, address: str) -> list[Message]:
        return [card for card, words in self._cards if f"· {address} ·" in words]

    def progress(self, address: str) -> list[Message]:
        """What the assistant wrote into the threads of the lead's cards."""
        threads = {card["ts"] for card in self.cards(address)}
        return [each for each in self.messages if each.get("thread_ts") in threads and _is_reply(each)]

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._person.http.get(self._person.sandbox.url(path))
        found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return found


def outcomes(person: Person, data: Path, addresses: Iterable[str]) -> list[Outcome]:
    """Count for each address; `data` is the assistant's data folder (only read)."""
    desk, store = Desk(person), TinyDBLeadStore(data, read_only=True)
    assert store.damaged == []
    return [_outcome(desk, store, address) for address in addresses]


def _outcome(desk: Desk, store: TinyDBLeadStore, address: str) -> Outcome:
    tickets = desk.tickets(address)
    leads = [one for one in store.leads(limit=10_000) if address in one.addresses]
    counts = {
        "mails": len(desk.mails(address)),
        "tickets": len(tickets),
        "cards": len(desk.cards(address)),
        "progress messages": len(desk.progress(address)),
        "approval notes": sum(len(desk.approvals(ticket["id"])) for ticket in tickets),
        "leads": len(leads),
    }
    kinds = sorted(event.kind for lead in leads for event in store.timeline(lead.id))
    wrong = [] if kinds == ["created", "mail"] else [f"the timeline has {kinds}"]
    return Outcome(address, counts, (*wrong, *_wrong_outside(desk, address)))


def _wrong_outside(desk: Desk, address: str) -> Iterator[str]:
    for mail in desk.mails(address):
        if len(mail["attachments"]) != 1:
            yield "the mail has no attachment"
    for ticket in desk.tickets(address):
        if ticket["status"] != OPEN or TAG not in ticket["tags"]:
            yield "the ticket is not open and tagged"
        named = f"|ticket {ticket['id']}>"
        for card in desk.cards(address):
            if named not in Person.text_of(card):
                yield f"the card says {Person.text_of(card)!r}"
        for message in desk.progress(address):
            words = Person.text_of(message)
            if f"Hailed {address}" not in words or named not in words:
                yield f"the thread says {words!r}"


def _is_card(message: Message) -> bool:
    return message.get("thread_ts", message["ts"]) == message["ts"] and "More…" in Person.buttons(message)


def _is_reply(message: Message) -> bool:
    """One that all see: who pressed while the tick looked is told so privately."""
    return bool(message["ts"] != message["thread_ts"] and not message.get("is_ephemeral"))
