"""The ways out of a case, without a database."""

from dataclasses import replace

import pytest

from core.conflicts import advice, costs, rules
from core.conflicts.commands import Relocation
from core.conflicts.occupancy import House
from core.conflicts.rules import DIRECT, FIRST, Group
from core.conflicts.views import Advice, AdviceKind, Cost
from core.platforms.registry import PLATFORMS
from core.stays.reasons import Reason
from core.values.nights import Nights
from tests.core.conflicts.houses import Played, by_chance, case, held, house, nights, party, room
from tests.support.rounds import rounds

MOVE, RESHUFFLE, SPLIT, BETTER, RELOCATE = AdviceKind
DOUBLES = [room(1), room(2), room(3)]


def _two(**late: object) -> Group:
    """Stay 1 holds nights 2 to 5 of room 1, stay 2 came later and wants 3 to 6."""
    return case([party(1, 2, 5), party(2, 3, 6, contested=True, **late)])


ROWS = [held(1, 1, 2, 5), held(2, 1, 5, 6)]


def _kinds(found: tuple[Advice, ...]) -> list[AdviceKind]:
    return [one.kind for one in found]


def test_whoever_came_later_moves_into_a_free_room_of_the_type() -> None:
    best, *rest = advice.ways(_two(), FIRST, house(DOUBLES, ROWS))
    assert best == Advice(MOVE, 2, (Relocation(2, 2),))
    assert _kinds((best, *rest)) == [MOVE, MOVE, RELOCATE]


def test_the_room_that_the_stay_fills_best_is_named_first_and_no_more_than_two() -> None:
    rooms = [*DOUBLES, room(4)]
    snug = [*ROWS, held(3, 3, 0, 3), held(4, 3, 6, 9), held(5, 2, 0, 2)]
    found = advice.ways(_two(), FIRST, house(rooms, snug))
    assert [one.moves[0].room_id for one in found if one.kind is MOVE] == [3, 2]


def test_with_another_preference_the_holder_gives_way() -> None:
    found = advice.ways(_two(source="airbnb"), "airbnb", house(DOUBLES, ROWS))
    assert [one.moves for one in found if one.kind is MOVE] == [(Relocation(1, 2),), (Relocation(1, 3),)]
    assert {one.stay_id for one in found} == {1}


@pytest.mark.parametrize("facts", [{"checked_in": True}, {"reason": Reason.MAINTENANCE}])
def test_r23_neither_a_guest_in_the_room_nor_a_fact_gives_way(facts: dict[str, object]) -> None:
    group = case([party(1, 2, 5, **facts), party(2, 3, 6, contested=True, source="airbnb")])
    found = advice.ways(group, "airbnb", house(DOUBLES, ROWS))
    assert {one.stay_id for one in found} == {2}


def test_r23_nothing_is_advised_when_a_fact_displaced_a_guest_who_is_in_the_room() -> None:
    group = case([party(1, 2, 5, reason=Reason.MAINTENANCE), party(2, 0, 6, contested=True, checked_in=True)])
    assert advice.ways(group, FIRST, house(DOUBLES, [held(1, 1, 2, 5, movable=False), held(2, 1, 0, 2)])) == ()


def test_a_stay_that_may_not_move_is_only_relocated() -> None:
    group = case([party(1, 2, 5, checked_in=True), party(2, 3, 6, contested=True)])
    rows = [held(1, 1, 2, 5, movable=False), held(2, 1, 5, 6, movable=False)]
    assert _kinds(advice.ways(group, FIRST, house(DOUBLES, rows))) == [RELOCATE]
    assert _kinds(advice.ways(group, FIRST, house(DOUBLES, [rows[0], held(2, 1, 5, 6)]))) == [MOVE, MOVE, RELOCATE]


def test_a_stay_that_lasts_longer_than_the_board_is_only_relocated() -> None:
    assert _kinds(advice.ways(_two(), FIRST, house(DOUBLES, ROWS, until=5))) == [RELOCATE]
    assert _kinds(advice.ways(_two(), FIRST, house(DOUBLES, ROWS, until=6))) == [MOVE, MOVE, RELOCATE]


