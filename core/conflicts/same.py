"""Parties that are no two sales: one booking that reached us twice (R16), or our own closure come back (R10)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.channels import service as channels
from core.channels.models import Channel, ChannelBooking, ChannelLink
from core.channels.taken import ECHO, STAY
from core.conflicts import errors
from core.conflicts.commands import OnlyOurBlock, SameBooking
from core.conflicts.deciding import Decided, TakenUp, Word, settle, take_up
from core.db.work import UnitOfWork
from core.events.service import By
from core.inventory import handing
from core.inventory import service as inventory
from core.platforms.registry import PLATFORMS
from core.stays import holding
from core.stays import rules as stay_rules
from core.stays.models import Stay
from core.stays.reasons import Reason, StayState
from core.values.nights import Nights

_TAKEN_OVER = ("source", "reference", "guest", "phone", "price", "currency", "note", "reservation_id")
_TWO = 2


def same_booking(work: UnitOfWork, command: SameBooking, by: By) -> Decided:
    """Let the party that holds the nights stand for both. Raises `OnlyForTwo`, or `NeedsPerson` (R22)."""
    taken = take_up(work, command.conflict_id, command.revision)
    _by_a_person(taken, by)
    if len(taken.stays) != _TWO:
        raise errors.OnlyForTwo(conflict_id=taken.case.id)
    holder, loser = sorted(taken.stays, key=lambda stay: (-_holds(work, taken, stay), stay.id))
    facts: dict[str, Any] = {
        "holder": _dates(holder) | {"reason": holder.reason}, "loser": _dates(loser),
        "bookings": _point(work, loser, holder), "filled": _fill(holder, loser),
        "checked_in": holder.checked_in_at is None and loser.checked_in_at is not None,
    }  # fmt: skip
    if Reason(loser.reason).sells and not Reason(holder.reason).sells:
        handing.become(work, holder, Reason(loser.reason))
    holder.checked_in_at = holder.checked_in_at or loser.checked_in_at
    holding.shadow(work, loser)
    _stand_for_both(work, taken, holder, loser)
    _end(loser, taken.today)
    work.session.flush()
    return settle(work, taken, Word("SameBooking", holder, [loser], facts=facts), by)


def only_our_block(work: UnitOfWork, command: OnlyOurBlock, by: By) -> Decided:
    """Take what the channel shows for our own closure: an echo, no booking. Raises `NoEcho` or `NeedsPerson` (R22).

    What the counterpart holds stays closed; what only the echo held opens, late (R4).
    """
    taken = take_up(work, command.conflict_id, command.revision)
    _by_a_person(taken, by)
    possible = echoes(work.session, [stay.id for stay in taken.stays if stay.checked_in_at is None])
    waiting = [stay for stay in taken.stays if stay.id in possible and stay.state == StayState.CONTESTED]
    if len(taken.stays) < _TWO or len(waiting) != 1:
        raise errors.NoEcho(conflict_id=taken.case.id)
    echo = waiting[0]
    bookings = _point(work, echo, None)
    _teach(work, bookings, by)
    facts = {"loser": _dates(echo), "bookings": bookings}
    kept, given_up = stay_rules.what_remains(echo.nights, None, taken.today, echo.id)
    holding.give_up(work, echo, kept, given_up, at_once=False)
    winner = next(stay for stay in taken.stays if stay is not echo)
    return settle(work, taken, Word("OnlyOurBlock", winner, [echo], facts=facts), by)


def echoes(session: Session, stay_ids: Iterable[int]) -> set[int]:
    """Those stays whose channel's calendar does not tell a booking from our own closure come back (R10)."""
    query = (
        select(ChannelBooking.stay_id, Channel.platform)
        .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
        .join(Channel, Channel.id == ChannelLink.channel_id)
        .where(ChannelBooking.stay_id.in_(list(stay_ids)), ChannelBooking.taken_as == STAY)
        .where(ChannelBooking.code.is_(None))
    )
    return {
        stay_id
        for stay_id, platform in session.execute(query)
        if stay_id is not None and (dialect := PLATFORMS[platform].dialect) is not None and not dialect.tells_kinds
    }


def point_back(work: UnitOfWork, booking_ids: Iterable[int], stay: Stay) -> None:
    """Let the bookings of a channel stand for `stay` again."""
    for booking in work.session.scalars(select(ChannelBooking).where(ChannelBooking.id.in_(list(booking_ids)))):
        booking.stay_id, booking.taken_as = stay.id, STAY


def _by_a_person(taken: TakenUp, by: By) -> None:
    if by.person_id is None:
        raise errors.NeedsPerson(stay_id=taken.stays[0].id, conflict_id=taken.case.id)


def _holds(work: UnitOfWork, taken: TakenUp, stay: Stay) -> int:
    """How many of the nights in dispute a stay holds."""
    disputed = Nights(taken.case.arrival, taken.case.departure)
    held = inventory.held_by(work, stay, list(disputed))
    return sum(len(nights) for nights in held.values())


def _dates(stay: Stay) -> dict[str, str]:
    return {"arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat()}


def _point(work: UnitOfWork, stay: Stay, to: Stay | None) -> list[int]:
    """Let the channels' bookings of `stay` stand for `to`, or for an echo; their ids."""
    query = select(ChannelBooking).where(ChannelBooking.stay_id == stay.id).with_for_update()
    bookings = list(work.session.scalars(query.order_by(ChannelBooking.id)))
    for booking in bookings:
        booking.stay_id = to.id if to is not None else None
        booking.taken_as = STAY if to is not None else ECHO
    return [booking.id for booking in bookings]


def _teach(work: UnitOfWork, booking_ids: Iterable[int], by: By) -> None:
    """Note of the channels of these bookings that their calendars show closures of ours."""
    of_bookings = select(ChannelBooking.link_id).where(ChannelBooking.id.in_(booking_ids))
    query = select(Channel).join(ChannelLink, ChannelLink.channel_id == Channel.id)
    for channel in work.session.scalars(query.where(ChannelLink.id.in_(of_bookings)).order_by(Channel.id)).unique():
        channels.exports_closures(work, channel, by)


def _fill(holder: Stay, loser: Stay) -> list[str]:
    """Take over what only the loser knew; the names of these fields."""
    filled = [name for name in _TAKEN_OVER if getattr(holder, name) is None and getattr(loser, name) is not None]
    for name in filled:
        setattr(holder, name, getattr(loser, name))
    return filled


def _stand_for_both(work: UnitOfWork, taken: TakenUp, holder: Stay, loser: Stay) -> None:
    """Let the holder last as long as both together; what is over stays as it was."""
    had = set(holder.nights)
    holder.arrival = min(holder.arrival, max(loser.arrival, taken.today))
    holder.departure = max(holder.departure, loser.departure)
    more = [night for night in taken.left(holder) if night not in had]
    holding.claim(work, holder, taken.room, more)
    holding.inherit(work, holder, taken.room)
    holding.touch(work, holder)


def _end(stay: Stay, today: date) -> None:
    """Nights that are over stay with the stay."""
    if stay.arrival < today:
        stay.departure, stay.state = min(stay.departure, today), StayState.HOLDING
    else:
        stay.state = StayState.RELEASED
