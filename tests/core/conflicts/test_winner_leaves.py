"""The winner of a case gives its nights up again: they stay closed while the loser's channel still sells them (R20)."""

from core.stays.reasons import Reason, StayState
from tests.core.conflicts.counter import Counter
from tests.support.desk import day, in_room, nights


def test_r20_nights_of_a_lost_booking_stay_closed_when_the_winner_leaves(counter: Counter) -> None:
    loser = counter.sell("3", nights(3, 2), "booking_com")
    winner = counter.desk.block("3", nights(3, 2), Reason.MAINTENANCE).stay
    counter.keep(winner.id)
    assert counter.desk.held(loser) == set()
    counter.desk.unblock(winner.id)
    assert counter.desk.stay(loser).state == StayState.SHADOWED
    assert counter.desk.held(loser) == in_room("3", nights(3, 2))
    assert {day(3), day(4)} <= counter.shown("3", "airbnb")


def test_r20_they_open_when_its_channel_drops_it(counter: Counter) -> None:
    loser = counter.sell("3", nights(3, 2), "booking_com")
    winner = counter.desk.block("3", nights(3, 2), Reason.MAINTENANCE).stay
    counter.keep(winner.id)
    counter.desk.unblock(winner.id)
    counter.drop(loser)
    assert counter.desk.held(loser) == set()
    assert counter.desk.stay(loser).state == StayState.RELEASED
