"""The rooms of one type, who is in them, and the order in which moves between them can be done. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """A stay: the nights it wants in its room, without a break, and those of them that it holds, as bits."""

    stay_id: int
    room_id: int
    wants: int
    has: int
    movable: bool
    begun: bool = False

    @property
    def waits(self) -> bool:
        """Whether it lacks nights."""
        return self.wants != self.has


Move = tuple[int, int]
"""A stay and the room it goes to."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The rooms of one type and who is in them."""

    rooms: Sequence[int]
    """Where stays may be put, in the order in which rooms are tried."""
    pieces: Sequence[Piece]
    """The stays that may move, and all that wait for nights; each once."""
    walls: Mapping[int, int]
    """By room, the nights of all other stays."""

    taken: Mapping[int, int] = field(init=False)
    """By room, all nights that are held."""

    def __post_init__(self) -> None:
        taken = dict(self.walls)
        for piece in self.pieces:
            taken[piece.room_id] = taken.get(piece.room_id, 0) | piece.has
        object.__setattr__(self, "taken", taken)


def in_order(floor: Floor, moves: Sequence[Move]) -> list[Move] | None:
    """`moves` in an order in which each goes into free nights and after which no stay waits; None: there is none.

    A stay that waits in a room takes what another one leaves of its nights at once, the oldest first.
    """
    moving = {stay_id for stay_id, _ in moves}
    pieces = {piece.stay_id: piece for piece in floor.pieces if piece.waits or piece.stay_id in moving}
    has = {stay_id: piece.has for stay_id, piece in sorted(pieces.items())}
    rooms = {room_id for _, room_id in moves}.union(piece.room_id for piece in pieces.values())
    taken = {room_id: floor.taken.get(room_id, 0) for room_id in rooms}
    return _next(_Standing(floor.rooms, pieces, has, taken), tuple(moves))


@dataclass(frozen=True, slots=True)
class _Standing:
    """Who holds what between two moves, of those who wait or move."""

    rooms: Sequence[int]
    pieces: Mapping[int, Piece]
    has: Mapping[int, int]
    """The oldest first."""
    taken: Mapping[int, int]
    """By room that somebody leaves or goes to, what anybody holds."""
    moved: frozenset[int] = frozenset()

    def after(self, stay_id: int, room_id: int) -> "_Standing | None":
        """After one move; None when somebody holds nights that it needs."""
        piece = self.pieces[stay_id]
        if self.taken[room_id] & piece.wants:
            return None
        has, taken = dict(self.has), dict(self.taken)
        opened, moved = has[stay_id], self.moved | {stay_id}
        taken[piece.room_id] &= ~opened
        taken[room_id] |= piece.wants
        has[stay_id] = piece.wants
        for each, held in self.has.items():
            other = self.pieces[each]
            if other.waits and other.room_id == piece.room_id and each not in moved:
                got = other.wants & ~held & opened & ~taken[piece.room_id]
                has[each] = held | got
                taken[piece.room_id] |= got
        return _Standing(self.rooms, self.pieces, has, taken, moved)

    @property
    def settled(self) -> bool:
        """Whether nobody waits any more, nor is in a room that nobody may be put into."""
        return all(
            self.has[each] == piece.wants and (each in self.moved or piece.room_id in self.rooms)
            for each, piece in self.pieces.items()
            if piece.waits
        )


def _next(standing: _Standing, moves: tuple[Move, ...]) -> list[Move] | None:
    """Try each of `moves` as the next one."""
    if not moves:
        return [] if standing.settled else None
    for move in moves:
        after = standing.after(*move)
        if after is None:
            continue
        rest = _next(after, tuple(other for other in moves if other != move))
        if rest is not None:
            return [move, *rest]
    return None
