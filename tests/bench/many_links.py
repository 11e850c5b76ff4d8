"""A house with very many links, loaded past the use cases: each was read before, and is due once in its interval."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from core.channels.models import Channel, ChannelLink, LinkImport
from core.channels.service import SEALED_FOR
from core.db.work import Store
from core.feeds.models import FeedVersion
from core.feeds.reading import fingerprint
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from core.properties.models import Property, Room, RoomType
from core.sealing import Sealer
from tests.bench.calendar_server import numbered

ROOMS = 20
"""Of each property, each with one link."""
HOSTS = 200


def load(
    store: Store, sealer: Sealer, port: int, links: int, *, interval: timedelta, hanging: int, body: bytes
) -> None:
    """Fill the migrated, empty database behind `store` with `links` links on `HOSTS` hosts, of which `hanging` hang.

    `body` is what each of them said last, with its own codes. Their times are spread evenly over `interval` from now.
    """
    with store.unit_of_work() as work:
        now, numbers = work.now, range(1, links + 1)
        places = range(1, links // ROOMS + 1)
        rows: dict[type, list[dict[str, object]]] = {
            Property: [
                {"id": n, "code": f"p{n}", "name": "Baobab", "timezone": "Africa/Nairobi", "currency": "KES",
                 "language": "en", "made_at": now} for n in places
            ],
            RoomType: [{"id": n, "property_id": n, "code": "DBL", "name": "Double"} for n in places],
            Channel: [
                {"id": n, "property_id": n, "platform": "airbnb", "mode": "ical",
                 "interval": int(interval.total_seconds()), "active": True, "alert_after": 1800, "made_at": now,
                 "inclusive_end": False, "frees_unanswered": True} for n in places
            ],
            Room: [
                {"id": n, "property_id": _place(n), "type_id": _place(n), "name": str(n), "position": n, "aliases": []}
                for n in numbers
            ],
            FeedVersion: [{"room_id": n, "version": 1, "changed_at": now} for n in numbers],
            ChannelLink: [
                {"id": n, "channel_id": _place(n), "room_id": n, "made_at": now, "read_version": 0, "read_nights": [],
                 "import_url": sealer.seal(_url(n, port, hanging), SEALED_FOR)} for n in numbers
            ],
            LinkImport: [
                {"link_id": n, "looks": 1, "good_at": now, "last_day": now.date(),
                 "fingerprint": fingerprint(numbered(body, n)), "failures": 0,
                 "alerts": 0, "recurring": False, "next_number": 1, "proved_nights": []} for n in numbers
            ],
            Due: [
                {"kind": PullFeed.kind, "facts": {"link_id": n}, "key": f"pull:{n}", "attempts": 0, "buried": False,
                 "every": interval.total_seconds(), "due_at": due_at(now, n, links, interval), "made_at": now}
                for n in numbers
            ],
        }  # fmt: skip
        for table, lines in rows.items():
            work.session.execute(insert(table), lines)


def due_at(now: datetime, number: int, links: int, interval: timedelta) -> datetime:
    """When a link is due; neighbours in number, which share a property, are far from each other in time."""
    return now + interval * ((number * 7919 % links) / links)


def hangs(number: int, hanging: int) -> bool:
    """Whether a link is on a host that never answers."""
    return number % HOSTS < hanging


def _place(number: int) -> int:
    return (number - 1) // ROOMS + 1


def _url(number: int, port: int, hanging: int) -> str:
    path = "hang" if hangs(number, hanging) else "a"
    return f"http://h{number % HOSTS}.example:{port}/{path}/{number}.ics"
