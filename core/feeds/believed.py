"""The nights that channels told us and that we still believe."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.channels.models import ChannelBooking
from core.channels.taken import CLOSURE, PREVIEW, REGISTERED
from core.feeds.told.values import State
from core.values.nights import Nights

SHUT = (CLOSURE, PREVIEW)
"""What closes a room in the feeds of all other links though no stay may hold it: a channel's closure of fixed dates
(R11), and what a first read found sold where a block by hand was, which may have gone since (R16, R6)."""


def nights(within: Nights) -> Select[date, date]:
    """The query for arrival and departure of what is believed and touches `within`; to be narrowed down."""
    return select(ChannelBooking.arrival, ChannelBooking.departure).where(
        ChannelBooking.forgotten_at.is_(None),
        ChannelBooking.state.in_([*(state for state in State if state.holds), REGISTERED]),
        ChannelBooking.departure > within.arrival,
        ChannelBooking.arrival < within.departure,
    )


def of(session: Session, query: Select[date, date]) -> set[date]:
    """The nights that such a query finds."""
    return {night for arrival, departure in session.execute(query) for night in Nights(arrival, departure)}
