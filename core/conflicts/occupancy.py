"""Who holds which nights of which rooms, as bits: where the ways out of a case are looked for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.properties.views import RoomView
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class Held:
    """A run of nights that a stay holds in one room. A stay in two rooms has a row for each."""

    stay_id: int
    room_id: int
    nights: Nights
    movable: bool
    """Whether it may be put into another room: nobody checked in, not out of order, not shadowed, no party of another
    open case."""
    begun: bool = False
    """Whether it began before the business day: it is moved only when nothing else helps."""


@dataclass(frozen=True, slots=True)
class House:
    """What must be known of the rooms to advise on a case."""

    today: date
    """The business day; nights before it do not count."""
    until: date
    """`held` is complete for the nights from `today` until here: at least to the last departure of the parties. Other
    stays that last until here or longer, cut off or not, are left where they are."""
    room: RoomView
    """The room of the case, which may have been removed."""
    rooms: Sequence[RoomView]
    """The rooms that stays may be put into, of the case's type and of others, in the order people know."""
    held: Sequence[Held]
    """Who holds nights in them and in `room`. Nights kept for another case are held by a stay that is not movable."""

    @property
    def of_type(self) -> list[int]:
        """The rooms of the case's type."""
        return [room.room_id for room in self.rooms if room.type_id == self.room.type_id]


@dataclass(frozen=True, slots=True)
class Board:
    """A house as numbers: bit n of a room's or stay's number stands for the night n days after `today`."""

    house: House
    width: int
    taken: dict[int, int] = field(default_factory=dict)
    """By room, what is held of it."""
    held: dict[tuple[int, int], int] = field(default_factory=dict)
    """By stay and room, what it holds of it."""

    @classmethod
    def of(cls, house: House) -> "Board":
        """Draw the board of `house`."""
        board = cls(house, max(0, (house.until - house.today).days))
        for held in house.held:
            bits, key = board.bits(held.nights), (held.stay_id, held.room_id)
            board.taken[held.room_id] = board.taken.get(held.room_id, 0) | bits
            board.held[key] = board.held.get(key, 0) | bits
        return board

    def bits(self, nights: Nights) -> int:
        """The nights as bits, without those that are over or beyond what is known."""
        first = min(max((nights.arrival - self.house.today).days, 0), self.width)
        end = min(max((nights.departure - self.house.today).days, 0), self.width)
        return (1 << end) - (1 << first)

    def nights(self, first: int, end: int) -> Nights:
        """The nights of the bits from `first` up to, not including, `end`."""
        return Nights(self.house.today + timedelta(first), self.house.today + timedelta(end))

    def knows(self, nights: Nights) -> bool:
        """Whether all of these nights that are left are on the board."""
        return nights.departure <= self.house.until

    def is_free(self, room_id: int, wants: int) -> bool:
        """Whether nobody holds any of these nights."""
        return not self.taken.get(room_id, 0) & wants

    def gap(self, room_id: int, wants: int) -> int:
        """How many free nights lie around `wants` in a room that is free then: a small gap is well filled."""
        taken, first, end = self.taken.get(room_id, 0), *ends(wants)
        before = first - (taken & ((1 << first) - 1)).bit_length()
        beyond = taken >> end
        after = ends(beyond)[0] if beyond else self.width - end
        return before + after


def ends(bits: int) -> tuple[int, int]:
    """The first bit, and the one after the last."""
    return (bits & -bits).bit_length() - 1, bits.bit_length()
