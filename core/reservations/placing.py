"""Rooms for the stays of a booking: found, taken, or waited for; refused as a whole with what is free instead."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import availability
from core.inventory import service as inventory
from core.inventory.rows import NightTaken, TypeOversold
from core.properties.models import Property, Room, RoomType
from core.rates.views import Guests
from core.reservations import errors, pricing, rules
from core.reservations.commands import RoomWanted
from core.reservations.contents import Part
from core.reservations.models import Reservation
from core.reservations.quoting import PricedBy, quoted
from core.reservations.states import Source
from core.stays import assigning, booked, holding
from core.stays import events as happenings
from core.stays import rules as stay_rules
from core.stays.errors import NoRoomFits, NoSuchRoom, TooFarAhead
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.storing import store
from core.stays.telling import Change, happening_of, told
from core.values.nights import Nights

UID_BYTES = 10
MOST_TYPES = 20
"""Types of which the free rooms are told instead."""
USUAL = Guests()
"""As many as a price is usually for."""


@dataclass(frozen=True, slots=True)
class Place:
    """One room of a booking, looked at and found to make sense."""

    wanted: RoomWanted
    uid: str
    nights: Nights
    """Those within the horizon (R5)."""
    type_id: int
    room: Room | None
    """None: any of the type."""
    prices: tuple[tuple[date, Decimal], ...]
    priced_by: PricedBy

    @property
    def part(self) -> Part:
        """What is booked with it."""
        price = sum((cost for _, cost in self.prices), Decimal(0)) if self.prices else None
        room_id, type_id = (self.room.id, None) if self.room is not None else (None, self.type_id)
        return Part(self.uid, room_id, type_id, self.nights, price, self.prices)


def looked_at(
    work: UnitOfWork,
    place: Property,
    rooms: Sequence[RoomWanted],
    currency: str,
    today: date,
    *,
    guests: Guests = USUAL,
    insist: bool,
) -> list[Place]:
    """The rooms of a booking, each judged by itself; `guests`: those of each room, as far as they are known.

    What is not sold already, and has no price, gets the one that the house's rates say.

    Raises `NoSuchRoom`, `NoSuchType`, `BadPrices`, `NotMoney`, and what `stays.rules.may_hold` raises; of what is sold
    already only `TooFarAhead`, where it begins beyond the horizon.
    """
    rules.must_have_rooms(rooms)
    found: list[Place] = []
    for wanted in rooms:
        if insist:
            nights = booked.clipped(wanted.nights, today)
            if nights is None:
                last = stay_rules.horizon(today)
                raise TooFarAhead(departure=wanted.nights.departure, last=last)
        else:
            nights = wanted.nights
            stay_rules.may_hold(nights, today)
        room, type_id = _of(work, place, wanted)
        prices = rules.priced(wanted.nights, wanted.prices, currency)
        priced_by = PricedBy.GIVEN if prices else PricedBy.NOBODY
        if not prices and not insist:
            prices = quoted(work, place.id, type_id, nights, guests, currency, today)
            priced_by = PricedBy.RATES if prices else PricedBy.NOBODY
        kept = tuple((night, cost) for night, cost in prices if night in nights)
        found.append(Place(wanted, secrets.token_hex(UID_BYTES), nights, type_id, room, kept, priced_by))
    return found


def lock(work: UnitOfWork, places: Iterable[Place], today: date) -> None:
    """Lock all days that the places need, in order, before anything is written."""
    cells = {(place.type_id, night) for place in places for night in place.nights if night >= today}
    inventory.lock(work, cells)


def settle_in(
    work: UnitOfWork, reservation: Reservation, places: Sequence[Place], today: date, by: By, *, insist: bool
) -> list[Change]:
    """Make the stays of a reservation, in the order of `places`; what does not fit waits where `insist` says so.

    Raises `DoesNotFit`.
    """
    return [
        _settle_in(work, reservation, each, today, by, which=which, insist=insist) for which, each in enumerate(places)
    ]


@contextmanager
def all_or_nothing(work: UnitOfWork, place: Property) -> Iterator[None]:
    """Undo everything when one part does not fit, and only then look what is free instead."""
    touched = set(work.touched_rooms), set(work.touched_types)
    try:
        with work.session.begin_nested():
            yield
    except errors.DoesNotFit as refused:
        work.session.expire_all()
        work.touched_rooms, work.touched_types = touched
        nights = Nights(refused.facts["arrival"], refused.facts["departure"])
        free = _free(work, place, nights, refused.facts.pop("asked_type"))
        raise errors.DoesNotFit(**refused.facts, free=free) from refused.__cause__


def refused(
    which: int, room_id: int | None, type_id: int, nights: Nights, error: NightTaken | TypeOversold | NoRoomFits
) -> errors.DoesNotFit:
    """The refusal of one part of a booking."""
    return errors.DoesNotFit(
        which=which, room_id=room_id, type_id=None if room_id is not None else type_id, asked_type=type_id,
        arrival=nights.arrival, departure=nights.departure, night=error.facts.get("night"),
        stay_id=error.facts.get("stay_id"), splits=error.facts.get("splits", []),
    )  # fmt: skip


def _settle_in(
    work: UnitOfWork, reservation: Reservation, place: Place, today: date, by: By, *, which: int, insist: bool
) -> Change:
    to_come = [night for night in place.nights if night >= today]
    try:
        room = place.room or _room(work, place, to_come, by, insist=insist)
        stay = _made(work, reservation, place, room, by)
        if insist or (place.room is None and len(inventory.free_of(work, room.id, to_come)) < len(to_come)):
            holding.claim(work, stay, room, to_come)
        else:
            inventory.take(work, stay, room, to_come)
            feeds.close(work, room.id, to_come, stay.id)
    except (NightTaken, TypeOversold, NoRoomFits) as error:
        room_id = place.room.id if place.room is not None else None
        raise refused(which, room_id, place.type_id, place.nights, error) from error
    happening = happening_of(happenings.RoomBlocked, work, stay, room, reason=stay.reason, reservation=reservation.id)
    return told(work, stay, room, happening, by, place.nights)


def _room(work: UnitOfWork, place: Place, to_come: list[date], by: By, *, insist: bool) -> Room:
    """A room of the type. One that is over already was spent in any of them."""
    left = Nights(to_come[0], place.nights.departure) if to_come else place.nights
    return assigning.place(work, place.type_id, left, insist=insist or not to_come, by=by)[0]


def _made(work: UnitOfWork, reservation: Reservation, place: Place, room: Room, by: By) -> Stay:
    sold_by = reservation.source if reservation.source not in set(Source) else None
    stay = Stay(
        uid=place.uid, property_id=reservation.property_id, room_id=room.id, reservation_id=reservation.id,
        arrival=place.nights.arrival, departure=place.nights.departure,
        reason=Reason.WALK_IN if reservation.source == Source.WALK_IN else Reason.GUEST, state=StayState.HOLDING,
        guest=place.wanted.guest or reservation.booker, phone=reservation.phone, note=reservation.note,
        source=sold_by, reference=reservation.reference if sold_by is not None else None,
        type_id=place.type_id if place.room is None else None, assigned=place.room is not None,
        made_by=by.person_id, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    store(work, stay)
    if place.prices:
        pricing.write(work, stay, place.prices, reservation.currency)
    return stay


def _of(work: UnitOfWork, place: Property, wanted: RoomWanted) -> tuple[Room | None, int]:
    if wanted.room_id is not None:
        room = holding.room_of(work, wanted.room_id)
        if room.property_id != place.id:
            raise NoSuchRoom(room_id=wanted.room_id)
        return room, room.type_id
    kind = work.session.get(RoomType, wanted.type_id) if wanted.type_id is not None else None
    if kind is None or kind.property_id != place.id:
        raise errors.NoSuchType(type_id=wanted.type_id)
    return None, kind.id


def _free(work: UnitOfWork, place: Property, nights: Nights, asked: int) -> list[Mapping[str, object]]:
    """What could be had instead over the same nights: by type, the one that was asked for first."""
    query = select(RoomType.id).where(RoomType.property_id == place.id).order_by(RoomType.id != asked, RoomType.id)
    found: list[Mapping[str, object]] = []
    for type_id in work.session.scalars(query.limit(MOST_TYPES)).all():
        answer = availability.check(work.session, place.id, type_id, nights)
        if answer.whole_stay_rooms:
            rooms = list(answer.whole_stay_rooms)
            found.append({"type_id": type_id, "available": answer.available, "rooms": rooms})
    return found
