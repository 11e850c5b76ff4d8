"""Two hotels full of things behind the API, where each thing is found by the name that the API gives its id."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from httpx import Response
from sqlalchemy import Select, select, text, update

from core.access import keys
from core.access.keys import NewKey
from core.access.models import AccessSession, ApiKey
from core.access.permissions import FOR_KEYS
from core.channels.models import Channel, ChannelLink
from core.conflicts.models import Conflict, ConflictParty
from core.db.work import Store
from core.events.models import Event
from core.events.service import By
from core.properties.models import Property, Room, RoomType
from core.staff.models import Membership
from core.stays.models import Stay
from core.tables import TABLES
from tests.support.hotel import Hotel
from tests.webhooks.matrix.operations import Operation, operations
from tests.webhooks.routes.house import Api, open_api

MARK = "zqbaobab"
"""Stands in whatever the first hotel is told, and so in whatever of it somebody else is shown."""
PLAIN = frozenset({"subject_id"})
"""What ends like an id's name and names no thing by itself: which thing it is, another field says."""
_UNSTABLE = frozenset({"seen_at"})

Finder = Callable[[Hotel], Select[Any]]


def _of_conflict(hotel: Hotel) -> Select[Any]:
    return (
        select(ConflictParty.stay_id)
        .join(Conflict, Conflict.id == ConflictParty.conflict_id)
        .where(Conflict.property_id == hotel.property_id)
    )


def _link(hotel: Hotel) -> Select[Any]:
    of_channel = select(ChannelLink.id).join(Channel, Channel.id == ChannelLink.channel_id)
    return of_channel.where(Channel.property_id == hotel.property_id)


def _room(hotel: Hotel) -> Select[Any]:
    return select(Room.id).where(Room.property_id == hotel.property_id)


def _type(hotel: Hotel) -> Select[Any]:
    return select(RoomType.id).where(RoomType.property_id == hotel.property_id)


FINDERS: Mapping[str, Finder] = MappingProxyType({
    "property_id": lambda hotel: select(Property.id).where(Property.id == hotel.property_id),
    "listing_id": _room,
    "room_id": _room,
    "to_room": _room,
    "entityId": _room,
    "type_id": _type,
    "room_type_id": _type,
    "block_id": lambda hotel: select(Stay.id).where(Stay.property_id == hotel.property_id, Stay.reason == "owner"),
    "stay_id": lambda hotel: select(Stay.id).where(Stay.property_id == hotel.property_id),
    "winner": _of_conflict,
    "move": _of_conflict,
    "link_id": _link,
    "member_id": lambda hotel: select(Membership.id).where(Membership.property_id == hotel.property_id),
    "person_id": lambda hotel: select(Membership.person_id).where(Membership.property_id == hotel.property_id),
    "key_id": lambda hotel: select(ApiKey.id).where(ApiKey.property_id == hotel.property_id),
    "session_id": lambda hotel: select(AccessSession.id).where(
        AccessSession.person_id.in_(list(hotel.people.values())), AccessSession.ended_at.is_(None)
    ),
    "rule_id": lambda hotel: _in_table("pricing_rules", hotel),
    "parent_id": lambda hotel: _in_table("rate_plans", hotel),
    "plan_id": lambda hotel: _in_table("rate_plans", hotel),
})  # fmt: skip
"""Where a thing of a hotel is found by its id's name. `x_id` not named here is looked for in the table `xs`."""


