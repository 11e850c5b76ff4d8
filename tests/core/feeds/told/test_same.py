"""Which event is which booking: codes, UIDs, nights, running stays, rolling ends, joined and replaced events."""

import time
from datetime import timedelta

import pytest

from core.feeds.told.happenings import Appeared, DatesChanged, Replaced
from core.feeds.told.values import Known, Seen, State
from core.platforms.dialect import Kind
from core.values.nights import Nights
from tests.core.feeds.told.hotel import TODAY, Link, appeared, closed, nights, plain, seen

FAR = 549


def rolling(first: int, day: int = 0) -> Seen:
    """A closure to the far end as it stands `day` days after the first of November."""
    return Seen(Nights(TODAY + timedelta(days=first - 1), TODAY + timedelta(days=FAR + day)), f"start-{first}")


def test_r16_the_first_read_is_a_preview_of_all_it_shows() -> None:
    link = Link("airbnb")
    link.read(seen(10, 12, "HMAAAAAAAA"), closed(20, 25))
    assert appeared(link) == [10, 20]
    assert all(happening.first for happening in link.last if isinstance(happening, Appeared))
    link.read(seen(10, 12, "HMAAAAAAAA"), closed(20, 25), seen(14, 15, "HMBBBBBBBB"))
    assert not link.first(Appeared).first


def test_r16_a_first_read_without_events_is_a_first_read() -> None:
    link = Link("airbnb")
    assert link.read() == []
    link.read(seen(10, 12, "HMAAAAAAAA"))
    assert not link.first(Appeared).first


def test_r09_a_code_with_other_dates_is_the_same_reservation() -> None:
    link = Link("airbnb")
    link.read(seen(10, 12, "HMAAAAAAAA"))
    link.read(seen(14, 18, "HMAAAAAAAA"))
    change = link.first(DatesChanged)
    assert (change.before, change.told.nights) == (nights(10, 12), nights(14, 18))
    assert not change.keeps_an_end
    assert link.busy() == [14, 15, 16, 17]


def test_r09_a_code_outweighs_a_uid_that_changed() -> None:
    link = Link("airbnb")
    link.read(seen(10, 12, "HMAAAAAAAA", uid="one"))
    assert link.read(seen(10, 12, "HMAAAAAAAA", uid="two")) == []


def test_r09_a_code_that_is_not_shown_once_is_known_by_its_uid() -> None:
    link = Link("airbnb")
    link.read(seen(10, 12, "HMAAAAAAAA", uid="one"))
    assert link.read(seen(10, 12, uid="one")) == []
    assert link.known.bookings[0].code == "HMAAAAAAAA"


def test_r14_another_code_on_the_nights_of_a_missing_one_replaces_it_at_once() -> None:
    link = Link("airbnb")
    link.read(seen(10, 14, "HMAAAAAAAA"), seen(20, 22, "HMBBBBBBBB"))
    link.read(seen(11, 13, "HMCCCCCCCC"), seen(20, 22, "HMBBBBBBBB"))
    assert link.names() == ["Replaced"]
    assert [old.code for old in link.first(Replaced).olds] == ["HMAAAAAAAA"]
    assert link.busy() == [11, 12, 20, 21]


def test_r14_another_code_beside_a_missing_one_replaces_nothing() -> None:
    link = Link("airbnb")
    link.read(seen(10, 14, "HMAAAAAAAA"), seen(20, 22, "HMBBBBBBBB"))
    link.read(seen(14, 16, "HMCCCCCCCC"), seen(20, 22, "HMBBBBBBBB"))
    assert link.names() == ["Missing", "Appeared"]
    assert 10 in link.busy()


def test_r14_a_code_on_the_nights_of_one_that_is_still_there_replaces_nothing() -> None:
    link = Link("airbnb")
    link.read(seen(10, 14, "HMAAAAAAAA"))
    link.read(seen(10, 14, "HMAAAAAAAA"), seen(11, 13, "HMCCCCCCCC"))
    assert link.names() == ["Appeared"]


def test_r14_a_uid_that_changed_with_the_same_dates_is_the_same_booking_of_a_generic_calendar() -> None:
    link = Link("generic")
    link.read(seen(10, 12, uid="one"))
    assert link.read(seen(10, 12, uid="two")) == []
    link.read(seen(10, 13, uid="three"))
    assert link.names() == ["Replaced"]


