"""What channels told, how they were read, and having them brought up to date."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.access.callers import Caller
from core.channels import pushing, syncing
from core.channels.errors import NoSuchChannel, NoSuchEntity, NothingToRead
from core.channels.models import Channel
from core.db.work import UnitOfWork
from core.imports import lists, timetable, waiting
from core.imports.lists import ToldView, Which
from core.imports.told_lines import masked
from core.imports.waiting import Came
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Key
from webhooks.schemas.sync import (
    ChannelBookingAnswer,
    Processed,
    Queued,
    QueueOrder,
    QueueStatus,
    SyncAvailability,
    SyncBookings,
    SyncError,
    SyncLogAnswer,
    SyncOutcome,
    SyncRates,
)

PATIENCE = 20.0
"""Seconds a request waits for calendars to be read; they are read all the same when that is too short."""
PAUSE = 0.2
MOST_WAITING = 8
"""Requests that wait at once; each holds one of the threads that answer all others."""
_WAITING = BoundedSemaphore(MOST_WAITING)

router = APIRouter(prefix="/api", tags=["sync"])


@dataclass(frozen=True, slots=True)
class OfLinks:
    """Of which property, channel or link alone; without any, of all that the caller knows of."""

    property_id: Key | None = None
    channel_id: Key | None = None
    link_id: Key | None = None


Links = Annotated[OfLinks, Depends()]


@router.get("/channel-bookings", operation_id="list_channel_bookings", **needing(Act.READ_BOOKINGS, also=(404,)))
def list_channel_bookings(
    caller: Calling,
    store: Stored,
    window: Paging,
    of: Links,
    listing_id: Key | None = None,
    believed: Annotated[bool | None, Query(description="Only those still compared, or only those let go.")] = None,
    raw: Annotated[bool, Query(description="With what the channel wrote.")] = False,  # noqa: FBT002 - a query's flag.
) -> Page[ChannelBookingAnswer]:
    """What channels told of bookings and closures, the newest first."""
    which = Which(caller.properties(Act.READ_BOOKINGS, of.property_id), of.channel_id, of.link_id, listing_id)
    with store.reading() as session:
        found = lists.bookings(session, which, window.before, window.fetch, believed=believed)
    return window.page(
        found, lambda one: one.booking_id, lambda one: ChannelBookingAnswer.of(one, _raw(caller, one) if raw else None)
    )


@router.get("/channel-sync-logs", operation_id="list_sync_logs", **needing(Act.READ_SYNC, also=(404,)))
def list_sync_logs(
    caller: Calling,
    store: Stored,
    window: Paging,
    of: Links,
    outcome: Annotated[str | None, Query(pattern="^(changed|unchanged|partial|failed)$")] = None,
) -> Page[SyncLogAnswer]:
    """The looks at the channels' calendars, the newest first; like ones in a row are one line."""
    which = Which(caller.properties(Act.READ_SYNC, of.property_id), of.channel_id, of.link_id)
    with store.reading() as session:
        found = lists.runs(session, which, window.before, window.fetch, outcome=outcome)
    return window.page(found, lambda one: one.run_id, SyncLogAnswer.of)


@router.post(
    "/channels/{channel_id}/sync-bookings",
    operation_id="sync_bookings",
    **needing(Act.RUN_CHANNELS, also=(404, 409)),
)
def sync_bookings(channel_id: Key, order: SyncBookings, caller: Calling, store: Stored) -> SyncOutcome:
    """Read the calendars of a channel now, and count what they tell of these days.

    Waits up to 20 seconds; what was not read by then is told as `not_read_yet` and read all the same.
    """
    with store.unit_of_work() as work:
        _channel(work, caller, channel_id)
        links = waiting.read_links(work.session, channel_id)
        if not links:
            raise NothingToRead(channel_id=channel_id)
        timetable.pull_soon(work, links)
        asked_at = work.now

    def look() -> tuple[Came, ...]:
        with store.reading() as session:
            return waiting.came(session, links, asked_at, store.clock.now(), order.start_date, order.end_date)

    came = _waited_for(look)
    good = [one for one in came if one.read and one.trouble is None]
    bad = [one for one in came if one not in good]
    return SyncOutcome(
        success=not bad,
        records_processed=sum(one.bookings for one in came),
        records_success=sum(one.bookings for one in good),
        records_failed=sum(one.bookings for one in bad),
        errors=tuple(SyncError(link_id=one.link_id, code=one.trouble or "not_read_yet") for one in bad),
    )


