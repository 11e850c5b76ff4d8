"""Platforms, channels, and the links of rooms and room types to them."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from core.channels import lists, service
from core.channels.errors import ChannelThere, NoSuchChannel, NoSuchLink, NothingToRead
from core.channels.lists import LinkRow
from core.channels.models import Channel
from core.channels.settings import Wanted
from core.config import Settings
from core.db.work import UnitOfWork
from core.feeds import service as feeds
from core.imports import timetable
from core.platforms.registry import PLATFORMS
from core.properties.errors import NoSuchType
from core.properties.models import Room, RoomType
from core.sealing import Sealer
from core.stays.errors import NoSuchRoom
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.api.paging import Page, Paging
from webhooks.deps import LOCAL_URL, Sealing, Stored, Told
from webhooks.schemas.base import Key
from webhooks.schemas.channels import (
    ChannelAnswer,
    ChannelChange,
    ChannelDetail,
    ChannelOrder,
    LinkMade,
    LinkOrder,
    PlatformAnswer,
    PullAsked,
    Rotated,
    RotateOrder,
)

router = APIRouter(prefix="/api", tags=["channels"])


@router.get("/platforms", operation_id="list_platforms", **needing(Act.READ_CHANNELS))
def list_platforms(caller: Calling, window: Paging) -> Page[PlatformAnswer]:
    """The platforms there are, and what is known of each."""
    caller.properties(Act.READ_CHANNELS)
    numbered = [(number, one) for number, one in enumerate(PLATFORMS.values(), 1) if number > window.after]
    return window.page(numbered[: window.fetch], lambda one: one[0], lambda one: PlatformAnswer.of(one[1]))


@router.get("/channels", operation_id="list_channels", **needing(Act.READ_CHANNELS, also=(404,)))
def list_channels(
    caller: Calling, store: Stored, window: Paging, property_id: Key | None = None
) -> Page[ChannelAnswer]:
    """The channels of one property, or of all that the caller knows of."""
    ids = caller.properties(Act.READ_CHANNELS, property_id)
    with store.reading() as session:
        found = lists.channels(session, ids, window.after, window.fetch)
    return window.page(found, lambda one: one.channel_id, ChannelAnswer.of)


@router.get("/channels/{channel_id}", operation_id="get_channel", **needing(Act.READ_CHANNELS, also=(404,)))
def get_channel(channel_id: Key, caller: Calling, store: Stored) -> ChannelDetail:
    """One channel, with its links."""
    with store.reading() as session:
        found = lists.channel(session, channel_id)
        found = caller.theirs(found, Act.READ_CHANNELS, NoSuchChannel(channel_id=channel_id))
        return ChannelDetail.with_links(found, lists.links(session, channel_id))


@router.post("/channels", operation_id="add_channel", status_code=201, **needing(Act.CHANGE_CHANNELS, also=(404, 409)))
def add_channel(order: ChannelOrder, caller: Calling, store: Stored) -> ChannelAnswer:
    """Use a platform at a property. Refused where it is used already: change that channel."""
    caller.must(order.property_id, Act.CHANGE_CHANNELS)
    with store.unit_of_work() as work:
        done = service.set_channel(work, order.property_id, order.platform, _wanted(order), caller.by)
        if not done.made:
            raise ChannelThere(channel_id=done.channel.id, platform=order.platform)
        return _channel(work, done.channel.id)


@router.patch("/channels/{channel_id}", operation_id="change_channel", **needing(Act.CHANGE_CHANNELS, also=(404, 409)))
def change_channel(channel_id: Key, order: ChannelChange, caller: Calling, store: Stored) -> ChannelAnswer:
    """Set a channel otherwise, pause it (`active`: false) or resume it."""
    with store.unit_of_work() as work:
        missing = NoSuchChannel(channel_id=channel_id)
        channel = caller.theirs(work.session.get(Channel, channel_id), Act.CHANGE_CHANNELS, missing)
        service.set_channel(work, channel.property_id, channel.platform, _wanted(order), caller.by)
        return _channel(work, channel_id)


@router.post(
    "/channels/{channel_id}/links",
    operation_id="add_link",
    status_code=201,
    **needing(Act.CHANGE_CHANNELS, also=(404, 409)),
)
def add_link(
    channel_id: Key, order: LinkOrder, caller: Calling, store: Stored, sealer: Sealing, settings: Told
) -> LinkMade:
    """Link a room or a room type, and read the platform's calendar for it; a link that is there is changed."""
    with store.unit_of_work() as work:
        missing = NoSuchChannel(channel_id=channel_id)
        channel = caller.theirs(work.session.get(Channel, channel_id), Act.CHANGE_CHANNELS, missing)
        what = _what(work, channel, order)
        link = service.link_for(work, sealer, channel.property_id, channel.platform, what, caller.by)
        if order.import_url:
            service.set_import(work, sealer, link, order.import_url, caller.by, settings.public_url)
        work.session.flush()
        return LinkMade.with_feed(_link(work.session, link.id), _feed_url(work.session, sealer, settings, link.id))


