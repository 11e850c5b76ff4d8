"""A person's word on a calendar: connect it, and what its odd contents are (R11, R13, R15, R16, R19)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels import service as channels
from core.channels.models import Channel, ChannelBooking, ChannelLink
from core.channels.taken import CLOSURE, MIRROR, PREVIEW, STAY
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds import service as feeds
from core.feeds.told import mass
from core.imports import commands, errors
from core.imports.service import finish, known_of, opened, settle
from core.imports.taking import Look, same_nights_by_hand, sell
from core.inventory import service as inventory
from core.platforms.dialect import Kind
from core.sealing import Sealer
from core.stays import holding
from core.stays import service as stays
from core.stays.commands import BlockRoom
from core.stays.models import Stay
from core.stays.telling import Change
from core.values.nights import Nights, runs


def connect(
    work: UnitOfWork, sealer: Sealer, order: commands.ConnectCalendar, by: By, public_url: str | None = None
) -> ChannelLink:
    """Read a calendar for a room from now on, at once for the first time (R16).

    Makes the channel and the link where they are missing. What an earlier calendar of the link told stays and is
    matched again (R17). Raises what `channels.link_for` and `channels.set_import` raise.
    """
    room = holding.room_of(work, order.room_id)
    link = channels.link_for(work, sealer, room.property_id, order.platform, room, by)
    channels.set_import(work, sealer, link, order.url, by, public_url)
    return link


def answer_mass(work: UnitOfWork, order: commands.AnswerMass, by: By) -> tuple[int, int]:
    """Believe that what vanished is gone, or keep it (R13); how many bookings, and their link's room.

    Raises `NothingAsked` when the calendar settled it meanwhile.
    """
    one = _opened(work, order.link_id, by)
    before = known_of(one)
    if before.question is None:
        raise errors.NothingAsked(link_id=order.link_id)
    answered = mass.answer(before, gone=order.gone)
    changed = sum(old.state != new.state for old, new in zip(before.bookings, answered.known.bookings, strict=True))
    settle(one, before, answered)
    return changed, one.room.id


def join_previews(work: UnitOfWork, order: commands.JoinPreviews, by: By) -> int:
    """Let the bookings of a first read be the blocks made by hand on their nights, or sales of their own (R16).

    How many bookings. Raises `NothingAsked` when none of them waits any more.
    """
    one = _opened(work, order.link_id, by)
    waiting = [row for row in one.rows.values() if row.taken_as == PREVIEW and row.forgotten_at is None]
    if not waiting:
        raise errors.NothingAsked(link_id=order.link_id)
    for row in waiting:
        same = same_nights_by_hand(one, Nights(row.arrival, row.departure)) if order.join else None
        if same is None:
            sell(one, row)
            continue
        row.taken_as, row.stay_id = STAY, same.id
        same.source, same.reference, same.changed_at = one.link.channel.platform, row.code, work.now
        work.session.flush()
    finish(one)
    return len(waiting)


def settle_closure(work: UnitOfWork, order: commands.SettleClosure, by: By) -> ChannelBooking:
    """Let a channel's own closure count everywhere, or only there (R11)."""
    row, one = _booking(work, order.booking_id, by)
    if row.kind != Kind.BLOCK or row.taken_as not in (CLOSURE, MIRROR) or row.forgotten_at is not None:
        raise errors.NothingAsked(booking_id=order.booking_id)
    row.taken_as = CLOSURE if order.everywhere else MIRROR
    feeds.changed(work, [one.room.id])
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
    """Block tonight and tomorrow night in the rooms of a channel that cannot be read (R19); what was free of them."""
    query = (
        select(ChannelLink)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.property_id == property_id, Channel.platform == order.platform)
        .where(ChannelLink.import_url.is_not(None))
        .order_by(ChannelLink.room_id)
    )
    made: list[Change] = []
    for link in work.session.scalars(query).all():
        room = holding.room_of(work, link.room_id, removed=True)
        if room.removed_at is not None:
            continue
        today = holding.today_at(work, room)
        nights = [today, today + timedelta(days=1)]
        made += [
            stays.block(work, BlockRoom(room.id, run), by) for run in runs(inventory.free_of(work, room.id, nights))
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
