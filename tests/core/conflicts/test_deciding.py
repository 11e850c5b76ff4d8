"""Deciding: who gets the nights, what becomes of the others, and who is refused (R15, R20, R22, R23)."""

from datetime import timedelta

import pytest

from core.conflicts import errors
from core.conflicts.commands import DecideLater, KeepStay, MoveParties, Relocation, TickFollowUp
from core.conflicts.views import CaseState
from core.events.service import By
from core.feeds.service import UNDO_TIME
from core.inventory.service import NightTaken
from core.stays import errors as stay_errors
from core.stays import queries
from core.stays.reasons import Reason, StayState
from tests.core.conflicts.counter import Counter
from tests.support.desk import day, in_room, nights

MACHINE = By()


def test_keeping_the_holder_shadows_the_one_that_waits(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 3), "booking_com")
    case = counter.case()
    decided = counter.keep(first)
    assert (decided.winner_id, decided.loser_ids) == (first, (second,))
    assert counter.desk.stay(second).state == StayState.SHADOWED
    assert counter.desk.held(first) == in_room("3", nights(0, 2))
    assert counter.desk.counted(day(1)) == (1, 0, 0)
    view = counter.view(case.conflict_id)
    assert (view.state, view.decided_by, view.decision) == (CaseState.DECIDED, "Amina", "KeepStay")
    assert (view.winner_id, view.decided_at) == (first, counter.desk.store.clock.now())
    assert counter.cases() == ()
    assert len(counter.dues("conflicts.tell")) == 2


def test_keeping_the_one_that_waits_hands_the_nights_over(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 3), "booking_com")
    before = counter.desk.version("3")
    decided = counter.keep(second)
    assert counter.desk.held(second) == in_room("3", nights(1, 3))
    assert counter.desk.held(first) == in_room("3", nights(0, 1))
    assert (counter.desk.stay(first).state, counter.desk.stay(second).state) == (StayState.SHADOWED, StayState.HOLDING)
    assert counter.desk.counted(day(1)) == (1, 0, 0)
    assert decided.versions[counter.desk.hotel.rooms["3"]] == counter.desk.version("3") > before


def test_r20_the_loser_keeps_its_other_nights_until_its_task_is_ticked(counter: Counter) -> None:
    loser = counter.sell("3", nights(0, 4))
    winner = counter.sell("3", nights(1, 1), "booking_com")
    counter.keep(winner)
    assert counter.desk.held(loser) == in_room("3", nights(0, 1)) | in_room("3", nights(2, 2))
    assert counter.desk.late("3") == set()
    (task,) = counter.tasks()
    assert (task.kind, task.stay.stay_id) == ("cancel_there", loser)
    counter.decide(TickFollowUp(task.follow_up_id))
    assert counter.desk.stay(loser).state == StayState.RELEASED
    assert counter.desk.held(loser) == set()
    assert counter.desk.late("3") == {day(0), day(2), day(3)}
    assert counter.tasks() == ()
    assert counter.desk.held(winner) == in_room("3", nights(1, 1))


def test_r20_the_nights_of_a_loser_are_open_to_no_channel_but_its_own(counter: Counter) -> None:
    loser = counter.sell("3", nights(0, 4))
    winner = counter.sell("3", nights(1, 1), "booking_com")
    counter.keep(winner)
    assert counter.shown("3", "booking_com") == {day(0), day(2), day(3)}
    assert counter.shown("3", "airbnb") == set()
    assert counter.desk.stay(loser).source == "airbnb"


