"""What one link has told us: the bookings it listed, how far each is believed, and what waits for an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.platforms.dialect import Dialect, Kind
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Seen:
    """One event of a snapshot. `nights`: property-local; `code`: the reservation's code where the platform has one."""

    nights: Nights
    uid: str | None = None
    code: str | None = None
    summary: str = ""

    def kind(self, dialect: Dialect, today: date) -> Kind:
        """What the event stands for (R11)."""
        far = is_far(self.nights.departure, dialect, today)
        return dialect.kind(self.summary, self.nights, coded=self.code is not None, far=far)


def is_far(day: date, dialect: Dialect, today: date) -> bool:
    """Whether `day` lies where the calendar's far end rolls."""
    return dialect.far_days is not None and day >= today + timedelta(days=dialect.far_days)


class State(StrEnum):
    """How far a booking that a channel told us is believed."""

    THERE = "there"
    """In the last good read."""
    COVERED = "covered"
    """Not there by itself, but other events show all its nights, or it lies beyond the far end of the calendar."""
    MISSING = "missing"
    """Not in the last good reads; believed until the grace is over (R12)."""
    ASKED = "asked"
    """Vanished with at least half of the calendar: waits for a person, or for a steady day (R13)."""
    KEPT = "kept"
    """A person said that it still stands, although the calendar lost it: until its dates pass, or it shows again.

    Once nobody here wants it any more, it is gone as well; see `core.imports.lingering`.
    """
    GONE = "gone"
    """Believed to be cancelled."""
    ENDED = "ended"
    """Its departure has come: neither cancelled nor to come."""

    @property
    def holds(self) -> bool:
        """Whether its nights are believed to be sold or closed."""
        return self not in (State.GONE, State.ENDED)


@dataclass(frozen=True, slots=True)
class Narrower:
    """Dates that leave nights out, as the channel now tells them; believed after the grace like a disappearance."""

    nights: Nights
    since: datetime
    looks: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """One booking or closure as a link told it: a row of ChannelBooking. Our own stay is kept elsewhere (R9)."""

    number: int
    """Within the link, never used again."""
    kind: Kind
    nights: Nights
    """As believed. The start is the first one told: a running stay's is clipped by some platforms."""
    first_seen: datetime
    code: str | None = None
    uid: str | None = None
    """As last told; where the UID is no identity it says nothing."""
    state: State = State.THERE
    last_seen: datetime | None = None
    """The last good look with it; None while it is still there, which is then the link's last good look."""
    missing_since: datetime | None = None
    """The first good look without it."""
    missing_looks: int = 0
    covered: bool = False
    """Since it was last there by itself other events showed its nights: losing them is not its own cancellation."""
    narrower: tuple[Narrower, ...] = ()
    """From wide to narrow."""


@dataclass(frozen=True, slots=True)
class Question:
    """At least half of a calendar vanished at once: is it so? `known`: how many events were to come before (R13)."""

    asked_at: datetime
    known: int


@dataclass(frozen=True, slots=True)
class Known:
    """The memory of one link: a few columns of its own and one row of ChannelBooking for each booking."""

    bookings: tuple[Told, ...] = ()
    question: Question | None = None
    last_look: datetime | None = None
    """The last good look; None before the first."""
    fingerprint: str | None = None
    """Of the last good calendar, kept here for the caller, who calls `again` when the next one has the same."""
    last_day: date | None = None
    """The property-local day of that look."""
    next_number: int = 1
    waits_for_answer: bool = False
    """The property never wants an unanswered question to free nights."""
    wakes_on: date | None = None
    """The first day on which an unchanged calendar is news; None while a grace or a question runs."""

    def held(self) -> Iterator[Told]:
        """The bookings whose nights are believed to be taken."""
        return (told for told in self.bookings if told.state.holds)

    def busy(self, today: date) -> set[date]:
        """The nights from `today` on that the link told us are taken and that we still believe."""
        return {night for told in self.held() for night in told.nights if night >= today}
