"""When an event that left the calendar is believed to be cancelled (R12, R15)."""

import pytest

from core.feeds.told.happenings import DatesChanged, Gone, Missing
from core.feeds.told.values import State
from core.platforms.dialect import Dialect
from tests.core.feeds.told.hotel import Link, closed, dialect, nights, plain, seen

A, B, C = seen(10, 13, "HMAAAAAAAA"), seen(15, 17, "HMBBBBBBBB"), seen(20, 22, "HMCCCCCCCC")


def test_r12_one_look_without_it_frees_nothing() -> None:
    link = Link("airbnb")
    link.read(A, B)
    assert link.read(B) == [Missing(link.known.bookings[0])]
    assert link.busy() == [10, 11, 12, 15, 16]
    assert link.known.bookings[0].state is State.MISSING


def test_r12_two_looks_within_the_grace_free_nothing() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    link.same(hours=3.9)
    assert link.names() == []
    assert 10 in link.busy()


def test_r12_the_first_look_after_the_grace_frees_it_also_when_the_calendar_is_unchanged() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    link.same(hours=4)
    assert link.names() == ["Gone"]
    assert not link.first(Gone).covered
    assert link.busy() == [15, 16]


def test_r12_hours_alone_are_not_enough_when_only_one_look_was_good() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    for _ in range(40):
        assert link.fail() == []
    assert 10 in link.busy()


def test_r12_a_failed_read_changes_nothing_at_all() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    before = link.known
    link.fail()
    assert link.known == before


def test_r12_what_comes_back_within_the_grace_was_never_gone() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    link.read(A, B, hours=3)
    assert link.names() == ["CameBack"]
    link.read(B)
    link.same(hours=3.5)
    assert link.names() == []


@pytest.mark.parametrize("platform", ["vrbo", "generic", "agoda"])
def test_r32_an_assumed_dialect_takes_the_careful_side(platform: str) -> None:
    link = Link(platform)
    link.read(seen(10, 13, uid="a"), seen(15, 17, uid="b"))
    link.read(seen(15, 17, uid="b"))
    link.same(hours=6)
    assert link.names() == []
    link.same()
    assert link.names() == ["Gone"]


def test_r12_a_departure_that_has_come_is_an_ending_and_no_cancellation() -> None:
    link = Link("booking_com")
    link.read(plain(1, 2), plain(10, 13))
    link.read(plain(10, 13), hours=18)
    assert link.names() == ["Ended"]
    for _ in range(30):
        assert link.same() == []


def test_r12_what_vanishes_an_hour_before_midnight_has_ended_by_midnight() -> None:
    link = Link("booking_com")
    link.read(plain(1, 2), plain(10, 13), hours=1)
    link.read(plain(10, 13), hours=16.5)
    assert link.names() == ["Missing"]
    link.same(hours=0.6)
    assert link.names() == ["Ended"]


def test_r12_an_unchanged_calendar_ends_what_departs_by_the_local_day() -> None:
    link = Link("airbnb")
    link.read(seen(1, 3, "HMAAAAAAAA"), B)
    assert link.same(hours=20) == []
    link.same(hours=24)
    assert link.names() == ["Ended"]
    assert link.same() == []


def test_r12_a_past_stay_that_the_calendar_still_shows_is_neither_new_nor_changed() -> None:
    link = Link("airbnb")
    past = seen(1, 2, "HMAAAAAAAA")
    link.read(past, B)
    link.read(past, B, hours=20)
    assert link.names() == ["Ended"]
    link.read(past, B, hours=20)
    assert link.names() == []
    link.read(B, hours=20)
    assert link.names() == []


def test_r12_a_stay_that_is_longer_after_its_end_goes_on() -> None:
    link = Link("airbnb")
    link.read(seen(1, 2, "HMAAAAAAAA"), B)
    link.read(seen(1, 2, "HMAAAAAAAA"), B, hours=20)
    link.read(seen(1, 4, "HMAAAAAAAA"), B)
    assert link.names() == ["DatesChanged"]
    assert link.busy() == [2, 3, 15, 16]


def test_r12_fewer_nights_are_believed_after_the_grace_too() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(seen(10, 11, "HMAAAAAAAA"), B)
    assert link.names() == []
    assert link.busy() == [10, 11, 12, 15, 16]
    link.same(hours=4)
    assert link.first(DatesChanged).before == nights(10, 13)
    assert link.busy() == [10, 15, 16]


def test_r12_nights_that_come_back_within_the_grace_never_left() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(seen(10, 11, "HMAAAAAAAA"), B)
    link.read(A, B, hours=3)
    link.read(seen(10, 11, "HMAAAAAAAA"), B)
    link.same(hours=3)
    assert link.names() == []
    assert link.busy() == [10, 11, 12, 15, 16]


def test_r12_each_step_of_a_stay_that_gets_shorter_twice_has_its_own_grace() -> None:
    link = Link("airbnb")
    link.read(seen(10, 14, "HMAAAAAAAA"), B)
    link.read(seen(10, 13, "HMAAAAAAAA"), B)
    link.read(seen(10, 12, "HMAAAAAAAA"), B, hours=3)
    link.same(hours=1)
    assert link.busy() == [10, 11, 12, 15, 16]
    link.same(hours=3)
    assert link.busy() == [10, 11, 15, 16]


def test_r15_a_code_that_was_gone_and_is_there_again_takes_its_nights_once_more() -> None:
    link = Link("airbnb")
    link.read(A, B)
    link.read(B)
    link.same(hours=5)
    link.read(A, B, hours=30)
    assert link.names() == ["Unfreed"]
    assert link.busy() == [10, 11, 12, 15, 16]


def test_r15_without_a_code_a_later_event_is_a_new_booking() -> None:
    link = Link("booking_com")
    link.read(plain(10, 13), plain(15, 17))
    link.read(plain(15, 17))
    link.same(hours=5)
    link.read(plain(10, 13), plain(15, 17))
    assert link.names() == ["Appeared"]


def test_r15_after_the_grace_another_stay_at_the_same_end_is_a_new_booking() -> None:
    link = Link("booking_com")
    link.read(plain(10, 13), plain(15, 17))
    link.read(plain(15, 17))
    link.same(hours=3)
    link.read(plain(11, 13), plain(15, 17), hours=3)
    assert link.names() == ["Gone", "Appeared"]
    assert link.busy() == [11, 12, 15, 16]


def test_r15_within_the_grace_it_is_the_same_booking_with_other_dates() -> None:
    link = Link("booking_com")
    link.read(plain(10, 13), plain(15, 17))
    link.read(plain(15, 17))
    link.read(plain(11, 13), plain(15, 17), hours=2)
    assert link.names() == ["CameBack"]
    assert link.busy() == [10, 11, 12, 15, 16]


def test_r12_a_cancelled_reservation_is_gone_although_the_host_closed_its_nights() -> None:
    link = Link("airbnb")
    link.read(A, B, C)
    link.read(closed(10, 13), B, C)
    assert link.names() == ["Missing", "Appeared"]
    link.same(hours=4)
    assert link.names() == ["Gone"]
    assert link.busy() == [10, 11, 12, 15, 16, 20, 21]


@pytest.mark.parametrize("platform", ["airbnb", "booking_com", "vrbo", "generic"])
def test_r12_the_grace_is_at_least_two_looks_and_some_hours(platform: str) -> None:
    spoken: Dialect = dialect(platform)
    assert spoken.looks >= 2
    assert spoken.grace.total_seconds() >= 2 * 3600
