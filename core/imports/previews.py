"""Bookings of a first read that are likely blocks made by hand, when those blocks go before anybody answered (R16)."""

from collections.abc import Collection

from sqlalchemy import select

from core.channels.models import ChannelBooking, ChannelLink
from core.channels.taken import PREVIEW
from core.db.work import UnitOfWork
from core.imports import timetable


def wake(work: UnitOfWork, room_ids: Collection[int]) -> int:
    """Have the calendars read at once that wait for such an answer about these rooms; how many.

    The look takes as sold what no block stands for any more. Until then other channels are shown the nights busy.
    """
    query = (
        select(ChannelLink.id)
        .join(ChannelBooking, ChannelBooking.link_id == ChannelLink.id)
        .where(timetable.sells_any(room_ids), ChannelBooking.taken_as == PREVIEW, ChannelBooking.forgotten_at.is_(None))
        .distinct()
        .order_by(ChannelLink.id)
    )
    waiting = work.session.scalars(query).all()
    return timetable.pull_soon(work, waiting) if waiting else 0
