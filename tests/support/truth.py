"""An independent judge of the nights: what the tables say, compared in plain Python with nothing of `core.inventory`.

Used by unit tests, races, the state machine and crash loops: after everything, `must_be_true(store)`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from core.db.work import Store

SELLING = frozenset({"guest", "walk_in"})


@dataclass(frozen=True, slots=True)
class Held:
    """One row of RoomNights with what its room and stay say."""

    room_id: int
    night: date
    stay_id: int
    type_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One stay: what it should hold."""

    stay_id: int
    room_id: int
    type_id: int
    property_id: int
    arrival: date
    departure: date
    reason: str
    state: str

    @property
    def nights(self) -> frozenset[date]:
        """The nights from arrival up to, not including, departure."""
        return frozenset(self.arrival + timedelta(days=n) for n in range((self.departure - self.arrival).days))


@dataclass(frozen=True, slots=True)
class Books:
    """All that was read: rows of nights, stays, counted days, and the rooms of each type."""

    held: tuple[Held, ...]
    stays: tuple[Claim, ...]
    days: dict[tuple[int, date], tuple[int, int, int, int]]
    """By type and night: total, sold, blocked, contested."""
    rooms: dict[int, int]
    """How many rooms each type has."""
    today: dict[int, date]
    """The business day, by property: what was lacking on a night that is over can be mended no more."""
    place_of: dict[int, int]
    """The property of each type."""
    parts: dict[int, frozenset[int]]
    """Of which others a room is made: a night in it is held by its own row, and by one of each part."""


def must_be_true(store: Store) -> None:
    """Fail, naming every fault, unless nights, stays and counters say the same."""
    found = faults(store.database.read, store.clock.now())
    assert not found, "\n".join(found)


def faults(engine: Engine, now: datetime) -> list[str]:
    """Name what is wrong at `now` in the database behind `engine`, read in one snapshot; empty when all is well."""
    with engine.connect() as connection:
        books = _read(connection, now)
    return [*_double(books), *_strangers(books), *_claims(books), *_wholes(books), *_counters(books)]


def _double(books: Books) -> Iterator[str]:
    """More than one row for one room and night: the promise broken."""
    for (room_id, night), rows in Counter((row.room_id, row.night) for row in books.held).items():
        if rows > 1:
            yield f"room {room_id} on {night} is held {rows} times"


def _strangers(books: Books) -> Iterator[str]:
    """Rows whose stay does not want the night."""
    stays = {stay.stay_id: stay for stay in books.stays}
    for row in books.held:
        stay = stays.get(row.stay_id)
        if stay is None or stay.state == "released" or row.night not in stay.nights:
            yield f"room {row.room_id} on {row.night} is held for stay {row.stay_id}, which does not want it"


def _claims(books: Books) -> Iterator[str]:
    """Invariant 4: a stay holds all its nights, or those that are free and is contested for the others."""
    holders = {(row.room_id, row.night): row.stay_id for row in books.held}
    by_stay: dict[int, Counter[date]] = {}
    for row in _whole_rows(books):
        by_stay.setdefault(row.stay_id, Counter())[row.night] += 1
    for stay in books.stays:
        had = by_stay.get(stay.stay_id, Counter())
        for night in (night for night, rooms in had.items() if rooms > 1):
            yield f"stay {stay.stay_id} holds {night} in {had[night]} rooms"
        lacking = sorted(stay.nights - set(had))
        if stay.state == "holding" and any(night >= books.today[stay.property_id] for night in lacking):
            yield f"stay {stay.stay_id} is said to hold all its nights and lacks {lacking}"
        if stay.state == "contested" and not lacking:
            yield f"stay {stay.stay_id} is said to lack nights and holds all"
        for night in lacking if stay.state == "contested" else ():
            wanted = {stay.room_id, *books.parts.get(stay.room_id, ())}
            others = {holders.get((room_id, night)) for room_id in wanted} - {None, stay.stay_id}
            if night >= books.today[stay.property_id] and not others:
                yield f"stay {stay.stay_id} waits for room {stay.room_id} on {night}, which nobody holds"


