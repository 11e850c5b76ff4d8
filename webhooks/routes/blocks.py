"""Blocks of listings."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.channels.knows import channels_of
from core.conflicts import cases
from core.db.work import Store, UnitOfWork
from core.feeds.service import UNDO_TIME
from core.inventory.service import NightTaken
from core.properties.errors import WrongValue
from core.properties.models import Property, Room
from core.stays import blocks, instead, queries, service
from core.stays.commands import BlockRoom, UnblockRoom
from core.stays.errors import NoSuchRoom
from core.stays.reasons import Reason
from core.stays.telling import Change
from core.values.contact import NotAPhone, e164, region_of
from core.values.money import Money
from core.values.nights import Nights
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.idempotency import Once
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored
from webhooks.schemas.base import Day, Key
from webhooks.schemas.blocks import BlockAnswer, BlockChanged, BlockOrder, ChannelKnows

router = APIRouter(prefix="/api", tags=["blocks"])


@router.get("/listings/{listing_id}/blocks", operation_id="list_blocks", **needing(Act.READ_STAYS, also=(404,)))
def list_blocks(
    listing_id: Key,
    caller: Calling,
    store: Stored,
    window: Paging,
    since: Annotated[Day | None, Query(description="Only those that end after this day.")] = None,
) -> Page[BlockAnswer]:
    """The blocks of a room that are not over, or that end after `since`."""
    with store.reading() as session:
        room = caller.theirs(session.get(Room, listing_id), Act.READ_STAYS, NoSuchRoom(room_id=listing_id))
        first = since or blocks.today(session, room.property_id, store.clock.now())
        found = blocks.of_room(session, listing_id, first, window.after, window.fetch)
    return window.page(found, lambda one: one.stay_id, BlockAnswer.of)


@router.post(
    "/listings/{listing_id}/blocks",
    operation_id="add_block",
    status_code=201,
    response_model=BlockChanged,
    **needing(Act.CHANGE_STAYS, also=(404, 409)),
)
def add_block(listing_id: Key, order: BlockOrder, caller: Calling, store: Stored, once: Once) -> Response:
    """Hold nights of a room. Where one is taken, 409 names its holder and the rooms that are free instead."""
    nights = Nights(order.arrival, order.departure)

    def block(work: UnitOfWork) -> BlockChanged:
        room = work.session.get(Room, listing_id)
        room = caller.theirs(room, Act.CHANGE_STAYS, NoSuchRoom(room_id=listing_id))
        done = service.block(work, _command(work, room, nights, order), caller.by)
        return _changed(work, done, opens=False)

    try:
        return once.answer(store, 201, block)
    except NightTaken as refusal:
        raise _explained(store, listing_id, nights, refusal) from None


@router.delete("/blocks/{block_id}", operation_id="remove_block", **needing(Act.CHANGE_STAYS, also=(404, 409)))
def remove_block(
    block_id: Key,
    caller: Calling,
    store: Stored,
    revision: Annotated[int | None, Query(ge=1, description="As it was seen; refused when it changed since.")] = None,
) -> BlockChanged:
    """Give up what is left of a block; nights that are over stay with it."""
    missing = blocks.NoSuchBlock(block_id=block_id)
    with store.unit_of_work() as work:
        block = caller.theirs(blocks.block(work.session, block_id), Act.CHANGE_STAYS, missing)
        done = service.unblock(work, UnblockRoom(block_id, revision or block.revision), caller.by)
        return _changed(work, done, opens=True)


def _command(work: UnitOfWork, room: Room, nights: Nights, order: BlockOrder) -> BlockRoom:
    place = work.session.get_one(Property, room.property_id)
    try:
        phone = e164(order.phone, region_of(place.timezone)) if order.phone else None
    except NotAPhone:
        raise WrongValue(field="phone", why="no_phone") from None
    price = Money.of(Decimal(order.price), place.currency) if order.price is not None else None
    return BlockRoom(
        room.id, nights, Reason(order.reason), order.guest, phone, price.amount if price else None,
        price.currency if price else None, order.note, order.insist,
    )  # fmt: skip


def _changed(work: UnitOfWork, done: Change, *, opens: bool) -> BlockChanged:
    work.session.flush()
    stay = queries.stay(work.session, done.stay.id)
    assert stay is not None  # noqa: S101 - it was changed just now.
    return BlockChanged(
        block=BlockAnswer.of(stay),
        event_id=done.event_id,
        displaced=tuple(one.id for one in done.displaced),
        conflict_id=cases.of_stay(work.session, done.stay.id),
        channels=tuple(ChannelKnows.of(one) for one in channels_of(work.session, done.stay.property_id, done.versions)),
        opens_at=work.now + UNDO_TIME if opens else None,
    )


def _explained(store: Store, listing_id: int, nights: Nights, refusal: NightTaken) -> NightTaken:
    with store.reading() as session:
        return instead.explained(session, listing_id, nights, refusal)
