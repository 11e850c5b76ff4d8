"""Bookings of channels are cancelled at their channel: here they only wait to be dropped there (R24)."""

from sqlalchemy import exists, select

from core.channels.models import ChannelBooking
from core.channels.taken import STAY
from core.conflicts import follow_ups
from core.db.work import UnitOfWork
from core.events.service import By
from core.properties.models import Room
from core.stays import chains, holding
from core.stays import events as happenings
from core.stays.models import Stay
from core.stays.telling import Change, happening_of, told

_OVER = ("gone", "ended")
"""States of a channel's booking that is believed no more: see `core.feeds.told.values.State`."""


def is_still_sold(work: UnitOfWork, stay: Stay) -> bool:
    """Whether a channel sold the stay and still shows it, and its guest has not come."""
    if stay.source is None or stay.checked_in_at is not None:
        return False
    believed = exists().where(
        ChannelBooking.stay_id.in_([part.id for part in chains.chain(work, stay)]),
        ChannelBooking.taken_as == STAY,
        ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state.not_in(_OVER),
    )
    return bool(work.session.scalar(select(believed)))


def cancel_here(work: UnitOfWork, stay: Stay, room: Room, by: By) -> Change:
    """Cancel a stay that its channel still sells: it keeps its nights, and somebody cancels it there."""
    holding.lock(work, stay, [(room.type_id, night) for night in stay.nights])
    holding.shadow(work, stay)
    holding.bequeath(work, stay)
    follow_ups.make(work, stay, by)
    happening = happening_of(happenings.CancelledHere, work, stay, room, source=stay.source)
    return told(work, stay, room, happening, by, stay.nights)


def take_back(work: UnitOfWork, stay: Stay, by: By) -> Change:
    """Let a stay that was cancelled here stand again; what somebody has by now it waits for, as a case (R25)."""
    room = holding.room_of(work, stay.room_id, removed=True)
    holding.stand_again(work, stay)
    follow_ups.close_all(work, stay, follow_ups.UNDONE, by)
    happening = happening_of(happenings.RoomBlocked, work, stay, room, reason=stay.reason)
    return told(work, stay, room, happening, by, stay.nights)
