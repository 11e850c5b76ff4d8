"""Who is told of calendars that cannot be read: once a channel, again when nobody mends it, once when it works."""

from datetime import timedelta

from core.imports import watching
from core.imports.health import GATHERED_FOR, Word
from core.imports.views import LinkState
from core.imports.watching import News
from tests.core.imports.hotel import AIRBNB, BOOKING, LINKS, Calendars

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FOUR, SEVEN = ("airbnb", "4"), ("airbnb", "7")
LATE = HOUR + MINUTE


def watch(calendars: Calendars) -> tuple[News, ...]:
    with calendars.store.unit_of_work() as work:
        return watching.watch(work)


def rooms(news: News) -> list[str]:
    return [link.room for link in news.links if link.room is not None]


def all_good(calendars: Calendars) -> None:
    for name in LINKS:
        calendars.read(name)


def test_while_all_is_well_nobody_is_told_anything(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(HOUR)
    assert watch(calendars) == ()


def test_r19_a_late_calendar_is_told_once_and_a_stale_one_at_once_to_the_admins_too(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(LATE)
    for name in LINKS[1:]:
        calendars.read(name)
    (news,) = watch(calendars)
    assert (news.word, rooms(news), news.times, news.to_admins) == (Word.LATE, ["3"], 1, False)
    assert (news.links[0].state, news.room_ids) == (LinkState.LATE, (calendars.hotel.rooms["3"],))
    assert watch(calendars) == ()
    calendars.advance(29 * MINUTE)
    assert watch(calendars) == ()
    calendars.advance(MINUTE)
    (again,) = watch(calendars)
    assert (again.word, again.times, again.to_admins) == (Word.LATE, 2, True)
    calendars.advance(2 * HOUR - 30 * MINUTE)
    for name in LINKS[1:]:
        calendars.read(name)
    (stale,) = watch(calendars)
    assert (stale.word, stale.times, stale.to_admins) == (Word.STALE, 3, True)


def test_an_outage_of_a_platform_is_one_message_and_not_one_a_room(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(20 * MINUTE)
    for name in (FOUR, SEVEN):
        calendars.read(name)
    for name in (AIRBNB, FOUR, SEVEN):
        calendars.advance(10 * MINUTE)
        calendars.read(name, trouble="status_5xx")
    calendars.read(BOOKING)
    calendars.advance(11 * MINUTE)
    (news,) = watch(calendars)
    assert (rooms(news), news.links[0].trouble) == (["3", "4", "7"], "status_5xx")
    for _ in range(25):
        calendars.advance(MINUTE)
        assert watch(calendars) == ()


def test_channels_are_told_of_apart(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(LATE)
    assert [(news.links[0].platform, rooms(news)) for news in watch(calendars)] == [
        ("airbnb", ["3", "4", "7"]), ("booking_com", ["3"]),
    ]  # fmt: skip


def test_works_again_waits_for_the_neighbours_which_are_looked_at_at_once(calendars: Calendars) -> None:
    all_good(calendars)
    good = calendars.now
    calendars.advance(LATE)
    for name in LINKS:
        calendars.read(name, trouble="timeout")
    assert len(watch(calendars)) == 2
    calendars.advance(10 * MINUTE)
    calendars.read(AIRBNB)
    assert watch(calendars) == ()
    assert (calendars.due_in(FOUR), calendars.due_in(SEVEN)) == (timedelta(0), timedelta(0))
    assert (calendars.row(AIRBNB), calendars.row(BOOKING)) == (None, None)
    for name in (FOUR, SEVEN):
        calendars.read(name)
    (news,) = watch(calendars)
    assert (news.word, sorted(rooms(news)), news.since, news.to_admins) == (
        Word.WORKS_AGAIN,
        ["3", "4", "7"],
        good,
        False,
    )
    assert watch(calendars) == ()
    assert [calendars.memory(name).alerts for name in LINKS] == [0, 1, 0, 0]


def test_works_again_does_not_wait_for_ever_for_neighbours_that_nobody_looks_at(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(LATE)
    for name in (AIRBNB, FOUR, SEVEN):
        calendars.read(name, trouble="timeout")
    calendars.read(BOOKING)
    watch(calendars)
    calendars.advance(MINUTE)
    calendars.read(AIRBNB)
    assert watch(calendars) == ()
    calendars.advance(GATHERED_FOR)
    (news,) = watch(calendars)
    assert (news.word, rooms(news)) == (Word.WORKS_AGAIN, ["3"])


def test_one_that_works_again_is_told_although_a_neighbour_was_tried_and_still_fails(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.advance(LATE)
    for name in (AIRBNB, FOUR):
        calendars.read(name, trouble="timeout")
    for name in (BOOKING, SEVEN):
        calendars.read(name)
    watch(calendars)
    calendars.advance(MINUTE)
    calendars.read(AIRBNB)
    calendars.advance(MINUTE)
    calendars.read(FOUR, trouble="timeout")
    (news,) = watch(calendars)
    assert (news.word, rooms(news)) == (Word.WORKS_AGAIN, ["3"])
    assert calendars.memory(FOUR).alerts == 1


def test_a_paused_channel_and_one_without_a_calendar_are_nobodys_news(calendars: Calendars) -> None:
    all_good(calendars)
    calendars.set_channel("airbnb", active=False)
    calendars.set_link(BOOKING, import_url=None)
    calendars.advance(10 * HOUR)
    assert watch(calendars) == ()


def test_a_calendar_that_never_worked_is_told_of_after_its_first_try(calendars: Calendars) -> None:
    calendars.read(trouble="dns")
    calendars.advance(HOUR)
    assert watch(calendars) == ()
    calendars.advance(MINUTE)
    (news,) = watch(calendars)
    assert (news.word, rooms(news), news.links[0].good_at) == (Word.LATE, ["3"], None)
