"""What a simulated run consists of: how many hotels, how long, how lively, and how their listings behave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from tests.simulators.ota.failing import Kind

BEGIN = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ZONES = ("Africa/Nairobi", "Europe/Rome", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
PLATFORMS = ("airbnb", "booking_com", "vrbo")
SELLS_AHEAD = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. Rates are a hotel and day, chances from 0 to 1, times in minutes."""

    seed: str
    hotels: int
    days: int
    guests: float = 4.0
    """Guests who look for a room."""
    rush: float = 0.35
    """How likely somebody else wants the same nights at another OTA within hours."""
    cancels: float = 0.25
    changes: float = 0.15
    host_closes: float = 0.1
    desk: float = 2.0
    """Acts of the front desk."""
    fails: float = 0.3
    """Failures of a hotel's calendars."""
    echoes: float = 0.0
    """How likely a listing's calendar shows again what it imported of us."""
    late: float = 0.15
    """How likely the house reads a listing's calendar only after a day or two; until then it is told by hand."""
    pulls_every: int = 120
    stops: bool = False
    """Whether the run is over with the first fault."""

    @property
    def hotel_days(self) -> int:
        """The size of the run."""
        return self.hotels * self.days


@dataclass(frozen=True, slots=True)
class Shape:
    """One hotel: its rooms with their types, and which OTA sells which of them."""

    code: str
    zone: str
    rooms: Mapping[str, str]
    links: tuple[tuple[str, str], ...]


def shape(number: int, random: Random) -> Shape:
    """A hotel of one to three rooms at two or three OTAs; Booking.com takes one room a type only (R3)."""
    platforms = sorted(random.sample(PLATFORMS, random.choice((2, 2, 3))))
    names = [str(n) for n in range(1, random.choice((1, 2, 2, 3)) + 1)]
    alone = "booking_com" in platforms
    rooms = {name: f"T{name}" if alone else "DBL" for name in names}
    links = tuple(
        (platform, name) for name in names for platform in platforms if name == names[0] or random.random() < 0.7
    )
    return Shape(f"hotel-{number}", random.choice(ZONES), rooms, links)


def options(plan: Plan, random: Random) -> dict[str, object]:
    """How a listing behaves."""
    low = random.choice((100, 120, 150, 240))
    return {
        "reads_every": (low, int(low * 1.5)),
        "echoes": random.random() < plan.echoes,
        "echoes_after": random.choice((5, 20, 60)),
        "replenishes": random.random() < 0.8,
        "sells_ahead": SELLS_AHEAD,
        "shows_edge": random.random() < 0.7,
        "validates": random.random() < 0.5,
    }


def outage(random: Random) -> tuple[Kind, float]:
    """A failure and how many minutes it lasts: none was measured that lasted longer than 3.7 hours."""
    kind = random.choice([Kind.EMPTY, Kind.PARTIAL, *Kind])
    return kind, 1.0 if kind is Kind.HANG else random.uniform(50, 220)