def test_without_a_free_room_others_are_shuffled_so_that_there_is_one() -> None:
    rows = [*ROWS, held(3, 2, 1, 4), held(4, 3, 4, 8)]
    found = advice.ways(_two(), FIRST, house(DOUBLES, rows))
    assert found[0] == Advice(RESHUFFLE, 2, (Relocation(3, 3), Relocation(2, 2)))


def test_the_moves_of_a_reshuffle_cannot_be_done_the_other_way_round() -> None:
    place = house(DOUBLES, [*ROWS, held(3, 2, 1, 4), held(4, 3, 4, 8)])
    first, last = advice.ways(_two(), FIRST, place)[0].moves
    with pytest.raises(AssertionError, match="stay 2 lands on nights that somebody holds"):
        Played.of(place, _two()).move(last)
    played = Played.of(place, _two())
    played.move(first)
    played.move(last)
    assert played.waiting() == set()


def test_a_guest_in_another_room_is_not_shuffled() -> None:
    def kinds(*, movable: bool) -> list[AdviceKind]:
        rows = [*ROWS, held(3, 2, 1, 4, movable=movable), held(4, 3, 4, 8, movable=False)]
        return _kinds(advice.ways(_two(), FIRST, house(DOUBLES, rows)))

    assert kinds(movable=True)[0] is RESHUFFLE
    assert RESHUFFLE not in kinds(movable=False)


def test_a_stay_that_may_last_beyond_the_board_is_not_shuffled() -> None:
    group = case([party(1, 2, 5, checked_in=True), party(2, 3, 6, contested=True)])
    rows = [held(1, 1, 2, 5, movable=False), held(2, 1, 5, 6), held(3, 2, 4, 8), held(4, 3, 3, 4, movable=False)]
    assert advice.ways(group, FIRST, house(DOUBLES, rows, until=9))[0].kind is RESHUFFLE
    assert RESHUFFLE not in _kinds(advice.ways(group, FIRST, house(DOUBLES, rows, until=8)))


def test_a_stay_that_has_begun_is_shuffled_only_when_no_other_does_as_well() -> None:
    rows = [*ROWS, held(3, 2, -1, 4), held(4, 3, 4, 9, movable=False)]
    assert advice.ways(_two(), FIRST, house(DOUBLES, rows))[0].moves == (Relocation(3, 3), Relocation(2, 2))
    rooms, fresh = [*DOUBLES, room(4)], held(6, 4, 3, 4)
    assert advice.ways(_two(), FIRST, house(rooms, [*rows, fresh]))[0].moves == (Relocation(6, 3), Relocation(2, 4))


def test_the_favoured_stay_moves_only_when_no_other_way_gives_all_a_room_of_the_type() -> None:
    # Room 2 has room for stay 1, but not for stay 2, as long as stay 3 is there.
    def best(*, movable: bool) -> Advice:
        rows = [*ROWS, held(3, 2, 5, 8, movable=movable), held(4, 3, 0, 5, movable=False)]
        return advice.ways(_two(), FIRST, house(DOUBLES, rows))[0]

    assert best(movable=True) == Advice(RESHUFFLE, 2, (Relocation(3, 3), Relocation(2, 2)))
    assert best(movable=False) == Advice(RESHUFFLE, 2, (Relocation(1, 2),))


def test_stays_of_another_type_are_not_shuffled() -> None:
    rooms = [room(1), room(2), room(3, type_id=2, rate="6000"), room(4, type_id=2, rate="6000")]
    rows = [*ROWS, held(3, 2, 1, 4), held(4, 3, 4, 8)]
    found = advice.ways(_two(), FIRST, house(rooms, rows))
    assert RESHUFFLE not in _kinds(found)
    assert found[-2] == Advice(BETTER, 2, (Relocation(2, 4),), (Cost.PRICE_DIFFERENCE,))


def test_a_split_keeps_what_the_stay_has_in_its_room() -> None:
    group = case([party(1, 2, 5, checked_in=True), party(2, 0, 5, contested=True)])
    rows = [held(1, 1, 2, 5, movable=False), held(2, 1, 0, 2), held(3, 2, 0, 1, movable=False)]
    place = house(DOUBLES, [*rows, held(4, 3, 0, 5, movable=False)])
    found = advice.ways(group, FIRST, place)
    assert found[0] == Advice(SPLIT, 2, (Relocation(2, 2, nights(2, 5)),), (Cost.GUEST_AGREES,))
    assert SPLIT not in _kinds(advice.ways(group, FIRST, place, splits=False))