def test_r20_a_task_is_ticked_once(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    counter.keep(counter.sell("3", nights(0, 2), "booking_com"))
    (task,) = counter.tasks()
    counter.decide(TickFollowUp(task.follow_up_id))
    with pytest.raises(errors.AlreadyTicked) as refused:
        counter.decide(TickFollowUp(task.follow_up_id))
    assert refused.value.facts["person_id"] == counter.desk.hotel.people["Amina"]
    with pytest.raises(errors.NoSuchFollowUp):
        counter.decide(TickFollowUp(4711))


def test_r20_a_guest_who_lost_stays_among_the_arrivals(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    counter.keep(first)
    with counter.desk.store.reading() as session:
        place = counter.desk.hotel.property_id
        arrivals = {view.stay_id: view for view in queries.arrivals(session, place, day(0))}
        inside = {view.stay_id for view in queries.in_house(session, place, day(0))}
        without = {view.stay_id for view in queries.contested(session, place, day(0))}
    assert set(arrivals) == inside == {first, second}
    assert without == {second}
    assert (arrivals[second].state, arrivals[second].source) == ("shadowed", "booking_com")


def test_r15_a_loser_whose_dates_its_channel_changes_is_a_case_again(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    counter.keep(first)
    counter.redate(second, nights(0, 2), nights(1, 2))
    assert counter.parties() == [{first, second}]
    assert counter.desk.stay(second).state == StayState.CONTESTED


def test_r15_a_loser_that_its_channel_drops_is_gone(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 4))
    second = counter.sell("3", nights(1, 1), "booking_com")
    counter.keep(second)
    counter.drop(first)
    assert counter.desk.stay(first).state == StayState.RELEASED
    assert counter.desk.late("3") == {day(0), day(2), day(3)}


def test_a_guest_without_a_platform_is_somebody_s_task(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(0, 2), Reason.GUEST, guest="Otieno").stay.id
    counter.keep(counter.sell("3", nights(0, 2)))
    (task,) = counter.tasks()
    assert (task.kind, task.stay.stay_id) == ("relocate", guest)


def test_a_guest_who_lost_gets_a_room_and_the_task_is_over(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(0, 2), Reason.GUEST, guest="Otieno").stay.id
    counter.keep(counter.sell("3", nights(0, 2)))
    counter.desk.move(guest, "4")
    assert (counter.desk.stay(guest).state, counter.how(guest)) == (StayState.HOLDING, ["undone"])
    assert counter.desk.counted(day(0)) == (2, 0, 0)


@pytest.mark.parametrize("verb", ["unblock", "extend", "shorten"])
def test_a_stay_that_lost_is_changed_by_its_channel_alone(counter: Counter, verb: str) -> None:
    loser = counter.sell("3", nights(0, 3))
    counter.keep(counter.sell("3", nights(0, 3), "booking_com"))
    verbs = {
        "unblock": lambda: counter.desk.unblock(loser),
        "extend": lambda: counter.desk.extend(loser, day(5)),
        "shorten": lambda: counter.desk.shorten(loser, day(1)),
    }
    with pytest.raises(stay_errors.WaitsForChannel):
        verbs[verb]()


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        (nights(0, 3), in_room("3", nights(0, 1))),
        (nights(1, 4), in_room("3", nights(3, 2))),
        (nights(1, 2), set()),
    ],
)
def test_a_block_that_loses_gives_up_just_the_overlap(counter: Counter, block: object, kept: set[object]) -> None:
    house = counter.desk.block("3", block).stay.id  # type: ignore[arg-type] # nights, as above.
    guest = counter.sell("3", nights(1, 2))
    counter.keep(guest)
    assert counter.desk.held(house) == kept
    assert counter.desk.held(guest) == in_room("3", nights(1, 2))
    assert counter.desk.stay(house).state == (StayState.HOLDING if kept else StayState.RELEASED)
    assert counter.tasks() == ()


def test_a_block_with_the_overlap_in_its_middle_becomes_two(counter: Counter) -> None:
    house = counter.desk.block("3", nights(0, 6)).stay.id
    guest = counter.sell("3", nights(2, 2))
    counter.keep(guest)
    behind = guest + 1
    assert (counter.desk.stay(house).nights, counter.desk.stay(behind).nights) == (nights(0, 2), nights(4, 2))
    assert counter.desk.held(behind) == in_room("3", nights(4, 2))
    assert {counter.desk.stay(each).state for each in (house, behind)} == {StayState.HOLDING}
    assert counter.desk.counted(day(5)) == (0, 1, 0)


def test_a_block_that_waited_and_loses_keeps_what_it_has(counter: Counter) -> None:
    guest = counter.desk.block("3", nights(1, 2), Reason.GUEST).stay.id
    block = counter.insist("3", nights(0, 5)).stay.id
    counter.keep(guest)
    assert counter.desk.held(block) == in_room("3", nights(0, 1))
    assert counter.desk.held(block + 1) == in_room("3", nights(3, 2))


