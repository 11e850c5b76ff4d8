"""Events about a person's logins, told to every property the person works for."""

from sqlalchemy import select

from core.access.events import LinkMade, LoginsShut, PasswordSet, SessionHappening
from core.db.work import UnitOfWork
from core.events import service as events
from core.events.service import By
from core.staff.models import Membership

OfPerson = SessionHappening | LoginsShut | PasswordSet | LinkMade
"""What happens to a person's logins."""


def places(work: UnitOfWork, person_id: int) -> list[int]:
    """The properties at which a person has a standing role."""
    query = (
        select(Membership.property_id)
        .where(Membership.person_id == person_id, Membership.revoked_at.is_(None))
        .order_by(Membership.property_id)
    )
    return list(work.session.scalars(query))


def tell(work: UnitOfWork, happening: OfPerson, person_id: int, by: By) -> None:
    """Record `happening` once for each of the person's properties, or once for none."""
    told: list[int | None] = [*places(work, person_id)]
    for property_id in told or [None]:
        events.record(work, happening, person_id, property_id=property_id, by=by)
