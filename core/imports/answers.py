"""A person's word on a calendar: connect it, and what its odd contents are (R11, R13, R15, R16, R19)."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.channels import service as channels
from core.channels.models import Channel, ChannelBooking, ChannelLink
from core.channels.taken import CLOSURE, MIRROR, PREVIEW, STAY
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.told import mass
from core.feeds.told.values import State
from core.imports import commands, errors
from core.imports.looks import Look
from core.imports.ours import same_nights_by_hand
from core.imports.service import finish, known_of, opened, settle
from core.imports.taking import drop, sell
from core.inventory import service as inventory
from core.platforms.dialect import Kind
from core.properties.models import Room, RoomType
from core.reservations import following
from core.sealing import Sealer
from core.stays import holding
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.stays.models import Stay
from core.stays.telling import Change
from core.values.nights import runs


def connect(
    work: UnitOfWork, sealer: Sealer, order: commands.ConnectCalendar, by: By, public_url: str | None = None
) -> ChannelLink:
    """Read a calendar for a room or a type from now on, at once for the first time (R16).

    Makes the channel and the link where they are missing. What an earlier calendar of the link told stays and is
    matched again (R17). Raises what `channels.link_for` and `channels.set_import` raise.
    """
    what: Room | RoomType
    if order.room_id is not None:
        what = holding.room_of(work, order.room_id)
    else:
        what = work.session.get_one(RoomType, order.type_id)
    link = channels.link_for(work, sealer, what.property_id, order.platform, what, by)
    channels.set_import(work, sealer, link, order.url, by, public_url)
    return link


def answer_mass(work: UnitOfWork, order: commands.AnswerMass, by: By) -> int:
    """Believe that what vanished is gone, or keep it (R13); how many bookings.

    Raises `NothingAsked` when the calendar settled it meanwhile.
    """
    one = _opened(work, order.link_id, by)
    before = known_of(one)
    if before.question is None:
        raise errors.NothingAsked(link_id=order.link_id)
    answered = mass.answer(before, gone=order.gone)
    changed = sum(old.state != new.state for old, new in zip(before.bookings, answered.known.bookings, strict=True))
    settle(one, before, answered)
    return changed


def join_previews(work: UnitOfWork, order: commands.JoinPreviews, by: By) -> int:
    """Let the bookings of a first read be the blocks made by hand on their nights, or sales of their own (R16).

    How many bookings. Raises `NothingAsked` when none of them waits any more.
    """
    one = _opened(work, order.link_id, by)
    waiting = [row for row in one.rows.values() if row.taken_as == PREVIEW and row.forgotten_at is None]
    if not waiting:
        raise errors.NothingAsked(link_id=order.link_id)
    for row in waiting:
        same = same_nights_by_hand(one, row) if order.join else None
        believed = State(row.state).holds
        if same is None:
            if believed:
                sell(one, row)
            else:
                row.taken_as = MIRROR
            continue
        if one.by_hand is not None:
            one.by_hand.remove(same)
        row.taken_as, row.stay_id = STAY, same.id
        same.source, same.reference, same.changed_at = one.link.channel.platform, row.code, work.now
        work.session.flush()
        following.ensure(work, same, by)
        if not believed:
            # Its channel dropped it while nobody answered: so does the block that it was.
            drop(one, row)
    finish(one)
    return len(waiting)


def settle_closure(work: UnitOfWork, order: commands.SettleClosure, by: By) -> ChannelBooking:
    """Let a channel's own closure count everywhere, or only there (R11)."""
    row, one = _booking(work, order.booking_id, by)
    if (
        one.room is None
        or row.kind != Kind.BLOCK
        or row.taken_as not in (CLOSURE, MIRROR)
        or row.forgotten_at is not None
    ):
        raise errors.NothingAsked(booking_id=order.booking_id)
    row.taken_as = CLOSURE if order.everywhere else MIRROR
    feeds.changed(work, one.closes_rooms)
    return row


def settle_lingering(work: UnitOfWork, order: commands.SettleLingering, by: By) -> Change | None:
    """Say what a cancelled booking is that its channel still shows: a new one is taken as sold (R15)."""
    row, one = _booking(work, order.booking_id, by)
    if row.asked_at is None or row.forgotten_at is not None:
        raise errors.NothingAsked(booking_id=order.booking_id)
    if not order.new:
        return None
    row.asked_at, row.odd_looks, row.stay_id = None, 0, None
    change = sell(one, row)
    finish(one)
    return change


def settle_guest(work: UnitOfWork, order: commands.SettleGuest, by: By) -> None:
    """Say whether a booking whose nights all changed is the same guest; another one's data are not kept (R14)."""
    row, _ = _booking(work, order.booking_id, by)
    stay = work.session.get(Stay, row.stay_id) if row.stay_id is not None else None
    if stay is None:
        raise errors.NothingAsked(booking_id=order.booking_id)
    if not order.same:
        stay.guest = stay.phone = stay.note = stay.price = stay.currency = None
        stay.changed_at = work.now


def close_elsewhere(work: UnitOfWork, property_id: int, order: commands.CloseElsewhere, by: By) -> list[Change]:
    """Block tonight and tomorrow night in the rooms of a channel that cannot be read (R19); what was free of them.

    A type that it sells is closed as a whole: which of its rooms are sold there is what nobody knows.
    """
    sold = (
        select(ChannelLink.room_id, ChannelLink.type_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.property_id == property_id, Channel.platform == order.platform)
        .where(ChannelLink.import_url.is_not(None))
        .subquery()
    )
    query = (
        select(Room.id)
        .where(or_(Room.id.in_(select(sold.c.room_id)), Room.type_id.in_(select(sold.c.type_id))))
        .where(Room.removed_at.is_(None))
        .order_by(Room.id)
    )
    made: list[Change] = []
    for room_id in work.session.scalars(query).all():
        today = holding.today_at(work, holding.room_of(work, room_id))
        nights = [today, today + timedelta(days=1)]
        made += [
            stays.block(work, BlockRoom(room_id, run), by) for run in runs(inventory.free_of(work, room_id, nights))
        ]
    return made


def _opened(work: UnitOfWork, link_id: int, by: By) -> Look:
    one = opened(work, link_id)
    if one is None:
        raise errors.NothingAsked(link_id=link_id)
    one.by = by
    return one


def _booking(work: UnitOfWork, booking_id: int, by: By) -> tuple[ChannelBooking, Look]:
    row = work.session.scalar(
        select(ChannelBooking).where(ChannelBooking.id == booking_id).options(joinedload(ChannelBooking.link))
    )
    if row is None:
        raise errors.NoSuchBooking(booking_id=booking_id)
    return row, _opened(work, row.link_id, by)
