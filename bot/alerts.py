"""Messages that nobody asked for: something needs a person."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bot import addressees, gather
from bot.conversation.facts import Feed
from bot.conversation.says import Say, line
from bot.inbox import open_conversation
from bot.outbound import Reply, write_alert
from core.access.warning import Fear
from core.channels.models import Channel, ChannelLink
from core.db.work import UnitOfWork
from core.feeds.readers import is_silent
from core.platforms.base import Mode
from core.platforms.registry import PLATFORMS
from core.staff import queries as staff
from core.staff.roles import Role


def tell_silent_feeds(work: UnitOfWork) -> int:
    """Tell each property's admins, once, of feeds that their platform has stopped reading (R7); how many feeds."""
    query = (
        select(ChannelLink)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(Channel.mode == Mode.ICAL, ChannelLink.silent_since.is_(None), ChannelLink.read_at.is_not(None))
        .options(joinedload(ChannelLink.channel), joinedload(ChannelLink.room), joinedload(ChannelLink.type))
    )
    silent = [link for link in work.session.scalars(query) if is_silent(link.read_at, link.read_gap, work.now)]
    for link in silent:
        link.silent_since = work.now
        feed = Feed(link.id, PLATFORMS[link.channel.platform].name, link.linked.room, link.linked.type_name)
        said = (
            line("notice.feed_silent", feed=feed, at=link.read_at)
            if feed.room is not None
            else line("notice.feed_silent_type", feed=feed, at=link.read_at)
        )
        tell_admins(work, link.channel.property_id, Say((said,)))
    return len(silent)


def tell_login(work: UnitOfWork, person_id: int, fear: Fear) -> int:
    """Tell the admins of a person's properties, each once, what that person's login suffered; how many were told."""
    name = staff.names(work.session, [person_id]).get(person_id, "")
    told: set[int] = set()
    for place in staff.places_of(work.session, person_id):
        for one in addressees.of_property(work, place.property_id, Role.PROPERTY_ADMIN):
            if one.facts.who.person_id not in told:
                told.add(one.facts.who.person_id)
                write_alert(work, one.conversation, Reply(Say((line(f"notice.login.{fear}", name=name),)), one.facts))
    return len(told)


def tell_admins(work: UnitOfWork, property_id: int, say: Say) -> int:
    """Say something to every admin of a property at the first address each has; how many were told."""
    told = 0
    for who, transport, chat in staff.reachable(work.session, property_id, Role.PROPERTY_ADMIN):
        place = next(place for place in who.places if place.property_id == property_id)
        conversation = open_conversation(work, transport, chat)
        write_alert(work, conversation, Reply(say, gather.basics(work, who, place)))
        told += 1
    return told
