"""Nights as the trade counts them: half-open runs of local dates."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid

ONE_NIGHT = timedelta(days=1)


class NoNights(Invalid):
    """The departure is not after the arrival."""


@dataclass(frozen=True, slots=True)
class Nights:
    """The nights from `arrival` up to, not including, `departure` (property-local dates)."""

    arrival: date
    departure: date

    def __post_init__(self) -> None:
        if self.departure <= self.arrival:
            raise NoNights(arrival=self.arrival, departure=self.departure)

    def __iter__(self) -> Iterator[date]:
        return (self.arrival + timedelta(days=n) for n in range(len(self)))

    def __len__(self) -> int:
        return (self.departure - self.arrival).days

    def __contains__(self, night: object) -> bool:
        return isinstance(night, date) and self.arrival <= night < self.departure

    def overlaps(self, other: "Nights") -> bool:
        """Whether any night is in both."""
        return self.arrival < other.departure and other.arrival < self.departure


def runs(nights: Iterable[date]) -> list[Nights]:
    """The unbroken runs of `nights`, in order; repeated nights count once."""
    found: list[Nights] = []
    for night in sorted(set(nights)):
        if found and found[-1].departure == night:
            found[-1] = Nights(found[-1].arrival, night + ONE_NIGHT)
        else:
            found.append(Nights(night, night + ONE_NIGHT))
    return found


def as_pairs(nights: Iterable[Nights]) -> list[list[str]]:
    """Runs of nights as JSON keeps them: pairs of ISO dates."""
    return [[run.arrival.isoformat(), run.departure.isoformat()] for run in nights]


def from_pairs(kept: Iterable[Sequence[str]]) -> tuple[Nights, ...]:
    """The runs behind `as_pairs`."""
    return tuple(Nights(date.fromisoformat(first), date.fromisoformat(last)) for first, last in kept)
