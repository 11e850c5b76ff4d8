"""What the house has on record, read by plain SQL in one snapshot, and nothing of its own queries."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, select, text

from core.outbox.models import Due

_ROWS = (
    "SELECT b.id, b.link_id, b.number, b.kind, b.arrival, b.departure, b.code, b.uid, b.state, b.taken_as, b.stay_id,"
    " b.forgotten_at, b.first_seen FROM channel_bookings b WHERE b.link_id IN :links"
)
_STAYS = "SELECT id, room_id, arrival, departure, reason, state, source FROM stays WHERE id IN :stays"
_CASES = (
    "SELECT c.id, c.property_id, c.room_id, c.state, c.arrival, c.departure, c.opened_at, c.ended_at,"
    " c.kept_arrival, c.kept_departure, p.stay_id"
    " FROM conflicts c LEFT JOIN conflict_parties p ON p.conflict_id = c.id"
    " WHERE c.property_id IN :properties AND c.departure >= :day ORDER BY c.id"
)
_WORDS = text("SELECT id, facts FROM dues WHERE id > :last AND kind = 'imports.tell' ORDER BY id")
_READ = text("SELECT read_nights FROM channel_links WHERE id = :link")
_DUE = (
    select(Due.id)
    .where(Due.closed_at.is_(None), Due.kind.in_(bindparam("kinds", expanding=True)), Due.due_at <= bindparam("now"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Row:
    """A booking as a channel told it."""

    row_id: int
    link_id: int
    number: int
    kind: str
    arrival: date
    departure: date
    code: str | None
    uid: str | None
    state: str
    taken_as: str
    stay_id: int | None
    forgotten: bool
    first_seen: datetime

    @property
    def nights(self) -> Iterator[date]:
        """Its nights."""
        return (self.arrival + timedelta(days=n) for n in range((self.departure - self.arrival).days))

    @property
    def believed(self) -> bool:
        """Whether its nights count as taken."""
        return self.state not in ("gone", "ended")


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay."""

    stay_id: int
    room_id: int
    arrival: date
    departure: date
    reason: str
    state: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A conflict with the stays that are or were party to it."""

    case_id: int
    property_id: int
    room_id: int
    state: str
    arrival: date
    departure: date
    opened_at: datetime
    ended_at: datetime | None
    kept: tuple[date, date] | None
    """From when to when the room advised is kept closed, departure excluded (R21)."""
    stays: frozenset[int]

    @property
    def nights(self) -> set[date]:
        """The nights in dispute, from the first to the last."""
        return {self.arrival + timedelta(days=n) for n in range((self.departure - self.arrival).days)}

    def closes(self, night: date) -> bool:
        """Whether it may keep rooms closed on a night while it is open."""
        return night in self.nights or (self.kept is not None and self.kept[0] <= night < self.kept[1])


@dataclass(frozen=True, slots=True)
class Word:
    """Something that staff are told or asked about a calendar."""

    word_id: int
    link_id: int
    about: str
    bookings: tuple[int, ...]


Stays = dict[int, StayRow]


def told_by(engine: Engine, link_ids: Iterable[int]) -> tuple[list[Row], Stays]:
    """What these links told, and the stays made of it."""
    query = text(_ROWS).bindparams(bindparam("links", expanding=True))
    with engine.connect() as connection:
        found = [
            Row(
                row,
                link,
                number,
                kind,
                _day(a),
                _day(d),
                code,
                uid,
                state,
                taken,
                stay,
                forgotten is not None,
                _instant(seen),
            )
            for row, link, number, kind, a, d, code, uid, state, taken, stay, forgotten, seen in connection.execute(
                query, {"links": list(link_ids)}
            )
        ]
        return found, _stays(connection, {row.stay_id for row in found if row.stay_id is not None})


def cases_of(engine: Engine, property_ids: Iterable[int], day: date) -> list[Case]:
    """The conflicts of these hotels that reach to `day` or beyond, in the order in which they were opened."""
    query = text(_CASES).bindparams(bindparam("properties", expanding=True))
    found: dict[int, Case] = {}
    with engine.connect() as connection:
        asked = {"properties": list(property_ids), "day": day.isoformat()}
        for row in connection.execute(query, asked):
            had = found[row.id].stays if row.id in found else frozenset[int]()
            found[row.id] = Case(
                row.id, row.property_id, row.room_id, row.state, _day(row.arrival), _day(row.departure),
                _instant(row.opened_at),
                _instant(row.ended_at) if row.ended_at is not None else None,
                (_day(row.kept_arrival), _day(row.kept_departure)) if row.kept_arrival is not None else None,
                had | {row.stay_id} if row.stay_id is not None else had,
            )  # fmt: skip
    return list(found.values())


def words_since(engine: Engine, word_id: int) -> list[Word]:
    """What staff were told about calendars after the word with this id."""
    with engine.connect() as connection:
        found = connection.execute(_WORDS, {"last": word_id}).all()
    facts = [(row.id, row.facts if isinstance(row.facts, dict) else json.loads(row.facts)) for row in found]
    return [Word(word, it["link_id"], it["about"], tuple(it["bookings"])) for word, it in facts]


def read_nights(engine: Engine, link_id: int) -> set[date]:
    """The nights that a channel has read busy, as the house noted it."""
    with engine.connect() as connection:
        kept = connection.execute(_READ, {"link": link_id}).scalar_one()
    pairs = kept if isinstance(kept, list) else json.loads(kept)
    return {_day(first) + timedelta(days=n) for first, last in pairs for n in range((_day(last) - _day(first)).days)}


def anything_due(engine: Engine, kinds: Iterable[str], now: datetime) -> bool:
    """Whether an effect of one of these kinds is due."""
    with engine.connect() as connection:
        return connection.execute(_DUE, {"kinds": list(kinds), "now": now}).first() is not None


def _stays(connection: Connection, stay_ids: set[int]) -> Stays:
    query = text(_STAYS).bindparams(bindparam("stays", expanding=True))
    found = connection.execute(query, {"stays": sorted(stay_ids)}) if stay_ids else ()
    return {
        stay: StayRow(stay, room, _day(arrival), _day(departure), reason, state, source)
        for stay, room, arrival, departure, reason, state, source in found
    }


def _day(value: object) -> date:
    """SQLite gives dates as text when no table describes the column."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _instant(value: object) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
