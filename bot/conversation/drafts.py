"""A command as far as it has been said: slots gathered over one message or several."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bot.understanding import Intent, Reading


@dataclass(frozen=True, slots=True)
class Draft:
    """What is wanted so far. `end` is the check-out day unless `end_is_last_night`; rooms are names."""

    intent: Intent
    rooms: tuple[str, ...] = ()
    to_room: str | None = None
    start: date | None = None
    end: date | None = None
    end_is_last_night: bool = False
    nights: int | None = None
    guest: str | None = None
    phone: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    note: str | None = None
    reason: str | None = None
    platform: str | None = None
    language: str | None = None
    every: int | None = None
    """Seconds between two reads."""
    types: tuple[str, ...] = ()
    """Room types by code."""
    every_type: bool = False
    url: str | None = field(default=None, repr=False)
    """A calendar's address, sealed: what waits for an answer lies in the database."""
    number: int | None = None
    """The case that was asked for by its number."""
    stay_id: int | None = None
    """The stay meant, once it is known."""
    sure: bool = True
    """False: something was guessed or not understood, so it is read back before it is done."""

    @property
    def has_dates(self) -> bool:
        """Whether any date or number of nights was said."""
        return self.start is not None or self.end is not None or self.nights is not None


def begin(reading: Reading, intent: Intent) -> Draft:
    """The draft that one message opens."""
    return Draft(
        intent=intent, rooms=reading.rooms, to_room=reading.to_room, start=reading.start, end=reading.end,
        end_is_last_night=reading.end_is_last_night, nights=reading.nights, guest=reading.guest, phone=reading.phone,
        price=reading.price, currency=reading.currency, note=reading.note, reason=reading.reason,
        platform=reading.platform, language=reading.said_language, every=reading.every, url=reading.url,
        types=reading.types, every_type=reading.every_type,
        number=reading.number if intent is Intent.CONFLICTS else None,
    )  # fmt: skip


def fill(draft: Draft, reading: Reading) -> Draft:
    """`draft` with what a later message adds or corrects; new dates replace the old ones together."""
    rooms = reading.rooms or draft.rooms
    changed = replace(draft, rooms=rooms, stay_id=draft.stay_id if rooms == draft.rooms else None)
    if reading.start is not None or reading.end is not None or reading.nights is not None:
        alone = reading.start is None
        changed = replace(
            changed,
            start=draft.start if alone else reading.start,
            end=reading.end,
            end_is_last_night=reading.end_is_last_night,
            nights=reading.nights,
        )
    return replace(
        changed,
        to_room=reading.to_room or draft.to_room,
        guest=reading.guest or draft.guest,
        phone=reading.phone or draft.phone,
        price=reading.price if reading.price is not None else draft.price,
        currency=reading.currency or draft.currency,
        note=reading.note or draft.note,
        reason=reading.reason or draft.reason,
        # Whether a pasted address fits the platform that was named is for the house to say.
        platform=(draft.platform or reading.platform) if reading.url else (reading.platform or draft.platform),
        every=reading.every or draft.every,
        types=reading.types or draft.types,
        every_type=reading.every_type or (draft.every_type and not reading.types),
        url=reading.url or draft.url,
    )


def says_something(reading: Reading) -> bool:
    """Whether a message without a verb fills any slot."""
    slots = (
        reading.rooms,
        reading.to_room,
        reading.start,
        reading.end,
        reading.nights,
        reading.guest,
        reading.phone,
        reading.types,
    )
    return any(slots) or reading.every_type or reading.price is not None or bool(reading.note or reading.reason)
