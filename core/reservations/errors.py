"""Why something asked of a reservation may be refused."""

from core.errors import Invalid, NotFound, Refused


class NoSuchReservation(NotFound):
    """No reservation has this id at this property. Facts: `reservation_id`."""


class NoSuchType(NotFound):
    """No room type has this id at this property. Facts: `type_id`."""


class NoRooms(Invalid):
    """A booking of no room, or of more than `most`. Facts: `rooms`, `most`."""


class UnknownSource(Invalid):
    """Neither the house's own way to a booking nor a platform. Facts: `source`."""


class BadPrices(Invalid):
    """Some nights of a stay have a price and others not, or a priced night is none of it. Facts: `night`, `nights`."""


class DoesNotFit(Refused):
    """The house cannot take the whole booking, so that it takes nothing of it.

    Facts: `which` (the place of the first part that does not fit, from 0), `room_id` or `type_id` as it was asked for,
    `arrival`, `departure`, `night` (the first that is taken, where it is known), `stay_id` (its holder), `splits` (the
    ways to sleep them all with changes of room) and `free`: what could be had instead over the same nights, a list of
    `type_id`, `available` and `rooms`.
    """


class ReservationOver(Refused):
    """It is cancelled, its guests did not come or have left. Facts: `reservation_id`, `state`."""


class ReservationChanged(Refused):
    """Somebody changed it after this was decided. Facts: `reservation_id`."""


class GuestsAreIn(Refused):
    """Somebody of it is in the house: they check out, nothing is cancelled. Facts: `reservation_id`."""


class NobodyToCheckIn(Refused):
    """None of its stays begins by today, or all who were to come are in. Facts: `reservation_id`."""


class NobodyIsIn(Refused):
    """Nobody of it is in the house. Facts: `reservation_id`."""


class TooEarlyForNoShow(Refused):
    """The first night has not begun, so that its guests may still come. Facts: `reservation_id`, `arrival`."""


class NotOfReservation(NotFound):
    """The stay is none of this reservation's. Facts: `reservation_id`, `stay_id`."""


class AlreadyErased(Refused):
    """The person was taken out of the record before. Facts: `reservation_id`, `at`."""
