"""What an edit of many nights does to each of them, and how that is kept in an event. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from core.rates import rules
from core.rates.errors import NeedsConfirming, OutsideRails, WrongValue
from core.rates.views import DayRate, Tariff

MOST_STAY = 365
MOST_PRICE = Decimal(10) ** 11
FIELDS = tuple(one.name for one in fields(DayRate))
Spot = tuple[int, date]
"""A type and a night."""
Values = dict[str, object]


class Why(StrEnum):
    """Why a night was left closed although the edit opens it."""

    RESERVED = "reserved"
    """Nothing of the type is left to sell on it."""
    STOPPED = "stopped"
    """The type itself is stopped, whatever the plan."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A night of a type that was left closed."""

    type_id: int
    night: date
    why: Why


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit comes to: the nights that differ after it, as they were set and as they are to be set."""

    before: Mapping[Spot, DayRate]
    after: Mapping[Spot, DayRate]
    skipped: tuple[Skipped, ...]


def must_make_sense(said: Mapping[str, object]) -> None:
    """Raise `WrongValue` for the first value that no night can have."""
    for key, value in said.items():
        match value:
            case bool():
                continue
            case Decimal() if value.is_finite() and 0 < value < MOST_PRICE:
                continue
            case int() if (0 if key == "max_stay" else 1) <= value <= MOST_STAY:
                continue
        raise WrongValue(field=key, value=str(value), why="not_possible")


def edit(
    tariffs: Mapping[int, Tariff],
    nights: Sequence[date],
    said: Mapping[str, object],
    closed: Mapping[Spot, Why],
) -> Edit:
    """Apply `said` to every night of every type; nights that are `closed` are not opened, whatever was said."""
    before: dict[Spot, DayRate] = {}
    after: dict[Spot, DayRate] = {}
    skipped: list[Skipped] = []
    for type_id, tariff in tariffs.items():
        days = tariff.levels[-1].days
        for night in nights:
            was = days.get(night, DayRate())
            values = dict(said)
            why = closed.get((type_id, night))
            if values.get("stop_sell") is False and why is not None:
                del values["stop_sell"]
                skipped.append(Skipped(type_id, night, why))
            becomes = replace(was, **values)  # type: ignore[arg-type] # the names are `DayRate`'s.
            if becomes != was:
                before[type_id, night], after[type_id, night] = was, becomes
    return Edit(before, after, tuple(skipped))


def refuse_price(
    tariffs: Mapping[int, Tariff],
    names: Mapping[int, str],
    nights: Sequence[date],
    price: Decimal,
    today: date,
    *,
    confirmed: bool,
) -> None:
    """Raise `OutsideRails`, or `NeedsConfirming` for a price ten times as high or low, unless it is `confirmed`."""
    for type_id, tariff in tariffs.items():
        rails = tariff.levels[-1].rails
        if rules.outside(rails, price):
            raise OutsideRails(
                type_id=type_id, type=names[type_id], price=price, least=rails.least, most=rails.most,
                currency=tariff.sold_in.currency,
            )  # fmt: skip
    if confirmed:
        return
    usual = {
        (type_id, night): rules.plain_price(tariff, night, today)
        for type_id, tariff in tariffs.items()
        for night in nights
    }
    much = {spot: before for spot, before in usual.items() if rules.needs_confirming(before, price)}
    if much:
        (type_id, night), before = next(iter(much.items()))
        raise NeedsConfirming(
            type_id=type_id, type=names[type_id], night=night, before=before, after=price,
            currency=tariffs[type_id].sold_in.currency, count=len(much),
        )  # fmt: skip


def as_runs(rates: Mapping[Spot, DayRate], names: Collection[str], nights: Sequence[date]) -> dict[str, list[object]]:
    """Rates as an event keeps them: by type, runs of equal values over `nights`, as `[first, last, {field: value}]`."""
    place = {night: number for number, night in enumerate(nights)}
    found: dict[str, list[object]] = {}
    for type_id in sorted({type_id for type_id, _ in rates}):
        own = [(night, _values(rates[type_id, night], names)) for night in nights if (type_id, night) in rates]
        starts = [0, *(at for at, (one, other) in enumerate(pairwise(own), 1) if _breaks(one, other, place)), len(own)]
        found[str(type_id)] = [
            [own[first][0].isoformat(), own[after - 1][0].isoformat(), own[first][1]]
            for first, after in pairwise(starts)
        ]
    return found


def from_runs(kept: Mapping[str, Iterable[Sequence[object]]], nights: Sequence[date]) -> dict[Spot, Values]:
    """The values by type and night behind `as_runs`."""
    found: dict[Spot, Values] = {}
    for type_id, runs in kept.items():
        for first, last, values in runs:
            assert isinstance(values, dict)  # noqa: S101 - as `as_runs` wrote it.
            begins, ends = date.fromisoformat(str(first)), date.fromisoformat(str(last))
            for night in nights:
                if begins <= night <= ends:
                    found[int(type_id), night] = {key: _value(key, value) for key, value in values.items()}
    return found


def _breaks(one: tuple[date, Values], other: tuple[date, Values], place: Mapping[date, int]) -> bool:
    return one[1] != other[1] or place[other[0]] != place[one[0]] + 1


def _values(rate: DayRate, names: Collection[str]) -> Values:
    said = {name: getattr(rate, name) for name in names}
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in said.items()}


def _value(key: str, value: object) -> object:
    return Decimal(str(value)) if key == "price" and value is not None else value
