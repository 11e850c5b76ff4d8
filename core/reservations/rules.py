"""Where a reservation stands, what may be asked of it, and what its nights cost. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.reservations.errors import BadPrices, NoRooms, UnknownSource
from core.reservations.states import OVER, ReservationState, Source
from core.stays.reasons import StayState
from core.values.money import Money, NotMoney
from core.values.nights import Nights

MOST_ROOMS = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """A stay as far as its reservation's state depends on it."""

    state: str
    nights: Nights
    checked_in: bool = False
    checked_out: bool = False

    def is_to_come(self, today: date) -> bool:
        """Whether its guest is still expected, in a room or as a party of a case."""
        standing = self.state in (StayState.HOLDING, StayState.CONTESTED)
        return standing and self.nights.departure > today and not self.checked_out


def state_of(current: ReservationState, stays: Iterable[Standing], today: date) -> ReservationState:
    """Where a reservation stands after a change of its stays; `current` is what was last said about it.

    Who is in the house counts most. A cancellation stands until nights are wanted again; a stay that lost its room is
    still a guest's, who is expected (R20).
    """
    stays = list(stays)
    if any(stay.checked_in and not stay.checked_out and stay.state != StayState.RELEASED for stay in stays):
        return ReservationState.CHECKED_IN
    if any(stay.is_to_come(today) for stay in stays):
        return ReservationState.CONFIRMED
    if any(stay.checked_out for stay in stays):
        return ReservationState.CHECKED_OUT
    if current in OVER:
        return current
    if all(stay.state == StayState.RELEASED for stay in stays):
        return ReservationState.CANCELLED
    return current


def must_be_known(source: str, platforms: Iterable[str]) -> None:
    """Raise `UnknownSource` unless the house or a platform makes such bookings."""
    if source not in set(Source) and source not in platforms:
        raise UnknownSource(source=source)


def must_have_rooms(rooms: Sequence[object]) -> None:
    """Raise `NoRooms` for a booking of nothing, or of more than a house of this size has."""
    if not 0 < len(rooms) <= MOST_ROOMS:
        raise NoRooms(rooms=len(rooms), most=MOST_ROOMS)


def priced(nights: Nights, prices: Mapping[date, Decimal], currency: str) -> tuple[tuple[date, Decimal], ...]:
    """The price of every night, in order; empty when none is given.

    Raises `BadPrices` when some nights have one and others not, or a night is none of the stay's, and `NotMoney` for an
    amount with more digits than the currency has: what a guest agreed to is not rounded.
    """
    if not prices:
        return ()
    if set(prices) != set(nights):
        wrong = sorted(set(prices) ^ set(nights))
        raise BadPrices(night=wrong[0], nights=len(wrong))
    return tuple((night, exact(prices[night], currency)) for night in nights)


def exact(value: Decimal, currency: str) -> Decimal:
    """`value` with the currency's own digits (UGX 0, KES 2, KWD 3). Raises `NotMoney` rather than round."""
    money = Money.of(value, currency)
    if money.amount != value:
        raise NotMoney(amount=str(value), currency=currency)
    return money.amount
