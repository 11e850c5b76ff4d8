"""Guests who were to leave and have not: tonight is kept, staff are asked once a day, and an answer stands (R23)."""

from datetime import timedelta

import pytest

from core.conflicts import queries
from core.events.service import By
from core.inventory.rows import NightTaken
from core.reservations import absent
from core.reservations.models import Reservation
from core.stays import commands, errors, splitting
from core.stays.questions import Answer
from core.stays.reasons import Reason, StayState
from tests.core.stays.leaver import Leaver
from tests.support.desk import Desk, day, in_room, nights, open_desk
from tests.support.hotel import make_hotel
from tests.support.truth import must_be_true


@pytest.fixture
def leaver(desk: Desk) -> Leaver:
    """Give the desk."""
    return Leaver(desk)


@pytest.fixture
def john(leaver: Leaver) -> int:
    """Give a guest who is in room 3 and is to leave on Saturday."""
    return leaver.inside("3", nights(0, 1))


def cases(desk: Desk) -> list[set[int]]:
    """Return the parties of each open case."""
    with desk.store.reading() as session:
        found = queries.open_cases(session, desk.hotel.property_id, desk.store.clock.now())
        return [{party.stay.stay_id for party in case.parties} for case in found]


def test_r23_from_the_hour_of_check_out_on_tonight_is_kept_and_staff_are_asked(leaver: Leaver, john: int) -> None:
    leaver.at(1, 10, 59)
    assert (leaver.watch(), leaver.asked()) == ([], [])
    leaver.at(1, 11)
    assert leaver.watch() == [john]
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))
    assert leaver.asked() == [f"departure:{john}:{day(1)}"]
    event = leaver.desk.events()[-1]
    assert {event.kind, leaver.desk.events()[-2].kind} == {"stays.overstayed", "reservations.modified"}


def test_r23_it_is_done_once_a_business_day(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    for hour in (11, 13, 15, 23):
        leaver.at(1, hour, 30)
        assert leaver.watch() == []
    leaver.at(2, 4, 59)
    assert (leaver.watch(), len(leaver.asked())) == ([], 1), "it is Saturday's night still (R29)"
    leaver.at(2, 11)
    assert leaver.watch() == [john]
    assert leaver.asked() == [f"departure:{john}:{day(offset)}" for offset in (1, 2)]


def test_r23_who_left_in_time_is_not_asked_about(leaver: Leaver, john: int) -> None:
    leaver.at(1, 9)
    leaver.check_out(john)
    leaver.at(1, 12)
    assert (leaver.watch(), leaver.told()) == ([], 0)


def test_r23_who_was_never_checked_in_is_not_asked_about(leaver: Leaver) -> None:
    leaver.guest("3", nights(0, 1))
    leaver.at(1, 12)
    assert (leaver.watch(), leaver.asked()) == ([], [])


def test_r23_who_only_changes_the_room_is_not_asked_about(leaver: Leaver) -> None:
    john = leaver.inside("3", nights(0, 2))
    order = commands.SplitStay(john, leaver.desk.stay(john).revision, day(1), leaver.desk.hotel.rooms["4"])
    with leaver.desk.store.unit_of_work() as work:
        splitting.split(work, order, leaver.desk.by)
    leaver.at(1, 15)
    assert (leaver.watch(), leaver.asked()) == ([], [])


def test_r23_somebody_who_is_to_have_the_room_has_until_the_hour_of_check_in(leaver: Leaver, john: int) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 11)
    assert (leaver.watch(), len(leaver.asked()), cases(leaver.desk)) == ([], 1, [])
    leaver.at(1, 13, 59)
    assert leaver.watch() == []
    leaver.at(1, 14)
    assert leaver.watch() == [john]
    assert cases(leaver.desk) == [{john, mary}]
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))
    assert leaver.desk.held(mary) == in_room("3", nights(2, 1))
    assert (leaver.watch(), len(cases(leaver.desk)), len(leaver.asked())) == ([], 1, 1)


