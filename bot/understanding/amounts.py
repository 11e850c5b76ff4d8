"""Counted things in a message: nights, prices, hours of the day, and the reference of a booking."""

from datetime import time
from decimal import Decimal

from bot.understanding.draft import Draft, World
from bot.understanding.items import Item, words
from bot.understanding.lexicon import Role
from bot.understanding.points import touches
from bot.understanding.reading import DoubtKind, Intent
from bot.understanding.typenames import names_type

_MOST_NIGHTS = 1000
_LEAST_PRICE = 100
_SOLD = frozenset({Intent.WALK_IN, Intent.BOOK, Intent.ADD_BOOKING, Intent.RATES})


def _has(items: list[Item], at: int, *roles: Role) -> bool:
    return 0 <= at < len(items) and items[at].has(*roles)


def take_nights(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """Nights: "2 nights", "one more night", "a week", and "usiku mbili" where the unit stands first."""
    if items[at].has(Role.MEASURE, Role.NEXT) and at + 1 < len(items):
        after = take_nights(items, at + 1, _, draft)
        return after if after > at + 1 else at
    if items[at].has(Role.NIGHTS):
        return _count(items, at, at + 1, int(items[at].value(Role.NIGHTS)), draft)
    if items[at].has(Role.UNIT_BEFORE) and at + 1 < len(items) and (number := items[at + 1].number) is not None:
        return _count(items, at, at + 2, number * int(items[at].value(Role.UNIT_BEFORE)), draft)
    number = items[at].number
    if number is None:
        return at
    here = at + 1
    while _has(items, here, Role.MORE) or (here < len(items) and items[here].folded == "-"):
        here += 1
    if not _has(items, here, Role.UNIT):
        return at
    return _count(items, at, here + 1, number * int(items[here].value(Role.UNIT)), draft)


def _count(items: list[Item], at: int, after: int, nights: int, draft: Draft) -> int:
    if 0 < nights <= _MOST_NIGHTS:
        draft.nights.append(nights)
    else:
        draft.doubt(DoubtKind.UNEXPLAINED, words(items[at:after]))
    return after


def take_people(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """How many come ("2 adults"): understood, so that it is no room, and not kept; a price for so many is doubted."""
    if items[at].number is None or not _has(items, at + 1, Role.PEOPLE):
        return at
    if Intent.RATES in world.intents and world.may_name_types:
        draft.doubt(DoubtKind.UNEXPLAINED, words(items[at : at + 2]))
    return at + 2


def take_price(items: list[Item], at: int, world: World, draft: Draft) -> int:
    """A price: "kes 4500", "4,500/=", "@ 4500", "4.5k"; a number without currency or price word is none."""
    here = at
    if items[at].has(Role.INTENT) and world.may_name_types and names_type(items, world):
        # "Rate 4500 deluxe" asks for a price to be set; "rate 4500" alone only says one.
        return at
    while _has(items, here, Role.PRICE, Role.CURRENCY) or (
        here > at and here < len(items) and items[here].folded == ":"
    ):
        here += 1
    if here >= len(items):
        return at
    value, after = _value(items, here)
    if value is None:
        return at
    currency = next((item for item in items[at:here] if item.has(Role.CURRENCY)), None)
    while _has(items, after, Role.CURRENCY):
        currency, after = items[after], after + 1
    marked = here > at and value >= _LEAST_PRICE
    if currency is None and not (marked or items[here].amount):
        return at
    named = currency.value(Role.CURRENCY) if currency else ""
    draft.prices.append((value, named if len(named) == 3 else world.hotel.currency))  # noqa: PLR2004
    return after


def _value(items: list[Item], at: int) -> tuple[Decimal | None, int]:
    item = items[at]
    if not (item.amount or item.digits):
        return None, at
    value, after = Decimal(item.folded.replace(",", "")), at + 1
    point = touches(items, after) and items[after].folded == "." and touches(items, after + 1)
    if point and not item.amount and items[after + 1].digits:
        value, after = Decimal(f"{item.folded}.{items[after + 1].folded}"), after + 2
    if _has(items, after, Role.THOUSAND) and touches(items, after):
        return (value * 1000).quantize(Decimal(1)), after + 1
    return value, after


def bare_price(item: Item, world: World) -> bool:
    """Whether a number alone can only be a price: somebody pays, and no room is numbered so high."""
    number = item.number or 0
    return bool(world.intents & _SOLD) and item.room is None and number > max(world.biggest_room, _LEAST_PRICE)


def take_hour(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """An hour: "6 pm", "18:00", "18h"; prepositions before it are taken too."""
    here = at
    while _has(items, here, Role.UNTIL, Role.PRICE, Role.FROM, Role.TO):
        here += 1
    number = items[here].number if here < len(items) and items[here].digits else None
    if number is None or number > 24:  # noqa: PLR2004
        return at
    minutes, after = _minutes(items, here + 1)
    if _has(items, after, Role.MORNING, Role.AFTERNOON) and 1 <= number <= 12:  # noqa: PLR2004
        hour = number % 12 + (12 if items[after].has(Role.AFTERNOON) else 0)
        after += 1
    elif _has(items, after, Role.CLOCK) or after > here + 1:
        hour, after = number % 24, after + _has(items, after, Role.CLOCK)
    else:
        return at
    draft.hours.append(time(hour, minutes))
    return after


def _minutes(items: list[Item], at: int) -> tuple[int, int]:
    """The minutes of "18:30" from the colon on."""
    colon = at + 1 < len(items) and items[at].folded == ":" and touches(items, at) and touches(items, at + 1)
    if not colon or not items[at + 1].digits or len(items[at + 1].folded) != 2:  # noqa: PLR2004
        return 0, at
    minutes = items[at + 1].number or 0
    return (minutes, at + 2) if minutes < 60 else (0, at)  # noqa: PLR2004


def take_reference(items: list[Item], at: int, _: World, draft: Draft) -> int:
    """A reference, "ref 123", "ref: HMX8XQ5R5A": everything up to the next blank."""
    if not items[at].has(Role.REFERENCE):
        return at
    here = at + 1
    while here < len(items) and items[here].folded in {":", "#", ".", "-"}:
        here += 1
    after = here + 1
    while touches(items, after) and after < len(items) and items[after].folded not in {",", ".", ";", ")", "?", "!"}:
        after += 1
    if here >= len(items) or not any(letter.isdigit() for item in items[here:after] for letter in item.text):
        return at
    draft.reference = "".join(item.text for item in items[here:after])
    return after
