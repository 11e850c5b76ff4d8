"""What may be done with nights, and what to offer when it may not. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.properties.views import RoomView
from core.stays.errors import InThePast, NightsLeft, NothingToChange, OpensTheMiddle, TooFarAhead, TooLong
from core.values.nights import Nights

MOST_NIGHTS = 365
HORIZON_MONTHS = 24


def horizon(today: date) -> date:
    """The last day on which a stay may end: 24 months from `today` (R5)."""
    year, month = today.year + HORIZON_MONTHS // 12, today.month
    try:
        return date(year, month, today.day)
    except ValueError:  # The 29th of February.
        return date(year, 3, 1)


def may_hold(nights: Nights, today: date) -> None:
    """Raise `InThePast`, `TooLong` (365 nights) or `TooFarAhead` (24 months) when the nights make no sense."""
    if nights.arrival < today:
        raise InThePast(arrival=nights.arrival, today=today)
    may_last(nights, today)


def may_last(nights: Nights, today: date) -> None:
    """The limits that also hold for stays that have begun."""
    if len(nights) > MOST_NIGHTS:
        raise TooLong(nights=len(nights), most=MOST_NIGHTS)
    if nights.departure > horizon(today):
        raise TooFarAhead(departure=nights.departure, last=horizon(today))


def what_remains(stay: Nights, opened: Nights | None, today: date, stay_id: int) -> tuple[Nights | None, Nights]:
    """What a stay keeps and what it gives up when `opened` (None: all) is opened on `today`.

    Nights that are over stay with it. Raises `NightsLeft`, `NothingToChange` or `OpensTheMiddle`.
    """
    if stay.departure <= today:
        raise NightsLeft(stay_id=stay_id)
    first = max(stay.arrival, today)
    if opened is None or (opened.arrival <= first and opened.departure >= stay.departure):
        kept = Nights(stay.arrival, first) if stay.arrival < first else None
        return kept, Nights(first, stay.departure)
    if not opened.overlaps(Nights(first, stay.departure)):
        raise NothingToChange(stay_id=stay_id)
    if opened.departure >= stay.departure:
        return Nights(stay.arrival, opened.arrival), Nights(opened.arrival, stay.departure)
    if opened.arrival <= stay.arrival and first == stay.arrival:
        return Nights(opened.departure, stay.departure), Nights(stay.arrival, opened.departure)
    raise OpensTheMiddle(stay_id=stay_id)


def rooms_instead(wanted: RoomView, free: Sequence[RoomView]) -> list[RoomView]:
    """Free rooms to offer instead of `wanted`, nearest in kind first: same type, then by price difference."""

    def distance(room: RoomView) -> tuple[bool, Decimal, int]:
        apart = abs((room.rate or Decimal(0)) - (wanted.rate or Decimal(0)))
        return (room.type_id != wanted.type_id, apart, room.position)

    return sorted((room for room in free if room.room_id != wanted.room_id), key=distance)


def undo_is_open(at: datetime, now: datetime, undo_time: timedelta) -> bool:
    """Whether a change made at `at` can still be taken back at `now`."""
    return now - at <= undo_time
