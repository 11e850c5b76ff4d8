"""One OTA reservation registered by a program."""

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.channels.models import ChannelBooking, ChannelLink
from core.conflicts import cases
from core.db.work import UnitOfWork
from core.imports import registering
from core.imports.lists import told_view
from core.imports.registering import Registered
from core.properties.models import Room
from core.stays.errors import NoSuchRoom
from webhooks.api.caller import Act, Calling
from webhooks.api.described import needing
from webhooks.deps import Sealing, Stored
from webhooks.schemas.base import Key
from webhooks.schemas.imported import ImportedEvent, RegisteredEvent
from webhooks.schemas.sync import ChannelBookingAnswer

router = APIRouter(prefix="/api", tags=["sync"])


@router.post(
    "/listings/{listing_id}/events/imported",
    operation_id="register_event",
    **needing(Act.REGISTER_BOOKINGS, also=(404, 409)),
)
def register_event(
    listing_id: Key, order: ImportedEvent, caller: Calling, store: Stored, sealer: Sealing
) -> RegisteredEvent:
    """Register a reservation that a channel sold. What does not fit is stored all the same, as a conflict.

    Known by listing, channel and uid: other dates change it, `cancelled` ends it, and a uid that comes after its
    cancellation is a new reservation.
    """
    event = Registered(
        listing_id, order.channel, order.uid, order.start, order.end, order.summary, order.status
    )  # fmt: skip
    with store.unit_of_work() as work:
        missing = NoSuchRoom(room_id=listing_id)
        caller.theirs(work.session.get(Room, listing_id), Act.REGISTER_BOOKINGS, missing)
        row = registering.register(work, sealer, event, caller.by)
        work.session.flush()
        return _answer(work, row.id)


def _answer(work: UnitOfWork, booking_id: int) -> RegisteredEvent:
    of_link = joinedload(ChannelBooking.link).joinedload(ChannelLink.channel)
    row = work.session.scalars(select(ChannelBooking).where(ChannelBooking.id == booking_id).options(of_link)).one()
    conflict_id = cases.of_stay(work.session, row.stay_id) if row.stay_id is not None else None
    told = told_view(row, row.link, row.link.channel)
    return RegisteredEvent(booking=ChannelBookingAnswer.of(told, None), conflict_id=conflict_id)
