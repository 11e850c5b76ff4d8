"""What channels told us and how our looks at them went, page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelBooking, ChannelLink, SyncRun


@dataclass(frozen=True, slots=True)
class ToldView:
    """One booking or closure as its channel told it (R9)."""

    booking_id: int
    property_id: int
    channel_id: int
    platform: str
    link_id: int
    room_id: int | None
    type_id: int | None
    """The type that the link sells, where it sells no single room."""
    kind: str
    arrival: date
    departure: date
    reference: str | None
    state: str
    taken_as: str
    stay_id: int | None
    first_seen: datetime
    last_seen: datetime | None
    forgotten_at: datetime | None
    summary: str
    raw: str
    """Content lines, which may name a guest."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of the log: a look, or several in a row that ended alike."""

    run_id: int
    property_id: int
    channel_id: int
    platform: str
    link_id: int
    outcome: str
    trouble: str | None
    status: int | None
    first_at: datetime
    last_at: datetime
    times: int
    seconds: float
    events: int | None
    appeared: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class Which:
    """Of which properties, and of which channel, link or room alone; None: of any."""

    property_ids: Collection[int]
    channel_id: int | None = None
    link_id: int | None = None
    room_id: int | None = None

    def of(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """`query`, which joins channels and links, of these only."""
        query = query.where(Channel.property_id.in_(self.property_ids))
        pairs = (
            (Channel.id, self.channel_id),
            (ChannelLink.id, self.link_id),
            (ChannelLink.room_id, self.room_id),
        )
        for column, value in pairs:
            if value is not None:
                query = query.where(column == value)
        return query


def bookings(
    session: Session, which: Which, before: int | None, limit: int, *, believed: bool | None = None
) -> tuple[ToldView, ...]:
    """Up to `limit` bookings, the newest first; of those older than the booking `before`.

    `believed`: only those still compared with the calendar, or only those let go.
    """
    query = (
        select(ChannelBooking, ChannelLink, Channel)
        .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .order_by(ChannelBooking.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(ChannelBooking.id < before)
    if believed is not None:
        query = query.where(ChannelBooking.forgotten_at.is_(None) == believed)
    return tuple(told_view(row, link, channel) for row, link, channel in session.execute(which.of(query)))


def told_view(row: ChannelBooking, link: ChannelLink, channel: Channel) -> ToldView:
    """A booking of a link as it is listed."""
    return ToldView(
        row.id, channel.property_id, channel.id, channel.platform, link.id, link.room_id, link.type_id, row.kind,
        row.arrival, row.departure, row.code or row.uid, row.state, row.taken_as, row.stay_id, row.first_seen,
        row.last_seen, row.forgotten_at, row.summary, row.raw,
    )  # fmt: skip


def runs(
    session: Session, which: Which, before: int | None, limit: int, *, outcome: str | None = None
) -> tuple[RunLine, ...]:
    """Up to `limit` lines of the log, the newest first; of those older than the line `before`."""
    query = (
        select(SyncRun, ChannelLink, Channel)
        .join(ChannelLink, ChannelLink.id == SyncRun.link_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .order_by(SyncRun.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(SyncRun.id < before)
    if outcome is not None:
        query = query.where(SyncRun.outcome == outcome)
    return tuple(
        RunLine(
            run.id, channel.property_id, channel.id, channel.platform, link.id, run.outcome, run.trouble, run.status,
            run.first_at, run.last_at, run.times, run.seconds, run.events, run.appeared, run.changed, run.gone,
        )
        for run, link, channel in session.execute(which.of(query))
    )  # fmt: skip
