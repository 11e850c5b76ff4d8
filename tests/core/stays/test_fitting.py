"""Rooms for stays that are sold as a type: compared with every arrangement there is."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as some

from core.stays.fitting import Loose, Place, best, ends, plan, splits

NIGHTS = 7


def run(first: int, count: int) -> int:
    """Return `count` nights from `first` on, as bits."""
    return ((1 << count) - 1) << first


RUNS = some.builds(run, some.integers(0, NIGHTS - 1), some.integers(1, 4))


@some.composite
def boards(draw: some.DrawFn) -> tuple[list[Place], list[Loose]]:
    """Rooms with walls, and stays without a chosen room, all of them somewhere without overlapping."""
    rooms = range(1, draw(some.integers(1, 4)) + 1)
    places: list[Place] = []
    loose: list[Loose] = []
    for room in rooms:
        walls = held = 0
        for bits in draw(some.lists(RUNS, max_size=3)):
            if bits & held:
                continue
            held |= bits
            if draw(some.booleans()) or len(loose) >= 4:
                walls |= bits
            else:
                loose.append(Loose(100 + len(loose), room, bits))
        places.append(Place(room, walls, last=draw(some.booleans())))
    return places, loose


def arrangements(places: Sequence[Place], loose: Sequence[Loose], wants: int, quantity: int) -> Iterator[int]:
    """Give the number of moves of every arrangement in which nobody overlaps."""
    rooms = [place.room_id for place in places]
    for choice in product(rooms, repeat=len(loose) + quantity):
        taken = {place.room_id: place.walls for place in places}
        for room, bits in zip(choice, [*(stay.nights for stay in loose), *[wants] * quantity], strict=True):
            if taken[room] & bits:
                break
            taken[room] |= bits
        else:
            yield sum(stay.room_id != room for stay, room in zip(loose, choice, strict=False))


@given(boards(), RUNS, some.integers(1, 2))
def test_r01_whenever_any_arrangement_fits_one_with_the_fewest_moves_is_found(
    board: tuple[list[Place], list[Loose]], wants: int, quantity: int
) -> None:
    places, loose = board
    found = plan(places, loose, wants, quantity)
    fewest = min(arrangements(places, loose, wants, quantity), default=None)
    assert (None if found is None else len(found.moves)) == fewest
    if found is None:
        return
    assert len(set(found.rooms)) == quantity
    where = {stay.stay_id: stay.room_id for stay in loose} | dict(found.moves)
    taken = {place.room_id: place.walls for place in places}
    for room, bits in [*((where[stay.stay_id], stay.nights) for stay in loose), *((r, wants) for r in found.rooms)]:
        assert not taken[room] & bits
        taken[room] |= bits


@given(boards(), RUNS)
def test_a_split_sleeps_every_night_in_a_free_room_with_the_fewest_changes(
    board: tuple[list[Place], list[Loose]], wants: int
) -> None:
    places, loose = board
    taken = {place.room_id: place.walls for place in places}
    for stay in loose:
        taken[stay.room_id] |= stay.nights
    ways = splits(places, loose, wants)
    first, end = ends(wants)
    fewest = next((n for n in range(1, end - first + 1) if _with_changes(taken, first, end, n)), None)
    assert bool(ways) == (fewest is not None)
    for way in ways:
        assert len(way) == fewest
        assert [way[0][1], *(stop for _, _, stop in way)] == [first, *(start for _, start, _ in way[1:]), end]
        assert not any(taken[room] & run(start, stop - start) for room, start, stop in way)


def test_the_tightest_gap_is_filled_first() -> None:
    wide, tight = Place(1, run(0, 1) | run(9, 1)), Place(2, run(2, 1) | run(6, 1))
    found = plan([wide, tight], [], run(3, 3), 1)
    assert found is not None
    assert found.rooms == (2,)


def test_rooms_out_of_service_are_given_last() -> None:
    found = plan([Place(1, 0, last=True), Place(2, 0)], [], run(0, 2), 2)
    assert found is not None
    assert found.rooms == (2, 1)


def test_the_order_of_the_setup_decides_between_equals() -> None:
    found = plan([Place(5, 0), Place(4, 0)], [], run(0, 2), 1)
    assert found is not None
    assert found.rooms == (5,)


def test_two_stays_may_change_places() -> None:
    # Room 1 is free when the first goes to room 2, which the second leaves for room 3.
    loose = [Loose(7, 1, run(0, 2)), Loose(8, 2, run(1, 2))]
    found = plan([Place(1, run(4, 1)), Place(2, run(3, 2)), Place(3, run(0, 1) | run(4, 1))], loose, run(0, 4), 1)
    assert found is not None
    assert (found.rooms, dict(found.moves)) == ((1,), {7: 2, 8: 3})


def test_who_finds_no_room_waits_where_most_nights_are_free() -> None:
    assert best([Place(1, run(0, 3)), Place(2, run(1, 1)), Place(3, run(0, 2))], [], run(0, 4)) == 2
    assert best([], [], run(0, 4)) is None


def _with_changes(taken: dict[int, int], first: int, end: int, segments: int) -> bool:
    """Whether so many rooms in a row are enough, tried one night after the other."""
    reach = {first}
    for _ in range(segments):
        further = set()
        for start in reach:
            for bits in taken.values():
                stop = start
                while stop < end and not bits >> stop & 1:
                    stop += 1
                    further.add(stop)
        reach |= further
    return end in reach
