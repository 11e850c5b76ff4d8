"""A person who asks for it is taken out of the record; the record is kept."""

from sqlalchemy import update

from core.channels.models import ChannelBooking
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.reservations import errors, following
from core.reservations import events as happenings
from core.reservations.commands import EraseGuest
from core.reservations.models import Reservation


def erase(work: UnitOfWork, order: EraseGuest, by: By) -> Reservation:
    """Forget name, phone, e-mail, notes, and what a channel wrote about the guest; also what it writes from now on.

    Rooms, nights, prices and revisions stay: they never held the person. Raises `NoSuchReservation` or `AlreadyErased`.
    """
    reservation = following.locked(work, order.reservation_id)
    if reservation.erased_at is not None:
        raise errors.AlreadyErased(reservation_id=reservation.id, at=reservation.erased_at)
    stays = following.stays_of(work, reservation.id)
    for stay in stays:
        stay.guest = stay.phone = stay.note = None
        stay.changed_at = work.now
    reservation.booker = reservation.phone = reservation.email = reservation.note = reservation.cancel_reason = None
    reservation.erased_at = reservation.changed_at = work.now
    work.session.execute(
        update(ChannelBooking)
        .where(ChannelBooking.stay_id.in_([stay.id for stay in stays]))
        .values(raw="", summary="", erased_at=work.now)
        .execution_options(synchronize_session="fetch")
    )
    work.session.flush()
    facts = following.facts_of(reservation, stays)
    happening = happenings.ReservationErased(**facts)  # type: ignore[arg-type] # see `facts_of`.
    events.record(work, happening, reservation.id, property_id=reservation.property_id, by=by.also())
    return reservation