def test_of_three_only_those_lose_who_want_nights_of_the_winner(counter: Counter) -> None:
    early = counter.sell("3", nights(0, 1))
    late = counter.desk.block("3", nights(2, 1), Reason.GUEST).stay.id
    both = counter.sell("3", nights(0, 3), "booking_com")
    assert counter.parties() == [{early, late, both}]
    decided = counter.keep(early)
    assert decided.loser_ids == (both,)
    assert counter.desk.stay(late).state == StayState.HOLDING


def test_what_is_left_between_the_others_is_a_case_of_its_own_or_settled(counter: Counter) -> None:
    holder = counter.sell("3", nights(0, 4))
    early = counter.sell("3", nights(0, 1), "booking_com")
    late = counter.insist("3", nights(2, 2), Reason.GUEST, guest="Otieno").stay.id
    counter.keep(early)
    # What the loser still holds goes to who waits for it.
    assert counter.desk.stay(holder).state == StayState.SHADOWED
    assert counter.desk.held(late) == in_room("3", nights(2, 2))
    assert counter.desk.held(holder) == in_room("3", nights(1, 1))
    assert counter.cases() == ()


def test_the_losers_of_a_third_party_stay_a_case(counter: Counter) -> None:
    holder = counter.sell("3", nights(0, 2))
    other = counter.desk.block("3", nights(2, 2), Reason.GUEST, guest="Otieno").stay.id
    middle = counter.sell("3", nights(1, 2), "booking_com")
    last = counter.insist("3", nights(3, 2), Reason.GUEST, guest="Wanjiru").stay.id
    assert counter.parties() == [{holder, other, middle, last}]
    decided = counter.keep(holder)
    assert decided.loser_ids == (middle,)
    assert counter.parties() == [{other, last}]
    assert counter.case().conflict_id != decided.conflict_id


def test_a_block_that_insists_on_a_loser_s_nights_gets_them(counter: Counter) -> None:
    loser = counter.sell("3", nights(0, 3))
    counter.keep(counter.sell("3", nights(0, 1), "booking_com"))
    block = counter.insist("3", nights(2, 2)).stay
    assert block.state == StayState.HOLDING
    assert counter.desk.held(loser) == in_room("3", nights(1, 1))


def test_r23_a_checked_in_guest_is_not_sent_away(counter: Counter) -> None:
    inside = counter.sell("3", nights(0, 2))
    counter.check_in(inside)
    other = counter.sell("3", nights(0, 2), "booking_com")
    with pytest.raises(errors.GuestIsIn) as refused:
        counter.keep(other)
    assert refused.value.facts["stay_id"] == inside
    with pytest.raises(errors.GuestIsIn):
        counter.move((inside, "4"))
    assert counter.desk.held(inside) == in_room("3", nights(0, 2))
    counter.keep(inside)


def test_r22_no_machine_shadows_a_guest(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    with pytest.raises(errors.NeedsPerson):
        counter.keep(first, MACHINE)
    case = counter.case()
    step = Relocation(second, counter.desk.hotel.rooms["4"])
    with pytest.raises(errors.NeedsPerson):
        counter.decide(MoveParties(case.conflict_id, case.revision, (step,)), MACHINE)
    assert len(counter.cases()) == 1


def test_r22_a_machine_may_move_or_drop_a_block(counter: Counter) -> None:
    block = counter.desk.block("3", nights(0, 2)).stay.id
    guest = counter.sell("3", nights(0, 2))
    counter.keep(guest, MACHINE)
    assert counter.desk.stay(block).state == StayState.RELEASED
    assert counter.view(1).decided_by is None


def test_a_party_moves_into_a_free_room(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(1, 2), "booking_com")
    best = counter.case().advice[0]
    case = counter.case()
    decided = counter.decide(MoveParties(case.conflict_id, case.revision, best.moves))
    assert counter.desk.held(second) == in_room("4", nights(1, 2))
    assert counter.desk.held(first) == in_room("3", nights(0, 2))
    assert (counter.cases(), counter.tasks()) == ((), ())
    assert counter.view(case.conflict_id).decision == "MoveParties"
    assert set(decided.versions) >= {counter.desk.hotel.rooms[room] for room in ("3", "4")}


def test_the_holder_moves_and_the_other_gets_its_nights(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 3))
    second = counter.sell("3", nights(1, 1), "booking_com")
    counter.move((first, "7"))
    assert counter.desk.held(second) == in_room("3", nights(1, 1))
    assert counter.desk.held(first) == in_room("7", nights(0, 3))


