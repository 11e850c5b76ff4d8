"""Recorded calendars of months, replayed fetch by fetch against what really happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.feeds.told.timelines import ALL, dialect_of, fetches, late, played, truth, wrongly_freed


@pytest.mark.parametrize("name", ALL)
def test_r12_no_night_is_freed_that_is_not_free_in_truth(name: str) -> None:
    assert wrongly_freed(name) == []


@pytest.mark.parametrize("name", ALL)
def test_r12_every_night_that_is_free_in_truth_is_freed_by_the_first_look_after_the_grace(name: str) -> None:
    assert late(name) == []


@pytest.mark.parametrize("name", ALL)
def test_r09_every_night_a_snapshot_shows_is_believed_at_once(name: str) -> None:
    assert played(name).unseen == []


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("airbnb")])
def test_r09_no_coded_reservation_is_lost_or_told_twice(name: str) -> None:
    true = sorted(item["ref"] for item in truth(name)["items"] if item["ref"])
    assert sorted(told.code for told in played(name).first_seen() if told.code) == true


@pytest.mark.parametrize("name", ALL)
def test_r09_bookings_are_as_many_as_in_truth(name: str) -> None:
    # A closure cut in two may be told as one with two pieces or as one changed and one new: one apart.
    assert abs(len(played(name).first_seen()) - len(truth(name)["items"])) <= 1


@pytest.mark.parametrize("name", ALL)
def test_r12_cancellations_are_those_of_the_truth(name: str) -> None:
    items = [item for item in truth(name)["items"] if item["cancelled"]]
    # A closure that leaves on its last day ends by date before the grace is over: no night of it can be freed.
    late_ones = sum(item["kind"] == "block" and item["gone_at"][:10] >= item["start"] for item in items)
    count = len(played(name).cancelled())
    assert len(items) - late_ones <= count <= len(items)


@pytest.mark.parametrize("name", ALL)
def test_r11_no_change_of_dates_is_invented(name: str) -> None:
    changes, true = played(name).changes(), truth(name)["totals"]["changes"]
    # A closure cut on its last day counts as a change here and as a cancellation there.
    assert len(changes) <= true + (1 if name == "airbnb_a" else 0)
    assert len(changes) >= true


@pytest.mark.parametrize("name", ALL)
def test_r13_at_most_one_question_is_asked_in_a_thousand_fetches(name: str) -> None:
    run = played(name)
    assert len(run.questions()) <= -(-len(run.fetches) // 1000)


def test_r12_without_a_grace_nights_that_are_sold_would_be_freed() -> None:
    hasty = replace(dialect_of("booking_c"), grace=timedelta(0), looks=1)
    assert wrongly_freed("booking_c", hasty)


def test_r11_without_a_rolling_far_end_changes_would_be_invented() -> None:
    naive = replace(dialect_of("booking_c"), far_days=None)
    assert len(played("booking_c", naive).changes()) > 5 * truth("booking_c")["totals"]["changes"]


def test_r18_booking_com_writes_many_more_uids_than_there_are_bookings() -> None:
    uids = {seen.uid for fetch in fetches("booking_a") for seen in fetch.snapshot or ()}
    assert len(uids) > 3 * len(played("booking_a").first_seen())
