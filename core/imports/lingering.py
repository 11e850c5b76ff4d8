"""What should have gone and is still there, and what could not be taken yet: looked at in every whole look."""

from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select

from core.channels import taken
from core.channels.models import ChannelBooking
from core.db.prepared import run
from core.feeds.told.values import State
from core.imports import echoes, news
from core.imports.looks import Look
from core.imports.news import About
from core.imports.ours import same_nights_by_hand
from core.imports.taking import closed, drop, sell, untrim
from core.platforms.dialect import Kind
from core.stays import booked
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights

LOOKS = 2
"""Good looks after which what should have gone is believed to be something else (R10, R15)."""


_UNSETTLED = (
    select(ChannelBooking.taken_as, ChannelBooking.arrival, ChannelBooking.departure)
    .outerjoin(Stay, Stay.id == ChannelBooking.stay_id)
    .where(ChannelBooking.link_id == bindparam("link_id"), ChannelBooking.forgotten_at.is_(None))
    .where(ChannelBooking.state.in_([state for state in State if state.holds]))
    .where(
        or_(
            ChannelBooking.taken_as.in_((taken.ECHO, taken.PREVIEW)),
            ChannelBooking.trimmed,
            and_(ChannelBooking.taken_as == taken.STAY, Stay.id.is_(None)),
            and_(Stay.state == StayState.RELEASED, ChannelBooking.asked_at.is_(None)),
            ChannelBooking.state == State.KEPT,
        )
    )
)


def anything(look: Look) -> bool:
    """Whether the link has a booking that the calendar's own words do not settle, so that every look is worked out."""
    return any(
        made_of != taken.ECHO or echoes.is_odd(look, Nights(arrival, departure))
        for made_of, arrival, departure in run(look.work.session, _UNSETTLED, {"link_id": look.link.id})
    )


def look_after(look: Look) -> None:
    """Go through the bookings that the calendar's own words do not settle."""
    for echo in echoes.rows_of(look.work.session, look.link.id):
        _echo(look, echo)
    for row in list(look.rows.values()):
        if row.forgotten_at is not None or not State(row.state).holds or row.departure <= look.today:
            continue
        match row.taken_as:
            case taken.PREVIEW:
                _preview(look, row)
            case taken.STAY if row.trimmed:
                untrim(look, row)
            case taken.STAY if row.stay_id is None:
                # Beyond the horizon when it came (R5): a stay as soon as its nights roll into view.
                sell(look, row)
            case taken.STAY if row.state == State.KEPT:
                _kept(look, row)
            case taken.STAY:
                _released(look, row)
            case _:
                pass


def _echo(look: Look, row: ChannelBooking) -> None:
    """An echo goes when its original has gone and the channel has read us without it; else it was a sale (R10)."""
    nights = echoes.stale(look, Nights(row.arrival, row.departure))
    if not nights:
        row.odd_looks = 0
        return
    row.odd_looks += 1
    if row.odd_looks <= LOOKS:
        return
    row.odd_looks = 0
    for sold in echoes.give_up(look, row, nights):
        look.rows[sold.number] = sold
        if sold.kind == Kind.BLOCK:
            closed(look, sold)
        elif (change := sell(look, sold)) is not None:
            look.told.append(change.event_id)


def _preview(look: Look, row: ChannelBooking) -> None:
    """A booking that was likely the block made by hand: when that block is gone, it is a booking of its own (R16)."""
    if same_nights_by_hand(look, row) is not None:
        return
    change = sell(look, row)
    if change is not None:
        look.told.append(change.event_id)


def _kept(look: Look, row: ChannelBooking) -> None:
    """A booking that its calendar lost and a person kept (R13) goes when nobody here wants it any more.

    Over here and missing there, it is gone. One that was cancelled here, or lost its nights, waits for its channel
    (R20): that it was missing before proved nothing, so it must be missing for a grace from then on (R15).
    """
    stay = look.work.session.get(Stay, row.stay_id, populate_existing=True)
    over = stay is not None and (stay.state == StayState.RELEASED or stay.departure <= look.today)
    if stay is None or not (over or stay.state == StayState.SHADOWED):
        return
    if not over:
        if row.missing_since is None or row.missing_since < stay.changed_at:
            row.missing_since, row.missing_looks = look.work.now, 1
            return
        row.missing_looks += 1
        if row.missing_looks < look.dialect.looks or look.work.now - row.missing_since < look.dialect.grace:
            return
    row.state, row.narrower = State.GONE, []
    look.gone += 1
    drop(look, row)


def _released(look: Look, row: ChannelBooking) -> None:
    """A booking that was cancelled here, and ticked as cancelled there, is asked about when it stays (R15).

    With fewer nights it is open again at once: the grace is for nights that somebody holds, and these nobody does.
    """
    stay = look.work.session.get(Stay, row.stay_id)
    if stay is None or stay.state != StayState.RELEASED or row.state != State.THERE:
        return
    if row.narrower and datetime.fromisoformat(str(row.narrower[-1][2])) == look.work.now:
        arrival, departure = (date.fromisoformat(str(day)) for day in row.narrower[-1][:2])
        change = booked.redate(look.work, stay, stay.nights, Nights(arrival, departure), look.by)
        row.asked_at, row.odd_looks = None, 0
        look.told += [change.event_id] if change is not None else []
        return
    if row.asked_at is not None:
        return
    row.odd_looks += 1
    if row.odd_looks > LOOKS:
        row.asked_at = look.work.now
        news.tell(look.work, look.link.id, About.LINGERING, bookings=[row.id])
