"""When a calendar is late or stale, and when staff are told: R19's three hours and what goes before them."""

from datetime import UTC, datetime, timedelta

import pytest

from core.imports.health import GATHERED_FOR, Reading, Told, Word, reaches_admins, state_of, word_on
from core.imports.views import LinkState

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GOOD = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
USUAL = Reading(30 * MINUTE, 30 * MINUTE, GOOD)
"""Read every half hour; staff are told half an hour later than that."""


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (timedelta(0), LinkState.FRESH),
        (HOUR, LinkState.FRESH),
        (HOUR + MINUTE, LinkState.LATE),
        (3 * HOUR, LinkState.LATE),
        (3 * HOUR + MINUTE, LinkState.STALE),
        (9 * DAY, LinkState.STALE),
    ],
)
def test_r19_a_calendar_is_late_beyond_its_threshold_and_stale_beyond_three_hours(
    after: timedelta, state: LinkState
) -> None:
    assert state_of(USUAL, GOOD + after, good=True) is state


def test_a_calendar_that_is_seldom_read_is_not_stale_before_it_is_late() -> None:
    seldom = Reading(6 * HOUR, 30 * MINUTE, GOOD)
    assert state_of(seldom, GOOD + 6 * HOUR, good=True) is LinkState.FRESH
    assert state_of(seldom, GOOD + 7 * HOUR, good=True) is LinkState.STALE


def test_a_paused_calendar_is_neither_late_nor_news() -> None:
    paused = Reading(USUAL.interval, USUAL.alert_after, GOOD, active=False)
    assert state_of(paused, GOOD + DAY, good=True) is LinkState.PAUSED
    assert word_on(paused, Told(), GOOD + DAY, good_at=GOOD) is None


def test_one_never_tried_waits_and_one_that_never_worked_is_late_after_its_first_try() -> None:
    untried, tried = Reading(USUAL.interval, USUAL.alert_after, None), USUAL
    assert state_of(untried, GOOD + DAY, good=False) is LinkState.WAITING
    assert word_on(untried, Told(), GOOD + DAY, good_at=None) is None
    assert state_of(tried, GOOD + MINUTE, good=False) is LinkState.WAITING
    assert word_on(tried, Told(), GOOD + HOUR + MINUTE, good_at=None) is Word.LATE


def test_r07_a_feed_nobody_reads_shows_only_while_the_import_is_well() -> None:
    assert state_of(USUAL, GOOD, good=True, silent=True) is LinkState.NOT_READ_BY_OTA
    assert state_of(USUAL, GOOD + 2 * HOUR, good=True, silent=True) is LinkState.LATE


def test_r19_staff_are_told_when_it_is_late_when_it_is_stale_and_then_more_and_more_seldom() -> None:
    told, words = Told(), []
    for minute in range(3 * 24 * 60):
        now = GOOD + minute * MINUTE
        word = word_on(USUAL, told, now, good_at=GOOD)
        if word is not None:
            told = Told(told.alerts + 1, now)
            words.append((word, minute))
    assert words == [
        (Word.LATE, 61), (Word.LATE, 91), (Word.STALE, 181), (Word.STALE, 181 + 24 * 60), (Word.STALE, 181 + 48 * 60),
    ]  # fmt: skip


def test_a_late_calendar_that_is_not_stale_yet_is_repeated_after_half_an_hour_and_two_hours() -> None:
    seldom = Reading(HOUR, 8 * HOUR, GOOD)
    late_at = GOOD + 9 * HOUR + MINUTE
    assert word_on(seldom, Told(), late_at, good_at=GOOD) is Word.STALE
    for alerts, pause in ((1, 30 * MINUTE), (2, 2 * HOUR), (3, DAY), (9, DAY)):
        told = Told(alerts, late_at)
        assert word_on(seldom, told, late_at + pause - MINUTE, good_at=GOOD) is None
        assert word_on(seldom, told, late_at + pause, good_at=GOOD) is Word.STALE


def test_it_works_again_is_said_once_and_only_to_those_who_were_told() -> None:
    read_at = GOOD + 5 * HOUR
    again = Reading(USUAL.interval, USUAL.alert_after, read_at)
    assert word_on(again, Told(2, GOOD + 2 * HOUR), read_at + MINUTE, good_at=read_at) is Word.WORKS_AGAIN
    assert word_on(again, Told(), read_at + MINUTE, good_at=read_at) is None


def test_the_first_word_goes_to_the_staff_and_the_admins_join_when_it_lasts_or_when_it_is_stale() -> None:
    assert [reaches_admins(Word.LATE, alerts) for alerts in (1, 2, 5)] == [False, True, True]
    assert reaches_admins(Word.STALE, 1)
    assert GATHERED_FOR < 5 * MINUTE
