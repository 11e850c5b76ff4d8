"""What happens to a property, its room types and its rooms."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.service import Happening


@dataclass(frozen=True, slots=True)
class PropertySet(Happening):
    """A property was made or changed; `what` names the fields that did, all of them when it is new."""

    kind: ClassVar[str] = "properties.set"
    subject: ClassVar[str] = "property"

    code: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomTypeSet(Happening):
    """A room type was made or changed."""

    kind: ClassVar[str] = "properties.type_set"
    subject: ClassVar[str] = "room_type"

    type: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomHappening(Happening):
    """What every event about a room tells."""

    subject: ClassVar[str] = "room"

    room: str
    type: str


@dataclass(frozen=True, slots=True)
class RoomSet(RoomHappening):
    """A room was made or changed; `what` names the fields that did."""

    kind: ClassVar[str] = "properties.room_set"

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomPartsSet(RoomHappening):
    """A room is made of these others, by name; of none: it is a room by itself."""

    kind: ClassVar[str] = "properties.room_parts_set"

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomRemoved(RoomHappening):
    """A room is not let any more: its feeds say all busy (R6)."""

    kind: ClassVar[str] = "properties.room_removed"


@dataclass(frozen=True, slots=True)
class RoomRestored(RoomHappening):
    """A removed room is let again."""

    kind: ClassVar[str] = "properties.room_restored"
