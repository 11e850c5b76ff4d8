"""Floors made by chance, and the plan with the fewest moves found by trying everything."""

import random
from dataclasses import replace

from core.conflicts.floor import Floor, Piece


def dense(chance: random.Random, rooms: int, nights: int, *, gaps: float = 0.15, longest: int = 5) -> Floor:
    """A nearly full house in which one stay, or two, could not get all nights of its room."""
    pieces: list[Piece] = []
    walls: dict[int, int] = {}
    for room in range(rooms):
        night = -chance.randrange(longest)
        while night < nights:
            length = chance.randint(1, longest)
            bits = _bits(night, night + length, nights)
            if bits and chance.random() >= gaps:
                if chance.random() < 0.1:
                    walls[room] = walls.get(room, 0) | bits
                else:
                    pieces.append(Piece(len(pieces) + 10, room, bits, bits, movable=True, begun=night < 0))
            night += length
    floor = Floor(range(rooms), pieces, walls)
    for _ in range(chance.choice((1, 1, 2))):
        floor = _with_one_waiting(chance, floor, nights, longest)
    return floor


def _with_one_waiting(chance: random.Random, floor: Floor, nights: int, longest: int) -> Floor:
    waiting = [piece for piece in floor.pieces if piece.waits]
    room = waiting[0].room_id if waiting else chance.choice(floor.rooms)
    taken = wants = 0
    while not wants & taken:
        first = chance.randrange(nights)
        wants, taken = _bits(first, first + chance.randint(1, longest), nights), floor.taken.get(room, 0)
        if not taken:
            room = chance.choice(floor.rooms)
    has = wants & ~taken
    # Older or newer than the others: who waits longer is served first.
    number = chance.choice((0, 1000)) + len(waiting)
    one = Piece(number, room, wants, has, movable=chance.random() < 0.9)
    return replace(floor, pieces=[*floor.pieces, one])


def _bits(first: int, end: int, nights: int) -> int:
    first, end = max(0, first), max(0, min(end, nights))
    return (1 << end) - (1 << first) if first < end else 0


State = tuple[tuple[int, ...], tuple[int, ...]]
"""Of each piece the room, negative (-1 - room) once it was moved, and what it holds."""


def fewest_by_trying(floor: Floor, most: int) -> int | None:
    """The number of moves of the shortest plan of at most `most`, by trying every move from every standing."""
    pieces = floor.pieces
    if not any(piece.waits for piece in pieces):
        return None
    standings = {(tuple(piece.room_id for piece in pieces), tuple(piece.has for piece in pieces))}
    for moves in range(1, most + 1):
        following: set[State] = set()
        for standing in standings:
            for after in _each_move(floor, standing):
                if all(has == piece.wants for piece, has in zip(pieces, after[1], strict=True)):
                    return moves
                following.add(after)
        standings = following
    return None


def _each_move(floor: Floor, standing: State) -> list[State]:
    rooms, has = standing
    taken = dict.fromkeys(floor.rooms, 0) | dict(floor.walls)
    for room, bits in zip(rooms, has, strict=True):
        taken[room if room >= 0 else -1 - room] |= bits
    return [
        _moved(floor, standing, number, target)
        for number, piece in enumerate(floor.pieces)
        if rooms[number] >= 0 and piece.movable
        for target in floor.rooms
        if target != piece.room_id and not taken[target] & piece.wants
    ]


def _moved(floor: Floor, standing: State, number: int, target: int) -> State:
    rooms, has = list(standing[0]), list(standing[1])
    opened = has[number]
    rooms[number], has[number] = -1 - target, floor.pieces[number].wants
    room = floor.pieces[number].room_id
    order = sorted(range(len(rooms)), key=lambda each: floor.pieces[each].stay_id)
    for each in order:
        piece = floor.pieces[each]
        if rooms[each] == room and piece.waits:
            got = piece.wants & ~has[each] & opened
            has[each] |= got
            opened &= ~got
    return tuple(rooms), tuple(has)
