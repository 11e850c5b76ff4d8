"""What is booked, as revisions keep it: rooms, dates and prices, and nothing about anybody. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.values.nights import ONE_NIGHT, Nights

Contents = dict[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """One stay of a reservation."""

    uid: str
    room_id: int | None
    """None: of its type, whichever the house gives it."""
    type_id: int | None
    """The type it was sold as; None: this very room."""
    nights: Nights
    price: Decimal | None = None
    """Of all its nights; where `prices` are known, their sum."""
    prices: tuple[tuple[date, Decimal], ...] = ()
    """By night, in order."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What a reservation says besides its stays."""

    state: str
    source: str
    reference: str | None
    currency: str
    adults: int | None = None
    children: int | None = None


def total(parts: Iterable[Part]) -> Decimal | None:
    """What the stays cost together; None when no price is known."""
    known = [part.price for part in parts if part.price is not None]
    return sum(known, Decimal(0)) if known else None


def written(booking: Booking, parts: Sequence[Part]) -> Contents:
    """A reservation as plain JSON. Amounts are texts, and prices runs of nights that cost the same."""
    cost = total(parts)
    return {
        "state": booking.state,
        "source": booking.source,
        "reference": booking.reference,
        "adults": booking.adults,
        "children": booking.children,
        "currency": booking.currency,
        "total": amount(cost) if cost is not None else None,
        "stays": [_part(part) for part in sorted(parts, key=lambda part: (part.nights.arrival, part.uid))],
    }


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """What differs between two revisions.

    `state`, `source`, `reference`, `guests`, `currency`; and of the stays `stays` (more or fewer), `dates`, `rooms`,
    `prices`.
    """
    plain = ("state", "source", "reference", "currency")
    found = [name for name in plain if before.get(name) != after.get(name)]
    if any(before.get(name) != after.get(name) for name in ("adults", "children")):
        found.append("guests")
    had, has = _stays(before), _stays(after)
    if set(had) != set(has):
        found.append("stays")
    both = [(had[uid], has[uid]) for uid in had if uid in has]
    for name, keys in (("dates", ("arrival", "departure")), ("rooms", ("room",))):
        if any(one[key] != other[key] for one, other in both for key in keys):
            found.append(name)
    if before.get("total") != after.get("total") or any(one["prices"] != other["prices"] for one, other in both):
        found.append("prices")
    return found


def amount(value: Decimal) -> str:
    """An amount as JSON keeps it: without the zeros that only the column's scale gives it."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _part(part: Part) -> dict[str, object]:
    return {
        "uid": part.uid,
        "room": part.room_id,
        "type": part.type_id,
        "arrival": part.nights.arrival.isoformat(),
        "departure": part.nights.departure.isoformat(),
        "price": amount(part.price) if part.price is not None else None,
        "prices": _runs(part.prices),
    }


def _runs(prices: Iterable[tuple[date, Decimal]]) -> list[list[str]]:
    """Nights of one price that follow each other, as [first, after the last, amount]."""
    found: list[list[str]] = []
    for night, cost in prices:
        until, text = (night + ONE_NIGHT).isoformat(), amount(cost)
        if found and found[-1][1] == night.isoformat() and found[-1][2] == text:
            found[-1][1] = until
        else:
            found.append([night.isoformat(), until, text])
    return found


def _stays(contents: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    stays = contents.get("stays")
    return {str(stay["uid"]): stay for stay in stays} if isinstance(stays, list) else {}
