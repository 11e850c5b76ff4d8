"""A guest who did not come, told of one stay at the desk: the reservation follows, for its other rooms it stands."""

from dataclasses import dataclass
from datetime import datetime

from core.db.work import UnitOfWork
from core.events.service import By
from core.properties.models import Property
from core.reservations import following
from core.reservations.noshow import report_by
from core.reservations.states import ReservationState
from core.stays import chains, holding, leaving
from core.stays.commands import NoShow
from core.stays.telling import Change


@dataclass(frozen=True, slots=True)
class Absence:
    """What it did to the stay, and until when the platform that sold it wants to know."""

    change: Change
    report_by: datetime | None


def absent(work: UnitOfWork, order: NoShow, by: By) -> Absence:
    """The guest of a stay did not come: what is left of it is given back, in every room it was to go on in.

    Raises `NoSuchStay`, `AlreadyEnded`, `ChangedMeanwhile`, `WaitsForChannel`, `AlreadyIn` or `NotYet`.
    """
    stay = holding.stay_of(work, order.stay_id, order.revision)
    with following.gathered(work, stay.reservation_id):
        change = leaving.no_show(work, stay, by)
        for part in chains.after(work, stay):
            leaving.no_show(work, part, by, went_on=True)
    following.follow(work, stay.reservation_id, by, said=ReservationState.NO_SHOW)
    zone = work.session.get_one(Property, stay.property_id).timezone
    return Absence(change, report_by(stay.source, stay.arrival, zone) if stay.source is not None else None)
