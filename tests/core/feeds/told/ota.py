"""A channel with a calendar of its own, which knows the truth and writes it as badly as the real ones do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from core.feeds.told.values import Seen
from core.values.nights import Nights

BEGIN = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
FAR = {"booking_com": 549, "airbnb": 365}
HEALED_BEFORE = timedelta(hours=4)


@dataclass(slots=True)
class Ota:
    """One room at one platform. `sold` and `shut`: by their number; `hidden`: what an outage leaves out."""

    platform: str
    now: datetime = BEGIN
    sold: dict[int, Nights] = field(default_factory=dict)
    shut: dict[int, Nights] = field(default_factory=dict)
    shut_from: int | None = None
    """Days from the first day on which the calendar is closed to its rolling far end."""
    hidden: set[int] = field(default_factory=set)
    hidden_since: datetime | None = None
    joins: bool = False
    """Whether adjacent bookings are served as one event."""
    made: int = 0

    @property
    def today(self) -> date:
        """The local day; the property lives by UTC."""
        return self.now.date()

    def day(self, offset: int) -> date:
        """The day `offset` days after the first one."""
        return BEGIN.date() + timedelta(days=offset)

    def sell(self, arrival: date, length: int) -> None:
        """Sell a room that is free; nothing happens where it is not."""
        wanted = Nights(max(arrival, self.today), max(arrival, self.today) + timedelta(days=length))
        if not any(wanted.overlaps(taken) for taken in (*self.sold.values(), *self.closures())):
            self.made += 1
            self.sold[self.made] = wanted

    def close(self, arrival: date, length: int) -> None:
        """Close nights; on Booking.com also over bookings, elsewhere only free ones."""
        wanted = Nights(max(arrival, self.today), max(arrival, self.today) + timedelta(days=length))
        others = list(self.shut.values()) if self.platform == "booking_com" else [*self.sold.values(), *self.closures()]
        if not any(wanted.overlaps(taken) for taken in others):
            self.made += 1
            self.shut[self.made] = wanted

    def change(self, number: int, first: int, last: int) -> None:
        """Move both ends of a booking by so many days where the room is free for that."""
        had = self.sold[number]
        arrival = had.arrival if had.arrival <= self.today else max(had.arrival + timedelta(days=first), self.today)
        departure = max(
            had.departure + timedelta(days=last), arrival + timedelta(days=1), self.today + timedelta(days=1)
        )
        wanted = Nights(arrival, departure)
        others = [taken for key, taken in self.sold.items() if key != number]
        if had.departure > self.today and not any(wanted.overlaps(taken) for taken in (*others, *self.closures())):
            self.sold[number] = wanted

    def closures(self) -> list[Nights]:
        """The closures as they are today, the rolling one last."""
        return [*self.shut.values(), *([self.rolling()] if self.shut_from is not None else [])]

    def rolling(self) -> Nights:
        """The closure to the far end."""
        return Nights(max(self.day(self.shut_from or 0), self.today), self.today + timedelta(days=FAR[self.platform]))

    def busy(self) -> set[date]:
        """The nights from today on that are truly sold or closed."""
        every = (*self.sold.values(), *self.closures())
        return {night for nights in every for night in nights if night >= self.today}

    def to_come(self) -> list[int]:
        """The numbers of bookings with a night to come."""
        return [number for number, nights in self.sold.items() if nights.departure > self.today]

    def wait(self, hours: float) -> None:
        """Let time pass; an outage is over before anybody could believe it."""
        self.now += timedelta(hours=hours)
        if self.hidden_since is not None and self.now - self.hidden_since >= HEALED_BEFORE - timedelta(minutes=1):
            self.heal()

    def fail(self, numbers: Iterable[int]) -> None:
        """Leave some events out of every read from now on."""
        self.hidden = set(numbers)
        self.hidden_since = None

    def heal(self) -> None:
        """Show everything again."""
        self.hidden, self.hidden_since = set(), None

    def calendar(self) -> list[Seen]:
        """What a read gets now."""
        if self.hidden and self.hidden_since is None:
            self.hidden_since = self.now
        sold = [self._sold(number) for number in sorted(self.sold) if self._shown(number, self.sold[number])]
        shut = [self._shut(self.shut[number]) for number in sorted(self.shut) if self._shown(number, self.shut[number])]
        far = [self._shut(self.rolling())] if self.shut_from is not None and 0 not in self.hidden else []
        events = [*sold, *shut, *far]
        return _joined(events) if self.joins and self.platform == "booking_com" else events

    def _shown(self, number: int, nights: Nights) -> bool:
        kept = timedelta(days=1 if self.platform == "airbnb" else 0)
        return number not in self.hidden and nights.departure + kept > self.today

    def _sold(self, number: int) -> Seen:
        nights = self.sold[number]
        if self.platform == "booking_com":
            return _plain(Nights(max(nights.arrival, self.today), nights.departure))
        code = f"HM{number:08}" if self.platform == "airbnb" else None
        return Seen(nights, f"sold-{number}", code, "Reserved")

    def _shut(self, nights: Nights) -> Seen:
        if self.platform == "booking_com":
            return _plain(Nights(max(nights.arrival, self.today), nights.departure))
        if self.platform == "generic":
            return Seen(nights, f"shut-{nights.arrival}", None, "Closed")
        clipped = Nights(min(max(nights.arrival, self.today), nights.departure - timedelta(days=1)), nights.departure)
        return Seen(clipped, f"shut-{clipped.arrival}", None, "Airbnb (Not available)")


def _plain(nights: Nights) -> Seen:
    return Seen(nights, f"start-{nights.arrival}", None, "CLOSED - Not available")


def _joined(events: list[Seen]) -> list[Seen]:
    """Adjacent events of up to a week as one."""
    found: list[Seen] = []
    for seen in sorted(events, key=lambda seen: seen.nights.arrival):
        last = found[-1].nights if found else None
        if last is not None and last.departure == seen.nights.arrival and len(last) + len(seen.nights) <= 7:
            found[-1] = _plain(Nights(last.arrival, seen.nights.departure))
        else:
            found.append(seen)
    return found
