"""Bookings of a whole type that a first read found and that no stay stands for: they count like stays that wait (R16).

Such a booking is likely a block made by hand, about which staff are asked. While that block stands, it is counted as
one. Until the next look takes the booking as sold, nothing is when the block has gone: and what was sold before we read
the calendar is sold all the same (R6).
"""

from collections import Counter
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking, ChannelLink
from core.channels.taken import PREVIEW
from core.db.prepared import Prepared, run
from core.feeds.told.values import State
from core.properties.models import Room
from core.stays.models import Stay
from core.stays.reasons import StayState
from core.values.nights import Nights

_WAITING = Prepared(
    select(ChannelBooking.arrival, ChannelBooking.departure)
    .join(ChannelLink, ChannelLink.id == ChannelBooking.link_id)
    .where(ChannelLink.type_id == bindparam("type_id"), ChannelBooking.taken_as == PREVIEW)
    .where(ChannelBooking.forgotten_at.is_(None), ChannelBooking.state.in_([state for state in State if state.holds]))
    .where(ChannelBooking.departure > bindparam("first"), ChannelBooking.arrival < bindparam("end"))
)


def previews(session: Session, type_id: int, within: Nights) -> Counter[date]:
    """How many bookings of a type have neither a stay nor a block by hand on exactly their nights, by night."""
    asked = {"type_id": type_id, "first": within.arrival, "end": within.departure}
    waiting = Counter(Nights(arrival, departure) for arrival, departure in run(session, _WAITING, asked))
    if not waiting:
        return Counter()
    pointed = select(ChannelBooking.stay_id).where(ChannelBooking.stay_id.is_not(None))
    by_hand = (
        select(Stay.arrival, Stay.departure)
        .join(Room, Room.id == Stay.room_id)
        .where(Room.type_id == type_id, Stay.state == StayState.HOLDING, Stay.source.is_(None))
        .where(Stay.departure > within.arrival, Stay.arrival < within.departure, Stay.id.not_in(pointed))
    )
    waiting.subtract(Nights(arrival, departure) for arrival, departure in session.execute(by_hand))
    return Counter(night for nights, count in waiting.items() if count > 0 for night in list(nights) * count)
