"""What should have gone and is still there, and what could not be taken yet: looked at in every whole look."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking
from core.feeds.models import FeedVersion
from core.feeds.told.values import State
from core.imports import echoes, memory, news
from core.imports.news import About
from core.imports.taking import Look, closed, same_nights_by_hand, sell
from core.platforms.dialect import Kind
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights

LOOKS = 2
"""Good looks after which what should have gone is believed to be something else (R10, R15)."""


def anything(session: Session, link_id: int) -> bool:
    """Whether the link has a booking that the calendar's own words do not settle, so that every look is worked out."""
    query = (
        select(ChannelBooking.id)
        .outerjoin(Stay, Stay.id == ChannelBooking.stay_id)
        .where(ChannelBooking.link_id == link_id, ChannelBooking.forgotten_at.is_(None))
        .where(ChannelBooking.state.in_([state for state in State if state.holds]))
        .where(
            or_(
                ChannelBooking.taken_as.in_((memory.ECHO, memory.PREVIEW)),
                and_(ChannelBooking.taken_as == memory.STAY, Stay.id.is_(None)),
                and_(Stay.state == StayState.RELEASED, ChannelBooking.asked_at.is_(None)),
            )
        )
    )
    return session.scalar(query.limit(1)) is not None


def look_after(look: Look) -> None:
    """Go through the bookings that the calendar's own words do not settle."""
    for row in list(look.rows.values()):
        if row.forgotten_at is not None or not State(row.state).holds or row.departure <= look.today:
            continue
        match row.taken_as:
            case memory.ECHO:
                _echo(look, row)
            case memory.PREVIEW:
                _preview(look, row)
            case memory.STAY if row.stay_id is None:
                # Beyond the horizon when it came (R5): a stay as soon as its nights roll into view.
                sell(look, row)
            case memory.STAY:
                _released(look, row)
            case _:
                pass


def _echo(look: Look, row: ChannelBooking) -> None:
    """An echo goes when its original has gone and the channel has read us without it; else it was a sale (R10)."""
    nights = Nights(row.arrival, row.departure)
    shown = echoes.shown_since(
        look.work.session, look.link.id, look.room.id, nights, look.today, trim=echoes.PREPARATION
    )
    if shown is not None or row.state != State.THERE:
        row.odd_looks = 0
        return
    version = look.work.session.scalar(select(FeedVersion.version).where(FeedVersion.room_id == look.room.id))
    if row.odd_looks == 0 and look.link.read_version < (version or 0):
        return
    row.odd_looks += 1
    if row.odd_looks <= LOOKS:
        return
    row.odd_looks = 0
    if row.kind == Kind.BLOCK:
        closed(look, row)
    else:
        change = sell(look, row)
        if change is not None:
            look.told.append(change.event_id)


def _preview(look: Look, row: ChannelBooking) -> None:
    """A booking that was likely the block made by hand: when that block is gone, it is a booking of its own (R16)."""
    if same_nights_by_hand(look, Nights(row.arrival, row.departure)) is not None:
        return
    change = sell(look, row)
    if change is not None:
        look.told.append(change.event_id)


def _released(look: Look, row: ChannelBooking) -> None:
    """A booking that was cancelled here, and ticked as cancelled there, is asked about when it stays (R15)."""
    stay = look.work.session.get(Stay, row.stay_id)
    if stay is None or stay.state != StayState.RELEASED or row.asked_at is not None or row.state != State.THERE:
        return
    row.odd_looks += 1
    if row.odd_looks > LOOKS:
        row.asked_at = look.work.now
        news.tell(look.work, look.link.id, About.LINGERING, bookings=[row.id])
