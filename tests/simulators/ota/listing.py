"""One listing at an OTA: what it sold, what its host closed, what it read of us, and what it believes open."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
NAMES = ("Wanjiru", "Otieno", "Giulia", "Priya", "Tom", "Fatima", "Léa", "Chen")
DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """How a listing behaves. Days and minutes are whole numbers."""

    platform: str
    zone: str
    feed: str | None = None
    """Our calendar, which it imports."""
    reads_every: tuple[int, int] = (120, 180)
    """Minutes between two reads of it: from, to."""
    echoes: bool = False
    """Whether its calendar shows again what it imported."""
    echoes_after: int = 20
    """Minutes from a read until its calendar shows what was read."""
    replenishes: bool = True
    """Whether a cancelled night is sold again; else it stays closed there."""
    sells_ahead: int = 30
    """How many days from today on it sells."""
    shows_edge: bool = True
    """Whether its calendar shows what lies beyond that as closed, to the rolling far end."""
    validates: bool = False
    """Whether it asks with If-None-Match."""


@dataclass(frozen=True, slots=True)
class Span:
    """Nights from `arrival` up to, not including, `departure`."""

    arrival: date
    departure: date

    def __iter__(self) -> Iterator[date]:
        return (self.arrival + n * DAY for n in range((self.departure - self.arrival).days))


@dataclass(slots=True)
class Booking:
    """A reservation; `code` is what the guest is given, whether or not the calendar shows it."""

    code: str
    uid: str
    guest: str
    nights: Span
    cancelled: bool = False


@dataclass(slots=True)
class Listing:
    """One room at one OTA. The clock is told from outside."""

    key: str
    options: Options
    random: Random
    now: datetime
    bookings: dict[str, Booking] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)
    """Nights that its host closed there."""
    imported: dict[date, datetime] = field(default_factory=dict)
    """Nights busy in our calendar as last read, with the moment of the first read in a row that said so."""
    etag: str | None = None
    next_read: datetime = NEVER

    @property
    def today(self) -> date:
        """The day where the property stands."""
        return self.now.astimezone(ZoneInfo(self.options.zone)).date()

    def live(self) -> list[Booking]:
        """The reservations that stand, by arrival."""
        return sorted(
            (one for one in self.bookings.values() if not one.cancelled), key=lambda one: (one.nights.arrival, one.code)
        )

    def sold(self) -> set[date]:
        """The nights it sold."""
        return {night for one in self.live() for night in one.nights}

    def believes_open(self, nights: Iterable[date]) -> bool:
        """Whether it would sell all of `nights`."""
        last = self.today + self.options.sells_ahead * DAY
        shut = self.sold() | self.closed | set(self.imported)
        return all(self.today <= night < last and night not in shut for night in nights)

    def book(self, wanted: Span) -> Booking | None:
        """Sell `wanted` if it is open as far as it believes."""
        if not self.believes_open(wanted):
            return None
        code = "HM" + "".join(self.random.choices(LETTERS, k=8))
        uid = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        made = Booking(code, uid, self.random.choice(NAMES), wanted)
        self.bookings[code] = made
        return made

    def cancel(self, code: str) -> Span | None:
        """Cancel a reservation; the nights that stay closed there because it does not replenish, if any."""
        gone = self.bookings[code]
        gone.cancelled = True
        left = Span(max(gone.nights.arrival, self.today), gone.nights.departure)
        if self.options.replenishes or left.arrival >= left.departure:
            return None
        self.closed.update(left)
        return left

    def change(self, code: str, wanted: Span) -> bool:
        """Give a reservation other nights if those that come are open; nights that are over stay."""
        had = self.bookings[code]
        if had.cancelled or had.nights.departure <= self.today or wanted.departure <= self.today:
            return False
        if had.nights.arrival <= self.today and wanted.arrival != had.nights.arrival:
            return False
        if not self.believes_open(set(wanted) - set(had.nights)):
            return False
        had.nights = wanted
        return True

    def close(self, wanted: Span) -> bool:
        """Close nights that are not sold."""
        if self.sold() & set(wanted):
            return False
        self.closed.update(wanted)
        return True

    def open(self, wanted: Span) -> None:
        """Open nights that the host had closed."""
        self.closed.difference_update(wanted)

    def heard(self, busy: set[date]) -> None:
        """Believe a whole read of our calendar."""
        self.imported = {night: self.imported.get(night, self.now) for night in busy if night >= self.today - DAY}

    def plan_read(self) -> None:
        """Set the time of the next read, with jitter."""
        if self.options.feed is not None:
            low, high = self.options.reads_every
            self.next_read = self.now + timedelta(minutes=self.random.uniform(low, high))

    def shut_runs(self) -> list[Span]:
        """What its calendar shows besides reservations: closures, and what it imported when it echoes."""
        shut = set(self.closed)
        if self.options.echoes:
            lag = timedelta(minutes=self.options.echoes_after)
            shut |= {night for night, since in self.imported.items() if self.now - since >= lag}
        return runs(night for night in shut - self.sold() if night >= self.today)

    def edge(self, far_days: int) -> Span | None:
        """What lies beyond the days it sells, to the far end that rolls `far_days` ahead."""
        if not self.options.shows_edge:
            return None
        return Span(self.today + self.options.sells_ahead * DAY, self.today + far_days * DAY)

    def hashed(self, *what: object) -> str:
        """32 hex digits that are the same for the same thing of this listing."""
        return hashlib.md5(repr((self.key, *what)).encode(), usedforsecurity=False).hexdigest()


def runs(nights: Iterable[date]) -> list[Span]:
    """`nights` as runs, by arrival."""
    found: list[Span] = []
    for night in sorted(set(nights)):
        if found and found[-1].departure == night:
            found[-1] = Span(found[-1].arrival, night + DAY)
        else:
            found.append(Span(night, night + DAY))
    return found
