"""One look at a calendar while it is applied, or somebody's word on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.channels.models import ChannelBooking, ChannelLink, LinkImport
from core.channels.taken import STAY
from core.db.work import UnitOfWork
from core.events.service import By
from core.feeds.told.values import State, Told
from core.imports.memory import Rows
from core.inventory import parts
from core.platforms.dialect import Dialect
from core.properties.models import Room, RoomType
from core.stays.models import Stay


@dataclass(slots=True)
class Look:
    """One look while its happenings are applied."""

    work: UnitOfWork
    link: ChannelLink
    memory: LinkImport
    room: Room | None
    """With its property and type; None where the link sells a whole type (R3)."""
    kind: RoomType
    """The room's type, or the one that is sold."""
    room_ids: Sequence[int]
    """The room, or all rooms of the type."""
    dialect: Dialect
    today: date
    """Property-local."""
    rows: Rows
    by: By = field(default_factory=By)
    appeared: int = 0
    changed: int = 0
    gone: int = 0
    told: list[int] = field(default_factory=list)
    """Events that staff are told of."""
    joinable: list[int] = field(default_factory=list)
    """Bookings of a first read that lie exactly on a block of ours (R16)."""

    orphans: list[Stay] | None = None
    """Stays that the platform sold and no calendar tells of; None: not looked for yet."""
    by_hand: list[Stay] | None = None
    """Stays of the room or the type that no channel sold; None: not looked for yet."""

    def row(self, told: Told) -> ChannelBooking:
        """The row of a booking."""
        return self.rows[told.number]

    @property
    def sells_several(self) -> bool:
        """Whether two bookings of the link on one night may be of two rooms."""
        return self.room is None and len(self.room_ids) > 1

    @property
    def closes_rooms(self) -> set[int]:
        """The rooms whose feeds show a closure that this link tells: wholes of its room and its parts, too (R11)."""
        return parts.of_type(self.work.session, self.kind.id).reached(self.room_ids)

    def overlapping(self, row: ChannelBooking) -> list[ChannelBooking]:
        """The other bookings of the link on some of its nights that are believed and taken as sold."""
        return [
            other
            for other in self.rows.values()
            if other is not row and other.taken_as == STAY and State(other.state).holds
            and other.arrival < row.departure and row.arrival < other.departure
        ]  # fmt: skip
