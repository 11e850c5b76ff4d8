"""Whether the house is in order: its invariants, its queues and its seals looked at, nothing changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.channels.service import SEALED_FOR
from core.db.engine import SAFE_SQLITE
from core.feeds import service as feeds
from core.feeds.models import FeedAddress, FeedVersion
from core.imports import queries as imports
from core.inventory import audit
from core.inventory.models import RoomNight
from core.outbox.models import Due
from core.platforms.registry import PLATFORMS, SWITCHED_OFF
from core.properties.models import Property, Room
from core.reservations import audit as reservations
from core.sealing import BrokenSeal, Sealer
from core.staff.models import Membership
from core.staff.service import ADMINS
from core.stays.models import Stay
from core.stays.reasons import StayState

LATE = timedelta(minutes=15)
"""How long something due may wait before it means that nobody works."""
_NAMED = 5
"""How many of the things found wrong are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at and found; `wrong`: it needs somebody, else it is worth knowing."""

    check: str
    code: str
    facts: Mapping[str, object]
    wrong: bool = True


def examine(session: Session, sealer: Sealer, now: datetime) -> dict[str, list[Finding]]:
    """Every check's name with what it found; the database is at the newest schema."""
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "database": lambda: _database(session),
        "inventory": lambda: _inventory(session, now),
        "stays": lambda: _stays(session, now),
        "reservations": lambda: _reservations(session),
        "feeds": lambda: _feeds(session),
        "platforms": lambda: _platforms(session),
        "calendars": lambda: _calendars(session, now),
        "seals": lambda: _seals(session, sealer),
        "staff": lambda: _staff(session),
        "jobs": lambda: _jobs(session, now),
    }
    return {name: list(check()) for name, check in checks.items()}


