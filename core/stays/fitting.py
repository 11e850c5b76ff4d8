"""Which room a stay of a type gets: the tightest gap first, and the fewest moves of others when none is free. Pure.

Nights are bits: bit n of a number stands for the night n days after the first that is looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOST_STEPS = 5_000
"""Places that are tried before a plan is given up: a night clerk waits, and others wait for the locks."""
MOST_WAYS = 3
"""Ways to split a stay that are told."""


@dataclass(frozen=True, slots=True)
class Place:
    """A room that may be given, in the order in which rooms are tried when nothing else tells them apart."""

    room_id: int
    walls: int
    """The nights of stays that do not move."""
    last: bool = False
    """Given only when nothing else will do: out of service, or kept for a case (R21)."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A stay whose room nobody chose: it may be put into another one."""

    stay_id: int
    room_id: int
    nights: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A room for each new stay, and the moves that make them free."""

    rooms: tuple[int, ...]
    moves: tuple[tuple[int, int], ...] = ()
    """Stay and its new room."""


Segment = tuple[int, int, int]
"""A room, the first night in it, and the night after the last."""


def plan(places: Sequence[Place], loose: Sequence[Loose], wants: int, quantity: int) -> Plan | None:
    """Rooms for `quantity` stays over `wants`: with as few moves as can be; None when no arrangement was found."""
    taken = _taken(places, loose)
    free = [place for place in places if not taken[place.room_id] & wants]
    if len(free) >= quantity:
        ordered = sorted(free, key=lambda place: _rank(place, taken, wants))
        return Plan(tuple(place.room_id for place in ordered[:quantity]))
    search = _Search(places, loose)
    try:
        for most in range(1, len(loose) + 1):
            if found := search.place([(None, wants)] * quantity, most):
                return found
    except _Enough:
        pass
    return None


def best(places: Sequence[Place], loose: Sequence[Loose], wants: int) -> int | None:
    """The room that is free on most of the nights: where a stay waits that has no room of its own."""
    taken = _taken(places, loose)
    # The gaps around it say nothing of a room that it does not fit: between equals the order of the setup decides.
    ordered = sorted(places, key=lambda place: ((taken[place.room_id] & wants).bit_count(), place.last))
    return ordered[0].room_id if ordered else None


def splits(places: Sequence[Place], loose: Sequence[Loose], wants: int) -> list[tuple[Segment, ...]]:
    """The ways to sleep all nights with as few changes of room as can be; empty when a night has no room at all."""
    taken = _taken(places, loose)
    first, end = ends(wants)
    order = [place.room_id for place in sorted(places, key=lambda place: place.last)]

    def until(room_id: int, night: int) -> int:
        beyond = (taken[room_id] & wants) >> night
        return min(end, night + ends(beyond)[0]) if beyond else end

    fewest: dict[int, int] = {end: 0}
    for night in range(end - 1, first - 1, -1):
        ahead = [fewest[to] for room_id in order if (to := until(room_id, night)) > night and to in fewest]
        if ahead:
            fewest[night] = 1 + min(ahead)

    def ways(night: int) -> Iterator[tuple[Segment, ...]]:
        if night == end:
            yield ()
            return
        for room_id in order:
            to = until(room_id, night)
            if to > night and fewest.get(to, -1) == fewest[night] - 1:
                for rest in ways(to):
                    yield ((room_id, night, to), *rest)

    if first not in fewest:
        return []
    found = ways(first)
    return [way for way, _ in zip(found, range(MOST_WAYS), strict=False)]


def ends(bits: int) -> tuple[int, int]:
    """The first bit, and the one after the last."""
    return (bits & -bits).bit_length() - 1, bits.bit_length()


def _taken(places: Sequence[Place], loose: Sequence[Loose]) -> dict[int, int]:
    taken = {place.room_id: place.walls for place in places}
    for stay in loose:
        taken[stay.room_id] |= stay.nights
    return taken


def _rank(place: Place, taken: Mapping[int, int], wants: int) -> tuple[bool, int]:
    """Rooms of the last resort behind; then the one with the least free nights left before and after."""
    first, end = ends(wants)
    held = taken[place.room_id]
    before = first - (held & ((1 << first) - 1)).bit_length()
    beyond = held >> end
    # Beyond what is known a room counts as free: it ranks behind one that is filled to the night.
    after = ends(beyond)[0] if beyond else 1 << 10
    return place.last, before + after


class _Enough(Exception):
    """As many places were tried as are allowed."""


@dataclass(slots=True)
class _State:
    """What is decided so far."""

    taken: dict[int, int]
    new: dict[int, int] = field(default_factory=dict)
    """By room, the nights of those that were put there: they stay."""
    rooms: tuple[int, ...] = ()
    moves: dict[int, int] = field(default_factory=dict)
    """The new rooms of those that were in somebody's way."""


class _Search:
    """Puts stays into rooms; who is in their way is put elsewhere in turn, within a number of moves.

    Every stay that leaves its room does so because somebody was put there. So a plan of the fewest moves is found by
    going through these chains, with one more move allowed each time: what changes nobody needs is in no such plan.
    """

    def __init__(self, places: Sequence[Place], loose: Sequence[Loose]) -> None:
        self._places, self._loose = places, {stay.stay_id: stay for stay in loose}
        self._walls = {place.room_id: place.walls for place in places}
        self._number = {place.room_id: number for number, place in enumerate(places)}
        self._start = _taken(places, loose)
        self._steps = MOST_STEPS

    def place(self, pending: Sequence[tuple[int | None, int]], moves: int) -> Plan | None:
        """A plan with at most so many moves for `pending`: stays (None: a new one) with their nights."""
        return self._next(list(pending), moves, _State(dict(self._start)))

    def _next(self, pending: list[tuple[int | None, int]], moves: int, state: _State) -> Plan | None:
        if not pending:
            return Plan(state.rooms, tuple(sorted(state.moves.items())))
        (stay_id, wants), *rest = pending
        home = self._loose[stay_id].room_id if stay_id is not None else None
        for place in self._ranked(wants, state):
            self._steps -= 1
            if self._steps < 0:
                raise _Enough
            room_id = place.room_id
            if room_id == home or (self._walls[room_id] | state.new.get(room_id, 0)) & wants:
                continue
            # New stays are all alike: one order of their rooms stands for all.
            if stay_id is None and any(self._number[room_id] < self._number[other] for other in state.rooms):
                continue
            away = [
                one for one in self._loose.values()
                if one.room_id == room_id and one.stay_id not in state.moves and one.nights & wants
                and not any(one.stay_id == waiting for waiting, _ in rest)
            ]  # fmt: skip
            if len(away) > moves:
                continue
            if found := self._next([*((one.stay_id, one.nights) for one in away), *rest], moves - len(away), _after(
                state, stay_id, room_id, wants, away
            )):  # fmt: skip
                return found
        return None

    def _ranked(self, wants: int, state: _State) -> list[Place]:
        """The rooms, those where nobody must move first."""
        taken = state.taken
        return sorted(self._places, key=lambda place: (bool(taken[place.room_id] & wants), *_rank(place, taken, wants)))


def _after(state: _State, stay_id: int | None, room_id: int, wants: int, away: Sequence[Loose]) -> _State:
    taken, new, moves = dict(state.taken), dict(state.new), dict(state.moves)
    for one in away:
        taken[room_id] &= ~one.nights
    taken[room_id] |= wants
    new[room_id] = new.get(room_id, 0) | wants
    if stay_id is None:
        return _State(taken, new, (*state.rooms, room_id), moves)
    moves[stay_id] = room_id
    return _State(taken, new, state.rooms, moves)
