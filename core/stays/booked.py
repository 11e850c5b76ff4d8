"""Stays that channels bring: they arrive, get other nights, and go again. No rule refuses what was sold already (R5).

A booking takes the nights that are free and waits, contested, for the others; who gets those a person decides. Its
nights follow what its channel *changes*, never what it merely repeats, so that local decisions stand (R9).
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.stays import events as happenings
from core.stays import holding, rules
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
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
    stay = Stay(
        uid=secrets.token_hex(UID_BYTES), property_id=room.property_id, room_id=room.id,
        arrival=booked.nights.arrival, departure=booked.nights.departure, reason=Reason.GUEST,
        state=StayState.HOLDING, guest=booked.guest, source=booked.source, reference=booked.reference,
        made_by=by.person_id, made_at=work.now, changed_at=work.now,
    )  # fmt: skip
    work.session.add(stay)
    work.session.flush()
    _accept(work, stay, room, _to_come(booked.nights, holding.today_at(work, room)))
    happening = happening_of(
        happenings.StayImported, work, stay, room,
        source=booked.source, reference=booked.reference, contested=stay.state == StayState.CONTESTED,
    )  # fmt: skip
    return told(work, stay, room, happening, by, booked.nights)


def redate(work: UnitOfWork, stay: Stay, before: Nights, now: Nights, by: By) -> Change | None:
    """Follow a booking whose channel changed its nights from `before` to `now`; None when nothing follows from it.

    Each end follows for itself: one that the channel did not touch stays where the desk put it. A checked-in stay is
    only ever prolonged (R12). One that lost, or was cancelled here, is a case again (R15).
    """
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
    leaving = [night for night in _to_come(had, today) if night not in wanted]
    # Locked in one go and in order, before anything is written.
    held = inventory.cells(work, inventory.held_by(work, stay, _to_come(had, today)))
    nights = {*_to_come(had, today), *_to_come(wanted, today)}
    holding.lock(work, stay, [*held, *((room.type_id, night) for night in nights)])
    opened = _leave(work, stay, room, leaving)
    holds = inventory.held_by(work, stay, list(wanted))
    kept = {night for nights in holds.values() for night in nights}
    waited = set() if stay.state != StayState.CONTESTED else {n for n in _to_come(had, today) if n not in kept}
    stay.arrival, stay.departure, stay.changed_at = wanted.arrival, wanted.departure, work.now
    _accept(work, stay, room, [n for n in _to_come(wanted, today) if n not in kept], waited=waited)
    # Only now: until its own dates are the new ones it would be given back what it has just left.
    work.session.flush()
    holding.settle(work, opened)
    holding.open_late(work, stay, opened)
    happening = happening_of(
        happenings.StayRedated, work, stay, room, before_arrival=had.arrival, before_departure=had.departure,
        opened=holding.as_facts(opened), contested=stay.state == StayState.CONTESTED,
    )  # fmt: skip
    return told(work, stay, room, happening, by, wanted)


def end(work: UnitOfWork, stay: Stay, by: By) -> Change | None:
    """Let a stay go whose channel no longer has it; None when there is nothing to let go.

    A checked-in guest is in the house, whatever a calendar says (R12). Nights that are over stay on record.
    """
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
    opened = inventory.release(work, stay, nights)
    if stay.state == StayState.CONTESTED:
        held = {night for freed in opened.values() for night in freed}
        inventory.contest(work, room.type_id, [night for night in nights if night not in held], -1)
    return opened


def _accept(
    work: UnitOfWork, stay: Stay, room: Room, nights: Iterable[date], waited: Collection[date] = frozenset()
) -> None:
    """Hold those of `nights` that are free and wait for the others; `waited`: those it has been waiting for."""
    wanted = sorted(nights)
    inventory.lock(work, [(room.type_id, night) for night in wanted])
    free = [] if room.removed_at is not None else inventory.free_of(work, room.id, wanted)
    if free:
        inventory.take(work, stay, room, free)
        feeds.close(work, room.id, free, stay.id)
    lacks = [night for night in wanted if night not in set(free)]
    inventory.contest(work, room.type_id, [night for night in lacks if night not in waited], 1)
    inventory.contest(work, room.type_id, [night for night in waited if night in set(free)], -1)
    stay.state = StayState.CONTESTED if lacks else StayState.HOLDING
