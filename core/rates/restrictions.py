"""Which stays a plan sells: minimum and maximum nights, closed arrivals and departures, stop-sell. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from core.rates.views import DayRate, Restriction, Tariff
from core.values.nights import Nights

SHIFTED_MOST = 7
"""How many days earlier or later a stay is looked for that would do."""
LOOKED_AROUND = timedelta(days=60)
"""What must be known around the wanted nights for that: as long as a stay may have to become, and the shift."""
_LENGTHENED_MOST = LOOKED_AROUND.days - SHIFTED_MOST - 1
_NAMES = tuple(field.name for field in fields(Restriction))


class Limit(StrEnum):
    """The restrictions by which a stay may be refused."""

    MIN_STAY_ARRIVAL = "min_stay_arrival"
    MIN_STAY_THROUGH = "min_stay_through"
    MAX_STAY = "max_stay"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    STOP_SELL = "stop_sell"


@dataclass(frozen=True, slots=True)
class Breach:
    """A restriction that refuses a stay: on which day, and for those of nights how many it wants."""

    limit: Limit
    day: date
    nights: int | None = None


def restriction(tariff: Tariff, night: date) -> Restriction:
    """What holds on `night`: each restriction as the plan says it, else its parent, else none."""
    own = [day for level in tariff.levels if (day := level.days.get(night)) is not None]
    if not own:
        return _NONE
    return Restriction(**{name: _said(own, name) for name in _NAMES})  # type: ignore[arg-type] # the same names.


def breaches(tariff: Tariff, nights: Nights) -> tuple[Breach, ...]:
    """Every restriction that refuses a stay over `nights`, the minimum stay through once, where it is longest."""
    return _breaches(lambda day: restriction(tariff, day), nights)


def instead(tariff: Tariff, nights: Nights, today: date) -> Nights | None:
    """The nearest stay that no restriction refuses: the fewest days moved at both ends, the arrival kept if it can be.

    Of two that are as near, the longer one: it keeps the nights that are wanted.
    """
    known: dict[date, Restriction] = {}

    def on(day: date) -> Restriction:
        if day not in known:
            known[day] = restriction(tariff, day)
        return known[day]

    found = [stay for stay in _around(on, nights, today) if not _breaches(on, stay)]
    return min(found, key=lambda stay: _distance(stay, nights), default=None)


def _breaches(on: Callable[[date], Restriction], nights: Nights) -> tuple[Breach, ...]:
    found: list[Breach] = []
    length, first = len(nights), on(nights.arrival)
    if length < first.min_stay_arrival:
        found.append(Breach(Limit.MIN_STAY_ARRIVAL, nights.arrival, first.min_stay_arrival))
    strictest = max(nights, key=lambda night: on(night).min_stay_through)
    if length < on(strictest).min_stay_through:
        found.append(Breach(Limit.MIN_STAY_THROUGH, strictest, on(strictest).min_stay_through))
    if 0 < first.max_stay < length:
        found.append(Breach(Limit.MAX_STAY, nights.arrival, first.max_stay))
    if first.closed_to_arrival:
        found.append(Breach(Limit.CLOSED_TO_ARRIVAL, nights.arrival))
    if on(nights.departure).closed_to_departure:
        found.append(Breach(Limit.CLOSED_TO_DEPARTURE, nights.departure))
    found += [Breach(Limit.STOP_SELL, night) for night in nights if on(night).stop_sell]
    return tuple(found)


def _around(on: Callable[[date], Restriction], nights: Nights, today: date) -> list[Nights]:
    """The stays that begin within a week of the wanted one, and last about as long, or as long as some day asks for."""
    arrivals = [nights.arrival + timedelta(days=by) for by in range(-SHIFTED_MOST, SHIFTED_MOST + 1)]
    asked = max(max(on(day).min_stay_arrival, on(day).min_stay_through) for day in [*arrivals, *nights])
    longest = max(len(nights) + SHIFTED_MOST, min(asked, _LENGTHENED_MOST))
    return [
        Nights(arrival, arrival + timedelta(days=length))
        for arrival in arrivals
        if arrival >= today
        for length in range(max(1, len(nights) - SHIFTED_MOST), longest + 1)
    ]


def _distance(stay: Nights, wanted: Nights) -> tuple[int, int, int]:
    early = abs((stay.arrival - wanted.arrival).days)
    late = abs((stay.departure - wanted.departure).days)
    return early + late, early, -len(stay)


def _said(own: list[DayRate], name: str) -> object:
    """What the plan nearest to the one sold says."""
    said = (getattr(day, name) for day in reversed(own))
    return next((value for value in said if value is not None), getattr(_NONE, name))


_NONE = Restriction()
