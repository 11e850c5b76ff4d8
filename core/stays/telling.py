"""What every verb of stays ends with: new versions of the feeds it shows in, and the event that tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.feeds import service as feeds
from core.inventory import service as inventory
from core.properties.models import Room
from core.stays import events as happenings
from core.stays.models import Stay
from core.values.nights import Nights


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
    """Record what happened; `nights` are those that the change is about."""
    event = events.record(work, happening, stay.id, property_id=stay.property_id, by=by)
    versions = {int(room_id): version for room_id, version in happening.versions.items()}
    return Change(stay, event.id, room, nights, versions, displaced)