def test_r23_when_the_guest_leaves_the_case_ends_and_the_room_is_the_others(leaver: Leaver, john: int) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 14)
    leaver.watch()
    leaver.left(john, 1)
    assert cases(leaver.desk) == []
    assert leaver.desk.held(mary) == in_room("3", nights(1, 2))
    assert leaver.desk.stay(mary).state == StayState.HOLDING


@pytest.mark.usefixtures("john")
def test_r23_who_is_in_the_room_already_is_not_displaced_by_the_clock(leaver: Leaver) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 13)
    leaver.check_in(mary)
    leaver.at(1, 15)
    assert (leaver.watch(), cases(leaver.desk), len(leaver.asked())) == ([], [], 1)
    assert leaver.desk.held(mary) == in_room("3", nights(1, 2))


def test_r23_two_guests_in_one_room_are_a_case_once_somebody_says_so(leaver: Leaver, john: int) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 13)
    leaver.check_in(mary)
    leaver.watch()
    leaver.stays_on(john, 1)
    assert cases(leaver.desk) == [{john, mary}]
    assert leaver.desk.held(mary) == in_room("3", nights(1, 2)), "who is in the room stays in it"
    leaver.check_out(john)
    assert cases(leaver.desk) == []


def test_r23_after_days_in_which_nobody_looked_it_is_done_at_once(leaver: Leaver, john: int) -> None:
    leaver.at(3, 6)
    assert leaver.watch() == [john]
    assert leaver.desk.held(john) == in_room("3", nights(0, 4))
    assert leaver.how(john).departure == day(1)
    assert len(leaver.asked()) == 1


def test_r23_the_hours_are_the_houses_own(database_url: str) -> None:
    with open_desk(database_url) as desk:
        far = make_hotel(desk.store, {"3": "DBL"}, code="maple", zone="America/Vancouver", links=())
        there = Leaver(Desk(desk.store, far, By(far.people["Amina"])), "America/Vancouver")
        here = Leaver(desk)
        mine, theirs = here.inside("3", nights(0, 1)), there.inside("3", nights(0, 1))
        here.at(1, 12)
        assert here.watch() == [mine], "it is the middle of the night in Vancouver"
        there.at(1, 10, 59)
        assert there.watch() == []
        there.at(1, 11)
        assert there.watch() == [theirs]
        must_be_true(desk.store)


def test_left_gives_tonight_back_when_the_undo_time_is_over(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    leaver.left(john, 1)
    assert leaver.desk.held(john) == in_room("3", nights(0, 1))
    assert leaver.desk.late("3") == {day(1)}
    assert leaver.how(john).answer is Answer.LEFT
    assert leaver.told() == 2, "the cards of the others are settled"


def test_left_may_be_said_the_next_morning_on_the_card_of_the_day_before(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    leaver.at(2, 9)
    leaver.left(john, 1)
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))


def test_one_more_night_confirms_what_was_kept_and_adds_nothing(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    assert leaver.how(john).answer is Answer.OPEN
    assert not leaver.stays_on(john, 1).versions
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))
    assert leaver.how(john).answer is Answer.STAYS


def test_one_more_night_is_a_fact_for_whoever_was_to_come(leaver: Leaver, john: int) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 11)
    leaver.watch()
    change = leaver.stays_on(john, 1)
    assert [one.id for one in change.displaced] == [mary]
    assert cases(leaver.desk) == [{john, mary}]
    assert leaver.how(john).answer is Answer.STAYS


def test_the_second_answer_changes_nothing(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    leaver.stays_on(john, 1)
    for again in (leaver.left, leaver.stays_on):
        with pytest.raises(errors.AlreadyAnswered) as refused:
            again(john, 1, By(leaver.desk.hotel.people["Juma"]))
        assert refused.value.facts["answer"] == "stays"
        assert refused.value.facts["person_id"] == leaver.desk.hotel.people["Amina"]
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))


