"""Reservations of an OTA that somebody registers one by one, over the API or by hand (R18)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.channels import service as channels
from core.channels.models import ChannelBooking
from core.channels.taken import REGISTERED, STAY
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds.reading import Status
from core.imports import errors
from core.imports.looks import Look
from core.imports.service import finish, opened
from core.imports.taking import sell
from core.platforms.dialect import Kind
from core.properties.models import Room, RoomType
from core.sealing import Sealer
from core.stays import booked, holding
from core.stays.models import Stay
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Registered:
    """One reservation as it is registered: `start` to `end` half-open, property-local."""

    room_id: int | None
    platform: str
    uid: str
    start: date
    end: date
    summary: str = ""
    status: Status = Status.CONFIRMED
    type_id: int | None = None
    """The type, where no room is named: the platform sold any of it."""


def register(work: UnitOfWork, sealer: Sealer, event: Registered, by: By) -> ChannelBooking:
    """Store one reservation of an OTA; the same one again changes nothing.

    Known by room or type, platform and uid: other dates change it, `cancelled` ends it, and a uid that comes after its
    cancellation is a new booking. No feed ends what no feed has shown (R12). Raises `BadEvent` and what
    `channels.link_for` raises.
    """
    if not event.uid.strip():
        raise errors.BadEvent(field="uid")
    if event.end <= event.start:
        raise errors.BadEvent(field="end")
    what = _sold(work, event)
    link = channels.link_for(work, sealer, what.property_id, event.platform, what, by)
    one = opened(work, link.id)
    if one is None:
        raise errors.BadEvent(field="channel")
    one.by = by
    row = _known(work, link.id, event)
    if row is None:
        row = _new(one, event)
    elif event.status is Status.CANCELLED:
        _cancel(one, row)
    elif (row.arrival, row.departure) != (event.start, event.end):
        _change(one, row, event)
    row.summary = event.summary or row.summary
    finish(one)
    return row


def _sold(work: UnitOfWork, event: Registered) -> Room | RoomType:
    if event.room_id is not None:
        return holding.room_of(work, event.room_id)
    kind = work.session.get(RoomType, event.type_id) if event.type_id is not None else None
    if kind is None:
        raise errors.BadEvent(field="type")
    return kind


def _known(work: UnitOfWork, link_id: int, event: Registered) -> ChannelBooking | None:
    """The newest booking with its uid that was not cancelled; of a cancellation, the one it is about."""
    query = select(ChannelBooking).where(ChannelBooking.link_id == link_id, ChannelBooking.uid == event.uid)
    rows = work.session.scalars(query.order_by(ChannelBooking.id.desc())).all()
    alive = [row for row in rows if row.forgotten_at is None]
    same = [row for row in alive if (row.arrival, row.departure) == (event.start, event.end)]
    if event.status is Status.CANCELLED:
        return next(iter([*same, *alive, *rows]), None)
    return next(iter([*same, *(row for row in alive if row.state == REGISTERED)]), None)


def _new(one: Look, event: Registered) -> ChannelBooking:
    row = ChannelBooking(
        link_id=one.link.id, number=one.memory.next_number, kind=Kind.RESERVATION, arrival=event.start,
        departure=event.end, uid=event.uid, summary=event.summary, raw="", state=REGISTERED, taken_as=STAY,
        first_seen=one.work.now, missing_looks=0, covered=False, narrower=[], odd_looks=0, trimmed=False,
    )  # fmt: skip
    one.memory.next_number += 1
    one.work.session.add(row)
    one.work.session.flush()
    if event.status is Status.CANCELLED:
        # Cancelled before we heard of it: on record, and nothing to give back.
        row.forgotten_at = one.work.now
    else:
        sell(one, row)
    return row


def _cancel(one: Look, row: ChannelBooking) -> None:
    if row.forgotten_at is not None:
        return
    if row.state == REGISTERED:
        row.forgotten_at = one.work.now
    stay = one.work.session.get(Stay, row.stay_id) if row.stay_id is not None else None
    if stay is not None:
        booked.end(one.work, stay, one.by)


def _change(one: Look, row: ChannelBooking, event: Registered) -> None:
    before = Nights(row.arrival, row.departure)
    row.arrival, row.departure = event.start, event.end
    stay = one.work.session.get(Stay, row.stay_id) if row.stay_id is not None else None
    if stay is None:
        sell(one, row)
    else:
        booked.redate(one.work, stay, before, Nights(event.start, event.end), one.by)
