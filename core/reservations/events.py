"""What happens to reservations. Facts hold ids, dates and codes; nobody's name, no note, no reason in free words."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class ReservationHappening(Happening):
    """What every event about a reservation tells: how it stands after the change."""

    subject: ClassVar[str] = "reservation"

    code: str
    source: str
    reference: str | None
    state: str
    arrival: date
    departure: date
    number: int
    """Of the revision that says it."""
    stays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReservationBooked(ReservationHappening):
    """A guest booked; `contested` when it did not get all of its nights."""

    kind: ClassVar[str] = "reservations.booked"
    contested: bool


@dataclass(frozen=True, slots=True)
class ReservationModified(ReservationHappening):
    """Something of it is different now; `what`, see `core.reservations.contents`, or `guest`."""

    kind: ClassVar[str] = "reservations.modified"
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReservationCancelled(ReservationHappening):
    """The guest, the house or the channel cancelled it."""

    kind: ClassVar[str] = "reservations.cancelled"


@dataclass(frozen=True, slots=True)
class ReservationReinstated(ReservationHappening):
    """It had been cancelled, and is wanted again."""

    kind: ClassVar[str] = "reservations.reinstated"


@dataclass(frozen=True, slots=True)
class ReservationCheckedIn(ReservationHappening):
    """The first of its guests came."""

    kind: ClassVar[str] = "reservations.checked_in"


@dataclass(frozen=True, slots=True)
class ReservationCheckedOut(ReservationHappening):
    """The last of its guests left."""

    kind: ClassVar[str] = "reservations.checked_out"


@dataclass(frozen=True, slots=True)
class ReservationNoShow(ReservationHappening):
    """Its guests did not come."""

    kind: ClassVar[str] = "reservations.no_show"


@dataclass(frozen=True, slots=True)
class ReservationErased(ReservationHappening):
    """The person was taken out of the record, which is kept."""

    kind: ClassVar[str] = "reservations.erased"


ReservationEvent = (
    ReservationBooked
    | ReservationModified
    | ReservationCancelled
    | ReservationReinstated
    | ReservationCheckedIn
    | ReservationCheckedOut
    | ReservationNoShow
    | ReservationErased
)
