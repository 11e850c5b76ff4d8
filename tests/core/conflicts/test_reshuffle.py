"""The fewest moves, against trying everything."""

import random

import pytest

from core.conflicts.floor import Floor, Move, Piece, in_order
from core.conflicts.reshuffle import MOST_MOVES, fewest
from tests.core.conflicts.floors import dense, fewest_by_trying
from tests.support.rounds import rounds

EVERYTHING = 10**9


def _piece(stay_id: int, room_id: int, nights: str, *, movable: bool = True, begun: bool = False) -> Piece:
    """A stay drawn as a line: `x` for a night that it holds, `?` for one that it lacks."""
    has = sum(1 << night for night, sign in enumerate(nights) if sign == "x")
    wants = has | sum(1 << night for night, sign in enumerate(nights) if sign == "?")
    return Piece(stay_id, room_id, wants, has, movable=movable, begun=begun)


@pytest.mark.parametrize("seed", range(rounds(120, 800, 4_000)))
def test_a_plan_has_as_few_moves_as_any_that_trying_everything_finds(seed: int) -> None:
    chance = random.Random(seed)
    nights, gaps = chance.choice((10, 12, 14)), chance.choice((0.2, 0.25, 0.3))
    floor = dense(chance, chance.randint(2, 5), nights, gaps=gaps, longest=chance.choice((3, 5, 8)))
    plan = fewest(floor)
    assert (len(plan) if plan else None) == fewest_by_trying(floor, MOST_MOVES)
    if plan:
        assert in_order(floor, plan) == plan


@pytest.mark.parametrize("seed", range(rounds(10, 100, 1_000)))
def test_eight_rooms_and_thirty_nights_are_searched_to_the_end(seed: int) -> None:
    chance = random.Random(seed)
    floor = dense(chance, 8, 30, gaps=chance.choice((0.08, 0.1, 0.15)), longest=chance.choice((5, 8)))
    plan = fewest(floor)
    assert plan == fewest(floor, EVERYTHING)
    found, deep = len(plan) if plan else None, 3
    assert (found if found and found <= deep else None) == fewest_by_trying(floor, deep)


def test_one_free_room_takes_one_move() -> None:
    floor = Floor([1, 2], [_piece(1, 1, "xxx"), _piece(2, 1, "..?x")], {})
    assert fewest(floor) == [(2, 2)]


def test_whoever_waits_takes_what_another_one_leaves() -> None:
    floor = Floor([1, 2], [_piece(1, 1, "xxx"), _piece(2, 1, "..?x", movable=False)], {})
    assert fewest(floor) == [(1, 2)]


def test_moves_are_done_in_an_order_in_which_each_room_is_free() -> None:
    pieces = [_piece(1, 1, "xxx."), _piece(2, 2, ".xx."), _piece(3, 1, ".???")]
    floor = Floor([1, 2, 3], pieces, {3: 0b1001})
    plan = fewest(floor)
    assert plan == [(2, 3), (3, 2)]
    assert in_order(floor, [(3, 2), (2, 3)]) == plan


def test_two_stays_that_would_have_to_change_places_are_no_plan() -> None:
    # With 1 and 2 in each other's places 3 would have its nights; but neither can go first.
    pieces = [_piece(1, 1, "xxx."), _piece(2, 2, ".x.."), _piece(3, 1, "..?x", movable=False)]
    assert fewest(Floor([1, 2], pieces, {})) is None
    assert in_order(Floor([1, 2], pieces, {}), [(1, 2), (2, 1)]) is None
    # A third room in which one of them can go is no matter of changing places.
    assert fewest(Floor([1, 2, 3], pieces, {3: 0b0001})) == [(2, 3), (1, 2)]


def test_what_stands_fast_is_never_moved() -> None:
    def plan(*, movable: bool) -> list[Move] | None:
        pieces = [_piece(1, 1, "xxx", movable=False), _piece(2, 2, ".x.", movable=movable), _piece(3, 1, "???")]
        return fewest(Floor([1, 2, 3], pieces, {3: 0b101}))

    assert plan(movable=True) == [(2, 3), (3, 2)]
    assert plan(movable=False) is None


def test_of_two_plans_with_equally_many_moves_the_one_that_moves_nobody_who_has_begun_is_taken() -> None:
    def plan(*, begun: int) -> list[Move] | None:
        pieces = [
            _piece(1, 1, "xxx", movable=False), _piece(2, 2, "x..", begun=begun == 2),
            _piece(3, 3, "x..", begun=begun == 3), _piece(4, 1, "???"),
        ]  # fmt: skip
        return fewest(Floor([1, 2, 3, 4], pieces, {4: 0b110}))

    assert plan(begun=2) == [(3, 4), (4, 3)]
    assert plan(begun=3) == [(2, 4), (4, 2)]


def test_one_who_has_begun_is_moved_when_that_takes_fewer_moves() -> None:
    pieces = [
        _piece(1, 1, "xxxx", movable=False), _piece(2, 2, "x...", begun=True),
        _piece(3, 3, "x..."), _piece(4, 3, "..x."), _piece(5, 1, "????"),
    ]  # fmt: skip
    assert fewest(Floor([1, 2, 3, 4], pieces, {4: 0b1010})) == [(2, 4), (5, 2)]


def test_a_waiting_stay_cannot_stay_in_a_room_that_was_removed() -> None:
    pieces = [_piece(1, 1, "xxx"), _piece(2, 1, "..?"), _piece(3, 2, "xx.")]
    assert fewest(Floor([1, 2], pieces, {})) == [(2, 2)]
    assert fewest(Floor([2], pieces, {})) == [(2, 2)]
    assert in_order(Floor([2, 3], pieces, {}), [(1, 3)]) is None


def test_without_enough_rooms_on_a_night_nothing_is_tried() -> None:
    pieces = [_piece(1, 1, "xxx"), _piece(2, 2, "xxx"), _piece(3, 1, ".?.")]
    assert fewest(Floor([1, 2], pieces, {})) is None
    assert fewest(Floor([1, 2], pieces, {}), steps=0) is None
    assert fewest(Floor([1, 2, 3], pieces, {})) == [(3, 3)]


def test_beyond_the_bound_there_is_no_plan_rather_than_a_worse_one() -> None:
    floor = Floor([1, 2, 3], [_piece(1, 1, "xx."), _piece(2, 1, ".??"), _piece(3, 2, "x..")], {3: 0b111})
    assert fewest(floor) == [(2, 2)]
    assert fewest(floor, steps=0) is None
    full = [_piece(room, room, "x" * room + "." * (9 - room) + "x") for room in range(1, 9)]
    last = _piece(99, 1, "?" * 9)
    assert all(piece.has for piece in full)
    assert fewest(Floor(range(1, 9), [*full, last], {})) is None
