"""A stay as it is told to people. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from core.values.money import Money
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class StayView:
    """One stay as it is told to staff."""

    stay_id: int
    revision: int
    room_id: int
    room: str
    arrival: date
    departure: date
    reason: str
    state: str
    guest: str | None
    phone: str | None
    price: Money | None
    note: str | None
    made_by: str | None
    made_at: datetime
    source: str | None = None
    """The platform that sold it, by its code; None: the house itself."""
    reference: str | None = None
    """The booking's number at its source."""
    checked_in: bool = False
    sold_as: str | None = None
    """The name of the type it was sold as, any room of it; None: this very room was asked for."""

    @property
    def nights(self) -> Nights:
        """Its nights as one value."""
        return Nights(self.arrival, self.departure)
