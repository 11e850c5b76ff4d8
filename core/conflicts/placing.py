"""A case on the board of its house: what its parties want, hold, and could have instead. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.conflicts import rules
from core.conflicts.floor import Floor, Piece
from core.conflicts.occupancy import Board, House, ends
from core.conflicts.rules import Group, Party


@dataclass(frozen=True, slots=True)
class Change:
    """Two rooms, one after the other, and the first and the last night (as bits) on which one can follow the other."""

    head: int
    tail: int
    earliest: int
    latest: int


class Placing:
    """The places of one case."""

    def __init__(self, group: Group, house: House, lost: Sequence[Party]) -> None:
        self.board = Board.of(house)
        self._group, self._house = group, house
        self._lost = {party.stay_id for party in lost}
        self._rooms = house.of_type
        # A row in another room than the case's is part of a split, or lived already: nobody would follow such a move.
        bound = (row for row in house.held if not row.movable or row.room_id != group.room_id)
        self._bound = {row.stay_id for row in bound}

    def wants(self, party: Party) -> int:
        """The nights that are left of what the party wants."""
        return self.board.bits(party.nights)

    def begun(self, party: Party) -> bool:
        """Whether its first night is over."""
        return party.nights.arrival < self._house.today

    def may_move(self, party: Party) -> bool:
        """Whether another room is any help to it, and all that it wants is on the board."""
        known = self.board.knows(party.nights) and party.stay_id not in self._bound
        return known and rules.may_move(party)

    def free(self, party: Party, rooms: Sequence[int] | None = None) -> list[int]:
        """The other rooms, by default of the type, that are free for all that is left of the party.

        The one that it fills best comes first, so that long gaps stay long.
        """
        if not self.may_move(party):
            return []
        wants, board = self.wants(party), self.board
        there = [room for room in (self._rooms if rooms is None else rooms) if room != party.room_id]
        return sorted((room for room in there if board.is_free(room, wants)), key=lambda room: board.gap(room, wants))

    def changes(self, party: Party) -> Iterator[Change]:
        """The pairs of rooms of the type in which the party could stay with one change of room."""
        if not self.may_move(party):
            return
        wants = self.wants(party)
        first, end = ends(wants)
        free = {room: wants & ~self.board.taken.get(room, 0) for room in self._rooms}
        if party.room_id in free:
            free[party.room_id] = self._keeps(party)
        # How long each room is free from the beginning, and from when it is until the end.
        until = {room: ends(~bits & -(1 << first))[0] for room, bits in free.items()}
        since = {room: (wants & ~bits).bit_length() for room, bits in free.items()}
        # Who has begun is in a room already: another one for the first part would be a second change.
        heads = [party.room_id] if self.begun(party) else list(free)
        for head in heads:
            for tail in free:
                earliest, latest = max(since[tail], first + 1), min(until.get(head, first), end - 1)
                if head != tail and earliest <= latest:
                    yield Change(head, tail, earliest, latest)

    def floor(self, favoured: int | None = None) -> Floor:
        """The rooms of the type and who is in them; `favoured` stays where it is."""
        parties = {party.stay_id for party in self._group.parties}
        pieces = [self._piece(party, stays=party.stay_id == favoured) for party in self._group.parties]
        walls: dict[int, int] = {}
        rows = Counter(held.stay_id for held in self._house.held)
        for held in self._house.held:
            bits = self.board.bits(held.nights)
            if held.stay_id in parties and held.room_id == self._group.room_id:
                continue
            # What reaches the edge of the board may go on beyond it.
            whole = rows[held.stay_id] == 1 and held.nights.departure < self._house.until
            if whole and held.stay_id not in parties and held.movable and bits and held.room_id in self._rooms:
                pieces.append(Piece(held.stay_id, held.room_id, bits, bits, movable=True, begun=held.begun))
            else:
                walls[held.room_id] = walls.get(held.room_id, 0) | bits
        return Floor(self._rooms, pieces, walls)

    def _piece(self, party: Party, *, stays: bool) -> Piece:
        wants = self.wants(party)
        movable = self.may_move(party) and not stays
        if party.contested and not self.board.knows(party.nights):
            # A night that no room has: what cannot be seen is not settled.
            wants |= 1 << self.board.width
        return Piece(party.stay_id, party.room_id, wants, self._has(party), movable=movable, begun=self.begun(party))

    def _has(self, party: Party) -> int:
        """What the party holds in its room."""
        wants = self.wants(party)
        return wants & self.board.held.get((party.stay_id, party.room_id), 0) if party.contested else wants

    def _keeps(self, party: Party) -> int:
        """What the party can keep of its room when those who win have their nights."""
        rivals = rules.rivals(self._group, party.stay_id, self._house.today)
        lost = 0
        for rival in rivals:
            if rival.stay_id not in self._lost:
                lost |= self.wants(rival)
        return self._has(party) & ~lost
