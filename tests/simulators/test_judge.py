"""The judge alone: each check is silent when truth and books agree, and speaks when they do not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.simulators import judge
from tests.simulators.books import Case, Row, StayRow
from tests.simulators.judge import Link, Shown
from tests.simulators.truth import Party, Span, Truth

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
ROOM = 3
AIRBNB, BOOKING = Link(1, 1, ROOM, "airbnb"), Link(2, 1, ROOM, "booking_com")


def day(offset: int) -> date:
    """The day `offset` days from today."""
    return TODAY + timedelta(days=offset)


def span(first: int, last: int, room: int = ROOM, since: datetime = NOW) -> Span:
    """From one day to another."""
    return Span(since, room, day(first), day(last))


def guest(link: Link, first: int, last: int) -> Party:
    """A guest of an OTA, known to the house."""
    at = span(first, last)
    code = "HM12345678" if link is AIRBNB else None
    return Party(f"{link.platform} guest", [at], link.link_id, "ticket", code, known=at)


def row(link: Link, first: int, last: int, stay_id: int | None, taken_as: str = "stay") -> Row:
    """A booking on record."""
    code = "HM12345678" if link is AIRBNB else None
    return Row(
        1,
        link.link_id,
        1,
        "reservation",
        day(first),
        day(last),
        code,
        None,
        "there",
        taken_as,
        stay_id,
        forgotten=False,
        first_seen=NOW,
    )


def stay(stay_id: int, first: int, last: int, state: str = "holding") -> StayRow:
    """A stay on record."""
    return StayRow(stay_id, ROOM, day(first), day(last), "guest", state, "airbnb")


def case(first: int, last: int, *stays: int, state: str = "open") -> Case:
    """A case on record, opened now."""
    return Case(1, 1, ROOM, state, day(first), day(last), NOW, None, None, frozenset(stays))


def truth(*parties: Party) -> Truth:
    """What happened."""
    made = Truth()
    for party in parties:
        made.buy(party)
    return made


A, B = guest(AIRBNB, 2, 5), guest(BOOKING, 4, 6)
ROWS = [row(AIRBNB, 2, 5, 10), row(BOOKING, 4, 6, 20)]
STAYS = {10: stay(10, 2, 5), 20: stay(20, 4, 6, "contested")}


def test_bookings_that_are_stays_on_record_are_not_lost() -> None:
    assert list(judge.lost([A, B], ROWS, STAYS, TODAY)) == []


def test_a_booking_without_row_or_stay_or_taken_for_something_else_is_lost() -> None:
    assert len(list(judge.lost([A], [], {}, TODAY))) == 1
    assert len(list(judge.lost([A], [row(AIRBNB, 2, 5, None, "echo")], STAYS, TODAY))) == 1
    assert len(list(judge.lost([A], ROWS, {10: stay(10, 2, 5, "released")}, TODAY))) == 1
    assert len(list(judge.lost([A], ROWS, {10: stay(10, 2, 4)}, TODAY))) == 1


def test_a_booking_the_house_was_not_told_of_or_whose_nights_are_over_cannot_be_lost() -> None:
    assert list(judge.lost([replace(A, known=None)], [], {}, TODAY)) == []
    assert list(judge.lost([A], [], {}, day(5))) == []


def test_a_loser_may_be_released_once_a_case_was_decided_against_it() -> None:
    assert list(judge.lost([replace(A, lost_at=NOW)], ROWS, {10: stay(10, 2, 5, "released")}, TODAY)) == []


def test_two_buyers_of_one_night_need_an_open_or_decided_case_of_both() -> None:
    pairs = truth(A, B).double([ROOM], TODAY)
    assert [nights for _, _, nights in pairs] == [{(ROOM, day(4))}]
    assert list(judge.missed(pairs, ROWS, [case(4, 5, 10, 20)], TODAY)) == []
    assert list(judge.missed(pairs, ROWS, [case(4, 5, 10, 20, state="decided")], TODAY)) == []
    for cases in ([], [case(4, 5, 10, 20, state="closed")], [case(4, 5, 10, 99)], [case(5, 6, 10, 20)]):
        assert len(list(judge.missed(pairs, ROWS, cases, TODAY))) == 1


def test_two_buyers_in_one_stay_are_a_booking_lost() -> None:
    pairs = truth(A, B).double([ROOM], TODAY)
    joined = [ROWS[0], replace(ROWS[1], stay_id=10)]
    assert len(list(judge.missed(pairs, joined, [case(4, 5, 10, 20)], TODAY))) == 1


def test_no_pair_is_one_in_another_room_or_unknown_or_lost_or_past() -> None:
    moved = replace(B, spans=[*B.spans, span(4, 6, room=4)])
    for other in (moved, replace(B, known=None), replace(B, lost_at=NOW), replace(B, ended_at=NOW)):
        assert truth(A, other).double([ROOM, 4], TODAY) == []
    assert truth(A, B).double([ROOM], day(5)) == []


def test_a_case_of_two_buyers_is_no_phantom() -> None:
    assert list(judge.phantom(case(4, 5, 10, 20), truth(A, B), ROWS)) == []


def test_a_case_with_a_party_that_nobody_bought_is_a_phantom() -> None:
    found = list(judge.phantom(case(4, 5, 10, 20), truth(A), ROWS))
    assert len(found) == 2  # Neither party has a second buyer.
    assert len(list(judge.phantom(case(2, 3, 10, 20), truth(A, B), ROWS))) == 2  # Not on the nights in dispute.


def test_a_sale_cancelled_a_moment_ago_is_no_phantom_and_one_cancelled_long_ago_is() -> None:
    for hours, phantoms in ((2, 0), (40, 2)):
        gone = replace(B, ended_at=NOW - hours * HOUR)
        assert len(list(judge.phantom(case(4, 5, 10, 20), truth(A, gone), ROWS))) == phantoms


def test_a_case_with_a_block_of_the_house_is_known_by_its_stay() -> None:
    at = span(4, 5)
    house = Party("maintenance", [at], stay_id=30, known=at)
    assert list(judge.phantom(case(4, 5, 10, 30), truth(A, house), ROWS)) == []


def test_an_echo_that_no_look_could_prove_is_a_question_and_no_phantom() -> None:
    rows = [ROWS[0], row(BOOKING, 4, 5, 20)]
    assert len(list(judge.phantom(case(4, 5, 10, 20), truth(A), rows))) == 2
    assert list(judge.phantom(case(4, 5, 10, 20), truth(A), rows, unproven={20})) == []


def test_a_guest_entered_by_hand_before_his_channel_was_read_may_be_a_case_of_his_own() -> None:
    by_hand = replace(A, by_hand=30)
    assert list(judge.phantom(case(2, 5, 10, 30), truth(by_hand), ROWS)) == []
    assert len(list(judge.phantom(case(2, 5, 10, 30), truth(A), ROWS))) == 2


def test_a_guest_entered_by_hand_stands_by_that_until_his_channels_word_is_taken() -> None:
    by_hand = replace(A, by_hand=30)
    assert judge.stay_of(by_hand, [], TODAY) == 30
    assert judge.stay_of(by_hand, [row(AIRBNB, 2, 5, None, "preview")], TODAY) == 30
    assert judge.stay_of(by_hand, ROWS, TODAY) == 10


def test_nights_that_a_channel_shows_as_an_echo_or_a_closure_stand_for_no_booking() -> None:
    for taken_as in ("echo", "mirror", "closure"):
        rows = [row(BOOKING, 3, 5, 20), row(BOOKING, 5, 7, None, taken_as)]
        assert len(list(judge.lost([B], rows, {20: stay(20, 3, 5)}, TODAY))) == 1


def test_a_stay_of_other_nights_of_the_link_does_not_hold_those_of_a_booking() -> None:
    rows = [row(BOOKING, 4, 6, 20), row(BOOKING, 6, 8, 21)]
    stays = {20: stay(20, 4, 5), 21: stay(21, 5, 8)}
    assert len(list(judge.lost([B], rows, stays, TODAY))) == 1


def shown(*nights: int, link: Link = BOOKING, now: datetime = NOW) -> Shown:
    """A feed that shows these nights from today busy."""
    return Shown(now, TODAY, 30, {link.link_id: {day(night) for night in nights}})


def test_a_sold_night_must_be_shown_busy_to_every_other_channel() -> None:
    assert list(judge.reopened(truth(A), [BOOKING], shown(2, 3, 4))) == []
    assert len(list(judge.reopened(truth(A), [BOOKING], shown(2, 3)))) == 1


def test_a_night_that_the_channel_sold_itself_may_be_shown_open_to_it() -> None:
    assert list(judge.reopened(truth(A), [AIRBNB], shown(link=AIRBNB))) == []
    assert list(judge.reopened(truth(A, B), [BOOKING], shown(2, 3))) == []


def test_a_night_about_which_staff_are_asked_may_be_open_to_the_channel_that_shows_it() -> None:
    assert list(judge.reopened(truth(A), [BOOKING], shown(2, 3), {(BOOKING.link_id, day(4))})) == []
    assert len(list(judge.reopened(truth(A), [BOOKING], shown(2, 3), {(AIRBNB.link_id, day(4))}))) == 1


def test_a_guest_who_was_moved_is_shown_to_the_channel_that_sold_another_room() -> None:
    moved = replace(A, spans=[*A.spans, span(2, 5, room=4)], known=span(2, 5, room=4))
    there = Link(5, 1, 4, "airbnb")
    assert len(list(judge.reopened(truth(moved), [there], shown(link=there)))) == 1
    assert list(judge.reopened(truth(moved), [AIRBNB], shown(link=AIRBNB))) == []


def test_a_night_nobody_ever_bought_is_closed_needlessly() -> None:
    assert list(judge.needless(shown(2, 3, 4), truth(A), [BOOKING], {}, [])) == []
    assert len(list(judge.needless(shown(2, 3, 4, 7), truth(A), [BOOKING], {}, []))) == 1


def test_an_open_case_excuses_a_closed_room_and_an_old_one_does_not() -> None:
    for hours, faults in ((30, 0), (40, 1)):
        at = shown(7, now=NOW + hours * HOUR)
        assert len(list(judge.needless(at, truth(), [BOOKING], {}, [case(7, 8, 10, 20)]))) == faults


def test_a_cancelled_night_must_be_open_a_day_after_the_first_good_look_that_tells() -> None:
    made = truth(guest(AIRBNB, 7, 8))
    made.end(next(iter(made.parties.values())), NOW)
    looks = {AIRBNB.link_id: [NOW + hours * HOUR for hours in (2, 10, 27)]}
    for hours, faults in ((1, 0), (26, 0), (27, 0), (28, 1)):
        at = shown(7, now=NOW + hours * HOUR)
        assert len(list(judge.needless(at, made, [BOOKING], looks, []))) == faults
    assert list(judge.needless(shown(7, now=NOW + 99 * HOUR), made, [BOOKING], {AIRBNB.link_id: []}, [])) == []


def test_what_the_desk_gave_up_must_be_open_after_a_day() -> None:
    at = span(7, 8)
    house = Party("owner", [at], stay_id=30, known=at)
    made = truth(house)
    made.end(house, NOW)
    for hours, faults in ((23, 0), (25, 1)):
        assert len(list(judge.needless(shown(7, now=NOW + hours * HOUR), made, [BOOKING], {}, []))) == faults
