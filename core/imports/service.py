"""Recording one look at a calendar: what was told, what our stays make of it, and how the reading goes.

All of it is one unit of work, so that a crash leaves the look undone and the next one repeats it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.channels.models import Channel, ChannelBooking, ChannelLink, LinkImport
from core.channels.taken import PREVIEW
from core.clock import local_date
from core.conflicts import cases
from core.db.work import UnitOfWork
from core.feeds import service as feeds
from core.feeds.reading import Event, Snapshot
from core.feeds.told import mass
from core.feeds.told.happenings import Looked
from core.feeds.told.looking import again, look
from core.feeds.told.seeing import seen
from core.feeds.told.values import Known
from core.imports import echoes, lingering, memory, news, runs
from core.imports.looks import Look
from core.imports.news import About
from core.imports.reading import PARTIAL, Brought, Calendar, Order, Unchanged, Useless
from core.imports.taking import take
from core.inventory import service as inventory
from core.platforms.dialect import ASSUMED, Dialect, Kind
from core.platforms.registry import PLATFORMS
from core.properties.models import Property, Room, RoomType
from core.values.nights import as_pairs

OUR_OWN = "our_own"
"""Trouble: the calendar is one of ours (R17)."""
CODES_ELSEWHERE = "codes_elsewhere"
"""Trouble: its reservation codes are known on another room or type, so that the address is the wrong one's (R17)."""
_ROUND = 1.5
"""Intervals within which two links' looks count as one round (R13)."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a look. `interval` and `failures` say when the next one is due."""

    recorded: bool
    """False: somebody else's look came first, and this one changed nothing."""
    interval: timedelta
    failures: int = 0
    retry_after: timedelta | None = None
    trouble: str | None = None
    appeared: int = 0
    changed: int = 0
    gone: int = 0
    looked: Looked | None = None
    """What the look brought, where it was worked out whole."""


def apply(work: UnitOfWork, order: Order, brought: Brought, seconds: float) -> Applied:
    """Record the look that `order` asked for and that took `seconds`. A look overtaken by another is dropped."""
    one = _opened(work, order.link_id)
    if one is None or one.memory.looks != order.looks:
        return Applied(recorded=False, interval=_interval(one))
    one.memory.looks, one.memory.tried_at = one.memory.looks + 1, work.now
    asleep = one.memory.wakes_on is not None and one.today < one.memory.wakes_on
    if isinstance(brought, Unchanged) and asleep and not lingering.anything(one):
        return _nothing_new(one, order, seconds)
    one.rows.update(memory.rows_of(work.session, order.link_id))
    if isinstance(brought, Calendar) and (why := _refused(one, brought.snapshot)) is not None:
        brought = Useless(why, "refused")
    if isinstance(brought, Useless):
        return _useless(one, brought, seconds)
    return _good(one, order, brought, seconds)


def settle(one: Look, before: Known, looked: Looked, events: Sequence[Event] = ()) -> None:
    """Write what `looked` knows and apply what it brought; ends with the feeds and the cases of the rooms touched."""
    memory.keep(one.memory, looked.known)
    memory.keep_bookings(one.work, one.link.id, one.rows, before, looked.known, events)
    take(one, looked.happenings)
    finish(one, shown=bool(looked.happenings))


def finish(one: Look, *, shown: bool = True) -> None:
    """End a look or a word on it: new versions of the feeds, the cases of the room, the news.

    `shown`: the link's own feed may show something else, though no night changed hands (R2).
    """
    waited = any(row.taken_as == PREVIEW for row in one.rows.values())
    lingering.look_after(one)
    # What the feed of a type shows follows from its rooms' nights, but for what nobody holds yet (R16).
    own = one.closes_rooms if shown and (one.room is not None or waited) else ()
    touched = {*inventory.touched_rooms(one.work), *own}
    feeds.changed(one.work, touched)
    cases.review(one.work, sorted({*touched, *one.room_ids}))
    if one.told:
        news.tell(one.work, one.link.id, About.BOOKINGS, events=one.told)


def opened(work: UnitOfWork, link_id: int) -> Look | None:
    """The link with all that a look needs, its memory locked, for somebody's word on it; None when there is none."""
    one = _opened(work, link_id)
    if one is not None:
        one.rows.update(memory.rows_of(work.session, link_id))
        # What is being fetched meanwhile was asked for without this word.
        one.memory.looks += 1
    return one


def known_of(one: Look) -> Known:
    """What the importer knows of the link."""
    return memory.known(one.memory, one.rows, frees_unanswered=one.link.channel.frees_unanswered)


def _opened(work: UnitOfWork, link_id: int) -> Look | None:
    """The link with its memory locked; what it told is loaded when it is needed."""
    query = (
        select(ChannelLink)
        .where(ChannelLink.id == link_id)
        .options(
            joinedload(ChannelLink.channel),
            joinedload(ChannelLink.room).joinedload(Room.property),
            joinedload(ChannelLink.room).joinedload(Room.type),
            joinedload(ChannelLink.type),
        )
    )
    link = work.session.scalar(query)
    if link is None:
        return None
    kept = work.session.scalar(select(LinkImport).where(LinkImport.link_id == link_id).with_for_update())
    if kept is None:
        kept = LinkImport(
            link_id=link_id, looks=0, failures=0, alerts=0, next_number=1, proved_nights=[], recurring=False
        )
        work.session.add(kept)
        work.session.flush()
    kind = _sold(link)
    rooms = [link.room.id] if link.room is not None else _rooms_of(work, kind)
    place = work.session.get_one(Property, kind.property_id)
    platform = PLATFORMS.get(link.channel.platform)
    dialect: Dialect = platform.dialect if platform is not None and platform.dialect is not None else ASSUMED
    today = local_date(work.now, place.timezone)
    return Look(work, link, kept, link.room, kind, rooms, dialect, today, {})