def test_an_answer_after_the_guest_was_checked_out_or_extended_changes_nothing(leaver: Leaver, john: int) -> None:
    other = leaver.inside("4", nights(0, 1), "Peter")
    leaver.at(1, 11)
    leaver.watch()
    leaver.check_out(john)
    leaver.desk.extend(other, day(4))
    with pytest.raises(errors.AlreadyAnswered) as gone:
        leaver.stays_on(john, 1)
    with pytest.raises(errors.AlreadyAnswered) as stays:
        leaver.left(other, 1)
    assert (gone.value.facts["answer"], stays.value.facts["answer"]) == ("left", "stays")
    assert leaver.desk.held(other) == in_room("4", nights(0, 4))


def test_one_more_night_on_the_card_of_another_day_changes_nothing(leaver: Leaver, john: int) -> None:
    leaver.at(1, 11)
    leaver.watch()
    leaver.at(2, 9)
    with pytest.raises(errors.AskedAnotherDay):
        leaver.stays_on(john, 1)
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))


def test_r25_a_check_out_is_taken_back_with_the_nights_it_gave_up(leaver: Leaver) -> None:
    john = leaver.inside("3", nights(0, 4))
    leaver.at(1, 9)
    change = leaver.check_out(john)
    leaver.desk.advance(timedelta(minutes=5))
    leaver.desk.undo(change.event_id)
    stay = leaver.desk.stay(john)
    assert (stay.checked_out_at, stay.state) == (None, StayState.HOLDING)
    assert leaver.desk.held(john) == in_room("3", nights(0, 4))
    with leaver.desk.store.reading() as session:
        assert session.get_one(Reservation, stay.reservation_id).state == "checked_in"


def test_r25_a_check_out_that_gave_nothing_up_is_taken_back(leaver: Leaver, john: int) -> None:
    leaver.at(1, 10)
    change = leaver.check_out(john)
    leaver.desk.undo(change.event_id)
    assert leaver.desk.stay(john).checked_out_at is None
    leaver.at(1, 11)
    assert leaver.watch() == [john]


def test_r25_who_is_in_after_all_has_tonight_whoever_was_given_it(leaver: Leaver, john: int) -> None:
    mary = leaver.guest("3", nights(1, 2), "Mary")
    leaver.at(1, 14)
    leaver.watch()
    change = leaver.left(john, 1)
    leaver.desk.undo(change.event_id)
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))
    assert cases(leaver.desk) == [{john, mary}]
    assert leaver.how(john).answer is Answer.OPEN, "nobody has answered any more"


def test_r25_of_several_nights_that_were_given_up_one_that_is_taken_refuses_it(leaver: Leaver) -> None:
    john = leaver.inside("3", nights(0, 4))
    leaver.at(1, 9)
    change = leaver.check_out(john)
    leaver.guest("3", nights(2, 1), "Mary")
    with pytest.raises(NightTaken):
        leaver.desk.undo(change.event_id)
    assert leaver.desk.stay(john).checked_out_at is not None


def test_r25_a_no_show_is_taken_back(leaver: Leaver) -> None:
    mary = leaver.guest("7", nights(0, 2), "Mary")
    order = commands.NoShow(mary, leaver.desk.stay(mary).revision)
    with leaver.desk.store.unit_of_work() as work:
        change = absent.absent(work, order, leaver.desk.by).change
    number = leaver.desk.stay(mary).reservation_id
    with leaver.desk.store.reading() as session:
        assert session.get_one(Reservation, number).state == "no_show"
    assert leaver.desk.held(mary) == set()
    leaver.desk.undo(change.event_id)
    assert leaver.desk.held(mary) == in_room("7", nights(0, 2))
    with leaver.desk.store.reading() as session:
        assert session.get_one(Reservation, number).state == "confirmed"


def test_r23_a_room_that_is_to_be_out_of_order_is_the_guests_while_in_it(leaver: Leaver, john: int) -> None:
    leaver.desk.block("3", nights(1, 2), Reason.MAINTENANCE)
    leaver.at(1, 14)
    assert leaver.watch() == [john]
    assert leaver.desk.held(john) == in_room("3", nights(0, 2))
    assert len(cases(leaver.desk)) == 1
