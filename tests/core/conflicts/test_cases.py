"""Cases open, widen and close by themselves, and the room advised first is kept for them (R21)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.conflicts import cases, keeping
from core.conflicts.views import AdviceKind, CaseState, Severity
from core.feeds.service import UNDO_TIME
from core.stays.reasons import Reason, StayState
from tests.core.conflicts.counter import Counter
from tests.support.desk import day, in_room, nights

DAY = timedelta(days=1)


def test_two_sales_of_one_night_are_a_case_at_once(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 2), "booking_com")
    case = counter.case()
    assert [(party.stay.stay_id, party.holds) for party in case.parties] == [(first, True), (second, False)]
    assert (case.state, case.severity, case.nights) == (CaseState.OPEN, Severity.CRITICAL, nights(1, 1))
    assert case.room.name == "3"
    assert [due.facts for due in counter.dues("conflicts.tell")] == [{"conflict_id": case.conflict_id}]
    assert counter.desk.events()[-1].kind == "conflicts.opened"


def test_two_sales_of_touching_nights_are_none(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    counter.sell("3", nights(2, 2), "booking_com")
    assert counter.cases() == ()


def test_a_block_that_insists_holds_what_is_free_and_is_a_case(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(1, 2), Reason.GUEST).stay.id
    block = counter.insist("3", nights(0, 4)).stay
    assert block.state == StayState.CONTESTED
    assert counter.desk.held(block.id) == in_room("3", nights(0, 1)) | in_room("3", nights(3, 1))
    assert counter.parties() == [{guest, block.id}]
    assert counter.case().nights == nights(1, 2)


def test_a_block_that_insists_on_free_nights_is_a_block(counter: Counter) -> None:
    assert counter.insist("3", nights(0, 2)).stay.state == StayState.HOLDING
    assert counter.cases() == ()


def test_an_insisting_block_that_is_undone_closes_its_case(counter: Counter) -> None:
    counter.desk.block("3", nights(1, 2), Reason.GUEST)
    change = counter.insist("3", nights(0, 4))
    conflict_id = counter.case().conflict_id
    counter.desk.undo(change.event_id)
    assert counter.cases() == ()
    assert counter.view(conflict_id).state is CaseState.CLOSED


def test_r23_whoever_a_fact_displaces_is_a_case(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(0, 3), Reason.GUEST).stay.id
    fact = counter.desk.block("3", nights(1, 1), Reason.MAINTENANCE).stay.id
    assert counter.parties() == [{guest, fact}]


def test_three_that_overlap_are_one_case(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 4))
    second = counter.sell("3", nights(0, 2), "booking_com")
    shown = counter.case()
    third = counter.insist("3", nights(3, 2), Reason.WALK_IN).stay.id
    assert counter.parties() == [{first, second, third}]
    widened = counter.case()
    assert widened.conflict_id == shown.conflict_id
    assert widened.revision > shown.revision
    assert widened.nights == nights(0, 4)
    assert counter.desk.events()[-1].kind == "conflicts.changed"
    assert len(counter.dues("conflicts.tell")) == 2


def test_two_cases_that_somebody_joins_become_one(counter: Counter) -> None:
    early, late = counter.sell("3", nights(0, 1)), counter.sell("3", nights(3, 1))
    others = [counter.sell("3", nights(first, 1), "booking_com") for first in (0, 3)]
    one, two = sorted(case.conflict_id for case in counter.cases())
    joins = counter.insist("3", nights(0, 4), Reason.WALK_IN).stay.id
    assert counter.parties() == [{early, late, *others, joins}]
    assert counter.case().conflict_id == one
    assert counter.view(two).state is CaseState.CLOSED
    closed = [event for event in counter.desk.events() if event.kind == "conflicts.closed"]
    assert [event.facts["merged_into"] for event in closed] == [one]


def test_cases_of_two_rooms_stay_two(counter: Counter) -> None:
    for room in ("3", "4"):
        counter.desk.block(room, nights(0, 2), Reason.GUEST)
        counter.insist(room, nights(1, 2))
    assert len(counter.cases()) == 2


@pytest.mark.parametrize("way", ["drop", "move", "unblock"])
def test_a_case_closes_by_itself_when_the_overlap_vanishes(counter: Counter, way: str) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    conflict_id = counter.case().conflict_id
    ways: dict[str, Callable[[], object]] = {
        "drop": lambda: counter.drop(second),
        "move": lambda: counter.desk.move(second, "4"),
        "unblock": lambda: counter.desk.unblock(first),
    }
    ways[way]()
    assert counter.cases() == ()
    view = counter.view(conflict_id)
    assert (view.state, view.decided_by, view.advice) == (CaseState.CLOSED, None, ())
    assert counter.desk.events()[-1].kind == "conflicts.closed"
    assert len(counter.dues("conflicts.tell")) == 2


def test_a_party_that_leaves_leaves_the_others_their_case(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 4))
    second = counter.sell("3", nights(0, 2), "booking_com")
    third = counter.insist("3", nights(1, 1), Reason.WALK_IN).stay.id
    counter.drop(third)
    assert counter.parties() == [{first, second}]
    assert counter.case().nights == nights(0, 2)


def test_a_case_whose_nights_are_over_closes_with_the_sweep(counter: Counter) -> None:
    counter.sell("3", nights(0, 3))
    late = counter.sell("3", nights(0, 1), "booking_com")
    longer = counter.insist("3", nights(0, 1)).stay.id
    counter.desk.advance(DAY)
    with counter.desk.store.unit_of_work() as work:
        assert cases.sweep(work) == []
    assert counter.cases() == ()
    assert {counter.desk.stay(stay).departure for stay in (late, longer)} == {day(1)}


def test_who_lacked_only_nights_that_are_over_holds_its_room_again(counter: Counter) -> None:
    counter.sell("3", nights(0, 1))
    other = counter.sell("3", nights(0, 3), "booking_com")
    counter.desk.advance(DAY)
    with counter.desk.store.unit_of_work() as work:
        cases.sweep(work)
    assert counter.desk.stay(other).state == StayState.HOLDING
    assert counter.cases() == ()


def test_r21_the_room_advised_first_is_closed_in_its_feeds(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.sell("3", nights(1, 2))
    assert counter.shown("4") == set()
    before = counter.desk.version("4")
    counter.sell("3", nights(2, 3), "booking_com")
    case = counter.case()
    assert (case.advice[0].kind, case.kept_room and case.kept_room.name) == (AdviceKind.MOVE, "4")
    assert (counter.shown("4"), counter.shown("5")) == (set(nights(2, 3)), set())
    assert counter.desk.version("4") > before
    assert case.kept_until == counter.desk.store.clock.now() + DAY


def test_r21_the_kept_room_opens_after_a_day(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.sell("3", nights(5, 2))
    counter.sell("3", nights(5, 2), "booking_com")
    (due,) = counter.dues("conflicts.open_kept")
    assert due.due_at == counter.desk.store.clock.now() + DAY
    counter.desk.advance(DAY - timedelta(seconds=1))
    assert not _open_kept(counter)
    counter.desk.advance(timedelta(seconds=1))
    before = counter.desk.version("4")
    assert _open_kept(counter)
    assert counter.shown("4") == set()
    assert counter.desk.version("4") == before + 1
    assert counter.case().kept_room is None


def test_r21_a_room_kept_for_tonight_opens_when_the_night_is_over(three_doubles: Counter) -> None:
    counter = three_doubles
    counter.sell("3", nights(0, 1))
    counter.sell("3", nights(0, 1), "booking_com")
    (due,) = counter.dues("conflicts.open_kept")
    assert due.due_at.isoformat() == "2026-11-21T02:00:00+00:00"  # 05:00 in Nairobi.


def test_r21_a_case_keeps_no_room_where_none_is_free(three_doubles: Counter) -> None:
    counter = three_doubles
    for room in ("4", "5", "7"):
        counter.desk.block(room, nights(0, 2), Reason.MAINTENANCE)
    counter.sell("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "booking_com")
    assert counter.case().kept_room is None
    assert counter.dues("conflicts.open_kept") == []


def test_r21_staff_may_give_the_kept_room_away_and_another_one_is_kept(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "booking_com")
    kept = counter.case().kept_room
    assert kept is not None
    assert kept.name == "4"
    counter.desk.block("4", nights(0, 1), Reason.WALK_IN)
    with counter.desk.store.unit_of_work() as work:
        cases.review(work, [counter.desk.hotel.rooms["3"]])
    later = counter.case().kept_room
    assert later is None or later.name != "4"


def test_r21_two_cases_are_not_promised_the_same_room(counter: Counter) -> None:
    counter.desk.block("7", nights(0, 9), Reason.MAINTENANCE)
    for first in (0, 3):
        counter.sell("3", nights(first, 3))
        counter.sell("3", nights(first + 1, 2), "booking_com")
    rooms = [(case.kept_room.name, case.nights.arrival) for case in counter.cases() if case.kept_room]
    assert rooms == [("4", day(1)), ("4", day(4))]
    counter.insist("3", nights(1, 2), Reason.WALK_IN)
    kept = [case.kept_room for case in counter.cases()]
    assert len(kept) == 2


def test_r21_a_decided_case_lets_its_room_go_when_it_can_be_undone_no_more(three_doubles: Counter) -> None:
    counter = three_doubles
    first = counter.sell("3", nights(5, 2))
    counter.sell("3", nights(5, 2), "booking_com")
    counter.keep(first)
    assert counter.shown("4") == set(nights(5, 2))
    counter.desk.advance(UNDO_TIME)
    assert _open_kept(counter)
    assert counter.shown("4") == set()


def test_nothing_is_asked_of_rooms_where_nobody_waits(counter: Counter) -> None:
    counter.desk.block("3", nights(0, 2))
    with counter.desk.store.unit_of_work() as work:
        assert cases.review(work, counter.desk.hotel.rooms.values()) == []
        assert cases.review(work, []) == []


def _open_kept(counter: Counter) -> bool:
    with counter.desk.store.unit_of_work() as work:
        return keeping.open_due(work, counter.desk.hotel.rooms["4"])