@dataclass(frozen=True, slots=True)
class Hotels:
    """The hotels and the operations that are asked of them; `Juma` runs the first one, `Otieno` the other."""

    api: Api
    operations: list[Operation]

    def value(self, hotel: Hotel, foreign: Mapping[str, Hotel] = MappingProxyType({})) -> Callable[[str], int | None]:
        """What each name stands for at `hotel`, `foreign` names at other hotels."""
        return cache(lambda name: _sought(self.api.store, foreign.get(name, hotel), name))

    def ask(
        self, one: Operation, headers: Mapping[str, str], value: Callable[[str], int | None], **query: object
    ) -> Response:
        """Return the answer to one operation."""
        needed = {name: value(name) or _plain(name) for name in one.must_query}
        params: dict[str, Any] = {**needed, **query}
        return self.api.client.request(
            one.method, one.url(value), headers=dict(headers), params=params, json=one.sent(value)
        )

    def key(self, property_id: int, maker: str) -> dict[str, str]:
        """Return the header of a key that may all that keys may, made by an admin of its property."""
        wanted = NewKey(property_id, "tests", tuple(map(str, FOR_KEYS)))
        with self.api.store.unit_of_work() as work:
            made, _ = keys.make(work, wanted, By(self.api.acacia.people[maker], "tests"))
        return {"X-API-Key": made}

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row there is, but for denials and when somebody was last seen."""
        found = {}
        with self.api.store.reading() as session:
            for name, table in TABLES.items():
                kept = [column for column in table.columns if column.name not in _UNSTABLE]
                rows = session.execute(select(*kept).order_by(*table.primary_key.columns))
                found[name] = [tuple(row) for row in rows if name != "events" or row.kind != "access.denied"]
        return found

    def denials(self) -> int:
        """Count the recorded denials."""
        with self.api.store.reading() as session:
            return session.query(Event).filter_by(kind="access.denied").count()


def _sought(store: Store, hotel: Hotel, name: str) -> int | None:
    finder = FINDERS.get(name)
    if finder is None and not name.endswith("_id"):
        return None
    query = finder(hotel) if finder else _in_table(f"{name.removesuffix('_id')}s", hotel)
    if query is None:
        return None
    with store.reading() as session:
        # Always the same one, so that what one operation made another finds.
        found: int | None = session.scalar(query.order_by(*query.selected_columns).limit(1))
        return found


def _in_table(name: str, hotel: Hotel) -> Any:  # noqa: ANN401 - a select, or None.
    table = TABLES.get(name)
    if table is None or "property_id" not in table.columns or "id" not in table.columns:
        return None
    return select(table.c.id).where(table.c.property_id == hotel.property_id)


def _plain(name: str) -> str:
    """A value for a parameter that names no thing: two days, the first of which comes first."""
    return "2026-12-20" if name.startswith(("last", "end", "until", "to", "departure")) else "2026-12-18"


@contextmanager
def open_hotels(url: str, folder: Path) -> Iterator[Hotels]:
    """Give both hotels with one of everything that their admins can make with the examples of the schema."""
    with open_api(url, folder) as api:
        _mark(api)
        hotels = Hotels(api, operations(api.app))
        for hotel, admin in ((api.baobab, "Juma"), (api.acacia, "Otieno")):
            _fill(hotels, hotel, admin)
        yield hotels


def _mark(api: Api) -> None:
    """Give the first hotel names that are found again."""
    with api.store.unit_of_work() as work:
        of_baobab = Property.id == api.baobab.property_id
        work.session.execute(update(Property).where(of_baobab).values(name=f"{MARK} house"))
        for kind in (RoomType, Room):
            here = kind.property_id == api.baobab.property_id
            work.session.execute(update(kind).where(here).values(name=kind.name + f" {MARK}"))
        people = tuple(api.baobab.people.values())
        for person_id in people:
            work.session.execute(text(f"UPDATE people SET name = name || ' {MARK}' WHERE id = {person_id}"))


def _fill(hotels: Hotels, hotel: Hotel, admin: str) -> None:
    """Make what the admin of a hotel can: a block, a clash with it, and whatever else can be posted."""
    api, headers = hotels.api, hotels.api.person(admin)
    mark = MARK if hotel is api.baobab else "acacia"
    room = next(iter(hotel.rooms.values()))
    nights = {"arrival": "2026-12-04", "departure": "2026-12-06"}
    told = {"channel": "airbnb", "uid": f"{mark}@airbnb", "start": "2026-12-05", "end": "2026-12-07", "summary": mark}
    for path, body in (
        (f"/api/listings/{room}/blocks", {**nights, "reason": "owner", "note": mark}),
        (f"/api/listings/{room}/events/imported", told),
        ("/api/rate-plans", {"property_id": hotel.property_id, "code": "flex", "name": mark}),
    ):
        api.ask("POST", path, admin, body).raise_for_status()
    for one in hotels.operations:
        if one.method == "post" and one.acts and "{" not in one.path:
            # What is refused or made already is no matter here: the tests say which thing is missing.
            hotels.ask(one, headers, hotels.value(hotel))
