"""The version of a link's feed, as columns of a question about links.

A room's feeds have the room's own version. A type's feed has the sum of its rooms' versions: whatever changes it gives
one of them a new version, and nobody locks a row of the type for it.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from core.channels.models import ChannelLink
from core.db.work import UnitOfWork
from core.feeds.models import FeedVersion
from core.properties.models import Room


def version_of() -> ColumnElement[Any]:
    """The version of the feed of the `ChannelLink` that is asked about; None when it never changed."""
    return func.coalesce(_of_room(FeedVersion.version), _of_type(func.sum(FeedVersion.version)))


def changed_at_of() -> ColumnElement[Any]:
    """When that feed got its version, as an instant; None when it never changed."""
    return func.coalesce(_of_room(FeedVersion.changed_at), _of_type(func.max(FeedVersion.changed_at)))


def room_left(work: UnitOfWork, room_id: int, type_id: int) -> None:
    """Let the version of a type's feed go on rising when a room has left the type and taken its own version along."""
    staying = select(func.min(FeedVersion.room_id)).join(Room, Room.id == FeedVersion.room_id)
    heir = work.session.scalar(staying.where(Room.type_id == type_id, Room.id != room_id))
    taken_along = work.session.scalar(select(FeedVersion.version).where(FeedVersion.room_id == room_id)) or 0
    work.session.execute(
        update(FeedVersion)
        .where(FeedVersion.room_id == heir)
        .values(version=FeedVersion.version + taken_along + 1, changed_at=work.now)
        .execution_options(synchronize_session=False)
    )


def _of_room(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    query = select(column).where(FeedVersion.room_id == ChannelLink.room_id)
    return query.correlate(ChannelLink).scalar_subquery()


def _of_type(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    rooms = (Room, Room.id == FeedVersion.room_id)
    query = select(column).join(*rooms).where(Room.type_id == ChannelLink.type_id)
    return query.correlate(ChannelLink).scalar_subquery()