@router.post(
    "/channel-links/{link_id}/pull",
    operation_id="pull_link",
    status_code=202,
    **needing(Act.RUN_CHANNELS, also=(404, 409)),
)
def pull_link(link_id: Key, caller: Calling, store: Stored) -> PullAsked:
    """Read the platform's calendar as soon as there is room, whenever it is due."""
    with store.unit_of_work() as work:
        caller.theirs(lists.link(work.session, link_id), Act.RUN_CHANNELS, NoSuchLink(link_id=link_id))
        if not timetable.pull_soon(work, [link_id]):
            raise NothingToRead(link_id=link_id)
        return PullAsked(link_id=link_id, asked_at=work.now)


@router.post("/channel-links/{link_id}/rotate", operation_id="rotate_link", **needing(Act.CHANGE_CHANNELS, also=(404,)))
def rotate_link(
    link_id: Key,
    caller: Calling,
    store: Stored,
    sealer: Sealing,
    settings: Told,
    order: RotateOrder | None = None,
) -> Rotated:
    """Give our calendar a new address."""
    at_once = order.now if order is not None else False
    with store.unit_of_work() as work:
        caller.theirs(lists.link(work.session, link_id), Act.CHANGE_CHANNELS, NoSuchLink(link_id=link_id))
        ended = service.rotate(work, sealer, link_id, caller.by, now=at_once)
        work.session.flush()
        feed_url = _feed_url(work.session, sealer, settings, link_id)
        return Rotated.rotated(_link(work.session, link_id), feed_url, ended)


def _wanted(order: ChannelChange) -> Wanted:
    return Wanted(
        order.mode,
        order.interval,
        order.active,
        order.alert_after,
        order.inclusive_end,
        order.frees_unanswered,
        order.exports,
    )


def _what(work: UnitOfWork, channel: Channel, order: LinkOrder) -> Room | RoomType:
    """What is to be linked, if it is the same property's."""
    if order.listing_id is not None:
        room = work.session.get(Room, order.listing_id)
        if room is None or room.property_id != channel.property_id:
            raise NoSuchRoom(room_id=order.listing_id)
        return room
    kind = work.session.get(RoomType, order.room_type_id)
    if kind is None or kind.property_id != channel.property_id:
        raise NoSuchType(room_type_id=order.room_type_id)
    return kind


def _channel(work: UnitOfWork, channel_id: int) -> ChannelAnswer:
    work.session.flush()
    found = lists.channel(work.session, channel_id)
    if found is None:
        raise NoSuchChannel(channel_id=channel_id)
    return ChannelAnswer.of(found)


def _link(session: Session, link_id: int) -> LinkRow:
    found = lists.link(session, link_id)
    if found is None:
        raise NoSuchLink(link_id=link_id)
    return found


def _feed_url(session: Session, sealer: Sealer, settings: Settings, link_id: int) -> str:
    address = feeds.live_address(session, link_id)
    if address is None:
        raise NoSuchLink(link_id=link_id)
    return feeds.feed_url(settings.public_url or LOCAL_URL, feeds.token_of(address, sealer))