def _database(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        return
    (version,) = session.connection().exec_driver_sql("SELECT sqlite_version()").one()
    if tuple(map(int, version.split("."))) < SAFE_SQLITE:
        wanted = ".".join(map(str, SAFE_SQLITE))
        yield Finding("database", "old_sqlite", {"found": version, "wanted": wanted}, wrong=False)
    (answer,) = session.connection().exec_driver_sql("PRAGMA quick_check(1)").one()
    if answer != "ok":
        yield Finding("database", "damaged", {"said": answer})
    broken = session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        yield Finding("database", "broken_references", {"count": len(broken), "tables": _some(r[0] for r in broken)})


def _inventory(session: Session, now: datetime) -> Iterator[Finding]:
    found = audit.differences(session, now)
    if found:
        named = _some(f"{one.property} {one.type} {one.night}" for one in found)
        yield Finding("inventory", "wrong_counters", {"count": len(found), "days": named})
    broken = audit.without_parts(session, now)
    if broken:
        yield Finding("inventory", "wholes_without_parts", {"count": len(broken), "stays": _some(broken)})


def _stays(session: Session, now: datetime) -> Iterator[Finding]:
    """Design's fourth invariant: who holds all nights, who some of them, who none.

    What a displaced stay lacked on nights that are over is history.
    """
    since = now.date() - timedelta(days=1)
    query = (
        select(
            Stay.id, Stay.state, Stay.arrival, Stay.departure,
            func.count(RoomNight.night), func.min(RoomNight.night), func.max(RoomNight.night),
            func.count(RoomNight.night).filter(RoomNight.night >= since),
        )
        .outerjoin(RoomNight, (RoomNight.stay_id == Stay.id) & ~audit.is_part())
        .group_by(Stay.id, Stay.state, Stay.arrival, Stay.departure)
        .order_by(Stay.id)
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for stay_id, state, arrival, departure, held, first, last, coming in session.execute(query):
        all_of_them, to_come = (departure - arrival).days, max(0, (departure - max(arrival, since)).days)
        if state == StayState.RELEASED:
            if held:
                found.setdefault("released_stays_hold", []).append(stay_id)
            continue
        if held and (first < arrival or last >= departure):
            found.setdefault("nights_outside_stay", []).append(stay_id)
        elif state == StayState.HOLDING and coming != to_come:
            found.setdefault("holding_stays_lack", []).append(stay_id)
        elif state == StayState.CONTESTED and held == all_of_them:
            found.setdefault("contested_stays_hold_all", []).append(stay_id)
    for code, stays in found.items():
        yield Finding("stays", code, {"count": len(stays), "stays": _some(stays)})


def _reservations(session: Session) -> Iterator[Finding]:
    """Whether every guest's stay has a reservation, and each says what its stays say."""
    for code, numbers in reservations.faults(session).items():
        yield Finding("reservations", code, {"count": len(numbers), "numbers": _some(numbers)})


def _feeds(session: Session) -> Iterator[Finding]:
    versions = select(FeedVersion.room_id)
    rooms = session.scalars(select(Room.name).where(Room.id.not_in(versions)).order_by(Room.id)).all()
    if rooms:
        yield Finding("feeds", "rooms_without_version", {"count": len(rooms), "rooms": _some(rooms)})
    serving = select(FeedAddress.link_id).where(FeedAddress.ended_at.is_(None))
    links = session.scalars(select(ChannelLink.id).where(ChannelLink.id.not_in(serving))).all()
    if links:
        yield Finding("feeds", "links_without_address", {"count": len(links)}, wrong=False)


def _platforms(session: Session) -> Iterator[Finding]:
    """Platforms of other packages that cannot be used, and channels whose platform is not there."""
    for one in SWITCHED_OFF:
        yield Finding("platforms", "platform_off", {"name": one.name, "value": one.value, "why": one.why})
    used = session.scalars(select(Channel.platform).distinct().order_by(Channel.platform))
    missing = [code for code in used if code not in PLATFORMS]
    if missing:
        yield Finding("platforms", "platform_missing", {"count": len(missing), "platforms": missing})


def _calendars(session: Session, now: datetime) -> Iterator[Finding]:
    stale = imports.stale(session, now)
    if stale:
        named = _some(f"{PLATFORMS[platform].name} {linked.words}" for platform, linked in stale)
        yield Finding("calendars", "stale_calendars", {"count": len(stale), "calendars": named})


def _seals(session: Session, sealer: Sealer) -> Iterator[Finding]:
    broken = 0
    for address in session.scalars(select(FeedAddress).where(FeedAddress.ended_at.is_(None))):
        try:
            feeds.token_of(address, sealer)
        except BrokenSeal:
            broken += 1
    for sealed in session.scalars(select(ChannelLink.import_url).where(ChannelLink.import_url.is_not(None))):
        try:
            sealer.unseal(sealed or "", SEALED_FOR)
        except BrokenSeal:
            broken += 1
    if broken:
        yield Finding("seals", "broken_seals", {"count": broken})


def _staff(session: Session) -> Iterator[Finding]:
    admins = select(Membership.property_id).where(Membership.role.in_(ADMINS), Membership.revoked_at.is_(None))
    places = session.scalars(select(Property.code).where(Property.id.not_in(admins))).all()
    if places:
        yield Finding("staff", "no_admin", {"properties": list(places)}, wrong=False)


def _jobs(session: Session, now: datetime) -> Iterator[Finding]:
    buried = session.scalar(select(func.count()).select_from(Due).where(Due.buried))
    if buried:
        kinds = session.scalars(select(Due.kind).where(Due.buried).distinct().order_by(Due.kind))
        yield Finding("jobs", "buried", {"count": buried, "kinds": list(kinds)})
    oldest = session.scalar(select(func.min(Due.due_at)).where(Due.closed_at.is_(None)))
    if oldest is not None and now - oldest > LATE:
        yield Finding("jobs", "late", {"since": oldest})


def _some(things: Iterable[object]) -> list[object]:
    return list(islice(things, _NAMED))
