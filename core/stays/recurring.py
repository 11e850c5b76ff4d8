"""Blocks that come again and again ("every Monday, maintenance"): made as ordinary blocks up to the horizon.

A rule is an RRULE of RFC 5545, section 3.3.10, of whole days: daily, weekly or monthly. Its blocks are made in
portions, so that nobody waits long for the house; every day those follow that came into the horizon (R5). Nights that
somebody has are left to him and told, unless the block is out of order, which is a fact (R23).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # dateutil brings no types.
from sqlalchemy import select

from core.db.work import UnitOfWork
from core.errors import Invalid, NotFound, Refused
from core.events import service as events
from core.events.service import By, Happening
from core.inventory.models import Occurrence, RecurringBlock
from core.inventory.rows import NightTaken, TypeOversold
from core.outbox import service as outbox
from core.outbox.effects import FollowRecurring, TellSkipped
from core.stays import commands, holding, rules, service
from core.stays.errors import InThePast
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights

PORTION = 40
"""Blocks that are made or ended in one unit of work."""
MOST = 370
"""Blocks within the horizon: who needs more blocks the room for good."""
MOST_NIGHTS = 30
_DAY = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_RULE = re.compile(
    r"FREQ=(?:DAILY|WEEKLY|MONTHLY)"
    rf"(?:;(?:INTERVAL=[1-9]\d?|BYDAY={_DAY}(?:,{_DAY})*|BYMONTHDAY=-?[1-9]\d?(?:,-?[1-9]\d?)*))*"
)
"""What a rule may say: every part more is work that nobody can foresee."""


class NoRule(Invalid):
    """Not a rule of ours, or one that gives no day within the horizon. Facts: `rule`."""


class TooOften(Invalid):
    """More blocks within the horizon than make sense. Facts: `most`."""


class TooLongToRepeat(Invalid):
    """A block that recurs has one to so many nights. Facts: `nights`, `most`."""


class GuestsDoNotRecur(Invalid):
    """Only blocks recur. Facts: `reason`."""


class NoSuchRecurring(NotFound):
    """No block recurs under this id. Facts: `recurring_id`."""


class EndedBefore(Refused):
    """It ends on that day already, or before. Facts: `recurring_id`, `until`."""


@dataclass(frozen=True, slots=True)
class RepeatBlock:
    """Block a room again and again: each time `nights` nights from a day of the rule on."""

    room_id: int
    rule: str
    first: date
    nights: int = 1
    reason: Reason = Reason.MAINTENANCE
    note: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Recurs(Happening):
    """A block recurs from now on."""

    kind: ClassVar[str] = "stays.recurs"
    subject: ClassVar[str] = "recurring"

    room: str
    rule: str
    first: date
    until: date | None
    nights: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecurringSkipped(Happening):
    """Some of its blocks were not made, because somebody has the nights: their first days."""

    kind: ClassVar[str] = "stays.recurring_skipped"
    subject: ClassVar[str] = "recurring"

    room: str
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecursNoMore(Happening):
    """A block recurs no more from a day on."""

    kind: ClassVar[str] = "stays.recurs_no_more"
    subject: ClassVar[str] = "recurring"

    room: str
    until: date


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done now to make the blocks what the rule says."""

    recurring_id: int
    made: tuple[int, ...] = ()
    skipped: tuple[date, ...] = ()
    ended: tuple[int, ...] = ()
    more: bool = False
    """Whether a further portion is left, for which an effect is stored."""


def repeat(work: UnitOfWork, order: RepeatBlock, by: By) -> Followed:
    """Let a block recur, and make the first of its blocks; the others follow at once in portions.

    Raises `NoRule`, `TooOften`, `TooLongToRepeat`, `GuestsDoNotRecur`, `InThePast` or `NoSuchRoom`.
    """
    room = holding.room_of(work, order.room_id)
    today = holding.today_at(work, room)
    if order.reason.sells:
        raise GuestsDoNotRecur(reason=order.reason)
    if not 0 < order.nights <= MOST_NIGHTS:
        raise TooLongToRepeat(nights=order.nights, most=MOST_NIGHTS)
    if order.first < today:
        raise InThePast(arrival=order.first, today=today)
    row = RecurringBlock(
        property_id=room.property_id, room_id=room.id, rule=order.rule, first=order.first, until=order.until,
        nights=order.nights, reason=order.reason, note=order.note, made_by=by.person_id, made_at=work.now,
    )  # fmt: skip
    days = list(_days(row, today))
    if not days:
        raise NoRule(rule=order.rule)
    if len(days) > MOST:
        raise TooOften(most=MOST)
    work.session.add(row)
    work.session.flush()
    told = Recurs(room.name, row.rule, row.first, row.until, row.nights, row.reason)
    events.record(work, told, row.id, property_id=room.property_id, by=by)
    return follow(work, row.id, by)


