"""Taking decisions back (R25), and parties that are no two sales (R10, R16)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.channels.models import ChannelBooking, ChannelLink
from core.conflicts import errors
from core.conflicts.commands import OnlyOurBlock, SameBooking, TickFollowUp, UndoDecision
from core.conflicts.deciding import Decided
from core.conflicts.views import CaseState
from core.events.service import By
from core.inventory.service import NightTaken
from core.stays.reasons import Reason, StayState
from core.stays.undo import WrongRead
from tests.core.conflicts.counter import Counter
from tests.support.desk import day, in_room, nights

DAY = timedelta(days=1)


def test_r25_an_undone_decision_opens_the_case_again(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 3), "booking_com")
    shown = counter.case()
    counter.keep(first)
    decided = counter.view(shown.conflict_id)
    _undo(counter, shown.conflict_id)
    again = counter.case()
    assert (again.conflict_id, again.state, again.decided_by) == (shown.conflict_id, CaseState.OPEN, None)
    assert again.revision > decided.revision
    assert counter.desk.stay(second).state == StayState.CONTESTED
    assert counter.desk.held(second) == in_room("3", nights(2, 2))
    assert (counter.tasks(), counter.how(second)) == ((), ["undone"])
    counter.keep(second)
    assert counter.desk.held(second) == in_room("3", nights(1, 3))


def test_r25_an_undone_hand_over_gives_the_nights_back(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 3), "booking_com")
    conflict_id = counter.keep(second).conflict_id
    _undo(counter, conflict_id)
    assert counter.desk.held(first) == in_room("3", nights(0, 2))
    assert counter.desk.held(second) == in_room("3", nights(2, 2))
    assert counter.desk.counted(day(1)) == (1, 0, 1)
    assert counter.parties() == [{first, second}]


def test_r25_the_events_say_which_decision_was_undone(counter: Counter) -> None:
    decided = counter.keep(_two(counter)[0])
    _undo(counter, decided.conflict_id)
    undone = [event for event in counter.desk.events() if event.kind == "conflicts.undone"]
    assert [event.undoes for event in undone] == [decided.event_id]


def test_r25_a_decision_is_undone_once_and_may_be_made_again(counter: Counter) -> None:
    first, second = _two(counter)
    decided = counter.keep(first)
    shown = counter.view(decided.conflict_id or 0)
    _undo(counter, decided.conflict_id)
    with pytest.raises(errors.NothingDecided):
        counter.decide(UndoDecision(shown.conflict_id, shown.revision))
    counter.keep(second)
    with pytest.raises(errors.CaseChanged):
        counter.decide(UndoDecision(shown.conflict_id, shown.revision))
    _undo(counter, shown.conflict_id)
    assert len(counter.cases()) == 1


def test_r25_a_block_that_lost_has_its_dates_again(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 6)).stay.id
    guest = counter.sell("3", nights(2, 2))
    decided = counter.keep(guest)
    _undo(counter, decided.conflict_id)
    assert counter.desk.stay(block).nights == nights(0, 4)
    assert counter.desk.stay(guest + 1).nights == nights(4, 2)
    assert counter.desk.held(block) == in_room("3", nights(0, 4))
    assert counter.desk.held(guest) == set()
    assert counter.parties() == [{block, guest}]


def test_r25_a_block_that_was_gone_is_there_again(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    guest = counter.sell("3", nights(0, 2))
    _undo(counter, counter.keep(guest).conflict_id)
    assert counter.desk.held(block) == in_room("3", nights(0, 2))
    assert counter.desk.counted(day(0)) == (0, 1, 1)


def test_r25_what_was_ticked_stands(counter: Counter) -> None:
    first, _ = _two(counter)
    decided = counter.keep(first)
    counter.decide(TickFollowUp(counter.tasks()[0].follow_up_id))
    assert _why(counter, decided) == "ticked"


def test_r25_what_the_channel_dropped_stands(counter: Counter) -> None:
    first, second = _two(counter)
    decided = counter.keep(first)
    counter.drop(second)
    assert _why(counter, decided) == "changed"


def test_r25_a_guest_who_came_since_stands(counter: Counter) -> None:
    first, _ = _two(counter)
    decided = counter.keep(first)
    counter.desk.advance(timedelta(minutes=1))
    counter.check_in(first)
    assert _why(counter, decided) == "checked_in"


def test_r25_nights_that_are_over_stand(counter: Counter) -> None:
    counter.sell("3", nights(0, 1))
    decided = counter.keep(counter.sell("3", nights(0, 3), "booking_com"))
    counter.desk.advance(DAY)
    assert _why(counter, decided) == "over"


def test_r25_a_loser_that_moved_since_stands(counter: Counter) -> None:
    first, second = _two(counter)
    decided = counter.keep(first)
    counter.desk.move(second, "4")
    assert _why(counter, decided) == "changed"


def test_r25_a_loser_whose_nights_went_to_others_waits_again(counter: Counter) -> None:
    loser = counter.sell("3", nights(0, 4))
    winner = counter.sell("3", nights(0, 1), "booking_com")
    decided = counter.keep(winner)
    third = counter.insist("3", nights(2, 2)).stay.id
    _undo(counter, decided.conflict_id)
    assert counter.parties() == [{loser, winner, third}]
    assert counter.desk.held(third) == in_room("3", nights(2, 2))


def test_r25_the_undo_names_the_channel_that_had_read(counter: Counter) -> None:
    first, _ = _two(counter)
    decided = counter.keep(first)
    link = counter.desk.hotel.links["airbnb", "3"]
    with counter.desk.store.unit_of_work() as work:
        read = update(ChannelLink).where(ChannelLink.id == link)
        work.session.execute(read.values(read_version=counter.desk.version("3"), read_at=work.now))
    undone = _undo(counter, decided.conflict_id)
    assert undone.read_by == (WrongRead("airbnb", counter.desk.store.clock.now()),)


def test_r25_a_channel_that_had_not_read_is_not_named(counter: Counter) -> None:
    first, _ = _two(counter)
    assert _undo(counter, counter.keep(first).conflict_id).read_by == ()


def test_r25_an_undone_move_brings_the_party_back_to_wait(counter: Counter) -> None:
    first, second = _two(counter)
    decided = counter.move((second, "4"))
    _undo(counter, decided.conflict_id)
    assert counter.parties() == [{first, second}]
    assert (counter.desk.stay(second).room_id, counter.desk.held(second)) == (counter.desk.hotel.rooms["3"], set())
    assert counter.desk.counted(day(0)) == (1, 0, 1)
    assert counter.desk.late("4") == set()


def test_r25_an_undone_move_of_the_holder_leaves_the_nights_with_the_other(counter: Counter) -> None:
    first, second = _two(counter)
    _undo(counter, counter.move((first, "4")).conflict_id)
    assert counter.desk.held(second) == in_room("3", nights(0, 2))
    assert counter.desk.stay(first).state == StayState.CONTESTED
    assert counter.parties() == [{first, second}]


def test_r25_an_undone_move_leaves_the_case_it_had_in_its_other_room(counter: Counter) -> None:
    first, second = counter.sell("3", nights(0, 2), "booking_com"), counter.sell("3", nights(0, 2))
    inside = counter.desk.block("7", nights(3, 2)).stay.id
    decided = counter.move((second, "7"))
    counter.redate(second, nights(0, 2), nights(0, 4))
    assert counter.parties() == [{inside, second}]
    _undo(counter, decided.conflict_id)
    assert counter.parties() == [{first, second}]


def test_r25_an_undone_reshuffle_goes_backwards(counter: Counter) -> None:
    _, second = _two(counter)
    inside = counter.desk.block("4", nights(1, 2), Reason.GUEST).stay.id
    decided = counter.move((inside, "7"), (second, "4"))
    _undo(counter, decided.conflict_id)
    assert counter.desk.held(inside) == in_room("4", nights(1, 2))
    assert counter.desk.stay(second).room_id == counter.desk.hotel.rooms["3"]


def test_r25_a_way_back_that_is_taken_is_refused_whole(counter: Counter) -> None:
    first, second = _two(counter)
    inside = counter.desk.block("4", nights(2, 2), Reason.GUEST).stay.id
    decided = counter.move((inside, "7"), (second, "4"))
    counter.desk.block("4", nights(3, 1), Reason.WALK_IN)
    with pytest.raises(NightTaken):
        _undo(counter, decided.conflict_id)
    assert counter.desk.held(second) == in_room("4", nights(0, 2))
    assert counter.desk.held(first) == in_room("3", nights(0, 2))


def test_r16_the_same_booking_twice_is_one(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    sold = counter.sell("3", nights(0, 3), code="HMABC")
    _same(counter)
    stay = counter.desk.stay(block)
    assert (stay.source, stay.reference, stay.reason) == ("airbnb", "HMABC", Reason.GUEST)
    assert (stay.nights, counter.desk.held(block)) == (nights(0, 3), in_room("3", nights(0, 3)))
    assert counter.desk.stay(sold).state == StayState.RELEASED
    assert _bookings(counter) == [("stay", block)]
    assert counter.desk.counted(day(0)) == (1, 0, 0)
    assert counter.desk.late("3") == set()
    assert (counter.cases(), counter.tasks()) == ((), ())


def test_r16_what_the_holder_knows_itself_stands(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(0, 2), Reason.GUEST, guest="Otieno").stay.id
    counter.sell("3", nights(0, 2), code="HMABC")
    _same(counter)
    assert (counter.desk.stay(guest).guest, counter.desk.stay(guest).reference) == ("Otieno", "HMABC")


def test_r25_one_booking_becomes_two_again(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    sold = counter.sell("3", nights(0, 3), code="HMABC")
    decided = _same(counter)
    _undo(counter, decided.conflict_id)
    stay = counter.desk.stay(block)
    assert (stay.source, stay.reference, stay.reason, stay.nights) == (None, None, Reason.OWNER, nights(0, 2))
    assert counter.desk.held(sold) == in_room("3", nights(2, 1))
    assert counter.desk.counted(day(0)) == (0, 1, 1)
    assert _bookings(counter) == [("stay", sold)]
    assert counter.parties() == [{block, sold}]


def test_r25_one_booking_that_was_changed_since_stays_one(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    counter.sell("3", nights(0, 2))
    decided = _same(counter)
    counter.desk.extend(block, day(4))
    assert _why(counter, decided) == "changed"


def test_r16_three_are_not_one_booking(counter: Counter) -> None:
    _two(counter)
    counter.insist("3", nights(1, 1))
    with pytest.raises(errors.OnlyForTwo):
        _same(counter)


def test_r22_a_machine_joins_no_bookings(counter: Counter) -> None:
    _two(counter)
    case = counter.case()
    for command in (SameBooking(case.conflict_id, case.revision), OnlyOurBlock(case.conflict_id, case.revision)):
        with pytest.raises(errors.NeedsPerson):
            counter.decide(command, By())


def test_r10_only_our_block_makes_an_echo_of_it(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    echo = counter.sell("3", nights(0, 3), "booking_com")
    assert [party.echo_possible for party in counter.case().parties] == [False, True]
    _echo(counter)
    assert counter.desk.stay(echo).state == StayState.RELEASED
    assert _bookings(counter) == [("echo", None)]
    assert counter.desk.held(block) == in_room("3", nights(0, 2))
    assert counter.desk.late("3") == {day(2)}
    assert counter.cases() == ()


def test_r10_a_reservation_of_a_dialect_that_tells_is_no_echo(counter: Counter) -> None:
    counter.desk.block("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "airbnb")
    assert [party.echo_possible for party in counter.case().parties] == [False, False]
    with pytest.raises(errors.NoEcho):
        _echo(counter)


def test_r25_an_echo_becomes_a_booking_again(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    echo = counter.sell("3", nights(0, 3), "booking_com")
    decided = _echo(counter)
    _undo(counter, decided.conflict_id)
    assert counter.parties() == [{block, echo}]
    assert counter.desk.held(echo) == in_room("3", nights(2, 1))
    assert counter.desk.late("3") == set()
    assert _bookings(counter) == [("stay", echo)]


def _two(counter: Counter) -> tuple[int, int]:
    return counter.sell("3", nights(0, 2)), counter.sell("3", nights(0, 2), "booking_com")


def _undo(counter: Counter, conflict_id: int | None) -> Decided:
    assert conflict_id is not None
    shown = counter.view(conflict_id)
    return counter.decide(UndoDecision(conflict_id, shown.revision))


def _why(counter: Counter, decided: Decided) -> object:
    with pytest.raises(errors.DecisionStands) as refused:
        _undo(counter, decided.conflict_id)
    return refused.value.facts["why"]


def _same(counter: Counter) -> Decided:
    case = counter.case()
    return counter.decide(SameBooking(case.conflict_id, case.revision))


def _echo(counter: Counter) -> Decided:
    case = counter.case()
    return counter.decide(OnlyOurBlock(case.conflict_id, case.revision))


def _bookings(counter: Counter) -> list[tuple[str, int | None]]:
    with counter.desk.store.reading() as session:
        rows = session.scalars(select(ChannelBooking).order_by(ChannelBooking.id))
        return [(row.taken_as, row.stay_id) for row in rows]