def test_a_reshuffle_is_done_in_its_order(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    inside = counter.desk.block("4", nights(1, 2), Reason.GUEST).stay.id
    counter.move((inside, "7"), (second, "4"))
    assert counter.desk.held(second) == in_room("4", nights(0, 2))
    assert counter.desk.held(first) == in_room("3", nights(0, 2))
    assert counter.cases() == ()


def test_a_move_that_cannot_be_done_changes_nothing(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    inside = counter.desk.block("4", nights(1, 2), Reason.GUEST).stay.id
    with pytest.raises(NightTaken) as refused:
        counter.move((second, "4"))
    assert refused.value.facts["stay_id"] == inside
    assert len(counter.cases()) == 1


def test_a_stay_is_not_split_in_its_middle(counter: Counter) -> None:
    counter.sell("3", nights(0, 3))
    second = counter.sell("3", nights(0, 3), "booking_com")
    case = counter.case()
    part = Relocation(second, counter.desk.hotel.rooms["4"], nights(1, 1))
    with pytest.raises(errors.CannotSplit):
        counter.decide(MoveParties(case.conflict_id, case.revision, (part,)))
    whole = Relocation(second, counter.desk.hotel.rooms["4"], nights(0, 3))
    counter.decide(MoveParties(case.conflict_id, case.revision, (whole,)))
    assert counter.desk.held(second) == in_room("4", nights(0, 3))


def test_moving_somebody_else_settles_nothing(counter: Counter) -> None:
    counter.sell("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "booking_com")
    bystander = counter.desk.block("4", nights(0, 2)).stay.id
    with pytest.raises(errors.CaseChanged):
        counter.move((bystander, "7"))
    with pytest.raises(errors.CaseChanged):
        counter.move()
    assert counter.desk.held(bystander) == in_room("4", nights(0, 2))


def test_a_tap_on_an_older_card_decides_nothing(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 4))
    counter.sell("3", nights(0, 2), "booking_com")
    shown = counter.case()
    counter.insist("3", nights(3, 2), Reason.WALK_IN)
    with pytest.raises(errors.CaseChanged):
        counter.decide(KeepStay(shown.conflict_id, shown.revision, first))
    with pytest.raises(errors.CaseChanged):
        counter.keep(4711)
    with pytest.raises(errors.NoSuchConflict):
        counter.decide(KeepStay(4711, 1, first))


def test_a_second_tap_hears_who_decided_and_when(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    shown, at = counter.case(), counter.desk.store.clock.now()
    counter.keep(first)
    counter.desk.advance(UNDO_TIME)
    with pytest.raises(errors.AlreadyDecided) as refused:
        counter.decide(KeepStay(shown.conflict_id, shown.revision, second))
    amina = counter.desk.hotel.people["Amina"]
    assert refused.value.facts == {"conflict_id": shown.conflict_id, "person_id": amina, "at": at}
    assert counter.desk.held(second) == set()


def test_a_tap_on_a_case_that_vanished_hears_that_nobody_decided(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    second = counter.sell("3", nights(0, 2), "booking_com")
    shown = counter.case()
    counter.drop(second)
    with pytest.raises(errors.AlreadyDecided) as refused:
        counter.decide(KeepStay(shown.conflict_id, shown.revision, first))
    assert refused.value.facts["person_id"] is None


def test_deciding_later_leaves_the_cards_good(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "booking_com")
    shown = counter.case()
    decided = counter.decide(DecideLater(shown.conflict_id, shown.revision))
    row = counter.row(shown.conflict_id)
    assert row.remind_at == decided.remind_at
    assert row.remind_at is not None
    assert row.remind_at > counter.desk.store.clock.now() + timedelta(minutes=1)
    assert row.revision == shown.revision
    counter.decide(KeepStay(shown.conflict_id, shown.revision, first))


def test_every_decision_is_on_record_with_its_person(counter: Counter) -> None:
    first = counter.sell("3", nights(0, 2))
    counter.sell("3", nights(0, 2), "booking_com")
    counter.keep(first)
    (event,) = [event for event in counter.desk.events() if event.kind == "conflicts.decided"]
    assert event.person_id == counter.desk.hotel.people["Amina"]
    assert (event.facts["decision"], event.facts["winner"]) == ("KeepStay", first)