def _wholes(books: Books) -> Iterator[str]:
    """Who holds a room that is made of others holds every one of them."""
    holders = {(row.room_id, row.night): row.stay_id for row in books.held}
    for row in books.held:
        for part in sorted(books.parts.get(row.room_id, ())):
            if holders.get((part, row.night)) != row.stay_id:
                yield f"stay {row.stay_id} holds room {row.room_id} on {row.night} without its part {part}"


def _whole_rows(books: Books) -> Iterator[Held]:
    """The rows that make a night a stay's: those of parts of its room do not."""
    made = {stay.stay_id: books.parts.get(stay.room_id, frozenset()) for stay in books.stays}
    return (row for row in books.held if row.room_id not in made.get(row.stay_id, ()))


def _counters(books: Books) -> Iterator[str]:
    """Invariants 2 and 3: the days count what the rows say, and count all of them."""
    sells = {stay.stay_id: stay.reason in SELLING for stay in books.stays}
    truth: dict[tuple[int, date], Counter[str]] = {}
    for row in books.held:
        kind = "sold" if sells.get(row.stay_id) else "blocked"
        truth.setdefault((row.type_id, row.night), Counter())[kind] += 1
    nights_of: dict[int, set[date]] = {}
    for row in _whole_rows(books):
        nights_of.setdefault(row.stay_id, set()).add(row.night)
    for stay in (stay for stay in books.stays if stay.state == "contested"):
        for night in stay.nights - nights_of.get(stay.stay_id, set()):
            truth.setdefault((stay.type_id, night), Counter())["contested"] += 1
    for cell in sorted({*truth, *books.days}):
        so = truth.get(cell, Counter())
        expected = (books.rooms.get(cell[0], 0), so["sold"], so["blocked"], so["contested"])
        counted = books.days.get(cell)
        if cell[1] < books.today[books.place_of[cell[0]]]:
            # How many rooms there were, and who waited, is history; who was in is not.
            wrong = (counted or (0, 0, 0, 0))[1:3] != expected[1:3]
        else:
            wrong = counted != expected
        if wrong:
            yield f"type {cell[0]} on {cell[1]} counts {counted}, in truth {expected}"


def _read(connection: Connection, now: datetime) -> Books:
    held = connection.execute(
        text("SELECT n.room_id, n.night, n.stay_id, r.type_id FROM room_nights n JOIN rooms r ON r.id = n.room_id")
    )
    stays = connection.execute(
        text(
            "SELECT s.id, s.room_id, r.type_id, s.property_id, s.arrival, s.departure, s.reason, s.state"
            " FROM stays s JOIN rooms r ON r.id = s.room_id"
        )
    )
    days = connection.execute(text("SELECT type_id, night, total, sold, blocked, contested FROM inventory_days"))
    rooms = connection.execute(text("SELECT type_id, count(*) FROM rooms WHERE removed_at IS NULL GROUP BY type_id"))
    places = connection.execute(text("SELECT id, timezone FROM properties"))
    types = connection.execute(text("SELECT id, property_id FROM room_types"))
    made_of: dict[int, set[int]] = {}
    for whole, part in connection.execute(
        text(
            "SELECT p.whole_id, p.part_id FROM room_parts p JOIN rooms r ON r.id = p.part_id WHERE r.removed_at IS NULL"
        )
    ):
        made_of.setdefault(whole, set()).add(part)
    return Books(
        tuple(Held(room, _day(night), stay, kind) for room, night, stay, kind in held),
        tuple(
            Claim(stay, room, kind, place, _day(arrival), _day(departure), reason, state)
            for stay, room, kind, place, arrival, departure, reason, state in stays
        ),
        {(row[0], _day(row[1])): (row[2], row[3], row[4], row[5]) for row in days},
        {row[0]: row[1] for row in rooms},
        {row[0]: _business_day(now, row[1]) for row in places},
        {row[0]: row[1] for row in types},
        {whole: frozenset(parts) for whole, parts in made_of.items()},
    )


def _day(value: object) -> date:
    """SQLite gives dates as text when no table describes the column."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _business_day(now: datetime, zone: str) -> date:
    """The day begins at 05:00 on the wall (R29)."""
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=5)).date()
