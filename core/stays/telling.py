"""What every verb of stays ends with: new versions of the feeds it shows in, and the event that tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.clock import business_day
from core.conflicts import cases
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.imports import previews, timetable
from core.inventory import service as inventory
from core.properties.models import Room
from core.reservations import following
from core.stays import events as happenings
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT, Nights


@dataclass(frozen=True, slots=True)
class Change:
    """What a verb did: the stay as it is now, the event that tells of it, and whom it displaced."""

    stay: Stay
    event_id: int
    room: Room
    nights: Nights
    """The nights the change is about: blocked, given up, added or moved."""
    versions: Mapping[int, int]
    """The feeds' versions that show it, by room."""
    displaced: tuple[Stay, ...] = ()


_CLOSE = (happenings.RoomBlocked, happenings.StayExtended, happenings.StayMoved)
_OPEN = (
    happenings.RoomUnblocked, happenings.StayShortened, happenings.StayMoved, happenings.GuestCheckedOut,
    happenings.GuestNeverCame,
)  # fmt: skip
_H = TypeVar("_H", bound=happenings.StayHappening)


def happening_of(kind: type[_H], work: UnitOfWork, stay: Stay, room: Room, **more: object) -> _H:
    """The event of a change: how the stay stands after it, and the feeds' new versions, which are given here."""
    work.session.flush()
    versions = feeds.changed(work, inventory.touched_rooms(work))
    facts: dict[str, object] = {
        "room": room.name, "arrival": stay.arrival, "departure": stay.departure, "revision": stay.revision,
        "versions": {str(room_id): version for room_id, version in versions.items()},
    }  # fmt: skip
    return kind(**facts, **more)  # type: ignore[arg-type] # the fields are checked where the event is made.


def told(
    work: UnitOfWork,
    stay: Stay,
    room: Room,
    happening: happenings.StayHappening,
    by: By,
    nights: Nights,
    displaced: tuple[Stay, ...] = (),
) -> Change:
    """Record what happened, and let the cases of the rooms it touched follow; `nights`: what the change is about."""
    change = recorded(work, stay, room, happening, by, nights, displaced)
    cases.review(work, {room.id, stay.room_id, *change.versions}, by)
    if by.person_id is not None and isinstance(happening, _CLOSE) and _is_near(work, room, nights):
        # What the channels have sold for tonight by now is worth knowing before somebody comes.
        timetable.pull_rooms(work, [room.id])
    if stay.source is None and isinstance(happening, _OPEN):
        # What a calendar is believed to mean by this block is a booking of its own now.
        previews.wake(work, {room.id, *change.versions})
    return change


def _is_near(work: UnitOfWork, room: Room, nights: Nights) -> bool:
    return nights.arrival <= business_day(work.now, room.property.timezone) + ONE_NIGHT


def recorded(
    work: UnitOfWork,
    stay: Stay,
    room: Room,
    happening: happenings.StayHappening,
    by: By,
    nights: Nights,
    displaced: tuple[Stay, ...] = (),
) -> Change:
    """Record what happened, for one who does more with the same rooms and reviews their cases afterwards.

    Its reservation follows here, so that no verb can forget it.
    """
    event_id = events.record(work, happening, stay.id, property_id=stay.property_id, by=by)
    following.follow(work, stay.reservation_id, by)
    versions = {int(room_id): version for room_id, version in happening.versions.items()}
    return Change(stay, event_id, room, nights, versions, displaced)
