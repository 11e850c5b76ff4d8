"""The importer on a database of its own, for one calendar at a time: replays see what the house would do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from core.channels.models import Channel, ChannelLink, LinkImport
from core.clock import SetClock, local_date
from core.db.engine import Database
from core.db.work import Store
from core.feeds.fetch.answers import Fetched
from core.feeds.told.happenings import Looked
from core.feeds.told.values import Known
from core.imports import memory, service
from core.imports.reading import Brought, Order, Unchanged, Useless, prepare, read
from core.imports.replay import Fetch
from core.platforms.base import Mode
from core.properties.models import Property, Room, RoomType
from core.sealing import Sealer

_SEALER = Sealer("a scratch database keeps no secret")
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Scratch:
    """A hotel of one room in an empty, migrated database, whose one link is read."""

    database: Database
    platform: str
    zone: str
    _clock: SetClock = field(default_factory=lambda: SetClock(_BEGINNING))
    _link_id: int = 0
    _whole: bool = False
    """Whether the last fetch brought a whole calendar."""
    _known: Known = field(default_factory=Known)
    _slept: datetime | None = None
    """The last good look that changed nothing and was not written."""

    def __post_init__(self) -> None:
        with self._store.unit_of_work() as work:
            place = Property(
                code="scratch", name="Scratch", timezone=self.zone, currency="EUR", language="en", made_at=work.now
            )
            work.session.add(place)
            work.session.flush()
            kind = RoomType(property_id=place.id, code="ROOM", name="Room", base_rate=Decimal(0))
            channel = Channel(
                property_id=place.id, platform=self.platform, mode=Mode.ICAL, interval=3600, made_at=work.now
            )
            work.session.add_all([kind, channel])
            work.session.flush()
            room = Room(property_id=place.id, type_id=kind.id, name="1", position=0)
            work.session.add(room)
            work.session.flush()
            url = _SEALER.seal("https://calendar.example/1.ics", "channel_links.import_url")
            link = ChannelLink(channel_id=channel.id, room_id=room.id, made_at=work.now, import_url=url)
            work.session.add(link)
            work.session.flush()
            self._link_id = link.id

    @property
    def _store(self) -> Store:
        return Store(self.database, self._clock)

    def look(self, fetch: Fetch) -> Looked | None:
        """Look at one fetch; where nothing changed and nothing waits, nothing is written either."""
        self._clock.instant = fetch.at
        if fetch.body is None and not self._whole:
            return None
        if fetch.body is None and self._sleeps(fetch.at):
            return Looked(self._known)
        with self._store.reading() as session:
            order = prepare(session, _SEALER, self._link_id, fetch.at, allow_private=False)
        if order is None:
            return None
        brought: Brought = Unchanged()
        if fetch.body is not None:
            brought = read(order, Fetched(fetch.body, None, None, sha256(fetch.body).hexdigest()))
            self._whole = not isinstance(brought, Useless)
        if isinstance(brought, Unchanged) and self._sleeps(fetch.at):
            return Looked(self._known)
        return self._applied(order, brought)

    def _sleeps(self, at: datetime) -> bool:
        """Whether a look at the same calendar would bring nothing now; the moment is kept all the same."""
        wakes_on = self._known.wakes_on
        if wakes_on is None or local_date(at, self.zone) >= wakes_on:
            return False
        self._slept = at
        return True

    def _applied(self, order: Order, brought: Brought) -> Looked | None:
        with self._store.unit_of_work() as work:
            if self._slept is not None:
                kept = work.session.get_one(LinkImport, self._link_id)
                kept.good_at, kept.last_day = self._slept, local_date(self._slept, self.zone)
                self._slept = None
            applied = service.apply(work, order, brought, 0.0)
            if isinstance(brought, Useless):
                return None
            rows = memory.rows_of(work.session, self._link_id)
            self._known = memory.known(work.session.get_one(LinkImport, self._link_id), rows, frees_unanswered=True)
        return Looked(self._known, applied.looked.happenings if applied.looked else ())