def test_r14_on_booking_com_nights_in_common_are_the_same_booking_and_say_that_no_end_stayed() -> None:
    link = Link("booking_com")
    link.read(plain(10, 14), plain(20, 22))
    link.read(plain(12, 16), plain(20, 22))
    assert link.names() == ["DatesChanged"]
    assert not link.first(DatesChanged).keeps_an_end
    assert link.first(DatesChanged).shown == nights(12, 16)
    assert link.busy() == [10, 11, 12, 13, 14, 15, 20, 21]
    link.same(hours=4)
    assert link.names() == ["DatesChanged"]
    assert link.busy() == [12, 13, 14, 15, 20, 21]


def test_r14_on_booking_com_the_same_end_goes_before_the_same_start() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12), plain(12, 16))
    link.read(plain(10, 16))
    assert link.names() == []
    link.read(plain(9, 12), plain(13, 16))
    assert link.names() == ["DatesChanged"]
    assert [told.nights for told in link.known.bookings] == [nights(9, 12), nights(12, 16)]


def test_r18_a_uid_of_booking_com_identifies_nothing() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12))
    link.read(plain(20, 22), seen(10, 11, uid="start-20"))
    assert sorted(link.names()) == ["Appeared"]
    assert [told.nights for told in link.known.bookings] == [nights(10, 12), nights(20, 22)]


def test_r11_a_running_stay_that_starts_later_every_day_does_not_change() -> None:
    link = Link("booking_com")
    link.read(plain(1, 6), plain(10, 12))
    for day in range(2, 6):
        assert link.read(plain(day, 6), plain(10, 12), hours=24) == []
    link.read(plain(10, 12), hours=24)
    assert link.names() == ["Ended"]


def test_r11_a_running_stay_that_departs_later_does() -> None:
    link = Link("booking_com")
    link.read(plain(1, 6), plain(10, 12))
    link.read(plain(2, 7), plain(10, 12), hours=24)
    assert link.first(DatesChanged).told.nights == nights(1, 7)


def test_r11_a_far_end_that_rolls_is_no_news() -> None:
    link = Link("booking_com")
    link.read(plain(200, 202), rolling(300))
    assert [told.kind for told in link.known.bookings] == [Kind.RESERVATION, Kind.BLOCK]
    for day in range(1, 6):
        assert link.read(plain(200, 202), rolling(300, day), hours=24) == []
    for _ in range(30):
        link.fail(hours=24)
    assert link.read(rolling(300, 35), plain(200, 202), hours=0) == []


def test_r11_a_far_closure_that_opens_frees_its_nights_after_the_grace() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12), rolling(60))
    link.read(plain(10, 12), rolling(80))
    assert link.names() == []
    link.same(hours=4)
    assert link.names() == ["DatesChanged"]
    assert 60 not in link.busy()
    assert 80 in link.busy()


def test_r11_a_night_that_the_rolling_far_end_gives_up_and_somebody_buys_is_a_sale() -> None:
    link = Link("booking_com")
    link.read(rolling(30))
    link.read(plain(30, 31), rolling(31, 1), hours=24)
    assert appeared(link) == [30]
    assert link.first(Appeared).told.kind is Kind.RESERVATION


def test_r11_events_of_booking_com_over_thirty_nights_are_closures() -> None:
    link = Link("booking_com")
    link.read(plain(10, 40), plain(50, 81))
    assert [told.kind for told in link.known.bookings] == [Kind.RESERVATION, Kind.BLOCK]


def test_r11_a_running_closure_stays_one_while_its_rest_gets_short() -> None:
    link = Link("booking_com")
    link.read(plain(1, 41), plain(60, 62))
    for day in range(2, 41):
        assert link.read(plain(day, 41), plain(60, 62), hours=24) == []
    assert link.known.bookings[0].kind is Kind.BLOCK


def test_r11_a_booking_in_place_of_a_closure_is_a_booking_at_once() -> None:
    link = Link("booking_com")
    link.read(plain(10, 45), plain(60, 62))
    link.read(plain(10, 13), plain(60, 62))
    assert [told.kind for told in link.known.held() if told.state is State.THERE] == [Kind.RESERVATION] * 2
    assert 44 in link.busy()
    link.same(hours=4)
    assert link.busy() == [10, 11, 12, 60, 61]


def test_r11_a_closure_laid_over_a_booking_does_not_make_it_longer() -> None:
    link = Link("booking_com")
    link.read(plain(10, 13), plain(20, 22))
    link.read(rolling(10), plain(20, 22))
    assert link.names() == ["Appeared"]
    assert link.known.bookings[0].state is State.COVERED
    link.read(plain(10, 13), plain(20, 22))
    assert link.names() == ["Missing"]
    assert link.known.bookings[0].nights == nights(10, 13)


