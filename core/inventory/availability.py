"""What is free to sell, derived and explained: rooms less sold, blocked, waiting and kept back, night by night."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db.prepared import run
from core.inventory import marks, parts, statements
from core.inventory.models import LateDay, RoomNight
from core.properties.models import Room, RoomType
from core.values.nights import Nights


@dataclass(frozen=True, slots=True)
class DayCount:
    """One type (or the whole house) on one night, as one channel (or nobody in particular) may sell it."""

    night: date
    total: int
    sold: int
    blocked: int
    contested: int
    """Stays that wait for a room: they count against what is free (R21)."""
    keep_back: int
    stop_sell: bool
    available: int
    """Never below zero, and zero where sale is stopped."""
    closed_by_parts: int = 0
    """Rooms made of parts that cannot be had because a part of them is taken."""
    allowance: int = 0
    """How many stays may be sold beyond the rooms there are."""

    @property
    def free(self) -> int:
        """Rooms that nobody holds: what a feed compares with those kept back and spoken for (R1)."""
        return self.total - self.sold - self.blocked - self.closed_by_parts


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be sold over all of the asked nights."""

    days: tuple[DayCount, ...]
    quantity: int
    available: int
    """The least of all nights: so many stays over all of them can be sold, though perhaps not each in one room."""
    whole_stay_rooms: tuple[int, ...]
    """The rooms that are free on every night, in the order of the setup, those out of service last."""
    out_of_service: frozenset[int] = frozenset()
    """Those of them that are to be given last and with a warning."""

    @property
    def fits(self) -> bool:
        """Whether the asked quantity can be sold."""
        return self.available >= self.quantity


@dataclass(frozen=True, slots=True)
class Explained:
    """A sum, told as facts: `available` = the first part less all others, floor zero; zero when sale is stopped."""

    night: date
    available: int
    parts: tuple[tuple[str, int], ...]
    """`total` and `allowance` count for it; `sold`, `blocked`, `closed_by_parts`, `contested`, `keep_back` against it.
    What is zero is left out, but for `total`."""
    stop_sell: bool


def check(
    session: Session,
    property_id: int,
    type_id: int | None,
    nights: Nights,
    quantity: int = 1,
    channel_id: int | None = None,
) -> Answer:
    """What is free to sell of a type (None: of the house) over `nights`, as `channel_id` may sell it (None: anybody).

    Reads only; `session` should be one snapshot.
    """
    if type_id is None:
        types = by_type(session, property_id, nights, channel_id)
        days = tuple(_together(one) for one in zip(*types.values(), strict=True))
    else:
        days = of_type(session, type_id, nights, channel_id)
    rooms = whole_stay_rooms(session, property_id, type_id, nights)
    poor = frozenset(marks.out_of_service(session, rooms, nights))
    ordered = tuple(sorted(rooms, key=lambda room_id: room_id in poor))
    return Answer(days, quantity, min((day.available for day in days), default=0), ordered, poor)


def by_type(
    session: Session, property_id: int, nights: Nights, channel_id: int | None = None
) -> dict[int, tuple[DayCount, ...]]:
    """Every type of a property with its nights in order, those without a day of their own too: in one query of days."""
    of_types = (
        select(RoomType.id, func.count(Room.id))
        .outerjoin(Room, (Room.type_id == RoomType.id) & Room.removed_at.is_(None))
        .where(RoomType.property_id == property_id)
        .group_by(RoomType.id)
        .order_by(RoomType.id)
    )
    rooms = {type_id: count for type_id, count in session.execute(of_types)}  # noqa: C416 - rows are no pairs to mypy.
    asked = {
        "property_id": property_id, "channel_id": channel_id, "first": nights.arrival, "end": nights.departure,
    }  # fmt: skip
    counted: dict[tuple[int, date], DayCount] = {}
    closed = _closed_by_parts(session, parts.of_property(session, property_id), nights)
    for row in run(session, statements.DAYS, asked):
        type_id, night, total, sold, blocked, contested, keep_back, stop_sell, allowance, own_keep, own_stop = row
        counted[type_id, night] = _day(
            night, total, sold, blocked, contested,
            keep_back=max(keep_back, own_keep or 0), stop_sell=bool(stop_sell or own_stop), allowance=allowance,
            closed=closed.get((type_id, night), 0),
        )  # fmt: skip
    every = list(nights)
    return {
        type_id: tuple(
            counted.get((type_id, night)) or _day(night, total, closed=closed.get((type_id, night), 0))
            for night in every
        )
        for type_id, total in rooms.items()
    }


def of_type(session: Session, type_id: int, nights: Nights, channel_id: int | None = None) -> tuple[DayCount, ...]:
    """One type with its nights in order, those without a day of their own too."""
    counted = {day.night: day for day in _counted(session, type_id, channel_id, nights, {})}
    missing = [night for night in nights if night not in counted]
    if missing:
        total = _total(session, type_id)
        counted.update((night, _day(night, total)) for night in missing)
    return tuple(counted[night] for night in nights)


def explain(day: DayCount) -> Explained:
    """Why so many are available, as facts: "2 = 10 total - 6 sold - 1 blocked - 1 kept back"."""
    said = (
        ("allowance", day.allowance), ("sold", day.sold), ("blocked", day.blocked),
        ("closed_by_parts", day.closed_by_parts), ("contested", day.contested), ("keep_back", day.keep_back),
    )  # fmt: skip
    counted = (("total", day.total), *(part for part in said if part[1]))
    return Explained(day.night, day.available, counted, day.stop_sell)


