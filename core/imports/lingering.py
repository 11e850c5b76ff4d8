"""What should have gone and is still there, and what could not be taken yet: looked at in every whole look."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.channels import taken
from core.channels.models import ChannelBooking, ChannelLink
from core.feeds.told.values import State
from core.imports import echoes, news
from core.imports.news import About
from core.imports.taking import Look, closed, same_nights_by_hand, sell, untrim
from core.platforms.dialect import Kind
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights, from_pairs

LOOKS = 2
"""Good looks after which what should have gone is believed to be something else (R10, R15)."""


def anything(session: Session, link: ChannelLink, today: date) -> bool:
    """Whether the link has a booking that the calendar's own words do not settle, so that every look is worked out."""
    query = (
        select(ChannelBooking.id)
        .outerjoin(Stay, Stay.id == ChannelBooking.stay_id)
        .where(ChannelBooking.link_id == link.id, ChannelBooking.forgotten_at.is_(None))
        .where(ChannelBooking.state.in_([state for state in State if state.holds]))
        .where(
            or_(
                ChannelBooking.taken_as == taken.PREVIEW,
                ChannelBooking.trimmed,
                and_(ChannelBooking.taken_as == taken.STAY, Stay.id.is_(None)),
                and_(Stay.state == StayState.RELEASED, ChannelBooking.asked_at.is_(None)),
            )
        )
    )
    return session.scalar(query.limit(1)) is not None or _an_echo_is_odd(session, link, today)


def _an_echo_is_odd(session: Session, link: ChannelLink, today: date) -> bool:
    """Whether the link shows an echo of nights that it no longer reads busy."""
    query = select(ChannelBooking).where(
        ChannelBooking.link_id == link.id, ChannelBooking.taken_as == taken.ECHO,
        ChannelBooking.forgotten_at.is_(None), ChannelBooking.state == State.THERE,
    )  # fmt: skip
    read = from_pairs(link.read_nights)
    return any(
        not echoes.within(Nights(row.arrival, row.departure), read, today, trim=echoes.PREPARATION)
        for row in session.scalars(query)
    )


def look_after(look: Look) -> None:
    """Go through the bookings that the calendar's own words do not settle."""
    for row in list(look.rows.values()):
        if row.forgotten_at is not None or not State(row.state).holds or row.departure <= look.today:
            continue
        match row.taken_as:
            case taken.ECHO:
                _echo(look, row)
            case taken.PREVIEW:
                _preview(look, row)
            case taken.STAY if row.trimmed:
                untrim(look, row)
            case taken.STAY if row.stay_id is None:
                # Beyond the horizon when it came (R5): a stay as soon as its nights roll into view.
                sell(look, row)
            case taken.STAY:
                _released(look, row)
            case _:
                pass


def _echo(look: Look, row: ChannelBooking) -> None:
    """An echo goes when its original has gone and the channel has read us without it; else it was a sale (R10)."""
    nights = Nights(row.arrival, row.departure)
    ours = echoes.still_ours(look.work.session, look.link, nights, look.today, look.work.now)
    if ours or row.state != State.THERE:
        row.odd_looks = 0
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