def test_a_split_over_two_other_rooms_leaves_as_many_nights_together_as_can_be() -> None:
    group = case([party(1, 0, 6), party(2, 0, 6, contested=True)])
    walls = [held(3, 2, 3, 6, movable=False), held(4, 3, 0, 1, movable=False)]
    found = advice.ways(group, FIRST, house(DOUBLES, [held(1, 1, 0, 6, movable=False), *walls]))
    assert found[0].moves == (Relocation(2, 2, nights(0, 1)), Relocation(2, 3, nights(1, 6)))


def test_one_who_has_begun_is_split_only_out_of_its_own_room() -> None:
    def kinds(first: int) -> list[AdviceKind]:
        group = case([party(1, 0, 6), party(2, first, 6, contested=True)])
        walls = [held(3, 2, 3, 6, movable=False), held(4, 3, 0, 1, movable=False)]
        return _kinds(advice.ways(group, FIRST, house(DOUBLES, [held(1, 1, 0, 6, movable=False), *walls])))

    assert kinds(0) == [SPLIT, RELOCATE]
    assert kinds(-1) == [RELOCATE]


def test_a_holder_that_loses_keeps_of_its_room_only_what_the_winner_does_not_want() -> None:
    group = case([party(1, 2, 6), party(2, 4, 8, contested=True, source="airbnb", checked_in=True)])
    rows = [held(1, 1, 2, 6), held(2, 1, 6, 8, movable=False), held(3, 2, 2, 4, movable=False)]
    found = advice.ways(group, "airbnb", house(DOUBLES, [*rows, held(4, 3, 5, 6, movable=False)]))
    assert found[0] == Advice(SPLIT, 1, (Relocation(1, 2, nights(4, 6)),), (Cost.GUEST_AGREES,))


def test_one_change_of_room_is_the_most() -> None:
    group = case([party(1, 0, 6), party(2, 0, 6, contested=True)])
    walls = [held(3, 2, 2, 6, movable=False), held(4, 3, 0, 2, movable=False), held(5, 3, 4, 6, movable=False)]
    assert SPLIT not in _kinds(advice.ways(group, FIRST, house(DOUBLES, [held(1, 1, 0, 6, movable=False), *walls])))


def test_a_better_room_is_the_nearest_in_price_that_costs_no_less() -> None:
    rates = {2: "4000", 3: "9000", 4: "6000", 5: None, 6: "4500"}
    rooms = [room(1), *(room(number, type_id=number, rate=rate) for number, rate in rates.items())]

    def better(*taken: int) -> list[int]:
        rows = [*ROWS, *(held(10 + number, number, 0, 9) for number in taken)]
        return [one.moves[0].room_id for one in advice.ways(_two(), FIRST, house(rooms, rows)) if one.kind is BETTER]

    assert better() == [6]
    assert better(6) == [4]
    assert better(6, 4) == [3]
    assert better(6, 4, 3) == []


def test_no_room_is_better_than_one_whose_price_is_not_known() -> None:
    rooms = [room(1, rate=None), room(2, type_id=2)]
    assert _kinds(advice.ways(_two(), FIRST, house(rooms, ROWS))) == [RELOCATE]


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("booking_com", (Cost.PRICE_DIFFERENCE, Cost.TRANSPORT, Cost.COMMISSION)),
        ("airbnb", (Cost.FEE, Cost.NIGHTS_BLOCKED)), ("vrbo", (Cost.FEE,)), ("generic", ()), (None, ()),
    ],
)  # fmt: skip
def test_relocating_costs_what_the_platform_says(source: str | None, known: tuple[Cost, ...]) -> None:
    *_, last = advice.ways(_two(source=source), FIRST, house([room(1)], ROWS))
    assert last == Advice(RELOCATE, 2, (), known)


def test_costs_are_stated_for_platforms_of_the_registry() -> None:
    assert costs.CANCELLING.keys() <= PLATFORMS.keys()


def test_a_block_without_a_free_room_has_no_way_out_but_a_decision() -> None:
    assert advice.ways(_two(reason=Reason.OWNER), FIRST, house([room(1)], ROWS)) == ()
    assert _kinds(advice.ways(_two(reason=Reason.OWNER), FIRST, house(DOUBLES[:2], ROWS))) == [MOVE]


