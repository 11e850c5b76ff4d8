"""What the feeds should show, worked out in plain Python from the tables, with nothing of `core.feeds`."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, text

from core.db.work import Store
from tests.support.truth import _day

DAY = timedelta(days=1)


def wrong_feeds(store: Store, shown: dict[tuple[int, int], set[date]]) -> Iterator[str]:
    """Name the feeds, by link and room, that do not show what is so (R1, R2, R4, R21)."""
    # In the example hotel the day begins at midnight, 21:00 in Greenwich, as far as feeds are concerned.
    first = (store.clock.now() + timedelta(hours=3)).date() - DAY
    with store.database.read.connect() as connection:
        for (link_id, room_id), nights in shown.items():
            busy = _busy(connection, room_id) - _told(connection, link_id)
            expected = {night for night in busy if night >= first}
            visible = {night for night in nights if night >= first}
            if visible != expected:
                yield (
                    f"the feed of link {link_id} for room {room_id} shows {sorted(visible - expected)} too much"
                    f" and {sorted(expected - visible)} too little"
                )


def _busy(connection: Connection, room_id: int) -> set[date]:
    held = _nights(connection, "SELECT night FROM room_nights WHERE room_id = :room", room=room_id)
    late = _nights(connection, "SELECT night FROM late_openings WHERE room_id = :room", room=room_id)
    waiting = _runs(
        connection, "SELECT arrival, departure FROM stays WHERE room_id = :room AND state = 'contested'", room=room_id
    )
    kept = _runs(
        connection, "SELECT kept_arrival, kept_departure FROM conflicts WHERE kept_room_id = :room", room=room_id
    )
    tight = _nights(
        connection,
        "SELECT night FROM inventory_days WHERE type_id = (SELECT type_id FROM rooms WHERE id = :room)"
        " AND total - sold - blocked <= keep_back + contested",
        room=room_id,
    )
    return held | late | waiting | kept | tight


def _told(connection: Connection, link_id: int) -> set[date]:
    return _runs(
        connection,
        "SELECT arrival, departure FROM channel_bookings WHERE link_id = :link AND forgotten_at IS NULL"
        " AND kind = 'reservation' AND state NOT IN ('gone', 'ended') AND taken_as IN ('stay', 'preview')",
        link=link_id,
    )


def _nights(connection: Connection, query: str, **values: int) -> set[date]:
    return {_day(night) for (night,) in connection.execute(text(query), values)}


def _runs(connection: Connection, query: str, **values: int) -> set[date]:
    return {
        _day(arrival) + DAY * n
        for arrival, departure in connection.execute(text(query), values)
        for n in range((_day(departure) - _day(arrival)).days)
    }
