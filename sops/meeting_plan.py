"""The plan of Log meeting: what a person said about it, and the exact lines for the team and for the notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sops import next_steps, notes_entry
from sops.blocks import cut
from sops.context import Context
from sops.hail_plan import Check
from sops.status_update_plan import due_words, why_not_shared
from store.codec import Codec
from store.lead import Lead
from store.lifecycle import Phase
from store.meeting import Meeting, MeetingState, Verbal
from store.plan import Plan, new_plan

NAME = "meeting"
OVER = (MeetingState.HELD, MeetingState.NO_SHOW)
_FOLLOWS = {Verbal.YES: Phase.PROSPECT, Verbal.NO: Phase.CLOSED}
"""Service partnership lifecycle: "If they verbally decide yes, then the lead becomes a Prospect. If they decide no,
we close the lead." """


@dataclass(frozen=True)
class Owed:
    """A question that we owe an answer to; `due` is an ISO date or empty."""

    text: str
    due: str = ""


@dataclass(frozen=True)
class Said:
    """What a person typed about one meeting. Times are aware UTC, dates ISO or empty; `verbal` is None where it was
    not asked, because the lead decided long ago, or where they did not come. `settled` are questions owed since
    before that are answered now. `follow`: the phase that follows from their answer is theirs at once.
    """

    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    held: bool
    team: str = ""
    notes: str = ""
    answered: tuple[str, ...] = ()
    owed: tuple[Owed, ...] = ()
    settled: tuple[str, ...] = ()
    demo: bool = False
    replicate: bool = False
    verbal: Verbal | None = None
    procurement: str = ""
    technical: str = ""
    signature: str = ""
    start: str = ""
    next_step: str = ""
    due: str = ""
    follow: bool = False


@dataclass(frozen=True)
class MeetingPlan:
    """`team_lines` go to the timeline, `lines` to the running notes, both as they are. `readers` are addresses
    outside, `reader_words` names them. `next_step` and `due` are what the lead's card will say. `follows` is the
    phase that follows from their yes or no, which a person may confirm with the rest (`said.follow`). `manual`:
    Google is not connected, so a person writes the lines for the notes."""

    lead_id: str
    organisation: str
    said: Said
    team_lines: tuple[str, ...]
    lines: tuple[str, ...]
    readers: tuple[str, ...]
    reader_words: str
    everybody: bool
    document: str
    next_step: str
    due: str
    follows: Phase | None
    checks: tuple[Check, ...]
    manual: bool = False

    @property
    def leaves_at_once(self) -> bool:
        """Whether something leaves when the plan is confirmed, and not when a person does it."""
        return bool(self.lines) and not self.manual

    @property
    def blocked(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.state == "block")


_CONTENT = Codec(MeetingPlan)


def prepare(context: Context, lead: Lead, said: Said, by: str) -> Plan:
    """Write down exactly what will be recorded and written, look who reads it, and save it. `by` is a Slack user."""
    if not said.held and said.verbal is Verbal.NOT_YET:
        said = replace(said, verbal=None)
    asked = said.held and lead.phase in (Phase.LEAD, Phase.QUALIFIED)
    follows = _FOLLOWS.get(said.verbal) if asked and said.verbal is not None else None
    said = replace(said, follow=said.follow and follows is not None)
    step, due = _next_step(context, lead, said)
    seen = notes_entry.audience(context, lead) if said.notes else notes_entry.Audience((), "nobody")
    made = MeetingPlan(
        lead_id=lead.id,
        organisation=lead.organisation,
        said=said,
        team_lines=_team_lines(context, said, step, due),
        lines=_notes_lines(context, said, by),
        readers=seen.addresses,
        reader_words=seen.words,
        everybody=seen.everybody,
        document=lead.notes.id if lead.notes else "",
        next_step=step,
        due=due,
        follows=follows,
        checks=_checks(context, lead, said, seen),
        manual=seen.manual,
    )
    content = _CONTENT.encode(made)
    plan = new_plan(NAME, lead.id, by, context.clock.now(), content, cut(lead.organisation, 200))
    context.store.save_plan(plan)
    return plan


def of(plan: Plan) -> MeetingPlan:
    """What a saved plan holds."""
    return _CONTENT.decode(plan.content)


def logged_before(lead: Lead, said: Said) -> Meeting | None:
    """The meeting as somebody logged it already, None while nobody has. Two people may have typed its time."""
    over = [one for one in lead.meetings if one.state in OVER]
    return next((one for one in over if one.id == said.meeting_id or one.starts_at == said.starts_at), None)


