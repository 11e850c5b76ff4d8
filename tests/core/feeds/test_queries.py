"""A feed read from the database in one snapshot."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Connection

from core.feeds import queries, service
from core.feeds.queries import Feed
from core.properties.models import Property
from core.values.nights import Nights
from tests.core.feeds.hotel import CANARY, NOW, TODAY, Hotel, add_nights, add_stay, november


def load(hotel: Hotel) -> Feed:
    """The feed of room 3 as it stands."""
    with hotel.store.reading() as session:
        feed = queries.load(session, hotel.link_id, hotel.clock.now())
    assert feed is not None
    return feed


def busy(hotel: Hotel) -> set[date]:
    """The nights that the feed of room 3 shows."""
    with hotel.store.reading() as session:
        shown = queries.shown(session, hotel.link_id, hotel.clock.now())
    return {night for event in shown for night in event.nights}


def test_a_feed_carries_the_version_and_the_local_day_of_its_snapshot(hotel: Hotel) -> None:
    hotel.clock.advance(timedelta(hours=3))
    hotel.hold(november(21), november(23))

    feed = load(hotel)

    assert (feed.link_id, feed.version) == (hotel.link_id, 2)
    # 21:40 in UTC is after midnight in Nairobi.
    assert feed.day == november(21)
    assert feed.changed_at == hotel.clock.now()


def test_an_unknown_link_has_no_feed(hotel: Hotel) -> None:
    with hotel.store.reading() as session:
        assert queries.load(session, hotel.link_id + 1, NOW) is None
        assert queries.shown(session, hotel.link_id + 1, NOW) == []


def test_r01_held_contested_and_closed_nights_are_busy(hotel: Hotel) -> None:
    hotel.hold(november(21), november(22))
    with hotel.store.unit_of_work() as work:
        add_stay(work, hotel, Nights(november(22), november(23)), state="contested")
        add_stay(work, hotel, Nights(november(28), november(29)), state="released")
        elsewhere = add_stay(work, hotel, Nights(november(29), november(30)), room_id=hotel.other_room_id)
        add_nights(work, hotel.other_room_id, [november(29)], elsewhere)
    hotel.day(november(23), stop_sell=True)
    hotel.day(november(24), sold=1, keep_back=1)
    hotel.day(november(25), sold=1, contested=1)
    hotel.day(november(26), sold=1)

    assert busy(hotel) == set(Nights(november(21), november(26)))


def test_r04_a_night_given_up_stays_in_the_event_until_it_opens(hotel: Hotel) -> None:
    stay_id = hotel.hold(november(21), november(24), changed_at=NOW)
    before = load(hotel).body

    hotel.opens_late(stay_id, [november(22), november(23)])
    assert load(hotel).body == before

    hotel.clock.advance(timedelta(minutes=10))
    with hotel.store.unit_of_work() as work:
        assert service.open_due(work, hotel.room_id)
    assert busy(hotel) == {november(21)}


def test_r05_a_version_alone_does_not_say_what_a_feed_shows(hotel: Hotel) -> None:
    hotel.hold(november(20), november(21))
    today = load(hotel)
    hotel.clock.advance(timedelta(days=2))
    later = load(hotel)

    assert today.version == later.version
    assert today.body != later.body


def test_r05_the_night_of_yesterday_is_still_shown(hotel: Hotel) -> None:
    hotel.hold(november(19), november(20))
    hotel.hold(november(17), november(19))

    assert busy(hotel) == {november(19)}


def test_r06_a_removed_room_is_busy_for_24_months(hotel: Hotel) -> None:
    hotel.remove_room()

    assert busy(hotel) == set(Nights(november(19), date(2028, 11, 20)))


def test_an_empty_feed_holds_one_event_that_closes_nothing(hotel: Hotel) -> None:
    assert busy(hotel) == set()

    lines = load(hotel).body.decode().split("\r\n")

    assert lines.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{TODAY - timedelta(days=2):%Y%m%d}" in lines
    assert f"DTEND;VALUE=DATE:{TODAY - timedelta(days=1):%Y%m%d}" in lines


def test_no_guest_is_in_a_feed(hotel: Hotel) -> None:
    hotel.hold(november(21), november(22), guest=CANARY, phone="+254700000001", note=f"{CANARY} likes tea")

    body = load(hotel).body.decode()

    assert "SUMMARY:Reserved" in body
    assert CANARY not in body
    assert "254700" not in body


def test_the_same_state_gives_the_same_bytes(hotel: Hotel) -> None:
    hotel.hold(november(21), november(22))
    hotel.hold(november(24), november(26))
    before = load(hotel).body
    hotel.clock.advance(timedelta(hours=1))

    assert load(hotel).body == before


def test_a_feed_is_one_snapshot_while_others_write(hotel: Hotel) -> None:
    hotel.hold(november(21), november(22))
    with hotel.store.reading() as session:
        first = queries.load(session, hotel.link_id, NOW)
        hotel.hold(november(24), november(26))
        assert queries.load(session, hotel.link_id, NOW) == first
    assert load(hotel) != first


def test_a_feed_takes_eleven_statements_however_many_stays(hotel: Hotel) -> None:
    for first in range(20, 28, 2):
        hotel.hold(november(first), november(first + 1))
    statements: list[str] = []

    def seen(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(hotel.store.database.read, "before_cursor_execute", seen)
    try:
        load(hotel)
    finally:
        event.remove(hotel.store.database.read, "before_cursor_execute", seen)

    # Beside those of the parts, the days and what waits for an answer, past the listeners (docs/decisions/0017).
    assert len(statements) == 8


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Kiritimati", 21), ("Pacific/Pago_Pago", 20)])
def test_r05_the_day_is_the_propertys_own(hotel: Hotel, zone: str, day: int) -> None:
    with hotel.store.unit_of_work() as work:
        work.session.execute(update(Property).values(timezone=zone))

    assert load(hotel).day == november(day)
