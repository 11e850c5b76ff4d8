"""The front desk's rules without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.properties.views import RoomView
from core.stays import errors, rules
from core.stays.reasons import Reason
from core.values.nights import Nights

TODAY = date(2026, 11, 20)
offsets = some.integers(-10, 10)


def _nights(first: int, count: int) -> Nights:
    return Nights(TODAY + timedelta(days=first), TODAY + timedelta(days=first + count))


@given(offsets, some.integers(1, 10), offsets, some.integers(1, 10))
def test_what_remains_and_what_is_given_up_are_the_stay(first: int, count: int, opened: int, opens: int) -> None:
    stay = _nights(first, count)
    try:
        kept, given_up = rules.what_remains(stay, _nights(opened, opens), TODAY, 1)
    except (errors.NightsLeft, errors.NothingToChange, errors.OpensTheMiddle):
        return
    assert sorted([*(kept or ()), *given_up]) == list(stay)
    assert all(night >= TODAY for night in given_up)
    assert set(given_up) == {night for night in stay if night in _nights(opened, opens) and night >= TODAY}


@given(offsets, some.integers(1, 10))
def test_opening_all_keeps_only_what_is_over(first: int, count: int) -> None:
    stay = _nights(first, count)
    if stay.departure <= TODAY:
        with pytest.raises(errors.NightsLeft):
            rules.what_remains(stay, None, TODAY, 1)
        return
    kept, given_up = rules.what_remains(stay, None, TODAY, 1)
    assert list(kept or ()) == [night for night in stay if night < TODAY]
    assert list(given_up) == [night for night in stay if night >= TODAY]


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 20), date(2028, 11, 20)),
        (date(2028, 2, 29), date(2030, 3, 1)),
        (date(2026, 2, 28), date(2028, 2, 28)),
    ],
)
def test_r05_the_horizon_is_two_years(today: date, last: date) -> None:
    assert rules.horizon(today) == last


def test_r23_only_guests_sell() -> None:
    assert {reason for reason in Reason if reason.sells} == {Reason.GUEST, Reason.WALK_IN}


def test_rooms_offered_instead_are_nearest_in_kind_then_in_price() -> None:
    def room(room_id: int, type_id: int, rate: int | None) -> RoomView:
        price = None if rate is None else Decimal(rate)
        return RoomView(room_id, str(room_id), (), type_id, f"type {type_id}", price, room_id)

    wanted, dearer, nearer = room(1, 1, 4000), room(2, 2, 9000), room(3, 3, 4500)
    same, same_later, unpriced = room(5, 1, 4000), room(6, 1, 4000), room(4, 4, None)
    offered = rules.rooms_instead(wanted, [wanted, unpriced, dearer, nearer, same_later, same])
    assert offered == [same, same_later, nearer, unpriced, dearer]


def test_r25_the_undo_time_includes_its_last_moment() -> None:
    made, ten = datetime(2026, 11, 20, 18, 40, tzinfo=UTC), timedelta(minutes=10)
    assert rules.undo_is_open(made, made + ten, ten)
    assert not rules.undo_is_open(made, made + ten + timedelta(microseconds=1), ten)
