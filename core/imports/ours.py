"""Stays of ours that a channel's booking may be: made by hand, or sold there before (R16, R17)."""

from sqlalchemy import select

from core.channels.models import ChannelBooking
from core.channels.taken import PREVIEW
from core.feeds.told.values import State
from core.imports.looks import Look
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights


def same_nights_by_hand(look: Look, row: ChannelBooking) -> Stay | None:
    """A block of ours, made by hand, on exactly the nights of a booking: likely the same (R16).

    Of several alike, in the rooms of a type, each booking that waits for an answer has its own.
    """
    if look.by_hand is None:
        pointed = select(ChannelBooking.stay_id).where(ChannelBooking.stay_id.is_not(None))
        query = select(Stay).where(
            Stay.room_id.in_(look.room_ids), Stay.departure > look.today, Stay.state == StayState.HOLDING,
            Stay.source.is_(None), Stay.id.not_in(pointed),
        )  # fmt: skip
        look.by_hand = list(look.work.session.scalars(query.order_by(Stay.id)))
    nights = Nights(row.arrival, row.departure)
    alike = [stay for stay in look.by_hand if stay.nights == nights]
    waiting = [other for other in look.rows.values() if other.taken_as == PREVIEW and other.number < row.number]
    earlier = sum(Nights(other.arrival, other.departure) == nights for other in waiting)
    return alike[earlier] if earlier < len(alike) else None


def adopted(look: Look, row: ChannelBooking) -> Stay | None:
    """A stay that this platform sold on this room or type and no feed tells of: by its code, else by its nights (R17).

    It came by hand (R27), was registered (R18), or by a link that was removed since.
    """
    if look.orphans is None:
        look.orphans = _orphans(look)
    nights = Nights(row.arrival, row.departure)
    by_code = [stay for stay in look.orphans if row.code is not None and stay.reference == row.code]
    by_nights = [
        stay
        for stay in look.orphans
        if stay.room_id in look.room_ids and stay.nights == nights and None in (row.code, stay.reference)
    ]
    found = next(iter([*by_code, *by_nights]), None)
    if found is not None:
        look.orphans.remove(found)
    return found


def _orphans(look: Look) -> list[Stay]:
    """The stays of the property that this platform sold and of which no calendar tells."""
    told = select(ChannelBooking.stay_id).where(
        ChannelBooking.stay_id.is_not(None), ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state.in_([state for state in State if state.holds]),
    )  # fmt: skip
    query = select(Stay).where(
        Stay.property_id == look.kind.property_id, Stay.source == look.link.channel.platform,
        Stay.state != StayState.RELEASED, Stay.departure >= look.today, Stay.id.not_in(told),
        Stay.follows_id.is_(None),
    )  # fmt: skip
    return list(look.work.session.scalars(query.order_by(Stay.id)))
