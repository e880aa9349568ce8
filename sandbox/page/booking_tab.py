"""The booking page: what opens behind the Calendly link in a mail; its length and switch; a meeting booked as Ada."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from sandbox.calendly.bookings import Bookings, EventType
from sandbox.page.people import Person
from sandbox.page.templating import day, render
from sandbox.world import World

LENGTHS = (15, 25, 30, 45, 60)
HOURS = (9, 11, 14, 16)
DAYS = 5


@dataclass(frozen=True)
class Slot:
    """A time one can book; `start` in ISO 8601, the words in this computer's zone."""

    start: str
    words: str


def place(world: World, me: Person, rest: str) -> Markup:
    """The tab; `rest` may name an event type by its slug: the one whose link was followed."""
    bookings: Bookings = world.bookings
    meetings = [each for each in bookings.state.event_types.values() if not each.deleted_at]
    meetings.sort(key=lambda each: each.slug != rest)
    return render(
        "booking.html",
        meetings=[(each, _slots(bookings, each, world.clock.now())) for each in meetings],
        lengths=LENGTHS,
        slug=rest,
        booked=list(bookings.events()),
    )


def _slots(bookings: Bookings, meeting: EventType, now: datetime) -> list[Slot]:
    """Free times of the next five working days."""
    local = now.astimezone()
    free: list[Slot] = []
    date, days = local, 0
    while days < DAYS:
        date += timedelta(days=1)
        if date.weekday() >= 5:
            continue
        days += 1
        for hour in HOURS:
            start = date.replace(hour=hour, minute=0, second=0, microsecond=0)
            end = start + timedelta(minutes=meeting.minutes)
            if not any(each.active and start < each.end and each.start < end for each in bookings.events()):
                free.append(Slot(start.isoformat(), f"{day(start)}, {start:%H:%M}"))
    return free
