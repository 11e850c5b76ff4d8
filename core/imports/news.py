"""What is worth a word to staff after a look, stored with it and said afterwards."""

from collections.abc import Sequence
from enum import StrEnum

from core.db.work import UnitOfWork
from core.outbox import service as outbox
from core.outbox.effects import TellImport


class About(StrEnum):
    """What a message about a calendar is about."""

    FIRST_READ = "first_read"
    """What the first read of a link found, and what of it equals nights blocked by hand (R16)."""
    REFUSED = "refused"
    """The first read of a link brought nothing that may be believed (R17)."""
    BOOKINGS = "bookings"
    """Bookings that came, changed or went: the events that tell of them."""
    MASS = "mass"
    """Half of a calendar vanished: is it real? (R13)"""
    MASS_SETTLED = "mass_settled"
    """The question needs no answer any more."""
    UNANSWERED = "unanswered"
    """Nobody answered for a steady day, and the bookings were freed (R13)."""
    CLOSURE = "closure"
    """The channel closed nights itself: everywhere, or only there? (R11)"""
    LINGERING = "lingering"
    """Cancelled here and still there: the old one, or a new booking? (R15)"""
    GUEST = "guest"
    """All nights of a booking changed where nights are its only identity: the same guest, or a new one? (R14)"""
    STAYED = "stayed"
    """The channel no longer has a booking whose guest is in the house (R12)."""
    SHORTER = "shorter"
    """The channel lets a booking end earlier whose guest is in the house (R12)."""


def tell(
    work: UnitOfWork, link_id: int, about: About, *, bookings: Sequence[int] = (), events: Sequence[int] = ()
) -> None:
    """Have staff told; `bookings` are ids of ChannelBooking, `events` of Event."""
    outbox.add(work, TellImport(link_id, about, tuple(bookings), tuple(events)))
