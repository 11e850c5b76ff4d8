"""Which calendar may be read for a link: of its own platform, none of ours, and none that is read already (R17)."""

from urllib.parse import urlsplit

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from core.channels import errors
from core.channels.addresses import mark_of, same_calendar
from core.channels.models import Channel, ChannelLink
from core.db.work import UnitOfWork
from core.feeds.models import FeedAddress
from core.platforms.registry import at
from core.properties.models import Property
from core.sealing import BrokenSeal, Sealer, fingerprint

SEALED_FOR = "channel_links.import_url"


def address_of(sealer: Sealer, link: ChannelLink) -> str | None:
    """The calendar read for a link; None when there is none, or none that our key opens."""
    if link.import_url is None:
        return None
    try:
        return sealer.unseal(link.import_url, SEALED_FOR)
    except BrokenSeal:
        return None


def may_read(work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str, public_url: str | None) -> None:
    """Raise `AnotherPlatform`, `OurOwnAddress` or `AddressLinked` when `url` cannot be the calendar of `link`."""
    platform, other = link.channel.platform, at(url)
    if other is not None and other.code != platform:
        raise errors.AnotherPlatform(platform=platform, other=other.code)
    if _is_ours(work, url, public_url):
        raise errors.OurOwnAddress
    reader = _reader(work, sealer, link, url)
    if reader is not None:
        raise _linked(work, reader)


def keep(work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str) -> None:
    """Let `url` be what is read for `link`. Raises `AddressLinked` when somebody else was quicker, anywhere."""
    mark = mark_of(url)
    try:
        with work.session.begin_nested():
            link.import_url, link.import_mark = sealer.seal(url, SEALED_FOR), mark
            work.session.flush()
    except IntegrityError:
        quicker = work.session.scalar(_links().where(ChannelLink.import_mark == mark))
        if quicker is None:
            raise
        raise _linked(work, quicker) from None


def _is_ours(work: UnitOfWork, url: str, public_url: str | None) -> bool:
    parts = urlsplit(url)
    if public_url is not None and parts.netloc == urlsplit(public_url).netloc:
        return parts.path.startswith("/ics/")
    token = parts.path.rpartition("/")[2].removesuffix(".ics")
    return work.session.get(FeedAddress, fingerprint(token)) is not None


def _reader(work: UnitOfWork, sealer: Sealer, link: ChannelLink, url: str) -> ChannelLink | None:
    """The other link that reads this calendar."""
    # Addresses from before there were marks must be opened: sealing one text twice gives two different seals.
    unmarked = ChannelLink.import_mark.is_(None) & ChannelLink.import_url.is_not(None)
    others = _links().where(ChannelLink.id != link.id, or_(ChannelLink.import_mark == mark_of(url), unmarked))
    for other in work.session.scalars(others):
        theirs = address_of(sealer, other)
        if other.import_mark is not None or (theirs is not None and same_calendar(theirs, url)):
            return other
    return None


def _links() -> Select[ChannelLink]:
    return select(ChannelLink).options(
        joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type)
    )


def _linked(work: UnitOfWork, link: ChannelLink) -> errors.AddressLinked:
    house = select(Property.code).join(Channel, Channel.property_id == Property.id).where(Channel.id == link.channel_id)
    what = link.linked
    return errors.AddressLinked(
        platform=link.channel.platform, room=what.room, type=what.type, type_name=what.type_name,
        property=work.session.scalar(house),
    )  # fmt: skip
