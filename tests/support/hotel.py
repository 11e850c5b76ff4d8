"""The example hotel on any migrated database: rooms, staff and linked channels, known by their names.

`open_store` and `make_hotel` are enough for a test with verbs of its own; `Desk` (tests/support/desk.py) adds the
front desk's verbs, each in its own unit of work.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

from core.channels.models import Channel, ChannelLink
from core.clock import Clock, SetClock
from core.db.engine import connect
from core.db.work import Store, UnitOfWork
from core.feeds import service as feeds
from core.platforms.base import Mode
from core.properties.models import Property, Room, RoomType
from core.sealing import Sealer
from core.staff.models import Membership, Person
from core.staff.roles import Role

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
"""Friday evening, 21:40 in Nairobi."""
TODAY = date(2026, 11, 20)
"""The business day of `NOW`."""
SEALER = Sealer("a key for tests")
ROOMS: Mapping[str, str] = MappingProxyType({"3": "DBL", "4": "DBL", "7": "TWN"})
"""The types of the usual rooms, by room name."""
STAFF: Mapping[str, Role] = MappingProxyType({"Amina": Role.STAFF, "Juma": Role.PROPERTY_ADMIN})
LINKS = (("airbnb", "3"), ("booking_com", "3"))
"""Which platform is linked to which room."""
_NAMES = {"baobab": "Baobab Guest House"}
_HALF_HOUR = 1800


@dataclass(frozen=True, slots=True)
class Hotel:
    """The ids of a made hotel, by the names that people use."""

    property_id: int
    rooms: Mapping[str, int]
    types: Mapping[str, int]
    """By code."""
    people: Mapping[str, int]
    links: Mapping[tuple[str, str], int]
    """By platform and room name, or type code."""
    tokens: Mapping[int, str]
    """What stands in the address of a link's feed, by link."""


@contextmanager
def open_store(url: str, now: datetime = NOW) -> Iterator[Store]:
    """Give a store on the migrated database at `url` whose clock stands at `now`; see `clock_of`."""
    store = Store(connect(url), SetClock(now))
    try:
        yield store
    finally:
        store.database.dispose()


def clock_of(store: Store) -> SetClock:
    """Return the clock of a store that `open_store` gave, to be advanced."""
    clock: Clock = store.clock
    assert isinstance(clock, SetClock)
    return clock


def make_hotel(
    store: Store,
    rooms: Mapping[str, str] = ROOMS,
    *,
    code: str = "baobab",
    zone: str = "Africa/Nairobi",
    staff: Mapping[str, Role] = STAFF,
    links: Iterable[tuple[str, str]] = LINKS,
) -> Hotel:
    """Make a hotel in one unit of work: `rooms` names each room's type, `links` rooms, or types by their codes.

    Only what exists is linked.
    """
    with store.unit_of_work() as work:
        place = Property(
            code=code, name=_NAMES.get(code, code), timezone=zone, currency="KES", language="en", made_at=work.now
        )
        work.session.add(place)
        work.session.flush()
        types = _types(work, place, rooms.values())
        made = {
            name: Room(property_id=place.id, type_id=types[kind], name=name, position=position)
            for position, (name, kind) in enumerate(rooms.items())
        }
        work.session.add_all(made.values())
        work.session.flush()
        room_ids = {name: room.id for name, room in made.items()}
        feeds.changed(work, room_ids.values())
        wanted = [(platform, name) for platform, name in links if name in room_ids or name in types]
        linked = _links(work, place, room_ids, types, wanted)
        tokens = {link_id: feeds.give_address(work, SEALER, link_id) for link_id in linked.values()}
        return Hotel(place.id, room_ids, types, _people(work, place, staff), linked, tokens)


def _types(work: UnitOfWork, place: Property, codes: Iterable[str]) -> dict[str, int]:
    made = {
        code: RoomType(property_id=place.id, code=code, name=code.capitalize(), base_rate=Decimal(4500))
        for code in dict.fromkeys(codes)
    }
    work.session.add_all(made.values())
    work.session.flush()
    return {code: kind.id for code, kind in made.items()}


def _people(work: UnitOfWork, place: Property, staff: Mapping[str, Role]) -> dict[str, int]:
    people = {name: Person(name=name, made_at=work.now) for name in staff}
    work.session.add_all(people.values())
    work.session.flush()
    work.session.add_all(
        Membership(person_id=people[name].id, property_id=place.id, role=role) for name, role in staff.items()
    )
    work.session.flush()
    return {name: person.id for name, person in people.items()}


def _links(
    work: UnitOfWork,
    place: Property,
    rooms: Mapping[str, int],
    types: Mapping[str, int],
    wanted: list[tuple[str, str]],
) -> dict[tuple[str, str], int]:
    channels = {
        platform: Channel(
            property_id=place.id, platform=platform, mode=Mode.ICAL, interval=_HALF_HOUR, made_at=work.now
        )
        for platform in dict.fromkeys(platform for platform, _ in wanted)
    }
    work.session.add_all(channels.values())
    work.session.flush()
    made = {
        (platform, name): ChannelLink(
            channel_id=channels[platform].id,
            made_at=work.now,
            room_id=rooms.get(name),
            type_id=types[name] if name not in rooms else None,
        )
        for platform, name in wanted
    }
    work.session.add_all(made.values())
    work.session.flush()
    return {key: link.id for key, link in made.items()}
