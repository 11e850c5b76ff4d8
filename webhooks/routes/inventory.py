"""What is free to sell, what is held back of the channels, rooms out of service, and blocks that recur."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from core.access.callers import Caller
from core.channels.errors import NoSuchChannel
from core.channels.models import Channel
from core.inventory import availability, lists, marks, selling
from core.inventory.commands import SetAllowance, SetKeepBack, SetStopSell
from core.inventory.errors import NoSuchRoomType
from core.inventory.models import RecurringBlock
from core.properties.models import Room, RoomType
from core.stays import recurring
from core.stays.errors import NoSuchRoom, TooLong
from core.stays.reasons import Reason
from core.values.nights import Nights
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Day, Key
from webhooks.schemas.inventory import (
    AllowanceOrder,
    CheckAnswer,
    CheckOrder,
    DayAnswer,
    DaysChangedAnswer,
    FollowedAnswer,
    InventoryAnswer,
    KeepBackOrder,
    MarkAnswer,
    OutOfServiceOrder,
    PreloadAnswer,
    PreloadOrder,
    RecurringAnswer,
    RecurringOrder,
    StopSellOrder,
    TypeDays,
)

MOST_NIGHTS = 366
router = APIRouter(prefix="/api", tags=["inventory"])


@router.post("/inventory/check", operation_id="check_inventory", **needing(Act.READ_INVENTORY, also=(404,)))
def check_inventory(order: CheckOrder, caller: Calling, store: Stored) -> CheckAnswer:
    """What is free of a room type, explained night by night, and the rooms that are free throughout."""
    nights = _nights(order.start_date, order.end_date)
    with store.reading() as session:
        type_ = _type(session, caller, order.room_type_id, Act.READ_INVENTORY)
        _channel_here(session, type_.property_id, order.channel_id)
        return CheckAnswer.of(
            availability.check(session, type_.property_id, type_.id, nights, order.quantity, order.channel_id)
        )


@router.get("/inventory", operation_id="list_inventory", **needing(Act.READ_INVENTORY, also=(404,)))
def list_inventory(
    property_id: Key,
    start_date: Day,
    end_date: Day,
    caller: Calling,
    store: Stored,
    channel_id: Annotated[Key | None, Query(description="As this channel may sell it.")] = None,
) -> InventoryAnswer:
    """Every room type of a property, night by night; `end_date` is the day after the last night."""
    caller.must(property_id, Act.READ_INVENTORY)
    nights = _nights(start_date, end_date)
    with store.reading() as session:
        _channel_here(session, property_id, channel_id)
        found = availability.by_type(session, property_id, nights, channel_id)
    return InventoryAnswer(
        items=[
            TypeDays(room_type_id=type_id, days=[DayAnswer.of(day) for day in days]) for type_id, days in found.items()
        ]
    )


@router.post("/inventory/preload", operation_id="preload_inventory", **needing(Act.CHANGE_INVENTORY, also=(404,)))
def preload_inventory(order: PreloadOrder, caller: Calling, store: Stored) -> PreloadAnswer:
    """Make the days that are not there yet. Done by itself every day."""
    caller.must(order.property_id, Act.CHANGE_INVENTORY)
    with store.unit_of_work() as work:
        return PreloadAnswer(made=selling.preload(work, order.property_id, order.days))


@router.put("/inventory/keep-back", operation_id="set_keep_back", **needing(Act.CHANGE_INVENTORY, also=(404,)))
def set_keep_back(order: KeepBackOrder, caller: Calling, store: Stored) -> DaysChangedAnswer:
    """Keep rooms of a type from the channels. What is given back is shown when it can no longer be undone."""
    nights = _nights(order.start_date, order.end_date)
    with store.unit_of_work() as work:
        _type(work.session, caller, order.room_type_id, Act.CHANGE_INVENTORY)
        command = SetKeepBack(order.room_type_id, nights, order.rooms, order.channel_id)
        return DaysChangedAnswer.of(selling.set_keep_back(work, command, caller.by))


@router.put("/inventory/stop-sell", operation_id="set_stop_sell", **needing(Act.CHANGE_INVENTORY, also=(404,)))
def set_stop_sell(order: StopSellOrder, caller: Calling, store: Stored) -> DaysChangedAnswer:
    """Close a type to the channels, or open it: that is shown when it can no longer be undone."""
    nights = _nights(order.start_date, order.end_date)
    with store.unit_of_work() as work:
        _type(work.session, caller, order.room_type_id, Act.CHANGE_INVENTORY)
        command = SetStopSell(order.room_type_id, nights, order.stop_sell, order.channel_id)
        return DaysChangedAnswer.of(selling.set_stop_sell(work, command, caller.by))


@router.put("/inventory/allowance", operation_id="set_allowance", **needing(Act.CHANGE_INVENTORY, also=(404,)))
def set_allowance(order: AllowanceOrder, caller: Calling, store: Stored) -> DaysChangedAnswer:
    """Let a type be oversold by so many stays; who finds no room waits for one as a conflict."""
    nights = _nights(order.start_date, order.end_date)
    with store.unit_of_work() as work:
        _type(work.session, caller, order.room_type_id, Act.CHANGE_INVENTORY)
        command = SetAllowance(order.room_type_id, nights, order.stays)
        return DaysChangedAnswer.of(selling.set_allowance(work, command, caller.by))


@router.post(
    "/inventory/out-of-service",
    operation_id="mark_out_of_service",
    status_code=201,
    **needing(Act.CHANGE_ROOMS, also=(404,)),
)
def mark_out_of_service(order: OutOfServiceOrder, caller: Calling, store: Stored) -> MarkAnswer:
    """Let a room be given last, with a warning. It stays for sale: out of order is a `maintenance` block."""
    if order.until is not None:
        Nights(order.since, order.until)
    with store.unit_of_work() as work:
        room = work.session.get(Room, order.listing_id)
        room = caller.theirs(room, Act.CHANGE_ROOMS, NoSuchRoom(room_id=order.listing_id))
        command = marks.MarkOutOfService(room.id, order.since, order.until, order.note)
        made = marks.mark(work, command, caller.by)
        return MarkAnswer(id=made.id, listing_id=room.id, since=made.since, until=made.until, note=made.note)


@router.delete(
    "/inventory/out-of-service/{listing_id}",
    operation_id="mark_in_service",
    status_code=204,
    **needing(Act.CHANGE_ROOMS, also=(404,)),
)
def mark_in_service(listing_id: Key, caller: Calling, store: Stored) -> Response:
    """Let a room be as good as the others again."""
    with store.unit_of_work() as work:
        room = caller.theirs(work.session.get(Room, listing_id), Act.CHANGE_ROOMS, NoSuchRoom(room_id=listing_id))
        marks.in_service(work, room.id, caller.by)
    return Response(status_code=204)


@router.get("/recurring-blocks", operation_id="list_recurring_blocks", **needing(Act.READ_STAYS, also=(404,)))
def list_recurring_blocks(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[RecurringAnswer]:
    """The blocks that recur, ended ones too."""
    ids = caller.properties(Act.READ_STAYS, property_id)
    with store.reading() as session:
        found = lists.recurring(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.recurring_id, RecurringAnswer.of)


@router.post(
    "/recurring-blocks",
    operation_id="add_recurring_block",
    status_code=201,
    **needing(Act.CHANGE_STAYS, also=(404, 409)),
)
def add_recurring_block(order: RecurringOrder, caller: Calling, store: Stored) -> FollowedAnswer:
    """Block a room again and again, up to the horizon; the blocks are ordinary ones."""
    with store.unit_of_work() as work:
        room = work.session.get(Room, order.listing_id)
        room = caller.theirs(room, Act.CHANGE_STAYS, NoSuchRoom(room_id=order.listing_id))
        command = recurring.RepeatBlock(
            room.id, order.rule, order.first, order.nights, Reason(order.reason), order.note, order.until
        )
        return FollowedAnswer.of(recurring.repeat(work, command, caller.by))


@router.delete(
    "/recurring-blocks/{recurring_block_id}",
    operation_id="end_recurring_block",
    **needing(Act.CHANGE_STAYS, also=(404, 409)),
)
def end_recurring_block(
    recurring_block_id: Key,
    from_date: Annotated[Day, Query(description="No block begins on this day or later any more.")],
    caller: Calling,
    store: Stored,
) -> FollowedAnswer:
    """End a recurring block from a day on; the nights of its later blocks open."""
    with store.unit_of_work() as work:
        row = work.session.get(RecurringBlock, recurring_block_id)
        caller.theirs(row, Act.CHANGE_STAYS, recurring.NoSuchRecurring(recurring_id=recurring_block_id))
        return FollowedAnswer.of(recurring.end(work, recurring_block_id, from_date, caller.by))


def _nights(start: Day, end: Day) -> Nights:
    """The nights, which must not be more than fit into an answer."""
    nights = Nights(start, end)
    if len(nights) > MOST_NIGHTS:
        raise TooLong(nights=len(nights), most=MOST_NIGHTS)
    return nights


def _channel_here(session: Session, property_id: int, channel_id: int | None) -> None:
    """Raise `NoSuchChannel` for the channel of another property."""
    if channel_id is None:
        return
    channel = session.get(Channel, channel_id)
    if channel is None or channel.property_id != property_id:
        raise NoSuchChannel(channel_id=channel_id)


def _type(session: Session, caller: Caller, type_id: int, act: Act) -> RoomType:
    return caller.theirs(session.get(RoomType, type_id), act, NoSuchRoomType(type_id=type_id))
