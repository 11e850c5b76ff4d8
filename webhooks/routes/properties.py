"""Properties, room types and listings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from fastapi import APIRouter

from core.errors import NotFound
from core.properties import lists, service
from core.properties.errors import NoSuchProperty, NoSuchType
from core.properties.service import NewProperty, NewRoom, NewRoomType, RoomChange
from core.stays.errors import NoSuchRoom
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import Stored, Told
from webhooks.schemas.base import Key
from webhooks.schemas.properties import (
    ListingAnswer,
    ListingChange,
    ListingOrder,
    PropertyAnswer,
    PropertyOrder,
    RoomTypeAnswer,
    RoomTypeOrder,
)

_Found = TypeVar("_Found")
router = APIRouter(prefix="/api", tags=["properties"])


@router.get("/properties", operation_id="list_properties", **needing(Act.READ_PROPERTY))
def list_properties(caller: Calling, store: Stored, window: Paging) -> Page[PropertyAnswer]:
    """The properties that the caller knows of."""
    ids = caller.properties(Act.READ_PROPERTY)
    with store.reading() as session:
        found = lists.properties(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.property_id, PropertyAnswer.of)


@router.get("/properties/{property_id}", operation_id="get_property", **needing(Act.READ_PROPERTY, also=(404,)))
def get_property(property_id: Key, caller: Calling, store: Stored) -> PropertyAnswer:
    """One property."""
    caller.must(property_id, Act.READ_PROPERTY)
    with store.reading() as session:
        found = lists.properties(session, [property_id], 0, 1)
    return PropertyAnswer.of(_there(found, NoSuchProperty(property_id=property_id)))


@router.post("/properties", operation_id="add_property", status_code=201, **needing(Act.ADD_PROPERTY, also=(409,)))
def add_property(order: PropertyOrder, caller: Calling, store: Stored, settings: Told) -> PropertyAnswer:
    """Make a property; whoever makes it is its first admin."""
    caller.must(None, Act.ADD_PROPERTY)
    wanted = NewProperty(
        order.code, order.name, order.timezone, order.currency, order.language, order.conflict_preference,
        order.weekend_days or settings.weekend_days,
    )  # fmt: skip
    with store.unit_of_work() as work:
        made = service.make_property(work, wanted, caller.by)
        work.session.flush()
        found = lists.properties(work.session, [made.id], 0, 1)
    return PropertyAnswer.of(found[0])


@router.get("/room-types", operation_id="list_room_types", **needing(Act.READ_ROOMS, also=(404,)))
def list_room_types(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[RoomTypeAnswer]:
    """The room types of one property, or of all that the caller knows of."""
    ids = caller.properties(Act.READ_ROOMS, property_id)
    with store.reading() as session:
        found = lists.room_types(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.type_id, RoomTypeAnswer.of)


@router.get("/room-types/{room_type_id}", operation_id="get_room_type", **needing(Act.READ_ROOMS, also=(404,)))
def get_room_type(room_type_id: Key, caller: Calling, store: Stored) -> RoomTypeAnswer:
    """One room type."""
    with store.reading() as session:
        found = lists.room_type(session, room_type_id)
    return RoomTypeAnswer.of(caller.theirs(found, Act.READ_ROOMS, NoSuchType(room_type_id=room_type_id)))


@router.post("/room-types", operation_id="add_room_type", status_code=201, **needing(Act.CHANGE_ROOMS, also=(404, 409)))
def add_room_type(order: RoomTypeOrder, caller: Calling, store: Stored) -> RoomTypeAnswer:
    """Make a room type, without a room yet."""
    caller.must(order.property_id, Act.CHANGE_ROOMS)
    wanted = NewRoomType(order.code, order.name, Decimal(order.base_rate) if order.base_rate else None)
    with store.unit_of_work() as work:
        made = service.make_type(work, order.property_id, wanted, caller.by)
        work.session.flush()
        found = lists.room_type(work.session, made.id)
    return RoomTypeAnswer.of(_there([found], NoSuchType(room_type_id=made.id)))


@router.get("/listings", operation_id="list_listings", **needing(Act.READ_ROOMS, also=(404,)))
def list_listings(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[ListingAnswer]:
    """The rooms of one property, or of all that the caller knows of; removed ones too."""
    ids = caller.properties(Act.READ_ROOMS, property_id)
    with store.reading() as session:
        found = lists.listings(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.room_id, ListingAnswer.of)


@router.get("/listings/{listing_id}", operation_id="get_listing", **needing(Act.READ_ROOMS, also=(404,)))
def get_listing(listing_id: Key, caller: Calling, store: Stored) -> ListingAnswer:
    """One room."""
    with store.reading() as session:
        found = lists.listing(session, listing_id)
    return ListingAnswer.of(caller.theirs(found, Act.READ_ROOMS, NoSuchRoom(room_id=listing_id)))


@router.post("/listings", operation_id="add_listing", status_code=201, **needing(Act.CHANGE_ROOMS, also=(404, 409)))
def add_listing(order: ListingOrder, caller: Calling, store: Stored) -> ListingAnswer:
    """Make a room, which is sold from today on."""
    caller.must(order.property_id, Act.CHANGE_ROOMS)
    wanted = NewRoom(order.room_type_id, order.name, order.aliases, order.position)
    with store.unit_of_work() as work:
        made = service.make_room(work, order.property_id, wanted, caller.by)
        work.session.flush()
        found = lists.listing(work.session, made.id)
    return ListingAnswer.of(_there([found], NoSuchRoom(room_id=made.id)))


@router.patch("/listings/{listing_id}", operation_id="change_listing", **needing(Act.CHANGE_ROOMS, also=(404, 409)))
def change_listing(listing_id: Key, order: ListingChange, caller: Calling, store: Stored) -> ListingAnswer:
    """Rename a room, give it other aliases, another type or place in lists, take it out of the house or back in."""
    missing = NoSuchRoom(room_id=listing_id)
    wanted = RoomChange(order.name, order.aliases, order.room_type_id, order.position, order.removed)
    with store.unit_of_work() as work:
        caller.theirs(lists.listing(work.session, listing_id), Act.CHANGE_ROOMS, missing)
        service.change_room(work, listing_id, wanted, caller.by)
        work.session.flush()
        work.session.expire_all()
        found = lists.listing(work.session, listing_id)
    return ListingAnswer.of(_there([found], missing))


def _there(found: Sequence[_Found | None], missing: NotFound) -> _Found:
    """The first one, which may have gone since it was asked for."""
    if not found or found[0] is None:
        raise missing
    return found[0]