def test_two_who_must_give_way_get_their_rooms_in_one_plan() -> None:
    group = case([party(1, 2, 5), party(2, 3, 5, contested=True), party(3, 4, 6, contested=True)])
    rows = [held(1, 1, 2, 5), held(3, 1, 5, 6)]
    found = advice.ways(group, FIRST, house(DOUBLES, rows))
    assert found[0].kind is RESHUFFLE
    assert {move.stay_id for move in found[0].moves} == {2, 3}
    assert len({move.room_id for move in found[0].moves}) == 2


def test_with_one_room_for_two_each_of_them_may_have_it() -> None:
    group = case([party(1, 2, 5), party(2, 3, 5, contested=True), party(3, 4, 6, contested=True)])
    rows = [held(1, 1, 2, 5), held(3, 1, 5, 6)]
    found = advice.ways(group, FIRST, house(DOUBLES[:2], rows))
    assert [one.moves for one in found if one.kind is MOVE] == [(Relocation(3, 2),), (Relocation(2, 2),)]
    assert [one.stay_id for one in found if one.kind is RELOCATE] == [3, 2]


def test_one_that_two_others_stand_against_settles_the_case_by_itself() -> None:
    group = case([party(1, 0, 2), party(2, 4, 6), party(3, 1, 5, contested=True)])
    rows = [held(1, 1, 0, 2), held(2, 1, 4, 6), held(3, 1, 2, 4)]
    assert advice.ways(group, FIRST, house(DOUBLES[:2], rows))[0] == Advice(MOVE, 3, (Relocation(3, 2),))


def test_a_stay_whose_room_was_removed_goes_to_a_free_one() -> None:
    group = case([party(1, 0, 2, room_id=9, contested=True)])
    found = advice.ways(group, FIRST, house(DOUBLES, [held(5, 1, 0, 9)], of=9))
    assert found[0].moves == (Relocation(1, 2),)


def test_a_stay_that_fits_no_single_room_has_others_shuffled() -> None:
    group = case([party(1, 0, 4, contested=True)])
    rows = [held(1, 1, 1, 4), held(2, 2, 0, 2), held(3, 3, 2, 4)]
    found = advice.ways(group, FIRST, house(DOUBLES, rows))
    assert found[0] == Advice(RESHUFFLE, 1, (Relocation(2, 3), Relocation(1, 2)))


@pytest.mark.parametrize("seed", range(rounds(200, 1_000, 20_000)))
def test_every_way_can_be_gone_step_by_step(seed: int) -> None:
    group, place = by_chance(seed)
    by_id = {one.stay_id: one for one in group.parties}
    bound = {row.stay_id for row in place.held if not row.movable}
    lost = {one.stay_id for one in rules.losers(group, FIRST, place.today)}
    found = advice.ways(group, FIRST, place)
    assert _kinds(found) == sorted(_kinds(found), key=list(AdviceKind).index)
    for one in found:
        assert one.stay_id in lost
        _played(one, group, place)
        for move in one.moves:
            assert move.stay_id not in bound
            assert move.stay_id not in by_id or rules.may_move(by_id[move.stay_id])
        if one.kind is not RESHUFFLE:
            assert {move.stay_id for move in one.moves} <= {one.stay_id}


def _played(one: Advice, group: Group, place: House) -> None:
    """Do the moves of one way: each lands on free nights, and then its stay waits no more."""
    played = Played.of(place, group)
    waited = played.waiting()
    for move in one.moves:
        played.move(move)
        part = move.nights or Nights(place.today, place.until)
        assert any(played.holders.get((move.room_id, night)) == move.stay_id for night in part)
    match one.kind:
        case AdviceKind.RESHUFFLE:
            assert played.waiting() == set()
        case AdviceKind.RELOCATE:
            assert one.moves == ()
        case _:
            assert one.stay_id not in played.waiting()
            assert played.waiting() <= waited


def test_the_preference_for_the_house_itself_moves_what_a_platform_sold() -> None:
    group = case([replace(party(1, 2, 5), source="airbnb"), party(2, 3, 6, contested=True)])
    assert advice.ways(group, DIRECT, house(DOUBLES, ROWS))[0].stay_id == 1
    assert advice.ways(group, FIRST, house(DOUBLES, ROWS))[0].stay_id == 2