def end(work: UnitOfWork, recurring_id: int, from_day: date, by: By) -> Followed:
    """Let a block recur no more: those that begin on `from_day` or later open, as when they are unblocked (R4).

    Raises `NoSuchRecurring` or `EndedBefore`.
    """
    row = _row(work, recurring_id)
    if row.until is not None and row.until <= from_day:
        raise EndedBefore(recurring_id=recurring_id, until=row.until)
    row.until = from_day
    room = holding.room_of(work, row.room_id, removed=True)
    events.record(work, RecursNoMore(room.name, from_day), row.id, property_id=row.property_id, by=by)
    return follow(work, recurring_id, by)


def follow(work: UnitOfWork, recurring_id: int, by: By | None = None) -> Followed:
    """Make or end up to `PORTION` blocks, so that they are what the rule says from the business day to the horizon."""
    row = _row(work, recurring_id)
    room = holding.room_of(work, row.room_id, removed=True)
    today = holding.today_at(work, room)
    by = by or By(row.made_by)
    known = {
        one.arrival: one for one in work.session.scalars(select(Occurrence).where(Occurrence.recurring_id == row.id))
    }
    due = [day for day in _days(row, today) if day not in known] if room.removed_at is None else []
    over = [one for day, one in sorted(known.items()) if row.until is not None and day >= max(row.until, today)]
    ended = _end(work, over[:PORTION], by)
    made, skipped = _make(work, row, due[: PORTION - len(over[:PORTION])], by)
    if skipped:
        told = RecurringSkipped(room.name, tuple(day.isoformat() for day in skipped))
        outbox.add(work, TellSkipped(events.record(work, told, row.id, property_id=row.property_id, by=by)))
    more = len(due) + len(over) > PORTION
    if more:
        outbox.add(work, FollowRecurring(row.id))
    return Followed(row.id, tuple(made), tuple(skipped), tuple(ended), more)


def _row(work: UnitOfWork, recurring_id: int) -> RecurringBlock:
    query = select(RecurringBlock).where(RecurringBlock.id == recurring_id).with_for_update()
    row = work.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoSuchRecurring(recurring_id=recurring_id)
    return row


def _days(row: RecurringBlock, today: date) -> Iterator[date]:
    """The days from `today` on which a block of the rule begins that ends within the horizon."""
    if not _RULE.fullmatch(row.rule):
        raise NoRule(rule=row.rule)
    last = rules.horizon(today) - timedelta(days=row.nights)
    if row.until is not None:
        last = min(last, row.until - timedelta(days=1))
    if last < row.first:
        return
    try:
        rule = rrulestr(row.rule, dtstart=datetime.combine(row.first, datetime.min.time()))
    except ValueError as error:
        raise NoRule(rule=row.rule) from error
    first = datetime.combine(max(row.first, today), datetime.min.time())
    for moment in rule.between(first, datetime.combine(last, datetime.min.time()), inc=True):
        yield moment.date()


def _make(work: UnitOfWork, row: RecurringBlock, days: list[date], by: By) -> tuple[list[int], list[date]]:
    made: list[int] = []
    skipped: list[date] = []
    for day in days:
        nights = Nights(day, day + timedelta(days=row.nights))
        order = commands.BlockRoom(row.room_id, nights, Reason(row.reason), note=row.note)
        stay_id = None
        try:
            with work.session.begin_nested():
                stay_id = service.block(work, order, by).stay.id
            made.append(stay_id)
        except (NightTaken, TypeOversold):
            skipped.append(day)
        work.session.add(Occurrence(recurring_id=row.id, arrival=day, stay_id=stay_id))
    work.session.flush()
    return made, skipped


def _end(work: UnitOfWork, occurrences: list[Occurrence], by: By) -> list[int]:
    """End the blocks of these times; a person may have ended or changed some: what is left of them goes."""
    ended = []
    for one in occurrences:
        stay = work.session.get(Stay, one.stay_id, populate_existing=True) if one.stay_id is not None else None
        if stay is not None and stay.state in (StayState.HOLDING, StayState.CONTESTED):
            service.unblock(work, commands.UnblockRoom(stay.id, stay.revision), by)
            ended.append(stay.id)
        work.session.delete(one)
    work.session.flush()
    return ended