def moved_words(lead: Lead, said: Said) -> str:
    """That the booking was moved since the meeting was spoken of, so that it was not held; else empty."""
    known = next((one for one in lead.meetings if one.id == said.meeting_id), None)
    if known is None or known.state in OVER or known.starts_at == said.starts_at:
        return ""
    return f"This meeting was moved to {known.starts_at:%Y-%m-%d %H:%M} UTC meanwhile."


def logged_words(meeting: Meeting) -> str:
    """Who logged it, and how it went."""
    at = f" at {meeting.logged_at:%Y-%m-%d %H:%M} UTC" if meeting.logged_at else ""
    return f"<@{meeting.logged_by}> logged this meeting as {meeting.state}{at}."


def _checks(context: Context, lead: Lead, said: Said, seen: notes_entry.Audience) -> tuple[Check, ...]:
    found = []
    before = logged_before(lead, said)
    if before is not None:
        words = f"{logged_words(before)} Add what is missing with a status update."
        found.append(Check("logged", "block", words))
    if words := moved_words(lead, said):
        found.append(Check("moved", "block", f"{words} Log it after that."))
    if not said.held and said.verbal is not None:
        words = (
            f"They did not come, but “{said.verbal}” is ticked as what they said in it. Correct one of the two; a "
            "decision that came another way is logged with They decided."
        )
        found.append(Check("not held", "block", words))
    if lead.phase is Phase.CLOSED:
        found.append(Check("closed", "block", "This lead is closed. Reopen it first: More… on its card."))
    elif said.notes:
        why_not = why_not_shared(context, lead, seen)
        if why_not:
            words = f"{why_not} Or leave the box for the running notes empty."
            found.append(Check("notes", "block", words))
    return tuple(found)


def _notes_lines(context: Context, said: Said, by: str) -> tuple[str, ...]:
    if not said.notes:
        return ()
    text = context.words.render(
        "meeting/entry.txt.j2",
        day=said.starts_at.astimezone(context.clock.zone).date(),
        author=context.services.slack.member(by).name,
        text=said.notes,
    )
    return tuple(line for line in text.splitlines() if line.strip())


def _team_lines(context: Context, said: Said, step: str, due: str) -> tuple[str, ...]:
    at = f"{said.starts_at.astimezone(context.clock.zone):%Y-%m-%d %H:%M}"
    lines = [f"Meeting of {at}: {'held' if said.held else 'they did not come'}"]
    lines += [line for line in said.team.splitlines() if line.strip()]
    lines += [f"Answered: {question}" for question in (*said.settled, *said.answered)]
    lines += [f"We owe an answer{due_words(one.due)}: {one.text}" for one in said.owed]
    ticks = [("demo shown", said.demo), ("right to replicate told", said.replicate)]
    if told := [words for words, done in ticks if done]:
        lines.append(", ".join(told).capitalize())
    if said.verbal is not None:
        lines.append(f"Partner with {context.team.organisation}? {said.verbal}")
    forecast = [
        ("procurement", said.procurement),
        ("technical", said.technical),
        ("signature", said.signature),
        ("start", said.start),
    ]
    lines += [f"Forecast, {what}: {words}" for what, words in forecast if words]
    return (*lines, f"Next step: {step}{due_words(due)}") if step else tuple(lines)


def _next_step(context: Context, lead: Lead, said: Said) -> tuple[str, str]:
    """What the person said comes next, and by when; else what follows from the meeting."""
    step, due = _following(context, lead, said)
    if said.next_step or said.due:
        step, due = said.next_step or step, said.due
    return step, due if step else ""


def _following(context: Context, lead: Lead, said: Said) -> tuple[str, str]:
    if said.held and said.verbal is Verbal.NO:
        return ("", "") if said.follow else (next_steps.CLOSE, "")
    dues = [one.due for one in lead.owed if one.text not in said.settled] + [one.due for one in said.owed]
    if said.held and dues:
        return next_steps.ANSWER_THEM, min(filter(None, dues), default="")
    if said.held and said.follow:
        return next_steps.CONTRACT, ""
    day = next_steps.day_ahead(lead, context.clock)
    if day:
        return next_steps.meet(day), day
    return (next_steps.FOLLOW_UP if said.held else next_steps.NEW_TIME), ""
