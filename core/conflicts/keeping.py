"""The room advised first is kept closed in the feeds until the case is decided (R21).

Staff may still give it away: only channels do not see it. It opens after a day at most, or when the night for which it
was kept is over; after a decision when that can no longer be undone (R4).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update

from core.clock import BUSINESS_DAY_ENDS, business_day
from core.conflicts import advice, loading
from core.conflicts.models import Conflict
from core.conflicts.rules import Group
from core.conflicts.views import CaseState
from core.db.work import UnitOfWork
from core.feeds import service as feeds
from core.feeds.service import UNDO_TIME
from core.inventory import parts
from core.inventory.models import RoomNight
from core.outbox import service as outbox
from core.outbox.effects import OpenKept
from core.properties.models import Property
from core.stays.models import Stay
from core.values.nights import ONE_NIGHT, Nights

LONGEST = timedelta(hours=24)


def keep(work: UnitOfWork, case: Conflict, group: Group, place: Property) -> None:
    """Keep the room that the best advice needs now for the nights it needs it; another one is let go."""
    until = _until(case, place)
    wanted = _advised(work, case, group, place) if work.now < until else None
    before = case.kept_room_id
    if wanted is None:
        if before is not None:
            _set(work, case, None, None, None)
            feeds.changed(work, parts.reached(work.session, [before]))
        return
    room_id, nights = wanted
    kept = before, case.kept_arrival, case.kept_departure, case.kept_until
    if kept == (room_id, nights.arrival, nights.departure, until):
        return
    _set(work, case, room_id, nights, until)
    feeds.changed(work, parts.reached(work.session, {room_id} | ({before} if before is not None else set())))
    outbox.add(work, OpenKept(room_id), at=until)


def look_again(work: UnitOfWork, case: Conflict, group: Group, place: Property) -> None:
    """Keep another room when somebody has taken the one that was kept; longer, when a decision was taken back."""
    if case.kept_room_id is None or case.kept_arrival is None or case.kept_departure is None:
        return
    taken = exists().where(
        RoomNight.room_id == case.kept_room_id,
        RoomNight.night >= case.kept_arrival,
        RoomNight.night < case.kept_departure,
    )
    if case.kept_until != _until(case, place) or work.session.scalar(select(taken)):
        keep(work, case, group, place)


def let_go(work: UnitOfWork, case: Conflict) -> None:
    """The case is settled: what is kept for it opens when that can no longer be taken back."""
    if case.kept_room_id is None:
        return
    until = work.now + UNDO_TIME
    if case.kept_until is None or until < case.kept_until:
        nights = Nights(case.kept_arrival, case.kept_departure) if case.kept_arrival and case.kept_departure else None
        _set(work, case, case.kept_room_id, nights, until)
        outbox.add(work, OpenKept(case.kept_room_id), at=until)


def open_due(work: UnitOfWork, room_id: int) -> bool:
    """Let the feeds show a room again whose time is over; whether there was one."""
    opened = work.session.execute(
        update(Conflict)
        .where(Conflict.kept_room_id == room_id, Conflict.kept_until <= work.now)
        .values(kept_room_id=None, kept_arrival=None, kept_departure=None, kept_until=None)
        .execution_options(synchronize_session=False)
    )
    if not opened.rowcount:  # type: ignore[attr-defined]
        return False
    feeds.changed(work, parts.reached(work.session, [room_id]))
    return True


def _until(case: Conflict, place: Property) -> datetime:
    """A day after the case was opened, or the end of the business day of its first night, whatever is first."""
    morning = datetime.combine(case.arrival + ONE_NIGHT, BUSINESS_DAY_ENDS, ZoneInfo(place.timezone))
    return min(case.opened_at + LONGEST, morning.astimezone(UTC))


def _advised(work: UnitOfWork, case: Conflict, group: Group, place: Property) -> tuple[int, Nights] | None:
    """The room that the first step of the best advice goes to, and the nights it needs there."""
    today = business_day(work.now, place.timezone)
    house = loading.house(work.session, place.id, group, today, case.id)
    best = next(iter(advice.ways(group, place.conflict_preference, house)), None)
    if best is None or not best.moves:
        return None
    step = best.moves[0]
    stay = work.session.get_one(Stay, step.stay_id)
    first = max(stay.arrival, today)
    return step.room_id, step.nights or Nights(first, stay.departure)


def _set(work: UnitOfWork, case: Conflict, room_id: int | None, nights: Nights | None, until: datetime | None) -> None:
    """Write what is kept without a new revision: the cards that were shown stay good."""
    work.session.flush()
    work.session.execute(
        update(Conflict)
        .where(Conflict.id == case.id)
        .values(
            kept_room_id=room_id, kept_until=until,
            kept_arrival=nights.arrival if nights else None, kept_departure=nights.departure if nights else None,
        )
    )  # fmt: skip


def kept_room(case: Conflict, now: datetime) -> int | None:
    """The room that is kept closed for an open case at `now`."""
    if case.state != CaseState.OPEN or case.kept_until is None or case.kept_until <= now:
        return None
    return case.kept_room_id
