"""Step 6 of Create running notes: letting the participants in, one after the other, with a result for each."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial

from services.google_drive import GoogleDrive, Role, Shared, ShareResult
from sops import brakes
from sops.blocks import escape
from sops.context import here
from sops.effects import Following, once, receive
from sops.ends import Standing
from sops.links import see_mail
from sops.running_notes_plan import NotesPlan, Share
from sops.running_notes_shown import may_leave
from store.lead import Effect, Event, Lead, Reader
from store.plan import Plan

_LEFT_OUT = frozenset({Shared.NO_GOOGLE_ACCOUNT, Shared.REFUSED_BY_POLICY})
_AGAIN = "then start Create running notes again"


@dataclass(frozen=True)
class _Result:
    """What became of one share, as its receipt says."""

    outcome: Shared
    words: str

    @property
    def can_open(self) -> bool:
        return ShareResult(self.outcome, "").can_open


def share_with_all(plan: Plan, notes: NotesPlan, drive: GoogleDrive, document: str, by: str) -> None:
    """Raises NeedsPerson while sending is paused, and the errors of `services.errors` that concern everybody; what
    was done until then stays, and is not repeated."""
    for share in notes.shares:
        _share(plan, notes, drive, document, share, by)
        _count(notes, share)


def _share(plan: Plan, notes: NotesPlan, drive: GoogleDrive, document: str, share: Share, by: str) -> None:
    """Once, and only while sending is not paused; not asked where they can edit already."""

    def act() -> str:
        return _receipt(drive.share(document, share.address, Role.WRITER, notes.message))

    def find() -> str | None:
        for one in drive.permissions(document):
            if one.address.casefold() == share.address.casefold() and one.role.covers(Role.WRITER):
                return _receipt(ShareResult(Shared.SHARED, share.address))
        return None

    def before_act() -> None:
        may_leave(plan, outside=not notes.practice)

    remembered = partial(_remembered, notes, share, by)
    once(notes.lead_id, share.key, act, find, before_act=before_act, follow=remembered)


def _count(notes: NotesPlan, share: Share) -> None:
    """What let somebody in counts for the day, once."""
    if _outcome(notes.lead_id, share) in (Shared.SHARED, Shared.SHARED_WITHOUT_MAIL):
        brakes.count(here(), share.key)


def _remembered(notes: NotesPlan, share: Share, by: str, receipt: str) -> Following:
    """The lead remembers who can read its notes."""
    result, now = _read(receipt), here().clock.now()
    if notes.practice:
        text = f"Practice: running notes shared with {share.address}"
        return Following(events=(Event(share.key, now, "notes", text, by),))
    told = "shared with" if result.can_open else "could not be shared with"
    reader = Reader(share.address, result.outcome, result.can_open, now, result.words)
    event = Event(share.key, now, "notes", f"Running notes {told} {share.address}", by)
    return Following(lambda lead: _with_reader(lead, reader), (event,))


def shared_by_hand(notes: NotesPlan, by: str) -> None:
    """A person let in whoever was not yet: remembered like a share of ours, and not repeated; harmless to repeat."""
    for share in notes.shares:
        if _result(notes.lead_id, share) is None:
            receipt = _receipt(ShareResult(Shared.ALREADY, share.address, "let in by hand"))
            receive(notes.lead_id, share.key, receipt, _remembered(notes, share, by, receipt))


def remember_readers(notes: NotesPlan) -> None:
    """Participants who could edit the notes before are readers too."""
    present, now = {address.casefold() for address in notes.present}, here().clock.now()
    there = [
        Reader(one.address, Shared.ALREADY, True, now) for one in notes.participants if one.key in present
    ]

    def change(lead: Lead) -> Lead:
        for reader in there:
            lead = _with_reader(lead, reader)
        return lead

    if there:
        here().store.update(notes.lead_id, change)


def _with_reader(lead: Lead, reader: Reader) -> Lead:
    others = tuple(one for one in lead.readers if one.address.casefold() != reader.address.casefold())
    known = next((one for one in lead.readers if one.address.casefold() == reader.address.casefold()), None)
    if known is not None and known.can_open and reader.outcome == Shared.ALREADY:
        return lead
    return replace(lead, readers=(*others, reader))


def result_words(notes: NotesPlan, *, by_hand: bool = False) -> str:
    """What became of each participant, for people; who was left out, and what to do then, on a line each."""
    practice = ", for practice in place of the participants" if notes.practice else ""
    if by_hand:
        return f"shared by hand{practice}"
    told = [
        (_outcome(notes.lead_id, share) in _LEFT_OUT, _words(notes.lead_id, share)) for share in notes.shares
    ]
    parts = [f"{words}{practice}" for left_out, words in told if not left_out]
    mailed = [one.address for one in notes.shares if _outcome(notes.lead_id, one) is Shared.SHARED]
    present = {address.casefold() for address in notes.present}
    parts += [f"{escape(one.address)} could edit already" for one in notes.participants if one.key in present]
    seen = see_mail(mailed[0]) if mailed else ""
    left_out = "".join(f"\n• {words}" for is_left_out, words in told if is_left_out)
    return ("; ".join(parts) or _not_shared(notes)) + seen + left_out


def _not_shared(notes: NotesPlan) -> str:
    if notes.readers or notes.everybody:
        return f"nobody new was let in; {escape(notes.reader_words)} can read it"
    return "nobody outside can see it yet"


def _words(lead_id: str, share: Share) -> str:
    who, result = escape(share.address), _result(lead_id, share)
    if result is None:
        return f"{who} was not let in yet"
    if result.outcome is Shared.SHARED:
        return f"{who} can edit"
    if result.outcome is Shared.NO_GOOGLE_ACCOUNT:
        return (
            f"*{who} was not let in*: the address has no Google account. Ask them for one that has, or to make one "
            f"with this address at accounts.google.com, {_AGAIN}"
        )
    if result.outcome is Shared.REFUSED_BY_POLICY:
        return f"*{who} was not let in*: {escape(result.words)}, {_AGAIN}"
    return f"{who}: {escape(result.words)}" if result.words else f"{who} could edit already"


def shares_standing(notes: NotesPlan, nothing_left: str) -> Standing:
    """Who was let in by this plan; for whom that is not known."""
    let_in, doubtful = [], []
    for share in notes.shares:
        known = here().store.effect(notes.lead_id, share.key)
        result = _result(notes.lead_id, share)
        if known is not None and known.receipt is None:
            doubtful.append(escape(share.address))
        elif result is not None and result.can_open:
            let_in.append(escape(share.address))
    outside = []
    if let_in:
        how = "Let in for practice" if notes.practice else "Let in"
        outside.append(f"{how}: {', '.join(let_in)}. That is not repeated.")
    if doubtful:
        words = f"It is not known whether {', '.join(doubtful)} can open the document. Retry looks before it acts."
        outside.append(words)
    if outside:
        return Standing(outside=" ".join(outside))
    if notes.present:
        return Standing(not_outside="Nobody new was let in.")
    made = here().store.effect(notes.lead_id, notes.notes_key)
    if made is not None and made.receipt is not None:
        return Standing(not_outside="The document exists, nobody outside can see it.")
    return Standing(not_outside=nothing_left)


def _receipt(result: ShareResult) -> str:
    return json.dumps({"outcome": result.outcome, "words": result.words})


def _outcome(lead_id: str, share: Share) -> Shared | None:
    result = _result(lead_id, share)
    return result.outcome if result is not None else None


def _result(lead_id: str, share: Share) -> _Result | None:
    known: Effect | None = here().store.effect(lead_id, share.key)
    if known is None or known.receipt is None:
        return None
    return _read(known.receipt)


def _read(receipt: str) -> _Result:
    said = json.loads(receipt)
    return _Result(Shared(said["outcome"]), str(said["words"]))
