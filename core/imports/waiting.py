"""Whether calendars that somebody asked for have been read since, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelBooking, ChannelLink, LinkImport
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from core.platforms.base import Mode


@dataclass(frozen=True, slots=True)
class Came:
    """What is known of one link after it was asked for."""

    link_id: int
    read: bool
    """Whether a look that began after the wish has ended."""
    trouble: str | None
    """Why that look brought nothing."""
    bookings: int
    """What it tells of the dates asked for."""


def read_links(session: Session, channel_id: int) -> tuple[int, ...]:
    """The links of a channel of which a calendar is read; none of a paused one."""
    query = (
        select(ChannelLink.id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.id == channel_id, Channel.mode == Mode.ICAL, Channel.active)
        .where(ChannelLink.import_url.is_not(None))
    )
    return tuple(session.scalars(query.order_by(ChannelLink.id)))


def came(
    session: Session, link_ids: Collection[int], asked_at: datetime, now: datetime, first: date, last: date
) -> tuple[Came, ...]:
    """How far these links are which were asked for at `asked_at` (`timetable.pull_soon`), and what they tell.

    Counted are the bookings they are believed to have on nights from `first` to `last`, both included.
    """
    rows = {row.link_id: row for row in session.scalars(select(LinkImport).where(LinkImport.link_id.in_(link_ids)))}
    wanted = _wanted(session, link_ids, now)
    told = _told(session, link_ids, first, last)
    found = []
    for link_id in sorted(link_ids):
        row = rows.get(link_id)
        tried_at = row.tried_at if row is not None else None
        is_read = link_id not in wanted and tried_at is not None and tried_at >= asked_at
        trouble = row.trouble if row is not None and is_read else None
        found.append(Came(link_id, is_read, trouble, told.get(link_id, 0)))
    return tuple(found)


def _wanted(session: Session, link_ids: Collection[int], now: datetime) -> set[int]:
    """The links that are due or being read: what was asked for has not come yet."""
    link = Due.facts["link_id"].as_integer()
    query = select(link).where(Due.kind == PullFeed.kind, Due.closed_at.is_(None), link.in_(link_ids))
    return set(session.scalars(query.where(Due.leased_until.is_not(None) | (Due.due_at <= now))))


def _told(session: Session, link_ids: Collection[int], first: date, last: date) -> dict[int, int]:
    query = (
        select(ChannelBooking.link_id, func.count())
        .where(ChannelBooking.link_id.in_(link_ids), ChannelBooking.forgotten_at.is_(None))
        .where(ChannelBooking.departure > first, ChannelBooking.arrival <= last)
        .group_by(ChannelBooking.link_id)
    )
    return dict(session.execute(query).all())