def test_r11_adjacent_bookings_served_as_one_and_apart_again_are_no_change() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12), plain(12, 15), plain(15, 16), plain(20, 22))
    assert link.read(plain(10, 16), plain(20, 22)) == []
    assert link.read(plain(10, 15), plain(15, 16), plain(20, 22)) == []
    assert link.read(plain(10, 12), plain(12, 15), plain(15, 16), plain(20, 22)) == []


def test_r11_a_booking_served_in_two_pieces_is_no_change() -> None:
    link = Link("booking_com")
    link.read(plain(10, 16), plain(20, 22))
    assert link.read(plain(10, 12), plain(12, 16), plain(20, 22)) == []
    assert link.read(plain(10, 16), plain(20, 22)) == []


def test_r11_joined_bookings_that_leave_together_are_both_gone() -> None:
    link = Link("booking_com")
    link.read(plain(10, 12), plain(12, 15), plain(20, 22), plain(30, 31), plain(33, 34))
    link.read(plain(10, 15), plain(20, 22), plain(30, 31), plain(33, 34))
    link.read(plain(20, 22), plain(30, 31), plain(33, 34))
    assert link.names() == ["Missing", "Missing"]
    link.same(hours=4)
    assert link.names() == ["Gone", "Gone"]


def test_r11_closures_of_airbnb_go_by_their_nights_and_not_by_their_uid() -> None:
    link = Link("airbnb")
    link.read(closed(1, 8), closed(20, 25))
    assert link.read(closed(2, 8), closed(20, 25), hours=24) == []
    assert [told.kind for told in link.known.bookings] == [Kind.BLOCK, Kind.BLOCK]


def test_r11_a_closure_that_moves_is_one_change_and_closes_at_once() -> None:
    link = Link("airbnb")
    link.read(closed(18, 20))
    link.read(closed(17, 19))
    assert link.first(DatesChanged).more_leave
    assert link.busy() == [17, 18, 19]
    link.same(hours=4)
    assert not link.first(DatesChanged).more_leave
    assert link.busy() == [17, 18]


def test_r11_what_starts_beyond_the_far_end_is_not_missed_there() -> None:
    link = Link("airbnb")
    far = seen(365, 368, "HMAAAAAAAA")
    link.read(far, seen(10, 12, "HMBBBBBBBB"))
    for _ in range(10):
        link.read(seen(10, 12, "HMBBBBBBBB"))
        assert link.names() == []
    assert link.read(far, seen(10, 12, "HMBBBBBBBB")) == []


def test_r11_events_of_one_link_may_lie_over_each_other() -> None:
    link = Link("generic")
    stay, arrival, departure = seen(10, 14, uid="s"), seen(10, 11, uid="a"), seen(13, 14, uid="d")
    link.read(stay, arrival, departure)
    assert link.read(stay, arrival, departure) == []
    assert len(list(link.known.held())) == 3


@pytest.mark.parametrize("summary", ["Réservée - GUEST", "Reserved - GUEST", "Réservée", "Something new"])
def test_r11_every_word_that_vrbo_does_not_use_for_a_closure_is_a_booking(summary: str) -> None:
    link = Link("vrbo")
    link.read(seen(10, 12, uid="a", summary=summary), seen(14, 16, uid="b", summary="Indisponible"))
    assert [told.kind for told in link.known.bookings] == [Kind.RESERVATION, Kind.BLOCK]


def test_r11_a_tentative_closure_that_is_sold_under_its_uid_is_a_booking_at_once() -> None:
    link = Link("vrbo")
    link.read(seen(10, 12, uid="a", summary="Provisoire - GUEST"))
    link.read(seen(10, 12, uid="a", summary="Réservée - GUEST"))
    assert [h.told.kind for h in link.last if isinstance(h, Appeared)] == [Kind.RESERVATION]


def test_r14_a_closure_laid_over_a_booking_that_an_outage_hides_frees_nothing_of_it() -> None:
    link = Link("booking_com")
    link.read(plain(10, 13), plain(20, 22))
    link.read(plain(9, 12), plain(20, 22))
    link.read(plain(9, 12), plain(10, 13), plain(20, 22), hours=3)
    assert link.busy() == [9, 10, 11, 12, 20, 21]


def test_a_year_of_hourly_reads_of_an_unchanged_calendar_costs_next_to_nothing() -> None:
    link = Link("airbnb")
    link.read(*(seen(400 + 3 * n, 402 + 3 * n, f"HM{n:08}") for n in range(60)))
    known, at = link.known, link.now
    began = time.process_time()
    for hour in range(1, 8761):
        link.known, link.now = known, at + timedelta(hours=hour)
        known = _again(link)
    assert time.process_time() - began < 0.5
    assert len(known.bookings) == 60


def _again(link: Link) -> Known:
    link.same(hours=0)
    return link.known
