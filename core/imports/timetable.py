"""When each calendar is read next: one row of the outbox a link, due again and again.

A wish to read at once moves that row, so that however many wishes there are, the calendar is read once for all that
came before; and what was missed while nobody worked is read once.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from sqlalchemy import ColumnElement, Select, String, Table, cast, delete, literal, or_, select
from sqlalchemy.orm import Session

from core.channels.models import Channel, ChannelLink
from core.db.prepared import run
from core.db.turns import take_turn
from core.db.upsert import insert_new
from core.db.work import UnitOfWork
from core.feeds.fetch import pace
from core.outbox import service as outbox
from core.outbox.effects import PullFeed
from core.outbox.models import Due
from core.platforms.base import Mode
from core.properties.models import Room

SPREAD = timedelta(minutes=5)
"""Links that are new to the timetable, as after an upgrade, are first read within this time."""
_DUES: Table = Due.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A calendar whose time has come. `sealed`: its address; None where there is none any more."""

    due_id: int
    link_id: int
    sealed: str | None


def schedule(work: UnitOfWork, link_id: int, every: timedelta, *, soon: bool = False) -> None:
    """Have a link's calendar read every `every` from now on, and at once when `soon`."""
    row = _row(work, link_id)
    if row is None:
        _make(work, [(link_id, every.total_seconds())])
        row = _row(work, link_id)
    if row is None:
        # Somebody has unscheduled it since; the later word counts.
        return
    row.every = every.total_seconds()
    if soon:
        outbox.ask_for(work, row)
    elif row.leased_until is None:
        row.due_at = min(row.due_at, work.now + every)


def unschedule(work: UnitOfWork, link_id: int) -> None:
    """Read a link's calendar no more; a look that is under way records nothing in the timetable."""
    work.session.execute(delete(Due).where(Due.key == _key(link_id)).execution_options(synchronize_session=False))


def pull_soon(work: UnitOfWork, link_ids: Collection[int]) -> int:
    """Have calendars read as soon as there is room; how many. Links of which no calendar is read are passed over.

    A look that has begun before does not count: the next one begins when it is over (R10).
    """
    return _ask_for(work, ChannelLink.id.in_(link_ids))


def pull_rooms(work: UnitOfWork, room_ids: Collection[int]) -> int:
    """Have all calendars in which these rooms are sold read as soon as there is room; how many."""
    return _ask_for(work, sells_any(room_ids))


def sells_any(room_ids: Collection[int]) -> ColumnElement[bool]:
    """True of links that sell one of these rooms, alone or with its whole type."""
    types = select(Room.type_id).where(Room.id.in_(room_ids))
    return or_(ChannelLink.room_id.in_(room_ids), ChannelLink.type_id.in_(types))


def looked(work: UnitOfWork, link_id: int, again_in: timedelta) -> None:
    """Put off a link's next look after one that was made outside the timetable."""
    row = _row(work, link_id)
    if row is not None and row.leased_until is None:
        row.due_at = work.now + again_in


def pause(interval: timedelta, failures: int, retry_after: timedelta | None) -> timedelta:
    """How long to wait until the next look, with a chance of its own; see `pace.pause`."""
    return pace.pause(interval, failures, random.random(), retry_after)  # noqa: S311 - spreads looks, hides nothing.


def restore(work: UnitOfWork) -> int:
    """Make the timetable what the links say; how many rows were missing.

    For the start of a process: a database from before the timetable has no row, and a changed interval is taken over.
    """
    read = (
        select(ChannelLink.id, Channel.interval, Due.every)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .outerjoin(Due, Due.key == literal(_key("")) + cast(ChannelLink.id, String))
        .where(_is_read())
        .order_by(ChannelLink.id)
    )
    missing: list[tuple[int, float]] = []
    for row in work.session.execute(read):
        # Of an outer join any may be missing, which the types of a query do not tell.
        found: tuple[int, int, float | None] = (*row,)
        link_id, interval, every = found
        if every is None:
            missing.append((link_id, float(interval)))
        elif every != interval:
            schedule(work, link_id, timedelta(seconds=interval))
    _make(work, missing)
    keys = (
        select(literal(_key("")) + cast(ChannelLink.id, String))
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(_is_read())
    )
    gone = delete(Due).where(Due.kind == PullFeed.kind, Due.closed_at.is_(None), Due.key.not_in(keys))
    work.session.execute(gone.execution_options(synchronize_session=False))
    return len(missing)


