"""Stays that channels bring: they arrive, get other nights, and go again. No rule refuses what was sold already (R5).

A booking takes the nights that are free and waits, contested, for the others; who gets those a person decides. Its
nights follow what its channel *changes*, never what it merely repeats, so that local decisions stand (R9).
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from core.conflicts import follow_ups
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.reservations import following, opening
from core.reservations.contents import Part
from core.stays import chains, holding, provisional, rules
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.stays.storing import store
from core.stays.telling import Change, happening_of, told
from core.values.nights import Nights

UID_BYTES = 10


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as its channel tells it."""

    nights: Nights
    source: str
    """The platform's code."""
    reference: str | None = None
    guest: str | None = None
    type_id: int | None = None
    """The type it was sold as: its room is provisional then. None: the room itself."""
    channel_id: int | None = None


def clipped(nights: Nights, today: date) -> Nights | None:
    """`nights` within the house's horizon (R5); None when they begin beyond it."""
    last = rules.horizon(today)
    if nights.arrival >= last:
        return None
    return nights if nights.departure <= last else Nights(nights.arrival, last)


def arrive(work: UnitOfWork, room: Room, booked: Booked, by: By) -> Change:
    """Make the stay of a booking that a channel sold; contested where somebody else has the nights.

    `room` comes with its property and type. The nights must lie within the horizon, see `clipped`.
    """
    uid = secrets.token_hex(UID_BYTES)
    opened = _opened(work, room, booked, uid, by)
    stay = Stay(
        uid=uid, property_id=room.property_id, room_id=room.id, reservation_id=opened.reservation_id,
        arrival=booked.nights.arrival, departure=booked.nights.departure, reason=Reason.GUEST,
        state=StayState.HOLDING, guest=booked.guest, source=booked.source, reference=booked.reference,
        type_id=booked.type_id, assigned=booked.type_id is None,
        made_by=by.person_id, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    store(work, stay)
    _accept(work, stay, room, _to_come(booked.nights, holding.today_at(work, room)))
    happening = happening_of(
        happenings.StayImported, work, stay, room,
        source=booked.source, reference=booked.reference, contested=stay.state == StayState.CONTESTED,
    )  # fmt: skip
    if not opened.new:
        # One more room of a booking that is known (R31).
        return told(work, stay, room, happening, by, booked.nights)
    with following.gathered(work, opened.reservation_id):
        following.booked(work, opened.reservation_id, [stay], by)
        return told(work, stay, room, happening, by, booked.nights)


def redate(work: UnitOfWork, stay: Stay, before: Nights, now: Nights, by: By) -> Change | None:
    """Follow a booking whose channel changed its nights from `before` to `now`; None when nothing follows from it.

    Of one whose guest changes the room the first part follows at the arrival, the last one at the departure; a part
    that has no nights left goes. Otherwise see `_redate`.
    """
    parts = chains.chain(work, stay)
    if len(parts) == 1:
        return _redate(work, stay, before, now, by)
    whole = Nights(parts[0].arrival, parts[-1].departure)
    changes: list[Change | None] = []
    with following.gathered(work, stay.reservation_id):
        wanted = _parted([part.nights for part in parts], _followed(whole, before, now))
        for part, nights in zip(parts, wanted, strict=True):
            if part.state == StayState.SHADOWED:
                follow_ups.close_by_feed(work, part)
            if nights is None:
                changes.append(_end(work, part, by))
        changes += [
            _redate(work, part, part.nights, nights, by)
            for part, nights in zip(parts, wanted, strict=True)
            if nights is not None
        ]
    following.follow(work, stay.reservation_id, by)
    return next((change for change in changes if change is not None), None)


def _parted(parts: list[Nights], now: Nights) -> list[Nights | None]:
    """What each of several parts has of the new nights; all of them the first one where none had any."""
    kept = [one if one.overlaps(now) else None for one in parts]
    places = [place for place, one in enumerate(kept) if one is not None]
    if not places:
        return [now, *([None] * (len(parts) - 1))]
    found: list[Nights | None] = list(kept)
    for place in places:
        first = now.arrival if place == places[0] else parts[place].arrival
        last = now.departure if place == places[-1] else parts[place].departure
        found[place] = Nights(first, last)
    return found


def _redate(work: UnitOfWork, stay: Stay, before: Nights, now: Nights, by: By) -> Change | None:
    """Follow with one stay.

    Each end follows for itself: one that the channel did not touch stays where the desk put it. A checked-in stay is
    only ever prolonged (R12), and who has left early does not come back because the booking ends earlier. One that
    lost, or was cancelled here, is a case again (R15). One whose room nobody chose goes into another room of its type
    before it waits for somebody's nights.
    """
    if stay.checked_out_at is not None and now.departure <= before.departure:
        return None
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    had, over = stay.nights, stay.state in (StayState.RELEASED, StayState.SHADOWED)
    wanted = now if over else _followed(had, before, now)
    if stay.checked_in_at is not None:
        wanted = Nights(had.arrival, max(had.departure, wanted.departure))
    clip = clipped(wanted, today)
    if clip is None or clip.departure <= today or (clip == had and not over):
        return None
    wanted = clip
    # Locked in one go and in order, before anything is written.
    held = inventory.cells(work, inventory.held_by(work, stay, _to_come(had, today)))
    nights = {*_to_come(had, today), *_to_come(wanted, today)}
    types = {room.type_id, stay.type_id or room.type_id}
    holding.lock(work, stay, [*held, *((kind, night) for kind in types for night in nights)])
    to = _where(work, stay, room, _to_come(wanted, today))
    leaving = [night for night in _to_come(had, today) if night not in wanted or to.id != room.id]
    opened = _leave(work, stay, room, leaving)
    stay.room_id = to.id
    kept = set(wanted) - set(inventory.lacking(work, stay, list(wanted)))
    waits = stay.state == StayState.CONTESTED and to.id == room.id
    waited = {night for night in _to_come(had, today) if night not in kept} if waits else set()
    stay.arrival, stay.departure, stay.changed_at = wanted.arrival, wanted.departure, work.now
    _accept(work, stay, to, [n for n in _to_come(wanted, today) if n not in kept], waited=waited)
    # Only now: until its own dates are the new ones it would be given back what it has just left.
    work.session.flush()
    holding.settle(work, opened)
    holding.open_late(work, stay, opened)
    happening = happening_of(
        happenings.StayRedated, work, stay, to, before_arrival=had.arrival, before_departure=had.departure,
        opened=holding.as_facts(opened), contested=stay.state == StayState.CONTESTED,
    )  # fmt: skip
    return told(work, stay, to, happening, by, wanted)


def end(work: UnitOfWork, stay: Stay, by: By) -> Change | None:
    """Let a stay go whose channel no longer has it, with all its parts; None when there is nothing to let go.

    A checked-in guest is in the house, whatever a calendar says (R12). Nights that are over stay on record.
    """
    parts = chains.chain(work, stay)
    if len(parts) == 1:
        return _end(work, stay, by)
    with following.gathered(work, stay.reservation_id):
        for part in parts:
            follow_ups.close_by_feed(work, part)
        changes = [_end(work, part, by) for part in parts]
    following.follow(work, stay.reservation_id, by)
    return next((change for change in changes if change is not None), None)


def _end(work: UnitOfWork, stay: Stay, by: By) -> Change | None:
    room = holding.room_of(work, stay.room_id, removed=True)
    today = holding.today_at(work, room)
    if stay.checked_in_at is not None or stay.state == StayState.RELEASED or stay.departure <= today:
        return None
    before = stay.nights
    first = max(stay.arrival, today)
    kept = Nights(stay.arrival, first) if stay.arrival < first else None
    given_up = Nights(first, stay.departure)
    opened = holding.give_up(work, stay, kept, given_up, at_once=False)
    happening = happening_of(
        happenings.StayDropped, work, stay, room,
        before_departure=before.departure, opened=holding.as_facts(opened),
    )  # fmt: skip
    return told(work, stay, room, happening, by, given_up)


def _opened(work: UnitOfWork, room: Room, booked: Booked, uid: str, by: By) -> opening.Opened:
    what = opening.Opening(booked.source, booked.reference, booked.channel_id, booker=booked.guest)
    part = Part(uid, room.id if booked.type_id is None else None, booked.type_id, booked.nights)
    return opening.open_one(work, room.property, what, (part,), by.person_id)


def _where(work: UnitOfWork, stay: Stay, room: Room, wanted: Collection[date]) -> Room:
    """The room for a stay's nights to come: its own, unless others have some of them and the house may choose."""
    mine = {night for nights in inventory.held_by(work, stay, wanted).values() for night in nights}
    others = [night for night in wanted if night not in mine]
    if room.removed_at is None and len(inventory.free_of(work, room.id, others)) == len(others):
        return room
    return provisional.free_room(work, stay, wanted) or room


def _followed(had: Nights, before: Nights, now: Nights) -> Nights:
    arrival = now.arrival if now.arrival != before.arrival else had.arrival
    departure = now.departure if now.departure != before.departure else had.departure
    return Nights(arrival, departure) if arrival < departure else now


def _to_come(nights: Nights, today: date) -> list[date]:
    return [night for night in nights if night >= today]


def _leave(work: UnitOfWork, stay: Stay, room: Room, nights: Collection[date]) -> dict[int, list[date]]:
    """Give up `nights`, held or waited for; those it held, by room."""
    if not nights:
        return {}
    waited = inventory.lacking(work, stay, nights) if stay.state == StayState.CONTESTED else []
    opened = inventory.release(work, stay, nights)
    inventory.contest(work, room.type_id, waited, -1)
    return opened


def _accept(
    work: UnitOfWork, stay: Stay, room: Room, nights: Iterable[date], waited: Collection[date] = frozenset()
) -> None:
    """Hold those of `nights` that are free and wait for the others; `waited`: those it has been waiting for."""
    wanted = sorted(nights)
    inventory.lock(work, [(room.type_id, night) for night in wanted])
    free = [] if room.removed_at is not None else inventory.free_of(work, room.id, wanted, stay)
    if free:
        inventory.take(work, stay, room, free)
        feeds.close(work, room.id, free, stay.id)
    lacks = [night for night in wanted if night not in set(free)]
    inventory.contest(work, room.type_id, [night for night in lacks if night not in waited], 1)
    inventory.contest(work, room.type_id, [night for night in waited if night in set(free)], -1)
    stay.state = StayState.CONTESTED if lacks else StayState.HOLDING
