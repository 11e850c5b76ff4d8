"""Links with how their reading goes, as the rows have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink, LinkImport, SyncRun
from core.channels.views import Linked
from core.feeds.readers import is_silent
from core.imports import health
from core.imports.health import Reading
from core.imports.views import LinkHealth, LinkState
from core.platforms.base import Mode
from core.properties.models import Room, RoomType


@dataclass(frozen=True, slots=True)
class Line:
    """One link of a channel that works by calendars, with its room or its type."""

    channel: Channel
    link: ChannelLink
    room: Room | None
    kind: RoomType | None
    """The type, where no room is linked."""
    memory: LinkImport | None
    """None before the first try."""
    first_try: datetime | None
    """When it was first tried, where it was never read well."""

    @property
    def linked(self) -> Linked:
        """What it joins to its channel."""
        if self.kind is not None:
            return Linked(type=self.kind.code, type_name=self.kind.name)
        return Linked(room=self.room.name if self.room is not None else None)

    @property
    def good_at(self) -> datetime | None:
        """The last whole read."""
        return self.memory.good_at if self.memory is not None else None

    @property
    def failing(self) -> bool:
        """Whether the last look brought nothing."""
        return self.memory is not None and self.memory.failures > 0

    @property
    def reading(self) -> Reading:
        """What the rules ask for."""
        channel = self.channel
        interval, alert_after = timedelta(seconds=channel.interval), timedelta(seconds=channel.alert_after)
        return Reading(interval, alert_after, self.good_at or self.first_try, channel.active)

    def state(self, now: datetime) -> LinkState:
        """How fresh it is."""
        silent = is_silent(self.link.read_at, self.link.read_gap, now)
        if self.link.import_url is not None:
            return health.state_of(self.reading, now, good=self.good_at is not None, silent=silent)
        if not self.channel.active:
            return LinkState.PAUSED
        return LinkState.NOT_READ_BY_OTA if silent else LinkState.FRESH

    def view(self, now: datetime, bookings: int = 0, *, asked: bool = False) -> LinkHealth:
        """As it is told to people; `bookings` are those believed now, `asked`: something else waits for an answer."""
        memory = self.memory
        return LinkHealth(
            link_id=self.link.id, platform=self.channel.platform, room=self.linked.room, state=self.state(now),
            imports=self.link.import_url is not None, good_at=self.good_at,
            tried_at=memory.tried_at if memory else None, trouble=memory.trouble if memory else None,
            failures=memory.failures if memory else 0, read_at=self.link.read_at, bookings=bookings,
            question=asked or (memory is not None and memory.question_at is not None),
            type=self.linked.type, type_name=self.linked.type_name,
        )  # fmt: skip


def lines(session: Session, which: ColumnElement[bool]) -> list[Line]:
    """The links that `which` is true of, by property, channel and room, those of types last."""
    query = (
        select(Channel, ChannelLink, Room, RoomType, LinkImport)
        .select_from(ChannelLink)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .outerjoin(Room, Room.id == ChannelLink.room_id)
        .outerjoin(RoomType, RoomType.id == ChannelLink.type_id)
        .outerjoin(LinkImport, LinkImport.link_id == ChannelLink.id)
        .where(Channel.mode == Mode.ICAL, which)
        .order_by(Channel.property_id, Channel.id, RoomType.id.is_not(None), RoomType.id, Room.position, Room.id)
    )
    # Of an outer join any may be missing, which the types of a query do not tell.
    rows: list[tuple[Channel, ChannelLink, Room | None, RoomType | None, LinkImport | None]]
    rows = [(*row,) for row in session.execute(query)]
    first = _first_tries(session, [link.id for _, link, *_, memory in rows if memory is None or not memory.good_at])
    return [Line(channel, link, room, kind, memory, first.get(link.id)) for channel, link, room, kind, memory in rows]


def worth_a_look(session: Session, now: datetime) -> ColumnElement[bool]:
    """True of imported links that may be late, and of those that staff have been told of: few of many."""
    channels = select(Channel.interval, Channel.alert_after).where(Channel.mode == Mode.ICAL).distinct()
    late = [
        and_(
            Channel.interval == interval, Channel.alert_after == alert_after,
            LinkImport.good_at < now - timedelta(seconds=interval + alert_after),
        )
        for interval, alert_after in session.execute(channels)
    ]  # fmt: skip
    told = LinkImport.alerts > 0
    return and_(ChannelLink.import_url.is_not(None), or_(told, LinkImport.good_at.is_(None), *late))


def _first_tries(session: Session, link_ids: Iterable[int]) -> dict[int, datetime]:
    tries = select(SyncRun.link_id, func.min(SyncRun.first_at)).where(SyncRun.link_id.in_(list(link_ids)))
    return dict(session.execute(tries.group_by(SyncRun.link_id)).all())
