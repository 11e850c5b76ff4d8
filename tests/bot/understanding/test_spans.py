"""How often something is to happen, and words of it that are names elsewhere."""

import pytest

from bot.understanding import CALENDARS, WRITES, Intent, understand
from tests.bot.understanding.hotels import hotel

OPPOSITES = [("pause airbnb", "resume airbnb"), ("stop syncing airbnb", "start syncing airbnb"), ("pause", "unpause")]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("every 15 min", 900),
        ("every 15 minutes", 900),
        ("every 15m", 900),
        ("every 30mins", 1800),
        ("every hour", 3600),
        ("every two hours", 7200),
        ("every 2h", 7200),
        ("every half hour", 1800),
        ("every half an hour", 1800),
        ("once an hour", 3600),
        ("every day", 86400),
    ],
)
def test_a_span_is_read_in_seconds(said: str, seconds: int) -> None:
    reading = understand(f"sync airbnb {said}", hotel())
    assert (reading.intent, reading.every, reading.doubts) == (Intent.SYNC_EVERY, seconds, ())


@pytest.mark.parametrize("text", ["walk-in room 3 2 nights Kim Min", "walk-in room 3 2 nights Half"])
def test_a_word_for_a_span_is_a_name_where_nothing_is_every(text: str) -> None:
    reading = understand(text, hotel())
    assert (reading.guest, reading.doubts) == (" ".join(text.split()[5:]), ())


@pytest.mark.parametrize("text", ["block room 3 every friday", "block room 3 every day", "sync airbnb every blue moon"])
def test_every_never_says_how_often_a_room_is_held(text: str) -> None:
    assert understand(text, hotel()).doubts


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_opposite_verbs_differ(one: str, other: str) -> None:
    assert {understand(one, hotel()).intent, understand(other, hotel()).intent} == {Intent.PAUSE, Intent.RESUME}


@pytest.mark.parametrize("verb", ["pause airbnb", "resume airbnb", "sync airbnb every hour", "connect room 3 airbnb"])
@pytest.mark.parametrize("days", ["until tomorrow", "tomorrow", "for 2 nights", "friday to sunday", "for 2 hours"])
def test_days_beside_what_has_none_are_doubted(verb: str, days: str) -> None:
    assert understand(f"{verb} {days}", hotel()).doubts
    assert understand(verb, hotel()).doubts == ()


@pytest.mark.parametrize("text", ["sync airbnb now", "sync room 3 now", "is airbnb synced now?"])
def test_now_is_at_once_and_no_day_where_calendars_are_read(text: str) -> None:
    reading = understand(text, hotel())
    assert reading.start is None
    assert (reading.intent is Intent.SYNC_NOW) is not text.endswith("?")
    assert understand("block room 3 now", hotel()).start is not None


def test_what_changes_how_calendars_are_read_is_a_write() -> None:
    assert {Intent.SYNC_STATUS, Intent.SYNC_LOG} == CALENDARS - WRITES