@router.post(
    "/channels/{channel_id}/sync-availability",
    operation_id="sync_availability",
    **needing(Act.RUN_CHANNELS, also=(404, 409)),
)
def sync_availability(channel_id: Key, order: SyncAvailability, caller: Calling, store: Stored) -> SyncOutcome:
    """Tell a channel how many rooms are free. 409 where it has no interface; its facts say what to do instead."""
    with store.unit_of_work() as work:
        pushing.push_availability(work, _channel(work, caller, channel_id), order.room_type)
    return _one_record()


@router.post(
    "/channels/{channel_id}/sync-rates",
    operation_id="sync_rates",
    **needing(Act.RUN_CHANNELS, also=(404, 409)),
)
def sync_rates(channel_id: Key, order: SyncRates, caller: Calling, store: Stored) -> SyncOutcome:
    """Tell a channel what a night costs. 409 where it has no interface; a calendar knows no prices."""
    with store.unit_of_work() as work:
        pushing.push_rate(work, _channel(work, caller, channel_id), order.room_type)
    return _one_record()


@router.post("/sync/queue", operation_id="queue_sync", status_code=202, **needing(Act.RUN_SYNC, also=(404, 409)))
def queue_sync(order: QueueOrder, caller: Calling, store: Stored) -> Queued:
    """Have the channels brought up to date with a reservation, a room, a guest or a rate."""
    with store.unit_of_work() as work:
        what = syncing.named(work.session, order.entity_type, order.entity_id)
        missing = NoSuchEntity(entity=order.entity_type, entity_id=order.entity_id)
        what = caller.theirs(what, Act.RUN_SYNC, missing)
        return Queued(success=True, id=syncing.queue(work, what))


@router.get("/sync/status", operation_id="get_sync_status", **needing(Act.READ_SYNC, also=(404,)))
def get_sync_status(caller: Calling, store: Stored, property_id: Key | None = None) -> QueueStatus:
    """How the queue stands."""
    ids = caller.properties(Act.READ_SYNC, property_id)
    with store.reading() as session:
        found = syncing.status(session, ids)
    return QueueStatus(pending_count=found.pending, failed_count=found.failed, is_processing=found.processing)


@router.post("/sync/process", operation_id="process_sync", **needing(Act.RUN_SYNC, also=(404,)))
def process_sync(caller: Calling, store: Stored, property_id: Key | None = None) -> Processed:
    """Try at once what waits for its next try, and once more what was given up."""
    ids = caller.properties(Act.RUN_SYNC, property_id)
    with store.unit_of_work() as work:
        hastened, replayed = syncing.process(work, ids)
    return Processed(success=True, hastened=hastened, replayed=replayed)


def _waited_for(look: Callable[[], tuple[Came, ...]]) -> tuple[Came, ...]:
    """What there is when everything was read, or patience is over; at once when too many wait already."""
    if not _WAITING.acquire(blocking=False):
        return look()
    try:
        until = monotonic() + PATIENCE
        while True:
            came = look()
            if all(one.read for one in came) or monotonic() >= until:
                return came
            sleep(PAUSE)
    finally:
        _WAITING.release()


def _raw(caller: Caller, view: ToldView) -> str:
    return view.raw if caller.may(view.property_id, Act.READ_RAW_BOOKINGS) else masked(view.raw)


def _channel(work: UnitOfWork, caller: Caller, channel_id: int) -> Channel:
    missing = NoSuchChannel(channel_id=channel_id)
    return caller.theirs(work.session.get(Channel, channel_id), Act.RUN_CHANNELS, missing)


def _one_record() -> SyncOutcome:
    return SyncOutcome(success=True, records_processed=1, records_success=1, records_failed=0, errors=())