def whole_stay_rooms(session: Session, property_id: int, type_id: int | None, nights: Nights) -> list[int]:
    """The rooms of a type (None: of the house) that nobody holds on any of `nights`, in the order of the setup."""
    query = select(Room.id).where(Room.property_id == property_id, Room.removed_at.is_(None))
    if type_id is not None:
        query = query.where(Room.type_id == type_id)
    rooms = session.scalars(query.order_by(Room.position, Room.id)).all()
    held = (
        select(RoomNight.room_id)
        .join(Room, Room.id == RoomNight.room_id)
        .where(Room.property_id == property_id)
        .where(RoomNight.night >= nights.arrival, RoomNight.night < nights.departure)
    )
    taken = set(session.scalars(held.distinct()))
    made = parts.of_property(session, property_id)
    return [room_id for room_id in rooms if taken.isdisjoint(made.taken_with(room_id))]


def shown_days(session: Session, type_id: int, channel_id: int | None, within: Nights) -> Iterator[DayCount]:
    """The counted days of a type as the feeds of a channel show them: what was lifted is still held back (R4)."""
    late: dict[date, tuple[int, bool]] = {}
    query = select(LateDay.night, LateDay.channel_id, LateDay.keep_back, LateDay.stop_sell).where(
        LateDay.type_id == type_id, LateDay.night >= within.arrival, LateDay.night < within.departure
    )
    for night, of_channel, keep_back, stop_sell in session.execute(query):
        if of_channel is None or of_channel == channel_id:
            before = late.get(night, (0, False))
            late[night] = max(before[0], keep_back), before[1] or stop_sell
    return _counted(session, type_id, channel_id, within, late)


def _counted(
    session: Session, type_id: int, channel_id: int | None, nights: Nights, late: Mapping[date, tuple[int, bool]]
) -> Iterator[DayCount]:
    """The days of a type that are counted or closed by parts; `late`: what is held back beside what they say."""
    closed = _closed_by_parts(session, parts.of_type(session, type_id), nights)
    asked = {"type_id": type_id, "channel_id": channel_id, "first": nights.arrival, "end": nights.departure}
    seen: set[date] = set()
    for row in run(session, statements.DAYS_OF_TYPE, asked):
        _, night, total, sold, blocked, contested, keep_back, stop_sell, allowance, own_keep, own_stop = row
        late_keep, late_stop = late.get(night, (0, False))
        seen.add(night)
        yield _day(
            night, total, sold, blocked, contested, keep_back=max(keep_back, own_keep or 0, late_keep),
            stop_sell=bool(stop_sell or own_stop or late_stop), allowance=allowance,
            closed=closed.get((type_id, night), 0),
        )  # fmt: skip
    unseen = sorted(night for of_type, night in closed if of_type == type_id and night not in seen)
    total = _total(session, type_id) if unseen else 0
    for night in unseen:
        yield _day(night, total, closed=closed[type_id, night])


def _total(session: Session, type_id: int) -> int:
    rooms = select(func.count()).select_from(Room).where(Room.type_id == type_id, Room.removed_at.is_(None))
    return session.scalar(rooms) or 0


def _day(  # noqa: PLR0913 - the columns of a day.
    night: date,
    total: int,
    sold: int = 0,
    blocked: int = 0,
    contested: int = 0,
    *,
    keep_back: int = 0,
    stop_sell: bool = False,
    allowance: int = 0,
    closed: int = 0,
) -> DayCount:
    free = total + allowance - sold - blocked - closed - contested - keep_back
    available = 0 if stop_sell else max(0, free)
    return DayCount(night, total, sold, blocked, contested, keep_back, stop_sell, available, closed, allowance)


def _together(days: tuple[DayCount, ...]) -> DayCount:
    """The types of a house as one: sale is stopped where it is for all."""
    first, *others = days
    for day in others:
        first = replace(
            first, total=first.total + day.total, sold=first.sold + day.sold, blocked=first.blocked + day.blocked,
            contested=first.contested + day.contested, keep_back=first.keep_back + day.keep_back,
            stop_sell=first.stop_sell and day.stop_sell, available=first.available + day.available,
            closed_by_parts=first.closed_by_parts + day.closed_by_parts, allowance=first.allowance + day.allowance,
        )  # fmt: skip
    return first


def _closed_by_parts(session: Session, made: parts.Parts, nights: Nights) -> Mapping[tuple[int, date], int]:
    """By type and night, the wholes that nobody holds and of which a part is held."""
    if not made.of:
        return {}
    query = select(RoomNight.room_id, RoomNight.night).where(
        RoomNight.room_id.in_(made.types), RoomNight.night >= nights.arrival, RoomNight.night < nights.departure
    )
    held: dict[int, set[date]] = {}
    for room_id, night in session.execute(query):
        held.setdefault(room_id, set()).add(night)
    found: dict[tuple[int, date], int] = {}
    for whole, of_whole in made.of.items():
        type_id = made.types[whole]
        for night in set().union(*(held.get(part, set()) for part in of_whole)) - held.get(whole, set()):
            found[type_id, night] = found.get((type_id, night), 0) + 1
    return found