def waiting(session: Session, now: datetime, most: int) -> list[Waiting]:
    """Up to `most` links whose time has come and whom nobody reads now: in turn the latest and the longest waiting.

    After a time in which nobody worked all are waiting; what was asked for just now must not stand behind them.
    """
    query = _come(now).where(or_(Due.leased_until.is_(None), Due.leased_until < now))
    half = (most + 1) // 2
    latest = session.execute(query.order_by(Due.due_at.desc(), Due.id).limit(half)).all()
    longest = session.execute(query.order_by(Due.due_at, Due.id).limit(half)).all() if len(latest) == half else []
    in_turn = chain.from_iterable(zip_longest(latest, longest))
    found = {row[0]: Waiting(row[0], row[1], row[2]) for row in in_turn if row is not None}
    return list(found.values())


def being_read(work: UnitOfWork) -> list[Waiting]:
    """The links that some process reads now; until the commit nobody else begins to read one.

    A look whose process was killed counts until its lease has run out.
    """
    take_turn(work, PullFeed.kind)
    return [Waiting(*row) for row in work.session.execute(_come(work.now).where(Due.leased_until >= work.now))]


def _come(now: datetime) -> Select[int, int, str | None]:
    """Links whose time has come, those that are read included: it stays what it was until the look is over."""
    return (
        select(Due.id, Due.facts["link_id"].as_integer(), ChannelLink.import_url)
        .outerjoin(ChannelLink, ChannelLink.id == Due.facts["link_id"].as_integer())
        .where(Due.kind == PullFeed.kind, Due.closed_at.is_(None), Due.due_at <= now)
    )


def _ask_for(work: UnitOfWork, which: ColumnElement[bool]) -> int:
    read = (
        select(ChannelLink.id, Channel.interval)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(which, _is_read())
    )
    every = {link_id: float(interval) for link_id, interval in work.session.execute(read)}
    rows = _rows(work, every)
    if len(rows) < len(every):
        there = {row.key for row in rows}
        _make(work, [(link_id, every[link_id]) for link_id in every if _key(link_id) not in there])
        rows = _rows(work, every)
    for row in rows:
        outbox.ask_for(work, row)
    return len(rows)


def _is_read() -> ColumnElement[bool]:
    return (Channel.mode == Mode.ICAL) & ChannelLink.import_url.is_not(None)


def _key(link_id: int | str) -> str:
    return f"pull:{link_id}"


def _row(work: UnitOfWork, link_id: int) -> Due | None:
    return next(iter(_rows(work, [link_id])), None)


def _rows(work: UnitOfWork, link_ids: Iterable[int]) -> Sequence[Due]:
    """The rows of these links, locked in order."""
    query = select(Due).where(Due.key.in_([_key(link_id) for link_id in link_ids])).order_by(Due.id)
    return work.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _make(work: UnitOfWork, links: Iterable[tuple[int, float]]) -> None:
    """Insert the rows of links that have none, the first looks spread."""
    rows = []
    for link_id, every in links:
        effect = PullFeed(link_id)
        first = random.random() * min(every, SPREAD.total_seconds())  # noqa: S311 - as in `pause`.
        rows.append(
            {
                "kind": effect.kind, "facts": {"link_id": link_id}, "key": _key(link_id), "lane": effect.lane,
                "every": every, "due_at": work.now + timedelta(seconds=first), "attempts": 0, "buried": False,
                "made_at": work.now,
            }
        )  # fmt: skip
    if rows:
        run(work.session, insert_new(work.session, _DUES), rows)
