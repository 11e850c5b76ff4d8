"""Telling our own closures, come back through a channel, from sales (R10).

A channel can only close what it has read in our feed; so what counts is which nights stood in it then, whatever closed
them: stays, rooms kept for a case, a type that is full, another channel's closure.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.channels.models import ChannelLink, LinkImport
from core.feeds import queries as feeds
from core.feeds.told.values import Told
from core.platforms.dialect import Dialect, Kind
from core.values.nights import Nights, from_pairs

PREPARATION = 2
"""Nights that a platform may close round our closure to prepare the room: trimmed from its ends."""


def is_echo(
    session: Session, link: ChannelLink, memory: LinkImport, told: Told, dialect: Dialect, today: date, now: datetime
) -> bool:
    """Whether an event that has just appeared is a closure of ours come back; `memory` is that of the last look.

    A reservation of a dialect that tells reservations from blocks never is; a block of such a dialect is when we show
    the link its nights. Where the dialect cannot tell, it is one only if the channel had read all its nights busy
    before a whole look that did not have it yet: having read them, the channel could no longer sell.
    """
    if told.kind is Kind.RESERVATION and dialect.tells_kinds:
        return False
    if dialect.tells_kinds:
        return still_ours(session, link, told.nights, today, now)
    return within(told.nights, from_pairs(memory.proved_nights), today)


def still_ours(session: Session, link: ChannelLink, nights: Nights, today: date, now: datetime) -> bool:
    """Whether the channel has `nights` from us: it read them busy, or we show them so now."""
    if within(nights, from_pairs(link.read_nights), today, trim=PREPARATION):
        return True
    shown = (event.nights for event in feeds.shown(session, link.id, now))
    return within(nights, shown, today, trim=PREPARATION)


def within(nights: Nights, busy: Iterable[Nights], today: date, *, trim: int = 0) -> bool:
    """Whether all of `nights` from `today` on are busy, but for up to `trim` at each end; not when none is."""
    wanted = [night for night in nights if night >= today]
    closed = {night for run in busy for night in run if nights.arrival <= night < nights.departure}
    held = [place for place, night in enumerate(wanted) if night in closed]
    if not held:
        return False
    before, after = held[0], len(wanted) - 1 - held[-1]
    return before <= trim and after <= trim and len(held) == held[-1] - held[0] + 1