def _sold(link: ChannelLink) -> RoomType:
    """The type that a link sells, as a whole or one room of it."""
    if link.room is not None:
        return link.room.type
    assert link.type is not None  # noqa: S101 - the table holds that a link has one of both.
    return link.type


def _rooms_of(work: UnitOfWork, kind: RoomType) -> Sequence[int]:
    return work.session.scalars(select(Room.id).where(Room.type_id == kind.id).order_by(Room.position, Room.id)).all()


def _good(one: Look, order: Order, brought: Calendar | Unchanged, seconds: float) -> Applied:
    kept, first = one.memory, one.memory.good_at is None
    before = known_of(one)
    events: Sequence[Event] = ()
    if isinstance(brought, Calendar):
        events = brought.snapshot.events
        before, theirs = echoes.strip(one, before, seen(events, one.dialect), events)
        looked = look(before, theirs, one.work.now, one.today, one.dialect, replaces=not one.sells_several)
        kept.fingerprint, kept.recurring = brought.fingerprint, brought.snapshot.recurring
        kept.etag, kept.last_modified = brought.etag, brought.last_modified
    else:
        looked = again(before, one.work.now, one.today, one.dialect)
    looked = _doubted(one, looked)
    settle(one, before, looked, events)
    if first:
        news.tell(one.work, one.link.id, About.FIRST_READ, bookings=one.joinable)
    kept.failures, kept.trouble = 0, None
    kept.proved_nights = as_pairs(echoes.proof(one, looked.known, order.read_nights))
    did = one.appeared + one.changed + one.gone
    runs.record(
        one.work, kept, outcome=runs.CHANGED if did else runs.UNCHANGED, seconds=seconds,
        events=len(events) if isinstance(brought, Calendar) else None,
        appeared=one.appeared, changed=one.changed, gone=one.gone,
    )  # fmt: skip
    return Applied(
        recorded=True, interval=_interval(one), appeared=one.appeared, changed=one.changed, gone=one.gone,
        looked=looked,
    )  # fmt: skip


def _nothing_new(one: Look, order: Order, seconds: float) -> Applied:
    """A good look at a calendar in which nothing changed and nothing waits: only the health is written."""
    kept = one.memory
    kept.good_at, kept.last_day, kept.failures, kept.trouble = one.work.now, one.today, 0, None
    kept.proved_nights = as_pairs(order.read_nights)
    runs.record(one.work, kept, outcome=runs.UNCHANGED, seconds=seconds)
    return Applied(recorded=True, interval=_interval(one))


def _useless(one: Look, brought: Useless, seconds: float) -> Applied:
    """A failed or partial look changes nothing and is no look (R12)."""
    kept = one.memory
    kept.failures, kept.trouble = kept.failures + 1, brought.trouble
    if kept.good_at is None and kept.failures == 1:
        # Somebody has just connected it and waits for a word.
        news.tell(one.work, one.link.id, About.REFUSED)
    runs.record(
        one.work, kept, outcome=runs.PARTIAL if brought.trouble == PARTIAL else runs.FAILED, seconds=seconds,
        trouble=brought.trouble, status=brought.status, raw=brought.raw,
    )  # fmt: skip
    return Applied(
        recorded=True, interval=_interval(one), failures=kept.failures, retry_after=brought.retry_after,
        trouble=brought.trouble,
    )  # fmt: skip


def _doubted(one: Look, looked: Looked) -> Looked:
    """Doubt the look when another link of the platform lost half in the same round, and that one as well (R13)."""
    if not mass.lost_half(looked.known):
        return looked
    one.memory.lost_half_at = one.work.now
    since = one.work.now - _ROUND * _interval(one)
    query = (
        select(LinkImport.link_id)
        .join(ChannelLink, ChannelLink.id == LinkImport.link_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.platform == one.link.channel.platform, LinkImport.link_id != one.link.id)
        .where(LinkImport.lost_half_at >= since)
        .order_by(LinkImport.link_id)
    )
    others = one.work.session.scalars(query).all()
    for link_id in others:
        _doubt_other(one.work, link_id)
    if not others:
        return looked
    doubted = mass.doubt(looked.known)
    return Looked(doubted.known, (*looked.happenings, *doubted.happenings))


def _doubt_other(work: UnitOfWork, link_id: int) -> None:
    other = opened(work, link_id)
    if other is not None:
        before = known_of(other)
        settle(other, before, mass.doubt(before))


def _refused(one: Look, snapshot: Snapshot) -> str | None:
    """Why the first read of an address must not be believed (R17)."""
    if one.memory.fingerprint is not None:
        # Giving the link another address forgets it, and what the link knew stays.
        return None
    if any(made_by.startswith("-//Dauda//") for made_by in snapshot.made_by):
        return OUR_OWN
    codes = {event.code for event in snapshot.events if event.code is not None} if one.dialect.code else set()
    elsewhere = (
        select(ChannelBooking.id)
        .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
        .where(ChannelBooking.code.in_(codes))
        .where(
            or_(
                ChannelLink.room_id.is_distinct_from(one.link.room_id),
                ChannelLink.type_id.is_distinct_from(one.link.type_id),
            )
        )
        .where(ChannelBooking.kind == Kind.RESERVATION, ChannelBooking.forgotten_at.is_(None))
    )
    return CODES_ELSEWHERE if codes and one.work.session.scalar(elsewhere.limit(1)) is not None else None


def _interval(one: Look | None) -> timedelta:
    return timedelta(seconds=one.link.channel.interval) if one is not None else timedelta(hours=1)
