"""What new dates of a known booking mean: more nights are believed at once, fewer only after the grace."""

from dataclasses import replace
from datetime import datetime

from core.feeds.told.happenings import DatesChanged
from core.feeds.told.matching import Frame
from core.feeds.told.values import Narrower, Told
from core.platforms.dialect import Dialect, Identity, Kind
from core.values.nights import Nights


def tell(told: Told, event: Nights, frame: Frame) -> tuple[Told, DatesChanged | None]:
    """The booking after a read that shows `event` for it.

    A running start and a rolling end are no news (R11). Nights that came count at once, since somebody may have
    bought them. A change that only leaves nights out waits: half an outage looks like that. One that does both
    moved the booking, and the old nights go with it, where a code or a UID says that it is the same one. Nights
    alone do not say so: a closure may lie over a booking that an outage hides, so that the old nights wait.
    """
    rolled = _rolled(told, event, frame)
    had = rolled.nights
    running = had.arrival <= frame.today and event.arrival <= frame.today
    at = Nights(had.arrival if running else event.arrival, event.departure)
    if had.arrival <= at.arrival and at.departure <= had.departure:
        return _narrowed(rolled, at, frame.now), None
    contains = at.arrival <= had.arrival and had.departure <= at.departure
    sure = rolled.kind is Kind.RESERVATION and frame.dialect.identity is not Identity.NIGHTS
    if contains or sure or not had.overlaps(at):
        moved = replace(rolled, nights=at, narrower=())
    else:
        widest = Nights(min(had.arrival, at.arrival), max(had.departure, at.departure))
        moved = _narrowed(replace(rolled, nights=widest, narrower=()), at, frame.now)
    return moved, DatesChanged(moved, before=had, shown=at)


def _rolled(told: Told, event: Nights, frame: Frame) -> Told:
    """A closure with its far edges where the calendar's far end is today."""
    had = told.nights
    if told.kind is not Kind.BLOCK:
        return told
    arrival = event.arrival if frame.far_then(had.arrival) and frame.far(event.arrival) else had.arrival
    departure = event.departure if frame.far_then(had.departure) and frame.far(event.departure) else had.departure
    if (arrival, departure) == (had.arrival, had.departure) or departure <= arrival:
        return told
    tighter = tuple(
        replace(one, nights=Nights(one.nights.arrival, departure))
        for one in told.narrower
        if one.nights.departure == had.departure and one.nights.arrival < departure
    )
    return replace(told, nights=Nights(arrival, departure), narrower=tighter)


def _narrowed(told: Told, at: Nights, now: datetime) -> Told:
    """`told` with one more good look that shows `at`: what shows fewer nights than that is refuted."""
    upheld = tuple(
        replace(one, looks=one.looks + 1)
        for one in told.narrower
        if one.nights.arrival <= at.arrival and at.departure <= one.nights.departure
    )
    if at != (upheld[-1].nights if upheld else told.nights):
        upheld = (*upheld, Narrower(at, now))
    return told if upheld == told.narrower else replace(told, narrower=upheld)


def settle(told: Told, dialect: Dialect, now: datetime) -> tuple[Told, DatesChanged | None]:
    """Believe the narrower dates whose grace is over (R12)."""
    ripe = [one for one in told.narrower if now - one.since >= dialect.grace and one.looks >= dialect.looks]
    if not ripe:
        return told, None
    nights = ripe[-1].nights
    rest = tuple(one for one in told.narrower if one not in ripe)
    settled = replace(told, nights=nights, narrower=rest)
    return settled, DatesChanged(settled, before=told.nights, shown=nights)
